"""A file of people as columns of numbers, so that millions of pairs can be compared at once."""
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from broker.identity.names import family_tokens, given_tokens, tokens_of
from broker.vocabulary.identifiers import is_no_fixed_abode, phone_number

Integers = NDArray[np.int32]

NAMED = ("given", "family", "name", "birth_date", "sex", "postcode", "phone")
"""What a column can be mapped to; others are compared for equality."""

GIVEN, FAMILY, ANY = range(3)
"""What a word of a name is."""

_TOKENS_MAX = 6
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
    month and day as written (no calendar asked: a slip is evidence too), 0 where unknown;
    `postcodes` the whole, its district and its area; `unread` counts values that could not be
    understood, by column, `no_day` the birth dates that no calendar has.
    """

    size: int
    words: tuple[str, ...]
    tokens: Integers
    roles: Integers
    births: Integers
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


def people_of(
    columns: Mapping[str, Sequence[str]], compare: Mapping[str, Sequence[str]],
) -> People:
    """The columns of a file, by what they mean (NAMED), and those that are only compared.

    All columns have one length; a value that is not there is an empty text."""
    size = len(next(iter(columns.values()), next(iter(compare.values()), ())))
    words, tokens, roles = _names_of(columns, size)
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
    others = [column_of(name, map(_folded, texts)) for name, texts in compare.items()]
    if "phone" in columns:
        others.append(column_of("phone", (phone_number(text) or "" for text in columns["phone"])))
    postcodes = None
    if "postcode" in columns:
        parts = [_postcode_parts(text) for text in columns["postcode"]]
        whole, district, area = (
            column_of("postcode", (each[part] for each in parts)) for part in range(3))
        postcodes = whole, district, area
    return People(size, words, tokens, roles, births, sexes, postcodes, tuple(others),
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


def _names_of(
    columns: Mapping[str, Sequence[str]], size: int,
) -> tuple[tuple[str, ...], Integers, Integers]:
    """The vocabulary of all names, and each row's words with their roles: given names, family
    name, and what else the full name has."""
    numbers: dict[str, int] = {}
    tokens = np.full((size, _TOKENS_MAX), -1, np.int32)
    roles = np.full((size, _TOKENS_MAX), -1, np.int32)
    readers: tuple[tuple[str, int, Callable[[str], tuple[str, ...]]], ...] = (
        ("given", GIVEN, given_tokens), ("family", FAMILY, family_tokens),
        ("name", ANY, tokens_of))
    parts = [(columns[name], role, reader) for name, role, reader in readers if name in columns]
    for row in range(size):
        found: dict[str, int] = {}
        for texts, role, reader in parts:
            for word in reader(texts[row]):
                found.setdefault(word[:_WORD_MAX], role)
        for place, (word, role) in enumerate(list(found.items())[:_TOKENS_MAX]):
            tokens[row, place] = numbers.setdefault(word, len(numbers))
            roles[row, place] = role
    used = max(int((tokens >= 0).any(axis=0).sum()), 1)
    return tuple(numbers), tokens[:, :used].copy(), roles[:, :used].copy()


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

