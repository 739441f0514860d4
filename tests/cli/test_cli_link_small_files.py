"""`concord identity link` on the small files that people try first: a few rows, many of kin."""
import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

MAPPED = "given=Forename,family=Surname,birth_date=DOB,postcode=Postcode"
HEADER = "Ref,Forename,Surname,DOB,Postcode\n"
KHAN = "Khan,05/03/2024,LS1 4AP\n"
HEADLINE = ["unique_id", "other_id", "probability", "joined", "for", "against"]
TWINS_NOTE = "one of twins, with no given name yet"


def linked(cli: Cli, folder: Path, text: str, *more: str, mapped: str = MAPPED,
           row_id: str = "Ref") -> tuple[set[tuple[str, ...]], list[tuple[str, str, str, str]]]:
    """The people of a file of more than one row each, by their rows' ids; and whom to look at:
    the two ids, whether they are joined, and the last thing that speaks against it."""
    file, out, doubtful = folder / "people.csv", folder / "out.csv", folder / "doubtful.csv"
    file.write_text(text, encoding="utf-8")
    ran = cli("identity", "link", str(file), "--id", row_id, "--map", mapped, "--out", str(out),
              "--doubtful", str(doubtful), *more)
    assert 0 == ran.code, ran.err
    people: dict[str, list[str]] = {}
    for row, person in rows_of(out)[1:]:
        people.setdefault(person, []).append(row)
    assert HEADLINE == rows_of(doubtful)[0]
    return ({tuple(each) for each in people.values() if len(each) > 1},
            [(one, other, joined, against.rpartition("; ")[2])
             for one, other, _, joined, _, against in rows_of(doubtful)[1:]])


def rows_of(file: Path) -> list[list[str]]:
    """The rows of a CSV file, its header first."""
    with file.open(encoding="utf-8", newline="") as read:
        return list(csv.reader(read))


def newborns(*given: str) -> str:
    """A file of newborns of one mother and birth date."""
    return HEADER + "".join(f"{number},{each},{KHAN}" for number, each in enumerate(given, 1))


@pytest.mark.parametrize("given", [
    ("Twin 1", "Twin 2"), ("T1", "T2"), ("Baby A", "Baby B"), ("Twin 1 Khan", "Twin 2 Khan"),
    ("Quad 1", "Quad 2", "Quad 3", "Quad 4"), ("Triplet I", "Triplet II", "Triplet III"),
])
def test_twins_without_given_names_are_counted_apart(
    cli: Cli, tmp_path: Path, given: Sequence[str],
) -> None:
    """Each of them is somebody, and nobody need look."""
    assert (set(), []) == linked(cli, tmp_path, newborns(*given))


@pytest.mark.parametrize(("given", "note"), [
    (("Baby Boy", "Baby Girl"), "a boy and a girl, with no given names yet"),
    (("Twin", "Twin 2"), TWINS_NOTE), (("Twin 1", "Baby"), TWINS_NOTE),
    (("Twin 1", "Yusuf"), TWINS_NOTE),
])
def test_newborns_who_may_be_two_are_left_apart_and_shown(
    cli: Cli, tmp_path: Path, given: Sequence[str], note: str,
) -> None:
    """Whether they are one child is for a person to say."""
    assert (set(), [("1", "2", "no", note)]) == linked(cli, tmp_path, newborns(*given))


def test_the_same_twin_on_two_rows_is_joined_and_shown(cli: Cli, tmp_path: Path) -> None:
    """Two agencies may count them from the other end."""
    assert ({("1", "2")}, [("1", "2", "yes", TWINS_NOTE)]) == linked(
        cli, tmp_path, newborns("Twin 1", "T1"))


@pytest.mark.parametrize("given", [("Baby", "Baby Boy"), ("Baby", "Yusuf"), ("", "Yusuf")])
def test_a_newborn_may_be_the_child_that_was_named_later(
    cli: Cli, tmp_path: Path, given: Sequence[str],
) -> None:
    """Of one family name, birth date and home."""
    assert ({("1", "2")}, []) == linked(cli, tmp_path, newborns(*given))


