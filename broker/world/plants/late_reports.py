"""M09: noticed missing, and the police told more than an hour later."""

from dataclasses import replace
from datetime import datetime, timedelta

from broker.world.absences import (
    HomeSays,
    Night,
    PoliceSay,
    council_episode,
    home_absence,
    night,
    police_missing,
)
from broker.world.book import Record, Subject
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_MINUTE = timedelta(minutes=1)


def _told_after(stage: Stage, minutes: int) -> Night:
    when = night(stage.book, stage.day)
    return replace(when, told=when.noticed + minutes * _MINUTE)


def _tell(stage: Stage, who: Subject, when: Night, says: HomeSays) -> tuple[Record, Record]:
    """Everybody tells the night alike. Returns the home's absence and the police's report."""
    incident, report = police_missing(stage.book, who, when, PoliceSay())
    absence = home_absence(stage.book, who, when, replace(says, log=incident.number))
    council_episode(stage.book, who, when)
    assert report is not None
    return absence, report


def _shown(when: Night) -> datetime:
    return when.told + 15 * _MINUTE


def _late(stage: Stage, variant: str, when: Night, says: HomeSays) -> None:
    """A late call; the police had no record of the night when its hour was over."""
    who = stage.resident()
    records = _tell(stage, who, when, says)
    stage.plant(variant, who, _shown(when), records)
    stage.also(variant.replace("m09", "m02"), who, _shown(when), records)


@scenario("m09.an_hour_and_a_half")
def an_hour_and_a_half(stage: Stage) -> None:
    """Ninety-five minutes by the home's own record."""
    _late(stage, "m09.an_hour_and_a_half", _told_after(stage, 95), HomeSays())


@scenario("m09.three_hours")
def three_hours(stage: Stage) -> None:
    """Staff searched by themselves first."""
    _late(stage, "m09.three_hours", _told_after(stage, 175), HomeSays(risk="High"))


@scenario("m09.by_the_police")
def by_the_police(stage: Stage) -> None:
    """The home does not say when it rang; the police say when the call came."""
    _late(stage, "m09.by_the_police", _told_after(stage, 130), HomeSays(told=False))


@scenario("m09.decoy_within_the_hour")
def decoy_within_the_hour(stage: Stage) -> None:
    """Fifty-seven minutes."""
    who = stage.resident()
    when = _told_after(stage, 57)
    records = _tell(stage, who, when, HomeSays())
    stage.plant("m09.decoy_within_the_hour", who, _shown(when), records, decoy=True)
    stage.also("m02.within_the_hour", who, _shown(when), records)


@scenario("m09.decoy_away_known")
def decoy_away_known(stage: Stage) -> None:
    """Away at a known address: the call three hours later is no late report."""
    book = stage.book
    who = stage.resident()
    when = _told_after(stage, 170)
    incident, _ = police_missing(
        book, who, when, PoliceSay(opening="Concern for safety", missing_row=False)
    )
    absence = home_absence(
        book, who, when, HomeSays(category="unauthorised_absence", risk="Low", log=incident.number)
    )
    council_episode(book, who, when, "A")
    stage.plant("m09.decoy_away_known", who, _shown(when), (absence, incident), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    an_hour_and_a_half,
    three_hours,
    by_the_police,
    decoy_within_the_hour,
    decoy_away_known,
)
