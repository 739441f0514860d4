"""What docs/formats.md says of extracts: A then B then A, snapshots, withdrawals, old files."""
import os
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broker.bootstrap import open_memory
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.errors import ConfigError
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.publish import files_below
from broker.pipeline.publish_report import PublishReport
from broker.vocabulary.words import FindingState, State
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench

T0, T1, T2 = "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"
Versions = list[tuple[str, str]]


def sent_by(bench: Bench, agency: str) -> list[Statement]:
    """The statements in an agency's inbox, by version."""
    log, codec = bench.concord.log, bench.concord.codec
    topic = topics.inbox(agency)
    found = [codec.decode(each.record.value or b"")
             for partition in range(log.partitions(topic))
             for each in log.read(Lane(topic, partition), 0, 10_000)]
    return sorted((each for each in found if isinstance(each, Statement)),
                  key=lambda each: (each.record, each.recorded_at, str(each.event_id)))


def times_of(bench: Bench, agency: str) -> list[str]:
    """When each version was recorded, by the clock."""
    return [f"{each.recorded_at:%H:%M}" for each in sent_by(bench, agency)]


def incident(category: str, updated: str) -> list[str]:
    """A file with one incident."""
    return [lines.INCIDENTS, lines.incident("INC1", "N1", category, T0, updated_at=updated)]


@pytest.mark.parametrize(("updated", "recorded"), [
    ((T0, T1, T2), ["10:00", "11:00", "12:00"]),
    ((T0, T0, T0), ["10:00", "23:00", "00:00"]),
])
def test_a_b_a_is_three_versions(
        bench: Bench, updated: tuple[str, str, str], recorded: list[str]) -> None:
    """Where the source's own time did not move, the version is dated by its extract."""
    for category, at in zip(("Missing person", "Concern for safety", "Missing person"), updated,
                            strict=True):
        assert 1 == bench.publish("police", incidents=incident(category, at)).statements
        bench.later(hours=1)

    assert recorded == times_of(bench, "police")


def test_a_b_a_is_three_versions_in_tables_without_times(bench: Bench) -> None:
    """The council's tables say nothing of when a row was written: the extract does."""
    for end in ("2026-03-01", "", "2026-03-01"):
        bench.publish("council", ssd_missing=[lines.SSD_MISSING, lines.line(
            lines.SSD_MISSING, miss_table_id="MS1", miss_person_id="C1",
            miss_missing_episode_start_date="2026-02-28", miss_missing_episode_type="M",
            miss_missing_episode_end_date=end)])
        bench.later(hours=1)

    assert ["22:00", "23:00", "00:00"] == times_of(bench, "council")


