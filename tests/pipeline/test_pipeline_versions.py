"""A row against what its record said in earlier extracts."""
from broker.pipeline.step.versions import Remembered, next_version

A, B = b"a" * 32, b"b" * 32


def reading(*rows: tuple[int, int | None, int, bytes]) -> list[int | None]:
    """The versions that (run, source_ms, extract_ms, digest) rows of one record make."""
    remembered: Remembered | None = None
    versions = []
    for run, source_ms, extract_ms, digest in rows:
        version, remembered = next_version(
            remembered, run=run, source_ms=source_ms, extract_ms=extract_ms, digest=digest)
        versions.append(version)
    return versions


def test_the_first_row_of_a_record_is_dated_by_its_source() -> None:
    """A source with a time of its own dates the version."""
    assert [100] == reading((1, 100, 900, A))


def test_a_source_without_times_is_dated_by_the_extract() -> None:
    """The extract's time stands in for the record's."""
    assert [900] == reading((1, None, 900, A))


def test_the_same_row_again_is_no_change() -> None:
    """Publishing a folder again changes nothing."""
    assert [100, None] == reading((1, 100, 900, A), (2, 100, 950, A))


def test_a_row_touched_without_new_words_is_no_change() -> None:
    """Two equal consecutive versions are one."""
    assert [100, None] == reading((1, 100, 900, A), (2, 200, 950, A))


def test_a_b_a_is_three_versions_where_the_source_moves_its_time() -> None:
    """What is said again after something else was said is news."""
    assert [100, 200, 300] == reading((1, 100, 900, A), (2, 200, 950, B), (3, 300, 990, A))


def test_a_b_a_is_three_versions_within_one_file() -> None:
    """A file may hold a record's history."""
    assert [100, 200, 300] == reading((1, 100, 900, A), (1, 200, 900, B), (1, 300, 900, A))


def test_a_b_a_is_three_versions_where_the_source_time_stands_still() -> None:
    """A version whose source did not move its time is dated by the extract."""
    assert [100, 950, 990] == reading((1, 100, 900, A), (2, 100, 950, B), (3, 100, 990, A))


def test_a_b_a_is_three_versions_in_extracts_without_times() -> None:
    """The council's tables carry no time of their own."""
    assert [900, 950, 990] == reading((1, None, 900, A), (2, None, 950, B), (3, None, 990, A))


def test_extracts_of_one_moment_still_order_their_versions() -> None:
    """Under a clock that stands still, later versions are later by a millisecond."""
    assert [900, 901, 902] == reading((1, None, 900, A), (2, None, 900, B), (3, None, 900, A))


def test_a_file_with_a_history_says_nothing_new_the_second_time() -> None:
    """Every row of the last extract is remembered, not only the newest."""
    assert [100, 200, None, None] == reading(
        (1, 100, 900, A), (1, 200, 900, B), (2, 100, 950, A), (2, 200, 950, B))


def test_two_truths_of_one_time_say_nothing_new_the_second_time() -> None:
    """Two rows with one reference and one time are two versions, once."""
    assert [100, 900, None, None] == reading(
        (1, 100, 900, A), (1, 100, 900, B), (2, 100, 950, A), (2, 100, 950, B))


def test_an_older_version_that_comes_late_keeps_its_own_time() -> None:
    """Versions order by when they were written, whatever the order of arrival."""
    assert [200, 100] == reading((1, 200, 900, B), (2, 100, 950, A))


def test_a_row_that_comes_back_after_it_vanished_is_news() -> None:
    """A withdrawal is dated by the extract, and the row that returns unchanged is later."""
    assert [100, 950, 990] == reading((1, 100, 900, A), (2, None, 950, B), (3, 100, 990, A))


def test_a_version_is_never_dated_before_the_one_it_follows() -> None:
    """A source's time that moved, but not past a version dated by its extract, is not enough."""
    assert [100, 950, 990] == reading((1, 100, 900, A), (2, 100, 950, B), (3, 200, 990, A))
