"""A looked-after child missing to the home or the police, and not to the placing council."""
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self

from broker.case.absences import MISSING_CATEGORIES, Account, Row, began, ended
from broker.case.calendar import ONE_DAY, day_of, last_day_of, say, say_day
from broker.case.care import (
    care_periods_on,
    placed_by_another,
    placements_on,
    placing_authorities_on,
)
from broker.case.case import Case, RecordKey
from broker.case.feeds import living
from broker.case.late_dates import Days, a_day_late, days_of
from broker.case.occasions import Occasion, category_of, reported_at
from broker.case.open_case import known_on
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, by_then, listed, unread_of
from broker.rules.themes.missing.nights import (
    any_council_feeds,
    category_since,
    historical,
    kind_since,
    known_by,
    last_seen_words,
    names,
    nights_of,
    tell_category,
    tell_kind,
    vague,
    written,
)
from broker.vocabulary.words import AgencyKind, LegalStatus, PlaceKind, Severity

_TYPE = MissingEpisodeRecorded.__name__
_SHORT_BREAKS = frozenset({LegalStatus.V3, LegalStatus.V4})
_IN_CARE = (PlaceKind.CARE_HOME, PlaceKind.FOSTER_CARE)
_SAYERS = (AgencyKind.POLICE, AgencyKind.CARE_HOME)
_OfDays = tuple[str, Days]  # a council, and the days that it gives an absence


@rule(code="M03", name="missing.not_with_social_care", severity=Severity.HIGH,
      needs=(MissingEpisodeRecorded, IncidentRecorded), starts=date(2014, 1, 1),
      silence_may_be_doubt=True, near_days=4)
