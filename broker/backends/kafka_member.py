"""Being a member of a consumer group: joining, dividing the lanes where it falls to us, beating.

The driver's own consumer can lose what the group told it and then stays without lanes and without
a heartbeat for ever, so the few questions are asked here. They are those of every consumer
("range" of the classic protocol): the cluster's own tools show the group like any other.
"""
from collections.abc import Iterable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from kafka import errors
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.protocol.consumer import (
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
    HeartbeatRequest,
    JoinGroupRequest,
    LeaveGroupRequest,
    SyncGroupRequest,
)
from kafka.protocol.metadata import FindCoordinatorRequest

from broker.backends.kafka_wire import KafkaWire
from broker.errors import TemporarilyUnavailable
from broker.log.records import Lane

# A member that is not heard for so long is gone; the cluster's least is 6 seconds.
SESSION_SECONDS = 10.0
BEAT_SECONDS = 1.0
_KIND = "consumer"
# More than the group waits for a member that is gone.
_JOINING_SECONDS_MAX = 3 * SESSION_SECONDS
_ANSWER_SECONDS_MAX = 5.0
_JOIN_VERSION_MAX, _SYNC_VERSION_MAX = 7, 5
# What a member is told when the group is being divided anew, or no longer knows it.
_ANEW = (errors.MemberIdRequiredError, errors.RebalanceInProgressError,
         errors.IllegalGenerationError, errors.UnknownMemberIdError)
_ELSEWHERE = (errors.NotCoordinatorError, errors.CoordinatorNotAvailableError,
              errors.CoordinatorLoadInProgressError)


class Member:
    """One member of a group that divides these topics; for one thread.

    `topics` maps a topic's name on the cluster to that of the partnership.
    """

    def __init__(self, wire: KafkaWire, group: str, topics: Mapping[str, str]):
        self._wire = wire
        self._group = group
        self._topics = topics
        self._id = ""
        self._generation = -1
        self._coordinator: int | None = None
        self._heard = monotonic()

    def join(self) -> frozenset[Lane] | None:
        """Our share, when everybody has said that they are there; None where it must be tried
        again. A driver's error is raised as it is."""
        try:
            joined = self._ask(JoinGroupRequest(
                group_id=self._group, session_timeout_ms=int(SESSION_SECONDS * 1000),
                rebalance_timeout_ms=int(SESSION_SECONDS * 1000), member_id=self._id,
                group_instance_id=None, protocol_type=_KIND, max_version=_JOIN_VERSION_MAX,
                protocols=[(RangePartitionAssignor.name, ConsumerProtocolSubscription(
                    RangePartitionAssignor.version, sorted(self._topics), b""))]),
                _JOINING_SECONDS_MAX)
            self._id, self._generation = joined.member_id, joined.generation_id
            shares = self._divided(joined) if joined.leader == self._id else {}
            synced = self._ask(SyncGroupRequest(
                group_id=self._group, generation_id=self._generation, member_id=self._id,
                group_instance_id=None, protocol_type=_KIND,
                protocol_name=RangePartitionAssignor.name, assignments=list(shares.items()),
                max_version=_SYNC_VERSION_MAX), _JOINING_SECONDS_MAX)
        except (*_ANEW, *_ELSEWHERE):
            return None
        share = ConsumerProtocolAssignment.decode(synced.assignment)
        return frozenset(Lane(self._topics[each.topic], each.partition)
                         for each in share.partitions())

    def beat(self) -> bool:
        """Whether our share is still ours; a cluster that is away may still come back to it."""
        try:
            self._ask(HeartbeatRequest(
                group_id=self._group, generation_id=self._generation, member_id=self._id,
                group_instance_id=None), _ANSWER_SECONDS_MAX)
        except _ANEW:
            return False
        except (errors.RetriableError, TemporarilyUnavailable):
            return monotonic() - self._heard < SESSION_SECONDS
        return True

    def leave(self) -> None:
        """Say goodbye, so that nobody waits for us; whether it is heard or not."""
        if not self._id:
            return
        goodbye = LeaveGroupRequest(group_id=self._group, member_id=self._id, members=[
            LeaveGroupRequest.MemberIdentity(member_id=self._id, group_instance_id=None,
                                             reason=None)])
        with suppress(errors.KafkaError, TemporarilyUnavailable):
            self._ask(goodbye, _ANSWER_SECONDS_MAX)
        self._id = ""

    def _divided(self, joined: Any) -> dict[str, Any]:
        """What each member is to have: we are the first of the group, and say so."""
        for member in joined.members:
            member.metadata = ConsumerProtocolSubscription.decode(member.metadata)
        return dict(RangePartitionAssignor.assign(_Cut(self._wire.topics(
            self._topics.values()), self._topics), joined.members))

    def _ask(self, request: Any, seconds_max: float) -> Any:
        """The answer of the server that looks after the group; what it says is wrong is raised."""
        answer = self._wire.at(self._found(), request, seconds_max)
        kind = errors.for_code(answer.error_code)
        if kind is errors.NoError:
            self._heard = monotonic()
            return answer
        if kind is errors.MemberIdRequiredError:
            self._id = answer.member_id
        elif kind is errors.UnknownMemberIdError:
            self._id = ""
        elif kind in _ELSEWHERE:
            self._coordinator = None
        raise kind()

    def _found(self) -> int:
        """The server that looks after the group."""
        if self._coordinator is None:
            answer = self._wire.one(FindCoordinatorRequest(
                key=self._group, key_type=0, coordinator_keys=[self._group], min_version=4))
            (found,) = answer.coordinators
            if found.error_code:
                raise errors.for_code(found.error_code)()
            self._coordinator = found.node_id
        return self._coordinator


class _Cut:
    """How topics are cut, in the form that the driver's assignor asks for it."""

    def __init__(self, partitions: Mapping[str, int], topics: Mapping[str, str]):
        self._partitions = partitions
        self._topics = topics

    def partitions_for_topic(self, name: str) -> Iterable[int] | None:
        """The numbers of a topic's partitions; None if it is not there, or not ours."""
        number = self._partitions.get(self._topics.get(name, ""))
        return None if number is None else range(number)