def test_a_newborn_who_may_be_either_of_two_is_joined_to_neither(
    cli: Cli, tmp_path: Path,
) -> None:
    """And shown with both; nor does it make one child of the two."""
    note = "no given name on one side, and two children fit"
    people, shown = linked(cli, tmp_path, newborns("Mary", "Mary", "Baby", "Martha", "Martha"))

    assert {("1", "2"), ("4", "5")} == people
    assert [("no", note)] * 2 == [each[2:] for each in shown if "3" in each[:2]]


def test_the_sex_column_tells_newborns_apart_too(cli: Cli, tmp_path: Path) -> None:
    """Where one of the two words says nothing."""
    text = "Ref,Forename,Surname,DOB,Postcode,Sex\n" + "".join(
        f"{row},{given},Khan,05/03/2024,LS1 4AP,{sex}\n"
        for row, given, sex in ((1, "Baby", "F"), (2, "Baby Boy", "")))

    assert (set(), [("1", "2", "no", "a boy and a girl, with no given names yet")]) == linked(
        cli, tmp_path, text, mapped=f"{MAPPED},sex=Sex")


def test_marks_are_read_in_a_full_name(cli: Cli, tmp_path: Path) -> None:
    """Whichever part comes first."""
    text = "nr,Name,Born,Home\n" + "".join(
        f'{row},"{name}",05.03.2024,LS1 4AP\n'
        for row, name in ((1, "Twin 1 Khan"), (2, "Khan, Twin 2"), (3, "Khan, Twin 1")))

    assert ({("1", "3")}, [("1", "3", "yes", TWINS_NOTE)]) == linked(
        cli, tmp_path, text, mapped="name=Name,birth_date=Born,postcode=Home", row_id="nr")


def test_twins_of_full_names_stay_two(cli: Cli, tmp_path: Path) -> None:
    """Though nothing says which word is the given name."""
    text = "nr,Name,Born\n" + "".join(
        f'{row},"{name}",05.03.2014\n' for row, name in (
            (1, "Ann Wragg"), (2, "Ben Wragg"), (3, "Wragg, Ann"), (4, "Wragg, Ben")))

    people, shown = linked(cli, tmp_path, text, mapped="name=Name,birth_date=Born", row_id="nr")

    assert {("1", "3"), ("2", "4")} == people
    assert ["no"] == [joined for _, _, joined, _ in shown]


QUADS = "".join(
    f"{family}{given},{given},{family},{place + 14}/05/20{3 * place + 3:02},YO5{place} 0AA\n"
    for place, family in enumerate(("Wragg", "Zeal", "Yates", "Xu"))
    for given in ("Rosa", "Tilda", "Uma", "Vera"))
SINGLES = "".join(
    f"{row}{child},{given},{family},{child + 1:02}/{child % 9 + 1:02}/20{child:02},YO{child} 1AA\n"
    for child, (given, family) in enumerate([
        ("Amy", "Abbott"), ("Ben", "Barlow"), ("Cara", "Cotter"), ("Dan", "Dyson"),
        ("Ella", "Egan"), ("Finn", "Frith"), ("Gus", "Gough"), ("Hana", "Hobbs"),
        ("Ivy", "Ingle"), ("Jon", "Judd"), ("Kim", "Lamb"), ("Leo", "Nunn"), ("Mia", "Obi"),
        ("Ned", "Price"), ("Ola", "Quirk"), ("Pip", "Reed"), ("Ros", "Shaw"), ("Sam", "Todd")])
    for row in "xy")


def test_quadruplets_do_not_teach_that_a_child_has_two_given_names(
    cli: Cli, tmp_path: Path,
) -> None:
    """Eighteen children on two rows each, and four families of four born on one day."""
    people, shown = linked(cli, tmp_path, HEADER + QUADS + SINGLES)

    assert ({(f"x{child}", f"y{child}") for child in range(18)}, []) == (people, shown)


