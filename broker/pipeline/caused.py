"""What a link has caused: findings, notices, records given out and readings, listed when it is
undone, and the breach assessment that is opened on them."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from broker.audit.chain import Draft, subject_digest
from broker.event.finding import Finding, NoticeIssued
from broker.event.own import AuditEntry, ChildMembers
from broker.event.subject import key_of, parts_of
from broker.pipeline.auditing import entry_of_row, salt_of
from broker.pipeline.consequences import Consequences
from broker.pipeline.evaluate import findings_in
from broker.pipeline.notify import notice_in
from broker.pipeline.tables import AUDIT, DELIVERED, FINDING_PEOPLE, NOTICES, STATEMENTS
from broker.ports import Reading
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import AuditAction, NoticeState
from broker.wire.codec import Codec

REVIEWING = "to decide whether two records are one child"
BREACH = "a link was undone: whether it was a breach must be assessed"


@dataclass(frozen=True, slots=True)
class Given:
    """Records of one agency that another was given because of a link; `first` and `last` are
    when."""

    from_agency: str
    to_agency: str
    local_id: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Caused:
    """What a link that parts caused: findings that end with it, or that were over before and
    whose evidence lies on both sides of it; the notices of those; records given to an agency that
    holds only the other side; and readings about any of the records (who read cannot have known
    that they were two)."""

    findings: tuple[Finding, ...] = ()
    notices: tuple[NoticeIssued, ...] = ()
    given: tuple[Given, ...] = ()
    readings: tuple[AuditEntry, ...] = ()

    @property
    def to_recall(self) -> tuple[NoticeIssued, ...]:
        """The notices whose recipients have not been told yet that they are over."""
        return tuple(each for each in self.notices if each.state is not NoticeState.ENDED)

    @property
    def reached_somebody(self) -> bool:
        """Whether anybody was told, given or shown anything because of the link."""
        return bool(self.notices or self.given or self.readings)


def caused_by(reading: Reading, codec: Codec, told: Consequences,
              since: datetime | None = None) -> Caused:
    """What the links that a judgement would part have caused, read before it is made.

    `since` is when the link came about, where it is known: what went before it was not caused by
    it. A finding that stands without the link was not caused by it either.
    """
    start_ms = 0 if since is None else milliseconds_of(since)
    findings = {each.finding_id: each for each in told.ended}
    given: list[Given] = []
    readings: dict[int, AuditEntry] = {}
    raised = {each.finding_id for each in told.raised}
    for change in told.parted:
        sides = _sides(change.after)
        findings.update({
            key: each for key, each in _across(reading, codec, sides).items()
            if key not in raised and each.until is not None
            and milliseconds_of(each.until) >= start_ms})
        given += _given(reading, sides, start_ms)
        readings.update(_readings(reading, codec, sides, start_ms))
    return Caused(
        tuple(each for _, each in sorted(findings.items())),
        _notices(reading, codec, findings), tuple(given),
        tuple(each for _, each in sorted(readings.items())))


def _sides(children: Sequence[ChildMembers]) -> dict[str, int]:
    """Which of the children each record will be of."""
    return {key: place for place, child in enumerate(children) for key in child.members}


def _across(reading: Reading, codec: Codec, sides: Mapping[str, int]) -> dict[str, Finding]:
    """The findings whose evidence lies on more than one side."""
    ids = {str(row[1]) for row in reading.find(FINDING_PEOPLE, "person_key", sorted(sides))}
    return {key: each for key, each in findings_in(reading, codec, ids).items()
            if len({sides[about] for said in each.evidence
                    if (about := key_of(said.agency, said.system, said.subject)) in sides}) > 1}


def _notices(reading: Reading, codec: Codec, ids: Iterable[str]) -> tuple[NoticeIssued, ...]:
    found = [notice_in(codec, row[5])
             for row in reading.find(NOTICES, "finding_id", sorted(ids))]
    return tuple(sorted(found, key=lambda each: (each.issued_at, each.notice_id)))


def _given(reading: Reading, sides: Mapping[str, int], start_ms: int) -> list[Given]:
    """Records of one side given to an agency that holds the child on another side only."""
    holders: dict[str, set[int]] = {}
    for key, side in sides.items():
        holders.setdefault("{}:{}".format(*parts_of(key)), set()).add(side)
    times: dict[tuple[str, str], list[int]] = {}
    for key, side in sides.items():
        others = sorted(each for each, held in holders.items() if side not in held)
        events = [bytes(row[1]).hex() for row in reading.find(STATEMENTS, "person_key", [key])
                  if isinstance(row[1], bytes)]
        codes = {each.partition(":")[0] for each in others}
        rows = reading.get(DELIVERED, [(f"{event}/{code}",) for event in events
                                       for code in sorted(codes)])
        for row in rows:
            if str(row[2]) in others and int(row[1] or 0) >= start_ms:
                times.setdefault((parts_of(key)[0], str(row[2])), []).append(int(row[1] or 0))
    return [Given(agency, *parts_of(holder), len(at), moment_of(min(at)), moment_of(max(at)))
            for (agency, holder), at in sorted(times.items())]


def _readings(reading: Reading, codec: Codec, sides: Mapping[str, int],
              start_ms: int) -> dict[int, AuditEntry]:
    """Who read about these records, as the audit chain has it; who reviewed the pair aside."""
    salt = salt_of(reading)
    digests = {subject_digest(salt, name) for key in sides
               for name in (key, "{}:{}".format(*parts_of(key)))}
    entries = [entry_of_row(codec, row)
               for row in reading.find(AUDIT, "subject_digest", sorted(digests))]
    return {each.number: each for each in entries
            if each.action is AuditAction.CONSULTATION and each.why != REVIEWING
            and milliseconds_of(each.at) >= start_ms}


def assessment_of(caused: Caused | None, judgement_id: UUID, by: str,
                  at: datetime) -> tuple[Draft, ...]:
    """What opens the breach assessment of an undone link in the audit chain, with what it
    reached; nothing where no link was undone or it reached nobody."""
    if caused is None or not caused.reached_somebody:
        return ()
    given = sum(each.count for each in caused.given)
    return (Draft(
        action=AuditAction.DECISION, actor=by, recipient=None, subject_digest=None, why=BREACH,
        detail=f"judgement {judgement_id}: {len(caused.notices)} notices, {given} records given, "
               f"{len(caused.readings)} readings",
        at=at),)
