"""What an operator gets wrong, or the files are: one clear sentence, the right exit code."""
import os
from pathlib import Path

import pytest

from broker.cli import start
from broker.cli.example import CONFIGURATION
from tests.cli.conftest import Answer, Cli, written
from tests.pipeline import lines
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
)


def sentence(answer: Answer) -> str:
    """The one line on standard error: no traceback, and a way out."""
    [line] = answer.err.splitlines()
    assert line.endswith(".")
    return line


@pytest.mark.parametrize(("words", "said"), [
    (("publish", "police", "no/such/folder"), "There is no file or folder"),
    (("publish", "lifeguards", "."), "There is no agency 'lifeguards'"),
    (("publish",), "Give an agency and a path"),
    (("publish", "police"), "Give an agency and a path"),
    (("publish", "--root", "no/such"), "There is no folder"),
    (("publish", "police", ".", "--extracted-at", "teatime"), "--extracted-at must be a time"),
    (("publish", "police", ".", "--extracted-at", "2026-03-02T22:00"), "lies in the future"),
    (("findings", "--state", "shut"), "--state must be all, confirmed, dismissed, open, resolved"),
    (("findings", "--code", "M99"), "There is no rule M99: the catalogue (docs/rules.md) has"),
    (("run", "--turns", "0"), "Invalid value for '--turns'"),
    (("run", "--root", ".", "--turns", "1"), "There is no drop folder below ."),
    (("publish", "--root", "."), "There is no drop folder below ."),
    (("rejects", "list", "--agency", "lifeguards"), "There is no agency 'lifeguards'"),
    (("findings", "--as-of", "once"), "--as-of must be a time"),
    (("findings", "--format", "xml"), "Invalid value for '--format'"),
    (("explain", "M01-nothing"), "There is no finding M01-nothing"),
    (("decide", "M01-nothing", "forgotten", "--by", "a", "--reason", "b"), "Decide confirmed"),
    (("notices", "lifeguards"), "There is no agency 'lifeguards'"),
    (("people", "judge", "police", "x", "same", "--by", "a", "--reason", "b"), "A record is"),
    (("people", "judge", "police:N1", "police:N2", "same", "--by", "a", "--reason", "b"), ""),
    (("held", "release", "nothing", "--by", "a", "--reason", "b"), "Nothing is held under"),
    (("juggle",), "No such command 'juggle'. See `concord --help`."),
    (("findings", "--limit", "3"), "No such option: --limit. See `concord findings --help`."),
    (("decide",), "Missing argument 'finding'. See `concord decide --help`."),
    (("identity", "link", ".", "--id", "id", "--map", "given=a"),
     ". is a folder: name one CSV file in it."),
    (("notices", "police", "--state", "seen"), "go with --answer NOTICE: give that too."),
    (("people", "judge", "police:N1"),
     "Missing argument 'right'. See `concord people judge --help`."),
    (("people", "juggle"), "Did you mean 'judge'? See `concord people --help`."),
    (("report", "consistency", "--format", "xml"),
     "Invalid value for '--format': 'xml' is not one of 'text', 'json', 'csv'. See `concord "
     "report consistency --help`."),
    (("init",), "There is a configuration at"),
])
def test_a_mistake_is_one_sentence_and_exit_code_2(
        cli: Cli, words: tuple[str, ...], said: str) -> None:
    """The operator must fix something, and is told what."""
    answer = cli(*words)

    assert 2 == answer.code
    assert said in sentence(answer)


@pytest.mark.parametrize("now", ["garbage", "0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00",
                                 "2026-02-30", ""])
def test_a_clock_that_cannot_be_is_refused(cli: Cli, now: str) -> None:
    """--now is a time of our days, or nothing is done."""
    cli.now = now

    answer = cli("check")

    assert 2 == answer.code
    assert "--now must" in sentence(answer)


