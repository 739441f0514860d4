"""Numbers that name a child: alike, different, or not on both sides."""
from broker.identity.comparison.evidence import Evidence
from broker.identity.person import Person
from broker.vocabulary.identifiers import upn_is_temporary


def compare_nhs(one: Person, other: Person) -> Evidence:
    """NHS numbers; one that its agency has ended can agree but not conflict."""
    own, others = {*one.nhs, *one.superseded}, {*other.nhs, *other.superseded}
    if not own.isdisjoint(others):
        return Evidence("nhs_number", "same")
    return Evidence("nhs_number", "different" if one.nhs and other.nhs else "missing")


def compare_upn(one: Person, other: Person) -> Evidence:
    """Pupil numbers; a temporary one is replaced by the next school and cannot conflict."""
    if not one.upns or not other.upns:
        return Evidence("upn", "missing")
    if not set(one.upns).isdisjoint(other.upns):
        return Evidence("upn", "same")
    if any(map(upn_is_temporary, (*one.upns, *other.upns))):
        return Evidence("upn", "missing")
    return Evidence("upn", "different")


def compare_local(one: Person, other: Person) -> Evidence:
    """A council's own child id, as the council and others write it."""
    if not one.local or not other.local:
        return Evidence("local_id", "missing")
    if not set(one.local).isdisjoint(other.local):
        return Evidence("local_id", "same")
    authorities = {each.partition(":")[0] for each in one.local}
    same_council = any(each.partition(":")[0] in authorities for each in other.local)
    return Evidence("local_id", "different" if same_council else "missing")


def compare_pnc(one: Person, other: Person) -> Evidence:
    """Police National Computer ids; a person may be given a second one, which is no conflict."""
    same = not set(one.pncs).isdisjoint(other.pncs)
    return Evidence("pnc_id", "same" if same else "missing")


def compare_own(one: Person, other: Person) -> Evidence:
    """Whether a council's return and its case system, or two returns, use one local id."""
    same = one.own_id == other.own_id and one.key != other.key
    return Evidence("return_id", "same" if same else "missing")
