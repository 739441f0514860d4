"""The children of the made-up partnership as they truly are, and as an agency knows them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from random import Random

from broker.world.agencies import AgencyKind
from broker.world.identifiers import nhs_number, postcode, scrambled, upn
from broker.world.names import GROUPS, NameGroup, misspelt, nickname_of

_STREETS = (
    "Weaver Row", "Chapel Garth", "Lime Kiln Lane", "Station Parade", "Beck Side", "Mill Croft",
    "Priory Walk", "Ash Tree Close", "Kestrel Drive", "Foundry Street", "Orchard Rise",
    "Abbey Mount", "Dale View", "Cobbler Yard", "Ropewalk", "Quarry Hill", "Harbour Terrace",
    "Minster Gate", "Saddlers Way", "Tannery Court", "Bilberry Avenue", "Curlew Grove",
    "Swaledown Road", "Wharf Bank", "Plough Lane", "Tithe Barn Street", "Heather Brow",
)  # fmt: skip
_TOWNS = ("Northdale", "Askerby", "Thornwick", "Wetherholme", "Skelbeck", "Marrow Bridge")
_LOCAL_ID_MODULUS = 9_999_991
_WEIGHTS = tuple(group.weight for group in GROUPS)


class Likeness(IntEnum):
    """How closely an agency's record follows the truth."""

    EXACT = 0
    LIGHT = 1
    """At most one name differs a little; everything else is right."""
    ORDINARY = 2
    """Any of the defects real records have, short of an exact birth date that is wrong."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives."""

    house: str
    street: str
    town: str
    postcode: str

    @property
    def line(self) -> str:
        """House and street as one line."""
        return f"{self.house} {self.street}"


@dataclass(frozen=True, slots=True)
class Child:
    """A child as they truly are. `born` is the expected date while `unborn`."""

    index: int
    given: str
    surname: str
    sex: str
    born: date
    group: NameGroup
    address: Address
    former_surname: str = ""
    unborn: bool = False

    @property
    def nhs_number(self) -> str:
        """The number issued to this child; `spare_nhs_number` was issued to nobody."""
        return nhs_number(2 * self.index)

    @property
    def spare_nhs_number(self) -> str:
        """A valid number that is not this child's."""
        return nhs_number(2 * self.index + 1)

    @property
    def upn(self) -> str:
        """The pupil number."""
        return upn(self.index)

    def age_on(self, day: date) -> int:
        """Whole years."""
        before_birthday = (day.month, day.day) < (self.born.month, self.born.day)
        return day.year - self.born.year - before_birthday


@dataclass(frozen=True, slots=True)
class Known:
    """One agency's knowledge of who a child is."""

    given: str
    surname: str
    preferred: str
    former_surname: str
    born: date | None
    nhs_number: str
    address: Address


def local_id(prefix: str, serial: int) -> str:
    """A local id under which an agency holds a person; agencies share no digits of it."""
    step = 4_812_787 + 30_011 * sum(map(ord, prefix))
    return f"{prefix}{scrambled(serial, _LOCAL_ID_MODULUS, step):07d}"


def any_group(rng: Random) -> NameGroup:
    """A name group by its share of families."""
    return rng.choices(GROUPS, _WEIGHTS)[0]


def any_address(serial: int, rng: Random) -> Address:
    """An address whose postcode belongs to this serial alone, up to 115,981 of them."""
    return Address(
        str(rng.randint(1, 140)), rng.choice(_STREETS), rng.choice(_TOWNS), postcode(serial)
    )


def any_birth_date(rng: Random, today: date, years: tuple[int, int]) -> date:
    """A birth date that makes the child this old, and that no agency takes for an estimate.

    The 15th of a month and 1 January stand for estimated dates, so nobody is born on them; the
    child stays within the years for two months.
    """
    youngest, oldest = years
    while True:
        days = rng.randint(youngest * 365 + 20, oldest * 365 + 280)
        born = today - timedelta(days=days)
        if born.day != 15 and (born.month, born.day) != (1, 1):
            return born


def as_known(child: Child, kind: AgencyKind, likeness: Likeness, rng: Random) -> Known:
    """What an agency of this kind holds of a child, with the defects such agencies have."""
    known = Known(
        child.given,
        child.surname,
        "" if child.unborn else nickname_of(child.given),
        "",
        child.born,
        "" if kind is AgencyKind.POLICE or child.unborn else child.nhs_number,
        child.address,
    )
    if likeness is Likeness.EXACT or child.unborn:
        return known
    if likeness is Likeness.LIGHT:
        return _lightly_different(known, kind, rng)
    if kind is AgencyKind.POLICE:
        return _as_police_write(known, child, rng)
    return _as_carers_write(known, kind, rng)


def _lightly_different(known: Known, kind: AgencyKind, rng: Random) -> Known:
    chance = rng.random()
    if kind is not AgencyKind.COUNCIL and chance < 0.25:
        return replace(known, given=known.preferred)
    if kind is AgencyKind.POLICE and chance < 0.45:
        return replace(known, given=misspelt(known.given))
    if kind is AgencyKind.POLICE and chance < 0.65:
        return replace(known, surname=misspelt(known.surname))
    return known


def _as_police_write(known: Known, child: Child, rng: Random) -> Known:
    if child.former_surname:
        used = rng.random() < 0.5
        known = replace(
            known,
            surname=child.former_surname if used else child.surname,
            former_surname="" if used else child.former_surname,
        )
    elif child.group.family_first and rng.random() < 0.3:
        known = replace(known, given=known.surname, surname=known.given)
    else:
        known = _lightly_different(known, AgencyKind.POLICE, rng)
    chance = rng.random()
    if chance < 0.08:
        return replace(known, born=date(child.born.year, 1, 1))
    if chance < 0.11:
        return replace(known, born=None)
    if chance < 0.15:
        return replace(known, nhs_number=child.nhs_number)
    return known


def _as_carers_write(known: Known, kind: AgencyKind, rng: Random) -> Known:
    if kind is AgencyKind.HOME:
        known = _lightly_different(known, kind, rng)
    chance = rng.random()
    if chance < 0.04 and known.born is not None and kind is AgencyKind.COUNCIL:
        return replace(known, born=known.born.replace(day=15))
    if chance < 0.18:
        return replace(known, nhs_number="")
    return known
