"""Forms of T01 to T03: conferences, assessments and reviews, late and in time."""
from datetime import date

from bench.detection.second.book import Child, Row
from bench.detection.second.calendar import days, months_on, working_days_on
from bench.detection.second.world import World
from broker.vocabulary.words import FindingState, Severity


def _strategy(w: World, child: Child, day: date, end: date | None, outcome: str) -> Row:
    w.referral(child, day, outcome="STRATEGY_DISCUSSION")
    w.assessment(child, working_days_on(day, 1), working_days_on(day, 30))
    enquiry = w.enquiry(child, day, end, outcome)
    w.visits(child, "cin", day + days(5), w.last_day, (10, 18))
    return enquiry


def conference_late(w: World) -> None:
    """T01: no conference fifteen working days after the strategy discussion."""
    for variant, end, held in (("still asking", None, None), ("none held", 8, None),
                               ("seventeen working days", 8, 17), ("sixteen working days", 8, 16)):
        child = w.child()
        day = working_days_on(w.hence(w.rng.randint(5, 25)), 1)
        enquiry = _strategy(w, child, day, working_days_on(day, end) if end else None,
                            "CP_CONFERENCE")
        if held:
            w.conference(child, enquiry, working_days_on(day, held), to_plan="N",
                         outcome="SINGLE_ASSESSMENT")
        w.plant("T01", child, Severity.HIGH, enquiry, variant=variant,
                state=FindingState.RESOLVED if held else None)
        w.allow("T02", child)


def conference_in_time(w: World) -> None:
    """Decoys of T01: not required, on the last day, not yet due, transferred in."""
    for variant, end, outcome in (
        ("no further action", 10, "NFA"), ("monitored", 10, "MONITOR"),
        ("fifteen working days", 9, "CP_CONFERENCE"), ("not yet due", 9, "CP_CONFERENCE"),
        ("assessment goes on", 10, "NFA_CONTINUE_SINGLE"),
    ):
        child = w.child()
        day = working_days_on(w.hence(w.rng.randint(5, 25)), 1)
        if variant == "not yet due":
            day = working_days_on(w.last_day, -13)
        enquiry = _strategy(w, child, day, working_days_on(day, end), outcome)
        if variant == "fifteen working days":
            w.conference(child, enquiry, working_days_on(day, 15), to_plan="N",
                         outcome="SINGLE_ASSESSMENT")
        w.decoy("T01", child, enquiry, variant=variant)


def finer_conferences(w: World) -> None:
    """Decoys of T01: a transfer in without a date, fifteen working days over a holiday."""
    child = w.child((4, 14))
    day = working_days_on(w.hence(10), 1)
    w.referral(child, day, outcome="CP_TRANSFER_IN")
    w.assessment(child, working_days_on(day, 1), working_days_on(day, 20))
    enquiry = w.enquiry(child, day, working_days_on(day, 5), "CP_CONFERENCE")
    w.conference(child, enquiry, None, transfer="Y", written=working_days_on(day, 6),
                 target=working_days_on(day, 19))
    w.visits(child, "cin", day + days(4), w.last_day, (10, 18))
    w.decoy("T01", child, variant="transferred in")
    child = w.child((4, 14))
    day = working_days_on(date(2026, 4, 13), -14) if w.spring else working_days_on(w.hence(25), 1)
    w.referral(child, day, outcome="STRATEGY_DISCUSSION")
    w.assessment(child, working_days_on(day, 1), working_days_on(day, 18))
    enquiry = w.enquiry(child, day, working_days_on(day, 8), "CP_CONFERENCE")
    w.conference(child, enquiry, working_days_on(day, 15), to_plan="N")
    w.visits(child, "cin", day + days(4), w.last_day, (10, 18))
    w.decoy("T01", child, variant="fifteen working days, a holiday among them")


def assessment_late(w: World) -> None:
    """T02: not authorised in 45 working days, and decoys that were, or began later."""
    for variant, before, began, lasted in (
        ("sixty working days", 70, 1, 60), ("open after sixty", 60, 1, None),
        ("open after 47", 47, 1, None), ("46 from the referral", 52, 4, 46),
    ):
        child = w.child()
        day = working_days_on(w.last_day, -before)
        w.referral(child, day, source="2A", need="N4")
        w.assessment(child, working_days_on(day, began),
                     working_days_on(day, lasted) if lasted else None, ("3A",))
        w.visits(child, "cin", day + days(6), w.last_day, (12, 20))
        w.plant("T02", child, Severity.MEDIUM, variant=variant,
                state=FindingState.RESOLVED if lasted else None)
    for variant, before in (("45 working days", 60), ("a second one, begun later", 80),
                            ("open after forty", 40), ("closed at once", 60)):
        child = w.child()
        day = working_days_on(w.last_day, -before)
        if variant == "closed at once":
            w.referral(child, day, source="2A", need="N4", outcome="NFA",
                       closed=working_days_on(day, 2))
            w.decoy("T02", child, variant=variant)
            continue
        w.referral(child, day, source="2A", need="N4")
        lasted = {"45 working days": 45, "a second one, begun later": 30}.get(variant)
        w.assessment(child, working_days_on(day, 1),
                     working_days_on(day, lasted) if lasted else None, ("3A",))
        if lasted == 30:
            w.assessment(child, working_days_on(day, 40), working_days_on(day, 78), ("3A",))
        w.visits(child, "cin", day + days(6), w.last_day, (12, 20))
        w.decoy("T02", child, variant=variant)


def review_late(w: World) -> None:
    """T03: reviews of plans and of care that were not held in time."""
    for variant in ("first of a plan", "second of a plan", "first in care", "second in care",
                    "third in care", "held a week late"):
        child = w.child((6, 14))
        match variant:
            case "first of a plan":
                w.protection(child, months_on(w.hence(30), -3), reviews=False)
            case "second of a plan":
                start = months_on(w.hence(25), -9)
                w.protection(child, start, reviews=False)
                w.plan_review(child, months_on(start, 3) - days(2))
            case "first in care":
                w.care(child, w.hence(15), reviews=False, referral=False)
            case "second in care" | "third in care":
                start = w.ago(75 if variant == "second in care" else 290)
                w.care(child, start, reviews=False, referral=False)
                w.care_review(child, working_days_on(start, 15))
                if variant == "third in care":
                    w.care_review(child, working_days_on(start, 15) + days(85))
            case _:
                start = months_on(w.hence(20), -3)
                w.protection(child, start, reviews=False)
                w.plan_review(child, months_on(start, 3) + days(7))
        w.plant("T03", child, Severity.MEDIUM, variant=variant,
                state=FindingState.RESOLVED if variant == "held a week late" else None)


def review_in_time(w: World) -> None:
    """Decoys of T03: on the last day, a plan that ended first, short breaks."""
    child = w.child((6, 14))
    start = months_on(w.hence(30), -3)
    w.protection(child, start, reviews=False)
    w.plan_review(child, months_on(start, 3))
    w.decoy("T03", child, variant="three months to the day")
    child = w.child((6, 14))
    w.care(child, w.hence(15), reviews=False, referral=False)
    w.care_review(child, working_days_on(w.hence(15), 20))
    w.decoy("T03", child, variant="twenty working days")
    child = w.child((6, 14))
    w.protection(child, months_on(w.last_day - days(5), -3), end=w.last_day - days(7),
                 reviews=False)
    w.decoy("T03", child, variant="the plan ended first")
    child = w.child((6, 14))
    w.care(child, w.ago(60), status="V3", referral=False, reviews=False, visits=False)
    w.allow("S02", child)
    w.decoy("T03", child, variant="short breaks")
