"""Names of two people: straight, in another order, with parts left out, word by word."""
from functools import lru_cache

from broker.identity.comparison.evidence import Evidence
from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.frequencies import together_bits
from broker.identity.names import spelling_of
from broker.identity.person import Name
from broker.identity.transliteration import as_heard

# Borne before another name by many brothers, so that it does not make two of them one, and the
# name after it is the one in use.
_SHARED_BY_BROTHERS = frozenset({"MOHAMMED", "SYED", "ABDUL", "SHEIKH", "MUHAMMAD", "MD"})
# Borne by a community rather than a family, in place of the family's name or beside it.
_OF_COMMUNITY = frozenset(map(as_heard, ("KAUR", "SINGH", "BEGUM", "BIBI", "KHATUN")))
_SURE = frozenset({"exact", "spelling", "short_form"})
_CLOSE = _SURE | {"slip"}
_NEAR = _CLOSE | {"begins"}
_SWAPPED = _CLOSE | {"part", "loose"}
_MIDDLE_BITS_MAX = 6.0


@lru_cache(maxsize=131_072)
def compare_names(one: Name, other: Name) -> tuple[tuple[Evidence, ...], ...]:
    """Each way to lay one name beside the other, as evidence; the model takes the best."""
    straight = _straight(one, other)
    ways: list[tuple[Evidence, ...] | None] = [straight]
    given, family = straight[0].level, straight[1].level
    if given not in _SURE or family not in _SURE:
        ways.append(_swapped(one, other))
    if family not in _CLOSE:  # else a brother's middle name would be his
        ways.append(_aligned(one, other))
    return tuple([way for way in ways if way is not None])


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
    if len(one) == 1 and len(other) == 1:
        return _one_word(one[0], other[0])
    if one == other:
        level, rarity = given_alike(one[0], other[0])
        return Evidence("given", level, rarity + _middle_bits(one[1:]))
    if as_heard("".join(one)) == as_heard("".join(other)) or (
            spelling_of("".join(one)) == spelling_of("".join(other))):
        return Evidence("given", "spelling", given_alike(one[0], one[0])[1])
    return _several_words(one, other)


def _middle_bits(middles: tuple[str, ...]) -> float:
    """What agreement on further given names adds: half, as they run in families."""
    return min(_MIDDLE_BITS_MAX, sum(given_alike(each, each)[1] for each in middles) / 2)


def _one_word(one: str, other: str) -> Evidence:
    if 1 in (len(one), len(other)):
        return Evidence("given", "initial" if one[0] == other[0] else "different")
    return Evidence("given", *given_alike(one, other))


def _several_words(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    shorter, longer = sorted((one, other), key=lambda each: (len(each), each))
    left = list(longer)
    matched: list[tuple[str, float]] = []
    for word in shorter:
        found = next((each for each in left if _fits(word, each)), None)
        if found is not None:
            left.remove(found)
            matched.append((word, given_alike(word, found)[1] if len(word) > 1 else 2.0))
    first = given_alike(one[0], other[0])
    near = first[0] in _NEAR or (1 in (len(one[0]), len(other[0])) and one[0][0] == other[0][0])
    called = spelling_of(longer[0]) in _SHARED_BY_BROTHERS and matched and (
        given_alike(longer[1], matched[0][0])[0] in _CLOSE)
    if len(matched) == len(shorter):
        bits = [rarity for _, rarity in matched]
        rarity = max(bits) + min(_MIDDLE_BITS_MAX, (sum(bits) - max(bits)) / 2)
        return Evidence("given", "part" if near or called else "later_part", rarity)
    if near and spelling_of(one[0]) not in _SHARED_BY_BROTHERS:
        return Evidence("given", "middle_differs", first[1])
    return Evidence("given", "different")


def _fits(word: str, other: str) -> bool:
    """Whether two words of given names may be one; an initial stands for a word."""
    if len(word) == 1 or len(other) == 1:
        return word[0] == other[0]
    return given_alike(word, other)[0] in _NEAR


def compare_family(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    """Two family names; one may be half of a double-barrelled other."""
    if not one or not other:
        return Evidence("family", "missing")
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        rarity = max(family_alike(each, each)[1] for each in one)
        return Evidence("family", "exact" if one == other else "spelling", rarity)
    if len(one) == 1 and len(other) == 1:
        found = Evidence("family", *family_alike(one[0], other[0]))
    else:
        whole = family_alike("".join(one), "".join(other))
        pairs = [family_alike(each, another) for each in one for another in other
                 if as_heard(each) not in _OF_COMMUNITY]
        shared = [rarity for level, rarity in pairs if level in _CLOSE]
        if whole[0] in _CLOSE:
            return Evidence("family", *whole)
        found = Evidence("family", "part", max(shared)) if shared else Evidence(
            "family", "different")
    if found.level == "different" and not _OF_COMMUNITY.isdisjoint(
            map(as_heard, (*one, *other))):
        return Evidence("family", "community_name")
    return found


def _swapped(one: Name, other: Name) -> tuple[Evidence, ...] | None:
    """The family name written first on one side; a word of each half must then be close."""
    if not (one.given and one.family and other.given and other.family):
        return None
    first = compare_family(one.given, other.family)
    if first.level not in _SWAPPED:
        return None
    second = compare_family(one.family, other.given)
    levels = (first.level, second.level)
    if second.level not in _SWAPPED or levels == ("loose", "loose"):
        return None
    return (Evidence("given", "swapped", first.rarity),
            Evidence("family", "swapped", second.rarity))


def _aligned(one: Name, other: Name) -> tuple[Evidence, ...] | None:
    """All words of the shorter name found in the longer, wherever a clerk cut given from family
    name: as names in three parts, or by a father's name, are cut."""
    if not (one.given and one.family and other.given and other.family):
        return None
    shorter, longer = sorted(((*one.given, *one.family), (*other.given, *other.family)),
                             key=lambda each: (len(each), each))
    if len(longer) < 3:
        return None
    left = list(longer)
    rarities = []
    for word in shorter:
        found = next((each for each in left if len(each) > 1 and len(word) > 1
                      and family_alike(word, each)[0] in _CLOSE), None)
        if found is None:
            return None
        left.remove(found)
        rarities.append(family_alike(word, found)[1])
    rarities.sort(reverse=True)
    return (Evidence("given", "aligned", rarities[0]),
            Evidence("family", "aligned", rarities[1]))
