"""Forms of K01 to K03 and R01 to R03: concerns told differently, not shared, not answered."""
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bench.detection.second.book import Child, Kind, Row
from bench.detection.second.calendar import at, day_of, days, friday_from, hours, working_days_on
from bench.detection.second.happenings import Call, Told
from bench.detection.second.people import OTHER_AUTHORITY
from bench.detection.second.world import HANDLED, KNOWN_AND_CONCERN, VICTIM, World
from broker.vocabulary.words import FindingState, Severity


def _assessed_after_notice(w: World, types: str, factors: Sequence[str], *, finished: bool = True,
                           after: int = 1) -> tuple[Child, Row]:
    """A notice, and the assessment of the referral so many working days after it."""
    child = w.child((4, 15))
    moment = at(working_days_on(w.first_day, w.rng.randint(3, 12)), "13:00")
    call = w.incident(child, moment, Call(
        "Sexual offence" if "sexual" in types else "Domestic incident", role="victim",
        grade="Immediate", attended=12))
    notice = w.notice(child, moment + hours(1), types, shared=hours(2), incident=call,
                      source="other_adult")
    referred = working_days_on(day_of(moment), after)
    w.contact(child, working_days_on(day_of(moment), 1))
    w.referral(child, referred)
    w.assessment(child, working_days_on(referred, 1),
                 working_days_on(referred, 18) if finished else None, factors)
    w.visits(child, "cin", working_days_on(referred, 2), w.last_day, (14, 22))
    return child, notice


def told_differently(w: World) -> None:
    """K01: one holds sexual abuse or exploitation, the other none."""
    for types, factors in (("sexual_abuse", ("16A",)), ("sexual_exploitation", ("3A", "4A")),
                           ("domestic_abuse", ("11A",)), ("neglect", ("19C", "16A"))):
        child, notice = _assessed_after_notice(w, types, factors)
        w.plant("K01", child, Severity.MEDIUM, notice, variant=f"{types} and {', '.join(factors)}")


def told_compatibly(w: World) -> None:
    """Decoys of K01: both hold it, no evidence of absence, not finished, another referral."""
    for variant, types, factors in (
        ("both", "sexual_abuse", ("19C",)), ("child on child", "sexual_abuse", ("19B", "3A")),
        ("unfinished", "sexual_abuse", ("16A",)), ("a week later", "sexual_abuse", ("3A",)),
        ("neither", "neglect", ("16A", "3A")),
        ("both exploited", "sexual_exploitation", ("11A", "16A")),
    ):
        child, notice = _assessed_after_notice(
            w, types, factors, finished=variant != "unfinished",
            after=7 if variant == "a week later" else 1)
        w.decoy("K01", child, notice, variant=variant)
        w.allow({"unfinished": "T02", "a week later": "R01"}.get(variant, ""), child)


def one_word_for_all(w: World) -> None:
    """K02: a home calls every absence unauthorised, of which the police hold half as missing."""
    for number in range(14):
        child = w.child((11, 15))
        w.to_home(child, 5, w.ago(100), status="V2", authority=OTHER_AUTHORITY)
        began = at(w.hence(6 + 3 * number), "20:15")
        told = replace(KNOWN_AND_CONCERN, council=None, log=True)
        if number % 2:
            told = replace(told, police="Missing person", report=True)
            w.away(child, began, told)
            w.allow("M04", child)
        else:
            w.away(child, began, told)
    w.about_agency(Kind.PLANT, "K02", "hilltop", variant="one word for all",
                   severity=Severity.HIGH)
    w.about_agency(Kind.DECOY, "K02", "police", "riverside", "oakdene", "millfield", "larkrise",
                   "council", variant="ordinary")


