"""What every store promises about rows."""
from contextlib import suppress
from threading import Thread

import pytest

from broker.errors import Conflict
from broker.ports import Row, Store, Table

PEOPLE = Table("people", (("id", "text"), ("seen", "integer"), ("weight", "real"),
                          ("document", "bytes")), ("id",), (("seen",),))
PAIRS = Table("pairs", (("order", "integer"), ("right", "text"), ("left", "text")),
              ("left", "right"), (("right", "order"),))
TABLES = (PEOPLE, PAIRS)

ANN: Row = ("ann", 3, 0.5, b"\x00\xff")
BEN: Row = ("ben", 1, -1.25, b"")
CAT: Row = ("cat", 3, None, None)
DAN: Row = ("dan", None, 2.0, b"d")


def filled(store: Store) -> Store:
    """The store with four people in it."""
    with store.begin() as unit:
        unit.insert(PEOPLE, [DAN, ANN, CAT, BEN])
    return store


def everyone(store: Store) -> list[Row]:
    """All people, by id."""
    with store.view() as view:
        return view.scan(PEOPLE, "id")


def test_rows_come_back_as_they_went_in(store: Store) -> None:
    """Text, whole numbers, real numbers, bytes and nothing."""
    assert [ANN, BEN, CAT, DAN] == everyone(filled(store))


def test_rows_are_got_by_key(store: Store) -> None:
    """Missing keys are left out, a key asked twice is answered once."""
    with filled(store).view() as view:
        assert [ANN, DAN] == sorted(view.get(PEOPLE, [("dan",), ("eve",), ("ann",), ("dan",)]))


def test_getting_nothing_gives_nothing(store: Store) -> None:
    """No keys, no rows."""
    with filled(store).view() as view:
        assert ([], []) == (view.get(PEOPLE, []), view.find(PEOPLE, "seen", []))


def test_keys_of_two_columns_are_in_the_order_of_the_key(store: Store) -> None:
    """The declared order of the key, not that of the columns."""
    with store.begin() as unit:
        unit.insert(PAIRS, [(1, "x", "a"), (2, "y", "a"), (3, "x", "b")])
        assert [(2, "y", "a"), (3, "x", "b")] == sorted(
            unit.get(PAIRS, [("a", "y"), ("b", "x"), ("x", "a")]))


def test_thousands_of_keys_are_got_at_once(store: Store) -> None:
    """More than fit one statement, also where keys have two columns."""
    rows: list[Row] = [(number, str(number), "left") for number in range(3001)]
    with store.begin() as unit:
        unit.insert(PAIRS, rows)
        got = unit.get(PAIRS, [("left", str(number)) for number in range(3001)])
        found = unit.find(PAIRS, "right", [str(number) for number in range(3001)])

    assert (rows, rows) == (sorted(got), sorted(found))


def test_rows_are_found_by_an_indexed_column(store: Store) -> None:
    """Each row once; None is no value."""
    with filled(store).view() as view:
        assert [ANN, CAT] == sorted(view.find(PEOPLE, "seen", [3, 3, None, 99]))


def test_rows_are_found_by_the_first_column_of_the_key(store: Store) -> None:
    """The key's own order serves too."""
    with store.begin() as unit:
        unit.insert(PAIRS, [(1, "x", "a"), (2, "y", "a"), (3, "x", "b")])
        assert [(1, "x", "a"), (2, "y", "a")] == sorted(unit.find(PAIRS, "left", ["a"]))


def test_finding_follows_changes(store: Store) -> None:
    """A column that changed is found by its new value alone."""
    with filled(store).begin() as unit:
        unit.find(PEOPLE, "seen", [3])
        unit.put(PEOPLE, [("ann", 1, 0.5, None)])
        unit.delete(PEOPLE, [("ben",)])

        assert ([CAT], [("ann", 1, 0.5, None)]) == (
            unit.find(PEOPLE, "seen", [3]), unit.find(PEOPLE, "seen", [1]))


def test_finding_by_another_column_is_a_mistake(store: Store) -> None:
    """It would read the whole table."""
    with filled(store).view() as view, pytest.raises(AssertionError):
        view.find(PEOPLE, "weight", [2.0])


