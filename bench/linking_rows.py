"""Person records of any number of made-up children, made one by one and never kept.

About 2.3 records a child over eight systems, with the defects that `broker.world` gives each kind
of agency. A third of the children have a brother or sister at the same address, one in forty is a
twin, and three households share a postcode, however many children there are. The short lists of
names of `broker.world` would have a million children share some thousand names, so a part of the
names is made up, a few common and thousands rare, as a country's are: about as many children as
in England, by judgement, share the commonest. A child's records follow from the seed and the
child's number alone.
"""
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from broker.event.person import Address, Identifier, Name, PersonRecorded
from broker.vocabulary.words import BirthDatePrecision, NameUse, Sex, State, System
from broker.world.agencies import AUTHORITY_CODE, COUNCIL, HOMES, POLICE, Agency, AgencyKind
from broker.world.names import NameGroup
from broker.world.people import Address as Home
from broker.world.people import (
    Child,
    Known,
    Likeness,
    any_address,
    any_birth_date,
    any_group,
    as_known,
    local_id,
)

TODAY = date(2026, 2, 1)
HOUSEHOLDS_PER_POSTCODE = 3
SIBLINGS_SHARE = 0.35
TWINS_SHARE = 0.07  # of the siblings
# Of a name group's families and children: whose name is of its list, and then how many names
# there are beside it and how flat their frequencies are at the top.
_LISTED_FAMILY, _LISTED_GIVEN = {"white_british": 0.18}, {"white_british": 0.3}
_LISTED_ELSEWHERE = 0.6
_FAMILY_NAMES, _FAMILY_FLAT = 20_000, 100
_GIVEN_NAMES, _GIVEN_FLAT = 3_000, 50
_SYLLABLES = ("ba", "cor", "den", "fal", "gri", "hol", "jun", "kes", "lor", "mar", "nev", "ost",
              "pel", "quin", "rus", "sel", "tor", "ul", "ver", "wyn")
_COUNCIL_SHARE, _CIN_SHARE, _SSDA903_SHARE, _POLICE_SHARE, _HOME_SHARE = 0.8, 0.45, 0.2, 0.6, 0.3
_RECORDS_PER_CHILD_MAX = 8
_VERSIONS_MAX = 1_000
_VERSION_PLACE = 64  # of an event's id: beyond the number of any record
_RECORDED = datetime(2026, 1, 5, 9, tzinfo=UTC)
_FIRST_OF_YEAR = (1, 1)
_MONTH_MIDDLE = 15
_SEXES = {"F": Sex.FEMALE, "M": Sex.MALE}


@dataclass(frozen=True, slots=True)
class _Written:
    """A record of a child's: where, under which local id, and whether it gives a name."""

    agency: Agency
    system: System
    local: str
    number: int


