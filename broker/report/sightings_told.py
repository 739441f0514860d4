"""When a child was last seen, told to somebody on the way: before going missing, and by whoever
saw the child to find out how it is."""
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from broker.case.absences import says_missing
from broker.case.calendar import latest, say, say_duration
from broker.case.case import Case
from broker.case.occasions import occasions_of
from broker.case.sightings import Sighting, last_sighting
from broker.event.envelope import Moment
from broker.event.missing import MissingEpisodeRecorded
from broker.report.absences_told import ended_at
from broker.vocabulary.words import Precision

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_TICK = timedelta(milliseconds=1)  # the finest time a statement carries
_MOMENTS = (("return_interview_held", "return interview"),
            ("prevention_interview", "prevention interview"),
            ("child_spoken_to", "spoken to after an absence"))


def seen_lines(case: Case, name_of: Callable[[str], str]) -> Iterator[str]:
    """When the child was last seen before the last absence, unless somebody saw the child since
    and nobody has the child away; and when anybody last saw the child, as rules count it."""
    last = last_sighting(case)
    gone = list(dict.fromkeys(_gone_lines(case, last, name_of)))
    yield from gone
    if last is not None:
        yield (f"{say(last.moment)}, by {name_of(last.statement.agency)} "
               f"({_paper(last)}), {_ago(last, case.now)}")
    elif gone:
        yield "apart from that, no agency has recorded seeing the child"
    else:
        yield "no agency has recorded seeing the child"


def _gone_lines(case: Case, last: Sighting | None,
                name_of: Callable[[str], str]) -> Iterator[str]:
    """What each account of the last absence has of when the child was last seen, latest first."""
    for occasion in reversed(occasions_of(case)):
        rows = [(row.last_seen, row) for row in occasion.all_rows
                if row.last_seen is not None and row.last_seen.at <= case.now]
        if not rows:
            continue
        over = ended_at(occasion)
        is_away = over is None or over > case.now
        if is_away or last is None or last.by < max(latest(seen) for seen, _ in rows):
            for seen, row in sorted(rows, key=lambda each: each[0].at, reverse=True):
                yield _gone_line(case, seen, row, name_of)
        return


def _gone_line(case: Case, seen: Moment, row: MissingEpisodeRecorded,
               name_of: Callable[[str], str]) -> str:
    what = "went missing" if says_missing(row) else "went away"
    ago = "" if seen.precision is Precision.DAY else f", {say_duration(case.now - seen.at)} ago"
    return f"{say(seen)}, when the child {what}, by {name_of(row.agency)}{ago}"


def _ago(last: Sighting, now: datetime) -> str:
    """How long ago the child was seen; of a day alone the longest that it can be, and no less."""
    if last.moment.precision is not Precision.DAY:
        return f"{say_duration(now - last.by)} ago"
    longest = now - last.moment.at
    return f"up to {say_duration(longest + (_HOUR if longest >= _DAY else _MINUTE) - _TICK)} ago"


def _paper(last: Sighting) -> str:
    """The kind of record by which the child was seen; of an absence, what of it."""
    said = last.statement
    if isinstance(said, MissingEpisodeRecorded):
        return next(word for name, word in _MOMENTS if getattr(said, name) == last.moment)
    return said.type_name.removesuffix("Recorded").lower()
