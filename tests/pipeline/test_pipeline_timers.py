"""Timers: due at T, and `since` is T, whoever was running then and whatever the clocks did."""
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.bootstrap import Concord, open_home
from broker.cli.example import CONFIGURATION
from broker.pipeline.publish import files_below
from broker.report.findings import stored_findings
from tests.pipeline import lines
from tests.pipeline.conftest import Bench


def told(bench: Bench, noticed: datetime) -> None:
    """A home says at once that a girl is missing; the police, heard at that time, hold nothing."""
    written = f"{noticed:%Y-%m-%dT%H:%M:%SZ}"
    bench.clock.set(noticed)
    bench.publish("police", nominals=[lines.NOMINALS,
                                      lines.nominal("N1", "Kayley", "Thornton", "2011-05-14")],
                  incidents=[lines.INCIDENTS])
    bench.publish("riverside",
                  residents=[lines.RESIDENTS,
                             lines.resident("R1", "Kayleigh", "Thornton", "2011-05-14")],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", written)])


def raised(bench: Bench) -> list[datetime]:
    """Since when M02 stands, after a check."""
    return [each.since for each in bench.open() if each.code == "M02"]


# The clocks go forward at 01:00 UTC on 29 March 2026, and back at 01:00 UTC on 25 October: an
# hour is missing on the wall in spring, and one comes twice in autumn.
@pytest.mark.parametrize("noticed", [
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)])
def test_an_hour_is_an_hour_on_the_nights_when_the_clocks_change(
        bench: Bench, noticed: datetime) -> None:
    """Sixty minutes after it was noticed, and not one before."""
    told(bench, noticed)
    at_once = raised(bench)
    bench.later(minutes=59)
    before = raised(bench)
    bench.later(minutes=1)

    assert ([], []) == (at_once, before)
    assert [noticed + timedelta(hours=1)] == raised(bench)


def test_since_is_when_the_timer_was_due_and_not_when_somebody_looked(bench: Bench) -> None:
    """Nobody was running for nine hours."""
    noticed = datetime(2026, 3, 1, 21, 20, tzinfo=UTC)
    told(bench, noticed)
    bench.check()
    bench.later(hours=9)

    assert [noticed + timedelta(hours=1)] == raised(bench)


def test_what_was_loaded_long_after_is_raised_since_its_own_time_and_as_history(
        bench: Bench) -> None:
    """Back-loading fires no timer as if it were today's."""
    noticed = datetime(2026, 1, 4, 21, 20, tzinfo=UTC)
    bench.clock.set(datetime(2026, 3, 1, 22, tzinfo=UTC))
    bench.publish("police", nominals=[lines.NOMINALS,
                                      lines.nominal("N1", "Kayley", "Thornton", "2011-05-14")],
                  incidents=[lines.INCIDENTS])
    bench.publish("riverside",
                  residents=[lines.RESIDENTS,
                             lines.resident("R1", "Kayleigh", "Thornton", "2011-05-14")],
                  absences=[lines.ABSENCES, lines.absence(
                      "A1", "R1", f"{noticed:%FT%TZ}", returned_at="2026-01-05T09:00:00Z")])

    assert [(noticed + timedelta(hours=1), True)] == [
        (each.since, each.historical) for each in bench.open() if each.code == "M02"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home on disk, with what the two agencies left there."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "concord.toml").write_text(CONFIGURATION, encoding="utf-8")
    drop = {"police": {"nominals": [lines.NOMINALS, lines.nominal(
        "N1", "Kayley", "Thornton", "2011-05-14")], "incidents": [lines.INCIDENTS]},
        "riverside": {"residents": [lines.RESIDENTS, lines.resident(
            "R1", "Kayleigh", "Thornton", "2011-05-14")],
            "absences": [lines.ABSENCES, lines.absence("A1", "R1", "2026-03-01T21:20:00Z")]}}
    for agency, files in drop.items():
        (tmp_path / agency).mkdir()
        for name, rows in files.items():
            (tmp_path / agency / f"{name}.csv").write_text("\n".join(rows) + "\n",
                                                           encoding="utf-8")
    return folder


def checked_at(home: Path, now: datetime, *publishing: str) -> list[datetime]:
    """A process of its own opens the home, publishes and checks; since when M02 stands."""
    with closing(open_home(home, now=now)) as concord:
        for agency in publishing:
            published(concord, agency, home.parent / agency, now)
        concord.check()
        with concord.store.view() as view:
            return [each.since for each in stored_findings(view, concord.codec)
                    if each.code == "M02"]


def published(concord: Concord, agency: str, path: Path, now: datetime) -> None:
    """A folder, as extracted now."""
    paths = list(files_below(path))
    concord.publisher().publish(concord.feed(agency), paths, dict.fromkeys(paths, now), now)
    concord.relay()


def test_a_timer_survives_the_process_that_set_it(home: Path) -> None:
    """Stopped before it was due and started after: it fires at once, since when it was due."""
    before = checked_at(home, datetime(2026, 3, 1, 21, 25, tzinfo=UTC), "police", "riverside")
    after = checked_at(home, datetime(2026, 3, 2, 7, 0, tzinfo=UTC))

    assert [] == before
    assert [datetime(2026, 3, 1, 22, 20, tzinfo=UTC)] == after
