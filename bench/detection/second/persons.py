"""Forms of D01 to D06: what records of one child say of who the child is."""
from datetime import date

from bench.detection.second.book import Child
from bench.detection.second.calendar import at, days
from bench.detection.second.happenings import Call, Told
from bench.detection.second.names import nhs_number, pupil_number
from bench.detection.second.world import VICTIM, World
from broker.vocabulary.words import FindingState, Severity


def _swapped(born: date) -> date:
    return date(born.year, born.day, born.month)


def _named_alike(child: Child, **cells: date | str) -> None:
    """The home's row joins the council's by its numbers, and says this besides."""
    child.rows["resident"].set_all(la_child_id=child.council_id, **cells)


def birth_dates_differ(w: World) -> None:
    """D01: day and month swapped, a day or nine off, a year off."""
    for variant in ("swapped at a home", "a day off", "swapped at the police", "a year off",
                    "nine days off"):
        child = w.child((8, 15))
        while child.born.day > 12 or child.born.day in (1, child.born.month):
            child.born += days(1)
        match variant:
            case "swapped at a home":
                w.care(child, w.ago(100), home=0)
                _named_alike(child, nhs_number=child.nhs_number,
                             date_of_birth=_swapped(child.born))
            case "a day off":
                w.care(child, w.ago(100), home=1)
                _named_alike(child, nhs_number=child.nhs_number,
                             date_of_birth=child.born + days(1))
            case "swapped at the police":
                w.need(child, w.ago(60))
                w.to_police(child, address=True, date_of_birth=_swapped(child.born),
                            given_name=child.given, surname=child.surname)
            case "a year off":
                w.need(child, w.ago(60))
                w.to_police(child, address=True, nhs_number=child.nhs_number,
                            date_of_birth=child.born.replace(year=child.born.year - 1),
                            given_name=child.given, surname=child.surname)
            case _:
                w.care(child, w.ago(100), home=2, marker=False)
                w.marker(child, "looked_after", w.ago(98))
                _named_alike(child, nhs_number=child.nhs_number,
                             date_of_birth=child.born + days(9))
        w.plant("D01", child, Severity.HIGH, variant=variant)


def birth_dates_agree(w: World) -> None:
    """Decoys of D01: estimates that fit, none held, the same."""
    for variant in ("first of January", "the fifteenth", "none held", "the same"):
        child = w.child((8, 15))
        if variant == "the fifteenth":
            w.care(child, w.ago(100), home=0)
            child.rows["person"].set_all(pers_dob=child.born.replace(day=15))
            _named_alike(child, nhs_number=child.nhs_number)
        else:
            w.need(child, w.ago(60))
            held = {"first of January": date(child.born.year, 1, 1), "none held": None}
            w.to_police(child, address=True, date_of_birth=held.get(variant, child.born))
        w.decoy("D01", child, variant=variant)


def sexes(w: World) -> None:
    """D02: known values differ, and decoys not known or not mapped."""
    for home in range(3):
        child = w.child((8, 15))
        w.care(child, w.ago(100), home=home)
        _named_alike(child, nhs_number=child.nhs_number, sex="F" if child.sex == "M" else "M")
        w.plant("D02", child, Severity.LOW, variant="the home holds the other")
    for gender in ("Not Known", "Trans Male", "Non-Binary"):
        child = w.child((8, 15))
        w.need(child, w.ago(60))
        w.to_police(child, address=True, gender=gender)
        w.decoy("D02", child, variant=gender)


def shared_numbers(w: World) -> None:
    """D03: one number on two children, and decoys invalid or ended."""
    for variant in ("one NHS number", "one NHS number again", "one pupil number"):
        first, second = w.child((8, 15)), w.child((8, 15))
        second.nhs_number = first.nhs_number
        if variant == "one pupil number":
            second.upn, second.nhs_number = first.upn, nhs_number(w.rng)
        for child in (first, second):
            w.need(child, w.ago(60))
            if variant == "one pupil number" and "upn" not in child.rows:
                child.rows["upn"] = w.identifier(child, "Unique Pupil Number", child.upn,
                                                 at(w.ago(90)))
        table = "upn" if variant == "one pupil number" else "person"
        w.plant("D03", None, Severity.HIGH, first.rows[table], second.rows[table],
                variant=variant)
        w.allow("D03", first)
        w.allow("D03", second)
    for variant in ("one repeated digit", "the number has ended"):
        first, second = w.child((8, 15)), w.child((8, 15))
        if variant == "one repeated digit":
            first.nhs_number = second.nhs_number = "1111111111"
        w.need(first, w.ago(60))
        w.need(second, w.ago(60))
        if variant == "the number has ended":
            w.identifier(second, "NHS Number", first.nhs_number, at(w.ago(50)),
                         start=w.ago(300), end=w.ago(60))
        w.decoy("D03", first, variant=variant)
        w.decoy("D03", second, variant=variant)


