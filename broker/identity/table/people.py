"""A file of people as columns of numbers, so that millions of pairs can be compared at once."""
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from broker.identity.names import (
    is_twin_mark,
    newborn_in,
    sex_of_newborn,
    tokens_of,
    words_of,
)
from broker.vocabulary.identifiers import is_no_fixed_abode, phone_number

Integers = NDArray[np.int32]

NAMED = ("given", "family", "name", "birth_date", "sex", "postcode", "phone")
"""What a column can be mapped to; others are compared for equality."""

GIVEN, FAMILY, ANY = range(3)
"""What a word of a name is."""

_TOKENS_MAX = 6
_WORDS_AT_ONCE = 6  # of a long name, as many as are read of a short one
_WORD_MAX = 30  # letters; what is longer is no name, and would be compared in every part
_YEARS = range(1000, 2200)  # historical people too
_ISO = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})(?:[T ].*)?")
_BRITISH = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{4})(?:[T ].*)?")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})(?:\D(\d{1,2}))?")
_UK_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d)([A-Z]{2})")
_SEXES = {"M": 0, "F": 1, "1": 0, "2": 1}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the number of each row's value among `texts`, -1 where there is none."""

    name: str
    codes: Integers
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Rows of people, `size` of them; every array has a row for each.

    `tokens` are numbers of `words` (the name's words, -1 where it has fewer) and `roles` what
    each is (GIVEN, FAMILY or ANY, where the file does not tell); `births` year,
    month and day as written (no calendar asked: a slip is evidence too), 0 where unknown; `marks`
    the number of what tells one of twins from another where no given name is written, among
    `twin_marks`, -1 where nothing does; `newborn` whether something only stands for a given name;
    `sexes` also what that says (Baby Boy); `postcodes` the whole, its district and its area;
    `unread` counts values that could not be understood, by column, `no_day` the birth dates that
    no calendar has.
    """

    size: int
    words: tuple[str, ...]
    tokens: Integers
    roles: Integers
    births: Integers
    marks: Integers
    twin_marks: tuple[tuple[str, ...], ...]
    newborn: NDArray[np.bool_]
    sexes: Integers
    postcodes: tuple[Column, Column, Column] | None
    others: tuple[Column, ...]
    unread: Mapping[str, int]
    no_day: int = 0

    @property
    def dated(self) -> NDArray[np.bool_]:
        """Which rows have a birth date to the day; 1 January stands for its year."""
        year, month, day = self.births.T
        found: NDArray[np.bool_] = (year > 0) & (day > 0) & ~((month == 1) & (day == 1))
        return found

    @property
    def days(self) -> NDArray[np.int64]:
        """Each row's birth date as one number below 2**24, -1 where it is not known to the day."""
        year, month, day = self.births.astype(np.int64).T
        return np.where(self.dated, (year * 16 + month) * 32 + day, -1)

    @property
    def born(self) -> NDArray[np.int64]:
        """The same with nine bits of month and day, which are 0 where only the year is known."""
        year, month, day = self.births.astype(np.int64).T
        within = np.where(self.dated, np.minimum(month, 15) * 32 + np.minimum(day, 31), 0)
        return np.where(year > 0, year * 512 + within, -1)


def people_of(
    columns: Mapping[str, Sequence[str]], compare: Mapping[str, Sequence[str]],
) -> People:
    """The columns of a file, by what they mean (NAMED), and those that are only compared.

    All columns have one length; a value that is not there is an empty text."""
    size = len(next(iter(columns.values()), next(iter(compare.values()), ())))
    named = _names_of(columns, size)
    unread: dict[str, int] = {}
    births = np.zeros((size, 3), np.int32)
    for row, text in enumerate(columns.get("birth_date", ())):
        if text:
            births[row] = _birth_of(text)
            unread["birth_date"] = unread.get("birth_date", 0) + (births[row, 0] == 0)
    sexes = np.full(size, -1, np.int32)
    for row, text in enumerate(columns.get("sex", ())):
        sexes[row] = _SEXES.get(text.strip()[:1].upper(), -1)
        unread["sex"] = unread.get("sex", 0) + bool(text.strip() and sexes[row] < 0)
    sexes = np.where(sexes < 0, named.sexes, sexes).astype(np.int32)
    others = [column_of(name, map(_folded, texts)) for name, texts in compare.items()]
    if "phone" in columns:
        others.append(column_of("phone", (phone_number(text) or "" for text in columns["phone"])))
    postcodes = None
    if "postcode" in columns:
        parts = [_postcode_parts(text) for text in columns["postcode"]]
        whole, district, area = (
            column_of("postcode", (each[part] for each in parts)) for part in range(3))
        postcodes = whole, district, area
    return People(size, named.words, named.tokens, named.roles, births, named.marks,
                  named.twin_marks, named.newborn, sexes, postcodes, tuple(others),
                  {name: number for name, number in unread.items() if number},
                  sum(map(_is_no_day, births.tolist())))


def order_of(columns: Mapping[str, Sequence[str]], compare: Mapping[str, Sequence[str]],
             ids: Sequence[str]) -> list[int]:
    """The places of the rows by what they say, and then by their ids: so that it is no matter in
    which order a file has them."""
    said = [*(columns[name] for name in sorted(columns)), *(compare[name]
                                                            for name in sorted(compare)), ids]
    return sorted(range(len(ids)), key=lambda row: tuple(texts[row] for texts in said))


def column_of(name: str, texts: Iterable[str]) -> Column:
    """A column of texts; an empty one is none."""
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(text, len(numbers)) if text else -1 for text in texts]
    return Column(name, np.array(codes, np.int32), tuple(numbers))


