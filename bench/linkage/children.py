"""A held-back hard world of children as rows of a flat file, with the truth and the name group.

A row is what one agency's system holds of one child, its first name, address and phone where it
holds several. Returns without names are left out: a flat file has nothing to join them by.
"""
from bench.linkage.measures import Found, Labels
from broker.backends.memory import MemoryStore
from broker.identity.model import DEFAULT_MODEL
from broker.pipeline import linking
from broker.vocabulary.identifiers import nhs_number
from broker.world.hard import HELD_BACK_FROM, HardWorld, Held, hard_world

SEED = HELD_BACK_FROM + 17  # looked at for nothing else
COUNT = 4_000
_BATCH = 500


class Children:
    """One world: `rows`, and `groups`, the name group of each row by its id."""

    def __init__(self, seed: int = SEED, count: int = COUNT) -> None:
        self.world: HardWorld = hard_world(count, seed)
        named = [held for held in self.world.records if held.said.names]
        self.rows = [_row(held) for held in named]
        self.groups = {held.key: self.world.people[held.child].group for held in named}

    def live(self) -> Found:
        """Every record, returns too, through the code that runs live, in small batches."""
        store = MemoryStore()
        said = [held.said for held in self.world.records]

        def run() -> Labels:
            for start in range(0, len(said), _BATCH):
                with store.begin() as unit:
                    linking.fold_people(unit, said[start:start + _BATCH], DEFAULT_MODEL)
            with store.view() as view:
                of = {key: number for number, each in enumerate(linking.people_list(view))
                      for key in each.members}
            return {row["key"]: of[row["key"]] for row in self.rows}

        return Found.timed(run)


def _row(held: Held) -> dict[str, str]:
    """One record, "" where nothing is known; a number that no NHS number can be is none."""
    said = held.said
    name = said.names[0]
    number = said.nhs_number and nhs_number(said.nhs_number)
    return {
        "key": held.key, "cluster": str(held.child), "given_name": (name.given or "").lower(),
        "family_name": (name.family or "").lower(),
        "birth_date": said.birth_date.isoformat() if said.birth_date else "",
        "sex": said.sex.value if said.sex else "",
        "postcode": next((each.postcode for each in said.addresses if each.postcode), ""),
        "phone": said.phones[0] if said.phones else "", "nhs_number": number or "",
        "upn": said.upn or ""}
