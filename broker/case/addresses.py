"""Where a child lives by an agency's person records, and whether two addresses are one place."""
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

from broker.case.care import care_periods_on, placements_on
from broker.case.case import Case
from broker.case.open_case import known_on
from broker.case.since import said_since
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.event.person import Address, PersonRecorded
from broker.vocabulary import identifiers
from broker.vocabulary.times import day_of
from broker.vocabulary.words import AddressKind, LegalStatus, PlacementType

_WORDS = re.compile(r"[0-9A-Z]+")
_SPLIT_NUMBER = re.compile(r"\b([0-9]+)\s+([A-Z])\b")
_DWELLINGS = frozenset({"FLAT", "APARTMENT", "APT", "UNIT", "ROOM", "STUDIO"})
# The child lives at home all the same: placed with its parents, or on short breaks.
_AT_HOME = frozenset({PlacementType.P1})
_LIVED_AT = frozenset({AddressKind.HOME, AddressKind.PLACEMENT})
_SHORT_BREAKS = frozenset({LegalStatus.V3, LegalStatus.V4})


class Nearness(Enum):
    """How two addresses stand to each other, as far as they tell."""

    ONE_PLACE = "one place"
    ONE_POSTCODE = "one postcode, and a line that does not tell"
    NEIGHBOURS = "one postcode, another door"
    APART = "two postcodes"


PERHAPS_ONE = frozenset({Nearness.ONE_PLACE, Nearness.ONE_POSTCODE})
"""What two addresses that may be one home are."""
_NO_CODE = "-"  # what is in no line as a postcode is


@dataclass(frozen=True, slots=True)
class LivesAt:
    """An address that a person record has for the child."""

    person: PersonRecorded
    address: Address


def postcode_of(text: str | None) -> str | None:
    """The postcode of a place where somebody lives, in its one spelling; None where the text has
    not its form, or says that there is no home."""
    code = identifiers.postcode(text) if text else None
    return None if code is None or identifiers.is_no_fixed_abode(code) else code


def nearness(
    postcode: str | None, line: str | None, other_postcode: str | None, other_line: str | None
) -> Nearness | None:
    """How two addresses stand to each other; None where one has no postcode to tell by.

    Within one postcode there are few doors: the same number, or a line that begins as the other
    does, is one place. A line without a number tells of a street, not of a door.
    """
    here, there = postcode_of(postcode), postcode_of(other_postcode)
    if here is None or there is None:
        return None
    if here != there:
        return Nearness.APART
    if not line or not other_line:
        return Nearness.ONE_POSTCODE
    return _doors(_door_of(line, here), _door_of(other_line, there))


@dataclass(frozen=True, slots=True)
class _Door:
    """What a line says of the door: its flat, its numbers, its words in order."""

    flat: str | None
    numbers: frozenset[str]
    words: tuple[str, ...]


@lru_cache(maxsize=8192)
def _door_of(line: str, postcode: str) -> _Door:
    text = line.upper().replace(postcode, " ").replace("'", "")
    tokens = _WORDS.findall(_SPLIT_NUMBER.sub(r"\1\2", text))
    flat = None
    left: list[str] = []
    for place, token in enumerate(tokens):
        if place and tokens[place - 1] in _DWELLINGS and flat is None:
            flat = token
        elif token not in _DWELLINGS:
            left.append(token)
    return _Door(flat, frozenset(each for each in left if each[0].isdigit()),
                 tuple(each for each in left if not each[0].isdigit()))


def _doors(one: _Door, other: _Door) -> Nearness:
    if one.numbers and other.numbers:
        if one.numbers != other.numbers or (one.flat and other.flat and one.flat != other.flat):
            return Nearness.NEIGHBOURS
        streets = set(one.words) & set(other.words)
        return Nearness.ONE_PLACE if streets or not (one.words and other.words) \
            else Nearness.NEIGHBOURS
    if one.numbers or other.numbers:
        return Nearness.ONE_POSTCODE
    if one.flat != other.flat:
        return Nearness.NEIGHBOURS if one.flat and other.flat else Nearness.ONE_POSTCODE
    fewer = min(len(one.words), len(other.words))
    same = one.words[:fewer] == other.words[:fewer]
    return Nearness.ONE_PLACE if fewer and same else Nearness.ONE_POSTCODE