class _Named(NamedTuple):
    """What the names of all rows say: see `People`."""

    words: tuple[str, ...]
    tokens: Integers
    roles: Integers
    marks: Integers
    twin_marks: tuple[tuple[str, ...], ...]
    newborn: NDArray[np.bool_]
    sexes: Integers


def _names_of(columns: Mapping[str, Sequence[str]], size: int) -> _Named:
    """The vocabulary of all names, and each row's words with their roles: given names, family
    name, and what else the full name has; the marks of twins, and the sexes of newborns."""
    numbers: dict[str, int] = {}
    marks: dict[tuple[str, ...], int] = {}
    tokens = np.full((size, _TOKENS_MAX), -1, np.int32)
    roles = np.full((size, _TOKENS_MAX), -1, np.int32)
    mark, sexes = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    newborn = np.zeros(size, bool)
    parts = [columns.get(name, ("",) * size) for name in ("given", "family", "name")]
    read = [_read(*each) for each in zip(*parts, strict=True)]
    borne = Counter(word for _, found in read for word in found)
    for row, (given, family, name) in enumerate(zip(*parts, strict=True)):
        said, found = read[row]
        if is_twin_mark(said):
            mark[row] = marks.setdefault(said, len(marks))
        for place, (word, role) in enumerate(_telling(found, borne)):
            tokens[row, place] = numbers.setdefault(word, len(numbers))
            roles[row, place] = role
        newborn[row] = set(found.values()) <= {FAMILY} and bool(given or newborn_in(name)[0])
        sexes[row] = _SEXES.get(_sex_of(given, family, name), -1)
    used = max(int((tokens >= 0).any(axis=0).sum()), 1)
    return _Named(tuple(numbers), tokens[:, :used].copy(), roles[:, :used].copy(), mark,
                  tuple(marks), newborn, sexes)


def _read(given: str, family: str, name: str) -> tuple[tuple[str, ...], dict[str, int]]:
    """The given words or what stands for them, and each word of a row's names with its role."""
    said, families = words_of(given, family)
    found: dict[str, int] = {}
    for words, role in ((() if is_twin_mark(said) else said, GIVEN), (families, FAMILY)):
        for word in words:
            found.setdefault(word[:_WORD_MAX], role)
    stand_in, rest = newborn_in(name)
    role = FAMILY if stand_in else ANY
    written = rest.split()
    for start in range(0, len(written), _WORDS_AT_ONCE):
        for word in tokens_of(" ".join(written[start:start + _WORDS_AT_ONCE])):
            found.setdefault(word[:_WORD_MAX], role)
    return said or words_of(stand_in, rest)[0], found


def _telling(found: Mapping[str, int], borne: Mapping[str, int]) -> list[tuple[str, int]]:
    """Of more words than are compared, the given and the family name and then what the fewest
    rows have: a name tells more than the titles before it."""
    if len(found) <= _TOKENS_MAX:
        return list(found.items())
    chosen = sorted(found, key=lambda word: (found[word] == ANY, found[word] == ANY
                                             and borne[word]))[:_TOKENS_MAX]
    return [(word, role) for word, role in found.items() if word in chosen]


def _sex_of(given: str, family: str, name: str) -> str:
    return sex_of_newborn(given, family) or sex_of_newborn(newborn_in(name)[0])


@lru_cache(maxsize=65_536)
def _birth_of(text: str) -> tuple[int, int, int]:
    """Year, month and day as written, zeros where it cannot be a date in any order; a day or
    month just beyond what there is stays, as a slip to be compared."""
    text = text.strip()
    found = (0, 0, 0)
    if iso := _ISO.fullmatch(text):
        found = int(iso[1]), int(iso[2]), int(iso[3])
    elif british := _BRITISH.fullmatch(text):
        found = int(british[3]), int(british[2]), int(british[1])
    elif eight := _EIGHT.fullmatch(text):
        found = int(eight[1]), int(eight[2]), int(eight[3])
        if found[0] not in _YEARS or not _is_day(found[1], found[2]):
            turned = int(text[4:]), int(text[2:4]), int(text[:2])
            if turned[0] in _YEARS and _is_day(turned[1], turned[2]):
                found = turned
    elif year := _YEAR.fullmatch(text):
        found = int(year[1]), int(year[2] or 0), 0
    return found if found[0] in _YEARS else (0, 0, 0)


def _is_no_day(birth: Sequence[int]) -> bool:
    """Whether a date as written is in no calendar (30 February)."""
    year, month, day = birth
    if not day:
        return month > 12
    return not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1])


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _postcode_parts(text: str) -> tuple[str, str, str]:
    """The whole postcode, its district and its area; of another country's, its beginnings."""
    plain = "".join(each for each in text.upper() if each.isalnum())
    if is_no_fixed_abode(plain):
        return "", "", ""
    if found := _UK_POSTCODE.fullmatch(plain):
        return plain, found[1], found[1].rstrip("0123456789")[:2] or found[1]
    return plain, plain[:3], plain[:2]


def _folded(text: str) -> str:
    return " ".join(tokens_of(text)) or text.strip().upper()