def not_in_risk(w: World) -> None:
    """K03: a live sign of exploitation, and the child's risk assessed low afterwards."""
    for variant in ("marker", "marker reviewed", "notice", "notification", "factor",
                    "a notice at low risk"):
        child, began = w.in_home(), w.evening(12, 50)
        told = Told(report_risk="Low")
        match variant:
            case "marker":
                w.marker(child, "child_sexual_exploitation", w.ago(90))
            case "marker reviewed":
                w.marker(child, "child_criminal_exploitation", w.ago(500), reviewed_at=w.ago(60))
            case "notice":
                w.notice(child, at(w.ago(150)), "sexual_exploitation", source="other_adult",
                         triage="strategy discussion")
            case "notification":
                _notified(w, child, began - days(8))
                told = Told(risk="Low")
            case "factor":
                w.assessment(child, w.ago(60), w.ago(30), ("11A",))
            case _:
                w.marker(child, "child_sexual_exploitation", w.ago(30))
                notice = w.notice(child, began, "neglect", "Low", triage=HANDLED)
                w.plant("K03", child, Severity.CRITICAL, notice, variant=variant)
                continue
        night = w.away(child, began, told)
        w.plant("K03", child, Severity.CRITICAL,
                night.absence if variant == "notification" else night.report, variant=variant)
        w.allow("M05", child)


def _notified(w: World, child: Child, moment: datetime) -> None:
    ref = f"NT{w.number()}"
    w.row(child.home, "notifications", ref, child, moment, notification_ref=ref,
          resident_ref=child.home_ids[child.home], occurred_at=moment - hours(3),
          kind="child_sexual_exploitation", notified_ofsted_at=moment,
          notified_authority_at=moment, alleged_source="other_adult")


def in_risk(w: World) -> None:
    """Decoys of K03: signs that are old, cleared, of another kind or later than the risk."""
    for variant in ("marker of 500 days", "medium", "marker set later", "marker cleared",
                    "notice of 14 months", "another marker"):
        child, began = w.in_home(), w.evening(12, 50)
        risk = "Low"
        match variant:
            case "marker of 500 days":
                w.marker(child, "child_sexual_exploitation", w.ago(500))
            case "medium":
                w.marker(child, "child_sexual_exploitation", w.ago(90))
                risk = "Medium"
            case "marker cleared":
                marker = w.marker(child, "child_criminal_exploitation", w.ago(300))
                marker.set(at(w.ago(30)), cleared_at=w.ago(30))
            case "notice of 14 months":
                w.notice(child, at(w.ago(430)), "sexual_exploitation", source="other_adult",
                         triage="closed")
            case "another marker":
                w.marker(child, "domestic_abuse", w.ago(90))
        night = w.away(child, began, Told(report_risk=risk))
        if variant == "marker set later":
            w.marker(child, "child_sexual_exploitation", day_of(night.back) + days(5))
        w.decoy("K03", child, night.report, variant=variant)


@dataclass(frozen=True, slots=True)
class _Notice:
    types: str
    severity: Severity
    risk: str = "Medium"
    shared: timedelta | None = None


_CRITICAL, _MEDIUM = Severity.CRITICAL, Severity.MEDIUM
_NOT_SHARED = (
    ("sexual abuse", _Notice("sexual_abuse", _CRITICAL)),
    ("neglect", _Notice("neglect", _MEDIUM)),
    ("shared, and unknown there", _Notice("neglect;domestic_abuse", _MEDIUM, shared=hours(4))),
    ("high risk", _Notice("emotional_abuse", _CRITICAL, "High")),
    ("shared at 25 hours", _Notice("physical_abuse", _MEDIUM, shared=hours(25.5))),
    ("exploitation, shared on the fourth day", _Notice("sexual_exploitation", _CRITICAL)),
    ("shared at once, and unknown there", _Notice("domestic_abuse", _MEDIUM, shared=hours(1))),
)


def not_shared(w: World) -> None:
    """R01: a concern that is not shared in time, or shared and unknown to the council."""
    for variant, each in _NOT_SHARED:
        exploited = variant == "exploitation, shared on the fourth day"
        child = w.in_need() if exploited else w.child()
        moment = at(w.some_day(8, 45), "15:20")
        call = w.incident(child, moment - hours(1), VICTIM)
        notice = w.notice(child, moment, each.types, each.risk, shared=each.shared, incident=call)
        w.allow("S01", child)
        # Shared before the next extract was read, or later: what was late and is done is over.
        done = FindingState.RESOLVED if exploited or variant == "shared at 25 hours" else None
        if variant == "shared at 25 hours":
            w.contact(child, working_days_on(day_of(moment), 2), "NFA")
        if exploited:
            notice.set(moment + days(4), shared_with_csc_at=moment + days(4))
        w.plant("R01", child, each.severity, notice, variant=variant, state=done)


