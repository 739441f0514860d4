"""One reject shown with the bytes that came."""
import json
import re
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from broker.bootstrap import open_home
from broker.event.digest import NIL
from broker.event.risk import MarkerRecorded
from broker.log.records import Lane, Record
from broker.vocabulary.words import State, System
from tests.cli.conftest import Cli, written
from tests.pipeline.conftest import (
    ABSENCES,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
)

BAD = KAYLEIGH_AT_POLICE.replace("2026-01-12T09:00:00Z", "the day before")


@pytest.fixture
def rejected(cli: Cli, tmp_path: Path) -> Cli:
    """Police sent a nominal without a usable time."""
    assert 3 == cli("publish", "police", written(tmp_path / "police", nominals=[
        NOMINALS, BAD])).code
    return cli


CLOSE = ("A message that can never be used stays open until a person closes it: `concord rejects "
         "settle ID --by NAME --reason WHY`.")


def listed(cli: Cli) -> str:
    """The id of the one reject."""
    [reject] = cli("rejects", "list", "--format", "json").json
    return str(reject["reject"])


def test_a_rejected_row_is_shown_as_it_came(rejected: Cli) -> None:
    """Where it stood, why it was rejected, and its own text."""
    answer = rejected("rejects", "show", listed(rejected))
    lines = answer.out.splitlines()

    assert (0, "", BAD) == (answer.code, answer.err, lines[-1])
    assert "police nominals.csv:2 updated_at: not a time" == lines[0]
    assert lines[1].startswith(f"rejected Sun 01 Mar 2026 22:00, open; {len(BAD)} bytes, sha256 ")


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_a_list_does_not_say_what_stood_there(rejected: Cli, form: str) -> None:
    """It is not audited; `show`, which is, says it."""
    assert "the day before" not in rejected("rejects", "list", "--format", form).out
    assert "the day before" == rejected(
        "rejects", "show", listed(rejected), "--format", "json").json["value"]


@pytest.mark.parametrize(("more", "told"), [
    ([], "1 rejected row waits for its agency.\n"),
    ([BAD.replace("N1", "N2")], "2 rejected rows wait for their agency.\n")])
def test_rows_are_no_messages_and_wait_for_their_agency(
        rejected: Cli, tmp_path: Path, more: list[str], told: str) -> None:
    """A redrive sends messages alone."""
    rejected("publish", "police", written(tmp_path / "police", nominals=[NOMINALS, BAD, *more]))

    assert ("0 of 0 rejected messages were sent again, 0 of them under another schema than they "
            f"came under; 0 were sent before and rejected again; {told}") == rejected(
                "rejects", "redrive", "--by", "o.perator", "--reason", "again").out


def test_a_file_that_was_refused_is_told_apart_from_rows(rejected: Cli, tmp_path: Path) -> None:
    """It waits for its agency too."""
    rejected("publish", "police", written(tmp_path / "other", markers=["no,marker"]))

    assert rejected("rejects", "redrive", "--by", "o.perator", "--reason", "again").out.endswith(
        "; 1 rejected row and 1 refused file wait for their agency.\n")


def test_a_message_that_is_sent_again_is_one(cli: Cli, tmp_path: Path) -> None:
    """Once an agreement lets it in."""
    file = cli.home / "concord.toml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'"person", ', "", whole), encoding="utf-8")
    cli("publish", "police", written(tmp_path / "police", nominals=[
        NOMINALS, KAYLEIGH_AT_POLICE]))
    cli("check")
    file.write_text(whole, encoding="utf-8")

    assert cli("rejects", "redrive", "--by", "o.perator", "--reason", "mended").out.startswith(
        "1 of 1 rejected message was sent again, 0 of them ")


def test_the_machine_form_says_what_the_bytes_are(rejected: Cli) -> None:
    """Text here, with what the list has."""
    shown = rejected("rejects", "show", listed(rejected), "--format", "json").json

    assert ("text", BAD, "open", "nominals.csv", 2) == tuple(
        shown[key] for key in ("raw_is", "raw", "state", "file", "line"))


