"""What came in of a person while they were being erased: it goes too, as if it had come before."""
from collections.abc import Callable
from dataclasses import replace

from broker.pipeline.erase import Authority, Eraser, ErasurePlan
from broker.ports import Clock

ROUNDS_MAX = 5


def erase_behind(eraser: Eraser, gone: ErasurePlan, authority: Authority, clock: Clock,
                 check: Callable[[], object]) -> tuple[ErasurePlan, bool]:
    """All that went with what is `gone`, and whether some of the person is held even so.

    An agency, and workers, go on while somebody is erased: what was not filed yet is not in the
    plan. `check` files all that has come by then; whatever that is goes in its turn, until once
    nothing has come, and at most `ROUNDS_MAX` times. Where only some events were to go, what is
    new stays.
    """
    check()
    if not gone.asked.whole:
        return gone, False
    asked = replace(gone.asked, rejects=frozenset())  # those named have gone
    for _ in range(ROUNDS_MAX):
        if eraser.plan(asked).is_empty:
            return gone, False
        gone = _both(gone, eraser.erase(asked, authority, clock.now()))
        check()
    return gone, not eraser.plan(asked).is_empty


def _both(first: ErasurePlan, then: ErasurePlan) -> ErasurePlan:
    """One plan of all that went."""
    return replace(
        first, event_ids=first.event_ids | then.event_ids, filed=first.filed + then.filed,
        waiting=first.waiting + then.waiting, rejects=first.rejects + then.rejects,
        findings=first.findings + then.findings, notices=first.notices + then.notices)
