"""Forms of M01 to M03: a night away held as something else, or not at all."""
from dataclasses import replace
from datetime import datetime

from bench.detection.second.book import Child
from bench.detection.second.calendar import at, day_of, days, hours, minutes
from bench.detection.second.happenings import Call, Night, Told
from bench.detection.second.world import (
    AT_HOME,
    CONCERN,
    KNOWN_AND_CONCERN,
    NOT_WITH_POLICE,
    REVIEWED_CONCERN,
    VICTIM,
    World,
)
from broker.vocabulary.words import FindingState, Severity

_AS_CONCERN = (
    ("held as a concern", CONCERN),
    ("closed as a concern", replace(CONCERN, police="Missing person",
                                    closing="Concern for safety")),
    ("absconded for the home", replace(CONCERN, category="absconded")),
    ("log number one digit off", replace(CONCERN, lasts=hours(5), log=False)),
    ("just before midnight", CONCERN),
    ("told by the council alone", replace(CONCERN, home=False)),
    ("the home's call filed otherwise", replace(CONCERN, police="Civil dispute", log=False)),
    ("put right the next day", CONCERN),
)
_REVIEW_LEFT_OPEN = ("closed as a concern", "put right the next day",
                     "the home's call filed otherwise")


def held_as_concern(w: World) -> None:
    """M01: home or council say missing, the police hold something else."""
    for variant, told in _AS_CONCERN:
        child = w.fostered() if variant == "told by the council alone" else w.in_home()
        began = w.evening()
        if variant == "log number one digit off":
            began = at(w.clock_eve, "23:30")
        if variant == "just before midnight":
            began = at(w.some_day(), "23:50")
        reviewed = w.rng.random() < 0.5 and variant not in _REVIEW_LEFT_OPEN[:2]
        night = w.away(child, began, replace(told, review=hours(2) if reviewed else None))
        if variant == "log number one digit off":
            log = night.log_number
            night.absence.set_all(police_log_number=f"{log[:-1]}{(int(log[-1]) + 3) % 10}")
        if variant == "put right the next day":
            night.call.set(night.back + hours(12), closing_category="Missing person")
        w.plant("M01", child, Severity.CRITICAL, night.call, variant=variant)
        if not reviewed and variant in _REVIEW_LEFT_OPEN:
            w.allow("G03", child)
        elif not reviewed:
            w.plant("G03", child, Severity.MEDIUM, variant=f"{variant}, no review")


def held_as_concern_by_the_hour(w: World) -> None:
    """M01: what belongs to a night by its hour, and a night the home takes back."""
    child = w.in_home()
    began = w.evening(clock="21:10")
    first = w.away(child, began, Told(lasts=hours(6)))
    second = w.away(child, began + days(1),
                    replace(CONCERN, lasts=hours(5), log=False, review=hours(3)))
    w.plant("M01", child, Severity.CRITICAL, second.call, variant="second of two nights")
    w.decoy("M01", child, first.call, variant="first of two nights")
    child = w.in_home()
    began = w.evening(clock="22:10")
    night = w.away(child, began, replace(
        CONCERN, log=False, review=hours(2), attended=None, written=began - hours(4.5),
        call_cells={"reported_at": began - hours(5), "deployed_at": began - hours(4.8),
                    "attended_at": began - hours(4.6)}))
    w.plant("M01", child, Severity.CRITICAL, night.call, variant="rung five hours before")
    child = w.in_home()
    night = w.away(child, w.evening(), REVIEWED_CONCERN)
    night.absence.set(night.back + hours(40), state="withdrawn")
    w.drop(night.episode)
    w.plant("M01", child, Severity.CRITICAL, night.call, variant="withdrawn by the home",
            state=FindingState.WITHDRAWN)


def _likenesses_of_concern(w: World, child: Child, began: datetime, variant: str) -> None:
    match variant:
        case "unauthorised beside a concern":
            w.away(child, began, KNOWN_AND_CONCERN)
            w.decoys("M04 G03", child, variant)
        case "no apparent risk is missing":
            w.away(child, began, Told(risk="Low", report_cells={
                "classification": "No apparent risk (absent)", "risk_initial": "",
                "risk_final": ""}))
            w.decoy("M10", child, variant=variant)
            w.allow("M05", child)
        case "a concern with a missing report":
            w.away(child, began, Told(police="Concern for safety"))
            w.allow("G03", child)
        case "another call that night":
            w.away(child, began)
            w.incident(child, began + minutes(30), replace(VICTIM, caller="public"))
        case "absconder for both":
            w.away(child, began, Told(category="absconded", police="Absconders/AWOL",
                                      report=False))
            w.allow("M03", child)
        case _:
            w.away(child, at(w.clock_eve, "23:40"), Told(lasts=hours(4)))


def told_alike(w: World) -> None:
    """Decoys of M01 and M02: nights that agree, though not word for word."""
    for variant in ("unauthorised beside a concern", "no apparent risk is missing",
                    "a concern with a missing report", "another call that night",
                    "closed as missing", "absconder for both", "over the clock change"):
        child = w.in_home()
        began = w.evening()
        if variant == "closed as missing":
            # While it was open as a concern it stood so: either answer can be had.
            w.away(child, began, replace(CONCERN, closing="Missing person", review=hours(1)))
            w.allow("M01 G03", child)
        else:
            _likenesses_of_concern(w, child, began, variant)
            w.decoys("M01 M02", child, variant)


_UNKNOWN = ("nothing at the police", "an earlier call of another kind",
            "a concern over seven hours before", "told by the council alone",
            "the home never rang", "over the clock change", "a road matter that night")


