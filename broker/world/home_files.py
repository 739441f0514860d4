"""What children's homes write about who lives with them, and about serious events."""

from datetime import date, datetime, timedelta

from broker.world.agencies import AUTHORITY_CODE, COUNCIL, Agency, AgencyKind
from broker.world.book import Book, Cell, Record, Subject
from broker.world.people import Known, Likeness, as_known, local_id


def resident(
    book: Book,
    who: Subject,
    home: Agency,
    admitted: date,
    likeness: Likeness,
    known: Known | None = None,
    **cells: Cell,
) -> Record:
    """The home's record of a child who lives there, written on the day of admission."""
    child = who.child
    if known is None:
        known = as_known(child, AgencyKind.HOME, likeness, book.rng)
    who.ids[home.code] = local_id(f"{home.prefix}-", child.index)
    tells_council_id = COUNCIL.code in who.ids and book.rng.random() < 0.7
    defaults: dict[str, Cell] = {
        "resident_ref": who.ids[home.code],
        "given_name": known.given,
        "surname": known.surname,
        "preferred_name": known.preferred if known.preferred != known.given else "",
        "date_of_birth": known.born,
        "sex": child.sex,
        "nhs_number": known.nhs_number,
        "placing_authority": AUTHORITY_CODE,
        "la_child_id": who.person if tells_council_id else "",
        "home_urn": home.urn,
        "home_postcode": home.postcode,
        "admitted_on": admitted,
        "legal_status": "C2",
    }
    record = book.record(home, "residents", **(defaults | cells))
    return record.write(book.office_hours(admitted))


def notification(book: Book, who: Subject, kind: str, occurred: datetime, **cells: Cell) -> Record:
    """A regulation 40 notification, sent to Ofsted and the authority within hours. Not written."""
    assert who.home is not None, "only a home notifies"
    defaults: dict[str, Cell] = {
        "notification_ref": book.reference(f"{who.home.prefix}-E"),
        "resident_ref": who.ids[who.home.code],
        "occurred_at": occurred,
        "kind": kind,
        "notified_ofsted_at": occurred + timedelta(minutes=90),
        "notified_authority_at": occurred + timedelta(minutes=60),
    }
    return book.record(who.home, "notifications", **(defaults | cells))
