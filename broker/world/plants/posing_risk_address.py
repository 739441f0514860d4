"""P02: the child lives where a person posing risk lives."""

from dataclasses import replace
from datetime import timedelta

from broker.world import council_cases, police_files
from broker.world.agencies import COUNCIL
from broker.world.book import Cell, Record, Subject
from broker.world.people import Address
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)


def _link(stage: Stage, who: Subject, where: Address, **cells: Cell) -> Record:
    """A link the police write at noon, told to the council, from an adult who lives there."""
    at = stage.plan.at(stage.day, 12, stage.rng.randint(0, 59))
    defaults: dict[str, Cell] = {
        "from_date": stage.today - stage.rng.randint(3, 20) * _DAY,
        "disclosed_to": COUNCIL.code,
        "disclosed_at": stage.plan.at(stage.day, 11, 10),
    }
    record = police_files.risk_link(stage.book, who, at, where, **(defaults | cells))
    return record.write(at)


@scenario("p02.at_home")
def at_home(stage: Stage) -> None:
    """The child's own address, by the council's record and the police's."""
    who = stage.in_need()
    link = _link(stage, who, who.child.address)
    stage.plant("p02.at_home", who, stage.plan.at(stage.day, 13), (link,))


@scenario("p02.moved_there", earliest=3)
def moved_there(stage: Stage) -> None:
    """The link is old; the child moves to that address."""
    who = stage.in_need()
    where = stage.elsewhere(who)
    at = stage.plan.at(stage.day - 2, 12, 10)
    link = police_files.risk_link(
        stage.book, who, at, where, from_date=stage.history(40, 90),
        disclosed_to=COUNCIL.code, disclosed_at=at - timedelta(hours=1),
    ).write(at)  # fmt: skip
    moved = stage.book.office_hours(stage.today)
    who.records["address"].write(moved, addr_address_end_date=stage.today)
    address = council_cases.address(stage.book, who, moved, where, stage.today)
    who.records["nominal"].write(moved, home_address=where.line, home_postcode=where.postcode)
    stage.plant("p02.moved_there", who, moved, (link, address))


@scenario("p02.carers")
def carers(stage: Stage) -> None:
    """The carers' address, where the council placed the child."""
    who = stage.fostered()
    nominal = who.records["nominal"]
    house, _, street = nominal["home_address"].partition(" ")
    link = _link(stage, who, Address(house, street, "", nominal["home_postcode"]))
    stage.plant("p02.carers", who, stage.plan.at(stage.day, 13), (link,))


@scenario("p02.linked_to_another", size=2)
def linked_to_another(stage: Stage) -> None:
    """The adult is linked to a child of another family, and lives with this one."""
    who = stage.in_need()
    first = stage.in_need()
    link = _link(stage, first, who.child.address)
    stage.plant("p02.linked_to_another", who, stage.plan.at(stage.day, 13), (link,))


@scenario("p02.next_door")
def next_door(stage: Stage) -> None:
    """Just the postcode agrees: the adult lives some doors away."""
    who = stage.in_need()
    home = who.child.address
    link = _link(stage, who, replace(home, house=str(int(home.house) + 6)))
    stage.plant("p02.next_door", who, stage.plan.at(stage.day, 13), (link,))


@scenario("p02.decoy_elsewhere")
def decoy_elsewhere(stage: Stage) -> None:
    """The adult lives in another part of the town."""
    who = stage.in_need()
    link = _link(stage, who, stage.elsewhere(who))
    stage.plant(
        "p02.decoy_elsewhere", who, stage.plan.at(stage.day, 13), (link,), decoy=True
    )


@scenario("p02.decoy_ended")
def decoy_ended(stage: Stage) -> None:
    """The adult lived with the child once; the link has ended."""
    who = stage.in_need()
    link = _link(
        stage, who, who.child.address, from_date=stage.history(300, 400),
        to_date=stage.history(30, 60),
    )  # fmt: skip
    stage.plant("p02.decoy_ended", who, stage.plan.at(stage.day, 13), (link,), decoy=True)


@scenario("p02.decoy_family_moved_away", earliest=3)
def decoy_family_moved_away(stage: Stage) -> None:
    """The adult's address is the one the family has left."""
    who = stage.in_need()
    old, new = who.child.address, stage.elsewhere(who)
    on = stage.plan.date_of(stage.day - 1)
    at = stage.book.office_hours(on)
    who.records["address"].write(at, addr_address_end_date=on)
    council_cases.address(stage.book, who, at, new, on)
    who.records["nominal"].write(at, home_address=new.line, home_postcode=new.postcode)
    link = _link(stage, who, old)
    stage.plant(
        "p02.decoy_family_moved_away", who, stage.plan.at(stage.day, 13), (link,), decoy=True
    )


SCENARIOS: tuple[Scenario, ...] = (
    at_home,
    moved_there,
    carers,
    linked_to_another,
    next_door,
    decoy_elsewhere,
    decoy_ended,
    decoy_family_moved_away,
)
