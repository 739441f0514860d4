"""Forms of L01 to L03, P01 and P02: where a child lives, by what right, and beside whom."""
from datetime import date

from bench.detection.second.book import Child
from bench.detection.second.calendar import at, day_of, days, working_days_on
from bench.detection.second.happenings import Told
from bench.detection.second.people import HOMES
from bench.detection.second.world import HANDLED, World
from broker.vocabulary.words import FindingState, Severity


def placement_differs(w: World) -> None:
    """L01: the police still hold the home a child has left, or that home still does."""
    for number in range(5):
        day = w.some_day(10, 35)
        if number in (0, 3):
            child = w.in_home(0)
            w.moves(child, day, home=1)
            night = w.away(child, at(day + days(20), "20:40"),
                           Told(report_cells={"placement_urn": HOMES[0].urn}, log=True))
            w.plant("L01", child, Severity.HIGH, night.report, variant="police hold the old home")
            w.allow("S01", child)
        else:
            child = w.in_home(2)
            w.moves(child, day, leaves=False, home=None if number == 1 else 3)
            w.plant("L01", child, Severity.HIGH, variant="the home never wrote the leaving")


def placement_agrees(w: World) -> None:
    """Decoys of L01: five days not over, away for a while, another authority's, in time."""
    child = w.in_home(2)
    w.moves(child, w.last_day - days(4), leaves=False)
    w.decoy("L01", child, variant="moved four days ago")
    child = w.in_home(2)
    w.moves(child, w.some_day(20, 40), leaves=False, place="T0")
    w.decoy("L01", child, variant="temporary")
    child = w.placed_by_another()
    w.away(child, w.evening(), Told(council=None))
    w.decoy("L01", child, variant="placed by another authority")
    child = w.in_home(1)
    w.moves(child, w.some_day(10, 40), home=3)
    w.decoy("L01", child, variant="both homes wrote it")
    child = w.in_home(2)
    day = w.some_day(20, 40)
    w.moves(child, day, leaves=False)
    child.rows["resident"].set(at(day + days(3)), left_on=day)
    w.decoy("L01", child, variant="written three days on")


def plan_unknown(w: World) -> None:
    """L02: an agency that deals with the child does not hold its plan or order."""
    for variant in ("an incident, in care", "an incident, on a plan", "a notice, in care",
                    "the home holds another order", "a night away"):
        moment = at(w.some_day(), "13:00")
        match variant:
            case "an incident, in care":
                child = w.in_home(marker=False)
                w.incident(child, moment)
            case "an incident, on a plan":
                child = w.on_plan(marker=False)
                w.incident(child, moment)
            case "a notice, in care":
                child = w.fostered(marker=False)
                w.notice(child, moment, triage=HANDLED)
            case "the home holds another order":
                child = w.in_home()
                child.rows["resident"].set_all(legal_status="V2")
            case _:
                child = w.in_home(2, marker=False)
                w.away(child, w.evening())
        w.plant("L02", child, Severity.HIGH, variant=variant)


def plan_known(w: World) -> None:
    """Decoys of L02: held, begun later, no order, or no dealings."""
    for variant in ("held, in care", "the plan began later", "no order", "held, on a plan",
                    "no dealings"):
        moment = at(w.some_day(), "13:00")
        match variant:
            case "held, in care":
                child = w.in_home()
                w.incident(child, moment)
            case "the plan began later":
                child = w.stranger()
                w.incident(child, at(w.hence(5), "13:00"))
                w.protection(child, w.hence(30), marker=False)
            case "no order":
                child = w.in_home(status="V2", marker=False)
                w.incident(child, moment)
            case "held, on a plan":
                child = w.on_plan()
                w.incident(child, moment)
            case _:
                child = w.on_plan(marker=False)
        w.decoy("L02", child, variant=variant)


def _police_protection(w: World, child: Child, start: date) -> None:
    w.care(child, start, status="L1", referral=False, visits=False, reviews=False)
    w.visit(child, "cla", start + days(1))


def protection_expired(w: World) -> None:
    """L03: police protection beyond 72 hours, and decoys of three days at most."""
    for lasted in (4, 6, None):
        child, start = w.child((5, 14)), w.some_day(10, 40)
        _police_protection(w, child, start)
        if lasted:
            w.end_care(child, start + days(lasted))
        else:
            w.visits(child, "cla", start + days(6), w.last_day, (20, 30))
            w.care_review(child, working_days_on(start, 15))
        w.plant("L03", child, Severity.HIGH, variant=f"{lasted} days" if lasted else "not ended")
    for variant, lasted in (("three days", 3), ("three days over the clock change", 3),
                            ("two days", 2)):
        child = w.child((5, 14))
        start = w.clock_eve - days(1) if "clock" in variant else w.some_day(10, 40)
        _police_protection(w, child, start)
        w.end_care(child, start + days(lasted))
        w.decoy("L03", child, variant=variant)


def risk_unknown(w: World) -> None:
    """P01: a responsible agency has not been told of a person posing risk."""
    moment = at(w.some_day())
    child = w.in_need()
    w.plant("P01", child, Severity.CRITICAL, w.risk_link(child, moment), variant="in need")
    moment = at(w.some_day())
    child = w.on_plan()
    w.plant("P01", child, Severity.CRITICAL, w.risk_link(child, moment), variant="on a plan")
    moment = at(w.some_day())
    child = w.in_home()
    link = w.risk_link(child, moment, disclosed_to="council", disclosed_at=moment)
    w.plant("P01", child, Severity.CRITICAL, link, variant="the council told, not the home")
    moment = at(w.some_day())
    child = w.in_home()
    link = w.risk_link(child, moment, withheld_reason="ongoing investigation",
                       review_due=day_of(moment) + days(10))
    w.plant("P01", child, Severity.CRITICAL, link, variant="withheld past its review")


