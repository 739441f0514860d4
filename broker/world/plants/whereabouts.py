"""M04: one says the whereabouts are known, another that they are not, over the same hours."""

from dataclasses import replace
from datetime import timedelta

from broker.world.absences import (
    HomeSays,
    Night,
    PoliceSay,
    all_know_where,
    council_episode,
    home_absence,
    night,
    police_missing,
    written_at,
)
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_AWAY = HomeSays(category="unauthorised_absence")


@scenario("m04.home_knows")
def home_knows(stage: Stage) -> None:
    """Away at a known address to the home, missing to the police."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    _, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, _AWAY)
    council_episode(book, who, when, "A")
    assert report is not None
    stage.plant("m04.home_knows", who, written_at(when), (absence, report))


@scenario("m04.council_knows", settle=1)
def council_knows(stage: Stage) -> None:
    """Missing to home and police by the minute, away (A) to the council by the day."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays(log=incident.number))
    episode = council_episode(book, who, when, "A")
    assert report is not None
    stage.plant(
        "m04.council_knows", who, when.noticed + timedelta(minutes=45),
        (absence, report, episode),
    )  # fmt: skip


@scenario("m04.in_hindsight", settle=1)
def in_hindsight(stage: Stage) -> None:
    """Missing that night to everybody; the home calls it unauthorised once the child is back."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays(log=incident.number, interview=False))
    changed = when.returned + timedelta(minutes=35)
    absence.write(changed, category="unauthorised_absence")
    absence.write(
        when.interviewed, return_interview_at=when.interviewed - timedelta(minutes=30),
        return_interview_by="independent",
    )  # fmt: skip
    council_episode(book, who, when)
    assert report is not None
    stage.plant("m04.in_hindsight", who, changed, (absence, report))


@scenario("m04.decoy_both_know")
def decoy_both_know(stage: Stage) -> None:
    """Whereabouts known to home and council; a concern for safety at the police."""
    who = stage.resident()
    told = all_know_where(stage.book, who, stage.day)
    assert told.absence is not None
    assert told.episode is not None
    stage.plant(
        "m04.decoy_both_know", who, told.night.noticed + timedelta(minutes=45),
        (told.absence, told.incident, told.episode), decoy=True,
    )  # fmt: skip


@scenario("m04.decoy_two_kinds_one_day", settle=1)
def decoy_two_kinds_one_day(stage: Stage) -> None:
    """Away and known in the afternoon, back, then missing that night: different hours."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    gone = stage.plan.at(stage.day, 12, stage.rng.randint(0, 30))
    afternoon = Night(
        gone, gone + timedelta(minutes=20), gone + timedelta(minutes=30),
        gone + timedelta(minutes=110), stage.plan.at(stage.day, 15, 10),
    )  # fmt: skip
    first = home_absence(book, who, afternoon, replace(_AWAY, risk="Low", told=False))
    incident, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays(log=incident.number))
    council_episode(book, who, when)
    assert report is not None
    stage.plant(
        "m04.decoy_two_kinds_one_day", who, written_at(when), (first, absence, report), decoy=True
    )


SCENARIOS: tuple[Scenario, ...] = (
    home_knows,
    council_knows,
    in_hindsight,
    decoy_both_know,
    decoy_two_kinds_one_day,
)
