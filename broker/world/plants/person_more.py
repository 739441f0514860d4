"""D02, D03, D05, D06: sex, shared numbers, a death that not everybody knows, addresses."""

from datetime import timedelta

from broker.world import council_cases, police_files
from broker.world.absences import HomeSays, PoliceSay, home_absence, night, police_missing
from broker.world.book import Record, Subject
from broker.world.people import Address, Likeness
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_OTHER_SEX = {"F": "M", "M": "F"}
_GENDER = {"F": "Female", "M": "Male"}


# -- sex


def _resident(stage: Stage) -> Subject:
    """A looked-after child whose records agree in everything."""
    return stage.resident((11, 14), likeness=Likeness.EXACT)


def _home_says(stage: Stage, variant: str, sex: str) -> None:
    who = _resident(stage)
    at = stage.book.office_hours(stage.today)
    record = who.records["resident"].write(at, sex=sex or _OTHER_SEX[who.child.sex])
    stage.plant(variant, who, at, (record, who.records["person"]), decoy=".decoy_" in variant)


def _police_say(stage: Stage, variant: str, gender: str) -> None:
    who = stage.contact_only()
    at = stage.book.office_hours(stage.today)
    record = who.records["nominal"].write(
        at, gender=gender or _GENDER[_OTHER_SEX[who.child.sex]]
    )
    stage.plant(variant, who, at, (record, who.records["person"]), decoy=".decoy_" in variant)


@scenario("d02.home")
def sex_home(stage: Stage) -> None:
    """The home comes to write the other sex."""
    _home_says(stage, "d02.home", "")


@scenario("d02.police")
def sex_police(stage: Stage) -> None:
    """The police come to write the other sex."""
    _police_say(stage, "d02.police", "")


@scenario("d02.decoy_not_known")
def decoy_sex_not_known(stage: Stage) -> None:
    """The home does not know."""
    _home_says(stage, "d02.decoy_not_known", "U")


@scenario("d02.decoy_gender")
def decoy_gender(stage: Stage) -> None:
    """The police write how the young person describes themselves, which is no other sex."""
    _police_say(stage, "d02.decoy_gender", "Non-Binary")


# -- one number on two children


def _two(stage: Stage) -> tuple[Subject, Subject]:
    """Two children of two families, each known to the council."""
    first = stage.contact_only((6, 9))
    other = stage.child((11, 15))
    stage.to_council(other, Likeness.EXACT)
    council_cases.contact(stage.book, other, stage.history(30, 90), "3A")
    return first, other


@scenario("d03.nhs_number", size=2)
def shared_nhs_number(stage: Stage) -> None:
    """The council writes one child's NHS number on another of another family."""
    first, other = _two(stage)
    number = first.child.nhs_number
    at = stage.book.office_hours(stage.today)
    first.records["person"].write(at, pers_common_child_id=number)
    record = other.records["person"].write(at, pers_common_child_id=number)
    stage.plant("d03.nhs_number", other, at, (record, first.records["person"]))


@scenario("d03.upn", size=2)
def shared_upn(stage: Stage) -> None:
    """One pupil number on two children of two families."""
    first, other = _two(stage)
    at = stage.book.office_hours(stage.today)
    record = council_cases.identifier(
        stage.book, other, at, "Unique Pupil Number", first.child.upn
    )
    stage.plant("d03.upn", first, at, (record,))
    stage.also("d04.upn", other, at, (record,))


@scenario("d03.siblings", size=2)
def shared_by_siblings(stage: Stage) -> None:
    """A sister's NHS number typed into her brother's record."""
    first = stage.contact_only((6, 9))
    other = stage.sibling(first, (11, 15))
    stage.to_council(other, Likeness.EXACT)
    council_cases.contact(stage.book, other, stage.history(30, 90), "2A")
    at = stage.book.office_hours(stage.today)
    number = first.child.nhs_number
    first.records["person"].write(at, pers_common_child_id=number)
    record = other.records["person"].write(at, pers_common_child_id=number)
    stage.plant("d03.siblings", other, at, (record, first.records["person"]))