@pytest.mark.parametrize(("after", "upto", "limit", "descending", "expected"), [
    (None, None, None, False, ["ben", "ann", "cat"]),
    (None, None, None, True, ["cat", "ann", "ben"]),
    (1, None, None, False, ["ann", "cat"]),
    (None, 1, None, False, ["ben"]),
    (1, 3, 1, False, ["ann"]),
    (1, 3, 1, True, ["cat"]),
    (None, None, 2, False, ["ben", "ann"]),
    (3, None, None, False, []),
    (None, 0, None, True, []),
    (None, None, 0, False, []),
])
def test_rows_are_scanned_in_order(
    store: Store, after: int | None, upto: int | None, limit: int | None, descending: bool,
    expected: list[str],
) -> None:
    """after < column <= upto; ties by key; what has no value has no place."""
    with filled(store).view() as view:
        rows = view.scan(PEOPLE, "seen", after=after, upto=upto, limit=limit,
                         descending=descending)

    assert expected == [row[0] for row in rows]


def test_text_is_in_order_of_code_points(store: Store) -> None:
    """The same on every machine, whatever its language."""
    words = ["B", "a", "Z", "\u00e9", "z", "\uffff", "\U0001f600"]
    with store.begin() as unit:
        unit.insert(PEOPLE, [(word, None, None, None) for word in words])

        assert sorted(words) == [row[0] for row in unit.scan(PEOPLE, "id")]


def test_text_may_hold_any_character(store: Store) -> None:
    """An agency's own reference may hold a NUL; it stays a key, in its order."""
    words = ["", "a", "a\0", "a\0b", "a\1", "a\1\1", "a\1\2", "a\2", "\0", "\1", "\x1f", "\x7f"]
    with store.begin() as unit:
        unit.insert(PEOPLE, [(word, None, None, None) for word in words])
        unit.swap(PEOPLE, ("a\0", None, None, None), ("a\0", 1, None, None))

        assert sorted(words) == [row[0] for row in unit.scan(PEOPLE, "id")]
        assert [row for row in sorted(words) if "\0" < row <= "a\1"] == [
            row[0] for row in unit.scan(PEOPLE, "id", after="\0", upto="a\1")]
        assert [("a\0", 1, None, None)] == unit.get(PEOPLE, [("a\0",), ("b\0",)])
        assert 2 == unit.delete(PEOPLE, [("a\0",), ("a\1\1",), ("\2",)])


def test_scanning_follows_changes(store: Store) -> None:
    """Rows that moved, went and came back are each in one place."""
    with filled(store).begin() as unit:
        unit.scan(PEOPLE, "seen")
        unit.put(PEOPLE, [("ann", 9, None, None), ("dan", 2, None, None)])
        unit.put(PEOPLE, [("ann", 3, None, None)])
        unit.delete(PEOPLE, [("ben",)])
        unit.insert(PEOPLE, [BEN])

        assert ["ben", "dan", "ann", "cat"] == [row[0] for row in unit.scan(PEOPLE, "seen")]


def test_rows_are_counted(store: Store) -> None:
    """Of each table by itself."""
    with filled(store).view() as view:
        assert (4, 0) == (view.count(PEOPLE), view.count(PAIRS))


def test_a_taken_key_is_a_conflict(store: Store) -> None:
    """And nothing of the transaction happens."""
    filled(store)
    with pytest.raises(Conflict), store.begin() as unit:
        unit.insert(PEOPLE, [("eve", 1, None, None), ("ann", 1, None, None)])

    assert [ANN, BEN, CAT, DAN] == everyone(store)


def test_one_key_twice_in_a_call_is_a_conflict(store: Store) -> None:
    """Insert says that every row is new."""
    with pytest.raises(Conflict), store.begin() as unit:
        unit.insert(PEOPLE, [ANN, ANN])


def test_a_conflict_that_is_caught_still_loses_the_transaction(store: Store) -> None:
    """Half of a batch is never kept."""
    filled(store)
    with pytest.raises(Conflict), store.begin() as unit, suppress(Conflict):
        unit.insert(PEOPLE, [("eve", 1, None, None), ANN])

    assert [ANN, BEN, CAT, DAN] == everyone(store)


def test_new_rows_are_told_from_known_ones(store: Store) -> None:
    """The first of two with one key is added; what is there stays as it is."""
    eve: Row = ("eve", 5, None, None)
    with filled(store).begin() as unit:
        added = unit.insert_new(PEOPLE, [("ann", 9, None, None), eve, ("eve", 6, None, None)])

    assert ([False, True, False], [ANN, BEN, CAT, DAN, eve]) == (added, everyone(store))


def test_putting_adds_and_replaces(store: Store) -> None:
    """The last of two rows with one key holds."""
    with filled(store).begin() as unit:
        unit.put(PEOPLE, [("ann", 7, None, None), ("eve", 1, None, None), ("ann", 8, None, b"a")])

    assert [("ann", 8, None, b"a"), BEN, CAT, DAN, ("eve", 1, None, None)] == everyone(store)


