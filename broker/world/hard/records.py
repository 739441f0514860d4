"""What agencies record of the children of a hard world, as the statements that Concord reads."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from broker.event.person import Address, Identifier, PersonRecorded
from broker.event.subject import person_key_of
from broker.vocabulary.words import AddressKind, BirthDatePrecision, Sex, State, System
from broker.world.hard.children import TODAY, Truth
from broker.world.hard.names_held import names_held
from broker.world.hard.settings import Settings
from broker.world.identifiers import nhs_number, postcode, upn

HOMES = ("home_a", "home_b", "home_c", "home_d")
_RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
_PLACES_PER_HOUSE = 5
_HOUSE_POSTCODES_FROM = 110_000
_DUMMIES = ("1111111111", "9999999999", "0000000000", "9876543210")
_SCHOOL_AGE = 4
_WHO_KNOWS = {"police": 0.6, "council": 0.85, "council_b": 0.06}
_IN_CARE = 0.3


@dataclass(frozen=True, slots=True)
class Held:
    """A statement, the subject key it is about, and whom it is truly about."""

    key: str
    said: PersonRecorded
    child: int


class Clerks:
    """The agencies of one world, writing with the errors of its settings."""

    def __init__(self, rng: Random, settings: Settings):
        self._rng = rng
        self._settings = settings
        self._serial = rng.randrange(100_000)

    def records_of(self, child: Truth) -> Iterator[Held]:
        """Every agency's record of one child."""
        rng = self._rng
        if child.adult:
            yield self._record(child, "police", self._local_id("N"), "")
            return
        council_id = self._local_id("C")
        house = self._house() if rng.random() < _IN_CARE else ""
        known = [agency for agency, share in _WHO_KNOWS.items() if rng.random() < share]
        if house and "council" not in known:
            known.append("council")
        for agency in known or ["council"]:
            own = council_id if agency == "council" else self._local_id(agency[:1].upper())
            yield self._record(child, agency, own, house, council_id)
            if rng.random() < self._settings.twice:
                yield self._record(child, agency, self._local_id("X"), house)
        if "council" in known:
            yield from self._returns(child, council_id, house)
        if house:
            home, earlier = rng.sample(HOMES, 2)
            yield self._record(child, home, self._local_id("R"), house, council_id)
            if rng.random() < 0.2:
                yield self._record(child, earlier, self._local_id("R"), self._house(), council_id)

    def _local_id(self, letter: str) -> str:
        self._serial += 1
        return f"{letter}{self._serial}"

    def _house(self) -> str:
        """The postcode of a home for a few children."""
        self._serial += 1
        return postcode(_HOUSE_POSTCODES_FROM + self._serial // _PLACES_PER_HOUSE % 5_000)

    def _record(self, child: Truth, agency: str, own_id: str, house: str,
                council_id: str = "") -> Held:
        rng, settings = self._rng, self._settings
        born, precision = self._birth(child, agency)
        identifiers = []
        if agency == "council" and council_id == own_id:
            identifiers.append(Identifier(scheme="la:815", value=own_id))
        elif agency in HOMES and council_id and rng.random() < settings.council_id_at_home:
            identifiers.append(Identifier(scheme="la:815", value=council_id.lower()))
        number = self._nhs(child, agency)
        if number and agency == "council" and rng.random() < settings.superseded:
            identifiers.append(Identifier(scheme="nhs_number", value=_number(child, 1),
                                          valid_to=date(2025, 1, 1)))
        elif number and agency != "council" and rng.random() < settings.superseded:
            number = _number(child, 1)
        phone = agency == "police" or agency in HOMES
        return self._held(
            child, agency, System.FILES if agency not in ("council", "council_b") else System.SSD,
            own_id, nhs_number=number, identifiers=tuple(identifiers),
            upn=self._upn(child, 0.5) if agency in ("council", "council_b") else None,
            names=names_held(child, "home" if agency in HOMES else agency, rng, settings),
            birth_date=born, birth_date_precision=precision, sex=self._sex(child),
            addresses=self._addresses(child, agency, house),
            phones=(child.phone,) if phone and rng.random() < settings.phone else ())

    def _returns(self, child: Truth, council_id: str, house: str) -> Iterator[Held]:
        """The council's two returns: no names; a birth date, a sex and perhaps a pupil number."""
        for system, share in ((System.CIN, 0.5), (System.SSDA903, 0.8 if house else 0.0)):
            if self._rng.random() >= share:
                continue
            other = self._rng.random() < self._settings.return_id_other
            own_id = self._local_id("C") if other else council_id
            born, precision = self._birth(child, "council")
            yield self._held(
                child, "council", system, own_id,
                identifiers=(Identifier(scheme="la:815", value=own_id),),
                upn=self._upn(child, 0.7), birth_date=born, birth_date_precision=precision,
                sex=self._sex(child))

    def _held(self, child: Truth, agency: str, system: System, own_id: str,
              **what: Any) -> Held:
        said = PersonRecorded(
            event_id=uuid5(NAMESPACE_URL, f"hard/{agency}/{system}/{own_id}/{child.number}"),
            agency=agency, system=system, record=f"{system.value}/{own_id}", subject=own_id,
            recorded_at=_RECORDED, state=State.CURRENT, **what)
        return Held(person_key_of(said), said, child.number)

    def _birth(self, child: Truth, agency: str) -> tuple[date | None, BirthDatePrecision]:
        """The birth date as written; the adapters' rules say which count as estimates."""
        born = self._written_birth(child.born)
        police, council = agency == "police", agency in ("council", "council_b")
        estimated = born is not None and (
            (police and born.month == born.day == 1) or (council and born.day == 15))
        return born, BirthDatePrecision.ESTIMATED if estimated else BirthDatePrecision.EXACT

    def _written_birth(self, born: date) -> date | None:
        rng, settings = self._rng, self._settings
        chance = rng.random()
        for share, way in ((settings.no_birth, _none), (settings.january, _january),
                           (settings.fifteenth, _fifteenth), (settings.swapped_birth, _swapped),
                           (settings.digit_birth, _digit), (settings.other_birth, _other)):
            if chance < share:
                return way(born, rng)
            chance -= share
        return born

    def _sex(self, child: Truth) -> Sex | None:
        chance = self._rng.random()
        if chance < self._settings.no_sex:
            return None
        wrong = chance < self._settings.no_sex + self._settings.sex_wrong
        return Sex.MALE if (child.sex == "M") != wrong else Sex.FEMALE

    def _nhs(self, child: Truth, agency: str) -> str | None:
        rng, settings = self._rng, self._settings
        share = (settings.nhs_home if agency in HOMES else settings.nhs_police
                 if agency == "police" else settings.nhs_council)
        if rng.random() < share:
            if rng.random() < settings.another_childs_number:
                return nhs_number(2 * max(0, child.number - 1))
            return _number(child, 0)
        return rng.choice(_DUMMIES) if rng.random() < settings.dummy else None

    def _upn(self, child: Truth, share: float) -> str | None:
        at_school = (TODAY - child.born).days > _SCHOOL_AGE * 365
        return upn(child.number) if at_school and self._rng.random() < share else None

    def _addresses(self, child: Truth, agency: str, house: str) -> tuple[Address, ...]:
        rng, settings = self._rng, self._settings
        if rng.random() < settings.no_postcode:
            return ()
        if house and (agency in HOMES or (agency == "police" and rng.random() < 0.4)):
            return (Address(postcode=house, kind=AddressKind.PLACEMENT),)
        codes = child.postcodes
        if len(codes) > 1 and rng.random() < settings.old_address:
            codes = codes[:-1]
        kept = codes if agency == "council" and rng.random() < 0.5 else codes[-1:]
        found = [Address(postcode=each) for each in kept]
        if house and agency == "council" and rng.random() < 0.5:
            found.append(Address(postcode=house, kind=AddressKind.PLACEMENT))
        return tuple(found)


def _number(child: Truth, which: int) -> str:
    return nhs_number(2 * child.number + which)


def _none(_: date, __: Random) -> None:
    return None


def _january(born: date, _: Random) -> date:
    return date(born.year, 1, 1)


def _fifteenth(born: date, _: Random) -> date:
    return born.replace(day=15)


def _swapped(born: date, _: Random) -> date:
    return date(born.year, born.day, born.month) if born.day <= 12 else born


def _digit(born: date, rng: Random) -> date:
    """One digit of the date as written, YYYYMMDD, mistyped into another date."""
    text = f"{born:%Y%m%d}"
    while True:
        place = rng.randrange(2, 8)
        changed = text[:place] + str(rng.randrange(10)) + text[place + 1:]
        try:
            found = date(int(changed[:4]), int(changed[4:6]), int(changed[6:]))
        except ValueError:
            continue
        if found != born and found.year <= TODAY.year:
            return found


def _other(_: date, rng: Random) -> date:
    return date(2008 + rng.randrange(17), 1 + rng.randrange(12), 1 + rng.randrange(28))
