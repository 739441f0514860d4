"""What tells of a household more than of a child: postcode and telephone; and sex."""
from broker.identity.comparison.evidence import Evidence
from broker.identity.person import Person

_TELLING = frozenset({"exact", "spelling", "slip"})


def compare_postcodes(one: Person, other: Person) -> Evidence:
    """Any postcode of the one against any of the other, past ones included."""
    if not one.postcodes or not other.postcodes:
        return Evidence("postcode", "missing")
    if not set(one.postcodes).isdisjoint(other.postcodes):
        return Evidence("postcode", "same")
    districts = {each[:-2] for each in one.postcodes}
    near = any(each[:-2] in districts for each in other.postcodes)
    return Evidence("postcode", "same_sector" if near else "different")


def compare_phones(one: Person, other: Person) -> Evidence:
    """Telephones; different ones say nothing."""
    same = not set(one.phones).isdisjoint(other.phones)
    return Evidence("phone", "same" if same else "missing")


def compare_sexes(one: Person, other: Person, given_level: str) -> Evidence:
    """Recorded sex, where both sides know it; one given name mostly tells it already."""
    if not one.sexes or not other.sexes:
        return Evidence("sex", "missing")
    level = "different" if set(one.sexes).isdisjoint(other.sexes) else "same"
    return Evidence("sex", f"{level}_beside_name" if given_level in _TELLING else level)
