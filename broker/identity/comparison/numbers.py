"""Numbers that name a child: alike, different, or not on both sides."""
from broker.identity.comparison.evidence import Evidence
from broker.identity.person import Person
from broker.vocabulary.identifiers import upn_is_temporary

_NHS_NUMBER_SAME = Evidence("nhs_number", "same")
_NHS_NUMBER_DIFFERENT = Evidence("nhs_number", "different")
_NHS_NUMBER_MISSING = Evidence("nhs_number", "missing")
_UPN_MISSING = Evidence("upn", "missing")
_LOCAL_ID_SAME = Evidence("local_id", "same")
_LOCAL_ID_MISSING = Evidence("local_id", "missing")
_PNC_ID_MISSING = Evidence("pnc_id", "missing")
_RETURN_ID_SAME = Evidence("return_id", "same")
_RETURN_ID_MISSING = Evidence("return_id", "missing")


def compare_nhs(one: Person, other: Person) -> Evidence:
    """NHS numbers; one that its agency has ended can agree but not conflict."""
    own = one.nhs + one.superseded
    others = other.nhs + other.superseded
    if not own or not others:
        return _NHS_NUMBER_MISSING
    if own == others or not set(own).isdisjoint(others):
        return _NHS_NUMBER_SAME
    return _NHS_NUMBER_DIFFERENT if one.nhs and other.nhs else _NHS_NUMBER_MISSING


def compare_upn(one: Person, other: Person) -> Evidence:
    """Pupil numbers; a temporary one is replaced by the next school and cannot conflict."""
    if not one.upns or not other.upns:
        return _UPN_MISSING
    if not set(one.upns).isdisjoint(other.upns):
        return Evidence("upn", "same")
    if any(map(upn_is_temporary, (*one.upns, *other.upns))):
        return _UPN_MISSING
    return Evidence("upn", "different")


def compare_local(one: Person, other: Person) -> Evidence:
    """A council's own child id, as the council and others write it; what its return and its own
    record share by it, `compare_own` says."""
    if not one.local or not other.local or _are_of_one_id(one, other):
        return _LOCAL_ID_MISSING
    if one.local == other.local or not set(one.local).isdisjoint(other.local):
        return _LOCAL_ID_SAME
    authorities = {each.partition(":")[0] for each in one.local}
    same_council = any(each.partition(":")[0] in authorities for each in other.local)
    return Evidence("local_id", "different") if same_council else _LOCAL_ID_MISSING


def compare_pnc(one: Person, other: Person) -> Evidence:
    """Police National Computer ids; a person may be given a second one, which is no conflict."""
    if not one.pncs or set(one.pncs).isdisjoint(other.pncs):
        return _PNC_ID_MISSING
    return Evidence("pnc_id", "same")


def compare_own(one: Person, other: Person) -> Evidence:
    """Whether a council's return and its case system, or two returns, use one local id."""
    return _RETURN_ID_SAME if _are_of_one_id(one, other) else _RETURN_ID_MISSING


def _are_of_one_id(one: Person, other: Person) -> bool:
    return (one.is_return or other.is_return) and one.own_id == other.own_id
