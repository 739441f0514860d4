"""M03: a looked-after child missing, and the council that looks after it does not know."""

from datetime import datetime, timedelta

from broker.world import council_care, home_files, police_files
from broker.world.absences import (
    HomeSays,
    Night,
    PoliceSay,
    council_episode,
    everyone_agrees,
    home_absence,
    night,
    police_missing,
)
from broker.world.agencies import HOMES, NEIGHBOUR_AUTHORITY_CODE
from broker.world.book import Record, Subject
from broker.world.people import Likeness
from broker.world.plan import local_date
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_LIMIT = timedelta(hours=25)


def _shown(when: Night) -> datetime:
    """When a day has passed, counted from the latest moment one may count it from."""
    return when.told + _LIMIT


def _home_and_police(stage: Stage, who: Subject, when: Night) -> tuple[Record, Record]:
    incident, report = police_missing(stage.book, who, when, PoliceSay())
    absence = home_absence(stage.book, who, when, HomeSays(log=incident.number))
    assert report is not None
    return absence, report


@scenario("m03.home_and_police", settle=2)
def home_and_police(stage: Stage) -> None:
    """Home and police tell one night; the council has no episode of it."""
    who = stage.resident()
    when = night(stage.book, stage.day)
    stage.plant("m03.home_and_police", who, _shown(when), _home_and_police(stage, who, when))


@scenario("m03.police_only", settle=2)
def police_only(stage: Stage) -> None:
    """A foster child of whom the police alone know that it was gone."""
    who = stage.fostered((11, 15))
    when = night(stage.book, stage.day)
    _, report = police_missing(stage.book, who, when, PoliceSay())
    assert report is not None
    stage.plant("m03.police_only", who, _shown(when), (report,))
    stage.also("m07.police_only", who, when.returned + 3 * _LIMIT, (report,))


@scenario("m03.last_week", settle=2, earliest=8)
def last_week(stage: Stage) -> None:
    """The council's episode is last week's."""
    who = stage.resident()
    everyone_agrees(stage.book, who, stage.day - 7)
    when = night(stage.book, stage.day)
    stage.plant("m03.last_week", who, _shown(when), _home_and_police(stage, who, when))


@scenario("m03.decoy_by_breakfast", settle=2)
def decoy_by_breakfast(stage: Stage) -> None:
    """The council writes it fifteen hours later, in the next evening's extract."""
    who = stage.resident()
    when = night(stage.book, stage.day)
    absence, report = _home_and_police(stage, who, when)
    day = local_date(when.last_seen)
    at = when.noticed + timedelta(hours=15)
    episode = council_care.missing_episode(stage.book, who, day, "M", at)
    episode.write(
        max(at, when.returned) + timedelta(minutes=30),
        miss_missing_episode_end_date=local_date(when.returned), miss_missing_rhi_offered="Y",
    )  # fmt: skip
    stage.plant(
        "m03.decoy_by_breakfast", who, _shown(when), (absence, report, episode), decoy=True
    )


@scenario("m03.decoy_other_authority", settle=2)
def decoy_other_authority(stage: Stage) -> None:
    """Placed here by the neighbouring authority, whose episodes our council cannot hold."""
    book = stage.book
    who = stage.child((11, 15))
    who.home = stage.rng.choice(HOMES)
    home_files.resident(
        book, who, who.home, stage.history(40, 300), Likeness.EXACT,
        placing_authority=NEIGHBOUR_AUTHORITY_CODE, la_child_id="",
    )  # fmt: skip
    known = book.office_hours(stage.history(20, 35))
    police_files.nominal(book, who, known, Likeness.EXACT)
    police_files.marker(book, who, "looked_after", known).write(known)
    when = night(book, stage.day)
    records = _home_and_police(stage, who, when)
    stage.plant("m03.decoy_other_authority", who, _shown(when), records, decoy=True)


@scenario("m03.decoy_lives_at_home", settle=2)
def decoy_lives_at_home(stage: Stage) -> None:
    """Missing from the parents' home, known to the council and not looked after by it."""
    who = stage.contact_only((12, 15))
    when = night(stage.book, stage.day)
    _, report = police_missing(stage.book, who, when, PoliceSay())
    assert report is not None
    stage.plant("m03.decoy_lives_at_home", who, _shown(when), (report,), decoy=True)
    stage.also("m07.lives_at_home", who, when.returned + 3 * _LIMIT, (report,))


@scenario("m03.decoy_away_known", settle=2)
def decoy_away_known(stage: Stage) -> None:
    """Away without leave at a known address, told by the council as such."""
    who = stage.resident()
    when = night(stage.book, stage.day)
    absence = home_absence(
        stage.book, who, when, HomeSays(category="unauthorised_absence", risk="Low", told=False)
    )
    episode = council_episode(stage.book, who, when, "A")
    stage.plant("m03.decoy_away_known", who, _shown(when), (absence, episode), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    home_and_police,
    police_only,
    last_week,
    decoy_by_breakfast,
    decoy_other_authority,
    decoy_lives_at_home,
    decoy_away_known,
)
