"""Forms of G01 to G04: grades lowered, not met or not looked at, calls nobody was given."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.detection.second.book import Child
from bench.detection.second.calendar import at, days, hours, minutes
from bench.detection.second.happenings import Call, Told
from bench.detection.second.people import OTHER_AUTHORITY
from bench.detection.second.world import AT_HOME, World
from broker.vocabulary.words import FindingState, Severity

NO_VISIT = "Resolution without deployment"


def _lowered(w: World, child: Child, moment: datetime, variant: str, reason: str,
             severity: Severity | None = Severity.HIGH, *, review: timedelta | None = None,
             unreviewed: bool = True, later: str = "Priority", attended: int = 40) -> None:
    row = w.lowered(child, moment, reason, review=review, later=later, attended=attended)
    w.plant("G01", child, severity, row, variant=variant)
    if unreviewed:
        w.plant("G03", child, Severity.MEDIUM, row, variant=f"lowered: {variant}")
    else:
        w.decoy("G03", child, row, variant=f"lowered and reviewed: {variant}")


def lowered(w: World) -> None:
    """G01: lowered for a vulnerable child, or for no reason; G03 where nobody looked at it."""
    moment, child = w.daytime(), w.in_home()
    _lowered(w, child, moment, "looked after", "no units free")
    moment, child = w.daytime(), w.stranger()
    _lowered(w, child, moment, "no reason given", "")
    moment, child = w.daytime(), w.in_home()
    _lowered(w, child, moment, "reason and review", "caller says child now with staff",
             Severity.LOW, review=hours(2), unreviewed=False)
    moment, child = w.daytime(), w.fostered()
    w.away(child, moment - days(60), AT_HOME)
    _lowered(w, child, moment, "reviewed at 30 hours", "resources", None, review=hours(30))
    moment, child = w.daytime(), w.in_need()
    _lowered(w, child, moment, "in need", "no units free")
    moment, child = w.daytime(), w.child((11, 15))
    w.marker(child, "child_sexual_exploitation", w.ago(100))
    _lowered(w, child, moment, "exploitation marker", "no units free")
    moment, child = w.daytime(), w.on_plan()
    _lowered(w, child, moment, "on a plan, no reason", "", review=hours(5), unreviewed=False)
    moment, child = w.daytime(), w.child((11, 15))
    w.to_police(child)
    night = w.away(child, moment - days(80), replace(AT_HOME, council=None))
    w.plant("M07", child, Severity.MEDIUM, night.report, variant="never in care")
    _lowered(w, child, moment, "missing 80 days before", "no units free")
    child = w.in_need()
    _lowered(w, child, at(w.clock_eve + days(1), "01:40"), "the night the clocks change",
             "demand", later="Scheduled", attended=55)


def rightly_lowered(w: World) -> None:
    """Decoys of G01: nobody vulnerable, after the attendance, raised, or no victim."""
    for variant in ("no vulnerability", "after the attendance", "raised", "suspect", "witness",
                    "the plan has ended", "missing 95 days before", "marker cleared"):
        moment = w.daytime()
        reason, review = "duplicate call", hours(4)
        if variant == "raised":
            _raised_in_time(w, moment)
            continue
        match variant:
            case "no vulnerability":
                child = w.child()
            case "the plan has ended":
                child = w.on_plan(end=w.ago(3))
                w.close_referral(child, w.ago(2))
            case "missing 95 days before":
                child = w.child((11, 15))
                w.to_police(child)
                w.away(child, moment - days(95), replace(AT_HOME, council=None))
                w.allow("M07", child)
            case "marker cleared":
                child = w.child((11, 15))
                w.marker(child, "child_criminal_exploitation", w.ago(500), cleared_at=w.ago(20))
            case _:
                child, reason = w.in_home(), ""
        after_all = variant == "after the attendance"
        role = variant if variant in ("suspect", "witness") else "subject"
        row = w.lowered(child, moment, reason, role=role, attended=9 if after_all else 40,
                        after=30 if after_all else 10,
                        review=review if reason else None)
        w.decoy("G01", child, row, variant=variant)
        w.decoy("G03", child, row, variant=f"rightly lowered: {variant}")


def _raised_in_time(w: World, moment: datetime) -> None:
    child = w.in_home()
    row = w.raised_later(child, moment, 1, "", moment + hours(1.6), moment + hours(1.7), 6)
    for code in ("G01", "G02", "G03"):
        w.decoy(code, child, row, variant="raised, and met")


def not_met(w: World) -> None:
    """G02: attended after the grade's limit, or not at all."""
    for variant, grade, attended in (
        ("immediate after 16 minutes", "Immediate", 16), ("priority after 61", "Priority", 61),
        ("scheduled after a day", "Scheduled", 24 * 60 + 20), ("never attended", "Priority", None),
        ("raised and late", "Scheduled", None), ("the night the clocks change", "Priority", 75),
    ):
        even = variant in ("immediate after 16 minutes", "scheduled after a day",
                           "raised and late")
        child = w.in_need() if even else w.child()
        if variant == "the night the clocks change":
            moment = at(w.clock_eve + days(1), "00:40")
        else:
            moment = at(w.some_day(), "11:10")
        if variant == "raised and late":
            seen = moment + hours(4) + minutes(12)
            row = w.raised_later(child, moment, 3, "second call", seen, moment + hours(4.4), 8)
        else:
            row = w.incident(child, moment, Call(
                grade=grade, attended=attended, closed=None if attended is None else hours(40)))
        w.plant("G02", child, Severity.HIGH, row, variant=variant)