def test_what_is_no_text_is_shown_in_hexadecimal(cli: Cli) -> None:
    """A message that is none, with bytes that a terminal would obey."""
    sent(cli, b"\x00\x00\x00\x00\x7bAB\x1b[2J and more than one line")
    reject = listed(cli)

    assert ["00000000  00 00 00 00 7b 41 42 1b 5b 32 4a 20 61 6e 64 20  ....{AB.[2J and ",
            "00000010  6d 6f 72 65 20 74 68 61 6e 20 6f 6e 65 20 6c 69  more than one li",
            "00000020  6e 65                                            ne"] == cli(
                "rejects", "show", reject).out.splitlines()[-3:]
    assert ("hex", "000000007b41421b5b324a") == (
        (shown := cli("rejects", "show", reject, "--format", "json").json)["raw_is"],
        shown["raw"][:22])


def sent(cli: Cli, value: bytes) -> None:
    """A producer writes these bytes into the police's inbox."""
    now = datetime.fromisoformat(cli.now)
    with closing(open_home(cli.home, now=now)) as concord:
        concord.log.append(Lane("safeguarding.inbox.police", 0), [Record(b"k", value, now, ())])
    assert 3 == cli("check").code


BY_HAND = (
    KAYLEIGH_AT_POLICE.replace("Kayley", "Zoë").encode("cp1252"),
    KAYLEIGH_AT_POLICE.replace("N1", "N2").replace("2026-01-12T09:00:00Z", "12/01/2026").encode(),
    KAYLEIGH_AT_POLICE.replace("N1", "N3").replace("2026-01-12T09:00:00Z", "").encode(),
    b"N4,Kayley",
)
TIME = ("not a time: write 2026-03-01T21:20, or 2026-03-01 where only the day is known "
        "(01/03/2026 in the looked-after return alone).")
MENDING = [
    'not UTF-8: save the file in UTF-8; a spreadsheet program calls it "CSV UTF-8 (comma '
    'delimited)".',
    TIME,
    "no value: fill in the column, without which nobody can tell what the row is about.",
    "too few cells: give the row a cell for each column of the header, and put a text that holds "
    "a comma between double quotes.",
]


def test_each_reason_is_told_with_what_mends_it(cli: Cli, tmp_path: Path) -> None:
    """By `publish`, with the value as it stands in the file, and again by `rejects list`."""
    file = written(tmp_path / "police", nominals=[NOMINALS]) / "nominals.csv"
    file.write_bytes(file.read_bytes() + b"\n".join(BY_HAND))

    published = cli("publish", "police", file)

    assert 3 == published.code
    assert ["  rejected nominals.csv:2 given_name: not UTF-8 ('Zo\\xeb')",
            "  rejected nominals.csv:3 updated_at: not a time ('12/01/2026')",
            "  rejected nominals.csv:4 updated_at: no value",
            "  rejected nominals.csv:5: too few cells ('2 instead of 13')",
            *(f"  {each}" for each in MENDING)] == published.out.splitlines()[1:]
    assert sorted(MENDING) == sorted(cli("rejects", "list").out.splitlines()[-4:])


def test_a_date_that_was_left_out_tells_the_form_too(cli: Cli, tmp_path: Path) -> None:
    """A birth date of another country's form costs no row, and would else be lost unnoticed."""
    answer = cli("publish", "police", written(tmp_path / "police", nominals=[
        NOMINALS, KAYLEIGH_AT_POLICE.replace("2011-05-14", "14/05/2011")]))

    assert ["  unknown value in nominals.csv date_of_birth: '14/05/2011' (1 time: "
            "line 2, record 'N1')", f"  {TIME}"
            ] == answer.out.splitlines()[1:]


def test_a_time_that_was_left_out_is_told_by_its_line_and_record(
        cli: Cli, tmp_path: Path) -> None:
    """It costs no row, and whoever wrote it must find it; a time that clocks skip is used, and
    said apart from what is lost."""
    row = MISSING_FROM_HOME.replace("2026-03-01T21:20:00Z", "about nine")
    answer = cli("publish", "riverside", written(tmp_path / "riverside", absences=[
        ABSENCES, row, row.replace("A1", "A2"), MISSING_FROM_HOME.replace("A1", "A3").replace(
            "2026-03-01T20:30:00Z", "2025-03-30T01:30")]))

    assert 0 == answer.code
    assert ["  unknown value in absences.csv noticed_at: 'about nine' (2 times: line 2, record "
            "'A1/R1'; line 3, record 'A2/R1')",
            "  a time that clocks skipped, read an hour on, in absences.csv last_seen_at: "
            "'2025-03-30T01:30' (1 time: line 4, record 'A3/R1')",
            f"  {TIME}"] == answer.out.splitlines()[-3:]


