"""CSV rows keep their lines and raw bytes, and a bad row never stops the rest."""
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.sdk import rows
from broker.sdk.rows import Header, RawRow, cells_told, read_header, read_rows


def written(folder: Path, content: bytes) -> tuple[Path, Header]:
    """A file of these bytes, and its header."""
    path = folder / "some.csv"
    path.write_bytes(content)
    return path, read_header(path)


def read(folder: Path, content: bytes) -> list[RawRow]:
    """The rows of a file of these bytes."""
    return list(read_rows(*written(folder, content)))


def seen(folder: Path, content: bytes) -> list[tuple[int, list[str], str | None, str | None]]:
    """(line, cells, reject reason, column) of every row."""
    return [(row.line, row.cells, row.rejected.reason if row.rejected else None,
             row.rejected.column if row.rejected else None) for row in read(folder, content)]


GOOD = (3, ["2", "b"], None, None)


def test_plain_rows_have_physical_lines(tmp_path: Path) -> None:
    """Line 1 is the header; blank lines count but are no rows."""
    assert [(2, ["1", "a"], None, None), (4, ["2", "b"], None, None)] == seen(
        tmp_path, b"k,v\n1,a\n\n2,b")


def test_bom_crlf_and_a_missing_last_line_end_do_not_matter(tmp_path: Path) -> None:
    """What a spreadsheet on another system writes is read alike."""
    assert seen(tmp_path, b"k,v\n1,a\n2,b\n") == seen(tmp_path, b"\xef\xbb\xbfk,v\r\n1,a\r\n2,b")


@pytest.mark.parametrize(("mark", "said"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
@pytest.mark.parametrize("quote", ["", '"'])
def test_another_separator_is_named(tmp_path: Path, mark: str, said: str, quote: str) -> None:
    """The names are told all the same, so that the file can be recognised."""
    line = mark.join(f"{quote}{name}{quote}" for name in ("k", "v"))

    assert Header("some.csv", ("k", "v"), f"some.csv is separated by {said}: save it with commas"
                  ) == written(tmp_path, line.encode())[1]


def test_a_semicolon_among_commas_is_part_of_a_name(tmp_path: Path) -> None:
    """Commas separate wherever there is one."""
    assert Header("some.csv", ("k", "v;w")) == written(tmp_path, b"k,v;w\n")[1]


def test_a_quoted_cell_may_span_lines(tmp_path: Path) -> None:
    """The row has the line it began on and all its bytes."""
    first, second = read(tmp_path, b'k,v\r\n1,"a ""x""\r\n, b"\r\n2,b\r\n')

    assert (2, ["1", 'a "x"\r\n, b'], b'1,"a ""x""\r\n, b"') == (
        first.line, first.cells, first.raw)
    assert (4, ["2", "b"]) == (second.line, second.cells)


def test_a_quote_inside_an_unquoted_cell_is_itself(tmp_path: Path) -> None:
    """Feet and inches are not a defect."""
    assert [(2, ["1", '5" scar'], None, None)] == seen(tmp_path, b'k,v\n1,5" scar\n')


@pytest.mark.parametrize(("bad", "reason", "column"), [
    (b"1,M\xfcller", rows.NOT_UTF8, "v"),
    (b"1,a\0", rows.NUL_BYTE, "v"),
    (b'1,"a', rows.UNCLOSED_QUOTE, "v"),
    (b'1,"a"b', rows.MISPLACED_QUOTE, "v"),
    (b"1", rows.TOO_FEW_CELLS, None),
    (b"1,a,b", rows.TOO_MANY_CELLS, None),
    (b"1,a\rb", rows.STRAY_RETURN, "v"),
    (b'"1,M\xfcller', rows.NOT_UTF8, "v"),
    (b'1,"' + b"x" * 200_000 + b'"', rows.ROW_TOO_LONG, "v"),
])
def test_a_bad_row_is_rejected_alone(
        tmp_path: Path, bad: bytes, reason: str, column: str | None) -> None:
    """Its reason and column are named, its raw bytes kept, and the next row is read."""
    found = read(tmp_path, b"k,v\n" + bad + b"\n2,b\n")

    assert bad == found[0].raw
    assert [(2, [], reason, column), GOOD] == seen(tmp_path, b"k,v\n" + bad + b"\n2,b\n")


def test_an_unclosed_quote_costs_one_row_though_later_rows_have_quotes(tmp_path: Path) -> None:
    """The open quote would otherwise pair with the next one and eat rows on the way."""
    found = seen(tmp_path, b'k,v\n1,"a\n2,b\n3,"c, d"\n4,""\n')

    assert [(2, [], rows.UNCLOSED_QUOTE, "v"), GOOD, (4, ["3", "c, d"], None, None),
            (5, ["4", ""], None, None)] == found


def test_two_unclosed_quotes_do_not_make_one_row(tmp_path: Path) -> None:
    """Two broken rows whose quotes pair up must not come out as one row of both."""
    found = seen(tmp_path, b'k,v,w\n1,"a,x\n2,b",y\n3,c,z\n')

    assert (4, ["3", "c", "z"], None, None) == found[-1]


def test_an_over_long_row_is_measured_and_cut(tmp_path: Path) -> None:
    """Size and digest are the whole row's; 64 KiB are kept; the next row is read."""
    long = b"1," + b"x" * (3 * 1024 * 1024)
    first, second = read(tmp_path, b"k,v\n" + long + b"\n2,b\n")

    assert first.rejected is not None
    assert (rows.ROW_TOO_LONG, len(long) + 1, long[:rows.KEPT_BYTES]) == (
        first.rejected.reason, first.size, first.raw)
    assert sha256(long + b"\n").hexdigest() == first.sha256
    assert ["2", "b"] == second.cells


SAVE_AS = 'in a spreadsheet program, save it as "CSV UTF-8 (comma delimited)"'


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "some.csv is empty: it has not even a header row"),
    (b"k,v,K\n", "some.csv has two columns named K"),
    (b"\xff\xfek\0,\0v\0\n\0", f"some.csv is in UTF-16, not UTF-8: {SAVE_AS}"),
    (b"PK\x03\x04\x14\0\x06", f"some.csv is a workbook or an archive, not CSV: {SAVE_AS}"),
    (b'k,"v\n', f"some.csv has a header row that is not UTF-8 CSV: {SAVE_AS}"),
    (b",,\n", "some.csv has no header row of column names"),
])
def test_a_header_that_cannot_be_used_refuses_the_file(
        tmp_path: Path, content: bytes, sentence: str) -> None:
    """One sentence, naming the file."""
    _, header = written(tmp_path, content)

    assert sentence == header.refused


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """The folder is not named: its path may be nobody's business."""
    assert "gone.csv cannot be read (No such file or directory)" == read_header(
        tmp_path / "gone.csv").refused


