"""What the police write: nominals, incidents, notices, markers and risk links."""

from datetime import datetime, timedelta

from broker.world.agencies import HOMES, POLICE
from broker.world.book import Book, Cell, Record, Subject
from broker.world.identifiers import scrambled
from broker.world.people import Address, Known, Likeness, as_known, local_id

_GENDER = {"F": "Female", "M": "Male", "U": "Not Known"}
_MINUTE = timedelta(minutes=1)


def home_address(who: Subject) -> Address:
    """Where the child lives: the home, for one who is placed in one."""
    if who.home is None:
        return who.child.address
    return Address("", who.home.address_line, "", who.home.postcode)


def nominal(
    book: Book, who: Subject, at: datetime, likeness: Likeness, known: Known | None = None,
    home: Address | None = None,
) -> Record:  # fmt: skip
    """The police's record of who the child is, first written at this moment.

    The address is where the child lives, unless another `home` is given.
    """
    who.ids[POLICE.code] = local_id("N", who.child.index)
    record = _nominal(book, who, who.nominal, known or as_known(
        who.child, POLICE.kind, likeness, book.rng
    ), home)  # fmt: skip
    who.records["nominal"] = record
    return record.write(at)


def second_nominal(book: Book, who: Subject, at: datetime) -> Record:
    """The same child recorded once more by the police, by an officer who did not search."""
    number = local_id("N", 5_000_000 + who.child.index)
    who.duplicate_ids.append((POLICE.code, number))
    known = as_known(who.child, POLICE.kind, Likeness.LIGHT, book.rng)
    return _nominal(book, who, number, known).write(at)


def _nominal(
    book: Book, who: Subject, number: str, known: Known, home: Address | None = None
) -> Record:
    child = who.child
    address = home or home_address(who)
    return book.record(
        POLICE,
        "nominals",
        nominal_id=number,
        given_name=known.given,
        surname=known.surname,
        former_surname=known.former_surname,
        date_of_birth=known.born,
        gender=_GENDER[child.sex],
        ethnicity=child.group.police,
        home_address=address.line.strip(),
        home_postcode=address.postcode,
        phone=f"07700 9{scrambled(child.index % 89_989, 89_989, 40_009):05d}",
        nhs_number=known.nhs_number,
        address_protected="N",
    )


def adult(book: Book, serial: int, at: datetime) -> str:
    """A nominal of 18 or over, of the kind only risk links may name. Returns its id."""
    number = local_id("N", 9_000_000 + serial % 900_000)
    rng = book.rng
    book.record(
        POLICE,
        "nominals",
        nominal_id=number,
        given_name=rng.choice(("Gary", "Stuart", "Neil", "Darren", "Colin", "Roy")),
        surname=rng.choice(("Fenwick", "Garside", "Lockwood", "Bairstow", "Hargrave")),
        date_of_birth=book.plan.start - timedelta(days=rng.randint(25 * 365, 60 * 365)),
        gender="Male",
        ethnicity="W1",
        address_protected="N",
    ).write(at)
    return number


def incident(
    book: Book, who: Subject, reported: datetime, opening: str, grade: str, **cells: Cell
) -> Record:
    """An incident about the child, as the call handler opens it. Not written yet.

    Allocation follows within ten minutes. `cells` overrides any column.
    """
    defaults: dict[str, Cell] = {
        "incident_ref": book.reference("NV-"),
        "nominal_id": who.nominal,
        "role": "subject",
        "reported_at": reported,
        "caller_type": "parent",
        "opening_category": opening,
        "grade_initial": grade,
        "grade_final": grade,
        "allocated_at": reported + 8 * _MINUTE,
        "location_postcode": home_address(who).postcode,
    }
    if who.home is not None:
        defaults |= {"caller_type": "care_home", "caller_urn": who.home.urn}
    return book.record(POLICE, "incidents", **(defaults | cells))


_ATTENDED_AFTER = {"Immediate": 11, "Priority": 38, "Scheduled": 300}


def attended_at(record: Record, reported: datetime) -> datetime | None:
    """When officers arrive, within the limit of the final grade; none where nobody is sent."""
    minutes = _ATTENDED_AFTER.get(record["grade_final"])
    return None if minutes is None else reported + minutes * _MINUTE


def run_incident(
    record: Record, reported: datetime, closed: datetime, **at_closing: Cell
) -> Record:
    """Write an incident's ordinary life: opened, attended in time, reviewed, closed.

    `at_closing` overrides columns of the last version; the closing category is the opening one
    where nothing else is said.
    """
    record.write(reported + 5 * _MINUTE)
    attended = attended_at(record, reported)
    if attended is not None and attended + 10 * _MINUTE < closed:
        record.write(
            attended + 10 * _MINUTE, deployed_at=attended - 9 * _MINUTE, attended_at=attended
        )
    last: dict[str, Cell] = {
        "closing_category": record["opening_category"],
        "supervisor_reviewed_at": min(closed, reported + timedelta(hours=9)),
        "closed_at": closed,
    }
    return record.write(closed + 10 * _MINUTE, **(last | at_closing))


def notice(book: Book, who: Subject, case: Record, created: datetime, **cells: Cell) -> Record:
    """A public protection notice (PPN) about the child. Not written yet.

    By default shared with the council two hours later and complete; `cells` overrides.
    """
    defaults: dict[str, Cell] = {
        "ppn_ref": book.reference("PPN"),
        "incident_ref": case.number,
        "nominal_id": who.nominal,
        "created_at": created,
        "shared_with_csc_at": created + timedelta(hours=2),
        "concern_types": "neglect",
        "risk_grade": "Medium",
        "child_spoken_to": "Y",
        "demeanour_recorded": "Y",
        "handling_code": "P",
    }
    return book.record(POLICE, "ppn", **(defaults | cells))


def marker(book: Book, who: Subject, kind: str, set_at: datetime, **cells: Cell) -> Record:
    """A marker on the child's nominal. Not written yet. Handling is P unless said."""
    defaults: dict[str, Cell] = {
        "marker_ref": book.reference("MK"),
        "nominal_id": who.nominal,
        "marker": kind,
        "set_at": set_at,
        "handling_code": "P",
    }
    return book.record(POLICE, "markers", **(defaults | cells))


def risk_link(book: Book, who: Subject, at: datetime, address: Address, **cells: Cell) -> Record:
    """A link from an adult posing risk to the child, not told to anybody. Not written yet."""
    defaults: dict[str, Cell] = {
        "link_ref": book.reference("RL"),
        "child_nominal_id": who.nominal,
        "subject_nominal_id": adult(book, who.child.index, at),
        "subject_category": "registered_sex_offender",
        "relationship": "family friend",
        "address_line": address.line,
        "address_postcode": address.postcode,
        "handling_code": "P",
    }
    return book.record(POLICE, "risk_links", **(defaults | cells))


def other_home(who: Subject) -> str:
    """The URN of a home in which the child does not live."""
    return next(home.urn for home in HOMES if home is not who.home)