def shared(w: World) -> None:
    """Decoys of R01: decided about, known there by a case or a contact, or not yet due."""
    for variant in ("a reason not to", "a triage outcome", "an open case", "a contact",
                    "shared at 23 hours", "a referral", "yesterday"):
        moment = at(w.some_day(8, 45), "15:20")
        child = w.in_need() if variant == "an open case" else w.child()
        call = w.incident(child, moment - hours(1), VICTIM)
        match variant:
            case "a reason not to":
                notice = w.notice(child, moment, shared=None, reason="threshold not met",
                                  incident=call)
            case "a triage outcome":
                notice = w.notice(child, moment, shared=None, triage="early help offered",
                                  incident=call)
            case "shared at 23 hours":
                notice = w.notice(child, moment, shared=hours(23.5), incident=call)
                w.contact(child, working_days_on(day_of(moment), 3), "NFA")
            case "yesterday":
                moment = at(working_days_on(w.last_day, -1), "15:20")
                call = w.incident(child, moment - hours(1), VICTIM)
                notice = w.notice(child, moment, incident=call)
            case _:
                notice = w.notice(child, moment, incident=call)
        if variant == "a contact":
            w.contact(child, working_days_on(day_of(moment), 2), "NFA")
        if variant == "a referral":
            w.referral(child, working_days_on(day_of(moment), 1), outcome="NFA",
                       closed=working_days_on(day_of(moment), 2))
        w.decoy("R01", child, notice, variant=variant)
        if variant != "an open case":
            w.allow("S01", child)


def _referred(w: World, child: Child, day: date, decided: date | None = None,
              assessed: date | None = None) -> Row:
    row = w.referral(child, day, outcome=None, source="2A", need="N4")
    if decided:
        row.set(at(decided), cine_referral_outcome_json={"OUTCOME_NFA_FLAG": "Y"},
                cine_referral_nfa="Y", cine_close_date=decided, cine_close_reason="RC8")
    if assessed:
        w.assessment(child, assessed)
        w.visits(child, "cin", assessed, w.last_day, (12, 20))
    return row


def not_acknowledged(w: World) -> None:
    """R02: no decision in one working day, and decoys decided, begun or first read late."""
    for variant, late in (("four days", 4), ("nine days", 9), ("three days from a Friday", 3),
                          ("twelve days", 12)):
        child = w.child()
        day = working_days_on(w.hence(w.rng.randint(10, 40)), 1)
        if late == 3:
            day = friday_from(day)
        row = _referred(w, child, day, working_days_on(day, late))
        w.plant("R02", child, Severity.HIGH, row, variant=variant)
    for variant in ("the next day", "Friday to Monday", "assessment begun", "first read decided",
                    "over Easter"):
        child = w.child()
        day = working_days_on(w.hence(w.rng.randint(10, 40)), 1)
        if variant == "Friday to Monday":
            day = friday_from(day)
        if variant == "over Easter" and w.spring:
            day = date(2026, 4, 2)
        later = working_days_on(day, 1)
        if variant == "assessment begun":
            row = _referred(w, child, day, assessed=later)
            w.allow("T02", child)
        elif variant == "first read decided":
            late_day = working_days_on(day, 4)
            row = w.referral(child, day, outcome="NFA", source="1A", need="N4",
                             written=at(late_day))
            row.set_all(cine_close_date=late_day, cine_close_reason="RC8")
        else:
            row = _referred(w, child, day, later)
        w.decoy("R02", child, row, variant=variant)


def thin_notice(w: World) -> None:
    """R03: a notice with neither the child's voice nor demeanour, and decoys with one."""
    for _ in range(3):
        child, moment = w.in_need(), at(w.some_day(), "16:10")
        notice = w.notice(child, moment, voice="N", demeanour="N",
                          incident=w.incident(child, moment - hours(1), VICTIM))
        w.plant("R03", child, Severity.LOW, notice, variant="neither")
    for voice, demeanour in (("Y", "N"), ("N", "Y"), ("", "N"), ("N", "")):
        child, moment = w.in_need(), at(w.some_day(), "16:10")
        notice = w.notice(child, moment, voice=voice, demeanour=demeanour,
                          incident=w.incident(child, moment - hours(1), VICTIM))
        w.decoy("R03", child, notice,
                variant=f"voice {voice or 'empty'}, demeanour {demeanour or 'empty'}")