def homes_on(case: Case, day: date) -> Iterator[LivesAt]:
    """The home addresses that agencies have for the child on this day, protected ones aside."""
    return (lives for lives in dwellings_on(case, day)
            if lives.address.kind is AddressKind.HOME and not lives.address.protected)


def dwellings_on(case: Case, day: date) -> Iterator[LivesAt]:
    """Where the child lives on this day by what agencies have: at home, in a placement, or where
    nobody else may know (a refuge). Not where letters go, or where it goes to school."""
    for person in case.current(PersonRecorded):
        for address in person.addresses:
            if current_on(address, day) and (address.protected or address.kind in _LIVED_AT):
                yield LivesAt(person, address)


def current_on(address: Address, day: date) -> bool:
    """Whether an address is lived at on this day; on the day of moving it is the new one."""
    return (address.valid_from is None or address.valid_from <= day) and (
        address.valid_to is None or day < address.valid_to)


def is_same(one: Address, other: Address) -> bool:
    """Whether two addresses are, as far as they tell, one place: written anew in another spelling,
    or with a postcode that was not known before."""
    near = nearness(one.postcode, one.line, other.postcode, other.line)
    if near is None and one.line and other.line:
        code = postcode_of(one.postcode) or postcode_of(other.postcode) or _NO_CODE
        near = _doors(_door_of(one.line, code), _door_of(other.line, code))
        return one == other or near is Nearness.ONE_PLACE
    return one == other or near in PERHAPS_ONE


def began(case: Case, lives: LivesAt) -> date:
    """Since when the child is said to live there: as written, else since the record says so, in
    whatever spelling."""
    if lives.address.valid_from is not None:
        return lives.address.valid_from
    return day_of(said_since(case, lives.person, lambda each: any(
        is_same(lives.address, other) for other in each.addresses)).recorded_at)


def known_since(case: Case, lives: LivesAt, elsewhere: Container[str | None]) -> date:
    """Since when anybody has the child there. What one agency writes without a date may be what
    another had before it; it is news where its own record had the child at another of these
    postcodes meanwhile, or there before and at another place next."""
    since = began(case, lives)
    if lives.address.valid_from is not None or _came_back(case, lives) or any(
            postcode_of(address.postcode) in elsewhere
            for each in case.versions(lives.person) if isinstance(each, PersonRecorded)
            for address in each.addresses):
        return since
    return min([since, *(
        began(case, LivesAt(person, address)) for person in case.current(PersonRecorded)
        for address in person.addresses
        if address.kind in _LIVED_AT and is_same(address, lives.address))])


def _came_back(case: Case, lives: LivesAt) -> bool:
    """Whether a record has the child at an address again, after versions that had another place
    in its stead: one that was merely left blank for a while says nothing of a move."""
    was_there = has_left = False
    for each in case.versions(lives.person):
        homes = [address for address in each.addresses if address.kind in _LIVED_AT] \
            if isinstance(each, PersonRecorded) else []
        if any(is_same(lives.address, address) for address in homes):
            if has_left:
                return True
            was_there = True
        elif was_there:
            has_left |= any(postcode_of(address.postcode) for address in homes)
    return False


def living_placements_on(case: Case, day: date) -> tuple[PlacementRecorded, ...]:
    """The placements by which the child lives elsewhere than at home on this day."""
    periods = _looked_after(case, day)
    if periods and all(each.legal_status in _SHORT_BREAKS for each in periods):
        return ()
    return tuple(each for each in placements_on(case, day)
                 if each.type not in _AT_HOME and known_on(case, each, day))


def care_without_a_place(case: Case, day: date) -> tuple[CarePeriodRecorded, ...]:
    """The statements by which the child is in care on this day where nobody says in which place
    (none: not in care, or somebody says)."""
    periods = tuple(each for each in _looked_after(case, day)
                    if each.legal_status not in _SHORT_BREAKS)
    if any(known_on(case, each, day) for each in placements_on(case, day)):
        return ()
    return periods


def _looked_after(case: Case, day: date) -> tuple[CarePeriodRecorded, ...]:
    return tuple(each for each in care_periods_on(case, day) if known_on(case, each, day))
