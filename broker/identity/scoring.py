"""How likely two people's records are one child: evidence added up, and what forbids a link.

Forbidden: never joined automatically, however much agrees. Held: the evidence is of a kind that
a person should look at before the two are joined; the weight stands as it is.
"""
from datetime import date
from typing import NamedTuple

from broker.identity.comparison.births import compare_births
from broker.identity.comparison.evidence import Evidence
from broker.identity.comparison.household import (
    compare_phones,
    compare_postcodes,
    compare_sexes,
)
from broker.identity.comparison.names import compare_names
from broker.identity.comparison.numbers import (
    compare_local,
    compare_nhs,
    compare_own,
    compare_pnc,
    compare_upn,
)
from broker.identity.model import Model, probability_of
from broker.identity.person import Person

NHS_NUMBERS_DIFFER = "different valid NHS numbers"
HELD_APART = "one agency holds them as two people"
ADOPTED = "care ended in an adoption before the other record was begun"
RETURN_UNPROVEN = "same local id in a return, but neither birth date nor UPN agrees"
NO_NAME = "no name on one side, and no number that agrees"
NO_BIRTH_DATE = "no birth date on one side, and no number that agrees"
ESTIMATE_ALONE = "only a name and an estimated birth date agree"
NOT_EXACT = "only names in another order agree, and a birth date nearly"
HOME_SHARED = "only a given name and a children's home agree, and a birth date nearly"
SIMILAR_NAMES = "similar given names, as twins may have"
NO_NAME_ALIKE = "the council's child id agrees, but no name does"
UNNAMED_TWIN = "one of twins, with no given name yet"
NO_GIVEN_NAME = "no given name yet on one side, and only an expected or guessed birth date"

# What proves that a return is of the child whose local id it bears: its own council's date, or
# one that a clerk made of it.
_BIRTHS_AGREE = frozenset({"same", "same_estimated", "same_first_of_january",
                           "month_fits_estimate", "year_fits_estimate", "month_fits_fifteenth",
                           "year_fits_january", "day_month_swapped", "one_digit_differs"})
_BROTHERS_TOO = frozenset({"near_expected", "same_expected", "near_estimate"})
# What two names must tell so that of a hundred thousand children hardly two bear them who were
# born in the month, or in the year, that an estimate leaves open; a guess may also be of the year
# before or after, as a cousin's is who is called after the same grandparent.
_RARE_NAMES_BITS = {"month_fits_estimate": 14.0, "year_fits_estimate": 18.0,
                    "year_fits_january": 18.0, "near_estimate": 25.0}
# The same where the words of the names stand in another order, which fits more children.
_RARE_REORDERED_BITS = {"month_fits_estimate": 18.0, "year_fits_estimate": 22.0,
                        "year_fits_january": 22.0, "near_estimate": 25.0,
                        "one_digit_differs": 20.0}
_NEARLY = frozenset({"one_digit_differs", "day_month_swapped"})
_REORDERED = frozenset({"swapped", "aligned", "other_order"})
_MISSING_NAMES = (Evidence("given", "missing"), Evidence("family", "missing"))
_MISSING_BIRTH = Evidence("birth_date", "missing")
# Who is given a new family name for safety, or by new parents, is mostly given a new first name
# too: the one beside the other tells less against one child.
_RENAMED = Evidence("family", "different_beside_number")
_TELLING = frozenset({"exact", "spelling", "slip"})
_AT_HOME = _TELLING | {"part", "other_order", "short_form", "swapped"}
_OF_ONE = frozenset({"exact", "spelling", "part", "other_order"})
_MAY_BE_MIDDLE = frozenset({"later_part", "aligned"})
_HOUSEHOLD_BITS_MAX = 10.0
_TWIN_BIRTH_BITS = 6.0  # about one child in seventy is a twin
_SIBLING_ID_BITS = 9.0  # of five hundred ids copied one is a brother's or sister's by mistake
# Names of West Africa: above what people look at. A Chinese or Vietnamese child with an English
# name beside the other is a hundred times likelier than twins of whom one agency knows the one by
# the one kind of name, and the other the other by the other.
_TWO_TONGUES_BITS = {"two_tongues": 4.0, "english_name": 6.5}
_BROTHER_OR_SISTER_BITS = 5.0  # the same where the other twin may be of the other sex
_ONE_DAY = frozenset({"same", "same_estimated", "month_fits_estimate"})
_BELOW_LINK_BITS = 0.1  # whatever probability a model of one's own links at
_ADULT_YEARS = 18
_EPOCH = date(1970, 1, 1).toordinal()