@scenario("d03.decoy_filler", size=2)
def decoy_filler(stage: Stage) -> None:
    """Nines in two children's records, which pass the check digit."""
    first, other = _two(stage)
    at = stage.book.office_hours(stage.today)
    for who in (first, other):
        who.records["person"].write(at, pers_common_child_id="9999999999")
    stage.plant(
        "d03.decoy_filler", other, at,
        (first.records["person"], other.records["person"]), decoy=True,
    )  # fmt: skip


@scenario("d03.decoy_ended", size=2)
def decoy_ended(stage: Stage) -> None:
    """A number once put on the wrong child, and ended there."""
    first, other = _two(stage)
    at = stage.book.office_hours(stage.today)
    record = council_cases.identifier(
        stage.book, other, at, "NHS Number", first.child.nhs_number, stage.history(200, 300),
        stage.history(20, 60),
    )  # fmt: skip
    stage.plant("d03.decoy_ended", other, at, (record,), decoy=True)


# -- a death


@scenario("d05.seen_by_police", earliest=4)
def seen_by_police(stage: Stage) -> None:
    """The council records a death; days later an officer sees the child."""
    who = stage.contact_only()
    died = stage.today - 3 * _DAY
    person = who.records["person"].write(
        stage.book.office_hours(died + _DAY), pers_death_date=died
    )
    incident = _seen(stage, who)
    stage.plant("d05.seen_by_police", who, stage.plan.at(stage.day, 17), (incident, person))


def _seen(stage: Stage, who: Subject) -> Record:
    reported = stage.plan.at(stage.day, 12, stage.rng.randint(0, 50))
    incident = police_files.incident(
        stage.book, who, reported, "Domestic incident", "Priority", role="victim"
    )
    return police_files.run_incident(
        incident, reported, reported + 3 * _HOUR, child_seen_at=reported + _HOUR
    )


@scenario("d05.missing_since", earliest=5, settle=1)
def missing_since(stage: Stage) -> None:
    """The wrong record is closed by a death; the child goes missing and comes back."""
    who = stage.resident()
    died = stage.today - 4 * _DAY
    person = who.records["person"].write(
        stage.book.office_hours(died + _DAY), pers_death_date=died
    )
    when = night(stage.book, stage.day)
    incident, report = police_missing(stage.book, who, when, PoliceSay())
    absence = home_absence(stage.book, who, when, HomeSays(log=incident.number))
    assert report is not None
    shown = when.returned + _HOUR
    stage.plant("d05.missing_since", who, shown, (absence, report, person))
    stage.also("m03.missing_since", who, shown, (absence, report))


@scenario("d05.decoy_same_day")
def decoy_same_day(stage: Stage) -> None:
    """Seen at noon, died that evening."""
    who = stage.contact_only()
    incident = _seen(stage, who)
    at = stage.book.office_hours(stage.today + _DAY)
    person = who.records["person"].write(at, pers_death_date=stage.today)
    stage.plant(
        "d05.decoy_same_day", who, stage.plan.at(stage.day, 17), (incident, person), decoy=True
    )


@scenario("d05.decoy_paper", earliest=6)
def decoy_paper(stage: Stage) -> None:
    """After a death the police open an incident about it: paper, and nobody living."""
    who = stage.contact_only()
    died = stage.today - 5 * _DAY
    person = who.records["person"].write(
        stage.book.office_hours(died + _DAY), pers_death_date=died
    )
    reported = stage.plan.at(stage.day, 11, 5)
    incident = police_files.incident(
        stage.book, who, reported, "Sudden death", "Resolution without deployment",
        caller_type="professional",
    )  # fmt: skip
    incident.write(reported + _HOUR)
    contact = council_cases.contact(stage.book, who, stage.today, "3E", "ADVICE")
    stage.plant(
        "d05.decoy_paper", who, stage.plan.at(stage.day, 17), (incident, contact, person),
        decoy=True,
    )  # fmt: skip


# -- addresses