@pytest.mark.parametrize(("text", "said"), [
    ("[partnership\n", "is not valid TOML"),
    ("\N{REPLACEMENT CHARACTER}".encode("utf-16").decode("latin-1"), "is not valid TOML"),
    ("", "No agency is configured"),
    (CONFIGURATION.replace("[limits]", "[limits]\nbedtime_hours = 3"), "bedtime_hours"),
    (CONFIGURATION.replace("[limits]", "[limitz]"), "unknown key 'limitz'"),
    (CONFIGURATION.replace('force_code = "12"', 'force = "12"'), "unknown key 'force'"),
    (CONFIGURATION.replace('adapter = "police"', 'adapter = "navy"'), "adapter must be one of"),
    (CONFIGURATION.replace('streams = ["risk"]', 'streams = ["gossip"]'), "names 'gossip'"),
    (CONFIGURATION.replace('from = ["police", "council"]', 'from = ["navy"]'), "names 'navy'"),
    (CONFIGURATION.replace("starts = 2020-01-01\n# ends", 'starts = "soon"\n# ends'), "starts"),
    (CONFIGURATION.replace("Europe/London", "Europe/Paris"), "timezone"),
    (CONFIGURATION.replace("_minutes = 60", '_minutes = "an hour"'), "police_record_expected"),
    (CONFIGURATION.replace("_minutes = 60", "_minutes = -1"), "police_record_expected"),
    (CONFIGURATION.replace('home_urn = "SC012345"', ""), "home_urn"),
    ("agencies = 3\n", "agencies must be a section"),
    ('agreements = "all"\n' + CONFIGURATION.split("[[agreements]]")[0], "agreements"),
])
def test_a_configuration_that_cannot_be_is_refused(cli: Cli, text: str, said: str) -> None:
    """Every key is known, every unknown one refused, by its name."""
    (cli.home / "concord.toml").write_text(text, encoding="utf-8")

    answer = cli("status")

    assert 2 == answer.code
    assert said in sentence(answer)


def test_no_configuration_is_one_sentence(tmp_path: Path) -> None:
    """A home that was never made says how to make it."""
    answer = Cli(tmp_path / "nowhere")("check")

    assert 2 == answer.code
    assert "run `concord init`" in sentence(answer)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("verb", ["init", "check"])
def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path, verb: str) -> None:
    """Where a file stands in the way, nobody's rights will do."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    answer = Cli(tmp_path / "file" / "home")(verb)

    assert 2 == answer.code
    sentence(answer)


def test_a_store_that_is_a_folder_is_one_sentence(cli: Cli) -> None:
    """The store's file cannot be opened, and it says so."""
    (cli.home / "concord.db").mkdir()

    answer = cli("check")

    assert 2 == answer.code
    assert "cannot be opened" in answer.err


def test_a_missing_column_is_named_and_the_rest_goes_through(cli: Cli, tmp_path: Path) -> None:
    """One file is refused with its column; the others are published."""
    folder = written(tmp_path / "drop", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                     incidents=[INCIDENTS.replace(",opening_category", ""), "INC1,N1"])

    answer = cli("publish", "police", folder, "--format", "json")

    assert 2 == answer.code
    assert ["nominals.csv"] == answer.json["files"]
    [refused] = answer.json["refused"]
    assert "incidents.csv" == refused["file"]
    assert "opening_category" in refused["reason"]


def test_an_empty_folder_publishes_nothing(cli: Cli, tmp_path: Path) -> None:
    """An absent file says nothing."""
    answer = cli("publish", "police", written(tmp_path / "drop"), "--format", "json")

    assert (0, 0) == (answer.code, answer.json["read"])


def test_an_empty_file_is_refused(cli: Cli, tmp_path: Path) -> None:
    """Without even a header nobody can tell a quiet day from a broken extract."""
    folder = written(tmp_path / "drop")
    (folder / "incidents.csv").touch()

    answer = cli("publish", "police", folder, "--format", "json")

    assert 2 == answer.code
    assert "is empty" in answer.json["refused"][0]["reason"]


def test_a_file_of_only_a_header_is_a_quiet_day(cli: Cli, tmp_path: Path) -> None:
    """An empty one says there is none."""
    answer = cli("publish", "police", written(tmp_path / "drop", incidents=[INCIDENTS]),
                 "--format", "json")

    assert (0, 0, ["incidents.csv"]) == (answer.code, answer.json["read"], answer.json["files"])


def test_a_folder_without_files_says_so(cli: Cli, tmp_path: Path) -> None:
    """Nothing to read is no silence of the command."""
    folder = written(tmp_path / "drop")

    answer = cli("publish", "police", folder)

    assert (0, f"  there are no files in {folder}") == (answer.code, answer.out.splitlines()[-1])


@pytest.mark.parametrize("form", ["text", "json"])
def test_files_of_which_none_is_recognised_are_a_mistake(
        cli: Cli, tmp_path: Path, form: str) -> None:
    """The wrong agency, or the wrong names: said with what would be known."""
    folder = written(tmp_path / "drop", notes=["colour,shape", "red,round"])

    answer = cli("publish", "riverside", folder, "--format", form)

    assert 2 == answer.code
    assert ("recognised as riverside's: its adapter reads residents, absences, notifications, "
            "each known by") in sentence(answer)


