"""Ordinary life: families to whom nothing happens that any rule should flag."""

from dataclasses import replace
from datetime import datetime, timedelta

from broker.world import council_cases, home_files, police_files
from broker.world.absences import all_know_where, everyone_agrees
from broker.world.agencies import HOMES, NEIGHBOUR_AUTHORITY_CODE
from broker.world.book import Record, Subject
from broker.world.people import Likeness
from broker.world.plan import every, local_date, on_weekday
from broker.world.stage import Stage

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_CHANGED_SURNAMES = ("Barker", "Ellis", "Naylor", "Sutcliffe", "Priestley", "Whitaker")
FAMILY_SIZES = (1, 2, 3, 4)
FAMILY_WEIGHTS = (46, 34, 14, 6)


def family(stage: Stage, size: int) -> None:
    """A family at one address: siblings, sometimes twins, each with a life of their own."""
    first = _first_child(stage)
    family = [first]
    if size > 1 and not first.child.unborn:
        twin = stage.rng.random() < 0.08
        family.append(stage.sibling(first, twin=twin))
    while len(family) < size:
        family.append(stage.sibling(first))
    shared = stage.rng.random()
    plan = stage.plan
    for who in family:
        grown = who.child.age_on(plan.start) >= 1
        if shared < plan.protected_share and grown:
            _known(stage, who, 0.6)
            stage.make_protected(who)
        elif shared < plan.protected_share + plan.in_need_share and grown:
            _known(stage, who, 0.5)
            stage.make_in_need(who, need=stage.rng.choice(("N1", "N2", "N3", "N4", "N5")))
        elif shared > 1 - plan.police_only_share:
            stage.to_police(who, Likeness.ORDINARY)
        else:
            _known(stage, who, 0.5)
            _contacts(stage, who)
    _events(stage, [who for who in family if who.known_to_police])


def _first_child(stage: Stage) -> Subject:
    rng = stage.rng
    young = rng.random() < 0.04
    who = stage.child((0, 0) if young else (1, 16))
    if rng.random() < 0.07:
        surname = rng.choice(_CHANGED_SURNAMES)
        if surname != who.child.surname:
            who.child = replace(who.child, surname=surname, former_surname=who.child.surname)
    return who


def _known(stage: Stage, who: Subject, police_share: float) -> None:
    stage.to_council(who, Likeness.ORDINARY)
    if stage.rng.random() < police_share:
        stage.to_police(who, Likeness.ORDINARY)
        if stage.rng.random() < 0.04:
            police_files.second_nominal(
                stage.book, who, stage.book.office_hours(stage.history(3, 18))
            )


def _contacts(stage: Stage, who: Subject) -> None:
    """Old contacts, decided when they were made; and for some a new one, decided next day."""
    rng = stage.rng
    for _ in range(rng.choice((1, 1, 2, 3))):
        day = max(stage.history(15, 190), who.child.born + 6 * _DAY)
        source = rng.choice(council_cases.OTHER_SOURCES)
        council_cases.contact(stage.book, who, day, source, rng.choice(("NFA", "ADVICE")))
    if rng.random() < 0.18:
        day = stage.plan.date_of(rng.randint(1, max(1, stage.plan.days - 2)))
        record = council_cases.contact(stage.book, who, day, "2A", "")
        record.write(
            stage.book.office_hours(day + _DAY),
            cont_contact_outcome_json=council_cases.CONTACT_OUTCOMES["NFA"],
        )
    elif rng.random() < 0.06 and who.child.age_on(stage.plan.start) >= 1:
        _new_case(stage, who)


def _new_case(stage: Stage, who: Subject) -> None:
    """A contact that becomes a referral, an assessment and visits, each in its time."""
    book, plan = stage.book, stage.plan
    day = on_weekday(plan.date_of(stage.rng.randint(2, max(2, plan.days - 1))))
    if day <= plan.start:
        return
    council_cases.contact(book, who, day, "2A", "NEW_REFERRAL")
    case = council_cases.referral(book, who, day, stage.rng.choice(("N4", "N5", "N1")))
    council_cases.assessment(book, who, case, day + 2 * _DAY, day + 40 * _DAY)
    visited = on_weekday(day + 5 * _DAY)
    while visited <= book.last_day:
        council_cases.visit(book, who, visited)
        visited = on_weekday(visited + 15 * _DAY)


def _events(stage: Stage, known: list[Subject]) -> None:
    """What the police are called to: a household incident, or an older child missing."""
    rng = stage.rng
    if not known:
        return
    chance = rng.random()
    old_enough = [who for who in known if who.child.age_on(stage.plan.start) >= 11]
    if chance < 0.25:
        _incident_at_home(stage, known)
    elif chance < 0.32 and old_enough:
        who = rng.choice(old_enough)
        if "referral" in who.records or council_knows(who):
            everyone_agrees(stage.book, who, rng.randint(1, max(1, stage.plan.days - 2)))


