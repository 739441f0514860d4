"""M02: missing to the home or the council, and nothing of it at the police."""

from datetime import datetime, timedelta

from broker.world import police_files
from broker.world.absences import (
    HomeSays,
    Night,
    PoliceSay,
    all_know_where,
    council_episode,
    everyone_agrees,
    home_absence,
    night,
    police_missing,
    written_at,
)
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_LIMIT = timedelta(minutes=60)


def _shown(when: Night) -> datetime:
    """When the limit has passed, counted from the latest moment one may count it from."""
    return written_at(when) + _LIMIT


@scenario("m02.nobody_told", settle=1)
def nobody_told(stage: Stage) -> None:
    """The home writes it down and tells nobody."""
    who = stage.resident()
    when = night(stage.book, stage.day)
    absence = home_absence(stage.book, who, when, HomeSays(told=False))
    council_episode(stage.book, who, when)
    stage.plant("m02.nobody_told", who, _shown(when), (absence,))


@scenario("m02.told_but_no_record", settle=1)
def told_but_no_record(stage: Stage) -> None:
    """The home says it rang; the police hold nothing."""
    who = stage.resident()
    when = night(stage.book, stage.day)
    absence = home_absence(stage.book, who, when, HomeSays(risk="High"))
    council_episode(stage.book, who, when)
    stage.plant("m02.told_but_no_record", who, _shown(when), (absence,))


@scenario("m02.unrelated_call", settle=1)
def unrelated_call(stage: Stage) -> None:
    """The only police record of that night is a neighbour's call about something else."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    reported = when.told + timedelta(minutes=160)
    incident = police_files.incident(
        book, who, reported, "Rowdy or inconsiderate behaviour", "Scheduled",
        caller_type="public", caller_urn="", role="witness",
    )  # fmt: skip
    police_files.run_incident(incident, reported, when.returned - timedelta(minutes=90))
    absence = home_absence(book, who, when, HomeSays())
    council_episode(book, who, when)
    stage.plant("m02.unrelated_call", who, _shown(when), (absence,))


@scenario("m02.last_week", settle=1, earliest=8)
def last_week(stage: Stage) -> None:
    """The police know of last week's absence, not of this one."""
    book = stage.book
    who = stage.resident()
    everyone_agrees(book, who, stage.day - 7)
    when = night(book, stage.day)
    absence = home_absence(book, who, when, HomeSays())
    council_episode(book, who, when)
    stage.plant("m02.last_week", who, _shown(when), (absence,))


@scenario("m02.council_only", settle=1)
def council_only(stage: Stage) -> None:
    """A foster child missing by the council's account alone, which is in dates."""
    who = stage.fostered((11, 15))
    when = night(stage.book, stage.day)
    episode = council_episode(stage.book, who, when)
    recorded = stage.plan.extract_time(stage.day)
    stage.plant("m02.council_only", who, recorded + _LIMIT, (episode,))


@scenario("m02.decoy_within_the_hour", settle=1)
def decoy_within_the_hour(stage: Stage) -> None:
    """The police write their record forty-odd minutes after the home noticed."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    told = when.noticed + timedelta(minutes=38)
    when = Night(when.last_seen, when.noticed, told, when.returned, when.interviewed)
    incident, _ = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays())
    council_episode(book, who, when)
    stage.plant(
        "m02.decoy_within_the_hour", who, _shown(when), (absence, incident),
        decoy=True,
    )  # fmt: skip


@scenario("m02.decoy_whereabouts_known", settle=1)
def decoy_whereabouts_known(stage: Stage) -> None:
    """Unauthorised absence, whereabouts known, and nobody rang."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    says = HomeSays(category="unauthorised_absence", risk="Low", told=False)
    absence = home_absence(book, who, when, says)
    council_episode(book, who, when, "A")
    stage.plant("m02.decoy_whereabouts_known", who, _shown(when), (absence,), decoy=True)


@scenario("m02.decoy_foster_carer_rang", settle=1)
def decoy_foster_carer_rang(stage: Stage) -> None:
    """The council's dates and the police's minutes are one night."""
    who = stage.fostered((11, 15))
    told = everyone_agrees(stage.book, who, stage.day)
    assert told.episode is not None
    stage.plant(
        "m02.decoy_foster_carer_rang", who, stage.plan.extract_time(stage.day) + _LIMIT,
        (told.episode, told.incident), decoy=True,
    )  # fmt: skip


@scenario("m02.decoy_known_to_all", settle=1)
def decoy_known_to_all(stage: Stage) -> None:
    """Away without leave at a known address, a call for safety, no log number."""
    who = stage.resident()
    told = all_know_where(stage.book, who, stage.day)
    assert told.absence is not None
    stage.plant(
        "m02.decoy_known_to_all", who, _shown(told.night),
        (told.absence, told.incident), decoy=True,
    )  # fmt: skip


SCENARIOS: tuple[Scenario, ...] = (
    nobody_told,
    told_but_no_record,
    unrelated_call,
    last_week,
    council_only,
    decoy_within_the_hour,
    decoy_whereabouts_known,
    decoy_foster_carer_rang,
    decoy_known_to_all,
)