@pytest.mark.parametrize("words", [
    ("decide", "M01-x", "dismissed", "--by", "a", "--reason", " "),
    ("decide", "M01-x", "dismissed", "--by", "", "--reason", "b"),
    ("people", "judge", "police:N1", "police:N2", "same", "--by", "a", "--reason", ""),
    ("held", "release", "x", "--by", " ", "--reason", "b"),
    ("rejects", "redrive", "--by", "a", "--reason", ""),
    ("erase", "police:N1", "--by", "a", "--authorised-by", "", "--reason", "b"),
    ("notices", "police", "--answer", "x", "--by", " "),
])
def test_a_decision_without_who_or_why_is_refused(cli: Cli, words: tuple[str, ...]) -> None:
    """It is kept for ever, and audited: a blank says nothing."""
    answer = cli(*words)

    assert 2 == answer.code
    assert "must not be empty" in sentence(answer)


def test_a_name_too_long_to_keep_is_refused(cli: Cli) -> None:
    """One sentence, not a fault."""
    answer = cli("decide", "M01-x", "dismissed", "--by", "a" * 201, "--reason", "b")

    assert 2 == answer.code
    assert "--by is too long: give at most 200 characters." == sentence(answer)


def test_a_file_that_nobody_knows_is_named(cli: Cli, tmp_path: Path) -> None:
    """A file that is not recognised is named, not fatal, whatever folder it lies in."""
    folder = written(tmp_path / "drop", incidents=[INCIDENTS, CONCERN_AT_POLICE])
    written(folder / "old", notes=["colour,shape", "red,round"])
    written(folder / "new", notes=["colour,shape", "red,round"])

    answer = cli("publish", "police", folder, "--format", "json")

    assert (0, 1) == (answer.code, answer.json["published"])
    assert ["new/notes.csv", "old/notes.csv"] == answer.json["unrecognised"]


def test_windows_bytes_cost_their_row_only(cli: Cli, tmp_path: Path) -> None:
    """A row in Windows-1252 is rejected by line and column; its neighbours are read."""
    folder = written(tmp_path / "drop")
    rows = [NOMINALS, KAYLEIGH_AT_POLICE, KAYLEIGH_AT_POLICE.replace("N1", "N2").replace(
        "Kayley", "Zoë")]
    (folder / "nominals.csv").write_bytes("\n".join(rows).encode("cp1252"))

    answer = cli("publish", "police", folder, "--format", "json")

    assert (3, 1) == (answer.code, answer.json["published"])
    assert [("nominals.csv", 3, "given_name", "not UTF-8")] == [
        (each["file"], each["line"], each["column"], each["reason"])
        for each in answer.json["rejects"]]


def test_a_file_in_another_encoding_altogether_is_refused(cli: Cli, tmp_path: Path) -> None:
    """UTF-16 has no header that could be read."""
    folder = written(tmp_path / "drop")
    (folder / "nominals.csv").write_text(f"{NOMINALS}\n{KAYLEIGH_AT_POLICE}\n", encoding="utf-16")

    answer = cli("publish", "police", folder, "--format", "json")

    assert 2 == answer.code
    assert ["nominals.csv"] == [each["file"] for each in answer.json["refused"]]


@pytest.mark.parametrize("make", ["pipe", "loop", "dangling", "linked folder"])
def test_what_cannot_be_read_is_named_and_never_passes_for_absent(
        cli: Cli, tmp_path: Path, make: str) -> None:
    """A pipe would be waited for, a link may lead nowhere: both are refused by name."""
    folder = written(tmp_path / "drop", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])
    odd = folder / "incidents.csv"
    if make == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to({"loop": odd, "dangling": tmp_path / "gone",
                        "linked folder": written(tmp_path / "other")}[make])

    answer = cli("publish", "police", folder, "--format", "json")

    assert (2, 1) == (answer.code, answer.json["published"])
    assert ["incidents.csv"] == [each["file"] for each in answer.json["refused"]]


def test_a_file_handed_in_by_itself_that_cannot_be_read_is_refused(
        cli: Cli, tmp_path: Path) -> None:
    """It exists, and is no file."""
    odd = tmp_path / "incidents.csv"
    odd.symlink_to(odd)

    assert 2 == cli("publish", "police", odd).code