def test_the_same_extract_again_is_unchanged_row_by_row(bench: Bench) -> None:
    """Whatever the table, a row that says what the last extract said is not sent."""
    folder = bench.folder / "council"
    folder.mkdir()
    (folder / "ssd_person.csv").write_text("\n".join(
        [lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")]))
    first = bench.publish_path("council", folder)
    bench.later(hours=1)

    again = bench.publish_path("council", folder)

    assert (1, 0, 1) == (first.published, first.unchanged, first.statements)
    assert (0, 1, 0) == (again.published, again.unchanged, again.statements)


def test_an_extract_older_than_the_last_one_is_refused(bench: Bench) -> None:
    """Yesterday's file handed in today would take back what was said since."""
    bench.publish("police", incidents=incident("Missing person", T1))
    bench.clock.set(START - timedelta(hours=3))

    report = bench.publish("police", incidents=incident("Concern for safety", T0))

    assert (0, 0) == (report.read, report.statements)
    assert ["incidents.csv"] == [file for file, _ in report.refused]


def test_a_folder_that_keeps_its_older_files_is_read_again_without_news(bench: Bench) -> None:
    """The older file beside the newer one is no older extract, and outdates nothing."""
    folder = bench.folder / "police"
    for name, category, hours in (("a", "Missing person", 2), ("b", "Concern for safety", 1)):
        (folder / name).mkdir(parents=True)
        (folder / name / "incidents.csv").write_text("\n".join(incident(category, T0)))
        _touch(folder / name / "incidents.csv", START - timedelta(hours=hours))

    reports = [_published_by_file_time(bench, folder) for _ in range(3)]

    assert [(2, 2, []), (2, 0, []), (2, 0, [])] == [
        (each.read, each.statements, each.refused) for each in reports]


def test_an_older_file_read_late_leaves_the_newer_word_standing(bench: Bench) -> None:
    """Where the newer file was read first, the older has nothing to add."""
    folder = bench.folder / "police"
    for name, category, hours in (("b", "Concern for safety", 1), ("a", "Missing person", 2)):
        (folder / name).mkdir(parents=True)
        (folder / name / "incidents.csv").write_text("\n".join(incident(category, T0)))
        _touch(folder / name / "incidents.csv", START - timedelta(hours=hours))
        _published_by_file_time(bench, folder)

    assert ["Concern for safety"] == [
        each.category_opened_word for each in sent_by(bench, "police")
        if isinstance(each, IncidentRecorded)]


def _touch(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def _published_by_file_time(bench: Bench, folder: Path) -> PublishReport:
    files = list(files_below(folder))
    modified = {each: datetime.fromtimestamp(each.stat().st_mtime, START.tzinfo)
                for each in files}
    report = bench.concord.publisher().publish(bench.concord.feed("police"), files, modified)
    bench.concord.relay()
    return report


def test_an_extract_from_the_future_is_refused(bench: Bench) -> None:
    """A wrong clock at an agency must not reach beyond now."""
    with pytest.raises(ConfigError, match="future"):
        bench.concord.publisher().publish(
            bench.concord.feed("police"), [], {}, START + timedelta(days=1))


def test_a_row_that_says_withdrawn_takes_its_record_back(
        missing_girl: Callable[[], Bench]) -> None:
    """The finding that rested on it is withdrawn, not resolved."""
    bench = missing_girl()
    bench.check()
    bench.later(hours=1)
    bench.publish("riverside", absences=[lines.ABSENCES, lines.absence(
        "A1", "R1", "2026-03-01T21:20:00Z", state="withdrawn",
        updated_at="2026-03-01T22:50:00Z")])

    assert [FindingState.WITHDRAWN] == [
        each.state for each in bench.check() if each.code == "M01"]


# -- snapshots ------------------------------------------------------------------------------


@pytest.fixture
def snapshots(bench: Bench) -> Bench:
    """The same partnership, whose police send everything every time."""
    document = tomllib.loads(CONFIGURATION)
    document["agencies"]["police"]["extract"] = "snapshot"
    bench.concord = open_memory(parse(document), bench.clock)
    bench.publish("police", nominals=[lines.NOMINALS])
    return bench


def rows(*numbers: int) -> list[str]:
    """A file with these incidents."""
    return [lines.INCIDENTS, *(lines.incident(f"INC{each}", f"N{each}", "Missing person", T0)
                               for each in numbers)]


def withdrawn(bench: Bench) -> list[str]:
    """The records last said to be withdrawn."""
    last = {each.record: each.state for each in sent_by(bench, "police")}
    return [record for record, state in last.items() if state is State.WITHDRAWN]


def test_a_row_that_vanished_from_a_snapshot_is_withdrawn(snapshots: Bench) -> None:
    """Six rows, then five of them: the sixth was taken back."""
    snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5, 6))
    snapshots.later(hours=1)

    report = snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5))

    assert (5, 5, 1, 1) == (report.read, report.unchanged, report.withdrawn, report.statements)
    assert ["INC6/N6"] == withdrawn(snapshots)


