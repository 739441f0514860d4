"""Finer print: what belongs to a night, risks at their edges, concerns told twice, names."""
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bench.detection.second.book import Child
from bench.detection.second.calendar import (
    Cell,
    at,
    day_of,
    days,
    friday_from,
    hours,
    minutes,
    working_days_on,
)
from bench.detection.second.happenings import Call, Told
from bench.detection.second.missing_kinds import late_episode
from bench.detection.second.world import (
    AT_HOME,
    CONCERN,
    HANDLED,
    NOT_WITH_POLICE,
    REVIEWED_CONCERN,
    VICTIM,
    World,
)
from broker.vocabulary.words import FindingState, Severity


def belonging(w: World) -> None:
    """M01 and M02: which call is the record of a night, and which is not."""
    child, began = w.in_home(), w.evening()
    w.away(child, began, NOT_WITH_POLICE)
    call = w.incident(child, began - minutes(5), Call("Administration", grade="Scheduled",
                                                      attended=200, review=hours(3)))
    w.plant("M01", child, Severity.CRITICAL, call, variant="a professional rang, filed otherwise")
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(log=True))
    w.incident(child, night.back + hours(5), Call(role="victim", caller="public"))
    w.decoys("M01 M10", child, "another call after the return")
    child, began = w.in_home(), w.evening(clock="17:00")
    first = w.away(child, began, replace(CONCERN, lasts=hours(2), log=True, review=hours(1),
                                         closed=began + hours(3)))
    second = w.away(child, began + hours(6),
                    replace(NOT_WITH_POLICE, lasts=hours(5), council=None))
    w.plant("M01", child, Severity.CRITICAL, first.call, variant="claimed by its number")
    w.plant("M02", child, Severity.CRITICAL, second.absence, variant="after a claimed one")
    w.allow("M03", child)
    child, began = w.in_home(), w.evening(clock="23:10")
    late_episode(w, child, began)
    w.decoys("M02 M03 M01 M06", child, "the council's date a day on")
    child = w.fostered()
    w.away(child, w.evening(), AT_HOME)
    w.decoys("M01 M02 M03 M04 M05 M06 M07", child, "fostered, agreed")


def placed_by_another_or_corrected(w: World) -> None:
    """M01 and M02: another authority's child; what police or home take back or correct."""
    child = w.placed_by_another()
    w.away(child, w.evening(), Told(council=None))
    w.decoys("M01 M02 M03 M07 L01 L02", child, "placed by another authority, agreed")
    child = w.placed_by_another()
    night = w.away(child, w.evening(), replace(REVIEWED_CONCERN, council=None))
    w.plant("M01", child, Severity.CRITICAL, night.call, variant="placed by another authority")
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, REVIEWED_CONCERN)
    night.call.set(night.back + hours(30), state="withdrawn")
    w.plant("M01", child, Severity.CRITICAL, night.call, variant="the police withdraw",
            state=FindingState.WITHDRAWN)
    w.plant("M02", child, Severity.CRITICAL, night.absence, variant="after the police withdrew")
    child = w.in_home(0)
    night = w.away(child, w.evening(), replace(REVIEWED_CONCERN, council="A"))
    night.absence.set(night.back + hours(36), category="unauthorised_absence")
    w.plant("M01", child, Severity.CRITICAL, night.call, variant="the home corrects",
            state=FindingState.RESOLVED)
    w.allow("M04", child)


def finer_risk(w: World) -> None:
    """M05 and K03: a plan begun later, signs just within and just past the year."""
    child = w.child((8, 14))
    w.protection(child, w.hence(40))
    w.away(child, at(w.hence(30), "20:30"), replace(AT_HOME, report_risk="Low"))
    w.decoy("M05", child, variant="the plan began later")
    child = w.in_need()
    w.away(child, w.evening(), replace(AT_HOME, report_risk="Low"))
    w.decoy("M05", child, variant="in need, no plan")
    child = w.on_plan()
    w.to_home(child, 1, w.hence(1), status="V2")
    for age in (355, 372):
        child, began = w.in_home(), w.evening(20, 40)
        w.marker(child, "child_sexual_exploitation", day_of(began) - days(age))
        night = w.away(child, began, Told(report_risk="Low"))
        if age < 365:
            w.plant("K03", child, Severity.CRITICAL, night.report, variant=f"{age} days old")
        else:
            w.decoy("K03", child, night.report, variant=f"{age} days old")
    child, began = w.in_home(), w.evening(20, 50)
    w.notice(child, began - days(30), "criminal_exploitation", triage=HANDLED,
             source="other_adult")
    night = w.away(child, began, Told(risk="No apparent risk (absent)", report_risk="Low"))
    w.plant("K03", child, Severity.CRITICAL, night.absence, variant="notice, and both low")
    child, began = w.in_home(), w.evening(20, 50)
    w.marker(child, "child_criminal_exploitation", w.ago(40))
    w.away(child, began, Told(lasts=hours(8)))
    w.decoy("K03", child, variant="medium beside a marker")


