"""L01: the home or the police hold another placement than the council's current one."""

from dataclasses import replace
from datetime import date, timedelta

from broker.world import council_care, council_cases, home_files, police_files
from broker.world.absences import (
    HomeSays,
    PoliceSay,
    council_episode,
    home_absence,
    night,
    police_missing,
)
from broker.world.agencies import HOMES, NEIGHBOUR_AUTHORITY_CODE, Agency
from broker.world.book import Record, Subject
from broker.world.people import Address, Likeness
from broker.world.plan import local, on_weekday
from broker.world.scenarios import Scenario, scenario
from broker.world.stage import Stage

_DAY = timedelta(days=1)
_LIMIT = 5 * _DAY


def _shown(stage: Stage) -> date:
    """The first day on which five days are over by any way of counting."""
    return stage.today + _LIMIT + _DAY


def _move(stage: Stage, who: Subject, kind: str, home: Agency | None) -> Record:
    """The council ends the current placement and starts another that day; a visit follows."""
    book = stage.book
    council_care.end_placement(book, who, stage.today)
    where = _address_of(stage, who, home)
    entered = date.fromisoformat(who.records["episode"]["clae_entered_care_date"])
    record = council_care.placement(book, who, stage.today, kind, home, where, entered=entered)
    at = book.office_hours(stage.today)
    who.records["address"].write(at, addr_address_end_date=stage.today)
    council_cases.address(book, who, at, where, stage.today, kind="Placement")
    council_care.visit(book, who, on_weekday(stage.today + 5 * _DAY))
    return record


def _address_of(stage: Stage, who: Subject, home: Agency | None) -> Address:
    where = stage.foster_address(who)
    if home is not None:
        where = replace(where, house="", street=home.address_line, postcode=home.postcode)
    return where


def _police_follow(stage: Stage, who: Subject) -> None:
    where = _address_of(stage, who, who.home)
    who.records["nominal"].write(
        stage.book.office_hours(stage.today + 2 * _DAY),
        home_address=where.line.strip(),
        home_postcode=where.postcode,
    )


def _next_home(home: Agency) -> Agency:
    return HOMES[(HOMES.index(home) + 1) % len(HOMES)]


@scenario("l01.home_still_lists_child", settle=6)
def home_still_lists_child(stage: Stage) -> None:
    """Moved to foster care by the council's records; the home never writes the leaving."""
    who = stage.resident()
    moved = _move(stage, who, "U6", None)
    resident = who.records["resident"]
    who.home = None
    _police_follow(stage, who)
    stage.plant("l01.home_still_lists_child", who, local(_shown(stage), 1), (resident, moved))


@scenario("l01.moved_without_council", settle=6)
def moved_without_council(stage: Stage) -> None:
    """One home writes the leaving and another the arrival; the council's placement stands."""
    who = stage.resident()
    assert who.home is not None
    old, new = who.home, _next_home(who.home)
    at = stage.book.office_hours(stage.today)
    who.records["resident"].write(at, left_on=stage.today)
    who.home = new
    arrived = home_files.resident(stage.book, who, new, stage.today, Likeness.EXACT)
    _police_follow(stage, who)
    assert old is not new
    stage.plant(
        "l01.moved_without_council", who, local(_shown(stage), 1),
        (arrived, who.records["placement"]),
    )  # fmt: skip


@scenario("l01.police_hold_old_home")
def police_hold_old_home(stage: Stage) -> None:
    """The police report names the home the child left two months ago or more."""
    book = stage.book
    who = stage.resident()
    when = night(book, stage.day)
    old = police_files.other_home(who)
    incident, report = police_missing(book, who, when, PoliceSay(missing={"placement_urn": old}))
    home_absence(book, who, when, HomeSays(log=incident.number))
    council_episode(book, who, when)
    assert report is not None
    shown = when.told + timedelta(minutes=15)
    stage.plant("l01.police_hold_old_home", who, shown, (report, who.records["placement"]))


@scenario("l01.decoy_three_days_late", settle=6)
def decoy_three_days_late(stage: Stage) -> None:
    """The home writes the leaving on the third day."""
    who = stage.resident()
    moved = _move(stage, who, "U6", None)
    resident = who.records["resident"]
    resident.write(stage.book.office_hours(stage.today + 3 * _DAY), left_on=stage.today)
    who.home = None
    _police_follow(stage, who)
    stage.plant(
        "l01.decoy_three_days_late", who, local(_shown(stage), 1), (resident, moved), decoy=True
    )


@scenario("l01.decoy_in_hospital", settle=6)
def decoy_in_hospital(stage: Stage) -> None:
    """A temporary placement (T1): the home keeps the bed."""
    who = stage.resident()
    moved = _move(stage, who, "T1", None)
    stage.plant(
        "l01.decoy_in_hospital", who, local(_shown(stage), 1),
        (who.records["resident"], moved), decoy=True,
    )  # fmt: skip


@scenario("l01.decoy_other_authority", settle=6)
def decoy_other_authority(stage: Stage) -> None:
    """Placed by the neighbouring authority; our council knows an old referral and an address."""
    book = stage.book
    who = stage.child((11, 15))
    stage.to_council(who)
    council_cases.contact(book, who, stage.history(60, 150), "8")
    home = stage.rng.choice(HOMES)
    who.home = home
    record = home_files.resident(
        book, who, home, stage.today, Likeness.EXACT,
        placing_authority=NEIGHBOUR_AUTHORITY_CODE, la_child_id="",
    )  # fmt: skip
    stage.plant("l01.decoy_other_authority", who, local(_shown(stage), 1), (record,), decoy=True)


SCENARIOS: tuple[Scenario, ...] = (
    home_still_lists_child,
    moved_without_council,
    police_hold_old_home,
    decoy_three_days_late,
    decoy_in_hospital,
    decoy_other_authority,
)
