"""A file refused whole is remembered: until another covers it, nobody takes it for silence."""
import os
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broker.bootstrap import Concord
from broker.case.reach import Reach, Refused
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.pipeline.health import standing_of
from broker.pipeline.reaches import read_reach
from broker.pipeline.settled import UnreadFile
from broker.report.operations import rejects_listed
from tests.cli.conftest import Cli
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench
from tests.pipeline.test_pipeline_reach import EVENING, not_with_police

BROKEN = "missing_ref,nominal_id,updated_at"  # without most of its columns
BEFORE, AFTER = "2026-03-01T20:10:00Z", "2026-03-01T22:05:00Z"
NONE_HELD = "North Valley Police have sent no record of it."
UNREAD = ("A file of North Valley Police could not be read at 22:00 on 1 March 2026, and may hold "
          "the record of it: confirm by phone.")


@pytest.fixture
def missing(bench: Bench) -> Bench:
    """A home has told of a missing girl; the police had nothing of her an hour later."""
    bench.publish("riverside",
                  residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton",
                                                             "2011-05-14")],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish("police", incidents=[lines.INCIDENTS],
                  missing=[lines.MISSING, report("M0", BEFORE), report("M9", BEFORE)])
    return bench


def whole(bench: Bench) -> Bench:
    """Police send all they hold each time."""
    bench.concord.settings = parse(tomllib.loads(CONFIGURATION.replace(
        'force_code = "12"', 'force_code = "12"\nextract = "snapshot"')))
    return bench


def report(ref: str, updated_at: str) -> str:
    """A missing report about another child."""
    return lines.line(lines.MISSING, missing_ref=ref, nominal_id="N9", classification="Missing",
                      reported_at=updated_at, updated_at=updated_at)


def said(bench: Bench) -> str:
    """What M02 says of the police, without what the home said."""
    return not_with_police(bench).sentence.partition(". ")[2]


def reach_of(concord: Concord) -> Reach:
    """How far everybody has been heard."""
    with concord.store.view() as view:
        return read_reach(view, concord.log)


def unread(bench: Bench) -> tuple[UnreadFile, ...]:
    """What `concord status` knows of refused files."""
    concord = bench.concord
    return standing_of(concord.store, concord.log, concord.settings.partnership).files_unread


def test_a_refused_file_is_never_taken_for_silence(missing: Bench) -> None:
    """The police sent something, and it may be the record."""
    before = said(missing)
    missing.publish("police", missing=[BROKEN])

    assert (NONE_HELD, UNREAD) == (before, said(missing))


def test_it_is_said_also_where_nothing_of_that_kind_was_ever_heard(bench: Bench) -> None:
    """The first file that ever came is the one that could not be read."""
    bench.publish("riverside",
                  residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton",
                                                             "2011-05-14")],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish("police", missing=[BROKEN])

    assert UNREAD == said(bench)


def test_what_stands_unread_is_told_by_table_and_time(missing: Bench) -> None:
    """The same file met again is the same refusal; another one is another."""
    missing.publish("police", missing=[BROKEN])
    missing.later(minutes=10)
    missing.publish("police", missing=[BROKEN])
    once = unread(missing)
    missing.publish("police", missing=[BROKEN + ",state"])
    missing.check()

    assert ((UnreadFile("police", "missing", 1, START),),
            (UnreadFile("police", "missing", 2, START),)) == (once, unread(missing))
    assert {("police", "files", "missing"): Refused(
        START, START + timedelta(minutes=10), ("MissingEpisodeRecorded",))} == reach_of(
            missing.concord).refused


def test_none_of_its_bytes_are_kept(missing: Bench) -> None:
    """It may be about many children: its name, size and digest tell which it was."""
    missing.publish("police", missing=[BROKEN])

    with missing.concord.store.view() as view:
        [reject] = rejects_listed(view, missing.concord.codec, None)
    assert ("missing.csv", None, len(BROKEN) + 1, "open") == (
        reject["file"], reject["line"], reject["size"], reject["state"])
    assert "missing.csv has no column incident_ref" == reject["reason"]