def council_knows(who: Subject) -> bool:
    """Whether the council holds the child, so that it can record and offer."""
    return "person" in who.records


def _incident_at_home(stage: Stage, known: list[Subject]) -> None:
    """One incident, a row for each child; officers see the children, then notices are shared."""
    book, rng = stage.book, stage.rng
    day = rng.randint(1, max(1, stage.plan.days - 1))
    reported = stage.plan.at(day, rng.randint(8, 14), rng.randint(0, 59))
    opening = rng.choice(("Domestic incident", "Domestic incident", "Concern for safety"))
    grade = rng.choice(("Immediate", "Priority", "Priority"))
    number = ""
    noticed = rng.random() < 0.6
    for who in known:
        record = police_files.incident(
            book, who, reported, opening, grade, caller_type=rng.choice(("public", "parent")),
            **({"incident_ref": number} if number else {}),
        )  # fmt: skip
        number = record.number
        created = reported + 54 * _MINUTE
        police_files.run_incident(
            record, reported, reported + 3 * _HOUR, child_seen_at=created + 12 * _MINUTE
        )
        if noticed and council_knows(who):
            _notice(stage, who, record, created)


def _notice(stage: Stage, who: Subject, incident: Record, created: datetime) -> None:
    """A notice written at the scene, before the child is seen, and shared within hours."""
    book, rng = stage.book, stage.rng
    police_files.notice(
        book, who, incident, created,
        concern_types=rng.choice(("domestic_abuse", "neglect", "emotional_abuse")),
    ).write(created + 130 * _MINUTE)  # fmt: skip
    council_cases.contact(
        book, who, local_date(created), council_cases.POLICE_SOURCE,
        "EXISTING_REFERRAL" if "referral" in who.records else "ADVICE",
    )  # fmt: skip


def resident(stage: Stage) -> None:
    """A looked-after child in a home, with the absences that homes have."""
    rng = stage.rng
    if rng.random() < 0.12:
        _from_next_door(stage)
        return
    who = stage.resident((10, 15), likeness=Likeness.ORDINARY)
    last = max(1, stage.plan.days - 2)
    chance = rng.random()
    if chance < 0.4:
        everyone_agrees(stage.book, who, rng.randint(1, last), rng.choice(("Medium", "High")))
    elif chance < 0.5 and last > 12:
        everyone_agrees(stage.book, who, rng.randint(1, 5))
        everyone_agrees(stage.book, who, rng.randint(11, last))
    elif chance < 0.62:
        all_know_where(stage.book, who, rng.randint(1, last))
    elif chance < 0.7:
        occurred = stage.plan.at(rng.randint(1, last), 13, rng.randint(0, 59))
        home_files.notification(stage.book, who, "other_serious_incident", occurred).write(
            occurred + 2 * _HOUR
        )


def _from_next_door(stage: Stage) -> None:
    """A child placed here by the neighbouring authority, known to the home alone."""
    who = stage.child((10, 15))
    who.home = stage.rng.choice(HOMES)
    home_files.resident(
        stage.book, who, who.home, stage.history(40, 300), Likeness.ORDINARY,
        placing_authority=NEIGHBOUR_AUTHORITY_CODE, la_child_id="",
    )  # fmt: skip


def fostered(stage: Stage) -> None:
    """A looked-after child in foster care."""
    who = stage.fostered((5, 15))
    if stage.rng.random() < 0.1 and who.child.age_on(stage.plan.start) >= 11:
        everyone_agrees(stage.book, who, stage.rng.randint(1, max(1, stage.plan.days - 2)))


def expected(stage: Stage) -> None:
    """A child not born yet, referred by a midwife, with a case and a date."""
    book = stage.book
    who = stage.child()
    born = stage.plan.start + stage.rng.randint(stage.plan.days + 10, 170) * _DAY
    who.child = replace(who.child, given="", sex="U", born=born, unborn=True)
    referred = stage.history(20, 60)
    at = book.office_hours(referred)
    council_cases.person(book, who, at, Likeness.EXACT)
    council_cases.address(book, who, at, who.child.address, referred)
    case = council_cases.referral(book, who, referred, "N1", source="3A")
    council_cases.assessment(book, who, case, referred + 2 * _DAY, referred + 30 * _DAY, seen="N")
    for day in every(referred + 6 * _DAY, book.last_day, 14):
        council_cases.visit(book, who, day, "N")