def test_a_table_may_be_all_key(store: Store) -> None:
    """Putting the same row again changes nothing."""
    with store.begin() as unit:
        unit.put(PAIRS, [(1, "x", "a"), (1, "x", "a")])

        assert 1 == unit.count(PAIRS)


def test_deleting_counts_what_was_there(store: Store) -> None:
    """Unknown keys and repetition count for nothing."""
    with filled(store).begin() as unit:
        gone = unit.delete(PEOPLE, [("ann",), ("eve",), ("ann",), ("ben",)])

    assert (2, [CAT, DAN]) == (gone, everyone(store))


def test_deleting_nothing_deletes_nothing(store: Store) -> None:
    """No keys, no rows."""
    with filled(store).begin() as unit:
        assert 0 == unit.delete(PEOPLE, [])


def test_a_swap_replaces_exactly_what_was_read(store: Store) -> None:
    """Compare and set."""
    new: Row = ("ann", 4, 0.5, b"new")
    with filled(store).begin() as unit:
        unit.swap(PEOPLE, ANN, new)
        unit.swap(PEOPLE, None, ("eve", None, None, None))

    assert [new, BEN, CAT, DAN, ("eve", None, None, None)] == everyone(store)


@pytest.mark.parametrize(("old", "new"), [
    (("ann", 4, 0.5, b"\x00\xff"), ("ann", 5, None, None)),
    (("ann", 3, 0.5, None), ("ann", 5, None, None)),
    (None, ("ann", 5, None, None)),
    (("eve", 1, None, None), ("eve", 2, None, None)),
])
def test_a_swap_that_misses_is_a_conflict(store: Store, old: Row | None, new: Row) -> None:
    """Somebody else got there first."""
    filled(store)
    with pytest.raises(Conflict), store.begin() as unit:
        unit.swap(PEOPLE, old, new)

    assert [ANN, BEN, CAT, DAN] == everyone(store)


def test_a_rollback_leaves_nothing(store: Store) -> None:
    """Adding, replacing, swapping and deleting are undone together."""
    filled(store)
    with store.view() as view:
        view.find(PEOPLE, "seen", [1])
        view.scan(PEOPLE, "seen")

    def fail() -> None:
        with store.begin() as unit:
            unit.insert(PEOPLE, [("eve", 1, None, None)])
            unit.put(PEOPLE, [("ann", 9, None, None), ("ann", 10, None, None)])
            unit.swap(PEOPLE, BEN, ("ben", 2, None, None))
            unit.delete(PEOPLE, [("cat",), ("eve",)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with store.view() as view:
        assert [ANN, BEN, CAT, DAN] == view.scan(PEOPLE, "id")
        assert [BEN, ANN, CAT] == view.scan(PEOPLE, "seen")
        assert [ANN, CAT] == sorted(view.find(PEOPLE, "seen", [2, 3, 9, 10]))


def test_a_unit_reads_what_it_wrote(store: Store) -> None:
    """Before anybody else does."""
    with store.begin() as unit:
        unit.insert(PEOPLE, [ANN])

        assert ([ANN], 1) == (unit.get(PEOPLE, [("ann",)]), unit.count(PEOPLE))


@pytest.mark.parametrize("wrong", [
    ("ann", 1, 1.0), ("ann", "1", 1.0, b""), (None, 1, 1.0, b""), ("ann", 1, 1.0, "text")])
def test_a_row_of_the_wrong_kind_is_a_mistake(store: Store, wrong: Row) -> None:
    """Databases would store it as something else, or nowhere."""
    with pytest.raises(AssertionError), store.begin() as unit:
        unit.put(PEOPLE, [ANN, wrong])


def test_a_transaction_within_another_is_a_mistake(store: Store) -> None:
    """It would wait for itself."""
    with store.begin(), pytest.raises(AssertionError), store.view():
        pass


def test_writers_at_once_lose_nothing(store: Store) -> None:
    """Each transaction sees the one before it: counting up by reading and writing adds up."""
    with store.begin() as unit:
        unit.insert(PEOPLE, [("counter", 0, None, None)])

    def write() -> None:
        for _ in range(25):
            with store.begin() as unit:
                [(_key, value, _weight, _document)] = unit.get(PEOPLE, [("counter",)])
                assert isinstance(value, int)
                unit.put(PEOPLE, [("counter", value + 1, None, None)])

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [("counter", 100, None, None)] == everyone(store)
