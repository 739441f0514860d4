"""A share of the work through a Kafka consumer group, which divides lanes and nothing else."""
from collections.abc import Iterable
from threading import Event, Thread
from time import monotonic

from kafka import errors

from broker.backends.kafka_client import PATIENCE_SECONDS, KafkaAddress
from broker.backends.kafka_errors import passes, translated
from broker.backends.kafka_member import BEAT_SECONDS, Member
from broker.backends.kafka_wire import KafkaWire
from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable
from broker.log.records import Lane

# A worker that has not asked for its lanes for so long is taken for stuck.
SILENCE_SECONDS_MAX = 300.0
_AGAIN_SECONDS = 0.2
_LEAVING_SECONDS_MAX = 10.0


class GroupAssignment:
    """The lanes that a consumer group gives to this worker.

    Nothing is fetched or committed through the group: it can lose or repeat nothing. Workers of
    one group name the same topics, which must exist. A topic's partition of one number goes to the
    same worker as the others' of that number, so that a subject's records meet in one place. One
    thread at a time may use it; one of its own is the group's member, so that a worker busy with
    its turn holds nobody up. While the cluster is away there are no lanes; they come back with it.
    """

    def __init__(
        self, address: KafkaAddress, group: str, topics: Iterable[str], *,
        patience_seconds: float = PATIENCE_SECONDS,
        silence_seconds_max: float = SILENCE_SECONDS_MAX,
    ):
        self._address = address
        self._group = address.topic(group)
        self._names = {address.topic(topic): topic for topic in topics}
        self._patience_seconds = patience_seconds
        self._silence_seconds_max = silence_seconds_max
        self._lanes: frozenset[Lane] = frozenset()
        self._asked = monotonic()
        self._leaving = Event()
        self._thread: Thread | None = None
        self._trouble: ConcordError | None = None
        self._join()

    def lanes(self) -> frozenset[Lane]:
        """The lanes to read now; none while the work is being divided anew."""
        self._asked = monotonic()
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            raise trouble
        if self._thread is None or not self._thread.is_alive():
            self._join()
        return self._lanes

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(_LEAVING_SECONDS_MAX)
            self._thread = None

    def _join(self) -> None:
        """Begin to be a member; the lanes come when the others have been heard."""
        wire = KafkaWire(self._address, self._patience_seconds)
        try:
            missing = sorted(set(self._names.values()) - wire.topics(self._names.values()).keys())
        finally:
            wire.close()
        if missing:
            raise ConfigError(f"Kafka has no topic {missing[0]}: run `concord init --kafka`, which"
                              " makes what is missing")
        self._leaving.clear()
        self._thread = Thread(target=self._run, name="kafka-group", daemon=True)
        self._thread.start()

    @property
    def _over(self) -> bool:
        """Whether this worker leaves, or has not asked for its lanes for too long."""
        return self._leaving.is_set() or (
            monotonic() - self._asked > self._silence_seconds_max)

    def _run(self) -> None:
        """Be a member, over a new connection whenever one is lost."""
        while not self._over:
            wire = KafkaWire(self._address, self._patience_seconds)
            try:
                self._be_a_member(Member(wire, self._group, self._names))
            except errors.KafkaError as error:
                if not passes(error):
                    self._trouble = translated(error) or ConfigError(
                        "Kafka's consumer group does not work as it must: look into its log, and"
                        " check that no other program uses the group")
                    return
            except TemporarilyUnavailable:
                pass
            except ConcordError as error:
                self._trouble = error
                return
            finally:
                self._lanes = frozenset()
                wire.close()
            self._leaving.wait(_AGAIN_SECONDS)

    def _be_a_member(self, member: Member) -> None:
        try:
            while not self._over:
                share = member.join()
                if share is None:
                    self._leaving.wait(_AGAIN_SECONDS / 10)
                    continue
                self._lanes = share
                while not self._leaving.wait(BEAT_SECONDS) and not self._over and member.beat():
                    pass
                self._lanes = frozenset()
        finally:
            member.leave()
