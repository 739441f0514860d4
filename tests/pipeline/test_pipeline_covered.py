"""What covers a file that was refused whole: what it would have said, not what looks like it."""
from collections.abc import Callable
from datetime import timedelta

import pytest

from broker.pipeline.settled import UnreadFile
from broker.pipeline.tables import REJECTED_ROWS
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench
from tests.pipeline.covering import BAD_HEADER, at, rejects, sent, sent_by_council
from tests.pipeline.test_pipeline_reach import EVENING
from tests.pipeline.test_pipeline_refused import (
    BEFORE,
    BROKEN,
    NONE_HELD,
    UNREAD,
    missing,
    report,
    said,
    unread,
)

__all__ = ["missing"]
STAYS = "M0,P1,2026-01-05,M,2026-01-06,Y,Y"
NEXT = "M2,P1,2026-02-21,M,2026-02-22,,"


@pytest.mark.parametrize("row", [
    report("M1", "2026-03-01T22:09:59Z"), report("M1", "2026-03-01T22:10:00Z"),
    report("M1", "1926-03-01T22:05:00Z"), report("M9", "2026-03-01T22:00:01Z"),
    f"{report('M9', BEFORE).rpartition(BEFORE)[0]}1926-03-01T22:05:00Z,"],
    ids=["a second before", "its very time", "a mistyped year", "changed since the last one",
         "known by another time"])
def test_a_file_that_does_not_reach_the_extract_before_covers_nothing(
        missing: Bench, row: str) -> None:
    """The refused file holds what had changed since then, and this holds a second of it."""
    sent(missing, BROKEN, header=BROKEN)

    assert (1, 1) == (sent(missing, row), sent(missing, row, report("M2", at(25))))
    assert UNREAD.replace("22:00", "22:10") == said(missing)


def test_a_time_in_the_future_that_comes_each_time_covers_nothing(missing: Bench) -> None:
    """Whatever is asked for by its time of writing, it is among it."""
    ahead = report("M7", at(12))
    sent(missing, ahead)
    sent(missing, header=BROKEN)

    assert [1, 0] == [sent(missing, ahead), sent(missing, report("M9", BEFORE))]


def test_one_slip_that_is_repeated_covers_nothing(missing: Bench) -> None:
    """A mistyped year that was first read behind the refused file, twice in extracts that
    overlap."""
    sent(missing, header=BROKEN)
    slip = report("M3", "1926-03-01T22:05:00Z")

    assert [1, 1] == [sent(missing, slip), sent(missing, slip)]


@pytest.mark.parametrize(("rows", "left"), [
    ([report("M1", at(4)), report("M2", at(10))], 0),
    ([report("M1", at(4)), report("M2", at(10)), report("M3", at(15))], 0),
    ([report("M1", at(4))], 1),
    ([report("M1", at(4)), report("M1", at(5))], 1),
    ([report("M1", at(4)), report("M2", at(11))], 1),
    ([report("M1", at(4)), report("M2", at(0))], 1),
], ids=["as many", "more since", "one less", "one twice", "one later", "one as old as the last"])
def test_a_mended_file_covers_it_that_has_as_many_rows(
        missing: Bench, rows: list[str], left: int) -> None:
    """All that was written between the two extracts was in the refused one."""
    sent(missing, report("M1", at(4)), report("M2", at(10)), header=BAD_HEADER)
    before = said(missing)

    assert left == sent(missing, *rows)
    assert (UNREAD.replace("22:00", "22:10"), UNREAD.replace("22:00", "22:10") if left
            else NONE_HELD) == (before, said(missing))


@pytest.mark.parametrize("spoil", [
    lambda text: text.replace(b",", b";"), lambda text: text.replace(b"state", b"st\xe4te"),
], ids=["semicolons", "not UTF-8"])
def test_a_file_of_another_separator_or_encoding_has_its_rows_counted(
        missing: Bench, spoil: Callable[[bytes], bytes]) -> None:
    """What it says cannot be read; how many rows it has, can."""
    rows = [report("M1", at(4)), report("M2", at(5))]
    missing.later(minutes=10)
    folder = missing.folder / "spoilt"
    folder.mkdir()
    (folder / "missing.csv").write_bytes(spoil("\n".join((lines.MISSING, *rows)).encode()))
    missing.publish_path("police", folder)

    assert [1, 1, 0] == [len(unread(missing)), sent(missing, rows[0]), sent(missing, *rows)]


@pytest.mark.parametrize("header", [
    "<html>", BROKEN, report("M8", at(1)) + "," + "M8", BAD_HEADER + ",\0"],
    ids=["a page", "few columns", "a row", "binary"])
