"""A second and harder world of children, written from a description of what goes wrong alone.

Whoever wrote it saw neither broker.identity nor broker.world: eight groups of names of equal size
with their own lists and spellings, a birth date wrong, missing or estimated in one record of ten,
few NHS numbers, twins as seven children in a hundred, cousins of one name. Its rates and its small
lists of names are harsher than records are; it shows what broker.world.hard does not think of.
"""
from random import Random

from bench.harder.children import Families, Places
from bench.harder.clerks import rows_of
from broker.world.hard import HardWorld, Held, Truth
from broker.world.hard.stocks import Stock, Words

_CARE_HOMES = 10
_NO_NAMES = Words((), (), ())


def harder_world(children: int, seed: int) -> HardWorld:
    """A world of at least so many children, as `bench.children` measures one."""
    rng = Random(seed)
    places = Places(rng)
    people = Families(rng, places).grow(children)
    homes_for_children = [places.home("english_welsh")[0] for _ in range(_CARE_HOMES)]
    rows = [row for child in people for row in rows_of(rng, child, homes_for_children)]
    rng.shuffle(rows)
    truths = {each.number: Truth(
        each.number, each.household, Stock(each.family.group, 0, _NO_NAMES, _NO_NAMES, _NO_NAMES),
        (*each.given, *each.middle), each.surname, each.sex, each.born,
        tuple(stay.home[0] for stay in each.stays), each.phones[0], twin=each.twin)
        for each in people}
    held: dict[str, Held] = {}  # an id that is drawn twice belongs to whom it was given first
    for number, row in enumerate(rows):
        key = f"{row.agency.name}:{row.local}"
        held.setdefault(key, Held(key, row.said(number), row.child))
    return HardWorld(truths, tuple(held.values()))