@pytest.mark.parametrize(("rows", "left"), [
    ([report("M0", BEFORE)], 0),
    ([report("M1", AFTER), report("M0", BEFORE)], 0),
    ([report("M0", AFTER)], 1),
    ([report("M1", BEFORE)], 1),
    ([report("M1", AFTER), report("M2", "1926-03-01T22:05:00Z")], 1),
    ([], 1),
], ids=["met before", "any row", "changed since", "an old time", "a mistyped year", "none"])
def test_a_file_of_changes_covers_it_that_goes_back_behind_it(
        missing: Bench, rows: list[str], left: int) -> None:
    """It says again what had been read before; what is merely old says nothing of the rest."""
    missing.publish("police", missing=[BROKEN])
    missing.later(minutes=10)
    missing.publish("police", missing=[lines.MISSING, *rows])

    assert (left, UNREAD if left else NONE_HELD) == (len(unread(missing)), said(missing))


def test_a_file_of_another_kind_covers_nothing(missing: Bench) -> None:
    """Incidents are not missing reports."""
    missing.publish("police", missing=[BROKEN])
    missing.later(minutes=10)
    missing.publish("police", incidents=[lines.INCIDENTS, lines.incident("I1", "N9", "Theft",
                                                                         BEFORE)])

    assert UNREAD == said(missing)


