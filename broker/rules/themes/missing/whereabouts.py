"""Where the child is: known to one agency, unknown to another, over the same hours."""
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from broker.case.absences import (
    UNKNOWN_WHEREABOUTS,
    Row,
    known_from,
    latest_of,
    says_missing,
)
from broker.case.calendar import ONE_DAY
from broker.case.case import Case, RecordKey
from broker.case.held_otherwise import UNKNOWN_KINDS
from broker.case.occasions import Occasion
from broker.case.recall import each_of
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.themes.missing.nights import (
    historical,
    kind_since,
    names,
    nights_of,
    tell_kind,
)
from broker.vocabulary.words import Precision, Severity, Whereabouts


@rule(code="M04", name="missing.whereabouts_differ", severity=Severity.HIGH,
      needs=(MissingEpisodeRecorded,), starts=date(2014, 1, 1), near_days=4)
def whereabouts_differ(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Whereabouts known to one agency and unknown to another

    **Source** SSDA903 guidance: A (away, whereabouts known) against M (missing, whereabouts not
    known); College of Policing, missing persons guidance.
    **Why it matters** Either a child is looked for who need not be, or one is not looked for who
    should be; and the knowledge of where the child is has not reached the others.
    **Raises when** over the same hours one agency says that the child's whereabouts are known
    and another that they are not. Low, "recorded in hindsight", where one of the two words was
    first written after the child was found or back.
    **Stays silent when** the hours do not overlap, or when another row of either agency explains
    it: with dates alone a row that touches, with times one that overlaps, and not where it
    belongs to what others have as another absence: it explains that one. Nor where dates alone
    may tell of another absence of the same days, of which somebody gives the hours.
    """
    yield from each_of(case, limits, nights_of(case, limits), _of_night)


def _of_night(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What one night tells of it."""
    known = [row for row in night.rows if row.classification is Whereabouts.AWAY_KNOWN]
    unknown = [row for row in night.rows if says_missing(row)]
    pairs = [(here, gone) for here in known for gone in unknown
             if here.agency != gone.agency and _same_hours(case, here, gone)]
    if pairs:
        every = case.current(MissingEpisodeRecorded)
        pairs = [(here, gone) for here, gone in pairs
                 if not _of_another_absence(case, every, here, gone)
                 and not _of_another_absence(case, every, gone, here)
                 and not any(_is_of(case, limits, each, night)
                             for each in _explaining(case, every, here, gone))]
    if pairs:
        yield _differ(case, limits, night, pairs)
    elif known or unknown:
        yield from _unknown_word(night)


def _unknown_word(night: Occasion) -> Iterator[NotEvaluated]:
    """A word for the absence that is not a neutral one and might differ from another's."""
    if len({account.agency for account in night.accounts}) > 1:
        row = next((each for each in night.rows if each.classification in UNKNOWN_KINDS), None)
        if row is not None:
            yield NotEvaluated("what the agency's word for the absence means", row.agency,
                               night.anchor)


def _hours(case: Case, row: Row) -> tuple[datetime, datetime]:
    """The hours over which a row says what it says, from when the agency held it so."""
    return known_from(case, row).at, latest_of(row)


def _same_hours(case: Case, one: Row, other: Row) -> bool:
    starts, ends = zip(_hours(case, one), _hours(case, other), strict=True)
    return max(starts) < min(ends)


def _explaining(case: Case, every: Sequence[Row], here: Row, gone: Row) -> list[Row]:
    """The rows of either agency that say, over those hours, what the other says."""
    return [
        each for each in every
        if (each.agency == here.agency and each.classification in UNKNOWN_WHEREABOUTS
            and _meets(case, each, gone))
        or (each.agency == gone.agency and each.classification is Whereabouts.AWAY_KNOWN
            and _meets(case, each, here))
    ]


def _is_of(case: Case, limits: Limits, row: Row, night: Occasion) -> bool:
    """Whether a row can be of this occasion: it is of no other that another agency tells of, or
    it overlaps this one and says more than of the other."""
    if row in night.rows:
        return True
    if any(row in account.rows for account in night.attached):
        return all(row not in account.rows for account in night.attached
                   if account.key in night.told_apart)
    return RecordKey.of(row) not in case.once("rows that several tell of", lambda: frozenset(
        RecordKey.of(each) for other in nights_of(case, limits)
        if len({account.agency for account in other.own}) > 1 for each in other.rows))


def _of_another_absence(case: Case, every: Sequence[Row], dated: Row, other: Row) -> bool:
    """Whether dates alone may tell of another absence of those days: somebody gives the hours of
    one, in the same words, and they are not the other's."""
    return known_from(case, dated).precision is Precision.DAY \
        and known_from(case, other).precision is not Precision.DAY and any(
            each.classification is dated.classification
            and known_from(case, each).precision is not Precision.DAY
            and _same_hours(case, each, dated) and not _same_hours(case, each, other)
            for each in every if each.agency != dated.agency)


def _meets(case: Case, row: Row, other: Row) -> bool:
    """Whether two rows overlap or, where one of them has dates alone, touch."""
    if Precision.DAY not in (known_from(case, row).precision, known_from(case, other).precision):
        return _same_hours(case, row, other)
    first, second = sorted((_hours(case, row), _hours(case, other)))
    return second[0] - first[1] < ONE_DAY


def _differ(
    case: Case, limits: Limits, night: Occasion, pairs: Sequence[tuple[Row, Row]]
) -> Disagreement:
    here = [kind_since(case, row) for row in dict.fromkeys(known for known, _ in pairs)]
    gone = [kind_since(case, row) for row in dict.fromkeys(unknown for _, unknown in pairs)]
    since = min(max(kind_since(case, row).recorded_at for row in pair) for pair in pairs)
    hindsight = night.safe_at is not None and since > night.safe_at
    late = " This was recorded in hindsight, after the child was found or back." \
        if hindsight else ""
    return Disagreement(
        anchor=night.anchor, since=since,
        severity=Severity.LOW if hindsight else Severity.HIGH,
        evidence=tuple(tell_kind(case, row) for side in (0, 1)
                       for row in dict.fromkeys(pair[side] for pair in pairs)),
        sentence=f"{names(case, here)} recorded that the child was away and the whereabouts "
                 f"known; {names(case, gone)} recorded the child as missing over the same "
                 f"hours.{late}",
        action="Agree how this absence is to be recorded." if hindsight else
               "Whoever knows where the child is: tell the others now, and say how it is known. "
               "If nobody does, the child is missing.",
        would_change="A record by either agency of the same whereabouts over those hours, or of "
                     "other hours.",
        historical=historical(night, case, limits),
    )
