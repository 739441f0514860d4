"""Forms of S01: an open concern, and whether anybody has recorded seeing the child."""
from dataclasses import replace
from datetime import date

from bench.detection.second.book import Child
from bench.detection.second.calendar import at, days, hours, working_days_on
from bench.detection.second.happenings import Call, Told
from bench.detection.second.people import HOMES
from bench.detection.second.world import AT_HOME, VICTIM, World
from broker.vocabulary.words import Severity

_UNATTENDED = Call("Sexual offence", role="victim", grade="Resolution without deployment",
                   attended=None, closed=None)


def _working_day(w: World, last: int) -> date:
    return working_days_on(w.hence(w.rng.randint(8, last)), 1)


def _raised_by_notice(w: World, child: Child, day: date, types: str, risk: str) -> None:
    moment = at(day, "15:20")
    call = w.incident(child, moment - hours(1), _UNATTENDED)
    w.notice(child, moment, types, risk, incident=call, voice="N")
    w.contact(child, working_days_on(day, 1))
    w.referral(child, working_days_on(day, 1))


def not_seen(w: World) -> None:
    """S01: a grave concern, after which nobody comes for days."""
    day, child = _working_day(w, 25), w.child()
    _raised_by_notice(w, child, day, "sexual_abuse", "Medium")
    w.assessment(child, working_days_on(day, 1), working_days_on(day, 15), ("19C",))
    w.visits(child, "cin", day + days(3), w.last_day, (12, 20))
    w.plant("S01", child, Severity.HIGH, variant="sexual abuse, seen on the third day")
    day, child = _working_day(w, 25), w.child()
    _raised_by_notice(w, child, day, "neglect", "High")
    w.assessment(child, working_days_on(day, 1), working_days_on(day, 30))
    w.visits(child, "cin", working_days_on(day, 9), w.last_day, (12, 20))
    w.plant("S01", child, Severity.CRITICAL, variant="high risk, seen on the ninth working day")
    day, child = _working_day(w, 25), w.child()
    w.referral(child, day, outcome="STRATEGY_DISCUSSION")
    w.enquiry(child, day, working_days_on(day, 9), seen=False)
    w.assessment(child, working_days_on(day, 1), working_days_on(day, 12))
    w.close_referral(child, working_days_on(day, 14), "12:00")
    w.plant("S01", child, Severity.CRITICAL, variant="an open enquiry")
    _long_unseen(w, 33, Severity.HIGH)
    _long_unseen(w, 47, Severity.CRITICAL)
    child = w.child()
    w.protection(child, w.hence(2), visits=False)
    w.visits(child, "cp", w.hence(9), w.hence(36), (7, 9), seen="N")
    w.visits(child, "cp", w.hence(38), w.last_day, (7, 9))
    w.plant("S01", child, Severity.HIGH, variant="visited and not seen")
    w.allow("S02", child)


def _long_unseen(w: World, gap: int, severity: Severity) -> None:
    child = w.child()
    start, last = w.ago(40), w.hence(6)
    w.need(child, start, visits=False)
    w.visit(child, "cin", start + days(3))
    w.visits(child, "cin", start + days(18), last - days(5), (14, 20))
    w.visit(child, "cin", last)
    if gap > 42:
        w.visit(child, "cin", last + days(15), seen="N")
    w.visits(child, "cin", last + days(gap), w.last_day, (12, 20))
    w.plant("S01", child, severity, variant=f"{gap} days between visits")
    w.allow("S02", child)


def not_seen_by_police(w: World) -> None:
    """S01: a notice with nobody having seen the child, and one seen the next day."""
    day, child = _working_day(w, 25), w.child()
    moment = at(day, "15:20")
    call = w.incident(child, moment - hours(1), replace(VICTIM, attended=20, seen=False,
                                                        closed=None))
    notice = w.notice(child, moment, "domestic_abuse", incident=call, triage="information only")
    w.plant("S01", child, None, variant="attended and not seen")
    w.plant("R01", child, Severity.MEDIUM, notice, variant="attended and not seen")
    day, child = _working_day(w, 25), w.child()
    moment = at(day, "10:20")
    call = w.incident(child, moment - hours(1), Call("Assault", role="victim", grade="Scheduled",
                                                     attended=None, closed=None))
    w.notice(child, moment, "physical_abuse", incident=call, triage="section 47", source="carer")
    call.set(moment + hours(30), attended_at=moment + hours(29),
             child_seen_at=moment + hours(29))
    w.close_call(call, moment + hours(40), "Assault")
    w.plant("G02", child, Severity.HIGH, call, variant="an assault attended the next day")
    w.allow("S01", child)  # seen at 29 hours, before the next extract was read
    w.plant("R01", child, Severity.MEDIUM, variant="an assault, unknown to the council")