_MET = (
    ("immediate after 15 minutes", Call(grade="Immediate", attended=15)),
    ("priority after 60", Call(attended=60)),
    ("raised, and met from then", None),
    ("no attendance graded", Call(grade=NO_VISIT, attended=None)),
    ("a suspect", Call(grade="Immediate", attended=50, role="suspect")),
    ("back before it was due", None),
    ("scheduled within a day", Call(grade="Scheduled", attended=23 * 60 + 50, closed=hours(30))),
    ("lowered, and met as lowered", None),
)


def met(w: World) -> None:
    """Decoys of G02: in time to the minute, raised, lowered, or nobody to go to."""
    for variant, call in _MET:
        child = w.child()
        moment = at(w.some_day(), "14:00")
        if call:
            row = w.incident(child, moment, call)
        elif variant == "raised, and met from then":
            seen = moment + hours(3) + minutes(55)
            row = w.raised_later(child, moment, 3, "second call", seen, moment + hours(4), 8)
        elif variant == "back before it was due":
            child, moment = w.in_home(), w.evening()
            row = w.away(child, moment, Told(lasts=minutes(55), told=minutes(10),
                                             attended=None)).call
        else:
            row = w.lowered(child, moment, "further call, all well", review=hours(2), attended=58)
            w.allow("G01", child)
        w.decoy("G02", child, row, variant=variant)


def unreviewed(w: World) -> None:
    """G03: no supervisor looked at it within a day, whoever the child is."""
    child, moment = w.in_home(), w.evening()
    row = w.lowered(child, moment, "no units", review=hours(25.5))
    w.plant("G03", child, Severity.MEDIUM, row, variant="reviewed at 25 hours",
            state=FindingState.RESOLVED)
    w.plant("G01", child, None, row, variant="reviewed at 25 hours")
    child = w.child()
    row = w.lowered(child, w.evening(), "demand")
    w.plant("G03", child, Severity.MEDIUM, row, variant="no vulnerability, no review")
    w.decoy("G01", child, row, variant="a reason, and no vulnerability")
    child = w.child()
    row = w.lowered(child, w.evening(), "demand", review=hours(23.5))
    w.decoy("G03", child, row, variant="reviewed at 23 hours")
    w.decoy("G01", child, row, variant="a reason, and no vulnerability")


