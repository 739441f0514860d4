"""A reject is settled once its row has been read, and counts no more."""
import tomllib
from pathlib import Path

import pytest

from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.pipeline.health import standing_of
from broker.pipeline.settled import open_by_agency
from broker.report.operations import rejects_listed
from tests.cli.conftest import Cli, written
from tests.pipeline import lines
from tests.pipeline.conftest import Bench

BAD, GOOD = "yesterday", "2026-01-12T09:00:00Z"


def nominal(ref: str, updated_at: str) -> str:
    """A police row whose time of writing may be unreadable."""
    return lines.nominal(ref, "Kayley", "Thornton", "2011-05-14", updated_at=updated_at)


def published(bench: Bench, *rows: str) -> list[str]:
    """How each reject of the police stands after an extract of these rows."""
    bench.later(minutes=1)
    bench.publish("police", nominals=[lines.NOMINALS, *rows])
    return states(bench)


def states(bench: Bench) -> list[str]:
    """How each reject stands, oldest first."""
    with bench.concord.store.view() as view:
        return [each["state"] for each in rejects_listed(view, bench.concord.codec, None)]


def counted(bench: Bench) -> int:
    """How many rejects `concord status` and the metric count."""
    concord = bench.concord
    return standing_of(concord.store, concord.log, concord.settings.partnership).rejects


def whole(bench: Bench) -> Bench:
    """Police send all they hold each time."""
    bench.concord.settings = parse(tomllib.loads(CONFIGURATION.replace(
        'force_code = "12"', 'force_code = "12"\nextract = "snapshot"')))
    return bench


def test_a_mended_row_settles_its_reject(bench: Bench) -> None:
    """Wherever it stands in the next extract; the reject stays listed."""
    before = published(bench, nominal("N1", BAD), nominal("N2", GOOD))
    counts = counted(bench)
    after = published(bench, nominal("N3", GOOD), nominal("N1", GOOD))

    assert (["open"], ["settled"]) == (before, after)
    assert (1, 0) == (counts, counted(bench))
    with bench.concord.store.view() as view:
        assert {} == open_by_agency(view)


def test_a_row_that_is_only_not_sent_again_is_still_open(bench: Bench) -> None:
    """An extract of changes does not say that it was mended."""
    published(bench, nominal("N1", BAD))

    assert ["open"] == published(bench, nominal("N2", GOOD))


def test_a_row_that_goes_bad_again_is_open_again(bench: Bench) -> None:
    """The very same bytes in the same place are one reject."""
    published(bench, nominal("N1", BAD))
    published(bench, nominal("N1", GOOD))

    assert (["open"], 1) == (published(bench, nominal("N1", BAD)), counted(bench))


def test_of_two_rows_with_one_reference_the_later_counts(bench: Bench) -> None:
    """A readable row before the bad one is an earlier state of it, and mends nothing."""
    assert ["open"] == published(bench, nominal("N1", GOOD), nominal("N1", BAD))
    assert 1 == counted(bench)


def test_a_row_mended_further_down_is_settled(bench: Bench) -> None:
    """As in a file that is only ever added to."""
    assert ["settled"] == published(bench, nominal("N1", BAD), nominal("N1", GOOD))


def test_one_mended_row_settles_nothing_else(bench: Bench) -> None:
    """Two rejected rows of one file are two."""
    published(bench, nominal("N1", BAD), nominal("N2", BAD))

    assert ["open", "settled"] == sorted(published(bench, nominal("N1", GOOD)))
    assert 1 == counted(bench)


def test_a_row_whose_reference_cannot_be_read_stays_open(bench: Bench) -> None:
    """Which row it was mended into, nobody can tell."""
    published(bench, "N1,too few cells")

    assert ["open"] == published(bench, nominal("N1", GOOD))


def in_bytes(bench: Bench, *rows: bytes) -> list[str]:
    """As `published`, of rows that need not be text."""
    bench.later(minutes=1)
    drop = bench.folder / f"bytes-{bench.clock.now():%H%M}"
    drop.mkdir()
    (drop / "nominals.csv").write_bytes(b"\n".join((lines.NOMINALS.encode(), *rows, b"")))
    bench.publish_path("police", drop)
    return states(bench)


