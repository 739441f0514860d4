"""Forms of M08 to M10: nights that add up, nights reported late, nights made less of."""
from dataclasses import replace
from datetime import datetime

from bench.detection.second.book import Child
from bench.detection.second.calendar import at, days, hours, minutes, working_days_on
from bench.detection.second.happenings import Told
from bench.detection.second.world import KNOWN_AND_CONCERN, World
from broker.vocabulary.words import Severity


def repeated(w: World) -> None:
    """M08: three nights in 90 days, and nobody has met about them."""
    for variant, gaps in (("a fortnight apart", (0, 15, 30)), ("no agency has three", (0, 20, 50)),
                          ("three in a week", (0, 3, 6)), ("three running", (0, 1, 2))):
        fostered = variant == "three running"
        child = w.fostered() if fostered else w.in_home()
        if variant == "three in a week":
            child = w.in_home(since=(60, 80))
        base = w.some_day(3, 8)
        nights = [w.away(child, at(base + days(gap), "20:50"), Told(home=not fostered))
                  for gap in gaps]
        if variant == "no agency has three":
            w.drop(nights[0].absence, nights[1].episode, nights[2].report, nights[2].call)
            w.allow("M03", child)
            w.plant("M02", child, Severity.CRITICAL, nights[2].absence, variant=variant)
        w.plant("M08", child, Severity.HIGH, variant=variant)


def not_repeated(w: World) -> None:
    """Decoys of M08: whereabouts known on one night, an enquiry after, too far apart, too few."""
    for variant, gaps in (("whereabouts known once", (0, 15, 30)),
                          ("an enquiry since", (0, 15, 30)),
                          ("over more than 90 days", (-45, 10, 51)), ("two nights", (0, 30)),
                          ("two nights in a fortnight", (0, 14))):
        child = w.in_home()
        base = w.some_day(3, 8)
        for number, gap in enumerate(gaps):
            told = Told(log=False if variant.startswith("two") else None)
            if variant == "whereabouts known once" and number == 1:
                told = KNOWN_AND_CONCERN
            w.away(child, at(base + days(gap), "20:50"), told)
        if variant == "an enquiry since":
            day = working_days_on(base + days(3), 1)
            w.enquiry(child, day, working_days_on(day, 8))
        w.decoy("M08", child, variant=variant)


def _told_after(w: World, child: Child, began: datetime, minute: int, lasts: float) -> None:
    rung: dict[str, datetime] = {"reported_at": began + minutes(minute)}
    night = w.away(child, began, Told(lasts=hours(lasts), told=minutes(minute), call_cells=rung,
                                      report_cells=rung))
    variant = f"told after {minute} minutes"
    if minute > 60:
        w.plant("M09", child, Severity.MEDIUM, night.absence, variant=variant)
    else:
        w.decoy("M09", child, variant=variant)


def reported_late(w: World) -> None:
    """M09: longer than an hour from noticed to told, and decoys within it."""
    for minute in (75, 61, 200):
        child, began = w.in_home(), w.evening()
        _told_after(w, child, began, minute, 7)
        if minute == 200:
            w.allow("M02", child)
    _told_after(w, w.in_home(), at(w.clock_eve, "22:40" if w.spring else "23:40"), 95, 7)
    for minute in (60, 45, 59):
        child, began = w.in_home(), w.evening()
        if minute == 59:
            began = at(w.clock_eve, "23:40")
        _told_after(w, child, began, minute, 6)
    child = w.in_home()
    w.away(child, w.evening(), replace(KNOWN_AND_CONCERN, told=minutes(150)))
    w.decoy("M09", child, variant="whereabouts known")
    child, began = w.in_home(), w.evening()
    w.away(child, began, Told(lasts=minutes(50), told=minutes(65), report=False))
    w.decoy("M09", child, variant="back before the limit")
    w.allow("M02", child)