def _moved(stage: Stage, who: Subject, to: Address, day: int) -> Record:
    """The council ends the old address and writes the new one, both from that day."""
    on = stage.plan.date_of(day)
    at = stage.book.office_hours(on)
    who.records["address"].write(at, addr_address_end_date=on)
    return council_cases.address(stage.book, who, at, to, on)


@scenario("d06.two_moves", earliest=4)
def address_two_moves(stage: Stage) -> None:
    """The family moves; council and police come to write two different new addresses."""
    who = stage.contact_only()
    _moved(stage, who, stage.elsewhere(who), stage.day - 2)
    at = stage.book.office_hours(stage.today)
    where = stage.foster_address(who)
    nominal = who.records["nominal"].write(
        at, home_address=where.line, home_postcode=where.postcode
    )
    stage.plant("d06.two_moves", who, at, (nominal, who.records["address"]))


@scenario("d06.decoy_police_know_first")
def decoy_police_know_first(stage: Stage) -> None:
    """The family moves, and the police are the first to write it: a change, no conflict."""
    who = stage.contact_only()
    where = stage.elsewhere(who)
    at = stage.book.office_hours(stage.today)
    nominal = who.records["nominal"].write(
        at, home_address=where.line, home_postcode=where.postcode
    )
    stage.plant(
        "d06.decoy_police_know_first", who, at, (nominal, who.records["address"]), decoy=True
    )


@scenario("d06.new_nominal")
def address_new_nominal(stage: Stage) -> None:
    """A new nominal, with an address of its own."""
    who = stage.child((8, 15))
    stage.to_council(who, Likeness.EXACT)
    council_cases.contact(stage.book, who, stage.history(40, 120), "2A")
    at = stage.plan.at(stage.day, 14, 20)
    nominal = police_files.nominal(
        stage.book, who, at, Likeness.EXACT, home=stage.elsewhere(who)
    )
    stage.plant("d06.new_nominal", who, at, (nominal, who.records["address"]))


@scenario("d06.decoy_moved", earliest=4)
def decoy_moved(stage: Stage) -> None:
    """A family moves; the police write the new address two days after the council."""
    who = stage.contact_only()
    where = stage.elsewhere(who)
    address = _moved(stage, who, where, stage.day - 2)
    at = stage.book.office_hours(stage.today)
    nominal = who.records["nominal"].write(
        at, home_address=where.line, home_postcode=where.postcode
    )
    stage.plant("d06.decoy_moved", who, at, (nominal, address), decoy=True)


@scenario("d06.decoy_placed")
def decoy_placed(stage: Stage) -> None:
    """The parents' address stands beside the placement's: a child in a home has both."""
    who = _resident(stage)
    at = stage.book.office_hours(stage.today)
    address = council_cases.address(
        stage.book, who, at, who.child.address, stage.history(600, 900)
    )
    stage.plant("d06.decoy_placed", who, at, (address, who.records["nominal"]), decoy=True)


@scenario("d06.decoy_written_otherwise")
def decoy_written_otherwise(stage: Stage) -> None:
    """The same address, in another hand."""
    who = stage.contact_only()
    where = who.child.address
    at = stage.book.office_hours(stage.today)
    line = f"{where.house}, {where.street.upper()}, {where.town}"
    nominal = who.records["nominal"].write(
        at, home_address=line, home_postcode=where.postcode.replace(" ", "").lower()
    )
    stage.plant(
        "d06.decoy_written_otherwise", who, at, (nominal, who.records["address"]), decoy=True
    )


SCENARIOS: tuple[Scenario, ...] = (
    sex_home,
    sex_police,
    decoy_sex_not_known,
    decoy_gender,
    shared_nhs_number,
    shared_upn,
    shared_by_siblings,
    decoy_filler,
    decoy_ended,
    seen_by_police,
    missing_since,
    decoy_same_day,
    decoy_paper,
    address_two_moves,
    decoy_police_know_first,
    address_new_nominal,
    decoy_moved,
    decoy_placed,
    decoy_written_otherwise,
)
