"""K01 and R03: one concern told in incompatible kinds; a notice without the child's voice."""

from datetime import date, datetime, timedelta

from broker.world import council_cases, police_files
from broker.world.book import Cell, Record, Subject
from broker.world.plan import local_date, on_weekday
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_ASSESSED_AFTER = 21


def _noticed(stage: Stage, who: Subject, day: date, **cells: Cell) -> tuple[Record, datetime]:
    """An incident attended, the child seen after it, and the notice, written and shared."""
    book = stage.book
    reported = stage.plan.at(stage.plan.day_of(day), 11, stage.rng.randint(0, 50))
    incident = police_files.incident(
        book, who, reported, "Concern for safety", "Priority", caller_type="professional"
    )
    created = reported + 50 * _MINUTE
    police_files.run_incident(
        incident, reported, reported + 3 * _HOUR, child_seen_at=created + 20 * _MINUTE
    )
    notice = police_files.notice(book, who, incident, created, **cells)
    return notice.write(created + 130 * _MINUTE), created


def _led_to(
    stage: Stage, who: Subject, day: date, need: str, factors: tuple[str, ...],
    authorised: date | None,
) -> Record:  # fmt: skip
    """The police's referral, its assessment, and visits as a child in need has them."""
    book = stage.book
    case = council_cases.referral(book, who, day, need, source=council_cases.POLICE_SOURCE)
    done = council_cases.assessment(book, who, case, day + 2 * _DAY, authorised, factors)
    visited = on_weekday(day + 5 * _DAY)
    while visited <= book.last_day:
        council_cases.visit(book, who, visited)
        visited = on_weekday(visited + 13 * _DAY)
    return done


def _compared(
    stage: Stage, variant: str, concern: str, need: str, factors: tuple[str, ...], *,
    waits: int = 0, done: bool = True,
) -> None:  # fmt: skip
    """A notice, the referral `waits` days later, and its assessment authorised on the day."""
    who = stage.contact_only((8, 15))
    day = on_weekday(stage.today - (_ASSESSED_AFTER + waits) * _DAY)
    notice, _ = _noticed(stage, who, day, concern_types=concern)
    if waits:
        council_cases.contact(
            stage.book, who, day, council_cases.POLICE_SOURCE, "NEW_REFERRAL"
        )
    assessed = _led_to(
        stage, who, day + waits * _DAY, need, factors, stage.today if done else None
    )
    stage.plant(
        variant, who, stage.book.office_hours(stage.today), (notice, assessed),
        decoy=".decoy_" in variant,
    )  # fmt: skip


@scenario("k01.sexual_to_police")
def sexual_to_police(stage: Stage) -> None:
    """Sexual abuse in the notice; the assessment it led to names domestic abuse alone."""
    _compared(stage, "k01.sexual_to_police", "sexual_abuse", "N5", ("3B",))


@scenario("k01.exploited_to_police")
def exploited_to_police(stage: Stage) -> None:
    """Exploitation in the notice, referred two days later, and nothing of it at the council."""
    _compared(
        stage, "k01.exploited_to_police", "sexual_exploitation;missing", "N4", ("16A", "3B"),
        waits=2,
    )  # fmt: skip


@scenario("k01.sexual_to_council")
def sexual_to_council(stage: Stage) -> None:
    """Neglect in the notice; the assessment names sexual abuse by an adult."""
    _compared(stage, "k01.sexual_to_council", "neglect", "N1", ("16A", "19C"))


@scenario("k01.decoy_agreed")
def decoy_agreed(stage: Stage) -> None:
    """Both name sexual abuse, among other things."""
    _compared(stage, "k01.decoy_agreed", "sexual_abuse;neglect", "N1", ("19C", "3B"))


@scenario("k01.decoy_between_children")
def decoy_between_children(stage: Stage) -> None:
    """Sexual abuse in the notice; the council's factor is the code for one child by another."""
    _compared(stage, "k01.decoy_between_children", "sexual_abuse", "N1", ("19B", "3B"))