@pytest.mark.parametrize("bad", [
    nominal("N1", GOOD).encode().replace(b"Kayley", b"Kayl\xe9y"),
    nominal("N1", GOOD).encode() + b",",
    nominal("N1", GOOD).encode().replace(b"Kayley", b"Kay,ley"),
    b'"N1","Kayl\xe9y, or Kay"' + nominal("N1", GOOD).encode().removeprefix(b"N1,Kayley"),
    nominal("N1", GOOD).encode().replace(b"Kayley", b'"Kayley'),
    nominal("N1", GOOD).encode().replace(b"Kayley", b"Kay\0ley"),
], ids=["not UTF-8", "one more", "a stray comma", "not UTF-8, in quotes", "unclosed quote", "NUL"])
def test_a_row_that_came_apart_is_settled_by_its_reference(bench: Bench, bad: bytes) -> None:
    """What of it can be read tells which row it was mended into; one of another does not."""
    assert ["open"] == in_bytes(bench, bad)
    assert ["open"] == published(bench, nominal("N2", GOOD))
    assert ["settled"] == published(bench, nominal("N1", GOOD))


@pytest.mark.parametrize("bad", [
    nominal("N1", GOOD).encode().replace(b"N1", b"N\xe91"),
    b'"N1' + nominal("N1", GOOD).encode().removeprefix(b"N1"),
    b"x," + nominal("N1", GOOD).encode(),
    b"N1" * 60 + nominal("N1", GOOD).encode().removeprefix(b"N1") + b",",
], ids=["not UTF-8", "in an unclosed quote", "moved", "too long"])
def test_a_reference_that_cannot_be_told_settles_nothing(bench: Bench, bad: bytes) -> None:
    """Nobody knows which row it was."""
    in_bytes(bench, bad)

    assert ["open"] == published(bench, nominal("N1", GOOD))


def test_a_row_that_comes_apart_after_it_was_read_is_open(bench: Bench) -> None:
    """Of two rows of one file the later counts, also where it came apart."""
    assert ["open"] == in_bytes(bench, nominal("N1", GOOD).encode(),
                                nominal("N1", GOOD).encode() + b",")


def test_a_row_that_came_apart_does_not_prove_that_it_is_there(bench: Bench) -> None:
    """Where its cells stand is a guess: in a snapshot nothing is taken back for it or despite it.
    """
    in_bytes(whole(bench), *(nominal(f"N{number}", GOOD).encode() for number in range(1, 7)))
    bench.later(minutes=1)
    drop = bench.folder / "gone"
    drop.mkdir()
    (drop / "nominals.csv").write_bytes(b"\n".join((
        lines.NOMINALS.encode(), nominal("N2", GOOD).encode() + b",",
        *(nominal(f"N{number}", GOOD).encode() for number in range(3, 7)), b"")))

    report = bench.publish_path("police", drop)

    assert (0, [("nominals.csv", "2 of 6 rows of the last snapshot have vanished, more than a "
                 "fifth; send the whole file, or set extract = \"changes\" for this agency")]) == (
        report.withdrawn, report.refused)


def test_a_whole_extract_settles_what_is_no_longer_in_it(bench: Bench) -> None:
    """In a snapshot every row is there that the agency holds."""
    published(whole(bench), "N1,too few cells", nominal("N2", BAD))

    assert ["settled", "settled"] == published(bench, nominal("N1", GOOD))


def test_a_whole_extract_that_still_has_it_settles_nothing(bench: Bench) -> None:
    """The same line is met again."""
    published(whole(bench), "N1,too few cells")

    assert ["open"] == published(bench, "N1,too few cells", nominal("N2", GOOD))


def test_the_screens_say_what_is_settled(tmp_path: Path) -> None:
    """Listed with its state, and counted no more."""
    cli = Cli(tmp_path / "home")
    cli("init")
    said = []
    for folder, updated_at in (("a", BAD), ("b", GOOD)):
        cli("publish", "police", written(
            tmp_path / folder, nominals=[lines.NOMINALS, nominal("N1", updated_at)]))
        said.append((cli("rejects", "list").out.splitlines(), cli("status", "--format", "json")))
    (before, was), (after, now) = said

    assert "settled" not in "".join(before)
    assert after[0].endswith("]  settled")
    assert ["     1  settled: read since, gone from a whole extract, sent again, or by a "
            "person's word"] == after[1:]
    assert (1, 0) == (was.json["rejects"], now.json["rejects"])
