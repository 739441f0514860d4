"""Ended by all, and by one long after another had the child back: when was it back?"""
from collections.abc import Iterator
from datetime import datetime, timedelta

from broker.case.absences import MISSING_CATEGORIES, Account, Row, began
from broker.case.calendar import earliest, last_day_of, latest, say, say_duration
from broker.case.case import Case, RecordKey
from broker.case.occasions import Occasion, category_of, reported_at
from broker.case.since import said_since
from broker.event.envelope import Moment, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.overdue import done_by
from broker.rules.rule import Disagreement, LookAgain, Yielded
from broker.rules.telling import agencies_of, agency_name, when
from broker.rules.themes.missing.endings import (
    ENDERS,
    Ended,
    ended_by,
    home_return,
    kept_on,
    police_found_elsewhere,
)
from broker.rules.themes.missing.nights import historical, tell_record
from broker.rules.themes.missing.returns import proves_no_return
from broker.vocabulary.words import AgencyKind, Severity


def home_ended_later(
    case: Case, limits: Limits, night: Occasion, account: Account
) -> Iterator[Yielded]:
    """That a home had the child missing for longer than the limit after the police, or the
    council, had ended it."""
    open_for = timedelta(hours=limits.missing_open_hours)
    until, row = _missing_until(account)
    if not night.incidents and not any(
            each.kind in ENDERS and each.until < until.at - open_for for each in night.everyone):
        return
    ends = [each for each in (_police_had_back(case, night, until),
                              _council_had_back(case, night, open_for)) if each is not None
            and account.start < each.at and each.at + open_for < until.at]
    if not ends:
        return
    first = min(ends, key=lambda each: each.at)
    if kept_on(case, night, last_day_of(first.at)) or any(
            each.agency != account.agency and each.until <= first.at + open_for
            for each in night.by(AgencyKind.CARE_HOME)):
        return
    due = first.at + open_for if any(each.timed for each in ends) else first.at
    said = tuple(each for end in ends for each in end.said)
    yield _ended_apart(
        case, limits, night, Severity.CRITICAL, due, (until, row), said,
        f"{agencies_of(case, said)} {first.words}; {agency_name(case, account.agency)} recorded "
        f"the child as missing until {say(until)}, {say_duration(until.at - first.at)} later.",
        f"open {account.agency}")


def others_ended_later(
    case: Case, limits: Limits, night: Occasion, account: Account
) -> Iterator[Yielded]:
    """The reverse, where the police or the council ended it by a report or an episode."""
    returned = home_return(night)
    if returned is None or police_found_elsewhere(case, night):
        return
    due = returned + timedelta(days=limits.missing_open_reverse_days)
    until, row = _missing_until(account)
    if until.at <= due or _away_again(case, night, returned, due):
        return
    rows = [each for home in night.all_by(AgencyKind.CARE_HOME) for each in home.rows]
    said = tuple(said_since(case, each, lambda one: one.returned) for each in rows)
    last = max((each.returned for each in rows if each.returned is not None), key=earliest)
    yield _ended_apart(
        case, limits, night, Severity.MEDIUM, due, (until, row), said,
        f"{agencies_of(case, said)} recorded the child as back {when(last)}; "
        f"{agency_name(case, account.agency)} recorded the child as missing until "
        f"{say(until)}, {say_duration(until.at - returned)} later.",
        f"reverse {account.agency}")


def _missing_until(account: Account) -> tuple[Moment, Row]:
    """The first word of an account, all ended, that the child was found or back; of its last
    row."""
    ends = [(min((each for each in (row.found, row.returned) if each is not None), key=earliest),
             row) for row in account.rows if row.found or row.returned]
    return max(ends, key=lambda each: earliest(each[0]))


def _police_had_back(case: Case, night: Occasion, until: Moment) -> Ended | None:
    """How the police ended it, where they have the child back, or closed the log of a missing
    child whom nobody had found, and were not called again before the moment given."""
    accounts = night.all_by(AgencyKind.POLICE)
    ended = ended_by(case, night, AgencyKind.POLICE)
    searches = [each for each in night.incidents if category_of(each) in MISSING_CATEGORIES]
    if ended is None or any(ended.at < reported_at(each) < until.at for each in searches):
        return None
    if accounts:
        has_back = all(row.returned is not None and latest(row.returned) > began(row).at
                       for each in accounts for row in each.rows)
    else:
        has_back = bool(searches) and not ended.timed
    return ended if has_back else None


def _council_had_back(case: Case, night: Occasion, open_for: timedelta) -> Ended | None:
    """How the council ended it. Its M ends when the child was found, who may have come back later:
    it counts where the police had not found the child for longer than the limit either."""
    rows = [row for each in night.all_by(AgencyKind.SOCIAL_CARE) for row in each.rows]
    ended = ended_by(case, night, AgencyKind.SOCIAL_CARE)
    if ended is None or any(proves_no_return(case, row) for row in rows):
        return None
    police = night.all_by(AgencyKind.POLICE)
    if all(row.returned is not None for row in rows) or (police and all(
            each.end is not None and _missing_until(each)[0].at > ended.at + open_for
            for each in police)):
        return ended
    return None


def _away_again(case: Case, night: Occasion, returned: datetime, by: datetime) -> bool:
    """Whether anybody has another absence that began after the return by this moment."""
    own = {RecordKey.of(row) for row in night.rows}
    return any(returned < began(row).at <= by and RecordKey.of(row) not in own
               for row in case.current(MissingEpisodeRecorded))


def _ended_apart(
    case: Case, limits: Limits, night: Occasion, severity: Severity, due: datetime,
    ended: tuple[Moment, Row], said: tuple[Statement, ...], sentence: str, part: str,
) -> Disagreement | LookAgain:
    until, row = ended
    late = said_since(case, row, lambda each: (each.found, each.returned))
    over = done_by(until, late)
    if over > case.now:
        return LookAgain(over)
    return Disagreement(
        anchor=night.anchor, part=part, severity=severity, since=due, over=over,
        evidence=tuple(map(tell_record, dict.fromkeys((*said, late)))), sentence=sentence,
        action="All say by now that the child is back. Agree between you when it came back, and "
               "correct the record that is wrong; if nobody looked for the child meanwhile, find "
               "out why.",
        would_change="A corrected time in either record, by which the child came back at about "
                     "the same time for both.",
        historical=historical(night, case, limits))