def downgraded(w: World) -> None:
    """M10: the police made less of it while the child was away."""
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(lasts=hours(9)))
    night.report_again(began + hours(3), classification="Concern for safety")
    w.plant("M10", child, Severity.CRITICAL, night.report, variant="made a concern")
    w.allow("M01 G03 M04", child)
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(lasts=hours(9), report=False, closing="Concern for safety",
                                      closed=began + hours(4)))
    w.plant("M10", child, Severity.CRITICAL, night.call, variant="closed as less, one row")
    w.allow("M01 G03 M06", child)
    for risk in ("Medium", "Low"):
        child, began = w.in_home(), w.evening()
        night = w.away(child, began, Told(lasts=hours(9), report_risk="High"))
        night.report_again(began + hours(3), risk_final=risk, risk_changed_at=began + hours(3))
        w.plant("M10", child, Severity.HIGH, night.report, variant=f"risk lowered to {risk}")
    child, began = w.in_home(), w.evening()
    night = w.away(child, began, Told(lasts=hours(9), risk="Low"))
    night.report_again(began + hours(2), classification="No apparent risk (absent)",
                       risk_final="", risk_changed_at=began + hours(2))
    w.plant("M10", child, Severity.HIGH, night.report, variant="absent after missing")
    w.allow("M05", child)
    child, began = w.in_home(), at(w.clock_eve, "22:00")
    night = w.away(child, began, Told(lasts=hours(7), report_risk="High"))
    night.report_again(began + hours(4.5), risk_final="Medium", risk_changed_at=began + hours(4.5))
    w.plant("M10", child, Severity.HIGH, night.report, variant="over the clock change")


def not_downgraded(w: World) -> None:
    """Decoys of M10: made less of after the return, or raised."""
    for variant in ("risk lowered after", "closed as a concern after", "risk raised",
                    "absent after the return", "never changed"):
        child, began = w.in_home(), w.evening()
        night = w.away(child, began, Told(
            lasts=hours(5), report_risk="Low" if variant == "risk raised" else "High"))
        if variant == "risk lowered after":
            night.report.set(night.back + hours(2), risk_final="Low",
                             risk_changed_at=night.back + hours(2))
            w.allow("M05", child)
        elif variant == "closed as a concern after":
            night.call.set(night.back + hours(5), closing_category="Concern for safety")
            w.allow("M01 G03", child)
        elif variant == "risk raised":
            night.report_again(began + hours(1), risk_final="High",
                               risk_changed_at=began + hours(1))
        elif variant == "absent after the return":
            night.report.set(night.back + hours(3), classification="No apparent risk (absent)")
            w.allow("M05", child)
        w.decoy("M10", child, variant=variant)


def two_rows_of_one_night(w: World) -> None:
    """Decoys of M01 to M08: what is written twice is one night."""
    child, began = w.in_home(), w.evening(clock="20:30")
    _written_twice(w, child, began)
    w.decoys("M01 M02 M03 M06 M07 M08", child, "two rows of one night")
    child, began = w.in_home(), at(w.hence(9), "20:30")
    _written_twice(w, child, began)
    w.away(child, began + days(20), Told(log=False))
    w.decoy("M08", child, variant="three rows of two nights")
    child = w.in_home()
    night = w.away(child, began, Told(lasts=hours(7), log=True))
    ref = f"MP{w.number()}"
    cells = {**night.report.versions[-1].cells, "missing_ref": ref}
    w.row("police", "missing", ref, child, night.back + hours(2), **cells)
    w.away(child, began + days(20))
    w.decoy("M08", child, variant="a report written twice")


def _written_twice(w: World, child: Child, began: datetime) -> None:
    night = w.away(child, began, Told(lasts=hours(7), log=True))
    ref = f"{child.home[:2].upper()}-A{w.number()}"
    row = w.row(child.home, "absences", ref, child, began + hours(4), absence_ref=ref,
                resident_ref=child.home_ids[child.home], category="missing",
                noticed_at=began + hours(3.5), last_seen_at=began + hours(3.2), risk="Medium",
                reported_to_police_at=began + hours(3.6), police_log_number=night.log_number,
                reported_to_authority_at=began + hours(3.7))
    row.set(night.back + minutes(30), returned_at=night.back,
            child_spoken_to_at=night.back + minutes(20))


def edge_of_ninety_days(w: World) -> None:
    """M08: the first of three 88 and 93 days before the last; an enquiry before all of them."""
    for gap in (88, 93):
        child = w.in_home(since=(200, 300))
        last = at(w.hence(50), "20:30")
        for back in (gap, 40, 0):
            w.away(child, last - days(back))
        if gap < 90:
            w.plant("M08", child, Severity.HIGH, variant="over 88 days")
        else:
            w.decoy("M08", child, variant="over 93 days")
    child = w.in_home()
    base = w.hence(12)
    day = working_days_on(base - days(6), 1)
    w.enquiry(child, day, working_days_on(day, 3))
    for gap in (0, 14, 28):
        w.away(child, at(base + days(gap), "20:30"))
    w.plant("M08", child, Severity.HIGH, variant="an enquiry before the first")


