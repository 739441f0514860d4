"""P01: a live link from a person posing risk, and an agency responsible has not been told."""

from datetime import timedelta

from broker.world import council_cases, police_files
from broker.world.agencies import COUNCIL
from broker.world.book import Cell, Record, Subject
from broker.world.plan import local
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)


def _link(stage: Stage, who: Subject, day: int, **cells: Cell) -> Record:
    """A link the police write at noon of a day, from an adult who lives elsewhere."""
    at = stage.plan.at(day, 12, stage.rng.randint(0, 59))
    since: Cell = stage.plan.date_of(day) - stage.rng.randint(3, 20) * _DAY
    record = police_files.risk_link(
        stage.book, who, at, stage.elsewhere(who), **({"from_date": since} | cells)
    )
    return record.write(at)


def _told(stage: Stage, day: int) -> dict[str, Cell]:
    return {"disclosed_to": COUNCIL.code, "disclosed_at": stage.plan.at(day, 11, 10)}


@scenario("p01.council")
def council(stage: Stage) -> None:
    """The council has an open case and was not told."""
    who = stage.in_need()
    link = _link(stage, who, stage.day)
    stage.plant("p01.council", who, stage.plan.at(stage.day, 13), (link,))


@scenario("p01.protection_plan")
def protection_plan(stage: Stage) -> None:
    """A protection plan, a suspected exploiter, and no disclosure."""
    who = stage.protected()
    link = _link(stage, who, stage.day, subject_category="suspected_exploiter")
    stage.plant("p01.protection_plan", who, stage.plan.at(stage.day, 13), (link,))


@scenario("p01.home")
def home(stage: Stage) -> None:
    """The council was told; the home where the child lives was not."""
    who = stage.resident()
    link = _link(stage, who, stage.day, **_told(stage, stage.day))
    stage.plant("p01.home", who, stage.plan.at(stage.day, 13), (link,))


@scenario("p01.withholding_lapsed", settle=2)
def withholding_lapsed(stage: Stage) -> None:
    """A decision to withhold whose review date passes without a review."""
    who = stage.in_need()
    link = _link(stage, who, 0, withheld_reason="Live covert operation", review_due=stage.today)
    stage.plant("p01.withholding_lapsed", who, local(stage.today + 2 * _DAY, 1), (link,))


@scenario("p01.case_opens")
def case_opens(stage: Stage) -> None:
    """An old link on a child nobody worked with, until a case opens."""
    who = stage.contact_only()
    link = _link(stage, who, -stage.rng.randint(40, 200))
    case = council_cases.referral(stage.book, who, stage.today, "N5")
    council_cases.assessment(
        stage.book, who, case, stage.today + 2 * _DAY, stage.today + 30 * _DAY
    )
    for days in (3, 16, 29, 42):
        council_cases.visit(stage.book, who, stage.today + days * _DAY)
    stage.plant("p01.case_opens", who, stage.plan.at(stage.day, 17), (link,))


@scenario("p01.decoy_disclosed")
def decoy_disclosed(stage: Stage) -> None:
    """The council was told before the link was written; the child lives at home."""
    who = stage.in_need()
    link = _link(stage, who, stage.day, **_told(stage, stage.day))
    stage.plant("p01.decoy_disclosed", who, stage.plan.at(stage.day, 13), (link,), decoy=True)


@scenario("p01.decoy_withheld")
def decoy_withheld(stage: Stage) -> None:
    """A decision to withhold, to be reviewed after this world ends."""
    who = stage.in_need()
    link = _link(
        stage, who, stage.day, withheld_reason="Live covert operation",
        review_due=stage.book.last_day + 40 * _DAY,
    )  # fmt: skip
    stage.plant("p01.decoy_withheld", who, stage.plan.at(stage.day, 13), (link,), decoy=True)


@scenario("p01.decoy_nobody_responsible")
def decoy_nobody_responsible(stage: Stage) -> None:
    """No open case and no home: nobody to tell."""
    who = stage.contact_only()
    link = _link(stage, who, stage.day)
    stage.plant(
        "p01.decoy_nobody_responsible", who, stage.plan.at(stage.day, 13), (link,), decoy=True
    )


@scenario("p01.decoy_link_ended")
def decoy_link_ended(stage: Stage) -> None:
    """The link has an end, weeks ago."""
    who = stage.in_need()
    link = _link(
        stage, who, stage.day, from_date=stage.history(200, 300), to_date=stage.history(20, 60)
    )
    stage.plant("p01.decoy_link_ended", who, stage.plan.at(stage.day, 13), (link,), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    council,
    protection_plan,
    home,
    withholding_lapsed,
    case_opens,
    decoy_disclosed,
    decoy_withheld,
    decoy_nobody_responsible,
    decoy_link_ended,
)
