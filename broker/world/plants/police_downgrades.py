"""M10: missing to the police at first, and something less while the child was still away."""

from collections.abc import Mapping
from datetime import timedelta

from broker.world import police_files
from broker.world.absences import (
    HomeSays,
    PoliceSay,
    council_episode,
    end_missing_report,
    home_absence,
    missing_report,
    night,
    police_incident,
)
from broker.world.book import Cell
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_ABSENT = "No apparent risk (absent)"
_NO_RISK = "No apparent risk"
_NOTHING: Mapping[str, Cell] = {}


def _change(
    stage: Stage,
    variant: str,
    *,
    first: str,
    home: str,
    away: Mapping[str, Cell] = _NOTHING,
    back: Mapping[str, Cell] = _NOTHING,
) -> None:
    """A report at risk `first`, changed by `away` while the child is gone and by `back` after."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    say = PoliceSay(risk=first, grade="Immediate" if first == "High" else "Priority", ends=False)
    incident = police_incident(book, who, when, say)
    report = missing_report(book, who, when, incident, say)
    changed = when.told + timedelta(minutes=100)
    if away:
        report.write(changed, risk_changed_at=changed - timedelta(minutes=5), **away)
    end_missing_report(report, when)
    if back:
        report.write(when.returned + timedelta(minutes=50), **back)
    incident.write(
        when.returned + timedelta(minutes=55), closing_category="Missing person",
        closed_at=when.returned + timedelta(minutes=50),
    )  # fmt: skip
    absence = home_absence(book, who, when, HomeSays(risk=home, log=incident.number))
    council_episode(book, who, when)
    shown = changed if away else when.returned + timedelta(hours=1)
    stage.plant(variant, who, shown, (report, absence), decoy=".decoy_" in variant)


@scenario("m10.risk_lowered")
def risk_lowered(stage: Stage) -> None:
    """High to medium while the child is away."""
    _change(stage, "m10.risk_lowered", first="High", home="High", away={"risk_final": "Medium"})


@scenario("m10.no_apparent_risk")
def no_apparent_risk(stage: Stage) -> None:
    """Missing becomes absent: the same kind of thing at less risk."""
    away = {"classification": _ABSENT, "risk_final": _NO_RISK}
    _change(stage, "m10.no_apparent_risk", first="Medium", home="Low", away=away)


@scenario("m10.reclassified")
def reclassified(stage: Stage) -> None:
    """Missing becomes a concern for safety; the incident still says missing."""
    away = {"classification": "Concern for safety"}
    _change(stage, "m10.reclassified", first="Medium", home="Medium", away=away)


@scenario("m10.closed_as_concern")
def closed_as_concern(stage: Stage) -> None:
    """The incident is opened as missing and closed as a concern before the child is back."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident = police_files.incident(book, who, when.told, "Missing person", "Priority")
    closed = when.told + timedelta(minutes=110)
    police_files.run_incident(incident, when.told, closed, closing_category="Concern for safety")
    report = missing_report(book, who, when, incident, PoliceSay())
    absence = home_absence(book, who, when, HomeSays(log=incident.number))
    council_episode(book, who, when)
    shown = closed + timedelta(minutes=10)
    stage.plant("m10.closed_as_concern", who, shown, (incident, report, absence))


@scenario("m10.decoy_lowered_after_return", settle=1)
def decoy_lowered_after_return(stage: Stage) -> None:
    """Lowered when the child was safe."""
    _change(
        stage, "m10.decoy_lowered_after_return", first="High", home="High",
        back={"risk_final": "Medium"},
    )  # fmt: skip


@scenario("m10.decoy_raised")
def decoy_raised(stage: Stage) -> None:
    """Raised while the child was away."""
    _change(stage, "m10.decoy_raised", first="Medium", home="High", away={"risk_final": "High"})


SCENARIOS: tuple[Scenario, ...] = (
    risk_lowered,
    no_apparent_risk,
    reclassified,
    closed_as_concern,
    decoy_lowered_after_return,
    decoy_raised,
)