def test_a_folder_named_like_a_file_holds_what_it_holds(cli: Cli, tmp_path: Path) -> None:
    """A folder x.csv is a folder."""
    folder = written(tmp_path / "drop" / "incidents.csv", incidents=[INCIDENTS, CONCERN_AT_POLICE])

    assert 1 == cli("publish", "police", folder.parent, "--format", "json").json["published"]


def test_a_row_twice_in_a_file_and_a_file_twice_in_a_folder_count_as_unchanged(
        cli: Cli, tmp_path: Path) -> None:
    """Exact duplicates say nothing new."""
    rows = [INCIDENTS, CONCERN_AT_POLICE, CONCERN_AT_POLICE]
    folder = written(tmp_path / "drop" / "one", incidents=rows)
    written(tmp_path / "drop" / "two", incidents=rows)

    told = cli("publish", "police", folder.parent, "--format", "json").json

    assert (4, 1, 3, 1) == tuple(
        told[key] for key in ("read", "published", "unchanged", "statements"))
    assert ["one/incidents.csv", "two/incidents.csv"] == told["files"]


def test_an_agency_without_an_agreement_is_rejected_with_the_reason(
        cli: Cli, tmp_path: Path) -> None:
    """Deny by default, at intake, and nothing is lost."""
    path = cli.home / "concord.toml"
    path.write_text(path.read_text().replace(
        'from = ["police", "council", "riverside"]', 'from = ["police", "council"]'))
    cli("publish", "riverside", written(tmp_path / "drop", absences=[ABSENCES, MISSING_FROM_HOME]))

    answer = cli("check", "--format", "json")

    assert (3, 1) == (answer.code, answer.json["rejected"])
    assert ["no agreement lets this agency publish missing"] == [
        each["reason"] for each in cli("rejects", "list", "--format", "json").json]


def test_the_folder_of_one_home_is_not_taken_as_anothers(cli: Cli, tmp_path: Path) -> None:
    """The other home would be told of children it does not hold."""
    config = cli.home / "concord.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(
        "[agencies.riverside]", '[agencies.hillside]\nadapter = "care_home"\nname = "Hillside"\n'
        'home_urn = "SC067890"\n\n[agencies.riverside]', 1), encoding="utf-8")
    folder = written(tmp_path / "drop", residents=[lines.RESIDENTS, lines.resident(
        "R1", "Kayleigh", "Thornton", "2011-05-14", home_urn="SC012345")])

    wrong, right = (cli("publish", code, folder, "--format", "json")
                    for code in ("hillside", "riverside"))

    assert (3, 0, 0) == (wrong.code, wrong.json["published"], wrong.json["statements"])
    assert [("home_urn", "SC012345", "a resident of another home of the partnership")] == [
        (each["column"], each["value"], each["reason"]) for each in wrong.json["rejects"]]
    assert (0, 1) == (right.code, right.json["published"])


def test_a_home_registered_anew_is_still_heard(cli: Cli, tmp_path: Path) -> None:
    """A number that no configured home has is carried."""
    folder = written(tmp_path / "drop", residents=[lines.RESIDENTS, lines.resident(
        "R1", "Kayleigh", "Thornton", "2011-05-14", home_urn="SC999999")])

    assert 1 == cli("publish", "riverside", folder, "--format", "json").json["published"]


def test_columns_that_a_file_may_lack_are_said_once(cli: Cli, tmp_path: Path) -> None:
    """Not as unknown values; a workbook is told how to become a file that can be read."""
    folder = written(tmp_path / "drop", ssd_missing=[
        "miss_table_id,miss_person_id,miss_missing_episode_start_date,miss_missing_episode_type,"
        "miss_missing_episode_end_date", "E1,P1,2026-03-01,M,"])
    (folder / "ssd_person.xlsx").write_bytes(b"PK\x03\x04")

    said = cli("publish", "council", folder).out

    assert "(no such column)" not in said
    assert ("  without 2 optional columns in ssd_missing.csv: miss_missing_rhi_accepted, "
            "miss_missing_rhi_offered") in said.splitlines()
    assert ('not recognised, not read: ssd_person.xlsx (a workbook: save each sheet as "CSV '
            'UTF-8 (comma delimited)")') in said


def test_an_interruption_while_loading_says_that_nothing_had_begun(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a slow machine that is most of a short command's time."""
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("broker.bootstrap.collect_seldom", interrupted)
    with pytest.raises(SystemExit) as ended:
        start.main()

    assert (130, "Interrupted: nothing had begun.\n") == (ended.value.code,
                                                          capsys.readouterr().err)
