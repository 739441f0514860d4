"""Children as rows of a flat file, and as they are linked live."""
from bench.linkage.children import Children

DUMMIES = {"1111111111", "9999999999", "0000000000", "9876543210"}
WORLD = Children(seed=1, count=80)


def test_a_row_is_what_one_system_holds_by_name() -> None:
    """Returns without names are no rows; every other record is one, under its own id."""
    named = sorted(held.key for held in WORLD.world.records if held.said.names)

    assert len(named) < len(WORLD.world.records)
    assert named == sorted(row["key"] for row in WORLD.rows)


def test_every_row_has_its_child_and_that_childs_name_group() -> None:
    """So that recall can be told apart by group."""
    told = {(row["key"], row["cluster"], WORLD.groups[row["key"]]) for row in WORLD.rows}

    assert told == {(held.key, str(held.child), WORLD.world.people[held.child].group)
                    for held in WORLD.world.records if held.said.names}


def test_a_number_that_no_nhs_number_can_be_is_no_value() -> None:
    """Dummy numbers would join strangers; no tool is given them."""
    world = Children(seed=1, count=600)
    written = {held.said.nhs_number for held in world.world.records}

    assert DUMMIES <= written
    assert set() == DUMMIES & {row["nhs_number"] for row in world.rows}


def test_live_linkage_gives_every_row_a_child() -> None:
    """Rows are asked for, returns go with them."""
    assert {row["key"] for row in WORLD.rows} == WORLD.live().clusters.keys()