def unknown_to_police(w: World) -> None:
    """M02: the police have no record of the night."""
    for variant in _UNKNOWN:
        fostered = variant == "told by the council alone"
        child = w.fostered() if fostered else w.in_home()
        began = w.evening()
        if variant == "over the clock change":
            began = at(w.clock_eve, "22:45")
        told = replace(NOT_WITH_POLICE, home=not fostered,
                       told=None if variant == "the home never rang" else minutes(15))
        night = w.away(child, began, told)
        if variant == "an earlier call of another kind":
            w.incident(child, began - hours(3), replace(VICTIM, caller="public"))
        if variant == "a concern over seven hours before":
            w.incident(child, began - hours(7.5), Call("Concern for safety", closed=hours(2)))
        if variant == "a road matter that night":
            w.incident(child, began + minutes(20), Call("Road-related offence", caller="public"))
        w.plant("M02", child, Severity.CRITICAL, night.episode if fostered else night.absence,
                variant=variant)
    child = w.in_home()
    began = w.evening()
    night = w.away(child, began, replace(NOT_WITH_POLICE, lasts=hours(8)))
    w.incident(child, began + hours(4), Call("Noise nuisance", caller="care_home",
                                             caller_urn=child.home_urn))
    w.plant("M02", child, Severity.CRITICAL, night.absence,
            variant="the home's other call four hours on")
    child = w.in_home()
    began = w.evening(clock="20:40")
    w.away(child, began, Told(lasts=hours(4)))
    second = w.away(child, began + days(1), replace(NOT_WITH_POLICE, lasts=hours(4)))
    w.plant("M02", child, Severity.CRITICAL, second.absence, variant="second of two nights")
    child = w.in_home()
    night = w.away(child, w.evening())
    for row in (night.call, night.report):
        row.shift(available=hours(48))
    w.plant("M02", child, Severity.CRITICAL, night.absence, variant="the police's row comes late",
            state=FindingState.WITHDRAWN)


def _likeness_of_unknown(w: World, child: Child, began: datetime, variant: str) -> Told:
    late: dict[str, datetime] = {"reported_at": began + minutes(50)}
    match variant:
        case "log number of another force":
            return Told(police=None, report=False, log="CLV/0417/26")
        case "back in forty minutes":
            w.allow("M03", child)
            return replace(NOT_WITH_POLICE, lasts=minutes(40), told=None, council=None)
        case "whereabouts known":
            return replace(NOT_WITH_POLICE, category="unauthorised_absence", council="A")
        case "told after fifty minutes":
            return Told(told=minutes(50), call_cells=late, report_cells=late)
        case "over midnight":
            return Told(lasts=hours(9), log=False)
        case _:
            return Told(police=None, log=False)


def known_to_police(w: World) -> None:
    """Decoys of M02: a record that looks as if it lacked."""
    for variant in ("log number of another force", "back in forty minutes", "whereabouts known",
                    "told after fifty minutes", "over midnight", "a missing report alone"):
        child = w.in_home()
        began = w.evening()
        if variant == "over midnight":
            began = at(w.some_day(), "23:55")
        w.away(child, began, _likeness_of_unknown(w, child, began, variant))
        if variant == "log number of another force":
            w.incident(child, began - days(5), Call("Civil dispute"))
            if w.spring:  # the police's numbers have no letters: nobody can tell whose it is
                w.allow("M02", child)
                continue
        w.decoys("M02 M01", child, variant)


def unknown_to_council(w: World) -> None:
    """M03: the council has no episode of a looked-after child's night."""
    for variant in ("in a home", "fostered", "not with the police either", "fostered again",
                    "written down three days on"):
        fostered = variant.startswith("fostered")
        child = w.fostered() if fostered else w.in_home()
        began = w.evening()
        nowhere = variant == "not with the police either"
        night = w.away(child, began, Told(
            council=None, home=not fostered, police=None if nowhere else "Missing person",
            report=not nowhere, log=False))
        if nowhere:
            w.plant("M02", child, Severity.CRITICAL, night.absence,
                    variant="nor with social care")
        if variant == "written down three days on":
            w.episode(child, began, began + hours(75), "M",
                      miss_missing_episode_end_date=day_of(night.back),
                      miss_missing_rhi_offered="Y", miss_missing_rhi_accepted="Y")
        w.plant("M03", child, Severity.HIGH, night.absence if nowhere else night.report,
                variant=variant)
        if fostered:
            w.plant("M07", child, Severity.MEDIUM, night.report, variant="fostered, no episode")


def known_to_council(w: World) -> None:
    """Decoys of M03: another authority's child, one not in care, a night not a day old."""
    child = w.placed_by_another()
    w.away(child, w.evening(), Told(council=None))
    w.decoy("M03", child, variant="placed by another authority")
    child = w.in_need()
    w.away(child, w.evening(), replace(AT_HOME, council=None))
    w.allow("M07", child)
    w.decoy("M03", child, variant="not in care")
    child = w.in_home()
    w.away(child, at(w.last_day - days(1), "22:00"), Told(council=None, returns=False))
    w.allow("M07", child)
    w.decoy("M03", child, variant="begun yesterday")
    child = w.in_home()
    w.away(child, at(w.clock_eve, "19:30"), Told(lasts=hours(12)))
    w.decoy("M03", child, variant="over the clock change")


def late_episode(w: World, child: Child, began: datetime) -> Night:
    """A night of which the council's date is the day after."""
    night = w.away(child, began, Told(lasts=hours(7)))
    night.episode.set_all(miss_missing_episode_start_date=day_of(night.back))
    night.episode.shift(available=hours(4), writing=hours(4))
    return night