HOME = "YO1 1AA,Eve Wragg,07700 900123,Dr No,St Mary,1 High St\n"
OTHERS = "".join(
    f"{row},{given},{family},{born},YO{row} 1AA,{given}s mother,07700 90{row}000,Dr {row},"
    f"School {row},{row} Mill Lane\n"
    for row, given, family, born in ((3, "Cal", "Hobbs", "2011-06-07"),
                                     (4, "Dee", "Gough", "2016-08-19"),
                                     (5, "Flo", "Zeal", "2017-04-11")))


@pytest.mark.parametrize(("one", "other"), [
    ("Ann,Wragg,2014-03-05", "Ben,Wragg,2014-03-05"),
    ("John,Wragg,1985-06-07", "John,Wragg,2016-08-19"),
], ids=["named twins", "father and son"])
def test_a_home_in_every_column_does_not_join_its_people(
    cli: Cli, tmp_path: Path, one: str, other: str,
) -> None:
    """Mother, telephone, doctor, school and address: they have as much in common as one child."""
    text = ("Ref,Forename,Surname,DOB,Postcode,Mother,Phone,Doctor,School,Street\n"
            f"1,{one},{HOME}2,{other},{HOME}{OTHERS}")

    people, shown = linked(cli, tmp_path, text, "--compare", "Mother,Doctor,School,Street",
                           mapped=f"{MAPPED},phone=Phone")

    assert (set(), [("1", "2", "no")]) == (people, [each[:3] for each in shown])


def test_namesakes_whose_birth_dates_are_each_said_twice_stay_two(
    cli: Cli, tmp_path: Path,
) -> None:
    """One slip explains a row, not two alike."""
    people, _ = linked(cli, tmp_path, HEADER + "".join(
        f"{row},Amy,Khan,{born},LS1 4AP\n" for row, born in (
            (1, "10/01/2010"), (2, "10/01/2010"), (3, "10/01/2011"), (4, "10/01/2011"))))

    assert {("1", "2"), ("3", "4")} == people


@pytest.mark.parametrize(("rows", "expected"), [
    ("", set()), ("1,Amy,Khan,05/03/2014,LS1 4AP\n", set()),
    ("1,Amy,Khan,05/03/2014,\n2,Amy,Khan,05/03/2014,\n", {("1", "2")}),
    ("1,,,,\n2,,,,\n", set()),
], ids=["none", "one", "two alike", "two empty"])
def test_the_smallest_files_are_linked(
    cli: Cli, tmp_path: Path, rows: str, expected: set[tuple[str, ...]],
) -> None:
    """Whatever they hold."""
    assert (expected, []) == linked(cli, tmp_path, HEADER + rows)


@pytest.mark.parametrize(("one", "other"), [("Amy,Khan", ","), (",", ","), ("Amy,", ",Khan")],
                         ids=["no name", "no names", "two parts of a name"])
def test_rows_whose_names_cannot_be_compared_are_shown_but_not_joined(
    cli: Cli, tmp_path: Path, one: str, other: str,
) -> None:
    """A birth date and a home may be twins' as well."""
    text = "".join(f"{row},{name},05/03/2014,LS1 4AP\n" for row, name in ((1, one), (2, other)))

    assert (set(), [("1", "2", "no", "no name to compare")]) == linked(
        cli, tmp_path, HEADER + text)


def test_a_row_without_a_name_is_not_joined_to_a_child_of_many_rows(
    cli: Cli, tmp_path: Path,
) -> None:
    """However many they are."""
    text = "".join(f"{row},{'Amy,Khan' if row else ','},05/03/2014,LS1 4AP\n"
                   for row in range(30))
    people, _ = linked(cli, tmp_path, HEADER + text)

    assert {tuple(str(row) for row in range(1, 30))} == people


