"""What covers a refused file that held nothing, and the copies of one that is covered."""
from tests.pipeline import lines
from tests.pipeline.conftest import Bench
from tests.pipeline.covering import BAD_HEADER, at, rejects, sent
from tests.pipeline.test_pipeline_refused import missing, report, unread

__all__ = ["missing"]


def files_unread(bench: Bench) -> int:
    """How many files of missing reports stand refused."""
    return sum(each.files for each in unread(bench))


def test_a_header_alone_is_covered_by_a_header_alone(missing: Bench) -> None:
    """An empty extract with a column misnamed, and the next, as empty."""
    assert [1, 0] == [sent(missing, header=BAD_HEADER), sent(missing)]


def test_a_header_alone_is_covered_by_whatever_is_read_after_it(missing: Bench) -> None:
    """It held nothing that could be lacking."""
    assert [1, 0] == [sent(missing, header=BAD_HEADER), sent(missing, report("M2", at(15)))]


def test_what_breaks_off_within_its_header_is_covered_by_no_later_one(missing: Bench) -> None:
    """Its rows were lost on the way, and what is changed since then need not hold them."""
    sent(missing, report("M1", at(5)))
    missing.later(minutes=10)
    folder = missing.folder / "cut"
    folder.mkdir()
    (folder / "missing.csv").write_text(",".join(lines.MISSING.split(",")[:7]))
    missing.publish_path("police", folder)

    assert (1, 1) == (files_unread(missing), sent(missing, report("M2", at(25))))


def test_a_header_with_a_row_is_not_covered_by_a_header_alone(missing: Bench) -> None:
    """What the row said is not in there."""
    assert [1, 1] == [sent(missing, report("M1", at(5)), header=BAD_HEADER), sent(missing)]


def two_copies(bench: Bench, *rows: str) -> int:
    """Two files of the same bytes with a column misnamed, side by side; how many stand refused."""
    bench.later(minutes=10)
    folder = bench.folder / "copies"
    folder.mkdir()
    for name in ("missing.csv", "missing_copy.csv"):
        (folder / name).write_text("\n".join([BAD_HEADER, *rows]) + "\n")
    bench.publish_path("police", folder)
    return files_unread(bench)


def mended(bench: Bench, *rows: str) -> int:
    """The first of them comes again, mended, as extracted then; how many stand refused."""
    folder = bench.folder / "copies"
    (folder / "missing_copy.csv").unlink()
    (folder / "missing.csv").write_text("\n".join([lines.MISSING, *rows]) + "\n")
    bench.publish_path("police", folder)
    return files_unread(bench)


def test_a_copy_of_what_is_covered_is_covered_too(missing: Bench) -> None:
    """Its name is another, its bytes are not; a row was mended as well, and so the first is known
    by its name and time alone."""
    refused = two_copies(missing, report("M1", "no time"))

    assert (2, 0) == (refused, mended(missing, report("M1", at(5))))
    assert [("missing.csv", "settled"), ("missing_copy.csv", "settled")] == sorted(
        rejects(missing))


def test_what_lies_beside_it_and_says_something_else_is_not(missing: Bench) -> None:
    """The other half, say."""
    two_copies(missing, report("M1", "no time"))
    other = missing.folder / "copies" / "missing_copy.csv"
    other.write_text("\n".join([BAD_HEADER, report("M2", "no time")]) + "\n")
    missing.publish_path("police", missing.folder / "copies")

    assert 1 == mended(missing, report("M1", at(5)))
