"""Which of two twins a record without a given name is: where one is a boy and one a girl."""
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from broker.identity.comparison.household import compare_phones, compare_postcodes
from broker.identity.edges import Edge
from broker.identity.groups import Groups
from broker.identity.model import Model
from broker.identity.names import spelling_of
from broker.identity.person import Person
from broker.identity.scoring import UNNAMED_TWIN


def is_of_unnamed_twin(edge: Edge, model: Model) -> bool:
    """Whether a pair would be joined if one of the two were not a twin with no given name yet."""
    return edge.held == UNNAMED_TWIN and edge.weight >= model.link_bits


def told_by_sex(unnamed: Iterable[Edge], persons: Mapping[str, Person], groups: Groups,
                conflicts: Callable[[str, str], bool]) -> Edge | None:
    """The first of these pairs between two groups that nothing parts and that can only be one
    child, if there is one."""
    for edge in unnamed:
        one, other = groups.group(edge.left), groups.group(edge.right)
        if one is not other and not any(conflicts(a, b) for a in one for b in other) and (
                _are_one([persons[key] for key in sorted(one)],
                         [persons[key] for key in sorted(other)], persons.values())):
            return edge
    return None


def _are_one(one: Collection[Person], other: Collection[Person],
             everyone: Iterable[Person]) -> bool:
    """Whether two groups, of which one has no given name yet but is known to be a twin, can only
    be one child: both are girls, say, and all that is recorded beside them is a twin brother.

    Not where the sex of either is unknown or in doubt, nor where an agency holds beside them
    another girl of that birth date and family, or a child of unknown sex: of triplets, or of a
    child recorded twice, nothing tells. Nor without a home in common: of a common family name
    strangers are born on one day.
    """
    if not any(_are_near(each, another) for each in one for another in other):
        return False
    both = (*one, *other)
    sexes = {sex for each in both for sex in each.sexes}
    if not all(any(each.sexes for each in group) for group in (one, other)):
        return False
    twins = list(_twins_of(both, everyone))
    return bool(twins) and all(each.sexes and sexes.isdisjoint(each.sexes) for each in twins)


def _are_near(one: Person, other: Person) -> bool:
    return compare_phones(one, other).level == "same" or (
        compare_postcodes(one, other).level in ("same", "same_sector"))


def _twins_of(group: Collection[Person], everyone: Iterable[Person]) -> Iterator[Person]:
    """Who is held beside a member by its own agency, born on the same day to the same family."""
    members = {each.key for each in group}
    return (each for each in everyone if each.key not in members
            and any(_are_twins(each, member) for member in group))


def _are_twins(one: Person, other: Person) -> bool:
    return one.agency == other.agency and one.own_id != other.own_id and (
        not {born[:3] for born in one.births}.isdisjoint([born[:3] for born in other.births])
        and not _families_of(one).isdisjoint(_families_of(other)))


def _families_of(person: Person) -> set[str]:
    return {spelling_of(word) for name in person.names for word in name.family}