def test_rows_are_counted_only_below_what_looks_like_column_names(
        missing: Bench, header: str) -> None:
    """Anything else has lines, and nobody knows of what."""
    sent(missing, "<p>", header=header)

    assert 1 == sent(missing, report("M1", at(4)))


@pytest.mark.parametrize(("row", "left"), [
    (report("M1", at(4)), 1), (report("M2", at(15)), 1), (report("M3", at(15)), 2),
    (report("M0", BEFORE), 0)], ids=["the first", "the second", "another", "whole"])
def test_the_rows_of_the_first_refused_file_do_not_pass_for_the_next_ones(
        missing: Bench, row: str, left: int) -> None:
    """A second file of changes was refused meanwhile: the rows of both were written since."""
    sent(missing, report("M1", at(4)), header=BAD_HEADER)
    sent(missing, report("M2", at(15)), header=BAD_HEADER)

    assert left == sent(missing, row)


@pytest.mark.parametrize(("first", "second", "left"), [(11, 10, 0), (12, 10, 1), (10, 9, 1)])
def test_first_extracts_refused_twice_are_covered_together_where_both_were_whole(
        bench: Bench, first: int, second: int, left: int) -> None:
    """Mended once, and wrongly, before it was mended for good."""
    rows = [report(f"M{number}", EVENING) for number in range(20)]
    sent(bench, *rows[:first], header=BAD_HEADER)
    sent(bench, *rows[:second], header=BAD_HEADER)

    assert left == sent(bench, *rows)


def test_behind_a_file_of_which_nothing_can_be_told_no_rows_are_counted(bench: Bench) -> None:
    """It may have been the whole, and what came behind it changes."""
    rows = [report(f"M{number}", EVENING) for number in range(10)]
    sent(bench, header=BROKEN)
    sent(bench, *rows, header=BAD_HEADER)

    assert 2 == sent(bench, *rows[:9], report("M9", at(19)))


def test_many_changes_refused_twice_do_not_pass_for_the_whole(missing: Bench) -> None:
    """An extract had been read before: ten rows are ten changes, and ten others the next."""
    first, second = ([report(f"M{number}{minutes}", at(minutes)) for number in range(10)]
                     for minutes in (4, 15))
    sent(missing, *first, header=BAD_HEADER)
    sent(missing, *second, header=BAD_HEADER)

    assert 1 == sent(missing, *first)


def test_halves_that_were_refused_at_once_are_mended_at_once(missing: Bench) -> None:
    """Each by the rows of its own name."""
    missing.later(minutes=10)
    folder, left = missing.folder / "halves", []
    for header in (BAD_HEADER, lines.MISSING):
        for name in ("north", "south"):
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / "missing.csv").write_text(
                f"{header}\n{report(name, at(4))}\n", encoding="utf-8")
        missing.publish_path("police", folder)
        missing.later(minutes=10)
        left.append(sum(each.files for each in unread(missing)))

    assert [2, 0] == left


def test_a_first_extract_that_was_refused_is_covered_by_the_next_whole_one(bench: Bench) -> None:
    """One row in ten may have changed meanwhile; a file of two changes is not the whole."""
    rows = [report(f"M{number}", EVENING) for number in range(10)]
    sent(bench, *rows, header=BAD_HEADER)
    changed = [*rows[:8], report("M8", at(19)), report("M9", at(19))]

    assert [1, 1, 0] == [sent(bench, *rows[:2]), sent(bench, *changed),
                         sent(bench, *rows[:9], report("M9", at(19)))]


def test_a_first_extract_without_times_is_covered_by_whole_ones(bench: Bench) -> None:
    """The second of them says what the first did: these are no changes."""
    first = sent_by_council(bench, header="miss_table_id")

    assert [1, 1, 0] == [first, sent_by_council(bench, STAYS, NEXT),
                         sent_by_council(bench, STAYS, NEXT)]


def test_a_first_extract_without_times_is_not_covered_by_changes(bench: Bench) -> None:
    """Half of the file is new, or it has fewer rows than the refused one."""
    header = lines.SSD_MISSING.replace("miss_person_id", "miss_persons_id")
    sent_by_council(bench, STAYS, NEXT.replace("-02-22", ""), header=header)
    other = NEXT.replace("M2", "M3")

    assert [1, 1, 1] == [sent_by_council(bench, STAYS), sent_by_council(bench, STAYS, NEXT),
                         sent_by_council(bench, STAYS)]
    assert 0 == sent_by_council(bench, STAYS, NEXT, other.replace("P1", "P2"))


