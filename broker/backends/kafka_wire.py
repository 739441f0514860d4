"""Asking a Kafka cluster: one connection for all threads, every question bounded in time.

Built on the driver's protocol layer and not on its consumer and producer: those wait without
bound for topics they do not know, keep a thread alive that cannot be closed while the cluster is
away, and stop for ever at a message they cannot read.
"""
from collections.abc import Callable, Collection, Iterable, Mapping
from threading import Lock
from time import monotonic, sleep
from typing import Any, NamedTuple, TypeVar

from kafka import errors
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector
from kafka.protocol.metadata import MetadataRequest

from broker.backends.kafka_client import PATIENCE_SECONDS, KafkaAddress
from broker.backends.kafka_errors import AWAY, passes, translated, translating
from broker.errors import TemporarilyUnavailable
from broker.log.records import Lane

_PAUSE_SECONDS_MIN, _PAUSE_SECONDS_MAX = 0.01, 0.5

Given = TypeVar("Given")
Asked = TypeVar("Asked")
# An answer about one lane, as the driver makes it; it has an `error_code`.
Part = Any


class Deadline:
    """How long somebody is willing to try again, and the pauses in between, which grow."""

    def __init__(self, seconds: float):
        self._ends = monotonic() + seconds
        self._pause = _PAUSE_SECONDS_MIN

    @property
    def left(self) -> float:
        """Seconds that are left; none once it is over."""
        return max(self._ends - monotonic(), 0.0)

    def pause(self) -> None:
        """Wait a little, and the next time a little longer."""
        sleep(min(self._pause, self.left))
        self._pause = min(self._pause * 2, _PAUSE_SECONDS_MAX)


