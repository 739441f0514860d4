"""D01 and D04: one child with two exact birth dates, or two valid NHS numbers."""

from dataclasses import replace
from datetime import date, timedelta

from broker.world import council_cases, home_files, police_files
from broker.world.agencies import HOMES, NEIGHBOUR_AUTHORITY_CODE, POLICE, AgencyKind
from broker.world.book import Record, Subject
from broker.world.people import Child, Known, Likeness, any_address, as_known
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)


def _swapped(born: date) -> date:
    """Day and month the wrong way round."""
    return date(born.year, born.day, born.month)


def _swappable(stage: Stage, who: Subject) -> None:
    """Move the birth date to one whose day and month can be swapped and that is no estimate."""
    rng = stage.rng
    month, day = rng.sample(range(2, 13), 2)
    born = date(who.child.born.year - 1, month, day)
    who.child = replace(who.child, born=born)


def _plainly_known(who: Subject, kind: AgencyKind, stage: Stage) -> Known:
    return as_known(who.child, kind, Likeness.EXACT, stage.rng)


def _known_to_council_and_home(stage: Stage) -> tuple[Subject, Record]:
    """A looked-after child whose records agree in everything. Returns the home's record too."""
    who = stage.resident((11, 14), likeness=Likeness.EXACT)
    return who, who.records["resident"]


@scenario("d01.home_against_council")
def home_against_council(stage: Stage) -> None:
    """The home corrects its record to a birth date one day off; the NHS number is the same."""
    who, record = _known_to_council_and_home(stage)
    wrong = who.child.born + (-_DAY if who.child.born.day in (14, 28, 29, 30, 31) else _DAY)
    at = stage.book.office_hours(stage.today)
    record.write(at, date_of_birth=wrong)
    stage.plant("d01.home_against_council", who, at, (record, who.records["person"]))


@scenario("d01.council_year")
def council_year(stage: Stage) -> None:
    """The council's record comes to be a year off."""
    who, record = _known_to_council_and_home(stage)
    born = who.child.born
    wrong = date(born.year - 1, born.month, min(born.day, 28))
    at = stage.book.office_hours(stage.today)
    person = who.records["person"].write(at, pers_dob=wrong)
    stage.plant("d01.council_year", who, at, (person, record))


@scenario("d01.day_month_swapped")
def day_month_swapped(stage: Stage) -> None:
    """A new nominal with day and month the wrong way round, and no number to join by."""
    who = stage.child((8, 15))
    _swappable(stage, who)
    person = stage.to_council(who, Likeness.EXACT)
    council_cases.contact(stage.book, who, stage.history(40, 120), "2A")
    known = _plainly_known(who, POLICE.kind, stage)
    at = stage.plan.at(stage.day, 14, 30)
    nominal = police_files.nominal(
        stage.book, who, at, Likeness.EXACT, replace(known, born=_swapped(who.child.born))
    )
    stage.plant("d01.day_month_swapped", who, at, (nominal, person))


@scenario("d01.police_day_off")
def police_day_off(stage: Stage) -> None:
    """A new nominal whose NHS number is right and whose birth date is not."""
    who = stage.child((8, 15))
    person = stage.to_council(who, Likeness.EXACT)
    council_cases.contact(stage.book, who, stage.history(40, 120), "3A")
    born = who.child.born
    known = replace(
        _plainly_known(who, POLICE.kind, stage),
        born=born.replace(month=born.month % 12 + 1, day=min(born.day, 28)),
        nhs_number=who.child.nhs_number,
    )
    if (known.born or born).replace(year=2000) == date(2000, 1, 1):
        known = replace(known, born=born + 2 * _DAY)
    at = stage.plan.at(stage.day, 15, 10)
    nominal = police_files.nominal(stage.book, who, at, Likeness.EXACT, known)
    stage.plant("d01.police_day_off", who, at, (nominal, person))


@scenario("d01.decoy_new_year")
def decoy_new_year(stage: Stage) -> None:
    """1 January at the police is an estimate, and fits."""
    who = stage.child((8, 15))
    person = stage.to_council(who, Likeness.EXACT)
    council_cases.contact(stage.book, who, stage.history(40, 120), "2A")
    known = _plainly_known(who, POLICE.kind, stage)
    at = stage.plan.at(stage.day, 15, 40)
    estimate = date(who.child.born.year, 1, 1)
    nominal = police_files.nominal(
        stage.book, who, at, Likeness.EXACT, replace(known, born=estimate)
    )
    stage.plant("d01.decoy_new_year", who, at, (nominal, person), decoy=True)


@scenario("d01.decoy_the_fifteenth")
def decoy_the_fifteenth(stage: Stage) -> None:
    """The 15th at the council is an estimate, and fits the month."""
    who, record = _known_to_council_and_home(stage)
    at = stage.book.office_hours(stage.today)
    person = who.records["person"].write(at, pers_dob=who.child.born.replace(day=15))
    stage.plant("d01.decoy_the_fifteenth", who, at, (person, record), decoy=True)


