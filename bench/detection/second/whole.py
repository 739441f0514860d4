"""Agencies as a whole, and ordinary months in which nothing contradicts anything."""
from dataclasses import replace
from datetime import timedelta

from bench.detection.second.book import Child, Kind
from bench.detection.second.calendar import at, day_of, hours, working_days_on
from bench.detection.second.happenings import Call, Told
from bench.detection.second.people import OTHER_AUTHORITY
from bench.detection.second.world import KNOWN_AND_CONCERN, World
from broker.vocabulary.words import Severity

_ORDINARY = ("police", "council", "riverside", "oakdene", "millfield", "larkrise", "hilltop")


def feeds(w: World) -> None:
    """A01: a home whose files stop; A02: one that writes two days late; decoys: the others."""
    w.sends_everything.add("beckside")
    last = (w.last_day - w.first_day).days
    w.leaves_out |= {("beckside", day) for day in range(last - 17, last + 1)}
    w.leaves_out |= {("hilltop", day) for day in range(30, 36)}
    w.about_agency(Kind.PLANT, "A01", "beckside", variant="stopped", severity=Severity.HIGH)
    for _ in range(14):
        child = w.child((11, 15))
        w.to_home(child, 4, w.ago(w.rng.randint(40, 200)), status="V2", authority=OTHER_AUTHORITY)
    w.about_agency(Kind.DECOY, "A01", *_ORDINARY, "fellside", variant="sends as ever")
    for number in range(14):
        child = w.child((11, 15))
        w.delays["fellside"] = timedelta()
        w.to_home(child, 6, w.ago(w.rng.randint(40, 200)), status="V2", authority=OTHER_AUTHORITY)
        w.delays["fellside"] = hours(40)
        w.away(child, at(w.hence(5 + 4 * number), "20:20"), Told(council=None, log=True))
        w.allow("M02", child)
    w.about_agency(Kind.PLANT, "A02", "fellside", variant="two days late",
                   severity=Severity.MEDIUM)
    punctual = tuple(each for each in (*_ORDINARY, "beckside") if each != "hilltop")
    w.about_agency(Kind.DECOY, "A02", *punctual, variant="in time")
    w.about_agency(Kind.ALLOWED, "A02", "hilltop", variant="a week without files")


def ordinary_months(w: World) -> None:
    """Children of every kind, with absences, calls and notices that agree."""
    children = [
        *(w.in_need() for _ in range(40)), *(w.on_plan() for _ in range(20)),
        *(w.in_home() for _ in range(25)), *(w.fostered() for _ in range(12)),
        *(w.in_home(status="V2") for _ in range(5)),
        *(w.placed_by_another() for _ in range(8)), *(w.child() for _ in range(60))]
    for child in children:
        count = w.rng.choice([0, 1, 1, 2, 2])
        for number in range(count):
            early = count == 2 and number == 0
            day = w.hence(w.rng.randint(20, 46) if early else w.rng.randint(47, 76))
            _happening(w, child, day.toordinal() - w.first_day.toordinal())
        if "plan" in child.rows:
            w.allow("M05", child)  # a notice at low risk beside a plan


def _happening(w: World, child: Child, day: int) -> None:
    rng = w.rng
    moment = at(w.hence(day), f"{rng.randint(9, 22)}:{rng.randint(10, 59)}")
    chance = rng.random()
    if child.home and chance < 0.6:
        w.away(child, moment, Told(lasts=hours(rng.choice([2, 3, 5, 11]))))
    elif child.home and chance < 0.75:
        w.away(child, moment, replace(KNOWN_AND_CONCERN, risk="Low",
                                      council="A" if child.at_council else None))
    elif child.home or chance < 0.8:
        w.incident(child, moment, Call(
            rng.choice(["Domestic incident", "Suspicious circumstances", "Civil dispute",
                        "Anti-social behaviour"]),
            role=rng.choice(["subject", "victim", "present", "witness"]),
            grade=rng.choice(["Priority", "Priority", "Scheduled"]),
            attended=rng.randint(10, 55), caller=rng.choice(["public", "parent", "professional"])))
    else:
        call = w.incident(child, moment, Call("Domestic incident", role="victim",
                                              attended=rng.randint(10, 50)))
        types = rng.choice(["neglect", "domestic_abuse", "emotional_abuse"])
        w.notice(child, moment + hours(1), types, rng.choice(["Medium", "Medium", "Low"]),
                 incident=call, shared=hours(rng.randint(1, 20)))
        if "referral" not in child.rows:
            w.contact(child, working_days_on(day_of(moment), 1), rng.choice(["NFA", "ADVICE"]))
            w.allow("S01", child)


