"""M06: an absence over for one agency and open for another."""

from dataclasses import replace
from datetime import timedelta

from broker.world.absences import (
    HomeSays,
    Night,
    PoliceSay,
    council_episode,
    end_missing_report,
    home_absence,
    missing_report,
    night,
    police_incident,
    police_missing,
)
from broker.world.plan import local, local_date
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)
_STILL_THERE = HomeSays(returns=False)


@scenario("m06.police_ended", settle=2)
def police_ended(stage: Stage) -> None:
    """Back by the police and the council; the home says missing for two more days."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, replace(_STILL_THERE, log=incident.number))
    council_episode(book, who, when)
    corrected = local(local_date(when.returned) + 3 * _DAY, 11, 20)
    absence.write(corrected, returned_at=when.returned)
    assert report is not None
    shown = when.returned + timedelta(hours=4, minutes=25)
    stage.plant("m06.police_ended", who, shown, (absence, report))


@scenario("m06.police_ended_no_log", settle=2)
def police_ended_no_log(stage: Stage) -> None:
    """The same where only the night joins the two, and the home never corrects it."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    _, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, _STILL_THERE)
    council_episode(book, who, when)
    assert report is not None
    shown = when.returned + timedelta(hours=4, minutes=25)
    stage.plant("m06.police_ended_no_log", who, shown, (absence, report))


@scenario("m06.council_ended", settle=3)
def council_ended(stage: Stage) -> None:
    """Found by the council, in dates; missing to home and police, and nobody gives a time."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, report = police_missing(book, who, when, PoliceSay(ends=False))
    absence = home_absence(book, who, when, replace(_STILL_THERE, log=incident.number))
    episode = council_episode(book, who, when)
    back = local(local_date(when.returned) + 3 * _DAY, 10, 5)
    assert report is not None
    end_missing_report(report, replace(when, returned=back))
    incident.write(
        back + timedelta(hours=1),
        closing_category="Missing person",
        closed_at=back + timedelta(minutes=40),
    )
    absence.write(back + timedelta(minutes=50), returned_at=back, child_spoken_to_at=back)
    interviewed = local(local_date(back) + _DAY, 16, 0)
    absence.write(
        interviewed, return_interview_at=interviewed - timedelta(hours=1),
        return_interview_by="independent",
    )  # fmt: skip
    shown = local(local_date(when.returned) + _DAY, 1, 0)
    stage.plant("m06.council_ended", who, shown, (absence, episode))


@scenario("m06.home_ended_police_open", settle=5)
def home_ended_police_open(stage: Stage) -> None:
    """Back at the home for three days; nobody told the police to stop looking."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, report = police_missing(book, who, when, PoliceSay(ends=False))
    absence = home_absence(book, who, when, HomeSays(log=incident.number))
    council_episode(book, who, when)
    assert report is not None
    closed = local(local_date(when.returned) + 6 * _DAY, 9, 30)
    end_missing_report(report, replace(when, returned=closed))
    incident.write(
        closed + timedelta(hours=1), closing_category="Missing person", closed_at=closed
    )
    shown = when.returned + 3 * _DAY + timedelta(minutes=30)
    stage.plant("m06.home_ended_police_open", who, shown, (absence, report))


@scenario("m06.home_ended_council_open", settle=5)
def home_ended_council_open(stage: Stage) -> None:
    """Back for home and police; the council's episode stays open."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays())
    episode = council_episode(book, who, when, ends=False)
    shown = when.returned + 3 * _DAY + timedelta(minutes=30)
    stage.plant("m06.home_ended_council_open", who, shown, (absence, episode))


def _evening_return(stage: Stage) -> Night:
    """A night whose end leaves four hours before the extract."""
    when = night(stage.book, stage.day)
    returned = stage.plan.at(stage.day + 1, 14, stage.rng.randint(0, 50))
    return replace(when, returned=returned)


@scenario("m06.decoy_within_four_hours", settle=1)
def decoy_within_four_hours(stage: Stage) -> None:
    """The home writes the return three hours after the police did."""
    book = stage.book
    who = stage.resident()
    when = _evening_return(stage)
    incident = police_incident(book, who, when, PoliceSay())
    report = missing_report(book, who, when, incident, PoliceSay())
    absence = home_absence(book, who, when, HomeSays(log=incident.number, returns=False))
    written = when.returned + timedelta(hours=3)
    absence.write(written, returned_at=when.returned, child_spoken_to_at=written)
    absence.write(
        when.interviewed, return_interview_at=when.interviewed - timedelta(hours=1),
        return_interview_by="independent",
    )  # fmt: skip
    council_episode(book, who, when)
    stage.plant("m06.decoy_within_four_hours", who, written, (absence, report), decoy=True)


@scenario("m06.decoy_council_two_days_late", settle=3)
def decoy_council_two_days_late(stage: Stage) -> None:
    """The council closes its episode two days later: the reverse has three."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays())
    episode = council_episode(book, who, when, ends=False)
    day = local_date(when.returned)
    late = book.office_hours(day + 2 * _DAY)
    episode.write(late, miss_missing_episode_end_date=day)
    stage.plant("m06.decoy_council_two_days_late", who, late, (absence, episode), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    police_ended,
    police_ended_no_log,
    council_ended,
    home_ended_police_open,
    home_ended_council_open,
    decoy_within_four_hours,
    decoy_council_two_days_late,
)
