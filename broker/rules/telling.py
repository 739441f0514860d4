"""How a rule's sentences name agencies and join words; never a person, never an address."""
from collections.abc import Iterable
from datetime import datetime, timedelta

from broker.case.absences import Row, said_to_begin
from broker.case.calendar import day_of, local, say, say_day, say_time
from broker.case.case import Case
from broker.event.envelope import Moment, Statement
from broker.rules.rule import Said
from broker.vocabulary.words import Precision


def agency_name(case: Case, code: str) -> str:
    """The agency's name as the partnership writes it."""
    agency = case.partnership.agencies.get(code)
    return agency.name if agency else code


def agencies_of(case: Case, statements: Iterable[Statement]) -> str:
    """The names of all agencies that said these, each once, joined."""
    return listed(sorted({agency_name(case, each.agency) for each in statements}))


def unread_of(case: Case, code: str, type_name: str, since: datetime) -> str:
    """What of an agency's could not be read, to go before "that could not be read": files where
    any was refused whole, else rows."""
    files = case.reach.refused_since(code, type_name, since) is not None
    return f"{'files' if files else 'rows'} of {agency_name(case, code)}"


def listed(words: Iterable[str]) -> str:
    """Words as in a sentence: "a", "a and b", "a, b and c"."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def told(statement: Statement, says: str, neutral: object = "") -> Said:
    """A piece of evidence; the neutral words may be an enum's."""
    return Said(statement, says, str(neutral))


def quoted(word: str | None, neutral: object) -> str:
    """The agency's own word in quotation marks, else the neutral one."""
    return f"“{word}”" if word else f"“{str(neutral).replace('_', ' ').capitalize()}”"


def when(moment: Moment) -> str:
    """When something happened, to go after a verb: "at 22:40 on 14 March 2026", "on 14 March"."""
    return f"{'on' if moment.precision is Precision.DAY else 'at'} {say(moment)}"


def began_words(row: Row) -> str:
    """When an absence began by a row, and which time of its own says so; where it gives none, when
    it was recorded, as just that."""
    if row.last_seen is not None:
        return f"last seen {say(row.last_seen)}"
    begins = said_to_begin(row)
    if begins is None:
        return f"at a time not given (recorded at {say_time(row.recorded_at)})"
    told_then = row.noticed is None and begins in (row.told_police, row.told_authority)
    return f"{'reported' if told_then else 'since'} {say(begins)}"


def by_then(at: datetime) -> str:
    """A moment to go after "by": midnight is the end of the day before."""
    here = local(at)
    if here.hour == here.minute == here.second == 0:
        return f"the end of {say_day(day_of(at) - timedelta(days=1))}"
    return say_time(at)