def child_of(index: int, seed: int) -> Child:
    """The child of this number; the odd ones may be the even ones' brothers or sisters."""
    household, second = divmod(index, 2)
    rng = Random(f"{seed} {household}")
    first = _any_child(household * 2, rng, any_address(household // HOUSEHOLDS_PER_POSTCODE, rng))
    if not second:
        return first
    together = rng.random() < SIBLINGS_SHARE
    twin = together and rng.random() < TWINS_SHARE
    address = first.address if together else any_address(
        household // HOUSEHOLDS_PER_POSTCODE, rng)
    other = _any_child(index, rng, address)
    if together:
        other = replace(other, surname=first.surname, former_surname="")
    return replace(other, born=first.born) if twin else other


def _any_child(index: int, rng: Random, address: Home) -> Child:
    group, sex = any_group(rng), rng.choice("FM")
    listed = rng.random() < _LISTED_GIVEN.get(group.code, _LISTED_ELSEWHERE)
    given = (rng.choice(group.girls if sex == "F" else group.boys) if listed
             else _word(2 * _rank(_GIVEN_NAMES, _GIVEN_FLAT, rng) + (sex == "F")))
    former = _surname(group, rng) if rng.random() < 0.04 else ""
    return Child(index, given, _surname(group, rng), sex, any_birth_date(rng, TODAY, (0, 17)),
                 group, address, former)


def _surname(group: NameGroup, rng: Random) -> str:
    if rng.random() < _LISTED_FAMILY.get(group.code, _LISTED_ELSEWHERE):
        return rng.choice(group.surnames)
    return _word(10_000 + _rank(_FAMILY_NAMES, _FAMILY_FLAT, rng))


def _rank(names: int, flat: int, rng: Random) -> int:
    """A name's rank by how common it is: the n-th is borne by one in (n + flat) times a fixed
    number."""
    return int(flat * ((names + flat) / flat) ** rng.random()) - flat


def _word(number: int) -> str:
    """A name for a number, unlike those of its neighbours."""
    number = number * 7_919 % 160_000
    parts = []
    for _ in range(4):
        number, place = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[place])
    return "".join(parts).capitalize()


def records_of(index: int, seed: int) -> list[PersonRecorded]:
    """Every record of one child, the council's first."""
    child = child_of(index, seed)
    rng = Random(f"{seed} records {index}")
    return [_statement(child, each, rng) for each in _kept(index, rng)]


def _kept(index: int, rng: Random) -> Iterator[_Written]:
    """Which systems hold the child; a return has the local id of the case system."""
    person, number = local_id("P", index), index * _RECORDS_PER_CHILD_MAX
    anyone = False
    for place, (share, system) in enumerate((
            (_COUNCIL_SHARE, System.FILES), (_CIN_SHARE, System.CIN),
            (_SSDA903_SHARE, System.SSDA903))):
        if rng.random() < share:
            anyone = True
            yield _Written(COUNCIL, system, person, number + place)
    home = rng.random() < _HOME_SHARE
    if home:
        agency = rng.choice(HOMES)
        yield _Written(agency, System.FILES, local_id(agency.prefix, index), number + 3)
    if rng.random() < _POLICE_SHARE or not (anyone or home):
        yield _Written(POLICE, System.FILES, local_id("N", index), number + 4)


def _statement(child: Child, kept: _Written, rng: Random) -> PersonRecorded:
    known = as_known(child, kept.agency.kind, Likeness.ORDINARY, rng)
    council = kept.agency.kind is AgencyKind.COUNCIL
    own = (Identifier(scheme=f"la:{AUTHORITY_CODE}", value=kept.local),) if council else ()
    nameless = kept.system is not System.FILES
    return PersonRecorded(
        event_id=UUID(int=kept.number * _VERSIONS_MAX), agency=kept.agency.code,
        system=kept.system, record=kept.local, subject=kept.local,
        recorded_at=_RECORDED + timedelta(minutes=rng.randrange(20_000)), state=State.CURRENT,
        names=() if nameless else _names(known), birth_date=known.born,
        birth_date_precision=_precision(known.born, council), sex=_SEXES[child.sex],
        nhs_number=None if nameless else known.nhs_number or None,
        upn=child.upn if nameless and rng.random() < 0.7 else None, identifiers=own,
        addresses=() if nameless else (Address(postcode=known.address.postcode),))


def _names(known: Known) -> tuple[Name, ...]:
    names = [Name(given=known.given, family=known.surname)]
    if known.former_surname:
        names.append(Name(given=known.given, family=known.former_surname, use=NameUse.FORMER))
    return tuple(names)


def _precision(born: date | None, council: bool) -> BirthDatePrecision:
    """Estimated where the agency writes its stand-in for a date that is not known."""
    estimated = born is not None and (
        born.day == _MONTH_MIDDLE if council else (born.month, born.day) == _FIRST_OF_YEAR)
    return BirthDatePrecision.ESTIMATED if estimated else BirthDatePrecision.EXACT


def changed(said: PersonRecorded, version: int, rng: Random, households: int) -> PersonRecorded:
    """A later version of a record: the child has moved, has another family name, is spelt
    otherwise, or only the time is another."""
    later = replace(
        said, event_id=UUID(int=said.event_id.int + (version << _VERSION_PLACE)),
        recorded_at=said.recorded_at + timedelta(days=30, minutes=version))
    chance = rng.random()
    if chance < 0.5 and said.addresses:
        moved = any_address(rng.randrange(households) // HOUSEHOLDS_PER_POSTCODE, rng)
        return replace(later, addresses=(Address(postcode=moved.postcode), *said.addresses[:1]))
    if chance < 0.75 and said.names:
        was = said.names[0]
        now = Name(given=was.given, family=_surname(any_group(rng), rng))
        return replace(later, names=(now, replace(was, use=NameUse.FORMER)))
    if chance < 0.9 and said.names:
        was = said.names[0]
        return replace(later, names=(replace(was, given=f"{was.given} Rose"), *said.names[1:]))
    return later


def events_of(children: int, events: int, seed: int, taken: int = 0) -> Iterator[PersonRecorded]:
    """What comes in once `children` are there and `taken` events: half of it records of new
    children, half new versions of any record, in random order. A later version is later than
    every one before, so that each has to be taken in however much a kept store has taken."""
    rng = Random(f"{seed} events {taken}")
    fresh, waiting = children + taken, list[PersonRecorded]()
    for number in range(taken, taken + events):
        if rng.random() < 0.5:
            if not waiting:
                waiting = records_of(fresh, seed)
                fresh += 1
            yield waiting.pop(0)
        else:
            said = rng.choice(records_of(rng.randrange(children), seed))
            yield changed(said, 1 + number, rng, children // 2)