def risk_known(w: World) -> None:
    """Decoys of P01: told, withheld with review to come, nobody responsible, ended."""
    moment = at(w.some_day())
    child = w.in_need()
    link = w.risk_link(child, moment, disclosed_to="council", disclosed_at=moment)
    w.decoy("P01", child, link, variant="told")
    moment = at(w.some_day())
    child = w.in_need()
    link = w.risk_link(child, moment, withheld_reason="risk to source",
                       review_due=w.last_day + days(60))
    w.decoy("P01", child, link, variant="withheld, review to come")
    moment = at(w.some_day())
    child = w.child()
    w.decoy("P01", child, w.risk_link(child, moment), variant="nobody responsible")
    moment = at(w.some_day())
    child = w.in_need()
    link = w.risk_link(child, moment, to_date=day_of(moment) - days(3))
    w.decoy("P01", child, link, variant="the link has ended")
    moment = at(w.some_day())
    child = w.in_need(end=w.ago(5))
    w.decoy("P01", child, w.risk_link(child, moment), variant="the case is closed")


def risk_at_address(w: World) -> None:
    """P02: the child's address or placement is that of a person posing risk."""
    for variant in ("a linked child's address", "the address alone", "a foster placement",
                    "another house of the postcode", "the postcode alone"):
        moment = at(w.some_day())
        child = w.fostered() if variant == "a foster placement" else w.in_need()
        severity = Severity.MEDIUM
        match variant:
            case "a linked child's address":
                link = w.risk_link(child, moment, child.line, child.postcode,
                                   disclosed_to="council", disclosed_at=moment)
                severity = Severity.CRITICAL
            case "the address alone":
                link = w.risk_link(None, moment, child.line, child.postcode)
                severity = Severity.CRITICAL
            case "a foster placement":
                link = w.risk_link(None, moment, "", child.placed_at)
            case "another house of the postcode":
                street = child.line.split(" ", 1)[1]
                link = w.risk_link(None, moment, f"200 {street}", child.postcode)
            case _:
                link = w.risk_link(None, moment, "", child.postcode)
        w.plant("P02", child, severity, link, variant=variant)


def risk_elsewhere(w: World) -> None:
    """Decoys of P02: the link has ended, the family has moved, another address."""
    moment = at(w.some_day())
    child = w.in_need()
    link = w.risk_link(None, moment, child.line, child.postcode,
                       to_date=day_of(moment) - days(3))
    w.decoy("P02", child, link, variant="the link has ended")
    moment = at(w.some_day())
    child = w.in_home()
    w.risk_link(None, moment, child.line, child.postcode)
    w.allow("P02", child)  # the police may hold the family's address still
    moment = at(w.some_day())
    child = w.in_need()
    w.moves_house(child, "12 Newbiggin Way", "LS29 7QT", day_of(moment) - days(6))
    link = w.risk_link(None, moment, child.line, child.postcode)
    w.decoy("P02", child, link, variant="the family has moved")
    moment = at(w.some_day())
    child = w.in_need()
    link = w.risk_link(child, moment, disclosed_to="council", disclosed_at=moment)
    w.decoy("P02", child, link, variant="another address")


def finer_placements(w: World) -> None:
    """L01 and L02: reports before a move, leavings and markers written late."""
    child = w.in_home(1)
    w.away(child, at(w.hence(15), "20:30"))
    w.moves(child, w.hence(25), home=2)
    w.decoy("L01", child, variant="reported before the move")
    w.allow("S01", child)
    child = w.in_home(2)
    day = w.hence(25)
    w.moves(child, day, leaves=False)
    child.rows["resident"].set(at(day + days(9)), left_on=day)
    w.plant("L01", child, Severity.HIGH, variant="written nine days on")
    child = w.in_home(0, status="C1")
    child.rows["resident"].set_all(legal_status="V2")
    w.plant("L02", child, Severity.HIGH, variant="an interim order")
    child = w.on_plan(marker=False)
    w.incident(child, at(w.hence(20), "13:00"))
    w.marker(child, "child_protection_plan", w.hence(30))
    w.plant("L02", child, Severity.HIGH, variant="marker ten days on")


def finer_risks(w: World) -> None:
    """P01 and P02: told to one and not the other, told later, moved in."""
    moment = at(w.hence(20), "13:00")
    child = w.in_home(0)
    link = w.risk_link(child, moment, disclosed_to="Riverside House", disclosed_at=moment)
    w.plant("P01", child, Severity.CRITICAL, link, variant="told to the home alone")
    child = w.in_home(0)
    link = w.risk_link(child, moment, disclosed_to="council; Riverside House",
                       disclosed_at=moment)
    w.decoy("P01", child, link, variant="told to both")
    child = w.in_need()
    link = w.risk_link(child, moment)
    link.set(moment + days(5), disclosed_to="North Valley Council", disclosed_at=moment + days(5))
    w.plant("P01", child, Severity.CRITICAL, link, variant="told five days on",
            state=FindingState.RESOLVED)
    child = w.in_need()
    link = w.risk_link(child, moment)
    link.set(moment + days(5), state="withdrawn")
    w.plant("P01", child, Severity.CRITICAL, link, variant="the link is withdrawn",
            state=FindingState.WITHDRAWN)
    child = w.in_need()
    link = w.risk_link(None, at(w.hence(10)), "5 Quay Street", "YO22 4PT")
    w.moves_house(child, "5 Quay Street", "YO22 4PT", w.hence(30))
    w.plant("P02", child, Severity.CRITICAL, link, variant="moved in")
    child = w.in_need()
    w.risk_link(None, at(w.hence(10)), child.line, "YO99 9ZZ")
    w.decoy("P02", child, variant="another postcode of the road")
