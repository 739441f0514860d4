"""M01: missing to those who care for the child, a cause for concern to the police."""

from dataclasses import replace
from datetime import timedelta

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
    police_incident,
    police_missing,
    written_at,
)
from broker.world.book import Record, Subject
from broker.world.people import Child, any_address
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_CONCERN = "Concern for safety"
_NO_REPORT = PoliceSay(opening=_CONCERN, grade="Scheduled", missing_row=False)


def _home_tells(stage: Stage, who: Subject, when: Night, log: str) -> tuple[Record, Record]:
    absence = home_absence(stage.book, who, when, HomeSays(log=log, risk="High"))
    return absence, council_episode(stage.book, who, when)


def _plain(stage: Stage, variant: str, say: PoliceSay, *, log: str, late: bool = False) -> None:
    """The pattern itself; `log` is what the home wrote: right, none, or one digit wrong."""
    who = stage.resident()
    when = night(stage.book, stage.day, after_midnight=late)
    incident, _ = police_missing(stage.book, who, when, say)
    number = {"right": incident.number, "none": "", "typed": _one_digit_off(incident.number)}[log]
    absence, _ = _home_tells(stage, who, when, number)
    stage.plant(variant, who, written_at(when), (absence, incident))


def _one_digit_off(log: str) -> str:
    wrong = str((int(log[-4]) + 3) % 10)
    return log[:-4] + wrong + log[-3:]


@scenario("m01.log_number")
def log_number(stage: Stage) -> None:
    """The home has the police log number."""
    _plain(stage, "m01.log_number", _NO_REPORT, log="right")


@scenario("m01.no_log_number")
def no_log_number(stage: Stage) -> None:
    """Only the night tells that it is the same."""
    _plain(stage, "m01.no_log_number", _NO_REPORT, log="none")


@scenario("m01.typing_error")
def typing_error(stage: Stage) -> None:
    """The log number is one digit off."""
    _plain(stage, "m01.typing_error", _NO_REPORT, log="typed")


@scenario("m01.cause_for_concern")
def cause_for_concern(stage: Stage) -> None:
    """The other name of the category, and nobody sent."""
    say = replace(_NO_REPORT, opening="Cause for concern", grade="Resolution without deployment")
    _plain(stage, "m01.cause_for_concern", say, log="none")


@scenario("m01.suspicious_circumstances")
def suspicious_circumstances(stage: Stage) -> None:
    """Another category that is not missing."""
    say = replace(_NO_REPORT, opening="Suspicious circumstances")
    _plain(stage, "m01.suspicious_circumstances", say, log="right")


@scenario("m01.other_category")
def other_category(stage: Stage) -> None:
    """Any other category, rung in by the home when it says it told the police."""
    say = replace(_NO_REPORT, opening="Civil dispute")
    _plain(stage, "m01.other_category", say, log="none")


@scenario("m01.across_midnight", settle=1)
def across_midnight(stage: Stage) -> None:
    """Last seen before midnight, reported after it."""
    _plain(stage, "m01.across_midnight", _NO_REPORT, log="none", late=True)


@scenario("m01.report_as_concern")
def report_as_concern(stage: Stage) -> None:
    """The police do have a missing report, and classify it as a concern for safety."""
    say = replace(_NO_REPORT, missing_row=True, classification=_CONCERN)
    _plain(stage, "m01.report_as_concern", say, log="right")


@scenario("m01.corrected_next_day", settle=1)
def corrected_next_day(stage: Stage) -> None:
    """The police correct their record a day later."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    when = replace(when, returned=when.returned + timedelta(days=1))
    when = replace(when, interviewed=when.interviewed + timedelta(days=1))
    incident = police_files.incident(book, who, when.told, _CONCERN, "Priority")
    attended = police_files.attended_at(incident, when.told)
    incident.write(when.told + timedelta(minutes=5))
    incident.write(when.told + timedelta(minutes=48), attended_at=attended)
    corrected = stage.plan.at(stage.day + 1, 10, 15)
    incident.write(
        corrected,
        opening_category="Missing person",
        supervisor_reviewed_at=corrected - timedelta(minutes=20),
    )
    incident.write(
        when.returned + timedelta(minutes=20),
        closing_category="Missing person",
        closed_at=when.returned + timedelta(minutes=15),
    )
    absence, _ = _home_tells(stage, who, when, incident.number)
    stage.plant("m01.corrected_next_day", who, written_at(when), (absence, incident))


@scenario("m01.day_against_instant", settle=1)
def day_against_instant(stage: Stage) -> None:
    """A foster child: the council knows dates, the police the minute."""
    book = stage.book
    who = stage.fostered((11, 15))
    when = night(book, stage.day)
    episode = council_episode(book, who, when)
    incident = police_incident(
        book, who, when, replace(_NO_REPORT, incident={"caller_type": "carer"})
    )
    stage.plant("m01.day_against_instant", who, when.noticed + timedelta(minutes=45),
                (episode, incident))  # fmt: skip


@scenario("m01.clock_change", settle=1, clock_change=True)
def clock_change(stage: Stage) -> None:
    """The night on which the clocks change."""
    change = stage.plan.clock_change_day()
    assert change is not None, "laid out only where the clocks change"
    stage.day = change - 1
    _plain(stage, "m01.clock_change", _NO_REPORT, log="none")


@scenario("m01.decoy_away_known")
def decoy_away_known(stage: Stage) -> None:
    """Unauthorised absence beside a concern for safety: the same fact in two words."""
    who = stage.resident()
    told = all_know_where(stage.book, who, stage.day)
    assert told.absence is not None
    stage.plant(
        "m01.decoy_away_known", who, told.night.noticed + timedelta(minutes=45),
        (told.absence, told.incident), decoy=True,
    )  # fmt: skip


@scenario("m01.decoy_absent")
def decoy_absent(stage: Stage) -> None:
    """No apparent risk (absent) is a missing report."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, report = police_missing(
        book,
        who,
        when,
        PoliceSay(classification="No apparent risk (absent)", risk="No apparent risk"),
    )
    absence = home_absence(book, who, when, HomeSays(risk="Low"))
    council_episode(book, who, when)
    assert report is not None
    stage.plant(
        "m01.decoy_absent", who, when.noticed + timedelta(minutes=45),
        (absence, incident, report), decoy=True,
    )  # fmt: skip