def not_allocated(w: World) -> None:
    """G04: a call nobody was given within a day, and decoys given in time or still young."""
    unallocated = Call(grade=NO_VISIT, allocated=False, attended=None, closed=None)
    for variant in ("given at 27 hours", "never given", "given at 25 hours",
                    "never, to a stranger"):
        child = w.in_need() if variant in ("given at 27 hours", "never given") else w.child()
        moment = at(w.some_day(), "10:20")
        if variant == "given at 25 hours":
            moment = at(w.clock_eve, "15:00")
        if variant == "given at 27 hours":
            row = w.incident(child, moment, replace(unallocated, grade="Scheduled"))
            row.set(moment + hours(28), allocated_at=moment + hours(27.5))
            row.set(moment + hours(31), attended_at=moment + hours(30),
                    child_seen_at=moment + hours(30), closed_at=moment + hours(31),
                    closing_category=Call().category)
            w.plant("G02", child, Severity.HIGH, row, variant="given at 27 hours")
        else:
            row = w.incident(child, moment, unallocated)
            if variant == "given at 25 hours":
                row.set(moment + hours(26), allocated_at=moment + hours(25.5))
        w.plant("G04", child, Severity.HIGH, row, variant=variant)
    for variant in ("given at 23 hours", "given at 23 hours too", "last evening"):
        child = w.child()
        late = variant == "last evening"
        moment = at(w.last_day - days(1), "20:00") if late else at(w.some_day(), "10:20")
        row = w.incident(child, moment, unallocated)
        if not late:
            row.set(moment + hours(23.6), allocated_at=moment + hours(23.5))
        w.decoy("G04", child, row, variant=variant)


def finer_grades(w: World) -> None:
    """G01 to G03: known by one agency alone, after the return, over the clock change."""
    child, moment = w.in_need(), w.evening(clock="10:20")
    row = w.lowered(child, moment, "busy", attended=55)
    w.plant("G01", child, Severity.HIGH, row, variant="in need, in the morning")
    w.plant("G03", child, Severity.MEDIUM, row, variant="in need, in the morning")
    child = w.child((11, 15))
    w.to_home(child, 2, w.ago(50), status="V2", authority=OTHER_AUTHORITY)
    row = w.lowered(child, w.evening(clock="10:20"), "busy", review=hours(30))
    w.plant("G01", child, None, row, variant="in care, as the home alone knows")
    w.plant("G03", child, Severity.MEDIUM, row, variant="reviewed at 30 hours",
            state=FindingState.RESOLVED)
    child, moment = w.in_home(), w.evening()
    night = w.away(child, moment, Told(lasts=hours(1), told=minutes(5), grade="Immediate",
                                       attended=None))
    night.call.set(night.back + minutes(20), grade_final="Scheduled", grade_change_reason="",
                   grade_changed_at=night.back + minutes(15))
    w.decoy("G01", child, variant="after the return")
    w.allow("G02", child)
    _over_the_clock_change(w)
    child = w.child()
    row = w.incident(child, w.evening(), Call(grade="Immediate", attended=10, seen=False))
    w.decoy("G02", child, row, variant="attended, the child not seen")


def _over_the_clock_change(w: World) -> None:
    child = w.child()
    if w.spring:
        row = w.incident(child, datetime(2026, 3, 29, 0, 50, tzinfo=UTC), Call(attended=20))
        w.decoy("G02", child, row, variant="20 minutes over the clock change")
        moment = datetime(2026, 3, 29, 0, 40, tzinfo=UTC)
    else:
        row = w.incident(child, datetime(2026, 10, 24, 23, 50, tzinfo=UTC), Call(attended=75))
        w.plant("G02", child, Severity.HIGH, row, variant="75 minutes over the clock change")
        moment = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    child = w.in_home()
    rung: dict[str, datetime] = {"reported_at": moment + minutes(40)}
    w.away(child, moment, Told(lasts=hours(5), told=minutes(40), call_cells=rung,
                               report_cells=rung))
    w.decoys("M09 M02", child, "40 minutes over the clock change")