class KafkaWire:
    """A cluster that is asked; connects at the first question, and anew after it was away.

    Every call raises `TemporarilyUnavailable` after about `patience_seconds` without the answer it
    needs, and `ConfigError` at once where waiting does not help.
    """

    def __init__(self, address: KafkaAddress, patience_seconds: float = PATIENCE_SECONDS):
        self._address = address
        self._patience_seconds = patience_seconds
        self._opening = Lock()
        self._open: _Connection | None = None
        self._closed = False
        # Of each topic that exists, under its name on the cluster: its partitions' leaders.
        self._leaders: dict[str, tuple[int, ...]] = {}

    def deadline(self) -> Deadline:
        """The patience of one call."""
        return Deadline(self._patience_seconds)

    def topics(self, names: Collection[str]) -> dict[str, int]:
        """How many partitions each of these topics of the partnership has; those that do not
        exist are left out. What exists is asked once."""
        full = {self._address.topic(name): name for name in names}
        unknown = [each for each in full if each not in self._leaders]
        if unknown:
            self.any(lambda: self._look_up(unknown))
        return {name: len(self._leaders[each]) for each, name in full.items()
                if each in self._leaders}

    def any(self, asking: Callable[[], Given]) -> Given:
        """What asking gives, tried again while the cluster is away."""
        deadline = self.deadline()
        while True:
            try:
                return asking()
            except errors.KafkaError as error:
                self._again(error, deadline)

    def one(self, request: Any) -> Any:
        """The answer of any server; a driver's error is raised as it is."""
        async def ask() -> Any:
            node = manager.least_loaded_node()
            if node is None:
                raise errors.NodeNotReadyError
            return await manager.send(request, node)

        manager = self._opened()
        return self._run(manager, ask)

    def at(self, node: int, request: Any, seconds_max: float) -> Any:
        """The answer of one server; a driver's error is raised as it is."""
        async def ask() -> Any:
            return await manager.send(request, node, request_timeout_ms=seconds_max * 1000)

        manager = self._opened()
        return self._run(manager, ask)

    def of_lanes(
        self, asked: Mapping[Lane, Asked], request_of: Callable[[Mapping[Lane, Asked]], Any],
        parts_of: Callable[[Any], Iterable[tuple[str, int, Part]]],
        also: Collection[int] = (),
    ) -> dict[Lane, Part]:
        """What the leader of each lane answers; lanes that do not exist are left out.

        A part with an error code that passes is asked for again, one in `also` is an answer, and
        any other is raised. `request_of` gets lanes named as on the cluster, `parts_of` gives
        topic, partition and answer.
        """
        left = {Lane(self._address.topic(lane.topic), lane.partition): lane for lane in asked}
        found: dict[Lane, Part] = {}
        deadline = self.deadline()
        while left:
            trouble: errors.KafkaError | None = None
            try:
                self.topics({lane.topic for lane in left.values()})
                nodes, trouble = self._by_leader(left)
                answers = self._each({
                    node: request_of({lane: asked[left[lane]] for lane in lanes})
                    for node, lanes in nodes.items()})
            except errors.KafkaError as error:
                answers, trouble = [], error
            for answer in answers:
                if isinstance(answer, errors.KafkaError):
                    trouble = answer
                    continue
                for topic, partition, part in parts_of(answer):
                    lane = Lane(topic, partition)
                    if part.error_code and part.error_code not in also:
                        trouble = errors.for_code(part.error_code)()
                    elif lane in left:
                        found[left.pop(lane)] = part
            if left:
                self._again(trouble or errors.KafkaProtocolError(), deadline,
                            {lane.topic for lane in left})
        return found

    def close(self) -> None:
        """End the connection; nothing can be asked any more."""
        self._closed = True
        self._drop()

    def _by_leader(
        self, left: dict[Lane, Lane],
    ) -> tuple[dict[int, list[Lane]], errors.KafkaError | None]:
        """The lanes by the server that leads them; those that do not exist leave `left`."""
        nodes: dict[int, list[Lane]] = {}
        trouble = None
        for lane in list(left):
            leaders = self._leaders.get(lane.topic, ())
            if lane.partition >= len(leaders):
                del left[lane]
            elif leaders[lane.partition] < 0:
                trouble = errors.LeaderNotAvailableError()
            else:
                nodes.setdefault(leaders[lane.partition], []).append(lane)
        return nodes, trouble

    def _look_up(self, names: Collection[str]) -> None:
        """Learn of topics from the cluster; one that is not ready yet is an error that passes."""
        request = MetadataRequest(
            topics=[MetadataRequest.MetadataRequestTopic(name=name) for name in names],
            allow_auto_topic_creation=False)

        async def ask() -> Any:
            node = manager.least_loaded_node()
            if node is None:
                raise errors.NodeNotReadyError
            answer = await manager.send(request, node)
            manager.cluster.update_metadata(answer)  # and which servers there are
            return answer

        manager = self._opened()
        for topic in self._run(manager, ask).topics:
            kind = errors.for_code(topic.error_code)
            if kind is errors.NoError:
                led = {each.partition_index: each.leader_id for each in topic.partitions}
                self._leaders[topic.name] = tuple(led[number] for number in sorted(led))
            elif kind is errors.UnknownTopicOrPartitionError:
                self._leaders.pop(topic.name, None)
            else:
                raise kind()

    def _each(self, requests: Mapping[int, Any]) -> list[Any]:
        """The servers' answers, asked at once; an error in place of an answer."""
        async def ask() -> list[Any]:
            asked: list[Any] = []
            for node, request in requests.items():
                try:
                    asked.append(manager.send(request, node))
                except errors.KafkaError as error:
                    asked.append(error)
            answers: list[Any] = []
            for each in asked:
                try:
                    answers.append(each if isinstance(each, errors.KafkaError) else await each)
                except errors.KafkaError as error:
                    answers.append(error)
            return answers

        if not requests:
            return []
        manager = self._opened()
        return list(self._run(manager, ask))

    def _run(self, manager: Any, asking: Callable[[], Any]) -> Any:
        try:
            return manager.run(asking)
        except RuntimeError:  # another thread has given up this connection
            raise errors.KafkaConnectionError from None

    def _opened(self) -> Any:
        assert not self._closed, "the log is closed"
        opened = self._open
        if opened is None:
            if not self._opening.acquire(timeout=self._patience_seconds):
                raise TemporarilyUnavailable(AWAY)
            try:
                opened = self._open = self._open or self._connected()
            finally:
                self._opening.release()
        return opened.manager

    def _connected(self) -> "_Connection":
        self._address.check()
        arguments = self._address.connection(self._patience_seconds)
        net = NetworkSelector(**arguments)
        opened = _Connection(net, KafkaConnectionManager(net, **arguments))
        net.start()
        try:
            with translating():
                if self._address.security.startswith("SASL"):
                    opened.manager.run(lambda: _log_in(opened.manager))
                opened.manager.bootstrap(timeout_ms=self._patience_seconds * 1000)
        except BaseException:
            opened.end()
            raise
        return opened

    def _again(
        self, trouble: errors.KafkaError, deadline: Deadline, topics: Collection[str] = (),
    ) -> None:
        """Wait and forget what may no longer be so; raise what the trouble means to the caller if
        there is no use or no time."""
        if deadline.left and passes(trouble):
            for topic in topics:
                self._leaders.pop(topic, None)
            deadline.pause()
            return
        meaning = translated(trouble)
        if passes(trouble):  # it may come back elsewhere, so the next call begins anew
            self._drop()
            if not isinstance(meaning, TemporarilyUnavailable):
                meaning = TemporarilyUnavailable(AWAY)
        if meaning is None:
            raise trouble
        raise meaning from None

    def _drop(self) -> None:
        opened, self._open = self._open, None
        self._leaders.clear()
        if opened is not None:
            opened.end()


async def _log_in(manager: Any) -> None:
    """Try the password on the first server that answers.

    The driver takes a refusal for a server that went away, and waits: over TLS it drops the answer
    when the connection is closed behind it. Whoever greets us and hangs up at the password, twice,
    does not go away."""
    for server in manager.cluster.bootstrap_brokers():
        for _ in range(2):
            manager.reset_backoff(server.node_id)
            connection = manager.get_connection(server.node_id, refresh_metadata_on_err=False)
            try:
                await connection
                return
            except errors.RetriableError:
                if connection.broker_version_data is None:
                    break
            finally:
                connection.close()
        else:
            raise errors.SaslAuthenticationFailedError


class _Connection(NamedTuple):
    """The driver's connections to a cluster, and the thread that serves them."""

    net: Any
    manager: Any

    def end(self) -> None:
        self.manager.close()
        self.net.close()
