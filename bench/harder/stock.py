"""The names of the harder world, how often each is borne, and how hands and ears change them."""
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from random import Random

_READ = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
NAMES: Mapping[str, list[str]] = {key: text.split() for key, text in _READ["names"].items()}
"""Lists of names, most frequent first."""

Ways = Mapping[str, list[str]]
OTHER_WAYS: Mapping[str, Ways] = {
    key: {one: [each.replace("_", " ") for each in others.split("/")]
          for one, _, others in (line.partition(":") for line in text.split())}
    for key, text in _READ["other_ways"].items()}
"""What else each name is written as."""

GROUPS = ("english_welsh", "sa_muslim", "punjabi_hindu", "arabic", "polish_romanian",
          "nigerian_ghanaian", "vietnamese_chinese", "somali_eritrean")
VIETNAMESE_SHARES = (38, 11, 9.5, 7, 5, 4.5, 4, 3.5, 2.5, 2, 1.5, 1.3, 1.3, 1, .5)
ASCII = str.maketrans("łŁąćęńóśźżĄĆĘŃÓŚŹŻȘșȚțăâî", "lLacenoszzACENOSZZSsTtaai")


def some(rng: Random, names: Sequence[str], steepness: float = .8, flat: int = 4) -> str:
    """One name, the first ones oftener."""
    weights = [1 / (place + flat) ** steepness for place in range(len(names))]
    return rng.choices(names, weights)[0]


def another(rng: Random, names: Sequence[str], used: Collection[str],
            steepness: float = .7) -> str:
    """One name that no brother or sister has, unless there is hardly any."""
    found = some(rng, names, steepness, 6)
    for _ in range(39):
        if found not in used:
            break
        found = some(rng, names, steepness, 6)
    return found


def otherwise(rng: Random, name: str, ways: Ways) -> str:
    """The name in one of its other ways."""
    return rng.choice(ways[name]) if name in ways else name


def mistyped(rng: Random, text: str) -> str:
    """A letter left out, put in, changed or exchanged with the next."""
    if len(text) < 3:
        return text
    at, kind = rng.randrange(1, len(text)), rng.randrange(4)
    letter = rng.choice("aeiourstnlmhdy")
    if kind < 3:
        return text[:at] + ("", letter + text[at], letter)[kind] + text[at + 1:]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]