def test_a_file_that_still_lies_there_is_not_covered(missing: Bench) -> None:
    """Beside it another of the same kind is read: they may be two halves of one extract."""
    folder = missing.folder / "police"
    for name, rows in (("north", [lines.MISSING, report("M0", BEFORE)]), ("south", [BROKEN])):
        (folder / name).mkdir(parents=True)
        (folder / name / "missing.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    missing.publish_path("police", folder)
    missing.later(minutes=10)
    missing.publish_path("police", folder / "north")
    alone = len(unread(missing))
    (folder / "south" / "missing.csv").write_text(
        f"{lines.MISSING}\n{report('M9', BEFORE)}\n", encoding="utf-8")
    missing.publish_path("police", folder)

    assert (1, 0) == (alone, len(unread(missing)))


def test_a_file_is_not_covered_while_it_lies_there(missing: Bench) -> None:
    """Met again beside the file that would cover it, nobody can say that they are one extract."""
    missing.publish("police", missing=[BROKEN])
    missing.later(minutes=10)
    folder = missing.folder / "kept"
    folder.mkdir()
    (folder / "missing.csv").write_text(BROKEN + "\n", encoding="utf-8")
    (folder / "missing_again.csv").write_text("\n".join((
        lines.MISSING, report("M0", BEFORE), report("M9", BEFORE), "")), encoding="utf-8")
    missing.publish_path("police", folder)
    kept = unread(missing)
    (folder / "missing.csv").unlink()
    missing.publish_path("police", folder)

    assert ((UnreadFile("police", "missing", 1, START),), ()) == (kept, unread(missing))


def test_the_same_extract_mended_covers_it(missing: Bench) -> None:
    """The same hour as the operator says it, and a minute earlier not."""
    missing.later(minutes=10)
    missing.publish("police", missing=[BROKEN])
    path = missing.folder / "missing.csv"
    path.write_text(f"{lines.MISSING}\n{report('M0', BEFORE)}\n", encoding="utf-8")
    left = []
    for minutes in (1, 0):
        missing.concord.publisher().publish(
            missing.concord.feed("police"), [path], {path: START},
            START + timedelta(minutes=10 - minutes))
        left.append(len(unread(missing)))

    assert [1, 0] == left


def test_what_was_told_beside_another_kind_is_told_again_by_its_own(missing: Bench) -> None:
    """Refused beside incidents and people, mended alone: no other stream keeps it unread."""
    missing.publish("police", missing=[BROKEN], incidents=[lines.INCIDENTS],
                    nominals=[lines.NOMINALS])
    before = said(missing)
    missing.later(minutes=10)
    missing.publish("police", missing=[lines.MISSING, report("M0", BEFORE)])

    assert (UNREAD, NONE_HELD) == (before, said(missing))


def test_a_whole_file_covers_it(missing: Bench) -> None:
    """A snapshot is all there is, also where it is empty."""
    whole(missing).publish("police", missing=[BROKEN])
    before = said(missing)
    missing.later(minutes=10)
    missing.publish("police", missing=[lines.MISSING])

    assert (UNREAD, NONE_HELD) == (before, said(missing))


def test_one_file_of_a_broken_snapshot_covers_nothing(missing: Bench) -> None:
    """All there is lies in both files, and one of them could not be read."""
    whole(missing).publish("police", missing=[BROKEN])
    missing.later(minutes=10)
    missing.publish("police", missing=[lines.MISSING, report("M0", BEFORE)],
                    Book1=[lines.MISSING.replace(",risk_final", "")])

    assert (UnreadFile("police", "missing", 2, START),) == unread(missing)


def test_an_older_whole_file_does_not_cover_it(missing: Bench) -> None:
    """It was drawn up before what could not be read."""
    whole(missing).later(minutes=10)
    missing.publish("police", missing=[BROKEN])
    folder = missing.folder / "older"
    folder.mkdir()
    (folder / "missing.csv").write_text(lines.MISSING + "\n", encoding="utf-8")
    path = folder / "missing.csv"
    for minutes, left in ((5, 1), (10, 0)):
        missing.concord.publisher().publish(
            missing.concord.feed("police"), [path], {path: START}, START + timedelta(
                minutes=minutes))
        missing.concord.relay()

        assert left == len(unread(missing))


def test_rows_of_tables_without_times_cover_it_where_they_had_been_read(bench: Bench) -> None:
    """A council's tables have no time of writing: a row said before, and the same, goes back."""
    old, changing = "M0,P1,2026-01-05,M,2026-01-06,Y,Y", "M1,P1,2026-02-01,M,{},Y,Y"
    new = "M2,P1,2026-02-21,M,2026-02-22,,"
    bench.publish("council", ssd_missing=[lines.SSD_MISSING, old, changing.format("2026-02-02")])
    bench.later(minutes=10)
    bench.publish("council", ssd_missing=["miss_table_id"])
    left = []
    for rows in ([new, changing.format("2026-02-03")], [new], [old]):
        bench.later(minutes=10)
        bench.publish("council", ssd_missing=[lines.SSD_MISSING, *rows])
        left.append(len(unread(bench)))

    assert [1, 1, 0] == left


def test_a_workbook_of_a_tables_name_is_remembered(missing: Bench) -> None:
    """It is not recognised, and is unread all the same; a file of another name does no harm."""
    folder = missing.folder / "sheets"
    folder.mkdir()
    (folder / "Missing.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "rota.xlsx").write_bytes(b"PK\x03\x04")

    report = missing.publish_path("police", folder)

    assert ["Missing.xlsx", "rota.xlsx"] == report.unrecognised
    assert (UnreadFile("police", "missing", 1, START),) == unread(missing)
    assert UNREAD == said(missing)


def test_a_link_that_leads_nowhere_is_remembered(missing: Bench) -> None:
    """It bears the name of a table, and nobody can read what it should hold."""
    path = missing.folder / "missing.csv"
    path.symlink_to(missing.folder / "gone.csv")
    report = missing.concord.publisher().publish(
        missing.concord.feed("police"), [], {}, None, [path, path.with_name("rota.csv")])
    missing.concord.relay()

    assert ["missing.csv", "rota.csv"] == [file for file, _ in report.refused]
    assert (UnreadFile("police", "missing", 1, START),) == unread(missing)
    assert UNREAD == said(missing)


def test_a_file_of_another_name_that_lacks_one_column_is_remembered(missing: Bench) -> None:
    """Its header tells what it is; one that lacks two may be anything."""
    one, two = lines.MISSING.replace(",risk_final", ""), "incident_ref,nominal_id"
    report = missing.publish("police", Book1=one, Book2=one.replace(",risk_initial", ""),
                             Book3=two)

    assert [("Book1.csv", "Book1.csv has no column risk_final")] == report.refused
    assert ["Book2.csv", "Book3.csv"] == report.unrecognised
    assert UNREAD == said(missing)
    assert ["Book4.csv"] == missing.publish("council", Book4="pers_person_id").unrecognised


def test_a_file_refused_as_too_old_is_not_remembered(missing: Bench) -> None:
    """One drawn up later was read: there is nothing to mend."""
    path = missing.folder / "missing.csv"
    path.write_text(lines.MISSING + "\n", encoding="utf-8")
    report = missing.concord.publisher().publish(
        missing.concord.feed("police"), [path], {path: START}, START - timedelta(minutes=1))

    assert ["missing.csv"] == [file for file, _ in report.refused]
    assert () == unread(missing)


def test_a_look_back_knows_what_was_unread_then(missing: Bench) -> None:
    """Refused, then mended: each moment is told with the doubts it was lived with."""
    times: list[datetime] = []
    for rows in ([BROKEN], [lines.MISSING, report("M0", BEFORE)]):
        times.append(missing.clock.now())
        missing.later(minutes=10)
        missing.publish("police", missing=rows)
        missing.check()
    times.append(missing.clock.now())

    assert [0, 1, 0] == [len(reach_of(missing.concord.as_of(at)).refused) for at in times]


def test_a_rebuild_finds_it_again(missing: Bench) -> None:
    """It is on the log."""
    missing.publish("police", missing=[BROKEN])
    missing.check()
    before = reach_of(missing.concord)
    missing.concord.rebuild("Ann Lead", "to see")
    missing.check()

    assert (before, UNREAD) == (reach_of(missing.concord), said(missing))


def test_the_screens_say_it_and_the_way_out(tmp_path: Path) -> None:
    """One sentence of the status, and the list of rejects, from one process to the next."""
    cli = Cli(tmp_path / "home")
    cli("init")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "missing.csv").write_text(BROKEN + "\n", encoding="utf-8")
    code = cli("publish", "police", drop).code
    status, machine = cli("status").out.splitlines(), cli("status", "--format", "json").json
    listed = cli("rejects", "list").out.splitlines()
    shown = cli("rejects", "show", cli("rejects", "list", "--format", "json").json[0]["reject"],
                "--by", "o.perator", "--purpose", "to mend it").out

    assert (2, "1 reject, 0 held; the checker has 0 records to look at.") == (code, status[-2])
    assert status[-1] == (
        "police: 1 file of missing refused since Sun 01 Mar 2026 22:00, and what is in there is "
        "not known: have it mended and publish it under the same name (`concord rejects list "
        "--agency police` says what is wrong; where it still stands here and nothing is lacking, "
        "`concord rejects settle` ends it).")
    assert [{"agency": "police", "table": "missing", "files": 1,
             "since": "2026-03-01T22:00:00+00:00"}] == machine["files_unread"]
    assert listed[0].startswith("police missing.csv: missing.csv has no column incident_ref [")
    assert "none of its bytes were kept: the file was refused whole" in shown


@pytest.mark.parametrize("name", [b"missing\xff.csv", b"missing.\xff"])
def test_a_name_that_is_not_utf8_is_remembered_as_it_is_spelt(missing: Bench, name: bytes) -> None:
    """Whoever may leave files there may call them anything: the reading ends all the same."""
    folder = missing.folder / "odd"
    folder.mkdir()
    header = lines.MISSING.replace(",risk_final", "")
    (folder / os.fsdecode(name)).write_text(header, encoding="utf-8")
    missing.publish_path("police", folder)

    with missing.concord.store.view() as view:
        [reject] = rejects_listed(view, missing.concord.codec, None)
    assert os.fsdecode(name).replace("\udcff", "\\udcff") == reject["file"]
    assert UNREAD == said(missing)


def test_what_belongs_to_a_file_that_is_there_is_no_file_of_its_own(missing: Bench) -> None:
    """A check sum, or a copy kept beside it, is not what could not be read; alone it may be."""
    folder = missing.folder / "sums"
    folder.mkdir()
    (folder / "missing.csv").write_text(f"{lines.MISSING}\n", encoding="utf-8")
    (folder / "missing.csv.sha256").write_text("0 missing.csv\n", encoding="utf-8")
    missing.publish_path("police", folder)
    beside = unread(missing)
    (folder / "missing.csv").unlink()
    missing.publish_path("police", folder)

    assert ((), (UnreadFile("police", "missing", 1, START),)) == (beside, unread(missing))


@pytest.mark.parametrize(("later", "left"), [(0, 0), (1, 1)])
def test_a_workbook_saved_as_csv_beside_it_is_no_file_of_its_own(
        missing: Bench, later: int, left: int) -> None:
    """That is the way out that its refusal names; one written since may hold more."""
    folder = missing.folder / "saved"
    folder.mkdir()
    saved, workbook = folder / "missing.csv", folder / "missing.xlsx"
    saved.write_text(f"{lines.MISSING}\n", encoding="utf-8")
    workbook.write_bytes(b"PK\x03\x04")
    missing.concord.publisher().publish(
        missing.concord.feed("police"), [saved, workbook],
        {saved: START - timedelta(seconds=1), workbook: START - timedelta(seconds=1 - later)})

    assert left == len(unread(missing))