def not_with_social_care(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A looked-after child missing, with no record of it at the placing council

    **Source** Statutory guidance on children who run away or go missing from home or care, 2014:
    the authority that looks after a child is told of each absence, and keeps a record of it.
    **Why it matters** The council that stands in for the parents neither joins the search nor
    offers the return interview, and its picture of the child's risk is wrong.
    **Raises when** the police or a home say that a looked-after child is missing (or absconded)
    and, after the limit from when it was noticed or reported, the placing council has no record
    of an absence then, of whatever kind. A short absence counts, as every one is to be recorded.
    Dates that say no more than another absence, hours apart from this one, are of that alone,
    save where they are the very dates of both.
    **Stays silent when** the council has one, be it dated by the day after, on which it was
    told; for a child who was not looked after, or whom an authority outside the partnership had
    placed; and for a child with a series of short breaks (V3, V4) who went missing from the
    parents' home. Not evaluated where nobody says from where such a child went missing, beyond
    what the council has been heard to say of absences, where its rows were unreadable, where
    nobody says which council placed the child, or where its only record of the night is the first
    of several running that are a day late each, one of the day after that may be an absence
    unknown to the police, or one row that has the very dates of several.
    """
    nights = nights_of(case, limits)
    yield from each_of(case, (limits, _Alone.of(nights)), nights, _unknown_of)


def _unknown_of(case: Case, given: tuple[Limits, "_Alone"], night: Occasion) -> Iterator[Yielded]:
    """One night that the placing council may not know of."""
    limits, alone = given
    rows = tuple(row for account in night.own if account.kind in _SAYERS
                 for row in account.missing_rows())
    calls = tuple(each for each in night.incidents
                  if category_of(each) in MISSING_CATEGORIES)
    unclear = vague(night) if not rows and not calls else None
    if not rows and not calls and unclear is None:
        return
    day = day_of(min([began(row).at for row in rows] or [night.start]))
    if not _looked_after(case, night, day) or _placed_elsewhere(case, day):
        yield from _still_in_care(case, night, day)
        return
    if _breaks_alone(case, day) and not _from_care(night):
        if not _from_home(night):
            yield NotEvaluated("whether a child with a series of short breaks was on one",
                               None, night.anchor)
        return
    if unclear is not None:
        if not night.all_by(AgencyKind.SOCIAL_CARE):
            yield unclear
        return
    councils = _placing_councils(case, day)
    if not councils:
        yield NotEvaluated("which council placed the child")
    elif not _have_record(councils, night, alone.known, _left_open(night, limits)):
        doubt = _perhaps_of_it(case, night, councils, alone.missing)
        yield from _unknown(case, limits, night, councils, rows, calls, doubt)
    else:
        late = tuple(each for each in night.accounts if each.key in night.late.first)
        if late and not _have_record(councils, night, alone.known,
                                     (*_left_open(night, limits), *late)):
            yield NotEvaluated(
                f"whether the dates that {agency_name(case, late[0].agency)} has of these nights "
                "are a day late", None, _anchor_without(night, late))


def _looked_after(case: Case, night: Occasion, day: date) -> bool:
    """Whether the child was looked after that day by anybody's word, the police's flag too.

    What last year's return left open says nothing of the days after it.
    """
    return any(known_on(case, each, day) for each in care_periods_on(case, day)) \
        or any(each.placing_authority and known_on(case, each, day)
               for each in placements_on(case, day)) \
        or any(row.looked_after for row in night.rows)


def _breaks_alone(case: Case, day: date) -> bool:
    """Whether the child was looked after only for short breaks, and lived at home between them."""
    statuses = {each.legal_status for each in care_periods_on(case, day)
                if known_on(case, each, day)}
    return bool(statuses) and statuses <= _SHORT_BREAKS


def _from_care(night: Occasion) -> bool:
    """Whether the child was away from a place of care: a home says so, or where it was."""
    return any(account.kind is AgencyKind.CARE_HOME for account in night.own) \
        or any(row.missing_from in _IN_CARE for row in night.rows)


def _from_home(night: Occasion) -> bool:
    return any(row.missing_from is PlaceKind.HOME for row in night.rows)


def _placed_elsewhere(case: Case, day: date) -> bool:
    """Whether only an authority outside the partnership has placed the child: a council here that
    has the child in its own care has, whatever a home wrote down as the authority."""
    return placed_by_another(case, day) and not any(
        case.kind_of(each) is AgencyKind.SOCIAL_CARE and not each.placing_authority
        and known_on(case, each, day) for each in care_periods_on(case, day))


def _still_in_care(case: Case, night: Occasion, day: date) -> Iterator[NotEvaluated]:
    """The councils that send returns alone, whose last one left the care open."""
    for each in living(case, care_periods_on(case, day)):
        if not known_on(case, each, day) and not placed_by_another(case, day):
            yield NotEvaluated("whether the child was still looked after on that day",
                               each.agency, night.anchor)
            return


def _placing_councils(case: Case, day: date) -> list[Agency]:
    """The councils that somebody says placed the child, else that hold the child's care."""
    councils = case.partnership.of_kind(AgencyKind.SOCIAL_CARE)
    authorities = placing_authorities_on(case, day)
    caring = {each.agency for each in care_periods_on(case, day)}
    return [each for each in councils if each.authority_code in authorities] or [
        each for each in councils if each.code in caring]


class _Alone(NamedTuple):
    """The councils and days of episodes in dates that no other agency speaks of: those by
    which the whereabouts were `known`, and the `missing`, of which M02 says that the police have
    none."""

    known: frozenset[_OfDays]
    missing: frozenset[_OfDays]

    @classmethod
    def of(cls, nights: Iterable[Occasion]) -> Self:
        """Those of these absences."""
        alone = [account for night in nights if not night.incidents
                 for account in night.own
                 if account.by_day and account.kind is AgencyKind.SOCIAL_CARE
                 and all(each.agency == account.agency for each in night.own)]
        missing = {_of_days(each) for each in alone if each.missing_rows()}
        return cls(frozenset({_of_days(each) for each in alone} - missing), frozenset(missing))


def _of_days(account: Account) -> _OfDays:
    return account.agency, days_of(account.start, account.end)


def _dated_late(council: str, night: Occasion, alone: Set[_OfDays]) -> bool:
    """Whether one of these is a council's own of exactly the days after those of this absence; of
    one that is open the first day alone tells."""
    if night.end is None:
        return False
    first, last = a_day_late(days_of(night.start, night.end))
    return (council, (first, last)) in alone or (council, (first, None)) in alone


def _perhaps_of_it(
    case: Case, night: Occasion, councils: Iterable[Agency], alone: Set[_OfDays]
) -> NotEvaluated | None:
    """What a council has that may be of this absence, and may as well be of another: an episode
    that is dated exactly a day late for it, or the one it has of days of which others have
    several."""
    for council in councils:
        if _dated_late(council.code, night, alone):
            return NotEvaluated(f"whether the absence that {council.name} have from "
                                f"{say_day(day_of(night.start) + ONE_DAY)} is this one, "
                                "dated a day late", None, night.anchor)
        if any(each.agency == council.code and _is_of_its_day(case, night, each)
               for each in night.attached):
            return NotEvaluated(f"whether the one absence that {council.name} have from "
                                f"{say_day(day_of(night.start))} stands for each of these dates")
    return None


def _is_of_its_day(case: Case, night: Occasion, account: Account) -> bool:
    """Whether dates are those of this absence too, and were not written before it began."""
    return account.key in night.told_apart and account.by_day and night.end is not None \
        and day_of(account.start) == day_of(night.start) \
        and last_day_of(account.until) == last_day_of(night.end) \
        and any(said_since(case, row, lambda each: (began(each), ended(each))).recorded_at
                >= night.start for row in account.rows)


def _left_open(night: Occasion, limits: Limits) -> tuple[Account, ...]:
    """The accounts of an earlier absence that were never ended, although others had had the child
    back for days before this one began: that they overlap it says nothing of it."""
    back_by = night.start - timedelta(days=limits.missing_open_reverse_days)
    return tuple(each for each in night.attached
                 if each.end is None and night.was_over(each, back_by))


def _anchor_without(night: Occasion, late: Sequence[Account]) -> Statement:
    """The least record of an absence without these."""
    return min((row for each in night.accounts if each not in late for row in each.rows),
               key=RecordKey.of)


def _have_record(
    councils: Iterable[Agency], night: Occasion, alone: Set[_OfDays],
    aside: Sequence[Account],
) -> bool:
    """Whether any of these councils has a record of this absence, some accounts left aside."""
    return any(_has_record(each.code, night, alone, aside) for each in councils)


def _has_record(
    council: str, night: Occasion, alone: Set[_OfDays], aside: Sequence[Account]
) -> bool:
    """Whether a council has an account that may tell of this absence, or one of its own that is
    dated by the day after: the day on which the council was told."""
    return any(account.agency == council and account not in aside
               and account.key not in night.told_apart for account in night.everyone) \
        or _dated_late(council, night, alone)


def _due(
    case: Case, limits: Limits, rows: Sequence[Row], calls: Sequence[IncidentRecorded]
) -> datetime:
    """When the council's record is expected by, from the first that anybody knew of it."""
    known = [*(known_by(case, row) for row in rows), *map(reported_at, calls)]
    return min(known) + timedelta(hours=limits.missing_with_social_care_hours)


def _unknown(
    case: Case, limits: Limits, night: Occasion, councils: Sequence[Agency],
    rows: Sequence[Row], calls: Sequence[IncidentRecorded], doubt: NotEvaluated | None,
) -> Iterator[Yielded]:
    due = _due(case, limits, rows, calls)
    if case.now < due:
        yield LookAgain(due)
        return
    unheard = [each for council in councils
               if (each := _unheard(case, night, council.code, due)) is not None]
    yield from unheard
    if not unheard:
        yield doubt or _disagreement(case, limits, night, councils, rows, calls, due)


def _unheard(case: Case, night: Occasion, council: str, due: datetime) -> NotEvaluated | None:
    """Why a council's silence means nothing yet, if it does not."""
    heard, who = case.reach.of(council, _TYPE), agency_name(case, council)
    if heard is None or heard < due:
        return NotEvaluated(f"what {who} hold of absences up to {by_then(due)}", council,
                            night.anchor if any_council_feeds(case, _TYPE) else None)
    if case.reach.unreadable_since(council, _TYPE, night.start):
        unread = unread_of(case, council, _TYPE, night.start)
        return NotEvaluated(f"{unread} that could not be read and may hold the absence",
                            council, night.anchor)
    return None


def _disagreement(
    case: Case, limits: Limits, night: Occasion, councils: Sequence[Agency],
    rows: Sequence[Row], calls: Sequence[IncidentRecorded], due: datetime,
) -> Disagreement:
    said = [kind_since(case, row) for row in rows]
    reported = [category_since(case, each) for each in calls]
    councils_named = listed(each.name for each in councils)
    seen = last_seen_words(case, rows) if rows else f"reported by {by_then(reported_at(calls[0]))}"
    told = [row for row in rows if row.told_authority is not None]
    by_whom = names(case, told) if told else ""
    told_words = f" By the record of {by_whom} the council was told." if told else ""
    still = "" if night.safe_at is None else " The absence is over."
    return Disagreement(
        anchor=night.anchor, severity=Severity.HIGH,
        since=max(due, written([*said, *reported])),
        evidence=(*(_tell(case, row) for row in rows),
                  *(tell_category(case, each) for each in calls)),
        sentence=f"{names(case, [*said, *reported])} recorded a looked-after child as missing, "
                 f"{seen}; by {by_then(due)} {councils_named}, the placing council, had no "
                 f"record of the absence.{_of_another(night, councils)}{told_words}{still}",
        action=_action(by_whom, is_over=night.safe_at is not None),
        would_change="The council's record of this absence, or a record that the child's "
                     "whereabouts were known.",
        historical=historical(night, case, limits),
    )


def _of_another(night: Occasion, councils: Sequence[Agency]) -> str:
    """The dates of a council that are near, and say no more than another absence."""
    named = {each.code: each.name for each in councils}
    return "".join(
        f" The record of {named[account.agency]}{_dates(account)} says no more than another "
        "absence, by the times that others give."
        for account in night.attached
        if account.key in night.told_apart and account.agency in named)


def _dates(account: Account) -> str:
    first, last = say_day(day_of(account.start)), say_day(last_day_of(account.until))
    return f" of {first}" if first == last else f" from {first} to {last}"


def _tell(case: Case, row: Row) -> Said:
    """A row as evidence, with when the council was told by it, where it says."""
    said = replace(tell_kind(case, row), rests_on=said_since(
        case, row, lambda each: (each.classification, each.told_authority)))
    return said if row.told_authority is None else \
        replace(said, says=f"{said.says}, council told {say(row.told_authority)}")


def _action(told_by: str, *, is_over: bool) -> str:
    """What to do, by whether the child is back and whether anybody wrote that they told the
    council."""
    if told_by:
        found = f"Council: find out what became of what {told_by} told it; record the absence"
        return f"{found}, offer the return interview, and look at the child's risk again." \
            if is_over else (
                f"{found} and join the police in the search. {told_by}: ask the social worker "
                "or the emergency duty team now to confirm that they have it.")
    return _RECORD_AFTERWARDS if is_over else _TELL_NOW


_TELL_NOW = ("Whoever cares for the child: tell the placing council's social worker or emergency "
             "duty team now. Council: record the absence and join the police in the search.")
_RECORD_AFTERWARDS = ("Council: record the absence, offer the return interview, and look at the "
                      "child's risk again. Whoever cares for the child: say when and how the "
                      "council was told.")
