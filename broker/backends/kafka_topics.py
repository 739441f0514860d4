"""Making a cluster's topics as they must be: compared first, changed only where they differ."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import errors
from kafka.admin import ConfigResource, ConfigResourceType

from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_errors import ANSWERS, translating
from broker.errors import ConfigError
from broker.log.settings import TopicSettings


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a topic is not as it must be: one setting, or all of it (`setting` None) where it is
    not there. Its text is what will be done."""

    topic: TopicSettings
    setting: str | None = None
    now: str | None = None

    def __str__(self) -> str:
        if self.setting is None:
            return f"make topic {self.topic.name} with {self.topic.partitions} partitions"
        return (f"set {self.setting} of {self.topic.name} to {self.topic.configs[self.setting]}"
                f" (now {self.now})")


def plan(
    admin: Any, address: KafkaAddress, wanted: Sequence[TopicSettings],
) -> tuple[Difference, ...]:
    """What would have to be done, topic by topic; nothing is changed.

    `admin` is a `KafkaAdminClient`. `ConfigError` where a topic has another number of partitions,
    which can never change."""
    named = {address.topic(each.name): each for each in wanted}
    if not named:
        return ()
    with translating():
        there = _partitions(admin, named)
        configs = _configs(admin, list(there))
    for name, number in there.items():
        if number != named[name].partitions:
            raise ConfigError(
                f"the topic {name} has {number} partitions and must have"
                f" {named[name].partitions}, which can never change: set `partitions` to what it"
                " was made with, or choose another namespace")
    differences: list[Difference] = []
    for name, topic in named.items():
        if name not in there:
            differences.append(Difference(topic))
            continue
        differences += (
            Difference(topic, setting, configs[name].get(setting))
            for setting, value in topic.configs.items()
            if not _alike(configs[name].get(setting), value))
    return tuple(differences)


def apply(
    admin: Any, address: KafkaAddress, wanted: Sequence[TopicSettings],
) -> tuple[Difference, ...]:
    """Do what `plan` says, and what was done; when it returns, every topic can be used. What a
    run was stopped before is done by the next."""
    differences = plan(admin, address, wanted)
    missing = [each.topic for each in differences if each.setting is None]
    with translating():
        if missing:
            _make(admin, address, missing)
        changes: dict[str, dict[str, str]] = {}
        for each in differences:
            if each.setting is not None:
                value = each.topic.configs[each.setting]
                changes.setdefault(address.topic(each.topic.name), {})[each.setting] = value
        if changes:
            _change(admin, changes)
    return differences


def _partitions(admin: Any, names: Iterable[str]) -> dict[str, int]:
    """Of those topics that are there, how many partitions they have."""
    there = {}
    for topic in admin.describe_topics(sorted(names)):
        kind = errors.for_code(topic["error_code"])
        if kind is errors.NoError:
            there[topic["name"]] = len(topic["partitions"])
        elif kind is not errors.UnknownTopicOrPartitionError:
            raise kind()
    return there


def _configs(admin: Any, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """The settings in force of each topic."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found = admin.describe_configs(resources, config_filter="all").get("topic", {})
    if not all(found.get(name) for name in names):  # which an answer says without an error
        raise errors.TopicAuthorizationFailedError
    return {name: {setting: each["value"] for setting, each in found[name].items()}
            for name in names}


def _make(admin: Any, address: KafkaAddress, missing: Sequence[TopicSettings]) -> None:
    made = admin.create_topics({
        address.topic(topic.name): {
            "num_partitions": topic.partitions, "replication_factor": topic.replication,
            "configs": dict(topic.configs)}
        for topic in missing}, raise_errors=False)
    for each in made["topics"]:
        kind = errors.for_code(each["error_code"])
        # Somebody else may have been quicker: the next plan compares what they made.
        if kind not in (errors.NoError, errors.TopicAlreadyExistsError):
            raise kind()
    admin.wait_for_topics([address.topic(topic.name) for topic in missing])


def _change(admin: Any, changes: dict[str, dict[str, str]]) -> None:
    changed = admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name, configs)
         for name, configs in changes.items()], raise_on_unknown=False)
    for answer in changed.get("topic", {}).values():
        if answer != "OK":  # else "[Error 29] TopicAuthorizationFailedError: ..."
            kind = answer.partition(":")[0].rpartition(" ")[2]
            raise next((each for each in ANSWERS if each.__name__ == kind),
                       errors.InvalidConfigurationError)


def _alike(now: str | None, wanted: str) -> bool:
    """Whether two values say the same: the order in a list does not count."""
    return now is not None and sorted(now.split(",")) == sorted(wanted.split(","))
