"""The SSD's `*_json` cells: outcome flags, factor lists, addresses."""
import json
from collections.abc import Callable, Iterable
from typing import Any

from adapters.social_care.entry import Entry
from adapters.social_care.words import FACTOR, NO_FACTORS, STRENGTH
from broker.event.concern import CategoryWord
from broker.sdk.fields import TEXT_CHARACTERS_MAX, WORD_CHARACTERS_MAX, Words

UNREADABLE = "(not JSON)"
CELL_CHARACTERS_MAX = 20_000
FACTORS_MAX = 200

_TICKED = {"Y", "YES", "TRUE", "1"}
# Counts and free text beside the flags: the text may name people and is left where it is.
_NOT_FLAGS = {"COMMENTS", "COMMENT", "NUMBER_OF_OUTCOMES", "TOTAL_NO_OF_OUTCOMES"}
_LINE = ("ROOM", "FLOOR", "FLAT", "BUILDING", "HOUSE", "STREET", "LOCALITY", "TOWN", "COUNTY")


def _read(entry: Entry, column: str) -> Any:
    """The cell's object, list or word; None where it is empty or cannot be read (counted)."""
    value = entry.fields.text(column, CELL_CHARACTERS_MAX)
    if value is None or value[0] not in "{[":
        return value
    try:
        said = json.loads(value)
        if "\\u" in value:
            json.dumps(said, ensure_ascii=False).encode()  # half a character cannot travel
    except (ValueError, RecursionError):
        entry.fields.count(column, UNREADABLE)
        return None
    return said


def _ticked(said: Any) -> Iterable[str]:
    """The words of an object's ticked flags, of a list, or of a plain cell."""
    if isinstance(said, dict):
        return [str(name) for name, value in said.items() if str(value).upper() in _TICKED]
    if isinstance(said, list):
        return [str(each) for each in said if isinstance(each, str | int)]
    return [] if said is None else [str(said)]


def _flag_name(name: str) -> str:
    return name.strip().removeprefix("OUTCOME_").removesuffix("_FLAG")


def outcomes(entry: Entry, column: str, words: Words[Any]) -> tuple[Any, str | None]:
    """(the strongest neutral word, everything ticked in the council's words).

    Flags read alike with or without OUTCOME_ before them; none ticked is no outcome yet. An
    unknown flag is counted, and is the neutral word only where nothing known is ticked.
    """
    found: list[tuple[int, str, Any]] = []
    for name in map(_flag_name, _ticked(_read(entry, column))):
        if name in _NOT_FLAGS or not name:
            continue
        neutral, known = words.find(name)
        if not known:
            entry.fields.count(column, name)
        found.append((STRENGTH[neutral.value], name, neutral))
    if not found:
        return None, None
    found.sort(key=lambda each: each[:2])
    return found[0][2], "; ".join(name for _, name, _ in found)[:TEXT_CHARACTERS_MAX]


def factor_of(count: Callable[[str, str], None], column: str,
              code: str) -> CategoryWord | None:
    """A factor code as the kind of harm it stands for; "no factors" is none."""
    code = code.strip().upper()
    if not code or code == NO_FACTORS:
        return None
    neutral, known = FACTOR.find(code)
    if not known:  # "1B - Alcohol misuse by a parent" is 1B
        neutral, known = FACTOR.find(code.replace("-", " ").split(" ", 1)[0])
    if not known:
        count(column, code)
    return CategoryWord(category=neutral, word=code[:WORD_CHARACTERS_MAX])


def factors(entry: Entry, column: str) -> tuple[CategoryWord, ...]:
    """The factors of a cell (a list of codes, an object of ticks, or codes with commas)."""
    said = _read(entry, column)
    if isinstance(said, str):
        said = said.replace(";", ",").split(",")
    codes = sorted({code.strip().upper() for code in _ticked(said)})[:FACTORS_MAX]
    found = (factor_of(entry.fields.count, column, code) for code in codes)
    return tuple(each for each in found if each is not None)


def address_line(entry: Entry, column: str) -> tuple[str | None, str | None]:
    """(the address in one line, the postcode inside the object); map references are left out."""
    said = _read(entry, column)
    if isinstance(said, str):
        return said, None
    if not isinstance(said, dict):
        return None, None
    parts = {str(name).upper(): str(value).strip() for name, value in said.items()
             if isinstance(value, str | int) and str(value).strip()}
    line = ", ".join(parts[name] for name in _LINE if name in parts)
    return line[:TEXT_CHARACTERS_MAX] or None, parts.get("POSTCODE")