def test_who_looked_is_audited_and_for_what(rejected: Cli, tmp_path: Path) -> None:
    """With the reject's id, and nothing of what it holds."""
    reject = listed(rejected)
    rejected("rejects", "show", reject, "--by", "o.perator", "--purpose", "to tell the police")
    file = tmp_path / "audit.jsonl"
    rejected("audit", "export", "--out", str(file))
    [entry] = [each for each in file.read_text(encoding="utf-8").splitlines()
               if f"reject {reject} of police shown" in each]

    assert '"o.perator"' in entry
    assert '"to tell the police"' in entry
    assert "Kayley" not in file.read_text(encoding="utf-8")


def test_an_id_that_is_none_is_an_operators_mistake(rejected: Cli) -> None:
    """With the way out."""
    answer = rejected("rejects", "show", "R99")

    assert (2, "There is no reject R99: `concord rejects list` shows the id of each.\n") == (
        answer.code, answer.err)


def test_whose_rejected_message_it_is_stands_in_the_audit(
        rejected: Cli, tmp_path: Path) -> None:
    """Where the bytes can be read as a statement: by a digest of the child's id."""
    with closing(open_home(rejected.home, now=datetime.fromisoformat(rejected.now))) as concord:
        said = MarkerRecorded(
            event_id=NIL, agency="riverside", system=System.API, record="K1", subject="R1",
            recorded_at=concord.clock.now(), state=State.CURRENT)
        value = concord.codec.encode(said)
    sent(rejected, value)
    [reject] = [each["reject"] for each in rejected(
        "rejects", "list", "--format", "json").json if each["file"] is None]
    rejected("rejects", "show", reject)
    file = tmp_path / "audit.jsonl"
    rejected("audit", "export", "--out", str(file))
    [entry] = [json.loads(each) for each in file.read_text(encoding="utf-8").splitlines()
               if f"reject {reject} of police shown" in each]

    assert entry["subject_digest"] is not None


def test_what_no_agreement_let_in_is_told_with_its_days_and_the_way_out(
        cli: Cli, tmp_path: Path) -> None:
    """Old files loaded at their own time: the example's agreements begin in 2020."""
    folder = written(tmp_path / "police", nominals=[
        NOMINALS, KAYLEIGH_AT_POLICE.replace("2026-01-12", "2018-01-12")])
    cli.now = "2018-06-15T09:00:00+00:00"
    cli("publish", "police", folder, "--extracted-at", cli.now)

    assert cli("check").out.endswith("\n  `concord rejects list` says why, and what to do about "
                                     "it.\n")

    assert ["     1  no agreement lets this agency publish person",
            "police may publish person by the agreement of council, police and riverside to "
            "council, police and riverside from 1 January 2020, and this came on 15 June 2018: "
            "where it should have been let in, correct the days or the purposes there, then "
            "`concord rejects redrive --agency police --by NAME --reason WHY`.", CLOSE
            ] == cli("rejects", "list").out.splitlines()[1:]


def test_an_agency_that_no_agreement_names_is_told_so(cli: Cli, tmp_path: Path) -> None:
    """With what to add."""
    file = cli.home / "concord.toml"
    file.write_text(re.sub(r'"person", ', "", file.read_text(encoding="utf-8")), encoding="utf-8")
    cli("publish", "police", written(tmp_path / "police", nominals=[
        NOMINALS, KAYLEIGH_AT_POLICE]))
    cli("check")

    assert ("No agreement names police and person: add it to [[agreements]], then `concord "
            "rejects redrive --agency police --by NAME --reason WHY`.") == cli(
                "rejects", "list").out.splitlines()[-2]


def test_a_person_settles_what_no_file_will(cli: Cli, tmp_path: Path) -> None:
    """A row whose reference nobody can tell; it is audited, and met again it is open again."""
    def publish() -> None:
        cli("publish", "police", written(tmp_path / "police", nominals=[
            NOMINALS, "N1,too few cells"]))

    publish()
    reject = listed(cli)
    before = cli("status", "--format", "json").json["rejects"]
    answer = cli("rejects", "settle", reject, "--by", "o.perator", "--reason", "it was a total")
    after = cli("status", "--format", "json").json["rejects"]
    again = cli("rejects", "settle", reject, "--by", "o.perator", "--reason", "it was a total")
    cli("audit", "export", "--out", tmp_path / "audit.jsonl")
    audited = (tmp_path / "audit.jsonl").read_text(encoding="utf-8")
    publish()

    assert (1, 0, 0, 2) == (before, answer.code, after, again.code)
    assert again.err == (f"No reject {reject} is open: `concord rejects list` shows those that "
                         "are.\n")
    assert f"reject {reject} settled" in audited
    assert 1 == cli("status", "--format", "json").json["rejects"]