@scenario("m01.decoy_absconder")
def decoy_absconder(stage: Stage) -> None:
    """Absconded, whereabouts unknown, counts as missing on both sides."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    incident, _ = police_missing(book, who, when, PoliceSay(opening="Absconders/AWOL"))
    absence = home_absence(book, who, when, HomeSays(category="absconded", log=incident.number))
    council_episode(book, who, when)
    stage.plant(
        "m01.decoy_absconder", who, when.noticed + timedelta(minutes=45), (absence, incident),
        decoy=True,
    )  # fmt: skip


@scenario("m01.decoy_both_records")
def decoy_both_records(stage: Stage) -> None:
    """A first call taken as a concern, and a missing report from the second: they are looking."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    rang = when.told - timedelta(minutes=6)
    first = police_files.incident(book, who, rang, _CONCERN, "Priority")
    police_files.run_incident(first, rang, when.told + timedelta(minutes=90))
    incident, report = police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, HomeSays(log=incident.number))
    council_episode(book, who, when)
    assert report is not None
    stage.plant(
        "m01.decoy_both_records", who, when.noticed + timedelta(minutes=45),
        (absence, first, report), decoy=True,
    )  # fmt: skip


@scenario("m01.decoy_twin", size=2, settle=1)
def decoy_twin(stage: Stage) -> None:
    """One twin is missing and all agree; the other has a concern for safety that night."""
    book = stage.book
    who = stage.resident()
    twin = stage.sibling(who, twin=True)
    stage.to_council(twin)
    stage.to_police(twin)
    told = everyone_agrees(book, who, stage.day)
    _concern_of_another(stage, twin, told.night, told.absence)


@scenario("m01.decoy_namesake", size=2, settle=1)
def decoy_namesake(stage: Stage) -> None:
    """Two children of one name and different families, with an event each that night."""
    book = stage.book
    who = stage.resident((11, 12))
    first = who.child
    other = stage.add(
        Child(
            first.index + 1, first.given, first.surname, first.sex,
            stage.plan.start - timedelta(days=15 * 365 + 100 + stage.rng.randint(0, 10)),
            first.group, any_address(first.index + 1, stage.rng),
        )
    )  # fmt: skip
    stage.to_council(other)
    stage.to_police(other)
    told = everyone_agrees(book, who, stage.day)
    _concern_of_another(stage, other, told.night, told.absence)


def _concern_of_another(stage: Stage, other: Subject, when: Night, absence: Record | None) -> None:
    reported = when.told + timedelta(minutes=35)
    incident = police_files.incident(stage.book, other, reported, _CONCERN, "Priority")
    police_files.run_incident(incident, reported, reported + timedelta(minutes=95))
    assert absence is not None
    kind = "twin" if other.child.born == stage.subjects[0].child.born else "namesake"
    stage.plant(
        f"m01.decoy_{kind}", other, reported + timedelta(minutes=5), (absence, incident),
        decoy=True,
    )  # fmt: skip


SCENARIOS: tuple[Scenario, ...] = (
    log_number,
    no_log_number,
    typing_error,
    cause_for_concern,
    suspicious_circumstances,
    other_category,
    across_midnight,
    report_as_concern,
    corrected_next_day,
    day_against_instant,
    clock_change,
    decoy_away_known,
    decoy_absent,
    decoy_absconder,
    decoy_both_records,
    decoy_twin,
    decoy_namesake,
)
