"""When a statement's happening took place, from the times that its row gives."""
from broker.event.envelope import Moment, Occurred


def occurred_of(start: Moment | None, end: Moment | None = None) -> Occurred | None:
    """From the start to the end; an end that is as fine as the start and not before it counts.

    One precision stands for both, and a span never runs backwards: an end that does not fit is
    left out here, and still travels in the statement's own field.
    """
    if start is None:
        return None
    if end is None or end.precision is not start.precision or end.at < start.at:
        return Occurred(start=start.at, precision=start.precision)
    return Occurred(start=start.at, end=end.at, precision=start.precision)
