"""What the council writes about a child it looks after."""

from datetime import date, datetime, timedelta

from broker.world.agencies import COUNCIL, Agency
from broker.world.book import Book, Cell, Record, Subject
from broker.world.people import Address
from broker.world.plan import every, on_weekday


def care_period(book: Book, who: Subject, entered: date, status: str) -> None:
    """The order under which the child is looked after."""
    book.record(
        COUNCIL,
        "ssd_legal_status",
        lega_legal_status_id=book.reference("LS"),
        lega_person_id=who.person,
        lega_legal_status=status,
        lega_legal_status_start_date=entered,
    ).write(book.office_hours(entered))


def placement(
    book: Book, who: Subject, start: date, kind: str, home: Agency | None, where: Address,
    **cells: Cell,
) -> Record:  # fmt: skip
    """A placement and the episode that goes with it; they are the current ones from now on."""
    case = who.records["referral"]
    episode, place = book.reference("EP"), book.reference("PL")
    care = f"LAC{who.person}"
    at = book.office_hours(start)
    entered = cells.pop("entered", start)
    who.records["episode"] = book.record(
        COUNCIL,
        "ssd_cla_episodes",
        clae_cla_episode_id=episode,
        clae_person_id=who.person,
        clae_cla_episode_start_date=start,
        clae_cla_episode_start_reason="S" if entered == start else "P",
        clae_cla_primary_need_code=case["cine_cin_primary_need_code"],
        clae_cla_id=care,
        clae_referral_id=case.number,
        clae_cla_placement_id=place,
        clae_entered_care_date=entered,
    ).write(at)
    defaults: dict[str, Cell] = {
        "clap_cla_placement_id": place,
        "clap_cla_placement_start_date": start,
        "clap_cla_placement_type": kind,
        "clap_cla_placement_urn": home.urn if home else "",
        "clap_cla_placement_distance": "6.4",
        "clap_cla_id": care,
        "clap_cla_placement_provider": "PR4" if home else "PR1",
        "clap_cla_placement_postcode": where.postcode.replace(" ", ""),
        "clap_person_id": who.person,
    }
    record = book.record(COUNCIL, "ssd_cla_placement", **(defaults | cells)).write(at)
    who.records["placement"] = record
    return record


def end_placement(book: Book, who: Subject, day: date, reason: str = "PLACE") -> None:
    """The end of the current placement and its episode.

    Reviews to come repeat their episode's row, which from now on says that it has ended.
    """
    at = book.office_hours(day)
    episode = who.records["episode"].write(
        at, clae_cla_episode_ceased_date=day, clae_cla_episode_ceased_reason="X1"
    )
    ended = book.rows[-1].cells
    for place, row in enumerate(book.rows):
        if row.table == "ssd_cla_episodes" and row.cells[0] == episode.number and row.at > at:
            book.rows[place] = row._replace(cells=ended)
    who.records["placement"].write(
        at, clap_cla_placement_end_date=day, clap_cla_placement_change_reason=reason
    )


def visit(book: Book, who: Subject, day: date, seen: str = "Y") -> Record:
    """A visit to a looked-after child."""
    return book.record(
        COUNCIL,
        "ssd_cla_visits",
        clav_cla_visit_id=book.reference("VL"),
        clav_cla_id=who.records["episode"]["clae_cla_id"],
        clav_person_id=who.person,
        clav_cla_visit_date=day,
        clav_cla_visit_seen=seen,
        clav_cla_visit_seen_alone=seen,
    ).write(book.office_hours(day))


def visits(
    book: Book, who: Subject, entered: date, placed: date, until: date | None = None
) -> None:
    """Visits as the regulations ask and oftener: within the week of each placement, then every
    five weeks, and every eighteen days of late."""
    last = until or book.last_day
    recent = book.plan.start - timedelta(days=book.rng.randint(3, 17))
    for began, ended in ((entered, placed), (placed, last)):
        if began < ended:
            visit(book, who, on_weekday(began + timedelta(days=5)))
            quiet = min(ended, recent) - timedelta(days=2)
            for day in every(began + timedelta(days=38), quiet, 35):
                visit(book, who, day)
    for day in every(max(recent, placed + timedelta(days=12)), last, 18):
        visit(book, who, day)
    if until is not None:
        visit(book, who, until)


def reviews(book: Book, who: Subject, entered: date, until: date | None = None) -> None:
    """Every review since the child came into care, in time, up to a day if one is given.

    A review has no person id, so the episode it hangs on goes with it into each extract.
    """
    day = on_weekday(entered + timedelta(days=24))
    gap = timedelta(days=84)
    while day <= (until or book.last_day):
        review(book, who, day)
        day = on_weekday(day + gap)
        gap = timedelta(days=165)


def review(book: Book, who: Subject, day: date) -> None:
    """One review of a looked-after child, who took part."""
    at = book.office_hours(day)
    if day >= book.plan.start:
        who.records["episode"].write(at)
    book.record(
        COUNCIL,
        "ssd_cla_reviews",
        clar_cla_review_id=book.reference("RV"),
        clar_cla_id=who.records["episode"]["clae_cla_id"],
        clar_cla_review_due_date=day + timedelta(days=2),
        clar_cla_review_date=day,
        clar_cla_review_cancelled="N",
        clar_cla_review_participation="PN1",
    ).write(at)


def missing_episode(book: Book, who: Subject, start: date, kind: str, at: datetime) -> Record:
    """A missing (M) or away (A) episode, open; it knows dates alone."""
    return book.record(
        COUNCIL,
        "ssd_missing",
        miss_table_id=book.reference("ME"),
        miss_person_id=who.person,
        miss_missing_episode_start_date=start,
        miss_missing_episode_type=kind,
    ).write(at)