def test_header_only_has_no_rows(tmp_path: Path) -> None:
    """An empty table is a table."""
    assert [] == read(tmp_path, b"k,v\n")


def test_shown_values_are_printable() -> None:
    """Undecodable and control bytes are escaped."""
    assert r"a\x93\x00\r" == rows.printable(b"a\x93\0\r")


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.sampled_from(
    [b"1,a", b'1,"a', b'1,"a, b"', b'",', b"1", b"1,\xff", b"1,\0", b'1,"a""', b'"', b'1,"a"b']),
    max_size=12))
def test_every_line_is_in_exactly_one_row(
        lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever is broken, no byte is lost and none is read twice."""
    found = read(tmp_path_factory.mktemp("any"), b"k,v\n" + b"".join(
        line + b"\n" for line in lines))

    assert b"\n".join(lines) == b"\n".join(row.raw for row in found)


@pytest.mark.parametrize(("row", "told"), [
    (b"1,a,b", ["1", "a", "b"]),
    (b"1,\xe9,b", ["1", "", "b"]),
    (b'"1, 2",\xe9,b', ["1, 2", "", "b"]),
    (b"1,a,b,c", ["1", "a", "b"]),
    (b'1,a,"b', ["1", "a", ""]),
    (b'1,"a"a,b', ["1", "", ""]),
    (b"1,a\0,b", ["1", "", ""]),
    (b'1\xe9,a,"b', ["", "a", ""]),
    (b"1,a", ["", "", ""]),
], ids=["good", "not UTF-8", "not UTF-8, in quotes", "one too many", "unclosed quote",
        "misplaced quote", "NUL", "not UTF-8, and unclosed", "too few"])
def test_the_cells_of_a_row_that_came_apart_are_told_as_far_as_they_can_be(
        tmp_path: Path, row: bytes, told: list[str]) -> None:
    """What stands where it should, and can be read; the rest is empty."""
    [read_row] = read(tmp_path, b"k,v,w\n" + row + b"\n")

    assert told == cells_told(read_row, 3)