def test_a_row_that_comes_back_stands_again(snapshots: Bench) -> None:
    """Gone for an evening and back unchanged: the record stands as it stood."""
    for numbers in ((1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6)):
        snapshots.publish("police", incidents=rows(*numbers))
        snapshots.later(hours=1)

    assert [] == withdrawn(snapshots)
    assert ["10:00", "23:00", "00:00"] == [
        f"{each.recorded_at:%H:%M}" for each in sent_by(snapshots, "police")
        if each.record == "INC6/N6"]


def test_more_than_a_fifth_gone_is_refused(snapshots: Bench) -> None:
    """A broken extract is likelier than that; nothing in the file is believed."""
    snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5, 6))
    snapshots.later(hours=1)

    report = snapshots.publish("police", incidents=rows(1, 2, 3, 4))

    assert (0, 0, 0) == (report.read, report.withdrawn, report.statements)
    assert "2 of 6 rows" in report.refused[0][1]


def test_a_fifth_gone_is_still_believed(snapshots: Bench) -> None:
    """The limit is more than a fifth."""
    snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5))
    snapshots.later(hours=1)

    assert 1 == snapshots.publish("police", incidents=rows(1, 2, 3, 4)).withdrawn


def test_an_absent_file_says_nothing(snapshots: Bench) -> None:
    """The incidents stay although only nominals came."""
    snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5))
    snapshots.later(hours=1)

    report = snapshots.publish("police", nominals=[
        lines.NOMINALS, lines.nominal("N1", "Kayley", "Thornton", "2011-05-14")])

    assert (0, []) == (report.withdrawn, withdrawn(snapshots))


def test_two_files_of_one_table_are_one_snapshot(snapshots: Bench) -> None:
    """A row is gone only where no file of the table has it."""
    for numbers in ((4, 5, 6), (4, 5)):
        folder = snapshots.folder / f"split-{len(numbers)}"
        for name, some in (("north", (1, 2, 3)), ("south", numbers)):
            (folder / name).mkdir(parents=True)
            (folder / name / "incidents.csv").write_text("\n".join(rows(*some)) + "\n")
        report = snapshots.publish_path("police", folder)
        snapshots.later(hours=1)

    assert ["north/incidents.csv", "south/incidents.csv"] == report.files
    assert ["INC6/N6"] == withdrawn(snapshots)


def test_a_row_that_could_not_be_read_forbids_to_tell_what_is_gone(snapshots: Bench) -> None:
    """The unreadable row may be the one that seems to be gone."""
    snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5, 6))
    snapshots.later(hours=1)

    report = snapshots.publish("police", incidents=[*rows(1, 2, 3, 4, 5), "one cell only"])

    assert (1, 0, []) == (report.rejected, report.withdrawn, withdrawn(snapshots))
    assert ["incidents.csv"] == [file for file, _ in report.notes]


def test_a_rejected_row_whose_reference_could_be_read_is_not_gone(snapshots: Bench) -> None:
    """It is there, and bad: its last good version stands."""
    snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5, 6))
    snapshots.later(hours=1)
    bad = lines.incident("INC6", "N6", "Missing person", T0, updated_at="yesterday")

    report = snapshots.publish("police", incidents=[*rows(1, 2, 3, 4, 5), bad])

    assert (1, 0, []) == (report.rejected, report.withdrawn, report.notes)


def test_a_refused_file_forbids_to_tell_what_is_gone(snapshots: Bench) -> None:
    """What is not in the file that was read may be in the one that was not."""
    snapshots.publish("police", incidents=rows(1, 2, 3, 4, 5, 6))
    snapshots.later(hours=1)
    folder = snapshots.folder / "split"
    for name, text in (("north", rows(1, 2, 3)), ("south", ["incident_ref,nominal_id"])):
        (folder / name).mkdir(parents=True)
        (folder / name / "incidents.csv").write_text("\n".join(text) + "\n")

    report = snapshots.publish_path("police", folder)

    assert ["south/incidents.csv"] == [file for file, _ in report.refused]
    assert (0, []) == (report.withdrawn, withdrawn(snapshots))
    assert 1 == len(report.notes)
