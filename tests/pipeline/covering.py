"""Files that are refused one after another, and how many then stand so."""
from datetime import timedelta

from broker.report.operations import rejects_listed
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench
from tests.pipeline.test_pipeline_refused import unread

BAD_HEADER = lines.MISSING.replace("risk_final", "risk_finally")


def at(minutes: int) -> str:
    """A time of writing, so many minutes after the first extract."""
    return f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def sent(bench: Bench, *rows: str, header: str = lines.MISSING) -> int:
    """The next file of missing reports, ten minutes on; how many files then stand refused."""
    bench.later(minutes=10)
    bench.publish("police", missing=[header, *rows])
    return sum(each.files for each in unread(bench))


def sent_by_council(bench: Bench, *rows: str, header: str = lines.SSD_MISSING) -> int:
    """As `sent`, of a table whose rows have no time of writing."""
    bench.later(minutes=10)
    bench.publish("council", ssd_missing=[header, *rows])
    return sum(each.files for each in unread(bench))


def rejects(bench: Bench) -> list[tuple[str, str]]:
    """Each reject's file and how it stands, oldest first."""
    with bench.concord.store.view() as view:
        return [(each["file"], each["state"])
                for each in rejects_listed(view, bench.concord.codec, None)]


def shown(bench: Bench) -> list[dict[str, object]]:
    """The rejects as they are listed."""
    with bench.concord.store.view() as view:
        return rejects_listed(view, bench.concord.codec, None)
