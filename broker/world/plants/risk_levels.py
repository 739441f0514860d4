"""M05: two agencies' risk two levels apart, or none or low beside a protection plan."""

from datetime import timedelta

from broker.world.absences import (
    HomeSays,
    PoliceSay,
    council_episode,
    home_absence,
    night,
    police_missing,
    written_at,
)
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_ABSENT = "No apparent risk (absent)"
_NO_RISK = "No apparent risk"


def _levels(stage: Stage, variant: str, home: str, police: PoliceSay, *, logged: bool) -> None:
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, report = police_missing(book, who, when, police)
    log = incident.number if logged else ""
    absence = home_absence(book, who, when, HomeSays(risk=home, log=log))
    council_episode(book, who, when)
    assert report is not None
    stage.plant(variant, who, written_at(when), (absence, report), decoy=".decoy_" in variant)


@scenario("m05.home_high_police_low")
def home_high_police_low(stage: Stage) -> None:
    """Two levels apart, joined by the log number."""
    _levels(stage, "m05.home_high_police_low", "High", PoliceSay(risk="Low"), logged=True)


@scenario("m05.police_see_no_risk")
def police_see_no_risk(stage: Stage) -> None:
    """No apparent risk (absent) to the police, medium to the home, joined by the night."""
    say = PoliceSay(classification=_ABSENT, risk=_NO_RISK)
    _levels(stage, "m05.police_see_no_risk", "Medium", say, logged=False)


@scenario("m05.police_say_very_low")
def police_say_very_low(stage: Stage) -> None:
    """The newer word for no apparent risk."""
    _levels(stage, "m05.police_say_very_low", "Medium", PoliceSay(risk="Very low"), logged=True)


@scenario("m05.police_high_home_low")
def police_high_home_low(stage: Stage) -> None:
    """The home is the one that sees little."""
    say = PoliceSay(risk="High", grade="Immediate")
    _levels(stage, "m05.police_high_home_low", "Low", say, logged=False)


@scenario("m05.low_beside_plan", settle=1)
def low_beside_plan(stage: Stage) -> None:
    """Low to the police while a protection plan is live at the council."""
    book = stage.book
    who = stage.protected((11, 15))
    when = night(book, stage.day)
    _, report = police_missing(book, who, when, PoliceSay(risk="Low"))
    council_episode(book, who, when)
    assert report is not None
    stage.plant(
        "m05.low_beside_plan", who, when.told + timedelta(minutes=12),
        (report, who.records["plan"]),
    )  # fmt: skip


@scenario("m05.decoy_one_level")
def decoy_one_level(stage: Stage) -> None:
    """High and medium are neighbours."""
    _levels(stage, "m05.decoy_one_level", "High", PoliceSay(), logged=True)


@scenario("m05.decoy_low_and_none")
def decoy_low_and_none(stage: Stage) -> None:
    """Low and none are neighbours too, and there is no plan."""
    say = PoliceSay(classification=_ABSENT, risk=_NO_RISK)
    _levels(stage, "m05.decoy_low_and_none", "Low", say, logged=False)


@scenario("m05.decoy_plan_ended", settle=1, earliest=4)
def decoy_plan_ended(stage: Stage) -> None:
    """Low, some days after the protection plan ended and became a plan in need."""
    book = stage.book
    who = stage.protected((11, 15))
    ended = stage.plan.date_of(stage.day - 3)
    who.records["plan"].write(book.office_hours(ended), cppl_cp_plan_end_date=ended)
    who.records["plan_marker"].write(book.office_hours(ended), cleared_at=book.office_hours(ended))
    when = night(book, stage.day)
    _, report = police_missing(book, who, when, PoliceSay(risk="Low"))
    council_episode(book, who, when)
    assert report is not None
    stage.plant(
        "m05.decoy_plan_ended", who, when.told + timedelta(minutes=12),
        (report, who.records["plan"]), decoy=True,
    )  # fmt: skip


SCENARIOS: tuple[Scenario, ...] = (
    home_high_police_low,
    police_see_no_risk,
    police_say_very_low,
    police_high_home_low,
    low_beside_plan,
    decoy_one_level,
    decoy_low_and_none,
    decoy_plan_ended,
)
