"""A cluster's permissions as they must be: compared first, and changed only where they differ."""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import errors
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_errors import translating
from broker.backends.kafka_wire import Deadline
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log import topics
from broker.policy.permissions import CLUSTER, CONCORD, Kind, Permission, group_names

EVERYBODY = "allow.everyone.if.no.acl.found"
OPEN = (f"the Kafka cluster lets everybody do what no permission speaks of: set {EVERYBODY}=false"
        " on every server")
# Nothing is ever permitted on a topic of this name.
NOBODY = "concord-nobody"
_ANY_HOST = "*"
_EVERY = "*"
_IN_FORCE_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One permission as the cluster keeps it, all its names those on the cluster."""

    principal: str
    host: str
    kind: str
    name: str
    prefixed: bool
    operation: str

    @property
    def who(self) -> str:
        """The principal without the cluster's word for its kind."""
        return self.principal.removeprefix("User:")

    @property
    def what(self) -> str:
        """What it is for, in words."""
        if self.kind == Kind.CLUSTER:
            return "the cluster"
        if self.name == _EVERY:
            return f"every {self.kind}"
        many = f"{self.kind}s that begin with {self.name}"
        return many if self.prefixed else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class AccessPlan:
    """What is to be given and taken away; `beside` are others' permissions that reach our topics
    too, and that only those who gave them can judge."""

    give: tuple[Entry, ...]
    take: tuple[Entry, ...]
    beside: tuple[Entry, ...]


def plan(admin: Any, address: KafkaAddress, wanted: Iterable[Permission],
         former: Collection[str] = ()) -> AccessPlan:
    """What would have to be done; nothing is changed.

    Taken away is what is not wanted on the partnership's topics and groups, whoever has it, and
    whatever else one of its agencies may do; `former` are agencies that left. What forbids is
    never taken away. `ConfigError` where the cluster has no authorizer.
    """
    permissions = frozenset(wanted)
    with translating():
        there = _entries(admin)
    want = {_entry(address, each) for each in permissions}
    principals = {*(each.principal for each in permissions), *former}
    strange = sorted(there - want)
    take = tuple(each for each in strange if _is_ours(address, principals, each))
    return AccessPlan(
        tuple(sorted(want - there)), take,
        tuple(each for each in strange if each not in take and _reaches(address, each)))


def apply(admin: Any, address: KafkaAddress, wanted: Iterable[Permission],
          former: Collection[str] = ()) -> AccessPlan:
    """Do what `plan` says, and what was done; when it returns, it is in force."""
    permissions = frozenset(wanted)
    planned = plan(admin, address, permissions, former)
    with translating():
        if planned.take:  # first, so that nobody has more than either
            for _, _, kind in admin.delete_acls([_filter(each) for each in planned.take]):
                if kind is not errors.NoError:
                    raise kind()
        if planned.give:
            made = admin.create_acls([_acl(each) for each in planned.give])
            for kind in made["failed"]:
                raise kind()
    _wait_until_in_force(admin, address, permissions, former)
    return planned


def _wait_until_in_force(admin: Any, address: KafkaAddress, wanted: frozenset[Permission],
                         former: Collection[str]) -> None:
    """A change is known to the cluster's controller at once, and to its servers soon after."""
    deadline = Deadline(_IN_FORCE_SECONDS_MAX)
    while True:
        left = plan(admin, address, wanted, former)
        if not left.give and not left.take:
            return
        if not deadline.left:
            raise TemporarilyUnavailable(
                "the Kafka cluster has taken the permissions and does not have them in force yet:"
                " try again, and look into its servers' logs")
        deadline.pause()


def check_denies(admin: Any) -> None:
    """See to it that every server refuses what is not permitted, as far as it says so.

    `ConfigError` where one has no authorizer, or lets everybody in."""
    with translating():
        servers = [str(each["broker_id"]) for each in admin.describe_cluster()["brokers"]]
        found = admin.describe_configs(
            [ConfigResource(ConfigResourceType.BROKER, name, ["authorizer.class.name", EVERYBODY])
             for name in servers], config_filter="all").get("broker", {})
        for name in servers:
            settings = {each: value["value"] for each, value in found.get(name, {}).items()}
            if "authorizer.class.name" not in settings:  # which an answer says without an error
                raise errors.ClusterAuthorizationFailedError
            if not settings["authorizer.class.name"]:
                raise errors.SecurityDisabledError
            # Kafka does not know its authorizer's settings, and so mostly hides their values.
            if (settings.get(EVERYBODY) or "false").strip().lower() == "true":
                raise ConfigError(OPEN)


def check_refused(admin: Any, principal: str) -> None:
    """See to it that this principal, whose `admin` is, is refused what is not permitted."""
    with translating():
        answer = admin.describe_topics([NOBODY])
    if errors.for_code(answer[0]["error_code"]) is not errors.TopicAuthorizationFailedError:
        raise ConfigError(
            f"Kafka lets {principal} do what no permission speaks of: set {EVERYBODY}=false on"
            f" every server, and take {principal} out of super.users")


def _entries(admin: Any) -> frozenset[Entry]:
    """Whatever is allowed on topics, groups and the cluster."""
    return frozenset(
        Entry(acl.principal, acl.host, kind.value, acl.resource_pattern.resource_name,
              acl.resource_pattern.pattern_type is ACLResourcePatternType.PREFIXED,
              acl.operation.name)
        for kind in Kind for acl in admin.describe_acls(ACLFilter(
            None, None, ACLOperation.ANY, ACLPermissionType.ALLOW, ResourcePatternFilter(
                ResourceType[kind.name], None, ACLResourcePatternType.ANY)))[0])


def _entry(address: KafkaAddress, permission: Permission) -> Entry:
    name = permission.name if permission.kind is Kind.CLUSTER else address.topic(permission.name)
    return Entry(f"User:{address.topic(permission.principal)}", _ANY_HOST, permission.kind.value,
                 name, permission.prefixed, permission.operation.value)


def _is_ours(address: KafkaAddress, principals: Collection[str], entry: Entry) -> bool:
    agencies = {f"User:{address.topic(each)}" for each in principals if each != CONCORD}
    if entry.principal in agencies:
        return True
    if entry.kind == Kind.TOPIC:
        return entry.name.startswith(address.topic(f"{topics.PREFIX}."))
    return entry.kind == Kind.GROUP and (entry.name, entry.prefixed) in {
        (address.topic(name), prefixed) for each in principals
        for name, prefixed in group_names(each)}


def _reaches(address: KafkaAddress, entry: Entry) -> bool:
    """Whether it is for topics of many kinds, ours among them."""
    return entry.kind == Kind.TOPIC and (entry.name == _EVERY or (
        entry.prefixed and address.topic(f"{topics.PREFIX}.").startswith(entry.name)))


def _pattern(entry: Entry) -> Sequence[Any]:
    assert entry.kind != Kind.CLUSTER or entry.name == CLUSTER, "the cluster has one name"
    return (ResourceType[Kind(entry.kind).name], entry.name,
            ACLResourcePatternType.PREFIXED if entry.prefixed else ACLResourcePatternType.LITERAL)


def _acl(entry: Entry) -> Any:
    return ACL(entry.principal, entry.host, ACLOperation[entry.operation],
               ACLPermissionType.ALLOW, ResourcePattern(*_pattern(entry)))


def _filter(entry: Entry) -> Any:
    """What finds exactly this one."""
    return ACLFilter(entry.principal, entry.host, ACLOperation[entry.operation],
                     ACLPermissionType.ALLOW, ResourcePatternFilter(*_pattern(entry)))