class Scored(NamedTuple):
    """The answer on two people; the weights of the evidence and the prior add up to `weight`."""

    probability: float
    weight: float
    evidence: tuple[Evidence, ...]
    forbidden: str | None
    held: str | None

    def links(self, model: Model) -> bool:
        """Whether the two may be joined without a person."""
        return self.weight >= model.link_bits and not self.forbidden and not self.held


def forbidden_of(one: Person, other: Person) -> str | None:
    """Why two people may never be joined automatically, if something forbids it."""
    # Most pairs are of two agencies, and nothing parts them: that is settled first.
    if adoption_parts(one, other):
        reason = ADOPTED
    elif one.nhs and other.nhs and one.nhs != other.nhs and set(one.nhs).isdisjoint(
            other.nhs) and set(one.superseded).isdisjoint(other.nhs) and set(
            one.nhs).isdisjoint(other.superseded):
        reason = NHS_NUMBERS_DIFFER
    elif one.agency == other.agency:
        reason = HELD_APART
    else:
        return None
    return reason if one.own_id != other.own_id else None  # which begins with the agency


def adoption_parts(one: Person, other: Person) -> bool:
    """Whether care of the one ended in an adoption on or before the other was first recorded."""
    return (one.adopted_day is not None and other.first_day >= one.adopted_day) or (
        other.adopted_day is not None and one.first_day >= other.adopted_day)


class _Weighed(NamedTuple):
    """The evidence on two people and what it adds up to with the prior."""

    weight: float
    names: tuple[Evidence, ...]
    birth: Evidence
    numbers: tuple[Evidence, ...]
    household: tuple[Evidence, ...]
    evidence: tuple[Evidence, ...]


def score(one: Person, other: Person, model: Model) -> Scored:
    """Compare two people; the order of the two is no matter."""
    return _scored(one, other, _weighed(one, other, model))


def score_above(least: float, one: Person, other: Person, model: Model) -> Scored | None:
    """The same, but nothing of two people who weigh less than so many bits."""
    weighed = _weighed(one, other, model)
    return _scored(one, other, weighed) if weighed.weight >= least else None


def weight_of(one: Person, other: Person, model: Model) -> float:
    """What the evidence on two people weighs, in bits."""
    return _weighed(one, other, model).weight


def _scored(one: Person, other: Person, weighed: _Weighed) -> Scored:
    weight, names, birth, numbers, household, evidence = weighed
    return Scored(probability_of(weight), weight, evidence, forbidden_of(one, other),
                  _held(names, birth, numbers, household, (one, other)))


def _weighed(one: Person, other: Person, model: Model) -> _Weighed:
    names = _best_names(one, other, model)
    birth = _best_birth(one, other, model)
    numbers = (compare_nhs(one, other), compare_upn(one, other), compare_local(one, other),
               compare_pnc(one, other), compare_own(one, other))
    if _are_renamed(names, numbers):
        names = names[0], _RENAMED
    household = (compare_postcodes(one, other), compare_phones(one, other))
    sex = compare_sexes(one, other, names[0].level)
    evidence = (*names, birth, sex, *numbers, *household)
    weights = model.weights
    weight = model.prior_bits + sum(
        [weights[feature, level] + rarity for feature, level, rarity in evidence])
    correction = (_two_tongues_correction(birth, evidence, household, (one, other), weight, model)
                  if names[0].level in _TWO_TONGUES_BITS and "same" not in [
                      each.level for each in numbers]
                  else _sibling_correction(names, birth, sex, numbers, household, model))
    if correction:
        evidence = (*evidence, Evidence("household", "twin_or_sibling", correction))
        weight += correction
    return _Weighed(weight, names, birth, numbers, household, evidence)