def test_a_message_that_can_never_be_used_is_closed_by_a_persons_word(
        cli: Cli, tmp_path: Path) -> None:
    """It is told how, it is audited, and no redrive looks at it again."""
    sent(cli, b"not a message")
    reject = listed(cli)
    told = cli("rejects", "list").out.splitlines()[-1]
    before = cli("status", "--format", "json").json["rejects"]
    answer = cli("rejects", "settle", reject, "--by", "o.perator", "--reason", "sent by mistake")
    shown = cli("rejects", "list", "--format", "json").json[0]["state"]
    again = cli("rejects", "settle", reject, "--by", "o.perator", "--reason", "sent by mistake")
    cli("audit", "export", "--out", tmp_path / "audit.jsonl")

    assert CLOSE == told
    assert (1, 0, "settled", 2) == (before, answer.code, shown, again.code)
    assert (f"Settled {reject}: nobody is asked about it any more; what it may have said stays "
            "unknown.\n") == answer.out
    assert (0, CLOSE) == (cli("status", "--format", "json").json["rejects"],
                          CLOSE if CLOSE not in cli("rejects", "list").out else "")
    assert "0 of 0 rejected messages" in cli(
        "rejects", "redrive", "--by", "o.perator", "--reason", "again", "--dry-run").out
    assert f"reject {reject} settled" in (tmp_path / "audit.jsonl").read_text(encoding="utf-8")


def test_copies_of_one_refused_file_are_settled_together(cli: Cli, tmp_path: Path) -> None:
    """The same bytes under two names say the same, whoever named them; other bytes do not."""
    folder = written(tmp_path / "police", ppn_one=["not,a,ppn"], ppn_two=["not,a,ppn"],
                     ppn_three=["no,ppn,at,all"])
    (folder / "one").mkdir()
    for name, where in (("one", "a/ppn"), ("two", "b/ppn"), ("three", "c/ppn")):
        (folder / where).parent.mkdir()
        (folder / f"ppn_{name}.csv").rename(folder / f"{where}.csv")
    cli("publish", "police", folder, "--extracted-at", cli.now)
    rejects = {each["file"]: each["reject"]
               for each in cli("rejects", "list", "--format", "json").json}
    answer = cli("rejects", "settle", rejects["a/ppn.csv"], "--by", "o", "--reason", "empty")

    assert ["a/ppn.csv", "b/ppn.csv", "c/ppn.csv"] == sorted(rejects)
    assert ["c/ppn.csv"] == [each["file"] for each in cli(
        "rejects", "list", "--format", "json").json if each["state"] == "open"]
    assert answer.out.splitlines()[-1] == "Settled with it, of the same bytes: b/ppn.csv."


def test_files_of_which_nothing_could_be_read_are_settled_one_by_one(
        cli: Cli, tmp_path: Path) -> None:
    """Those that cannot be opened have no bytes in common."""
    folder = tmp_path / "police"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        (folder / name / "ppn.csv").touch()
    cli("publish", "police", folder, "--extracted-at", cli.now)
    first, _ = cli("rejects", "list", "--format", "json").json
    answer = cli("rejects", "settle", first["reject"], "--by", "o", "--reason", "empty")

    assert (0, 1) == (answer.code, len(answer.out.splitlines()))
    assert ["settled", "open"] == states(cli)


def test_a_page_that_came_again_in_the_place_of_a_later_extract_is_no_copy(
        cli: Cli, tmp_path: Path) -> None:
    """What is no table stands for whatever was asked for then."""
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"ppn.{name}.csv").write_text("please,log,in\n", encoding="utf-8")
        cli("publish", "police", folder, "--extracted-at", cli.now)
    first, _ = cli("rejects", "list", "--format", "json").json
    cli("rejects", "settle", first["reject"], "--by", "o", "--reason", "nothing new that day")

    assert ["settled", "open"] == states(cli)


def states(cli: Cli) -> list[str]:
    """How each reject stands, in order of time."""
    return [each["state"] for each in cli("rejects", "list", "--format", "json").json]