def differing_numbers(w: World) -> None:
    """D04: two live numbers on one child, and decoys ended, former or invalid."""
    for home in (0, 1):
        child = w.child((8, 15))
        w.care(child, w.ago(100), home=home)
        _named_alike(child, nhs_number=nhs_number(w.rng), given_name=child.given,
                     surname=child.surname)
        w.plant("D04", child, Severity.HIGH, variant="the home holds another")
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.identifier(child, "NHS Number", nhs_number(w.rng), at(w.ago(50)))
    w.plant("D04", child, Severity.HIGH, variant="a second one linked")
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.identifier(child, "Unique Pupil Number", pupil_number(w.rng), at(w.ago(50)))
    if "upn" not in child.rows:
        w.identifier(child, "Unique Pupil Number", child.upn, at(w.ago(50)))
    w.plant("D04", child, Severity.HIGH, variant="two pupil numbers")
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.to_police(child, address=True, nhs_number=nhs_number(w.rng), given_name=child.given,
                surname=child.surname)
    w.plant("D04", child, Severity.HIGH, variant="the police hold another")
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.identifier(child, "NHS Number", nhs_number(w.rng), at(w.ago(50)), start=w.ago(900),
                 end=w.ago(300))
    w.decoy("D04", child, variant="the other has ended")
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.identifier(child, "Former Unique Pupil Number", pupil_number(w.rng), at(w.ago(50)))
    w.decoy("D04", child, variant="a former pupil number")
    child = w.child((8, 15))
    w.care(child, w.ago(100), home=3)
    _named_alike(child, nhs_number="9999999999")
    w.decoy("D04", child, variant="one repeated digit")


def _dies(w: World) -> tuple[Child, date]:
    child = w.child((8, 15))
    return child, w.some_day(15, 40)


def died(w: World) -> None:
    """D05: a child recorded dead, of whom another tells what only a living child does."""
    for variant in ("a victim four days on", "away five days on", "a victim again",
                    "learnt of late"):
        child, death = _dies(w)
        if variant == "away five days on":
            w.care(child, w.ago(100), home=0, end=death)
        else:
            w.need(child, w.ago(60), end=death)
            w.to_police(child, address=True)
        if variant == "learnt of late":
            w.incident(child, at(death + days(2), "14:00"), Call(role="victim", attended=20))
        known = death + days(9 if variant == "learnt of late" else 1)
        child.rows["person"].set(at(known, "10:00"), pers_death_date=death)
        if variant == "away five days on":
            w.away(child, at(death + days(5), "20:00"), Told(council=None))
            w.allow("M03 L01 M07 S02 T03 S01", child)
        if variant.startswith("a victim"):
            w.incident(child, at(death + days(4), "14:00"),
                       Call(VICTIM.category, role="victim", attended=20))
        w.plant("D05", child, Severity.CRITICAL, variant=variant)


def died_and_no_more(w: World) -> None:
    """Decoys of D05: the call to the death itself, a call before it, a notice about it."""
    for variant in ("sudden death", "a call that day", "a notice for the review"):
        child, death = _dies(w)
        w.need(child, w.ago(60), end=death)
        w.to_police(child, address=True)
        child.rows["person"].set(at(death + days(1), "10:00"), pers_death_date=death)
        match variant:
            case "sudden death":
                w.incident(child, at(death + days(3), "14:00"),
                           Call("Sudden death", attended=20, seen=False))
                w.allow("G02", child)
            case "a call that day":
                w.incident(child, at(death, "09:00"), Call("Collapse/illness", role="victim",
                                                           attended=8, grade="Immediate"))
            case _:
                w.notice(child, at(death + days(2)), triage="child death review", voice="N")
        w.decoy("D05", child, variant=variant)


def addresses(w: World) -> None:
    """D06: current addresses differ, and decoys moved, placed or alike."""
    for _ in range(3):
        child = w.child((8, 15))
        w.need(child, w.ago(60))
        line = f"{w.rng.randrange(3, 80)} Harbour Road"
        w.to_police(child, address=True, home_address=line, given_name=child.given,
                    home_postcode=f"TS{w.rng.randrange(41, 60)} 4JH", surname=child.surname)
        w.plant("D06", child, Severity.LOW, variant="the police hold another")
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.to_police(child, at(w.ago(100)), address=True)
    w.moves_house(child, "12 Newbiggin Way", "LS29 7QT", w.some_day())
    w.decoy("D06", child, variant="moved since the police wrote theirs")
    child = w.child((8, 15))
    w.care(child, w.ago(100), home=1)
    w.to_police(child, address=True)
    w.decoy("D06", child, variant="placed in a home")
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.to_police(child, address=True)
    w.decoy("D06", child, variant="the same")


def put_right(w: World) -> None:
    """D01 and D05: raised, and resolved once the record is put right."""
    child = w.child((8, 15))
    w.care(child, w.ago(100), home=0)
    _named_alike(child, nhs_number=child.nhs_number, given_name=child.given,
                 surname=child.surname, date_of_birth=child.born + days(2))
    child.rows["resident"].set(at(w.hence(20)), date_of_birth=child.born)
    w.plant("D01", child, Severity.HIGH, child.rows["resident"], variant="put right",
            state=FindingState.RESOLVED)
    child = w.child((8, 15))
    w.need(child, w.ago(60))
    w.to_police(child, address=True)
    death = w.hence(20)
    child.rows["person"].set(at(death + days(1), "10:00"), pers_death_date=death)
    w.incident(child, at(death + days(4), "14:00"),
               Call(VICTIM.category, role="victim", attended=20))
    child.rows["person"].set(at(death + days(12), "10:00"), pers_death_date=None)
    w.plant("D05", child, Severity.CRITICAL, variant="recorded by mistake",
            state=FindingState.RESOLVED)
    w.allow("S01", child)
