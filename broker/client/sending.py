"""A statement made into the message that its agency's inbox takes, or refused on the spot."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from broker.errors import RecordRejected
from broker.event import own
from broker.event.digest import derived_id, digest_of, event_id_of
from broker.event.envelope import Statement
from broker.log import topics
from broker.log.records import Lane, Record
from broker.log.refusal import Refused
from broker.ports import EventLog
from broker.vocabulary.words import System
from broker.wire.codec import Codec
from broker.wire.headers import headers_of

NOT_ITS_OWN = "a statement of another agency than the one that sends it"
NOT_API = "a statement sent by a program whose system is not api"
TOO_LARGE = "a statement larger than a message may be"
RAW_BYTES_KEPT = 64 * 1024
# What is waiting to be acknowledged at one time; more is only taken when it has been.
STATEMENTS_MAX, BYTES_MAX = 500, 4 * 1024 * 1024


class TooLarge(RecordRejected):
    """A statement is larger than a message may be, and was not sent.

    `reject` says all of it that is to be kept: size in bytes, SHA-256 and the first 64 KiB of
    what would have been sent. An agency cannot write to the rejects: keep it, or tell Concord's
    operator. It holds personal data, the exception's text does not.
    """

    def __init__(self, reject: own.RecordRejected):
        super().__init__(TOO_LARGE)
        self.reject = reject


@dataclass(frozen=True, slots=True)
class Rejection:
    """A statement that was not sent, and why."""

    statement: Statement = field(repr=False)
    why: RecordRejected


@dataclass(slots=True)
class Sent:
    """What became of many statements: how many are in the inbox, and those that never will be."""

    sent: int = 0
    rejected: list[Rejection] = field(default_factory=list)


class Outgoing:
    """One agency's way into its inbox."""

    def __init__(self, code: str, log: EventLog, codec: Codec):
        self._code = code
        self._log = log
        self._codec = codec
        self.inbox = topics.inbox(code)

    def lane_of(self, subject_key: str) -> Lane:
        """Where what is said of a subject goes."""
        return Lane(self.inbox, topics.partition_of(
            subject_key, self._log.partitions(self.inbox)))

    def message_of(self, statement: Statement, now: datetime) -> tuple[Lane, Record]:
        """The lane and the message of a statement; RecordRejected where it cannot be sent."""
        if statement.agency != self._code:
            raise RecordRejected(NOT_ITS_OWN)
        if statement.system is not System.API:
            raise RecordRejected(NOT_API)
        event_id = event_id_of(statement, digest_of(statement), statement.recorded_at)
        value = self._codec.encode(statement, event_id=event_id)
        if len(value) > topics.INBOX_BYTES_MAX:
            raise TooLarge(self._reject_of(value, now))
        return self.lane_of(statement.subject_key), Record(
            event_id.bytes, value, now, headers_of(statement, event_id=event_id))

    def send(self, lane: Lane, record: Record) -> None:
        """Append one message and wait until it is kept."""
        self._log.append(lane, [record])

    def send_each(self, statements: Iterable[Statement], now: datetime) -> Sent:
        """Send many, no more at a time than is kept in memory; those of a subject in order."""
        outcome = Sent()
        for batch in self._batches(statements, now, outcome):
            for lane, going in batch.items():
                try:
                    self._log.append(lane, [record for _, record in going])
                except Refused as refused:
                    outcome.rejected.extend(
                        Rejection(going[place][0], RecordRejected(refused.reason))
                        for place in refused.places)
                    outcome.sent -= len(refused.places)
                outcome.sent += len(going)
        return outcome

    def _batches(self, statements: Iterable[Statement], now: datetime, outcome: Sent) \
            -> Iterator[dict[Lane, list[tuple[Statement, Record]]]]:
        batch: dict[Lane, list[tuple[Statement, Record]]] = {}
        count = size = 0
        for statement in statements:
            try:
                lane, record = self.message_of(statement, now)
            except RecordRejected as why:
                outcome.rejected.append(Rejection(statement, why))
                continue
            batch.setdefault(lane, []).append((statement, record))
            count += 1
            size += len(record.value or b"")
            if count >= STATEMENTS_MAX or size >= BYTES_MAX:
                yield batch
                batch, count, size = {}, 0, 0
        if batch:
            yield batch

    def _reject_of(self, value: bytes, now: datetime) -> own.RecordRejected:
        digest = sha256(value).hexdigest()
        return own.RecordRejected(
            reject_id=derived_id("reject", self._code, "client", digest), agency=self._code,
            reason=TOO_LARGE, topic=self.inbox, schema_id=int.from_bytes(value[1:5], "big"),
            size=len(value), sha256=digest, raw=value[:RAW_BYTES_KEPT], rejected_at=now)