def seen(w: World) -> None:
    """Decoys of S01: seen by the police, at the return, in an assessment, or not yet born."""
    day, child = _working_day(w, 30), w.child()
    moment = at(day, "11:20")
    call = w.incident(child, moment, Call("Sexual offence", role="victim", attended=30))
    w.notice(child, moment + hours(1), "sexual_abuse", "High", incident=call,
             triage="strategy discussion", voice="N")
    w.plant("R01", child, Severity.MEDIUM, variant="seen by the police")
    w.decoy("S01", child, variant="seen by the police")
    day, child = _working_day(w, 30), w.child((11, 15))
    w.to_police(child)
    night = w.away(child, at(day, "11:20"), replace(AT_HOME, council=None))
    w.notice(child, at(day, "11:50"), "missing", "High", incident=night.call,
             triage="open to other team")
    w.plant("M07", child, Severity.MEDIUM, night.report, variant="not in care")
    w.allow("R01", child)
    w.decoy("S01", child, variant="seen at the return")
    child = w.child()
    w.need(child, w.ago(30), visits=False)
    w.visits(child, "cin", w.ago(20), w.last_day, (24, 27))
    w.decoy("S01", child, variant="every 27 days")
    day, child = _working_day(w, 30), w.child()
    w.referral(child, day, outcome="NFA", closed=working_days_on(day, 3))
    w.decoy("S01", child, variant="closed on the third day")
    day, child = _working_day(w, 30), w.child()
    w.referral(child, day, source="2A", need="N4")
    w.assessment(child, working_days_on(day, 1), day + days(20), ("3A",))
    w.visits(child, "cin", day + days(44), w.last_day, (12, 20))
    w.decoy("S01", child, variant="seen in an assessment")
    _unborn_or_reviewed(w)


def _unborn_or_reviewed(w: World) -> None:
    due = w.last_day + days(60)
    child = w.child(born=due)
    w.to_council(child, pers_dob=None, pers_expected_dob=due, nhs=False, pers_forename="Baby",
                 pers_sex="U")
    w.referral(child, w.ago(20), source="3B")
    w.assessment(child, w.ago(19), w.hence(10), seen="N")
    w.decoy("S01", child, variant="unborn")
    w.allow("T02", child)
    child = w.fostered(visits=False)
    w.visits(child, "cla", child.care_start + days(4), w.hence(5), (18, 25))
    w.care_review(child, w.hence(26))
    w.visits(child, "cla", w.hence(42), w.last_day, (15, 20))
    w.allow("S01 S02", child)


def seen_by_whom(w: World) -> None:
    """S01: talking to the child counts, unless it is the accused who talked."""
    beside = w.fostered(visits=False)
    w.to_home(beside, 0, w.ago(5))
    child = w.in_home(visits=False)
    w.visits(child, "cla", child.care_start + days(3), w.hence(4), (15, 22))
    w.visit(child, "cla", w.hence(6))
    w.away(child, at(w.hence(22), "20:30"), Told(lasts=hours(4)))
    w.visits(child, "cla", w.hence(41), w.last_day, (15, 20))
    w.decoys("S01 S02", child, "talked to after an absence, 35 days between visits")
    child = w.in_home(3, visits=False, reviews=False)  # at a review it would have been seen
    w.allow("T03", child)
    w.visits(child, "cla", child.care_start + days(3), w.hence(14), (12, 15))
    w.notice(child, at(w.hence(16), "18:00"), "physical_abuse", triage="strategy discussion",
             source="home_staff", accused=HOMES[3].urn, voice="N")
    w.away(child, at(w.hence(17), "10:30"), Told(prevention=False, interview=None))
    w.visits(child, "cla", w.hence(20), w.last_day, (12, 15))
    w.plant("S01", child, Severity.HIGH, variant="seen by the accused home alone")
    w.allow("S01 S02 L01 T03", beside)


