"""Making ready what the served form runs on: topics, permissions, users, schemas, tables.

Everything is compared first and changed only where it differs, so that a run that was stopped is
finished by the next, and one that finds nothing changes nothing.
"""
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from broker.backends import kafka_access, kafka_topics, kafka_users, postgres_upgrade
from broker.backends.kafka_access import AccessPlan, Entry
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_door import administrator, knock
from broker.backends.kafka_errors import translating
from broker.backends.kafka_topics import Difference
from broker.backends.kafka_wire import Deadline
from broker.bootstrap.passwords import FOLDER, Passwords
from broker.bootstrap.served import (
    http_registry,
    kafka_address,
    postgres_address,
    refuse_plaintext,
)
from broker.config import Settings
from broker.config.served import Served
from broker.errors import ConfigError
from broker.event.catalogue import BY_NAME
from broker.log import topics
from broker.log.settings import TopicSettings, topics_of
from broker.policy.permissions import CONCORD, Permission, permissions_of
from broker.wire.codec import Codec
from broker.wire.compatibility import full_transitive
from broker.wire.schemas import text_of

PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done; as a sequence of sentences in `steps`.

    `users` are to get a password, `begun` to get the new one that a run drew that was stopped,
    `gone` are to log in no more; all by their codes.
    """

    revisions: Sequence[str]
    schemas: Sequence[str]
    topics: Sequence[Difference]
    access: AccessPlan
    users: Sequence[str]
    begun: Sequence[str]
    gone: Sequence[str]
    namespace: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """What will be done, in order; none where everything is as it must be."""
        return (
            *(f"add revision {each} to the database" for each in self.revisions),
            *(f"register the schema of {each}" for each in self.schemas),
            *(str(each) for each in self.topics),
            *(f"no longer permit {each}" for each in _in_words(self.access.take)),
            *(f"permit {each}" for each in _in_words(self.access.give)),
            *(f"let {self.namespace}{each} log in no more" for each in self.gone),
            *(f"make user {self.namespace}{each}, with its password in {FOLDER}/{each}"
              for each in self.users),
            *(f"finish the new password of {self.namespace}{each}" for each in self.begun))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What somebody should look at, and Concord leaves alone."""
        return tuple(
            f"somebody else permits {each}: take that away if it is not meant"
            for each in _in_words(self.access.beside))


def _in_words(entries: Iterable[Entry]) -> Iterator[str]:
    """Permissions, those of one principal for one thing together."""
    for (who, what), each in groupby(entries, lambda entry: (entry.who, entry.what)):
        yield f"{who} to {', '.join(entry.operation for entry in each)} {what}"


@contextmanager
def provisioning(settings: Settings, served: Served, passwords: Passwords, *,
                 plaintext: bool) -> Iterator["Provision"]:
    """The services of a partnership, to be made ready; closed on leaving.

    `ConfigError` where Kafka does not let us in or would refuse nothing to anybody,
    `TemporarilyUnavailable` where it does not answer in time.
    """
    refuse_plaintext(served, allowed=plaintext)
    address = kafka_address(served.kafka)
    with administrator(address, PATIENCE_SECONDS) as admin:
        kafka_access.check_denies(admin)
        yield Provision(settings, served, passwords, address, admin)


