"""Check: drain the inboxes, run to the end of the log, look at everybody concerned, stop."""
from collections.abc import Callable
from dataclasses import dataclass

from broker.pipeline.evaluate import Evaluator
from broker.pipeline.fold import Fold
from broker.pipeline.intake import Intake

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class CheckCount:
    """What one check came to."""

    read: int
    accepted: int
    duplicates: int
    held: int
    rejected: int
    statements: int
    children: int
    finding_changes: int
    crashed_rules: dict[str, int]


def check(intake: Intake, fold: Fold, evaluator: Evaluator, move: Callable[[], int],
          progress: Progress | None = None) -> CheckCount:
    """Intake and folding take turns, so that embedded every statement is decoded once; children
    are looked at when both have come to the end. `move` relays the outbox, where there is one."""
    while True:
        taken = intake.step()
        moved = move()
        folded = fold.step()
        if progress is not None:
            progress("statements", taken)
        if not (taken or moved or folded):
            break
    intake.beat()
    move()
    while fold.step():
        pass
    evaluator.wake()
    while done := evaluator.step():
        move()
        if progress is not None:
            progress("children", done)
    move()
    count = intake.count
    return CheckCount(
        read=count.read, accepted=count.accepted, duplicates=count.duplicates, held=count.held,
        rejected=count.rejected, statements=fold.folded, children=evaluator.evaluated,
        finding_changes=evaluator.changed, crashed_rules=dict(evaluator.crashed),
    )


