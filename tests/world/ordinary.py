"""A world in which nothing was planted, read with a plain eye: tables, days and gaps."""
import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from broker.world import AGENCIES, World, WorldPlan
from broker.world.plan import is_working_day
from broker.world.tables import TABLES

PLAN = WorldPlan(
    seed=5, children=1_500, planted_rounds=0, looked_after_share=0.25, in_need_share=0.2,
    protected_share=0.15,
)  # fmt: skip
LONDON = ZoneInfo("Europe/London")
END = PLAN.date_of(PLAN.days - 1)
Rows = list[dict[str, str]]


class Read:
    """Everything a world wrote, by table, with children in place of local ids."""

    def __init__(self, world: World, root: Path):
        self.planted = world.planted
        self.child = {pair: child.index for child in world.children for pair in child.local_ids}
        self.tables: dict[str, Rows] = defaultdict(list)
        for agency in AGENCIES:
            for table in TABLES[agency.kind]:
                path = root / agency.drop / f"{table}.csv"
                with path.open(encoding="utf-8", newline="") as file:
                    for row in csv.DictReader(file):
                        row["agency"] = agency.code
                        self.tables[table].append(row)

    def latest(self, table: str) -> Rows:
        """The last version of each record."""
        key = {"incidents": 2}.get(table, 1)
        kept = {(row["agency"], *list(row.values())[:key]): row for row in self.tables[table]}
        return list(kept.values())

    def of(self, row: dict[str, str], column: str) -> int:
        """The child a row is about."""
        return self.child[row["agency"], row[column]]


def at(text: str) -> datetime:
    """A moment as an agency wrote it."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def sightings(read: Read) -> dict[int, set[date]]:
    """The days on which somebody recorded seeing a child."""
    seen: dict[int, set[date]] = defaultdict(set)
    visits = (
        ("ssd_cin_visits", "cinv_person_id", "cinv_cin_visit"),
        ("ssd_cp_visits", "cppv_person_id", "cppv_cp_visit"),
        ("ssd_cla_visits", "clav_person_id", "clav_cla_visit"),
    )
    for table, column, prefix in visits:
        for row in read.latest(table):
            if row[f"{prefix}_seen"] == "Y":
                seen[read.of(row, column)].add(date.fromisoformat(row[f"{prefix}_date"]))
    for row in read.latest("incidents"):
        if row["child_seen_at"]:
            seen[read.of(row, "nominal_id")].add(at(row["child_seen_at"]).date())
    return seen


def born(read: Read) -> set[int]:
    """Children who can be seen at all."""
    return {read.of(row, "pers_person_id") for row in read.latest("ssd_person") if row["pers_dob"]}


def gaps(days: Iterable[date]) -> list[int]:
    """Days between sightings, from the last before the world to its end."""
    ordered = sorted(days)
    before = [day for day in ordered if day <= PLAN.start][-1:]
    inside = [day for day in ordered if day > PLAN.start]
    return [(b - a).days for a, b in pairwise([*before, *inside, END])]


def longest(days: Iterable[date], start: date, end: date) -> int:
    """The most days without one, from a start to an end."""
    inside = sorted(day for day in days if start <= day <= end)
    return max((b - a).days for a, b in pairwise([start, *inside, end]))


def days_of(read: Read, table: str, prefix: str, key: str) -> dict[str, list[date]]:
    """The days of visits or reviews by what they belong to."""
    found: dict[str, list[date]] = defaultdict(list)
    for row in read.latest(table):
        found[row[key]].append(date.fromisoformat(row[f"{prefix}_date"]))
    return found


def working_days(first: str, last: str) -> int:
    """How many working days lie after one date up to another."""
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    start = date.fromisoformat(first)
    return sum(is_working_day(start + timedelta(days=each)) for each in range(1, days + 1))
