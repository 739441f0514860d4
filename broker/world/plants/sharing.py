"""R01: a concern not shared within a day, or shared and unknown to the other side."""

from datetime import datetime, timedelta

from broker.world import council_cases, home_files, police_files
from broker.world.book import Cell, Record, Subject
from broker.world.plan import local, local_date, working_days_after
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_HOUR = timedelta(hours=1)
_LIMIT = 24 * _HOUR


def _notice(stage: Stage, who: Subject, **cells: Cell) -> tuple[Record, datetime]:
    """An incident, and a notice written at the scene; the child is seen after it.

    Returns the notice, not yet written, and the moment it was raised.
    """
    book = stage.book
    reported = stage.plan.at(stage.day, 10, stage.rng.randint(0, 59))
    incident = police_files.incident(
        book, who, reported, "Domestic incident", "Priority", role="victim"
    )
    created = reported + timedelta(minutes=50)
    police_files.run_incident(
        incident, reported, reported + 3 * _HOUR, child_seen_at=created + 0.3 * _HOUR
    )
    return police_files.notice(book, who, incident, created, **cells), created


def _unshared(stage: Stage, variant: str, who: Subject, **cells: Cell) -> None:
    notice, created = _notice(stage, who, shared_with_csc_at=None, **cells)
    notice.write(created + _HOUR)
    stage.plant(variant, who, created + _LIMIT, (notice,), decoy=".decoy_" in variant)


@scenario("r01.high_unshared", settle=1)
def high_unshared(stage: Stage) -> None:
    """High risk, and never shared."""
    who = stage.contact_only()
    _unshared(stage, "r01.high_unshared", who, risk_grade="High", concern_types="domestic_abuse")


@scenario("r01.exploitation_unshared", settle=1)
def exploitation_unshared(stage: Stage) -> None:
    """Criminal exploitation, and never shared, on a child with an open case."""
    who = stage.in_need((12, 15))
    _unshared(stage, "r01.exploitation_unshared", who, concern_types="criminal_exploitation")


@scenario("r01.medium_unshared", settle=1)
def medium_unshared(stage: Stage) -> None:
    """Medium risk, and never shared."""
    who = stage.contact_only()
    _unshared(stage, "r01.medium_unshared", who, concern_types="neglect;emotional_abuse")


@scenario("r01.shared_late", settle=1)
def shared_late(stage: Stage) -> None:
    """Shared on the third day."""
    who = stage.contact_only()
    notice, created = _notice(stage, who, shared_with_csc_at=None)
    notice.write(created + _HOUR)
    shared = created + 52 * _HOUR
    notice.write(shared + 0.2 * _HOUR, shared_with_csc_at=shared)
    council_cases.contact(
        stage.book, who, local_date(shared), council_cases.POLICE_SOURCE, "ADVICE"
    )
    stage.plant("r01.shared_late", who, created + _LIMIT, (notice,))


@scenario("r01.never_arrived", settle=7)
def never_arrived(stage: Stage) -> None:
    """Shared, the police say; three working days later the council holds no contact."""
    who = stage.contact_only()
    notice, created = _notice(stage, who)
    notice.write(created + 3 * _HOUR)
    due = working_days_after(local_date(created), 3) + timedelta(days=1)
    stage.plant("r01.never_arrived", who, local(due, 1), (notice,))


@scenario("r01.home_kept_it", settle=1)
def home_kept_it(stage: Stage) -> None:
    """A home notified Ofsted of exploitation and never told the authority."""
    who = stage.resident((12, 15))
    occurred = stage.plan.at(stage.day, 11, 20)
    record = home_files.notification(
        stage.book, who, "child_sexual_exploitation", occurred, notified_authority_at=None
    )
    record.write(occurred + 2 * _HOUR)
    stage.plant("r01.home_kept_it", who, occurred + _LIMIT + 3 * _HOUR, (record,))


@scenario("r01.decoy_reason_not_to", settle=1)
def decoy_reason_not_to(stage: Stage) -> None:
    """Not shared, and the reason is written."""
    reason = "Already held by the duty team under the same log"
    _unshared(stage, "r01.decoy_reason_not_to", stage.contact_only(), not_shared_reason=reason)


@scenario("r01.decoy_triaged", settle=1)
def decoy_triaged(stage: Stage) -> None:
    """Triaged with the council in the same office: the outcome shows that it was shared."""
    who = stage.contact_only()
    _unshared(stage, "r01.decoy_triaged", who, triage_outcome="Early help offered")


@scenario("r01.decoy_just_in_time", settle=1)
def decoy_just_in_time(stage: Stage) -> None:
    """Shared after twenty-two hours, before any extract could call it late."""
    who = stage.contact_only()
    notice, created = _notice(stage, who, shared_with_csc_at=None)
    notice.write(created + _HOUR)
    shared = created + 22 * _HOUR
    notice.write(shared + 0.2 * _HOUR, shared_with_csc_at=shared)
    council_cases.contact(stage.book, who, local_date(shared), council_cases.POLICE_SOURCE)
    stage.plant("r01.decoy_just_in_time", who, created + _LIMIT, (notice,), decoy=True)


@scenario("r01.decoy_case_open", settle=7)
def decoy_case_open(stage: Stage) -> None:
    """Shared on a child whose case is open: the worker has it, and no contact is made."""
    who = stage.in_need()
    notice, created = _notice(stage, who)
    notice.write(created + 3 * _HOUR)
    due = working_days_after(local_date(created), 3) + timedelta(days=1)
    stage.plant("r01.decoy_case_open", who, local(due, 1), (notice,), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    high_unshared,
    exploitation_unshared,
    medium_unshared,
    shared_late,
    never_arrived,
    home_kept_it,
    decoy_reason_not_to,
    decoy_triaged,
    decoy_just_in_time,
    decoy_case_open,
)