def test_two_halves_that_were_both_refused_are_each_mended(missing: Bench) -> None:
    """One of them that goes back far enough says nothing of the other."""
    missing.later(minutes=10)
    folder = missing.folder / "halves"
    for name in ("north", "south"):
        (folder / name).mkdir(parents=True)
        (folder / name / "missing.csv").write_text(f"{BROKEN},{name}\n", encoding="utf-8")
    missing.publish_path("police", folder)
    (folder / "south" / "missing.csv").unlink()
    (folder / "south" / "other.txt").touch()
    left = [sum(each.files for each in unread(missing)), sent(missing, report("M0", BEFORE))]

    assert [2, 2] == left


@pytest.mark.parametrize("spoil", [
    lambda text: text.replace(b",", b"\t"), lambda text: text.replace(b"\n", b"\r\n"),
    lambda text: b"\xef\xbb\xbf" + text.replace(b"risk_final", b"risk finally"),
], ids=["another separator", "other ends of lines", "another header"])
def test_the_same_rows_refused_again_are_another_try_and_no_other_file(
        missing: Bench, spoil: Callable[[bytes], bytes]) -> None:
    """Mended once, and wrongly: nobody looks for what the second of them held."""
    first = "\n".join((BAD_HEADER, report("M1", at(4)), report("M2", at(5)), "")).encode()
    counted = []
    for number, content in enumerate((first, spoil(first), spoil(spoil(first)))):
        missing.later(minutes=10)
        folder = missing.folder / f"try-{number}"
        folder.mkdir()
        (folder / "missing.csv").write_bytes(content)
        missing.publish_path("police", folder)
        counted.append(sum(each.files for each in unread(missing)))

    assert [1, 1, 1] == counted
    assert (UnreadFile("police", "missing", 1, START + timedelta(minutes=10)),) == unread(missing)
    assert [("missing.csv", "open")] == rejects(missing)
    assert [1, 0] == [sent(missing, report("M1", at(4))),
                      sent(missing, report("M1", at(4)), report("M2", at(5)))]


def test_other_rows_refused_under_the_same_name_are_another_file(missing: Bench) -> None:
    """The next day's changes have the name of the day before: both are to be mended."""
    for ref, minutes in (("M1", 4), ("M2", 15)):
        sent(missing, report(ref, at(minutes)), header=BAD_HEADER)

    assert (UnreadFile("police", "missing", 2, START + timedelta(minutes=10)),) == unread(missing)


def test_the_same_rows_under_another_name_are_another_file(missing: Bench) -> None:
    """Two folders of one extract may hold alike files, and each is to be mended."""
    sent(missing, report("M1", at(4)), header=BAD_HEADER)
    missing.publish("police", missing_2=[lines.MISSING.replace(",risk_final", ""),
                                         report("M1", at(4))])

    assert 2 == sum(each.files for each in unread(missing))


def test_the_mended_file_covers_it_where_no_extract_overlaps_another(missing: Bench) -> None:
    """What is said below the header is the same, whenever it comes and however little it is."""
    sent(missing, report("M1", "1926-03-01T22:05:00Z"), header=BAD_HEADER)
    sent(missing, report("M2", at(15)))

    assert [1, 0] == [sum(each.files for each in unread(missing)),
                      sent(missing, report("M1", "1926-03-01T22:05:00Z"))]


def test_a_file_with_one_letter_changed_below_its_header_is_not_the_same(missing: Bench) -> None:
    """It may be another row."""
    sent(missing, report("M1", "1926-03-01T22:05:00Z"), header=BAD_HEADER)

    assert 1 == sent(missing, report("M3", "1926-03-01T22:05:00Z"))


@pytest.mark.parametrize(("again", "left"), [(b"PK\x03\x04", 0), (b"PK\x03\x04 another", 1)])
def test_a_workbook_is_covered_by_the_csv_saved_from_it(
        missing: Bench, again: bytes, left: int) -> None:
    """It lies beside it still, and is the one that was refused."""
    folder = missing.folder / "books"
    folder.mkdir()
    (folder / "missing.xlsx").write_bytes(b"PK\x03\x04")
    missing.publish_path("police", folder)
    missing.later(minutes=10)
    (folder / "missing.xlsx").write_bytes(again)
    (folder / "missing.csv").write_text(f"{lines.MISSING}\n", encoding="utf-8")
    before = len(unread(missing))
    missing.publish_path("police", folder)

    assert (1, left) == (before, len(unread(missing)))


def test_a_file_remembered_by_an_earlier_version_is_read(missing: Bench) -> None:
    """It kept no more of it than its time, whether others lay beside it, and its name."""
    sent(missing, header=BROKEN)
    store = missing.concord.store
    with store.begin() as unit:
        [row] = unit.scan(REJECTED_ROWS, "reject_id")
        unit.put(REJECTED_ROWS, [(row[0], row[1], "\x1f1772402400000/0/a/missing.csv")])

    assert [1, 1] == [sent(missing), sent(missing, report("M0", BEFORE))]