def _are_renamed(names: tuple[Evidence, ...], numbers: tuple[Evidence, ...]) -> bool:
    """Whether a council's number is all that agrees of names and numbers."""
    return numbers[2].level == "same" and names[0].level == names[1].level == "different" and (
        [each.level for each in numbers].count("same") == 1)


def _best_names(one: Person, other: Person, model: Model) -> tuple[Evidence, ...]:
    if not one.names or not other.names:
        return _MISSING_NAMES
    # In one order, so that the cache serves both and the answer is the same.
    ways = [way for name in one.names for other_name in other.names
            for way in (compare_names(name, other_name) if name <= other_name
                        else compare_names(other_name, name))]
    if len(ways) == 1:
        return ways[0]
    return max(ways, key=lambda way: (sum(map(model.weigh, way)), way))


def _best_birth(one: Person, other: Person, model: Model) -> Evidence:
    if not one.births or not other.births:
        return _MISSING_BIRTH
    if len(one.births) == len(other.births) == 1:
        return compare_births(one.births[0], other.births[0])
    return max((compare_births(born, other_born) for born in one.births
                for other_born in other.births), key=lambda each: (model.weigh(each), each))


def _sibling_correction(names: tuple[Evidence, ...], birth: Evidence, sex: Evidence,
                        numbers: tuple[Evidence, ...], household: tuple[Evidence, ...],
                        model: Model) -> float:
    """What must be taken off: a household counts once, and not beside another given name.

    Who shares the family name but no given name is weighed as a brother or sister. Where another
    agency writes the council's own id of a child, the choice is between this child and an id
    copied from the wrong one of two, not between this child and all others. Of an NHS number or a
    UPN that is not said: twins' are mixed up where they are given, and a person must look.
    """
    shared = sum([max(0.0, model.weigh(each)) for each in household])
    given, family = names[0].level, names[1].level
    if birth.level == "generation_apart":
        return -shared  # a parent of the same name lives there too
    if birth.level == "different" and (given in _MAY_BE_MIDDLE or (
            given not in _OF_ONE and sex.level.startswith("different"))):
        return -shared  # brothers' and sisters' names are later ones, or alike (Patryk, Patrycja)
    if given not in ("different", "similar", *_TWO_TONGUES_BITS):
        return min(0.0, _HOUSEHOLD_BITS_MAX - shared)
    if given == "similar" or family in ("different", _RENAMED.level):
        return -shared
    name = max(0.0, sum(map(model.weigh, names[1:])))
    birthday = max(0.0, model.weigh(birth) - _TWIN_BIRTH_BITS)
    local = numbers[2]
    known = (max(0.0, _SIBLING_ID_BITS - model.weigh(local) - model.prior_bits)
             if local.level == "same" else 0.0)
    return min(0.0, known - (shared + name + birthday))


def _is_near(household: tuple[Evidence, ...]) -> bool:
    """Whether the two have a home or a postcode sector in common, or a telephone."""
    return any(each.level in ("same", "same_sector", "mistyped") for each in household)


def _are_named_otherwise(one: Person, other: Person) -> bool:
    """Whether the two have given names of one tongue too, and those differ: one of them has its
    name of that tongue, beside the English one, and it is not the other's."""
    return len(one.names) + len(other.names) > 2 and any(
        compare_names(own, others)[0][0].level == "different"
        for own in one.names for others in other.names)


