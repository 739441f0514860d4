"""`concord identity link`: any file of people in, its people out."""
import json
from pathlib import Path

import pytest

from broker.cli import link
from tests.cli.conftest import Answer, Cli

ROWS = """unique_id,first_name,surname,dob,postcode,gender,town
1,Amy,Quillfeather,2011-04-03,YO1 7HH,F,York
2,Ben,Okonjo,2009-11-23,LS1 4AP,M,Leeds
3,Amy,Quilfeather,2011-04-03,YO1 7HH,,York
4,Cara,Dunstable,2010-02-14,HG1 2RQ,F,Harrogate
5,Ben,Okonjo,2009-11-23,,M,Leeds
"""
THIN = "6,Ben,Okonjo,2011-12-23,,M,\n7,Amy,Quillfeather,2012-05-04,,,\n"
"""Two more: each resembles somebody, with another birth date."""
PROBABLE = """unique_id,cluster_id,probability
1,1,0.9996
2,2,0.9995
3,1,0.9998
4,3,1.0000
5,2,0.9995
6,4,0.3078
7,5,0.8407
"""
DOUBTFUL = """unique_id,other_id,probability,joined,for,against
5,6,0.6922,no,"name: all words, 18 bits or more in common (+11.8); sex: same (+1.0)",\
birth date: a few years apart (-3.7)
1,7,0.1593,no,"name: all words, 18 bits or more in common (+11.8)",\
birth date: a few years apart (-3.7); other rows agree less
"""
MAPPED = ("given=first_name,family=surname,birth_date=dob,postcode=postcode,sex=gender")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of five rows on three people."""
    file = tmp_path / "people.csv"
    file.write_text(ROWS, encoding="utf-8")
    return file


def linking(cli: Cli, file: Path, *more: str, mapped: str = MAPPED) -> Answer:
    """Link a file as a user does."""
    return cli("identity", "link", str(file), "--id", "unique_id", "--map", mapped, *more)


def test_each_row_gets_its_person_in_the_order_of_the_file(
    cli: Cli, people: Path, tmp_path: Path,
) -> None:
    """A slip in the name, a missing postcode: three people; what was done is said beside it."""
    out = tmp_path / "clusters.csv"
    ran = linking(cli, people, "--compare", "town", "--out", str(out))

    assert (0, "") == (ran.code, ran.out)
    assert "5 rows, 3 people; 2 pairs compared.\n" == ran.err
    assert "unique_id,cluster_id\n1,1\n2,2\n3,1\n4,3\n5,2\n" == out.read_text(encoding="utf-8")


def test_without_a_file_to_write_the_people_are_printed(cli: Cli, people: Path) -> None:
    """So that they can be piped."""
    assert "unique_id,cluster_id\n1,1\n2,2\n3,1\n4,3\n5,2\n" == linking(cli, people).out


def test_the_estimated_model_can_be_read(cli: Cli, people: Path, tmp_path: Path) -> None:
    """Every comparison with what each of its levels is worth."""
    model = tmp_path / "model.json"
    linking(cli, people, "--compare", "town", "--model", str(model))
    document = json.loads(model.read_text(encoding="utf-8"))
    same = document["comparisons"][1]["levels"][2]

    assert ["name", "birth date", "postcode", "sex", "town"] == [
        each["name"] for each in document["comparisons"]]
    assert ["bits", "kin", "level", "m", "u"] == sorted(same)
    assert "same date" == same["level"]


@pytest.mark.parametrize(("mapped", "more", "sentence"), [
    ("given=forename", (), "people.csv has no column forename: is its first row the header,"
                           " and the name spelt as it is there?"),
    ("first=first_name", (), "--map first=first_name: write MEANING=COLUMN, where a meaning is one"
                             " of given, family, name, birth_date, sex, postcode, phone"),
    ("given", (), "--map given: write MEANING=COLUMN, where a meaning is one of given, family,"
                  " name, birth_date, sex, postcode, phone"),
    ("birth_date=dob", (), "--map must say where the names are in people.csv: given=, family= or"
                           " name="),
    ("given=first_name,given=surname", (), "--map names given twice: join the columns into one"
                                           " first"),
    (MAPPED, ("--compare", "village"), "people.csv has no column village: is its first row"
                                       " the header, and the name spelt as it is there?"),
])
def test_an_operators_mistake_gets_one_sentence_and_a_way_out(
    cli: Cli, people: Path, mapped: str, more: tuple[str, ...], sentence: str,
) -> None:
    """And nothing else."""
    ran = linking(cli, people, *more, mapped=mapped)

    assert (2, "", f"{sentence}\n") == (ran.code, ran.out, ran.err)


HISTORICAL = """\
unique_id,cluster,full_name,first_and_surname,first_name,surname,dob,birth_place,postcode_fake,\
gender,occupation
Q1-1,Q1,"amos fenwick, 1st baronet",amos baronet,amos,baronet,1790-03-04,york,yo1 7hh,male,painter
Q2-1,Q2,ruth garland,ruth garland,ruth,garland,1811-10-23,leeds,ls1 4ap,female,author
Q1-2,Q1,amos fenwick,amos fenwick,amos,fenwick,1790-03-04,york,,male,painter
"""


def test_columns_whose_names_leave_no_doubt_need_no_map(cli: Cli, tmp_path: Path) -> None:
    """What was taken is told; the answer and what says a name again are not used."""
    file = tmp_path / "historical.csv"
    file.write_text(HISTORICAL, encoding="utf-8")
    ran = cli("identity", "link", str(file))

    assert (0, "unique_id,cluster_id\nQ1-1,1\nQ2-1,2\nQ1-2,1\n") == (ran.code, ran.out)
    assert [
        "By their names: given=first_name, family=surname, name=full_name, birth_date=dob,"
        " sex=gender, postcode=postcode_fake; compared: birth_place, occupation; not used:"
        " cluster, first_and_surname; each row named by unique_id. --map, --compare and --id say"
        " otherwise.",
        "3 rows, 2 people; 1 pair compared."] == ran.err.splitlines()


def test_what_is_said_to_be_compared_goes_before_what_names_say(
    cli: Cli, tmp_path: Path,
) -> None:
    """The meanings are still taken from the header."""
    file = tmp_path / "historical.csv"
    file.write_text(HISTORICAL, encoding="utf-8")
    ran = cli("identity", "link", str(file), "--compare", "occupation")

    assert "; compared: occupation; not used: cluster, first_and_surname, birth_place; " in ran.err


@pytest.mark.parametrize(("header", "sentence"), [
    ("unique_id,surname,dob,date_of_birth", "people.csv has dob and date_of_birth, and each may be"
                                            " the birth_date: say with --map what columns mean"),
    ("unique_id,town,dob", "--map must say where the names are in people.csv: given=, family= or"
                           " name="),
    ("key,surname,dob", "people.csv has key: say with --id which column names each row, or --id"
                        " line to number the rows by their line"),
    ("id,row_id,surname", "people.csv has id and row_id: say with --id which column names each"
                          " row, or --id line to number the rows by their line"),
])
def test_a_header_that_leaves_a_doubt_is_asked_about(
    cli: Cli, tmp_path: Path, header: str, sentence: str,
) -> None:
    """Nothing is guessed."""
    file = tmp_path / "people.csv"
    file.write_text(f"{header}\n", encoding="utf-8")
    ran = cli("identity", "link", str(file))

    assert (2, sentence) == (ran.code, ran.err.splitlines()[-1])


def test_a_file_that_is_not_there_or_empty_is_said_to_be(cli: Cli, tmp_path: Path) -> None:
    """By its path, or its name."""
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    ran = [linking(cli, tmp_path / "none.csv"), linking(cli, empty)]

    assert [f"There is no file {tmp_path / 'none.csv'}: check the path.\n",
            "empty.csv is empty: it has not even a header row\n"] == [each.err for each in ran]


def test_a_row_that_cannot_be_read_is_told_of_and_the_rest_goes_on(
    cli: Cli, people: Path,
) -> None:
    """By file, line and column."""
    people.write_bytes(ROWS.encode() + b"6,Am\xffy,Holt,2011-04-03,,,\n7,Dan\n8,Ed,Ash,,,,\n")
    ran = linking(cli, people)

    assert 3 == ran.code
    assert ran.out.endswith("5,2\n8,4\n")
    assert ["people.csv line 7, column first_name", "people.csv line 8"] == [
        line.partition(":")[0] for line in ran.err.splitlines()[:-1]]
    assert "6 rows, 4 people; 2 pairs compared." == ran.err.splitlines()[-1]


def test_a_file_that_cannot_be_written_is_said_to_be(
    cli: Cli, people: Path, tmp_path: Path,
) -> None:
    """Before any traceback."""
    ran = linking(cli, people, "--out", str(tmp_path))

    assert (2, "", f"{tmp_path} cannot be written (it is a folder): name another --out.\n") == (
        ran.code, ran.out, ran.err)


@pytest.mark.parametrize(("row", "why"), [("2", "the unique_id of line 3"), ("", "no unique_id")])
def test_a_row_that_cannot_be_told_from_another_is_refused(
    cli: Cli, people: Path, row: str, why: str,
) -> None:
    """By its line, as what comes out could not be joined to what went in."""
    people.write_text(f"{ROWS}{row},Ed,Ash,,,,\n", encoding="utf-8")
    ran = linking(cli, people)

    assert (2, f"people.csv line 7 has {why}: with --id name a column that is different in every"
               " row, or say --id line\n") == (ran.code, ran.err)


def test_what_is_read_is_never_written(cli: Cli, people: Path, tmp_path: Path) -> None:
    """Neither the file of people, nor one file twice; nothing is lost by it."""
    both = str(tmp_path / "both")
    ran = [linking(cli, people, "--out", str(people)),
           linking(cli, people, "--out", both, "--model", both)]

    assert ["--out is people.csv, which is read: name another file\n",
            "--out and --model are one file: name two\n"] == [each.err for each in ran]
    assert people.read_text(encoding="utf-8") == ROWS


def test_a_name_of_thousands_of_letters_costs_no_more_than_a_long_one(
    cli: Cli, people: Path,
) -> None:
    """It is compared by its beginning."""
    people.write_text(ROWS.replace("Cara", "C" * 5_000), encoding="utf-8")

    assert "unique_id,cluster_id\n1,1\n2,2\n3,1\n4,3\n5,2\n" == linking(cli, people).out


def test_the_probability_of_each_row_is_written_where_it_is_asked_for(
    cli: Cli, people: Path,
) -> None:
    """How surely it belongs to its person, or is somebody of its own."""
    people.write_text(ROWS + THIN, encoding="utf-8")

    assert PROBABLE == linking(cli, people, "--compare", "town", "--with-probability").out


def test_what_a_person_should_look_at_is_written_to_a_file_of_its_own(
    cli: Cli, people: Path, tmp_path: Path,
) -> None:
    """Likeliest first, with what speaks for and against; nothing else is changed by it."""
    people.write_text(ROWS + THIN, encoding="utf-8")
    file = tmp_path / "doubtful.csv"
    plain = linking(cli, people, "--compare", "town")
    ran = linking(cli, people, "--compare", "town", "--doubtful", str(file), "--doubtful-from",
                  "0.1")

    assert (plain.code, plain.out, plain.err) == (ran.code, ran.out, ran.err)
    assert DOUBTFUL == file.read_text(encoding="utf-8")


def test_doubtful_pairs_beyond_the_number_allowed_are_left_out_with_a_sentence(
    cli: Cli, people: Path, tmp_path: Path,
) -> None:
    """The likeliest stay."""
    people.write_text(ROWS + THIN, encoding="utf-8")
    file = tmp_path / "doubtful.csv"
    ran = linking(cli, people, "--compare", "town", "--doubtful", str(file), "--doubtful-from",
                  "0.1", "--doubtful-most", "1")

    assert ("1 doubtful pair written, the likeliest mistakes first; 1 more left out:"
            " --doubtful-most writes more.") == ran.err.splitlines()[0]
    assert DOUBTFUL.splitlines()[:2] == file.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("options", "sentence"), [
    (("--doubtful", "people.csv"), "--doubtful is people.csv, which is read: name another file"),
    (("--out", "one.csv", "--doubtful", "one.csv"), "--out and --doubtful are one file: name two"),
    (("--model", "one.csv", "--doubtful", "one.csv"),
     "--model and --doubtful are one file: name two"),
    (("--doubtful", "two.csv", "--threshold", "0.5"),
     "--doubtful-from is 0.5 and --threshold 0.5: what is doubtful lies below the threshold, so"
     " name a lower --doubtful-from"),
])
def test_doubtful_pairs_are_written_over_nothing_that_is_needed(
    cli: Cli, people: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...],
    sentence: str,
) -> None:
    """And a bound that leaves nothing to look at is refused before any work."""
    monkeypatch.chdir(people.parent)
    ran = linking(cli, people, *options)

    assert (2, "", f"{sentence}\n") == (ran.code, ran.out, ran.err)
    assert ["people.csv"] == [each.name for each in people.parent.glob("*.csv")]
    assert people.read_text(encoding="utf-8") == ROWS


def test_in_a_file_of_few_rows_who_is_joined_with_two_birth_dates_is_doubtful(
    cli: Cli, people: Path, tmp_path: Path,
) -> None:
    """However surely: of a slip and of two children of one name so few rows tell nothing."""
    people.write_text(ROWS + "8,Cara,Dunstable,2012-02-14,HG1 2RQ,F,Harrogate\n",
                      encoding="utf-8")
    file = tmp_path / "doubtful.csv"
    ran = linking(cli, people, "--compare", "town", "--doubtful", str(file))

    assert "1,1\n2,2\n3,1\n4,3\n5,2\n8,3\n" == ran.out.partition("\n")[2]
    told = file.read_text(encoding="utf-8").splitlines()[1:]
    assert ["4,8,0.9998,yes"] == [each.partition(',"')[0] for each in told]
    assert told[0].endswith(",too few rows to learn from how often a birth date is wrong")


def test_a_birth_date_that_no_calendar_has_is_told_of(cli: Cli, people: Path) -> None:
    """It is compared all the same, as the slip that it is."""
    people.write_text(ROWS.replace("2010-02-14", "2010-02-29"), encoding="utf-8")
    ran = linking(cli, people, "--compare", "town")

    assert "1 value of birth_date: a day that no calendar has, compared as written." == (
        ran.err.splitlines()[0])


def test_an_interrupted_linking_says_that_nothing_was_written(
    cli: Cli, people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is nothing to go on with."""
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt
    monkeypatch.setattr(link, "link_columns", interrupted)
    out = tmp_path / "clusters.csv"
    ran = linking(cli, people, "--out", str(out))

    assert (130, "", "Interrupted: nothing was written; run the same command again from the"
            " beginning.\n") == (ran.code, ran.out, ran.err)
    assert not out.exists()


def test_keys_that_too_many_rows_share_are_told_of_and_rows_with_no_other(
    cli: Cli, tmp_path: Path,
) -> None:
    """1,200 rows of one name, each with a number of its own, beside two of another name."""
    file = tmp_path / "one_name.csv"
    file.write_text("unique_id,surname,number\n" + "".join(
        f"{row},{'Barden' if row < 1_200 else 'Folgar'},{row}\n" for row in range(1_202)),
        encoding="utf-8")
    ran = linking(cli, file, "--compare", "number", "--out", str(tmp_path / "out.csv"),
                  mapped="family=surname")

    assert ["8 keys (a word of a name, a birth date) shared by too many rows to compare each with"
            " each: they were compared on their other keys.",
            "1200 rows had no other key and were compared with none: map or --compare a column"
            " that tells them apart."] == ran.err.splitlines()[:2]
