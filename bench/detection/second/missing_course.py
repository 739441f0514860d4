"""Forms of M04 to M07: where a missing child was held to be, at what risk, and how it ended."""
from dataclasses import replace
from datetime import datetime

from bench.detection.second.book import Child
from bench.detection.second.calendar import at, day_of, days, hours, minutes
from bench.detection.second.happenings import Night, Told
from bench.detection.second.world import (
    AT_HOME,
    KNOWN_AND_CONCERN,
    KNOWN_WHEREABOUTS,
    World,
)
from broker.vocabulary.words import FindingState, Severity


def whereabouts_differ(w: World) -> None:
    """M04: known to one agency and unknown to another over the same hours."""
    for variant in ("home knows, police do not", "hindsight", "council knows, for two days",
                    "over the clock change"):
        child = w.in_home()
        eve = at(w.clock_eve, "20:00")
        began = eve if variant == "over the clock change" else w.evening()
        if variant == "hindsight":
            night = w.away(child, began, Told(lasts=hours(6), council="A"))
            for minute, version in enumerate(night.episode.versions):
                version.available_at = night.back + hours(30)
                version.at = version.available_at + minutes(minute)
            w.plant("M04", child, Severity.LOW, night.episode, variant=variant)
            w.allow("M03", child)
        elif variant == "council knows, for two days":
            night = w.away(child, began, Told(lasts=hours(50), council="A"))
            w.plant("M04", child, Severity.HIGH, night.episode, variant=variant)
        else:
            night = w.away(child, began, replace(KNOWN_WHEREABOUTS, lasts=hours(9)))
            w.plant("M04", child, Severity.HIGH, night.report, variant=variant)


def whereabouts_agree(w: World) -> None:
    """Decoys of M04: hours that do not overlap, days that touch, words that agree."""
    child, began = w.in_home(), w.evening(clock="18:10")
    w.away(child, began, replace(KNOWN_AND_CONCERN, lasts=hours(2)))
    w.away(child, began + hours(4.5), Told(lasts=hours(5), council=None))
    w.allow("M03", child)
    w.decoy("M04", child, variant="two absences one evening")
    child, began = w.in_home(), w.evening(clock="18:10")
    _known_from_the_second_day(w, child, began)
    w.decoy("M04", child, variant="known from the second day")
    child, began = w.in_home(), w.evening(clock="18:10")
    w.away(child, began, replace(KNOWN_AND_CONCERN, lasts=hours(5)))
    w.decoy("M04", child, variant="concern agrees")
    child, began = w.in_home(), w.evening(clock="18:10")
    w.away(child, began)
    w.decoy("M04", child, variant="missing for all")


def _known_from_the_second_day(w: World, child: Child, began: datetime) -> None:
    first, found = day_of(began), began + hours(20)
    night = w.away(child, began, Told(lasts=hours(40), council="A", council_ends=False))
    night.episode.set(found, miss_missing_episode_end_date=first + days(1))
    unknown = w.episode(child, began + minutes(40), began - minutes(30), "M")
    unknown.set(found, miss_missing_episode_end_date=first + days(1))
    night.episode.shift(available=hours(18), writing=hours(18))
    night.episode.set_all(miss_missing_episode_start_date=first + days(1))
    w.allow("M06", child)


_NONE = "No apparent risk (absent)"
_RISKS_APART = (("high and low", "High", "Low"), ("medium and none", "Medium", _NONE),
                ("none and high", _NONE, "High"))


def risks_differ(w: World) -> None:
    """M05: two levels between agencies, or low beside a plan."""
    for variant, risk, report_risk in _RISKS_APART:
        began = w.evening()
        child = w.in_home()
        night = w.away(child, began, Told(risk=risk, report_risk=report_risk))
        w.plant("M05", child, Severity.HIGH, night.report, variant=variant)
    _low_on_a_plan(w, "Low")
    began = w.evening()
    child = w.in_home()
    night = w.away(child, began, Told(lasts=hours(5), risk="High", report_risk="Low"))
    raised = night.back + hours(3)
    night.report.set(raised, risk_final="High", risk_changed_at=raised)
    w.plant("M05", child, Severity.HIGH, night.report, variant="raised after the return")
    child = w.in_home()
    night = w.away(child, at(w.clock_eve, "21:15"),
                   Told(lasts=hours(6), risk="High", report_risk="Very low"))
    w.plant("M05", child, Severity.HIGH, night.report, variant="over the clock change")
    _low_on_a_plan(w, _NONE)


def _low_on_a_plan(w: World, risk: str) -> None:
    began = w.evening()
    child = w.on_plan()
    night = w.away(child, began, replace(AT_HOME, report_risk=risk))
    w.plant("M05", child, Severity.HIGH, night.report, variant=f"{risk} beside a plan")


def risks_agree(w: World) -> None:
    """Decoys of M05: a level apart, a plan that has ended, medium beside one."""
    for risk, report_risk in (("High", "Medium"), ("Low", "Medium"), ("Medium", "Low")):
        began = w.evening()
        child = w.in_home()
        w.away(child, began, Told(risk=risk, report_risk=report_risk))
        w.decoy("M05", child, variant=f"{risk} and {report_risk}")
    began = w.evening()
    child = w.on_plan(end=w.ago(2))
    w.away(child, began, replace(AT_HOME, report_risk="Low"))
    w.allow("S01", child)
    w.decoy("M05", child, variant="the plan has ended")
    began = w.evening()
    child = w.on_plan()
    w.away(child, began, AT_HOME)
    w.decoy("M05", child, variant="medium beside a plan")
    began = w.evening()
    child = w.in_home()
    w.away(child, began, Told(
        lasts=hours(6), risk="High", report_risk="Low",
        report_cells={"risk_final": "High", "risk_changed_at": began + minutes(30)}))
    w.allow("M05", child)


