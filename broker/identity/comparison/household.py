"""What tells of a household more than of a child: postcode and telephone; and sex."""
from rapidfuzz.distance import OSA

from broker.identity.comparison.evidence import Evidence
from broker.identity.person import Person

_TELLING = frozenset({"exact", "spelling", "slip"})
_POSTCODE = {level: Evidence("postcode", level)
             for level in ("missing", "same", "same_sector", "same_district", "placed",
                           "mistyped", "different")}
_PHONE_SAME, _PHONE_MISSING = Evidence("phone", "same"), Evidence("phone", "missing")
_SEX = {level: Evidence("sex", level) for level in (
    "missing", "same", "different", "same_beside_name", "different_beside_name")}


def compare_postcodes(one: Person, other: Person) -> Evidence:
    """Any postcode of the one against any of the other, past ones included; where a child is
    looked after tells nothing of where it is at home."""
    if not one.postcodes or not other.postcodes:
        return _POSTCODE["missing"]
    if one.postcodes == other.postcodes or not set(one.postcodes).isdisjoint(other.postcodes):
        return _POSTCODE["same"]
    districts = {each[:-2] for each in one.postcodes}
    if not districts.isdisjoint([each[:-2] for each in other.postcodes]):
        return _POSTCODE["same_sector"]
    homes = {each.partition(" ")[0] for each in one.postcodes if each not in one.placed}
    others = {each.partition(" ")[0] for each in other.postcodes if each not in other.placed}
    if not homes or not others:
        return _POSTCODE["placed"]
    if not homes.isdisjoint(others):
        return _POSTCODE["same_district"]
    mistyped = any(_is_mistyped(a, b) for a in one.postcodes for b in other.postcodes)
    return _POSTCODE["mistyped" if mistyped else "different"]


def _is_mistyped(one: str, other: str) -> bool:
    """Whether only a letter or figure of the district differs (SA1 6DE, ST1 6DE): of two homes in
    two districts hardly one pair in thousands ends alike."""
    return one[-3:] == other[-3:] and OSA.distance(one, other, score_cutoff=1) <= 1


def compare_phones(one: Person, other: Person) -> Evidence:
    """Telephones; different ones say nothing."""
    if not one.phones or set(one.phones).isdisjoint(other.phones):
        return _PHONE_MISSING
    return _PHONE_SAME


def compare_sexes(one: Person, other: Person, given_level: str) -> Evidence:
    """Recorded sex, where both sides know it; one given name mostly tells it already."""
    if not one.sexes or not other.sexes:
        return _SEX["missing"]
    same = one.sexes == other.sexes or not set(one.sexes).isdisjoint(other.sexes)
    level = "same" if same else "different"
    return _SEX[f"{level}_beside_name" if given_level in _TELLING else level]
