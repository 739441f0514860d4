"""What covers a whole extract that was refused: each is all there is, and speaks for itself."""
from datetime import timedelta
from hashlib import sha256

from broker.pipeline.settled import UnreadFile
from broker.report.operations import rejects_listed
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench
from tests.pipeline.covering import BAD_HEADER, rejects, sent, shown
from tests.pipeline.test_pipeline_reach import EVENING
from tests.pipeline.test_pipeline_refused import (
    BROKEN,
    reach_of,
    report,
    unread,
    whole,
)


def test_a_snapshot_that_goes_on_shrinking_is_one_reject(bench: Bench) -> None:
    """Each reading finds another number of rows gone; the last of them is told, and the first."""
    rows = [report(f"M{number}", EVENING) for number in range(10)]
    sent(whole(bench), *rows)
    shrunk = [sent(bench, *rows[:number]) for number in (7, 6, 5)]
    bench.check()
    [refused] = reach_of(bench.concord).refused.values()

    assert ([1, 1, 1], [("missing.csv", "open")]) == (shrunk, rejects(bench))
    assert (UnreadFile("police", "missing", 1, START + timedelta(minutes=20)),) == unread(bench)
    assert (20, 40) == tuple((each - START) // timedelta(minutes=1)
                             for each in (refused.first, refused.last))
    assert (0, [("missing.csv", "settled")]) == (sent(bench, *rows), rejects(bench))


def test_a_snapshot_that_shrinks_anew_is_a_reject_of_its_own(bench: Bench) -> None:
    """What was mended between has ended the first."""
    rows = [report(f"M{number}", EVENING) for number in range(10)]
    for count in (10, 7, 10, 6):
        sent(whole(bench), *rows[:count])

    assert [("missing.csv", "open"), ("missing.csv", "settled")] == sorted(rejects(bench))


def test_a_broken_snapshot_that_comes_again_broken_is_one_reject(bench: Bench) -> None:
    """Each is all there is: what the first one held is in the second, or is no more."""
    rows = [report(f"M{number}", EVENING) for number in range(4)]
    broken = [sent(whole(bench), *rows[:number], header=BAD_HEADER) for number in (4, 3, 2)]

    assert ([1, 1, 1], [("missing.csv", "open")]) == (broken, rejects(bench))
    assert (0, [("missing.csv", "settled")]) == (sent(bench, *rows), rejects(bench))


def test_a_reject_says_what_the_last_of_its_snapshots_did(bench: Bench) -> None:
    """Who mends it needs today's reason; since when it stands is the first one's."""
    rows = [report(f"M{number}", EVENING) for number in range(4)]
    shown = []
    for header in (BAD_HEADER, BROKEN, BAD_HEADER):
        sent(whole(bench), *rows, header=header)
        with bench.concord.store.view() as view:
            [reject] = rejects_listed(view, bench.concord.codec, None)
        content = next(
            bench.folder.glob(f"police-{bench.clock.now():%d%H%M%S%f}/missing.csv")).read_bytes()
        shown.append((reject["size"] == len(content),
                      reject["sha256"] == sha256(content).hexdigest(), reject["reason"]))
        assert f"{START + timedelta(minutes=10):%Y-%m-%dT%H:%M:%S}" == reject["rejected_at"][:19]
    reasons = [reason for *_, reason in shown]

    assert [(True, True)] * 3 == [(size, digest) for size, digest, _ in shown]
    assert (2, reasons[0]) == (len(set(reasons)), reasons[2])


def test_an_older_broken_snapshot_takes_nothing_from_the_newer_one(bench: Bench) -> None:
    """Of the two the newer is all there is, whichever of them was published last."""
    rows = [report(f"M{number}", EVENING) for number in range(4)]
    left = [sent(whole(bench), *rows, header=BAD_HEADER)]
    for minutes, header in ((2, BAD_HEADER), (5, lines.MISSING)):
        path = bench.folder / f"after-{minutes}" / "missing.csv"
        path.parent.mkdir()
        path.write_text("\n".join((header, *rows[:3], "")), encoding="utf-8")
        bench.concord.publisher().publish(bench.concord.feed("police"), [path],
                                          {path: START + timedelta(minutes=minutes)})
        left.append(sum(each.files for each in unread(bench)))

    assert [1, 1, 1, 0] == [*left, sent(bench, *rows)]


def test_an_older_broken_snapshot_does_not_speak_for_the_newer_one(bench: Bench) -> None:
    """The reject goes on saying what the newer one was refused for."""
    sent(whole(bench), report("M1", EVENING), header=BAD_HEADER)
    path = bench.folder / "before" / "missing.csv"
    path.parent.mkdir()
    path.write_text(f"{BROKEN}\n", encoding="utf-8")
    before = shown(bench)
    bench.concord.publisher().publish(bench.concord.feed("police"), [path],
                                      {path: START + timedelta(minutes=5)})

    assert (1, before) == (len(before), shown(bench))
