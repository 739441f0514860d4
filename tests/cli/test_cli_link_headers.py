"""`concord identity link`: what it takes from a header, and what it says of that."""
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Cli

NO_ID = """first_name,surname,dob,postcode,occupation
Amy,Quillfeather,2011-04-03,YO1 7HH,painter
Ben,Okonjo,2009-11-23,LS1 4AP,author
Amy,Quilfeather,2011-04-03,YO1 7HH,painter
"""
OTHERWISE = ". --map, --compare and --id say otherwise."


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of three rows on two people, which no column names."""
    file = tmp_path / "people.csv"
    file.write_text(NO_ID, encoding="utf-8")
    return file


def of_header(cli: Cli, file: Path, header: str, *more: str) -> Answer:
    """Link a file of one row that has something in every column."""
    file.write_text(f"{header}\n{','.join('1' for _ in header.split(','))}\n", encoding="utf-8")
    return cli("identity", "link", str(file), *more)


def test_rows_that_no_column_names_are_numbered_by_their_line(cli: Cli, people: Path) -> None:
    """Which is said, as the header is a line too."""
    ran = cli("identity", "link", str(people))

    assert (0, "unique_id,cluster_id\n2,1\n3,2\n4,1\n") == (ran.code, ran.out)
    assert ("By their names: given=first_name, family=surname, birth_date=dob, postcode=postcode;"
            " compared: occupation; each row named by its line, the header being line 1"
            f"{OTHERWISE}") == ran.err.splitlines()[0]


def test_a_row_that_cannot_be_read_or_is_blank_has_its_line_all_the_same(
    cli: Cli, people: Path,
) -> None:
    """So that every number is the line that an editor shows; of a row over two, the first."""
    people.write_text(f'{NO_ID}Dan\n\nEd,Ash,,,"road\nsweeper"\nFay,Holt,,,\n', encoding="utf-8")
    ran = cli("identity", "link", str(people))

    assert (3, "unique_id,cluster_id\n2,1\n3,2\n4,1\n7,3\n9,4\n") == (ran.code, ran.out)
    assert "people.csv line 5: too few cells; the row is left out." == ran.err.splitlines()[1]


def test_doubtful_pairs_are_named_by_line_too(cli: Cli, people: Path, tmp_path: Path) -> None:
    """As is what comes out beside them."""
    people.write_text(NO_ID.replace("Quilfeather,2011-04-03", "Quilfeather,2012-04-03"),
                      encoding="utf-8")
    doubtful = tmp_path / "doubtful.csv"
    cli("identity", "link", str(people), "--doubtful", str(doubtful))

    assert ["unique_id,other_id", "2,4"] == [
        ",".join(line.split(",")[:2]) for line in doubtful.read_text("utf-8").splitlines()]


def test_numbering_by_line_is_said_with_a_map_as_well(cli: Cli, people: Path) -> None:
    """There what was taken is not, as the operator said it."""
    ran = cli("identity", "link", str(people), "--map", "given=first_name,family=surname")

    assert ("Each row is named by its line in people.csv, the header being line 1; --id says"
            " otherwise.") == ran.err.splitlines()[0]


@pytest.mark.parametrize("column", [
    "key", "household_id", "Case Ref.", "PersonID", "No.", "pupil-number", "reference"])
def test_a_column_that_may_name_the_rows_is_asked_about(
    cli: Cli, people: Path, column: str,
) -> None:
    """It may name a household, or hold the answer."""
    ran = of_header(cli, people, f"surname,{column}")

    assert (2, "", f"people.csv has {column}: say with --id which column names each row, or --id"
                   " line to number the rows by their line\n") == (ran.code, ran.out, ran.err)


@pytest.mark.parametrize("column", [
    "house_number", "keyworker", "idea", "NHS Number", "soc_sec_id", "phone_number", "born_no"])
def test_other_numbers_are_not_taken_for_ids(cli: Cli, people: Path, column: str) -> None:
    """The rows are then numbered by their line."""
    assert "unique_id,cluster_id\n2,1\n" == of_header(cli, people, f"surname,{column}").out


def test_a_doubtful_column_can_be_declined(cli: Cli, people: Path) -> None:
    """With `--id line`, where no column has that name; it is then not used."""
    ran = of_header(cli, people, "surname,household_id", "--id", "line")

    assert (0, "unique_id,cluster_id\n2,1\n") == (ran.code, ran.out)
    assert "; not used: household_id; each row named by its line, " in ran.err


def test_a_column_named_line_is_that_column(cli: Cli, people: Path) -> None:
    """What the file has goes before what the command knows."""
    assert "unique_id,cluster_id\n1,1\n" == of_header(
        cli, people, "surname,line", "--id", "line").out


@pytest.mark.parametrize("column", ["ID Number", "id-number", "IDNumber", "Unique ID", "RecordId"])
def test_an_id_is_known_however_its_name_is_written(cli: Cli, people: Path, column: str) -> None:
    """And told."""
    ran = of_header(cli, people, f"surname,{column}")

    assert (0, "unique_id,cluster_id\n1,1\n") == (ran.code, ran.out)
    assert f"each row named by {column}{OTHERWISE}" == (
        ran.err.splitlines()[0].rpartition("; ")[2])


@pytest.mark.parametrize("column", [
    "dob", "Date of Birth", "birth_date", "BirthDate", "DateOfBirth", "Birthday", "born"])
def test_a_birth_date_is_known_however_its_name_is_written(
    cli: Cli, people: Path, column: str,
) -> None:
    """Also by a name that is less plain."""
    assert f", birth_date={column}; compared: none; each row" in of_header(
        cli, people, f"id,surname,{column}").err


def test_a_less_plain_name_gives_way_to_a_plain_one(cli: Cli, people: Path) -> None:
    """Beside a `dob`, `born` may be a place: nothing is asked."""
    assert ", birth_date=dob; compared: none; not used: born; " in of_header(
        cli, people, "id,surname,dob,born").err


def test_columns_that_are_not_used_are_named_and_that_no_birth_date_was_taken(
    cli: Cli, people: Path,
) -> None:
    """Whoever has it under another name then knows what to map."""
    ran = of_header(cli, people, "id,surname,date,,birth")

    assert ("By their names: family=surname; no birth date; compared: none; not used: date, birth;"
            f" each row named by id{OTHERWISE}") == ran.err.splitlines()[0]


def test_of_very_many_columns_that_are_not_used_the_first_are_named(
    cli: Cli, people: Path,
) -> None:
    """And the rest counted."""
    ran = of_header(cli, people, "id,surname," + ",".join(f"c{each}" for each in range(23)))

    assert ", c18, c19 and 3 more; each row" in ran.err


@pytest.mark.parametrize("option", ["--compare", "--id"])
def test_a_column_that_is_not_there_is_refused_before_anything_is_said_of_it(
    cli: Cli, people: Path, option: str,
) -> None:
    """One sentence, as of any mistake."""
    ran = cli("identity", "link", str(people), option, "nope")

    assert (2, "", "people.csv has no column nope: is its first row the header, and the name spelt"
                   " as it is there?\n") == (ran.code, ran.out, ran.err)
