"""A made-up partnership lived day by day, with a checker that is always running."""
from datetime import datetime
from pathlib import Path

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord
from broker.pipeline.publish import files_below
from broker.pipeline.tables import TIMERS
from broker.report.findings import finding_json, stored_findings
from broker.vocabulary.times import moment_of


def let_pass(concord: Concord, clock: ManualClock, until: datetime) -> int:
    """The checker wakes at each timer as it comes due; how many changes of findings that
    brought."""
    changes = 0
    while True:
        with concord.store.view() as view:
            due = view.scan(TIMERS, "due_ms", limit=1)
        if not due or (at := moment_of(int(due[0][1] or 0))) > until:
            break
        clock.set(max(at, clock.now()))
        changes += concord.check().finding_changes
    clock.set(until)
    return changes


def publish(concord: Concord, folder: Path, *agencies: str) -> None:
    """The extracts of these agencies in the drop folders of a world, published and checked."""
    now = concord.clock.now()
    for code in agencies:
        paths = list(files_below(folder / concord.settings.agencies[code].drop))
        concord.publisher().publish(concord.feed(code), paths, dict.fromkeys(paths, now), now)
        concord.relay()
    concord.check()


def findings_in(concord: Concord) -> list[dict[str, object]]:
    """Every finding in any state, in the machine form."""
    with concord.store.view() as view:
        found = sorted(stored_findings(view, concord.codec), key=lambda each: each.finding_id)
        return [finding_json(each) for each in found]
