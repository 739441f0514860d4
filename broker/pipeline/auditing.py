"""Writes the audit chain: numbered in the store, in the transaction of what it records."""
from collections.abc import Iterator, Sequence

from broker.audit.chain import START, Draft, Link, entries_after
from broker.audit.verify import Verdict, verify
from broker.errors import RecordRejected
from broker.event.own import AuditEntry
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.messages import message_of
from broker.pipeline.tables import AUDIT, SECRETS
from broker.ports import Reading, Row, Unit
from broker.vocabulary.times import milliseconds_of
from broker.wire.codec import Codec

SALT = "audit_salt"
HEAD = "audit_head"


def record_audit(unit: Unit, codec: Codec, drafts: Sequence[Draft]) -> None:
    """Append entries to the chain and to its export topic."""
    if not drafts:
        return
    last = unit.scan(AUDIT, "number", limit=1, descending=True)
    number, digest = START
    if last:
        entry = entry_of_row(codec, last[0])
        number, digest = entry.number, entry.digest
    entries = entries_after(number, digest, drafts)
    rows: list[Row] = []
    records = []
    for entry in entries:
        message = message_of(codec, entry, entry.at)
        rows.append((entry.number, milliseconds_of(entry.at), entry.subject_digest,
                     message.value))
        records.append(message)
    unit.insert(AUDIT, rows)
    unit.put(SECRETS, [(HEAD, f"{entries[-1].number} {entries[-1].digest}")])
    unit.send(Lane(topics.AUDIT, 0), records)


def entry_of_row(codec: Codec, row: Row) -> AuditEntry:
    """The entry kept in a row of the store."""
    assert isinstance(row[3], bytes)
    entry = codec.decode(row[3])
    assert isinstance(entry, AuditEntry)
    return entry


def audit_entries(reading: Reading, codec: Codec, *, page: int = 1000) -> Iterator[AuditEntry]:
    """The whole chain in order of its numbers."""
    after = -1
    while rows := reading.scan(AUDIT, "number", after=after, limit=page):
        for row in rows:
            yield entry_of_row(codec, row)
        after = int(rows[-1][0] or 0)


def verify_stored(reading: Reading, codec: Codec) -> tuple[Verdict, int]:
    """(the verdict on the whole chain against its recorded head, how many entries it has)."""
    count = reading.count(AUDIT)
    heads = reading.get(SECRETS, [(HEAD,)])
    head = None
    if heads:
        number, _, digest = str(heads[0][1]).partition(" ")
        head = Link(int(number), digest)
    reached = 0

    def counted() -> Iterator[AuditEntry]:
        nonlocal reached
        for entry in audit_entries(reading, codec):
            reached += 1
            yield entry

    try:
        return verify(counted(), head=head), count
    except RecordRejected:
        altered = reached + 1
        return Verdict(False, altered, f"entry {altered} was altered and cannot be read"), count


def salt_of(reading: Reading) -> bytes:
    """The partnership's salt for subject digests, made when the home was made."""
    rows = reading.get(SECRETS, [(SALT,)])
    assert rows, "the home was opened without its salt"
    return bytes.fromhex(str(rows[0][1]))