PUPILS = [tuple(each.split()) for each in (
    "Amy Khan", "Ben Holt", "Cal Bull", "Dee Wragg", "Eve Obi", "Flo Shaw", "Gus Hill",
    "Hal Mason", "Ian Ali", "Joy Reed", "Kay Cotter", "Lee Dyson", "Meg Frith", "Ned Gough",
    "Ola Judd")]


@pytest.mark.parametrize("born", ["05/03/2014", "01/01/2014", ""],
                         ids=["one date", "one year", "none"])
def test_what_every_row_says_joins_nobody(cli: Cli, tmp_path: Path, born: str) -> None:
    """A column filled with one value, or with none: fifteen children stay fifteen."""
    text = HEADER + "".join(f"{row},{given},{family},{born},YO1 1AA\n"
                            for row, (given, family) in enumerate(PUPILS))

    assert (set(), []) == linked(cli, tmp_path, text)


@pytest.mark.parametrize("column", ["", "York"])
def test_a_column_that_tells_nothing_changes_nobody(
    cli: Cli, tmp_path: Path, column: str,
) -> None:
    """Empty in every row, or the same."""
    rows = [line.rsplit(",", 1)[0] for line in SINGLES.splitlines()]
    text = "Ref,Forename,Surname,DOB,Postcode,Town\n" + "".join(
        f"{row},{column},{column}\n" for row in rows)

    assert ({(f"x{child}", f"y{child}") for child in range(18)}, []) == linked(
        cli, tmp_path, text, "--compare", "Town")


def test_a_name_alone_is_shown_and_joins_no_rows_of_a_small_file(
    cli: Cli, tmp_path: Path,
) -> None:
    """What is less likely than the threshold is not joined."""
    text = HEADER + "".join(f"{copy}{row},{given},{family},,\n" for copy in "ab"
                            for row, (given, family) in enumerate(PUPILS))
    people, shown = linked(cli, tmp_path, text)

    assert set() == people
    assert sorted((f"a{row}", f"b{row}", "no") for row in range(15)) == sorted(
        each[:3] for each in shown)


def test_two_lists_of_one_class_come_together(cli: Cli, tmp_path: Path) -> None:
    """Born within a year, some with a slip in the family name, some without a postcode."""
    text = HEADER + "".join(
        f"{copy}{row},{given},{family[:-1] if copy == 'b' and row % 6 == 3 else family},"
        f"{row * 7 % 27 + 2:02}/{(row * 5 + 8) % 12 + 1:02}/{2019 if row % 3 else 2020},"
        f"{'' if copy == 'b' and row % 7 == 0 else f'YO{row % 3 + 1} {row % 8 + 1}AB'}\n"
        for copy in "ab" for row, (given, family) in enumerate(PUPILS))
    people, shown = linked(cli, tmp_path, text)

    assert ({(f"a{row}", f"b{row}") for row in range(15)}, []) == (people, shown)


@pytest.mark.parametrize(("encoding", "comma", "code", "said"), [
    ("utf-8-sig", ",", 0, "2 rows, 1 person; 1 pair compared."),
    ("utf-16", ",", 2, "people.csv is in UTF-16, not UTF-8: in a spreadsheet program, save it as"
                       ' "CSV UTF-8 (comma delimited)"'),
    ("utf-8", ";", 2, "people.csv is separated by semicolons: save it with commas"),
    ("utf-8", "\t", 2, "people.csv is separated by tabs: save it with commas"),
], ids=["BOM", "UTF-16", "semicolons", "tabs"])
def test_what_a_spreadsheet_writes_is_read_or_said_to_be_something_else(
    cli: Cli, tmp_path: Path, encoding: str, comma: str, code: int, said: str,
) -> None:
    """In one sentence with a way out."""
    file = tmp_path / "people.csv"
    text = HEADER + "1,Amy,Khan,05/03/2014,\r\n2,Amy,Khan,05/03/2014,\r\n"
    file.write_text(text.replace(",", comma), encoding=encoding)
    ran = cli("identity", "link", str(file), "--id", "Ref", "--map", MAPPED)

    assert (code, f"{said}\n") == (ran.code, ran.err)
