"""The stage of one story: draws children, and gives them the records that ordinary cases have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from broker.world import council_care, council_cases, home_files, police_files
from broker.world.agencies import HOMES, Agency
from broker.world.book import Book, Record, Subject
from broker.world.names import NameGroup
from broker.world.people import Address, Child, Likeness, any_address, any_birth_date, any_group
from broker.world.plan import WorldPlan, every, on_weekday

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planted:
    """A contradiction written on purpose, or a decoy that only looks like one.

    `records` are the references, as the adapters make them, of the records it rests on.
    `knowable_at` is when the last statement it takes is written or the limit has run out, and
    `raised_by` the extract time of the first day whose files must show it; a decoy gives the
    day by which a mistaken checker would have been taken in.
    """

    code: str
    child: int
    knowable_at: datetime
    raised_by: datetime
    agencies: tuple[str, ...]
    records: tuple[str, ...]
    decoy: bool
    variant: str


@dataclass(frozen=True, slots=True)
class Care:
    """How the council looks after a child, where a story needs it otherwise than ordinary.

    `entered` is the first day of care and of the placement; visits and reviews stop after the
    days given; `told_home` is the legal status the home holds, `marked` whether the police do.
    """

    entered: date | None = None
    status: str = "C2"
    visited_until: date | None = None
    reviewed_until: date | None = None
    told_home: str = "C2"
    marked: bool = True


class Stage:
    """One story: its children, its book, and what was planted in it.

    `day` is the day of this world on which the story's event happens.
    """

    def __init__(self, plan: WorldPlan, seed: str, first_child: int, size: int, day: int):
        self.plan = plan
        self.rng = Random(seed)
        self.book = Book(plan, self.rng, first_child, size)
        self.day = day
        self.subjects: list[Subject] = []
        self.planted: list[Planted] = []
        self.beside: list[Planted] = []
        self._first = first_child
        self._size = size

    @property
    def today(self) -> date:
        """The date of the story's event."""
        return self.plan.date_of(self.day)

    def history(self, days_min: int, days_max: int) -> date:
        """A weekday that many days before the world begins."""
        return on_weekday(self.plan.start - self.rng.randint(days_min, days_max) * _DAY)

    # -- children

    def _next_index(self) -> int:
        taken = len(self.subjects)
        assert taken < self._size, "the story drew more children than it asked for"
        return self._first + taken

    def add(self, child: Child) -> Subject:
        """Take a child that the story made itself."""
        assert child.index == self._next_index(), "children are numbered as they come"
        who = Subject(child)
        self.subjects.append(who)
        return who

    def child(self, years: tuple[int, int] = (6, 15), group: NameGroup | None = None) -> Subject:
        """A new child with a family and an address of their own."""
        index = self._next_index()
        rng = self.rng
        group = group or any_group(rng)
        sex = rng.choice("FM")
        born = any_birth_date(rng, self.plan.start, years)
        return self.add(
            Child(
                index,
                rng.choice(group.girls if sex == "F" else group.boys),
                rng.choice(group.surnames),
                sex,
                born,
                group,
                any_address(index, rng),
            )
        )

    def sibling(
        self, of: Subject, years: tuple[int, int] = (1, 15), *, twin: bool = False
    ) -> Subject:
        """Another child of the same family at the same address, named unlike the others."""
        rng = self.rng
        first = of.child
        sex = first.sex if twin else rng.choice("FM")
        taken = {s.child.given[0] for s in self.subjects}
        names: Sequence[str] = first.group.girls if sex == "F" else first.group.boys
        free = [name for name in names if name[0] not in taken] or list(names)
        born = first.born
        while not twin and any(abs((born - s.child.born).days) < 300 for s in self.subjects):
            born = any_birth_date(rng, self.plan.start, years)
        return self.add(
            Child(
                self._next_index(), rng.choice(free), first.surname, sex, born,
                first.group, first.address,
            )
        )  # fmt: skip

    def elsewhere(self, who: Subject) -> Address:
        """An address of somebody else, whose postcode no household has."""
        serial = 115_980 - who.child.index % 10_000
        return any_address(serial, self.rng)

    # -- who holds the child

    def to_police(self, who: Subject, likeness: Likeness = Likeness.LIGHT) -> Record:
        """Let the police have known the child since before the world began."""
        known_since = max(self.history(20, 400), who.child.born + 5 * _DAY)
        return police_files.nominal(self.book, who, self.book.office_hours(known_since), likeness)

    def to_council(self, who: Subject, likeness: Likeness = Likeness.LIGHT) -> Record:
        """Let the council have known the child, and their address, since before the world."""
        since = max(self.history(200, 500), who.child.born + 5 * _DAY)
        at = self.book.office_hours(since)
        record = council_cases.person(self.book, who, at, likeness)
        where = who.child.address
        council_cases.address(self.book, who, at, where, since)
        return record

    # -- ordinary cases

    def contact_only(self, years: tuple[int, int] = (6, 15)) -> Subject:
        """A child known to police and council, without a case."""
        who = self.child(years)
        self.to_council(who)
        self.to_police(who)
        council_cases.contact(self.book, who, self.history(30, 150), "2A")
        return who

    def open_case(
        self, who: Subject, need: str = "N1", opened: date | None = None
    ) -> Record:
        """A referral of the last months, assessed; plan and visits are not included."""
        opened = opened or self.history(62, 140)
        case = council_cases.referral(self.book, who, opened, need)
        council_cases.assessment(self.book, who, case, opened + 3 * _DAY, opened + 28 * _DAY)
        return case

    def in_need(
        self, years: tuple[int, int] = (6, 15), *, visited_until: date | None = None,
        need: str = "N1", opened: date | None = None,
    ) -> Subject:  # fmt: skip
        """A child in need with a plan, visited every fortnight (until a date, if one is given)."""
        who = self.child(years)
        self.to_council(who)
        self.to_police(who)
        self.make_in_need(who, visited_until=visited_until, need=need, opened=opened)
        return who

    def make_in_need(
        self, who: Subject, *, visited_until: date | None = None, need: str = "N1",
        opened: date | None = None,
    ) -> None:  # fmt: skip
        """The case of a child in need, for a child the council knows already."""
        case = self.open_case(who, need, opened)
        began = on_weekday(date.fromisoformat(case["cine_referral_date"]) + 32 * _DAY)
        council_cases.in_need_plan(self.book, who, case, began)
        first = date.fromisoformat(case["cine_referral_date"]) + self.rng.randint(3, 8) * _DAY
        for day in self._visited(first, 14, visited_until):
            council_cases.visit(self.book, who, day)

    def _visited(self, first: date, step_days: int, until: date | None) -> Iterator[date]:
        """Days of visits in their time, to the world's end or to a last one on a given day."""
        if until is None:
            yield from every(first, self.book.last_day, step_days)
            return
        yield from every(first, until - 3 * _DAY, step_days)
        yield until

    def protected(
        self, years: tuple[int, int] = (6, 15), *, visited_until: date | None = None,
        opened: date | None = None, reviewed_until: date | None = None, marked: bool = True,
    ) -> Subject:  # fmt: skip
        """A child with a protection plan for neglect, visited and reviewed as it asks."""
        who = self.child(years)
        self.to_council(who)
        self.to_police(who)
        self.make_protected(
            who, visited_until=visited_until, opened=opened, reviewed_until=reviewed_until,
            marked=marked,
        )  # fmt: skip
        return who

    def make_protected(
        self, who: Subject, *, visited_until: date | None = None, opened: date | None = None,
        reviewed_until: date | None = None, marked: bool = True,
    ) -> None:  # fmt: skip
        """Enquiry, conference, plan, reviews, visits; and the marker the police keep of it.

        Reviews stop after `reviewed_until`, where one is given; `opened` is the referral's day.
        """
        book = self.book
        opened = opened or self.history(75, 160)
        case = council_cases.referral(book, who, opened, "N1", "STRATEGY_DISCUSSION")
        council_cases.assessment(book, who, case, opened + 2 * _DAY, opened + 30 * _DAY, ("16A",))
        discussed = on_weekday(opened + 5 * _DAY)
        council_cases.visit(book, who, discussed)
        plan = council_cases.protection_plan(book, who, case, discussed)
        began = date.fromisoformat(plan["cppl_cp_plan_start_date"])
        took_part = visited_until is None
        council_cases.protection_reviews(book, who, plan, began, took_part, reviewed_until)
        for day in self._visited(began + self.rng.randint(3, 7) * _DAY, 9, visited_until):
            council_cases.protection_visit(book, who, day, plan)
        if who.known_to_police and marked:
            set_at = book.office_hours(began + 2 * _DAY)
            marker = police_files.marker(book, who, "child_protection_plan", set_at)
            who.records["plan_marker"] = marker.write(set_at)

    def resident(
        self, years: tuple[int, int] = (11, 15), *, home: Agency | None = None,
        likeness: Likeness = Likeness.LIGHT, care: Care = Care(),  # frozen
    ) -> Subject:  # fmt: skip
        """A looked-after child placed in one of the homes, known alike to all three."""
        who = self.child(years)
        who.home = home or self.rng.choice(HOMES)
        self._look_after(who, who.home, likeness, care)
        return who

    def fostered(
        self, years: tuple[int, int] = (5, 15), care: Care = Care(),  # frozen
    ) -> Subject:  # fmt: skip
        """A looked-after child in foster care."""
        who = self.child(years)
        self._look_after(who, None, Likeness.LIGHT, care)
        return who

    def _look_after(
        self, who: Subject, home: Agency | None, likeness: Likeness, care: Care
    ) -> None:
        book = self.book
        entered = care.entered or self.history(430, 600)
        placed = entered if care.entered else self.history(60, 200)
        council_cases.person(book, who, book.office_hours(entered), likeness)
        council_cases.address(
            book, who, book.office_hours(entered), who.child.address,
            max(who.child.born, entered - 900 * _DAY), entered,
        )  # fmt: skip
        case = council_cases.referral(
            book, who, entered - 20 * _DAY, self.rng.choice(("N1", "N5", "N8")), "CLA_REQUEST"
        )
        council_cases.assessment(book, who, case, entered - 18 * _DAY, entered + 10 * _DAY)
        council_care.care_period(book, who, entered, care.status)
        where = police_files.home_address(who) if home else self.foster_address(who)
        self._place(who, home, where, entered, placed)
        council_cases.address(
            book, who, book.office_hours(placed), where, placed, kind="Placement"
        )
        council_care.visits(book, who, entered, placed, care.visited_until)
        council_care.reviews(book, who, entered, care.reviewed_until)
        if home is not None:
            who.records["resident"] = home_files.resident(
                book, who, home, placed, likeness, legal_status=care.told_home
            )
        known = book.office_hours(self.history(5, 55))
        police_files.nominal(book, who, known, likeness, home=where)
        if care.marked:
            set_at = book.office_hours(max(self.history(56, 59), entered + 2 * _DAY))
            police_files.marker(book, who, "looked_after", set_at).write(set_at)

    def _place(
        self, who: Subject, home: Agency | None, where: Address, entered: date, placed: date
    ) -> None:
        """Foster care from the first day on; for a child in a home, until the home took them."""
        kind = "K2" if home else "U6"
        if home is not None and placed > entered:
            carers = self.foster_address(who)
            council_care.placement(
                self.book, who, entered, "U6", None, carers, entered=entered
            )
            council_care.end_placement(self.book, who, placed)
        else:
            placed = entered
        council_care.placement(self.book, who, placed, kind, home, where, entered=entered)

    def foster_address(self, who: Subject) -> Address:
        """The carers' address."""
        serial = 100_000 + who.child.index % 5_000
        return any_address(serial, self.rng)

    # -- what is planted

    def plant(
        self, variant: str, who: Subject, when: datetime, records: Sequence[Record], *,
        decoy: bool = False,
    ) -> None:  # fmt: skip
        """Note a contradiction (or decoy) that the files of `when` make visible."""
        self.planted.append(self._noted(variant, who, when, records, decoy))

    def also(self, variant: str, who: Subject, when: datetime, records: Sequence[Record]) -> None:
        """Note what the story raises besides, under a rule that may not be in force."""
        self.beside.append(self._noted(variant, who, when, records, False))

    def _noted(
        self, variant: str, who: Subject, when: datetime, records: Sequence[Record], decoy: bool
    ) -> Planted:
        return Planted(
            code=variant.split(".")[0].upper(),
            child=who.child.index,
            knowable_at=when,
            raised_by=self.plan.extract_time(self.plan.drop_of(when)),
            agencies=tuple(sorted({record.agency for record in records})),
            records=tuple(record.reference for record in records),
            decoy=decoy,
            variant=variant,
        )