class Provision:
    """A partnership's services, and what they must be."""

    def __init__(self, settings: Settings, served: Served, passwords: Passwords,
                 address: KafkaAddress, admin: Any):
        self._settings = settings
        self._served = served
        self._passwords = passwords
        self._address = address
        self._admin = admin

    def plan(self) -> Plan:
        """What would be done; nothing is changed.

        `ConfigError` for what cannot be made right, as a topic's number of partitions."""
        wanted = self._users_wanted
        former = self._former()
        users = kafka_users.users(self._admin, [self._address.topic(each) for each in (
            *wanted, *former)]) if self._by_password else frozenset()
        self._check_refused()
        return Plan(
            postgres_upgrade.missing(postgres_address(self._served)), self._schemas(),
            kafka_topics.plan(self._admin, self._address, self._topics),
            kafka_access.plan(self._admin, self._address, self._permissions, former),
            [each for each in wanted if self._address.topic(each) not in users],
            [each for each in wanted if self._address.topic(each) in users
             and self._passwords.renewing(each)],
            [each for each in former if self._address.topic(each) in users],
            self._address.namespace)

    def apply(self, plan: Plan) -> None:
        """Do it; when this returns, it is in force."""
        if plan.revisions:
            postgres_upgrade.upgrade(postgres_address(self._served))
        if plan.schemas:
            registry = http_registry(self._served, may_register=True)
            try:
                Codec(registry).register_all()
            finally:
                registry.close()
        kafka_topics.apply(self._admin, self._address, self._topics)
        kafka_access.apply(self._admin, self._address, self._permissions, self._former())
        if plan.gone:
            kafka_users.shut_out(self._admin, [self._address.topic(each) for each in plan.gone])
        for each in plan.users:
            self._let_in(each, self._passwords.of(each))
        for each in plan.begun:
            self._renew(each)
        self._check_refused()

    def check_rotation(self, name: str) -> None:
        """See to it that this agency, or Concord itself, can be given a new password."""
        if not self._by_password:
            raise ConfigError("With security SSL agencies are known by their certificates and "
                              "have no passwords: issue a new certificate for the same name.")
        if self._address.topic(name) == self._address.username:
            raise ConfigError(f"{name} is who [kafka] logs in as: make a new password with "
                              "Kafka's own kafka-configs, and write it into the password_file.")
        if name not in self._users_wanted:
            raise ConfigError(f"There is no agency {name!r} in the configuration; there are "
                              f"{', '.join(sorted(self._settings.agencies))}.")
        if not kafka_users.users(self._admin, [self._address.topic(name)]):
            raise ConfigError(f"{name} has no user yet: run `concord init --kafka`, which makes "
                              "it with its first password.")

    def rotate(self, name: str) -> None:
        """Give an agency a new password; whoever logs in with the old one is refused from now on.
        """
        self.check_rotation(name)
        self._renew(name)

    @property
    def _by_password(self) -> bool:
        return self._address.security != "SSL"

    @property
    def _users_wanted(self) -> Sequence[str]:
        """Who logs in with a password that we make: the one we log in with ourselves is made."""
        if not self._by_password:
            return ()
        own = () if self._address.topic(CONCORD) == self._address.username else (CONCORD,)
        return (*own, *sorted(self._settings.agencies))

    @property
    def _topics(self) -> Sequence[TopicSettings]:
        kafka = self._served.kafka
        return topics_of(self._settings.agencies, replication=kafka.replication,
                         retention=kafka.retention)

    @property
    def _permissions(self) -> frozenset[Permission]:
        return permissions_of(self._settings.agencies)

    def _former(self) -> Sequence[str]:
        """Agencies that left: their topics stay, as long as what is in them."""
        with translating():
            names = self._admin.list_topics()
        prefix = self._address.namespace
        owners = {topics.owner_of(name.removeprefix(prefix)) for name in names
                  if name.startswith(prefix)}
        return sorted(each for each in owners if each and each not in self._settings.agencies)

    def _schemas(self) -> Sequence[str]:
        """The types whose schemas the registry does not have yet; `ConfigError` where it could
        not take one."""
        registry = http_registry(self._served, may_register=False)
        try:
            missing = []
            for name in BY_NAME:
                text = text_of(name)
                earlier = [registry.schema(each) or "" for each in registry.versions(name)]
                try:
                    registry.register(name, text)
                except ConfigError:  # it is not there, as nothing else was wrong until now
                    faults = full_transitive(text, earlier)
                    if faults:
                        raise ConfigError(f"The schema of {name} cannot be registered: "
                                          f"{faults[0]}.") from None
                    missing.append(name)
            return missing
        finally:
            registry.close()

    def _renew(self, name: str) -> None:
        self._let_in(name, self._passwords.renew(name))
        self._passwords.renewed(name)

    def _let_in(self, name: str, password: str) -> None:
        """Make a user's password the one it logs in with, and wait until it does."""
        kafka_users.let_in(self._admin, self._address.topic(name), password)
        if not self._address.security.startswith("SASL"):
            return  # we come in by another door
        deadline = Deadline(PATIENCE_SECONDS)
        while True:
            try:
                knock(self._as(name, password), PATIENCE_SECONDS)
                return
            except ConfigError:  # the controller knows it, and this server not yet
                if not deadline.left:
                    raise
            deadline.pause()

    def _as(self, name: str, password: str) -> KafkaAddress:
        return replace(self._address, username=self._address.topic(name), password=password)

    def _check_refused(self) -> None:
        """Try the first agency whose password we still have: is it refused what is not its own?"""
        if not self._address.security.startswith("SASL"):
            return
        for name in sorted(self._settings.agencies):
            password = self._passwords.known(name)
            if password is None:
                continue
            with suppress(ConfigError):  # it may have been given another since
                knock(self._as(name, password), PATIENCE_SECONDS)
                break
        else:
            return
        with administrator(self._as(name, password), PATIENCE_SECONDS) as theirs:
            kafka_access.check_refused(theirs, self._address.topic(name))
