"""What the brute-force oracle asks of people alone, without pairs and groups that were weighed."""
from collections.abc import Iterable, Mapping
from itertools import product

from broker.identity.person import Person


def adoption_between(one: Person, other: Person) -> bool:
    """Whether one was adopted on or before the day the other was begun."""
    return any(a.adopted_day is not None and b.first_day >= a.adopted_day
               for a, b in ((one, other), (other, one)))


def numbers_apart(one: Person, other: Person, same: Iterable[frozenset[str]]) -> bool:
    """Whether both have an NHS number and no number of the one is one of the other's."""
    if not one.nhs or not other.nhs:
        return False
    ways = [*same, *({number} for each in (one, other)
                     for number in (*each.nhs, *each.superseded))]
    own, others = ((*each.nhs, *each.superseded) for each in (one, other))
    return not any(a in way and b in way for way in ways for a, b in product(own, others))


def are_twins(one: Person, other: Person) -> bool:
    """Whether one agency holds both, by two ids, under one birth date and family name."""
    days = [{born[:3] for born in each.births} for each in (one, other)]
    families = [{word for name in each.names for word in name.family} for each in (one, other)]
    return bool(one.agency == other.agency and one.own_id != other.own_id
                and days[0] & days[1] and families[0] & families[1])


def only_sex_tells(one: frozenset[str], other: frozenset[str],
                   persons: Mapping[str, Person]) -> bool:
    """Whether two groups have a postcode sector or a telephone in common and are of one sex, and
    all whom an agency holds as twins beside a member are of the other; and there is somebody."""
    own, others = ({sex for key in group for sex in persons[key].sexes} for group in (one, other))
    twins = [persons[key] for key in set(persons) - one - other
             if any(are_twins(persons[key], persons[member]) for member in one | other)]
    places = [{place for key in group for place in (
        *persons[key].phones, *(each[:-2] for each in persons[key].postcodes))}
        for group in (one, other)]
    near = bool(places[0] & places[1])
    return near and own in ({"F"}, {"M"}) and own == others and bool(twins) and not any(
        not each.sexes or own & set(each.sexes) for each in twins)