@scenario("d01.decoy_cousins", size=2)
def decoy_cousins(stage: Stage) -> None:
    """Two cousins of one name, known to one agency each, living apart."""
    who = stage.child((6, 9))
    first = who.child
    other = stage.add(
        Child(
            first.index + 1, first.given, first.surname, first.sex,
            first.born.replace(year=first.born.year - 3, day=min(first.born.day, 27) + 1),
            first.group, any_address(first.index + 1, stage.rng),
        )
    )  # fmt: skip
    if other.child.born.day == 15 or (other.child.born.month, other.child.born.day) == (1, 1):
        other.child = replace(other.child, born=other.child.born + 3 * _DAY)
    person = stage.to_council(who, Likeness.EXACT)
    at = stage.plan.at(stage.day, 12, 20)
    nominal = police_files.nominal(stage.book, other, at, Likeness.EXACT)
    stage.plant("d01.decoy_cousins", who, at, (person, nominal), decoy=True)


@scenario("d04.home_against_council")
def home_against_council_number(stage: Stage) -> None:
    """The home's record comes to hold another valid number; all else joins the two."""
    who, record = _known_to_council_and_home(stage)
    at = stage.book.office_hours(stage.today)
    record.write(at, nhs_number=who.child.spare_nhs_number)
    stage.plant("d04.home_against_council", who, at, (record, who.records["person"]))


@scenario("d04.police_against_council")
def police_against_council(stage: Stage) -> None:
    """A new nominal with a valid number that is not the council's."""
    who = stage.child((8, 15))
    person = stage.to_council(who, Likeness.EXACT)
    council_cases.contact(stage.book, who, stage.history(40, 120), "2A")
    known = replace(_plainly_known(who, POLICE.kind, stage), nhs_number=who.child.spare_nhs_number)
    at = stage.plan.at(stage.day, 13, 45)
    nominal = police_files.nominal(stage.book, who, at, Likeness.EXACT, known)
    stage.plant("d04.police_against_council", who, at, (nominal, person))


@scenario("d04.two_live_numbers")
def two_live_numbers(stage: Stage) -> None:
    """The council itself lists two live numbers."""
    who = stage.in_need()
    at = stage.book.office_hours(stage.today)
    old = stage.history(300, 400)
    first = council_cases.identifier(
        stage.book, who, stage.book.office_hours(old), "NHS Number", who.child.nhs_number, old
    )
    second = council_cases.identifier(
        stage.book, who, at, "NHS Number", who.child.spare_nhs_number, stage.today
    )
    stage.plant("d04.two_live_numbers", who, at, (first, second))


@scenario("d04.decoy_ended_number")
def decoy_ended_number(stage: Stage) -> None:
    """Two numbers, of which one has an end."""
    who = stage.in_need()
    at = stage.book.office_hours(stage.today)
    old, ended = stage.history(300, 400), stage.history(20, 60)
    first = council_cases.identifier(
        stage.book, who, at, "NHS Number", who.child.spare_nhs_number, old, ended
    )
    second = council_cases.identifier(
        stage.book, who, at, "NHS Number", who.child.nhs_number, ended
    )
    stage.plant("d04.decoy_ended_number", who, at, (first, second), decoy=True)


@scenario("d04.decoy_dummy_number")
def decoy_dummy_number(stage: Stage) -> None:
    """The home fills the field with nines, which pass the check digit."""
    who, record = _known_to_council_and_home(stage)
    at = stage.book.office_hours(stage.today)
    record.write(at, nhs_number="9999999999")
    stage.plant("d04.decoy_dummy_number", who, at, (record, who.records["person"]), decoy=True)


@scenario("d04.decoy_typing_error")
def decoy_typing_error(stage: Stage) -> None:
    """A digit is mistyped, so the check digit fails and the number is no evidence."""
    who, record = _known_to_council_and_home(stage)
    number = who.child.nhs_number
    wrong = number[:4] + str((int(number[4]) + 1) % 10) + number[5:]
    at = stage.book.office_hours(stage.today)
    record.write(at, nhs_number=wrong)
    stage.plant("d04.decoy_typing_error", who, at, (record, who.records["person"]), decoy=True)


@scenario("d04.decoy_twins", size=2)
def decoy_twins(stage: Stage) -> None:
    """Twins at one address, of whom council and home each hold one."""
    who = stage.child((11, 14))
    twin = stage.sibling(who, twin=True)
    person = stage.to_council(who, Likeness.EXACT)
    twin.home = HOMES[stage.rng.randrange(len(HOMES))]
    record = home_files.resident(
        stage.book,
        twin,
        twin.home,
        stage.today,
        Likeness.EXACT,
        placing_authority=NEIGHBOUR_AUTHORITY_CODE,
    )
    at = stage.book.office_hours(stage.today)
    stage.plant("d04.decoy_twins", who, at, (person, record), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    home_against_council,
    council_year,
    day_month_swapped,
    police_day_off,
    decoy_new_year,
    decoy_the_fifteenth,
    decoy_cousins,
    home_against_council_number,
    police_against_council,
    two_live_numbers,
    decoy_ended_number,
    decoy_dummy_number,
    decoy_typing_error,
    decoy_twins,
)