def _home_closes(night: Night, after: float, returned: float, **cells: datetime) -> None:
    night.absence.set(night.back + hours(after), returned_at=night.back + hours(returned), **cells)


def still_open(w: World) -> None:
    """M06: ended for the authorities while the home still says missing."""
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(home_ends=False))
    w.plant("M06", child, Severity.CRITICAL, night.absence, variant="the home never closes it")
    child, began = w.in_home(), w.evening(clock="19:20")
    night = w.away(child, began, Told(home_ends=False))
    _home_closes(night, 12, 11.5, child_spoken_to_at=night.back + hours(12))
    w.plant("M06", child, Severity.CRITICAL, night.absence, variant="closed twelve hours on")
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(report=False, home_ends=False, council_ends=False))
    _home_closes(night, 18, 17.5)
    night.episode.set(night.back + hours(19),
                      miss_missing_episode_end_date=day_of(night.back + hours(17.5)))
    w.plant("M06", child, Severity.CRITICAL, night.absence, variant="log closed, nobody found")
    w.plant("M07", child, Severity.MEDIUM, night.absence, variant="log closed, nobody found")
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(report_ends=False, call_ends=False))
    w.plant("M06", child, Severity.MEDIUM, night.report, variant="police never close it")
    w.allow("G02", child)
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(council_ends=False))
    w.plant("M06", child, Severity.MEDIUM, night.episode, variant="council never closes it")
    child = w.in_home()
    night = w.away(child, at(w.clock_eve, "21:20"),
                   Told(report_ends=False, call_ends=False, home_ends=False))
    _home_closes(night, 60, 59)
    closed, back = night.back + hours(61), night.back + hours(59)
    w.close_call(night.call, closed, "Missing person")
    night.report.set(closed, found_at=back, returned_at=back)
    w.plant("M06", child, Severity.CRITICAL, night.absence, variant="council ended it at once")
    _open_past_the_placement(w)


def _open_past_the_placement(w: World) -> None:
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(lasts=hours(30), council_ends=False))
    end = day_of(began) + days(12)
    w.end_placement(child, end)
    w.placement(child, end)
    child.rows["resident"].set(at(end, "18:00"), left_on=end)
    w.visit(child, "cla", end + days(3))
    w.visit(child, "cla", end + days(6))
    w.plant("M06", child, Severity.MEDIUM, night.episode, variant="open past the placement")


def ended_alike(w: World) -> None:
    """Decoys of M06: closed within the limits, or found and not yet back."""
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(home_ends=False))
    night.absence.set(night.back + hours(3), returned_at=night.back + minutes(10))
    w.decoy("M06", child, variant="home closes three hours on")
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(report_ends=False))
    night.report.set(night.back - hours(1), found_at=night.back - hours(1.2),
                     found_postcode="YO31 8HE")
    w.decoy("M06", child, variant="found elsewhere")
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(report_ends=False, call_ends=False))
    night.report.set(night.back + hours(50), found_at=night.back, returned_at=night.back)
    w.close_call(night.call, night.back + hours(50), "Missing person")
    w.decoy("M06", child, variant="police close on the second day")
    child = w.in_home()
    w.away(child, at(w.clock_eve, "23:00"))
    w.decoy("M06", child, variant="over the clock change")


_NO_INTERVIEW = (
    ("council says none offered", Told(interview=None, offered="N")),
    ("council says nothing", Told(interview=None, offered="")),
    ("the home's own", Told(by="home", offered="")),
    ("held an hour and a half late", Told(interview=hours(73.5), offered="")),
    ("held a day late", Told(interview=hours(100), offered="N")),
    ("held half an hour late", Told(interview=hours(72.6), offered="")),
)
_INTERVIEW = (
    ("held after seventy hours", Told(interview=hours(70), offered="")),
    ("held, by nobody named", Told(by="", offered="")),
    ("offered, says the council", Told(interview=None)),
    ("held just in time", Told(interview=hours(71.5), offered="N")),
    ("not yet due", Told(interview=None, offered="")),
    ("in time over the clock change", Told(interview=hours(71.5), offered="")),
)


def no_return_interview(w: World) -> None:
    """M07: no independent interview within 72 hours, and decoys that have one."""
    for variant, told in _NO_INTERVIEW:
        child, began = w.in_home(), w.evening()
        if variant == "held half an hour late":
            began = at(w.clock_eve, "20:30")
        night = w.away(child, began, told)
        # Held before the next extract was read, or later: what was late and is done is over.
        w.plant("M07", child, Severity.MEDIUM, night.absence, variant=variant,
                state=FindingState.RESOLVED if variant.startswith("held") else None)
    for variant, told in _INTERVIEW:
        child, began = w.in_home(), w.evening()
        if variant == "not yet due":
            began = at(w.last_day - days(2), "21:00")
        if variant == "in time over the clock change":
            began = at(w.clock_eve, "20:30")
        w.away(child, began, told)
        w.decoy("M07", child, variant=variant)
