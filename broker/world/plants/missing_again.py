"""M08: missing again and again, and no strategy discussion that anybody can see."""

from datetime import datetime, timedelta

from broker.world import council_care, council_cases
from broker.world.absences import (
    HomeSays,
    PoliceSay,
    Told,
    all_know_where,
    council_episode,
    everyone_agrees,
    home_absence,
    night,
    police_missing,
)
from broker.world.book import Record, Subject
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)


def _nights(stage: Stage, who: Subject, *days: int) -> list[Told]:
    return [everyone_agrees(stage.book, who, day) for day in days]


def _shown(told: Told) -> datetime:
    """When all that is written of an absence's beginning is there."""
    return told.night.noticed + timedelta(minutes=45)


def _records(nights: list[Told]) -> tuple[Record, ...]:
    return tuple(told.report for told in nights if told.report is not None)


@scenario("m08.from_the_home", settle=1, earliest=9)
def from_the_home(stage: Stage) -> None:
    """Three nights in nine days, told alike by everybody."""
    who = stage.resident()
    nights = _nights(stage, who, stage.day - 8, stage.day - 4, stage.day)
    stage.plant("m08.from_the_home", who, _shown(nights[-1]), _records(nights))


@scenario("m08.over_months", settle=1)
def over_months(stage: Stage) -> None:
    """Twice in the months before, and now."""
    who = stage.resident()
    nights = _nights(stage, who, stage.day - 70, stage.day - 35, stage.day)
    stage.plant("m08.over_months", who, _shown(nights[-1]), _records(nights))


@scenario("m08.from_their_parents", settle=1, earliest=8)
def from_their_parents(stage: Stage) -> None:
    """A child who lives at home, known to police and council alone."""
    who = stage.contact_only((12, 15))
    nights = _nights(stage, who, stage.day - 20, stage.day - 7, stage.day)
    stage.plant("m08.from_their_parents", who, _shown(nights[-1]), _records(nights))


@scenario("m08.discussed_long_before", settle=1, earliest=8)
def discussed_long_before(stage: Stage) -> None:
    """An enquiry there was, before the first of the three."""
    who = stage.resident()
    _discussion(stage, who, stage.day - 30)
    nights = _nights(stage, who, stage.day - 16, stage.day - 7, stage.day)
    stage.plant("m08.discussed_long_before", who, _shown(nights[-1]), _records(nights))


@scenario("m08.no_one_sees_all", settle=1, earliest=9)
def no_one_sees_all(stage: Stage) -> None:
    """Three nights, of which home, police and council each have two."""
    book = stage.book
    who = stage.resident()
    first, second, third = (night(book, stage.day - back) for back in (8, 4, 0))
    incident, unknown_to_council = police_missing(book, who, first, PoliceSay())
    home_absence(book, who, first, HomeSays(log=incident.number))
    _, from_a_visit = police_missing(book, who, second, PoliceSay())
    council_episode(book, who, second)
    unknown_to_police = home_absence(book, who, third, HomeSays())
    council_episode(book, who, third)
    assert unknown_to_council is not None
    assert from_a_visit is not None
    shown = third.noticed + timedelta(minutes=45)
    stage.plant(
        "m08.no_one_sees_all", who, shown, (unknown_to_council, from_a_visit, unknown_to_police)
    )
    stage.also("m03.no_one_sees_all", who, first.told + _DAY, (unknown_to_council,))
    stage.also("m02.no_one_sees_all", who, shown, (unknown_to_police,))


def _discussion(stage: Stage, who: Subject, day: int) -> Record:
    """A section 47 enquiry; the child is seen that day, and no conference is needed."""
    on = stage.plan.date_of(day)
    asked = council_cases.enquiry(stage.book, who, who.records["referral"], on)
    council_care.visit(stage.book, who, on)
    council_cases.end_enquiry(stage.book, asked, on + 8 * _DAY, "NFA_CONTINUE_SINGLE")
    return asked


@scenario("m08.decoy_discussed", settle=1, earliest=9)
def decoy_discussed(stage: Stage) -> None:
    """A section 47 enquiry between the first and the second."""
    who = stage.resident()
    nights = _nights(stage, who, stage.day - 8, stage.day - 4, stage.day)
    asked = _discussion(stage, who, stage.day - 6)
    stage.plant(
        "m08.decoy_discussed", who, _shown(nights[-1]), (*_records(nights), asked), decoy=True
    )


@scenario("m08.decoy_once_away", settle=1, earliest=9)
def decoy_once_away(stage: Stage) -> None:
    """Missing twice, and once away at a known address."""
    who = stage.resident()
    nights = _nights(stage, who, stage.day - 8, stage.day)
    all_know_where(stage.book, who, stage.day - 4)
    stage.plant("m08.decoy_once_away", who, _shown(nights[-1]), _records(nights), decoy=True)


@scenario("m08.decoy_last_year", settle=1)
def decoy_last_year(stage: Stage) -> None:
    """The first of the three is more than ninety days ago."""
    who = stage.resident()
    nights = _nights(stage, who, stage.day - 96, stage.day - 40, stage.day)
    stage.plant("m08.decoy_last_year", who, _shown(nights[-1]), _records(nights), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    from_the_home,
    over_months,
    from_their_parents,
    discussed_long_before,
    no_one_sees_all,
    decoy_discussed,
    decoy_once_away,
    decoy_last_year,
)