def _planned_after_notice(w: World) -> None:
    child = w.child((4, 14))
    day = working_days_on(w.hence(8), 1)
    moment = at(day, "13:00")
    call = w.incident(child, moment - hours(1), VICTIM)
    notice = w.notice(child, moment, incident=call)
    w.contact(child, working_days_on(day, 1))
    w.referral(child, working_days_on(day, 1), outcome="STRATEGY_DISCUSSION")
    w.assessment(child, working_days_on(day, 2), working_days_on(day, 14))
    enquiry = w.enquiry(child, working_days_on(day, 2), working_days_on(day, 8), "CP_CONFERENCE")
    plan, start = f"P{w.number()}", working_days_on(day, 12)
    conference = w.conference(child, enquiry, start, plan=plan, to_plan="Y")
    w.protection_plan(child, plan, conference, start, "SAB")
    w.visit(child, "cp", start)
    w.visits(child, "cp", start + days(5), w.last_day, (7, 10))
    w.plant("K01", child, Severity.MEDIUM, notice, variant="neglect, and a plan for sexual abuse")
    w.allow("L02", child)


def finer_notices(w: World) -> None:
    """K01 and R01: a plan of another kind, contacts on the first and last day, one taken back."""
    _planned_after_notice(w)
    for late in (False, True):
        child = w.child()
        day = friday_from(w.hence(11 if late else 18))
        if late and w.spring:
            day = date(2026, 4, 2)
        moment = at(day, "10:00")
        notice = w.notice(child, moment, incident=w.incident(child, moment - hours(1), VICTIM))
        w.contact(child, working_days_on(day, 3), "NFA")
        w.decoy("R01", child, notice, variant="contact on the third working day")
        w.allow("S01", child)
    child = w.child()
    day = working_days_on(w.hence(20), 1)
    notice = w.notice(child, at(day, "09:00"), shared=hours(6),
                      incident=w.incident(child, at(day, "08:00"), VICTIM))
    w.contact(child, day, "NFA")
    w.decoy("R01", child, notice, variant="contact of the same day")
    w.allow("S01", child)
    child = w.child()
    moment = at(working_days_on(w.hence(20), 1), "15:00")
    notice = w.notice(child, moment, "sexual_abuse", shared=None,
                      incident=w.incident(child, moment - hours(1), VICTIM))
    notice.set(moment + days(4), state="withdrawn")
    w.plant("R01", child, Severity.CRITICAL, notice, variant="the notice is withdrawn",
            state=FindingState.WITHDRAWN)
    w.allow("S01", child)


def _accented(child: Child) -> Mapping[str, Cell]:
    given = child.given.replace("a", "á").replace("e", "é")
    return {"given_name": given, "surname": child.surname, "home_postcode": ""}


_NAMES: tuple[tuple[str, Callable[[Child], Mapping[str, Cell]]], ...] = (
    ("swapped", lambda child: {"given_name": child.surname, "surname": child.given,
                               "home_postcode": ""}),
    ("hyphened", lambda child: {"given_name": child.given, "surname": f"{child.surname}-Smith",
                                "home_postcode": ""}),
    ("shortened", lambda child: {"given_name": child.given[:3], "surname": child.surname,
                                 "home_postcode": child.postcode, "home_address": child.line}),
    ("changed", lambda child: {"given_name": child.given, "surname": "Fothergill",
                               "former_surname": child.surname, "home_postcode": ""}),
    ("accented", _accented),
    ("birth date estimated", lambda child: {
        "given_name": child.given, "surname": child.surname, "home_postcode": child.postcode,
        "date_of_birth": date(child.born.year, 1, 1), "home_address": child.line}),
    ("with a second name", lambda child: {"given_name": f"{child.given} Lee",
                                          "surname": child.surname, "home_postcode": ""}),
)


def names_as_written(w: World) -> None:
    """M01 of children whose names the police wrote as people write them."""
    for variant, heard in _NAMES:
        child = w.in_home()
        child.rows["nominal"].set_all(**{"former_surname": "", **heard(child)})
        night = w.away(child, w.evening(), replace(REVIEWED_CONCERN, log=False))
        w.plant("M01", child, Severity.CRITICAL, night.call, variant=f"name {variant}")
        w.allow("M02 D06", child)
