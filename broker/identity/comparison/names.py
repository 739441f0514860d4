"""Names of two people: straight, in another order, with parts left out, word by word."""
from functools import lru_cache

from broker.identity.comparison.evidence import Evidence
from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.frequencies import is_listed_family, is_listed_given, together_bits
from broker.identity.names import is_twin_mark, spelling_of
from broker.identity.person import Name
from broker.identity.traditions import (
    is_chinese_family,
    is_fathers_name,
    is_of_community,
    is_vietnamese_family,
    second_tongue,
)
from broker.identity.transliteration import as_heard, syllables_of

# Borne before another name by many brothers, so that it does not make two of them one, and the
# name after it is the one in use.
_SHARED_BY_BROTHERS = frozenset({"MOHAMMED", "SYED", "ABDUL", "SHEIKH", "MUHAMMAD", "MD"})
_SURE = frozenset({"exact", "spelling", "short_form"})
_CLOSE = _SURE | {"slip"}
_NEAR = _CLOSE | {"begins"}
_TOGETHER = _NEAR | {"part", "other_order", "later_part", "middle_differs"}
_SWAPPED = _CLOSE | {"part", "other_order", "loose"}
# What a given name that is only partly the same tells less where it stands in the other's place.
_SWAPPED_LESS = {"begins": 2.0, "later_part": 3.5}
# Tells boys from girls in a Vietnamese name, and no more.
_BOY_OR_GIRL = frozenset({("VAN",), ("THI",)})
_MIDDLE_BITS_MAX = 6.0
# A given name that one child in seven hundred bears: where children bear their forefathers' names
# one in thirty or forty does, and the birth date must not decide alone.
_COMMON_BITS = 9.5
_COMMON_AMONG_FATHERS_BITS = -1.5
# Where the English name is one to be called by; in West Africa it is a given name like another,
# and each of twins may have one.
_TONGUES = {"chinese": "english_name", "vietnamese": "english_name"}


@lru_cache(maxsize=131_072)
def compare_names(one: Name, other: Name) -> tuple[tuple[Evidence, ...], ...]:
    """Each way to lay one name beside the other, as evidence; the model takes the best."""
    if _is_turned(one) and _is_turned(other):
        one, other = _turned(one), _turned(other)
    straight = _straight(one, other)
    if is_twin_mark(one.given) or is_twin_mark(other.given):
        return (straight,)
    ways: list[tuple[Evidence, ...] | None] = [straight]
    given, family = straight[0].level, straight[1].level
    if not one.given or not other.given:
        ways.append(_unnamed_swapped(one, other))
    elif family not in _SURE:
        ways.extend(_swapped(one, other))
    if family not in _CLOSE and not (family == "part" and given in _CLOSE):
        # Else a brother's middle name would be his.
        ways.append(_aligned(one, other))
    return tuple([way for way in ways if way is not None])


def _straight(one: Name, other: Name) -> tuple[Evidence, ...]:
    given = compare_given(one.given, other.given)
    family = compare_family(one.family, other.family)
    if family.level in _CLOSE:
        given = _by_custom(given, one, other)
    if given.level == "different" and family.level in _CLOSE and (
            tongue := second_tongue(one.given, other.given, one.family)):
        given = Evidence("given", _TONGUES.get(tongue, "two_tongues"))
    if given.level == "missing" and family.level == "different":
        family = Evidence("family", "before_naming")
    if family.level == "fathers_names" and given.level in ("part", "other_order") and (
            _shows_forefathers(one) or _shows_forefathers(other)):
        family = Evidence("family", "different")
    evidence = [given, family]
    if family.level in _SURE and (one.former or other.former):
        evidence.append(Evidence("former_name", "used"))
    if given.level in _TOGETHER and family.level in _CLOSE:
        together = max(together_bits(one.given[0], one.family[-1]),
                       together_bits(other.given[0], other.family[-1]))
        if together:
            evidence.append(Evidence("community", "shared", together))
    if family.level == "fathers_names" and given.level in _TOGETHER and (
            given.rarity < _COMMON_BITS):
        evidence.append(Evidence("community", "shared", _COMMON_AMONG_FATHERS_BITS))
    return tuple(evidence)


def _shows_forefathers(name: Name) -> bool:
    """Whether a name shows a child's father's name as well as its family's, so that another
    clerk's choice must be one of the two."""
    return len(name.given) > 1 and is_fathers_name(name.given[-1])


def _is_turned(name: Name) -> bool:
    """Whether a name looks as if its family name stood first."""
    return bool(name.given and name.family) and is_listed_family(name.given[0]) and not any(
        map(is_listed_given, name.given)) and not is_fathers_name(name.given[0]) and not any(
        map(is_listed_family, name.family))


def _turned(name: Name) -> Name:
    return Name(name.family, name.given, name.former)


