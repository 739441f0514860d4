"""Why two records were joined falsely or missed: kinds, stages and causes."""
from collections.abc import Mapping

from broker.identity.blocking import keys_of
from broker.identity.model import Model
from broker.identity.person import Person
from broker.identity.scoring import score
from broker.world.hard import Truth

_WELL = frozenset({"missing", "same", "exact", "same_beside_name", "used", "shared"})


def kind_of(one: Truth, other: Truth) -> str:
    """What two people falsely joined are to each other."""
    if one.adult or other.adult:
        return "father and son" if one.household == other.household else "adult and stranger"
    if one.household == other.household:
        return "twins" if one.born == other.born else "brothers and sisters"
    if one.born == other.born:
        return "strangers born on one day"
    return "strangers of one name" if one.given[0] == other.given[0] else "strangers"


def stage_of(one: Person, other: Person, review: Mapping[tuple[str, str], str],
             model: Model) -> str:
    """Where a pair of one child was lost; a return meets others only through its own agency."""
    if one.own_id != other.own_id and (one.is_return or other.is_return):
        return "return, through its council"
    if keys_of(one, model.hot_keys).sought.isdisjoint(keys_of(other, model.hot_keys).posted):
        return "not blocked"
    scored = score(one, other, model)
    if scored.forbidden or scored.held:
        return scored.forbidden or scored.held or ""
    if scored.weight < model.floor_bits:
        return "scored low"
    if scored.weight < model.link_bits:
        return "scored between floor and link"
    pair = (one.key, other.key) if one.key < other.key else (other.key, one.key)
    return review.get(pair, "cluster")


def cause_of(one: Person, other: Person, model: Model) -> str:
    """The evidence that does not agree well, strongest features first."""
    return ", ".join(
        f"{each.feature} {each.level}" for each in score(one, other, model).evidence
        if each.level not in _WELL) or "nothing disagrees"
