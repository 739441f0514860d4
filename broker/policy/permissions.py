"""Who may do what on the wire: what is not allowed here is refused.

Names are the partnership's own: a log that several partnerships share puts its namespace before
each principal, topic and group.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from broker.log import topics

# Concord's own principal; no agency may have this code.
CONCORD = "concord"
CLUSTER = "kafka-cluster"


class Kind(StrEnum):
    """What a permission is for."""

    TOPIC = "topic"
    GROUP = "group"
    CLUSTER = "cluster"


class Operation(StrEnum):
    """What may be done, in Kafka's words."""

    READ = "READ"
    WRITE = "WRITE"
    DESCRIBE = "DESCRIBE"
    DESCRIBE_CONFIGS = "DESCRIBE_CONFIGS"
    IDEMPOTENT_WRITE = "IDEMPOTENT_WRITE"


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One principal may do one thing to what has this name, or (`prefixed`) to all whose name
    begins so."""

    principal: str
    kind: Kind
    name: str
    prefixed: bool
    operation: Operation

    def covers(self, kind: Kind, name: str) -> bool:
        """Whether it is for this topic, group or cluster."""
        return self.kind is kind and (
            name.startswith(self.name) if self.prefixed else name == self.name)


def permissions_of(agencies: Iterable[str]) -> frozenset[Permission]:
    """Every permission of a partnership of these agencies: Concord's, and of each agency its own.
    """
    return frozenset((*_of_concord(), *(
        each for agency in agencies for each in _of_agency(agency))))


def allowed(permissions: Iterable[Permission], principal: str, kind: Kind,
            name: str) -> frozenset[Operation]:
    """What a principal may do to one topic, one group or the cluster."""
    return frozenset(each.operation for each in permissions
                     if each.principal == principal and each.covers(kind, name))


def _of_concord() -> Iterable[Permission]:
    # It writes and reads everything, and makes, changes and deletes nothing: its workers run day
    # and night, and `concord init --kafka`, run now and then by an administrator, does that.
    for operation in (Operation.READ, Operation.WRITE, Operation.DESCRIBE,
                      Operation.DESCRIBE_CONFIGS):
        yield Permission(CONCORD, Kind.TOPIC, f"{topics.PREFIX}.", True, operation)
    yield from _groups(CONCORD)
    # It is Concord's already, by its right to write. But so the cluster itself has a permission:
    # a server that lets everybody at what has none would let them change permissions.
    yield Permission(CONCORD, Kind.CLUSTER, CLUSTER, False, Operation.IDEMPOTENT_WRITE)


def _of_agency(agency: str) -> Iterable[Permission]:
    # Write says describe too, and what an idempotent producer needs; it is spelt out for whoever
    # reads the list on the cluster.
    for operation in (Operation.WRITE, Operation.DESCRIBE):
        yield Permission(agency, Kind.TOPIC, topics.inbox(agency), False, operation)
    for topic in (topics.feed(agency), topics.notices(agency)):
        for operation in (Operation.READ, Operation.DESCRIBE):
            yield Permission(agency, Kind.TOPIC, topic, False, operation)
    yield from _groups(agency)


def _groups(principal: str) -> Iterable[Permission]:
    """A principal's consumer groups: its own name, and what follows it after a dot. Codes have no
    dots, so one that begins like another (police, police-rail) stays outside."""
    for name, prefixed in group_names(principal):
        for operation in (Operation.READ, Operation.DESCRIBE):
            yield Permission(principal, Kind.GROUP, name, prefixed, operation)


def group_names(principal: str) -> tuple[tuple[str, bool], ...]:
    """How a principal's groups are named: (name, whether it is only how the name begins)."""
    return (principal, False), (f"{principal}.", True)