def _by_custom(given: Evidence, one: Name, other: Name) -> Evidence:
    """Given names as their language has them: of Vietnamese ones the last is the one in use, and
    a middle name is many children's; Chinese syllables are written as one word or two, of which
    the second may be taken for a middle name, or the two be set in the other order."""
    if given.level in ("part", "later_part"):
        shorter, longer = sorted((one.given, other.given), key=len)
        if len(shorter) == 1 and len(longer) == 2 and is_vietnamese_family(one.family[-1]):
            last = given_alike(shorter[0], longer[1])[0] in _CLOSE
            return Evidence("given", "part" if last else "later_part", given.rarity)
    elif given.level == "different" and is_vietnamese_family(one.family[-1]):
        if given_alike(one.given[-1], other.given[-1])[0] == "loose":
            return Evidence("given", "loose")
    elif given.level in ("different", "loose", "similar") and is_chinese_family(one.family[-1]):
        first, second = sorted((syllables_of(one.given), syllables_of(other.given)), key=len)
        if len(second) == 2 and first:
            rarity = given_alike("".join(second), "".join(second))[1]
            if first == second[::-1]:
                return Evidence("given", "other_order", rarity)
            if len(first) == 1 and first[0] in second:
                return Evidence("given", "begins" if first[0] == second[0] else "later_part",
                                given_alike(first[0], first[0])[1])
    return given


