"""M07: 72 hours after a return, no independent interview offered or held by anyone."""

from datetime import datetime, timedelta

from broker.world.absences import (
    HomeSays,
    Night,
    PoliceSay,
    council_episode,
    home_absence,
    night,
    police_missing,
)
from broker.world.book import Record
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_LIMIT = timedelta(hours=72)


def _tell(stage: Stage, says: HomeSays, *, offered: str = "") -> tuple[Night, Record, Record]:
    """A night told alike by all, with the interviews as given. Returns absence and episode."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    police_missing(book, who, when, PoliceSay())
    absence = home_absence(book, who, when, says)
    return when, absence, council_episode(book, who, when, offered=offered)


def _plant(stage: Stage, variant: str, due: datetime, records: tuple[Record, ...]) -> None:
    decoy = ".decoy_" in variant
    stage.plant(variant, stage.subjects[0], due, records, decoy=decoy)


@scenario("m07.nobody", settle=4)
def nobody(stage: Stage) -> None:
    """No interview anywhere but the police's own prevention interview."""
    when, absence, episode = _tell(stage, HomeSays(interview=False))
    _plant(stage, "m07.nobody", when.returned + _LIMIT, (absence, episode))


@scenario("m07.by_the_home", settle=4)
def by_the_home(stage: Stage) -> None:
    """The home interviewed its own resident, which is not independent."""
    when, absence, episode = _tell(stage, HomeSays(by="home"))
    _plant(stage, "m07.by_the_home", when.returned + _LIMIT, (absence, episode))


@scenario("m07.not_offered", settle=4)
def not_offered(stage: Stage) -> None:
    """The council's row says that none was offered."""
    when, absence, episode = _tell(stage, HomeSays(interview=False), offered="N")
    _plant(stage, "m07.not_offered", when.returned + _LIMIT, (absence, episode))


@scenario("m07.too_late", settle=4)
def too_late(stage: Stage) -> None:
    """An independent interview on the sixth day."""
    when, absence, episode = _tell(stage, HomeSays(interview=False))
    held = when.returned + timedelta(hours=130)
    absence.write(
        held + timedelta(minutes=40), return_interview_at=held, return_interview_by="independent"
    )
    _plant(stage, "m07.too_late", when.returned + _LIMIT, (absence, episode))


@scenario("m07.decoy_offered", settle=4)
def decoy_offered(stage: Stage) -> None:
    """Offered, by the flag on the council's own row; the home holds nothing."""
    when, absence, episode = _tell(stage, HomeSays(interview=False), offered="Y")
    _plant(stage, "m07.decoy_offered", when.returned + _LIMIT, (absence, episode))


@scenario("m07.decoy_held_within", settle=4)
def decoy_held_within(stage: Stage) -> None:
    """Held within the three days, by the home's row alone, which does not say by whom."""
    when, absence, episode = _tell(stage, HomeSays(by=""))
    _plant(stage, "m07.decoy_held_within", when.returned + _LIMIT, (absence, episode))


SCENARIOS: tuple[Scenario, ...] = (
    nobody,
    by_the_home,
    not_offered,
    too_late,
    decoy_offered,
    decoy_held_within,
)