@scenario("k01.decoy_not_assessed")
def decoy_not_assessed(stage: Stage) -> None:
    """Sexual abuse in the notice, and the assessment is not complete."""
    _compared(stage, "k01.decoy_not_assessed", "sexual_abuse", "N1", (), done=False)


@scenario("k01.decoy_no_such_harm")
def decoy_no_such_harm(stage: Stage) -> None:
    """Domestic abuse in the notice, emotional abuse at the council: no kinds that exclude."""
    _compared(stage, "k01.decoy_no_such_harm", "domestic_abuse", "N5", ("17A",))


def _voiced(stage: Stage, variant: str, who: Subject, **cells: Cell) -> Record:
    notice, created = _noticed(stage, who, stage.today, **cells)
    council_cases.contact(
        stage.book, who, local_date(created), council_cases.POLICE_SOURCE, "ADVICE"
    )
    shown = created + 3 * _HOUR
    stage.plant(variant, who, shown, (notice,), decoy=".decoy_" in variant)
    return notice


@scenario("r03.neither")
def neither(stage: Stage) -> None:
    """A notice about the adults."""
    _voiced(
        stage, "r03.neither", stage.contact_only(), child_spoken_to="N", demeanour_recorded="N",
        concern_types="domestic_abuse",
    )  # fmt: skip


@scenario("r03.asked_later", settle=1)
def asked_later(stage: Stage) -> None:
    """Left empty at first; the next day the officer writes that there is neither."""
    who = stage.in_need()
    notice, created = _noticed(
        stage, who, stage.today, child_spoken_to="", demeanour_recorded=""
    )
    council_cases.contact(
        stage.book, who, local_date(created), council_cases.POLICE_SOURCE, "ADVICE"
    )
    at = created + 23 * _HOUR
    notice.write(at, child_spoken_to="N", demeanour_recorded="N")
    stage.plant("r03.asked_later", who, at, (notice,))


@scenario("r03.decoy_only_seen")
def decoy_only_seen(stage: Stage) -> None:
    """A child too small to be asked: how it was is there."""
    _voiced(stage, "r03.decoy_only_seen", stage.contact_only((2, 3)), child_spoken_to="N")


@scenario("r03.decoy_only_heard")
def decoy_only_heard(stage: Stage) -> None:
    """What the child said is there."""
    _voiced(stage, "r03.decoy_only_heard", stage.in_need(), demeanour_recorded="N")


@scenario("r03.decoy_both")
def decoy_both(stage: Stage) -> None:
    """A young child's notice with both."""
    _voiced(stage, "r03.decoy_both", stage.contact_only((3, 6)))


@scenario("r03.decoy_completed")
def decoy_completed(stage: Stage) -> None:
    """Begun at the scene, completed before the evening."""
    who = stage.contact_only()
    book = stage.book
    reported = stage.plan.at(stage.day, 9, stage.rng.randint(0, 50))
    incident = police_files.incident(book, who, reported, "Domestic incident", "Priority")
    created = reported + 50 * _MINUTE
    police_files.run_incident(
        incident, reported, reported + 3 * _HOUR, child_seen_at=created + 20 * _MINUTE
    )
    notice = police_files.notice(
        book, who, incident, created, child_spoken_to="N", demeanour_recorded="N",
        shared_with_csc_at=None,
    )  # fmt: skip
    notice.write(created + 30 * _MINUTE)
    notice.write(
        created + 5 * _HOUR, child_spoken_to="Y", demeanour_recorded="Y",
        shared_with_csc_at=created + 4 * _HOUR,
    )  # fmt: skip
    council_cases.contact(book, who, local_date(created), council_cases.POLICE_SOURCE, "ADVICE")
    stage.plant("r03.decoy_completed", who, created + 5 * _HOUR, (notice,), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    sexual_to_police,
    exploited_to_police,
    sexual_to_council,
    decoy_agreed,
    decoy_between_children,
    decoy_not_assessed,
    decoy_no_such_harm,
    neither,
    asked_later,
    decoy_only_seen,
    decoy_only_heard,
    decoy_both,
    decoy_completed,
)