def compare_given(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    """Two given names, each of one or more words."""
    if is_twin_mark(one) or is_twin_mark(other):
        return _unnamed_twins(one, other)
    if not one or not other or (one != other and (one in _BOY_OR_GIRL or other in _BOY_OR_GIRL)):
        return Evidence("given", "missing")
    if len(one) == 1 and len(other) == 1:
        return _one_word(one[0], other[0])
    if one == other:
        level, rarity = given_alike(one[0], other[0])
        return Evidence("given", level, rarity + _middle_bits(one[1:]))
    if as_heard("".join(one)) == as_heard("".join(other)) or (
            spelling_of("".join(one)) == spelling_of("".join(other))):
        return Evidence("given", "spelling", given_alike(one[0], one[0])[1])
    one, other = _joined(one, other), _joined(other, one)
    if len(one) == 1 and len(other) == 1:
        return _one_word(one[0], other[0])
    return _several_words(one, other)


def _unnamed_twins(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    """One of twins who has no given name yet may be either of them, unless both records count
    them and one of the two is the first."""
    counted = is_twin_mark(one) and is_twin_mark(other) and "TWIN " not in (one[0], other[0])
    return Evidence("given", "different" if counted and one != other else "unnamed_twin")


def _joined(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Words with two neighbours made one where the other side writes them so (Hoi Yan, Hoiyan),
    as syllables of Chinese and Vietnamese names are."""
    for at in range(len(words) - 1):
        whole = words[at] + words[at + 1]
        if min(len(words[at]), len(words[at + 1])) > 1 and any(
                given_alike(whole, each)[0] in _CLOSE for each in others
                if len(each) > max(len(words[at]), len(words[at + 1]))):
            return (*words[:at], whole, *words[at + 2:])
    return words


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
        if len(shorter) == len(longer) and min(map(len, (*one, *other))) > 1 and not near:
            return Evidence("given", "other_order", rarity)
        return Evidence("given", "part" if near or called else "later_part", rarity)
    if near and spelling_of(one[0]) not in _SHARED_BY_BROTHERS:
        return Evidence("given", "middle_differs", first[1])
    return Evidence("given", first[0] if first[0] in ("loose", "similar") else "different")


def _fits(word: str, other: str) -> bool:
    """Whether two words of given names may be one; an initial stands for a word."""
    if len(word) == 1 or len(other) == 1:
        return word[0] == other[0]
    return given_alike(word, other)[0] in _NEAR


def compare_family(one: tuple[str, ...], other: tuple[str, ...]) -> Evidence:
    """Two family names; one may be half of a double-barrelled other."""
    if not one or not other:
        return Evidence("family", "missing")
    single = len(one) == len(other) == 1
    if one == other or (not single and (
            "".join(one) == "".join(other) or sorted(one) == sorted(other))):
        rarity = max(family_alike(each, each)[1] for each in one)
        return Evidence("family", "exact" if one == other else "spelling", rarity)
    if single:
        found = Evidence("family", *family_alike(one[0], other[0]))
    else:
        whole = family_alike("".join(one), "".join(other))
        pairs = [family_alike(each, another) for each in one for another in other
                 if not is_of_community(each)]
        shared = [rarity for level, rarity in pairs if level in _CLOSE]
        if whole[0] in _CLOSE:
            return Evidence("family", *whole)
        found = Evidence("family", "part", max(shared)) if shared else Evidence(
            "family", "different")
    if found.level == "different" and is_fathers_name(one[-1]) and is_fathers_name(other[-1]):
        return Evidence("family", "fathers_names")
    if found.level == "different" and any(map(is_of_community, (*one, *other))):
        return Evidence("family", "community_name")
    return found


def _swapped(one: Name, other: Name) -> list[tuple[Evidence, ...]]:
    """The family name written first on one side or the other; where the family name was changed
    as well, only the given name is found in the other's place."""
    if not (one.given and one.family and other.given and other.family):
        return []
    first = compare_family(one.given, other.family)
    second = compare_family(one.family, other.given)
    if first.level not in _SWAPPED and second.level not in _SWAPPED:
        return []
    ways: list[tuple[Evidence, ...]] = []
    for own, others, family, rest in (
            (_as_given(one.family), other.given, first, (*one.given, *other.family)),
            (one.given, _as_given(other.family), second, (*one.family, *other.given))):
        given = compare_given(own, others)
        if given.level == "different" and family.level in _SURE and own and others and (
                tongue := second_tongue(own, others, _family_of(one, own))):
            ways.append((Evidence("given", _TONGUES.get(tongue, "two_tongues")),
                         Evidence("family", "swapped", family.rarity)))
            continue
        if given.level not in _SWAPPED and given.level not in _SWAPPED_LESS and (
                given.level != "missing"):
            continue
        rarity = given.rarity - _SWAPPED_LESS.get(given.level, 0.0)
        found = given if given.level == "missing" else Evidence("given", "swapped", rarity)
        if family.level in _SWAPPED:
            # Words that only look alike must not be two children's given names.
            sure = family.level not in ("loose", "slip") or not all(map(is_listed_given, rest))
            if sure and (given.level, family.level) != ("loose", "loose"):
                ways.append((found, Evidence("family", "swapped", family.rarity)))
        elif given.level in _CLOSE and _is_given(own[0], others[0], rest):
            ways.append((found, family))
    return ways


def _family_of(one: Name, own: tuple[str, ...]) -> tuple[str, ...]:
    """The words of the name that stand for the family where the given name is read as `own`."""
    return one.family if own == one.given else one.given


def _unnamed_swapped(one: Name, other: Name) -> tuple[Evidence, ...] | None:
    """The family name of a child not named yet, in the place of the other's given name."""
    unnamed, named = (other, one) if one.given else (one, other)
    if not (unnamed.family and named.given and named.family):
        return None
    family = compare_family(unnamed.family, named.given)
    if family.level not in _CLOSE or not _is_family(named.given, named.family):
        return None
    return Evidence("given", "missing"), Evidence("family", "swapped", family.rarity)


def _is_family(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether the first of two parts of a name is the family name, by what is known of both."""
    return not any(map(is_listed_given, first)) and (
        any(map(is_listed_family, first)) or not any(map(is_listed_family, second)))


def _is_given(one: str, other: str, rest: tuple[str, ...]) -> bool:
    """Whether a word that stands in one place here and in the other there is the given name, and
    not the family name that brothers and sisters share, by what is known of it and the rest."""
    if is_listed_family(one) or is_listed_family(other):
        return False
    if is_listed_given(one) or is_listed_given(other):
        return True
    return (any(map(is_listed_family, rest)) and not any(map(is_listed_given, rest))) or (
        all(map(is_fathers_name, rest)) and not is_fathers_name(one))


def _as_given(family: tuple[str, ...]) -> tuple[str, ...]:
    """The words in the place of a family name, read as a given name."""
    return family[1:] if len(family) > 1 and family[0] == "THI" else family


def _aligned(one: Name, other: Name) -> tuple[Evidence, ...] | None:
    """All words of the shorter name found in the longer, wherever a clerk cut given from family
    name: as names in three parts, or by a father's name, are cut."""
    if not (one.given and one.family and other.given and other.family):
        return None
    words, others = (*one.given, *one.family), (*other.given, *other.family)
    if len(words) == len(others) == 2:
        return None
    shorter, longer = sorted((words, others), key=lambda each: (len(each), each))
    if len(longer) > len(shorter):
        longer = _joined(longer, shorter)
    left = list(longer)
    matched = []
    for word in shorter:
        found = next((each for each in left if len(each) > 1 and len(word) > 1
                      and family_alike(word, each)[0] in _CLOSE), None)
        if found is None:
            return None
        left.remove(found)
        matched.append((family_alike(word, found)[1], word))
    matched.sort(reverse=True)
    (rarest, first), (next_rarest, second) = matched[:2]
    rarest += min(_MIDDLE_BITS_MAX, sum([rarity for rarity, _ in matched[2:]]) / 2)
    evidence = (Evidence("given", "aligned", rarest), Evidence("family", "aligned", next_rarest))
    together = min(together_bits(first, second), together_bits(second, first))
    return (*evidence, Evidence("community", "shared", together)) if together else evidence
