"""Names of two people: straight, in another order, with parts left out."""
from functools import lru_cache

from broker.identity.comparison.evidence import Evidence
from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.frequencies import together_bits
from broker.identity.person import Name

# Borne before another name by many brothers, so that it does not make two of them one.
_SHARED_BY_BROTHERS = frozenset({"MOHAMMED", "MUHAMMAD", "MOHAMED", "MOHAMMAD", "MD", "SYED",
                                 "ABDUL", "SHEIKH"})
_SURE = frozenset({"exact", "spelling", "short_form"})
_CLOSE = _SURE | {"slip"}


@lru_cache(maxsize=131_072)
def compare_names(one: Name, other: Name) -> tuple[tuple[Evidence, ...], ...]:
    """Each way to lay one name beside the other, as evidence; the model takes the best."""
    ways = [_straight(one, other)]
    swapped = _swapped(one, other)
    if swapped is not None:
        ways.append(swapped)
    return tuple(ways)


def _straight(one: Name, other: Name) -> tuple[Evidence, ...]:
    given = compare_given(one.given, other.given)
    family = compare_family(one.family, other.family)
    evidence = [given, family]
    if family.level in _SURE and (one.former or other.former):
        evidence.append(Evidence("former_name", "used"))
    if given.level in _CLOSE and family.level in _CLOSE:
        together = max(together_bits(one.given[0], one.family[-1]),
                       together_bits(other.given[0], other.family[-1]))
        if together:
            evidence.append(Evidence("community", "shared", together))
    return tuple(evidence)


def compare_given(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    """Two given names, each of one or more words."""
    if not one or not other:
        return Evidence("given", "missing")
    if one == other:
        level, rarity = given_alike(one[0], other[0])
        return Evidence("given", level, rarity)
    joined, joined_other = "".join(one), "".join(other)
    if joined == joined_other:
        return Evidence("given", "spelling", given_alike(one[0], one[0])[1])
    if len(one) == 1 and len(other) == 1:
        return _one_word(one[0], other[0])
    return _several_words(one, other)


def _one_word(one: str, other: str) -> Evidence:
    if 1 in (len(one), len(other)):
        return Evidence("given", "initial" if one[0] == other[0] else "different")
    return Evidence("given", *given_alike(one, other))


def _several_words(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    shorter, longer = sorted((one, other), key=lambda each: (len(each), each))
    left = list(longer)
    matched: list[float] = []
    for word in shorter:
        found = next((each for each in left if given_alike(word, each)[0] in _CLOSE), None)
        if found is not None:
            left.remove(found)
            matched.append(given_alike(word, found)[1])
    first = given_alike(one[0], other[0])
    if len(matched) == len(shorter):
        level = "part" if first[0] in _CLOSE else "later_part"
        return Evidence("given", level, min(max(matched), 10.0))
    if first[0] in _CLOSE and one[0] not in _SHARED_BY_BROTHERS:
        return Evidence("given", "middle_differs", first[1])
    return Evidence("given", "different")


def compare_family(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    """Two family names; one may be half of a double-barrelled other."""
    if not one or not other:
        return Evidence("family", "missing")
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        rarity = max(family_alike(each, each)[1] for each in one)
        return Evidence("family", "exact" if one == other else "spelling", rarity)
    if len(one) == 1 and len(other) == 1:
        return Evidence("family", *family_alike(one[0], other[0]))
    pairs = [family_alike(each, another) for each in one for another in other]
    shared = [rarity for level, rarity in pairs if level in _CLOSE]
    if shared:
        return Evidence("family", "part", max(shared))
    return Evidence("family", "different")


def _swapped(one: Name, other: Name) -> tuple[Evidence, ...] | None:
    """The family name written first on one side; both halves must then be close."""
    if not (one.given and one.family and other.given and other.family):
        return None
    level, rarity = family_alike("".join(one.given), "".join(other.family))
    level_back, rarity_back = family_alike("".join(one.family), "".join(other.given))
    if level not in _CLOSE or level_back not in _CLOSE:
        return None
    return (Evidence("given", "swapped", rarity), Evidence("family", "swapped", rarity_back))