def _two_tongues_correction(birth: Evidence, evidence: tuple[Evidence, ...],
                            household: tuple[Evidence, ...], both: tuple[Person, Person],
                            weight: float, model: Model) -> float:
    """What must be taken off where a child may go by an English name and by one of its family's,
    and no number agrees.

    Of one family name, birth date and sex, one child is likelier than twins of whom each agency
    knows one, by another of their names each; but only where the English name is one to be called
    by so much likelier that no person need look (where a sex is not given, at one home too), and
    only where neither has another name yet that the other lacks: else it would make one child of
    both twins.
    """
    level = evidence[0].level
    sex = next(each.level for each in evidence if each.feature == "sex")
    most = 0.0
    if level == "english_name" and birth.level in _ONE_DAY and not _are_named_otherwise(*both):
        most = {"same": _TWO_TONGUES_BITS[level],
                "missing": _BROTHER_OR_SISTER_BITS if _is_near(household)
                else model.link_bits - _BELOW_LINK_BITS}.get(sex, 0.0)
    elif birth.level == "same" and sex == "same":
        most = min(_TWO_TONGUES_BITS[level], model.link_bits - _BELOW_LINK_BITS)
    return min(0.0, most - weight)


def _are_no_parent(one: Person, other: Person) -> bool:
    """Without a birth date a boy may be his father, unless both records show that they are of
    children; a girl at her address is hardly her mother."""
    return {*one.sexes, *other.sexes} == {"F"} or (_is_childs(one) and _is_childs(other))


def _is_childs(person: Person) -> bool:
    """Whether a record bears a number that only children have, is of somebody looked after, or
    bears a birth date at which a child was recorded."""
    return bool(person.upns or person.local or person.placed) or any(
        date(*born[:3]).toordinal() > person.first_day + _EPOCH - _ADULT_YEARS * 365
        for born in person.births if person.first_day)


def _is_at_home(names: tuple[Evidence, ...], household: tuple[Evidence, ...]) -> bool:
    return names[0].level in _AT_HOME and names[1].level in _AT_HOME and any(
        each.level == "same" for each in household)


def _share_placement(one: Person, other: Person) -> bool:
    """Whether a place where one of the two is looked after is the other's too: many children
    live there who are no kin, where a family has few."""
    return not {*one.placed, *other.placed}.isdisjoint(
        set(one.postcodes).intersection(other.postcodes))


def _held(names: tuple[Evidence, ...], birth: Evidence, numbers: tuple[Evidence, ...],
          household: tuple[Evidence, ...], both: tuple[Person, Person]) -> str | None:
    given, family = names[0].level, names[1].level
    if numbers[4].level == "same" or (
            numbers[2].level == "same" and given == family == "missing"
            and (both[0].is_return or both[1].is_return)):
        proven = birth.level in _BIRTHS_AGREE or numbers[1].level == "same"
        return None if proven else RETURN_UNPROVEN
    if "same" in [each.level for each in numbers]:
        return NO_NAME_ALIKE if family == _RENAMED.level else None
    if given == "missing" and family == "missing":
        return NO_NAME
    if birth.level == "missing" and not (
            _is_at_home(names, household) and _are_no_parent(*both)):
        return NO_BIRTH_DATE
    if family == "different" and birth.level in _NEARLY and _share_placement(*both):
        return HOME_SHARED
    if given == "similar":
        return SIMILAR_NAMES
    if given == "unnamed_twin":
        return UNNAMED_TWIN
    rare = _RARE_REORDERED_BITS if given in _REORDERED else _RARE_NAMES_BITS
    if birth.level in rare and not _is_near(household) and (given == "other_order" or sum(
            [each.rarity for each in names]) < rare[birth.level]):
        return ESTIMATE_ALONE if birth.level in _RARE_NAMES_BITS else NOT_EXACT
    if given == "missing" and birth.level in _BROTHERS_TOO:
        return NO_GIVEN_NAME
    return None
