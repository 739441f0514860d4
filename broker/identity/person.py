"""What identity knows of one subject: the union of what its records last said, as compared."""
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from broker.errors import ConfigError
from broker.event.person import Address, PersonRecorded
from broker.event.person import Name as EventName
from broker.event.subject import parts_of
from broker.identity.names import words_of
from broker.vocabulary.identifiers import (
    is_no_fixed_abode,
    nhs_number,
    phone_number,
    pnc_id,
    postcode,
    upn,
)
from broker.vocabulary.words import AddressKind, BirthDatePrecision, NameUse, Sex

_EACH_MAX = 12  # of names, addresses and phones: what is beyond tells nothing more


class Name(NamedTuple):
    """One name: its given and family words, and whether it is one no longer used."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    former: bool = False


class Birth(NamedTuple):
    """A birth date and how far it goes: X exact, S estimated, E expected (not yet born)."""

    year: int
    month: int
    day: int
    precision: str = "X"


class Person(NamedTuple):
    """The features of one subject, or of one record of it; every part is sorted.

    `superseded` are NHS numbers the agency has ended: they can agree, never conflict. `local`
    are `authority:id` of councils' own child ids. `placed` are those of the postcodes at which a
    child is looked after and not at home. `adopted_day` is the day (from 1970) on which care
    ended in an adoption, `first_day` that on which the first version was recorded.
    """

    key: str
    names: tuple[Name, ...] = ()
    births: tuple[Birth, ...] = ()
    sexes: tuple[str, ...] = ()
    nhs: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    upns: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    pncs: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    placed: tuple[str, ...] = ()
    adopted_day: int | None = None
    first_day: int = 0

    @property
    def agency(self) -> str:
        """Who holds this subject."""
        return self.key.partition(":")[0]

    @property
    def own_id(self) -> str:
        """`agency:local id`, the same for a council's case system and its returns."""
        return _own_id_of(self.key)

    @property
    def is_return(self) -> bool:
        """Whether this is a council's return, which stands apart until joined."""
        return self.key.endswith(("@cin", "@ssda903"))


@lru_cache(maxsize=65_536)
def _own_id_of(key: str) -> str:
    return "{}:{}".format(*parts_of(key))


# Made once: json.dumps makes an encoder for each call that is not of the plainest.
_WRITE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_READ = json.JSONDecoder().decode
_PRECISION = {BirthDatePrecision.ESTIMATED: "S", BirthDatePrecision.EXPECTED: "E"}
_SEXES = {Sex.MALE: "M", Sex.FEMALE: "F"}


def person_of(key: str, said: PersonRecorded) -> Person:
    """The features of one record; what fails its check or form is left out."""
    born = said.birth_date
    births = (Birth(born.year, born.month, born.day,
                    _PRECISION.get(said.birth_date_precision, "X")),) if born else ()
    sex = _SEXES.get(said.sex) if said.sex is not None else None
    live: set[str] = set()
    ended: set[str] = set()
    pupil: set[str] = set()
    local: set[str] = set()
    police: set[str] = set()
    if said.nhs_number and (number := nhs_number(said.nhs_number)):
        live.add(number)
    if said.upn and (number := upn(said.upn)):
        pupil.add(number)
    for each in said.identifiers:
        scheme = each.scheme.lower()
        if scheme.startswith("la:"):
            local.add(f"{scheme[3:]}:{each.value.strip().upper()}")
        elif scheme in ("nhs", "nhs_number") and (number := nhs_number(each.value)):
            (live if each.valid_to is None else ended).add(number)
        elif scheme in ("upn", "former_upn") and (number := upn(each.value)):
            pupil.add(number)
        elif scheme in ("pnc", "pnc_id") and (number := pnc_id(each.value)):
            police.add(number)
    return Person(
        key=key, names=_names_of(said), births=births, sexes=(sex,) if sex else (),
        nhs=tuple(sorted(live)), superseded=tuple(sorted(ended)), upns=tuple(sorted(pupil)),
        local=tuple(sorted(local)), pncs=tuple(sorted(police)),
        postcodes=_postcodes_of(said.addresses), phones=_phones_of(said),
        placed=_postcodes_of([each for each in said.addresses[:_EACH_MAX]
                              if each.kind is AddressKind.PLACEMENT]),
    )


def _names_of(said: PersonRecorded) -> tuple[Name, ...]:
    if len(said.names) == 1:
        only = said.names[0]
        name = Name(*_words_of(only), only.use is NameUse.FORMER)
        return (name,) if name.given or name.family else ()
    found = set()
    parts = [(*_words_of(each), each.use) for each in said.names[:_EACH_MAX]]
    given_first = next((given for given, _, use in parts if given and use is NameUse.LEGAL), ())
    family_first = next((family for _, family, use in parts
                         if family and use is NameUse.LEGAL), ())
    for given, family, use in parts:
        name = Name(given or (given_first if use is not NameUse.LEGAL else ()),
                    family or family_first, use is NameUse.FORMER)
        if name.given or name.family:
            found.add(name)
    return tuple(sorted(found))


def _words_of(name: EventName) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return words_of(name.given or "", name.family or "")


def _postcodes_of(addresses: Sequence[Address]) -> tuple[str, ...]:
    found = {postcode(each.postcode) for each in addresses[:_EACH_MAX] if each.postcode}
    return tuple(sorted(each for each in found
                        if each is not None and not is_no_fixed_abode(each)))


def _phones_of(said: PersonRecorded) -> tuple[str, ...]:
    found = {phone_number(text) for text in said.phones[:_EACH_MAX]}
    return tuple(sorted(each for each in found if each is not None))


def union_of(key: str, parts: Iterable[Person], adopted_day: int | None = None,
             first_day: int = 0) -> Person:
    """One subject from the features of its records; the order of the records is no matter."""
    each = [part[1:12] for part in parts]
    if len(each) == 1:
        return Person._make((key, *each[0], adopted_day, first_day))
    merged = [tuple(sorted(set().union(*column))) for column in zip(*each, strict=True)]
    ended = frozenset(merged[4])  # one record may end the number that another still shows
    merged[3] = tuple(number for number in merged[3] if number not in ended)
    return Person._make((key, *merged, adopted_day, first_day))


def to_bytes(person: Person) -> bytes:
    """The features (not key, adoption and first day) for the store."""
    return _WRITE(person[1:12]).encode()


_LISTS = len(Person._fields) - len(("key", "names", "births", "adopted_day", "first_day"))


@lru_cache(maxsize=16_384)
def from_bytes(key: str, document: bytes) -> Person:
    """The features that `to_bytes` wrote; `ConfigError` for those of a version with others."""
    names, births, *rest = _READ(document.decode())
    if len(rest) != _LISTS:
        raise ConfigError(
            "The people here were linked by another version of Concord: run `concord rebuild --by "
            "WHO --reason WHY --yes`, then `concord check`.")
    return Person._make((
        key,
        tuple(Name(tuple(given), tuple(family), former) for given, family, former in names),
        tuple(Birth(*each) for each in births),
        *map(tuple, rest), None, 0,
    ))
