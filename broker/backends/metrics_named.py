"""Every metric by name, and the page that says what each counts."""
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from broker.pipeline.worker import Stage

LABELS = ("stage", "agency", "rule", "reason")
DOCUMENT = Path("docs", "metrics.md")
_HEAD = """\
# Metrics

This page is made from the metrics themselves (`make docs`); a test refuses it when it is out of
date. A worker that is given `--metrics-port` answers two addresses there: `/metrics` for
Prometheus, and `/health`, which is 200 while the worker is at work and 503 with the name of the
service that is away otherwise.

Labels are `stage` (intake, check, deliver), `agency` (a configured code), `rule` (its code) and
`reason` (a closed phrase). There are no others, and nothing of what an agency sent is ever one.
Counters begin at 0 with the process and count only what has been written for good. What has no
stage, and `concord_lag_messages`, is asked of the store and the log every 15 seconds by every
worker, and is the same everywhere: take the `max` over all of them.
"""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; `stages` are the workers that have it."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    says: str
    labels: tuple[str, ...] = ("stage",)
    stages: tuple[Stage, ...] = tuple(Stage)


_INTAKE, _CHECK, _DELIVER = (Stage.INTAKE,), (Stage.CHECK,), (Stage.DELIVER,)
METRICS = tuple(Metric(*each) for each in (
    ("concord_turns_total", "counter", "Turns finished, idle ones among them."),
    ("concord_messages_read_total", "counter", "Messages read from inboxes.", ("stage",), _INTAKE),
    ("concord_messages_accepted_total", "counter", "Messages accepted.", ("stage",), _INTAKE),
    ("concord_messages_duplicate_total", "counter",
     "Messages that were taken in before, and changed nothing.", ("stage",), _INTAKE),
    ("concord_messages_held_total", "counter", "Messages held for a person to decide.",
     ("stage",), _INTAKE),
    ("concord_messages_rejected_total", "counter",
     "Messages rejected, by whose inbox it was and a closed phrase.",
     ("stage", "agency", "reason"), _INTAKE),
    ("concord_statements_folded_total", "counter", "Statements filed under their person.",
     ("stage",), _CHECK),
    ("concord_children_evaluated_total", "counter", "Children looked at.", ("stage",), _CHECK),
    ("concord_finding_changes_total", "counter", "Changes of findings.", ("stage",), _CHECK),
    ("concord_rule_crashes_total", "counter",
     "Children for whom a rule crashed: its answer is missing, the others stand.",
     ("stage", "rule"), _CHECK),
    ("concord_statements_delivered_total", "counter", "Statements given to feeds.",
     ("stage",), _DELIVER),
    ("concord_notices_delivered_total", "counter", "Notices issued, renewed or ended.",
     ("stage",), _DELIVER),
    ("concord_service_away_total", "counter",
     "Turns that a service was not there for; the reason is which.", ("stage", "reason")),
    ("concord_conflicts_total", "counter",
     "Batches that another worker was quicker with, looked at again."),
    ("concord_up", "gauge", "1 if the last turn went through; 0 if a service is away."),
    ("concord_last_turn_timestamp_seconds", "gauge", "When the last turn ended, in Unix time."),
    ("concord_lag_messages", "gauge", "Messages that a stage is behind, at most."),
    ("concord_waiting_records", "gauge", "Local records that the checker has to look at.", ()),
    ("concord_outbox_waiting_lanes", "gauge", "Lanes with something not yet in the log.", ()),
    ("concord_agency_silent_seconds", "gauge",
     "Time since an agency was last heard; absent for one that never was.", ("agency",)),
    ("concord_rejects", "gauge",
     "Rejects that are not settled: nobody has mended the row or sent the message again.", ()),
    ("concord_held_statements", "gauge", "Statements that wait for a person.", ()),
    ("concord_unsettled_lanes", "gauge", "Lanes where something erased can still be read.", ()),
    ("concord_unreached_notices", "gauge",
     "Critical notices that nobody has acknowledged, with no contact left to go to.", ()),
    ("concord_untold_findings", "gauge",
     "Critical findings that reach nobody: for named leads alone, and no lead is named.", ()),
    ("concord_pairs_to_review", "gauge",
     "Pairs of records that wait for a person to say whether they are one child.", ()),
    ("concord_turn_seconds", "histogram", "How long a turn took that had something to do."),
    ("concord_finding_delay_seconds", "histogram",
     "From when a finding could first be known (its newest evidence received, or its time come) "
     "to when it was raised.", ("stage",), _CHECK),
))


def page() -> str:
    """The text of docs/metrics.md."""
    rows = [f"| `{each.name}` | {each.kind} | {', '.join(each.labels) or '-'} | {each.says} |"
            for each in METRICS]
    return "\n".join((_HEAD, "| metric | kind | labels | what it says |", "|---|---|---|---|",
                      *rows, ""))


def main(root: Path = Path()) -> None:
    """Write the page under this folder."""
    (root / DOCUMENT).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
