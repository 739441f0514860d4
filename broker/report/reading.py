"""Reads from store and log what the reports show, and records who read about a child."""
from collections.abc import Collection, Iterable, Set
from datetime import datetime

from broker.audit.chain import Draft, subject_digest
from broker.case.case import Case, Partnership
from broker.errors import ConfigError
from broker.event.finding import Finding
from broker.event.subject import key_of, record_id_of
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.agencies import facts_of
from broker.pipeline.auditing import record_audit, salt_of
from broker.pipeline.evaluate import findings_in
from broker.pipeline.families import children_with
from broker.pipeline.linking import members_of, resolve
from broker.pipeline.reaches import read_reach
from broker.pipeline.settled import open_by_agency
from broker.pipeline.tables import FINDING_PEOPLE, FINDINGS
from broker.ports import EventLog, Reading, Store
from broker.report.consistency import Consistency, Survey, consistency_of
from broker.report.findings import stored_findings
from broker.report.people import key_meant
from broker.report.survey import Cases, all_cases, people_with
from broker.rules.agency.rule import evaluate_agency
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.rules.limits import Limits
from broker.vocabulary.words import AuditAction, FindingState
from broker.wire.codec import Codec

ROWS_PER_PAGE = 5_000


def members_named(reading: Reading, codec: Codec, text: str) -> tuple[str, ...]:
    """The records of the child an operator named: by a child id, a finding's id, or a record of
    it (as `people list` has it, or `agency:local id`). `ConfigError` where nobody is known under
    it."""
    if ":" in text and (key := key_meant(reading, text)) is not None:
        return next(iter(children_with(reading, [key]).values()))
    about: Iterable[str] = ()
    if reading.get(FINDINGS, [(text,)]):
        finding = findings_in(reading, codec, [text])[text]
        about = {key_of(each.agency, each.system, each.subject) for each in finding.evidence}
        child = finding.child or ""
    else:
        child = text
    child = resolve(reading, child)
    members = members_of(reading, [child]).get(child)
    if members:
        return members
    alone = [key for key in (*about, *people_with(reading)) if record_id_of(key) == child]
    if not alone:
        raise ConfigError(f"Nobody is known as {text}: give a child's id, a finding's id, or a "
                          "record such as police:N1 (`concord people list` shows them).")
    return next(iter(children_with(reading, alone[:1]).values()))


def findings_about(reading: Reading, codec: Codec, members: Iterable[str]) -> list[Finding]:
    """Every finding, in any state, filed under these records."""
    ids = {str(row[1]) for row in reading.find(FINDING_PEOPLE, "person_key", sorted(members))}
    return list(findings_in(reading, codec, ids).values())


def open_findings(reading: Reading, codec: Codec, members: Iterable[str]) -> list[Finding]:
    """What stands about the child of these records, dismissals and history aside."""
    return [each for each in findings_about(reading, codec, members)
            if each.state in (FindingState.OPEN, FindingState.CONFIRMED) and not each.historical]


def one_case(reading: Reading, log: EventLog, source: Cases, members: tuple[str, ...],
             now: datetime) -> Case:
    """The case of the child that these records are."""
    [(_, case)] = all_cases(reading, source, members, now=now, reach=read_reach(reading, log))
    return case


def consistency_now(
    reading: Reading, log: EventLog, codec: Codec, source: Cases, name: str,
    partnership: Partnership, limits: Limits, now: datetime, behind: Collection[str] = (),
) -> Consistency:
    """The consistency report at the present: every child is looked at once. `behind` are the
    agencies of which something waits in an inbox."""
    reach = read_reach(reading, log)
    survey = Survey(limits, RULES)
    for _, case in all_cases(reading, source, people_with(reading), now=now, reach=reach):
        survey.take(case)
    for code in sorted(partnership.agencies):
        survey.take_agency(evaluate_agency(
            facts_of(reading, partnership, code, now, behind), limits, AGENCY_RULES)[0])
    rejected = open_by_agency(reading)
    return consistency_of(name, partnership, now, stored_findings(reading, codec), survey, reach,
                          rejected, (*RULES, *AGENCY_RULES))


def first_published(log: EventLog, codec: Codec) -> dict[str, datetime]:
    """When each finding was first published, by its id, from the findings topic itself."""
    first: dict[str, datetime] = {}
    lane = Lane(topics.FINDINGS, 0)
    position = 0
    while page := log.read(lane, position, ROWS_PER_PAGE):
        for each in page:
            if each.record.value is not None:
                finding_id = codec.fields(each.record.value)["finding"]["finding_id"]
                first.setdefault(finding_id, each.record.timestamp)
        position = page[-1].position + 1
    return first


def record_consultation(
    store: Store, codec: Codec, keys: Set[str], actor: str, agency: str | None, why: str,
    what: str, at: datetime,
) -> None:
    """Write into the audit chain that somebody read about children, an entry for each of these
    records (`agency:local id`); one that names nobody where there is none."""
    with store.begin() as unit:
        salt = salt_of(unit)
        digests: list[str | None] = [subject_digest(salt, key) for key in sorted(keys)]
        record_audit(unit, codec, [Draft(
            action=AuditAction.CONSULTATION, actor=actor, recipient=agency,
            subject_digest=digest, why=why, detail=what, at=at) for digest in digests or [None]])
