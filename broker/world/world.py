"""A made-up partnership with known truth: built from a plan, told one family at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from broker.world.agencies import AGENCIES, Agency
from broker.world.book import Row
from broker.world.layout import Story, layout
from broker.world.plan import WorldPlan
from broker.world.stage import Planted, Stage

_CHILDREN_KEPT_MAX = 20_000


@dataclass(frozen=True, slots=True)
class ChildTruth:
    """One child as they truly are.

    `local_ids` are pairs of agency code and local id; an agency that recorded the child twice
    has two. `household` is the same for children who live together.
    """

    index: int
    name_group: str
    local_ids: tuple[tuple[str, str], ...]
    household: int
    given: str
    surname: str
    born: date
    postcode: str
    nhs_number: str
    unborn: bool


@dataclass(frozen=True)
class World:
    """A plan and its stories. The truth is worked out when first asked for."""

    plan: WorldPlan
    stories: tuple[Story, ...]
    agencies: tuple[Agency, ...] = AGENCIES

    def stage(self, story: Story) -> Stage:
        """Tell one story: the same one every time."""
        stage = Stage(
            self.plan,
            f"{self.plan.seed}/{story.first_child}/{story.kind}",
            story.first_child,
            story.size,
            story.day,
        )
        story.tell(stage)
        stage.book.rows.sort(key=_when)
        return stage

    def stages(self) -> Iterator[Stage]:
        """Every story in turn; nothing of the last is kept."""
        for story in self.stories:
            yield self.stage(story)

    def rows_of_day(self, day_number: int) -> list[Row]:
        """The rows whose first extract is that day's, oldest first."""
        if self.plan.children <= _CHILDREN_KEPT_MAX:
            return self._rows_by_day.get(day_number, [])
        drop_of = self.plan.drop_of
        rows = [
            row for stage in self.stages() for row in stage.book.rows
            if drop_of(row.at) == day_number
        ]  # fmt: skip
        return sorted(rows, key=_when)

    @cached_property
    def _rows_by_day(self) -> dict[int, list[Row]]:
        days: dict[int, list[Row]] = {}
        for stage in self.stages():
            for row in stage.book.rows:
                days.setdefault(self.plan.drop_of(row.at), []).append(row)
        for rows in days.values():
            rows.sort(key=_when)
        return days

    @cached_property
    def _truth(self) -> tuple[tuple[ChildTruth, ...], tuple[Planted, ...], tuple[Planted, ...]]:
        children: list[ChildTruth] = []
        planted: list[Planted] = []
        beside: list[Planted] = []
        for household, stage in enumerate(self.stages()):
            children.extend(_truths(stage, household))
            planted.extend(stage.planted)
            beside.extend(stage.beside)
        planted.sort(key=lambda plant: (plant.raised_by, plant.variant, plant.child))
        return tuple(children), tuple(planted), tuple(beside)

    @property
    def children(self) -> tuple[ChildTruth, ...]:
        """The truth, one entry a child, by index."""
        return self._truth[0]

    @property
    def planted(self) -> tuple[Planted, ...]:
        """Contradictions and decoys, by the day on which they show."""
        return self._truth[1]

    @property
    def beside(self) -> tuple[Planted, ...]:
        """What the plants rightly raise besides, under rules outside the catalogue.

        A finding that matches one of these is no false alarm; one of these without a finding is
        no miss, for its rule may not be in force.
        """
        return self._truth[2]


def _when(row: Row) -> datetime:
    return row.at


def _truths(stage: Stage, household: int) -> Iterator[ChildTruth]:
    for who in stage.subjects:
        child = who.child
        yield ChildTruth(
            child.index,
            child.group.code,
            (*who.ids.items(), *who.duplicate_ids),
            household,
            child.given,
            child.surname,
            child.born,
            child.address.postcode,
            child.nhs_number,
            child.unborn,
        )


def build(plan: WorldPlan) -> World:
    """The world of a plan; deterministic in the plan alone."""
    return World(plan, layout(plan))


def extract_time(world: World, day_number: int) -> datetime:
    """When the extracts of that day are taken: 23:30 in England, as UTC."""
    return world.plan.extract_time(day_number)
