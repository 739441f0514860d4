"""How a rule's sentences name agencies and join words; never a person, never an address."""
from collections.abc import Iterable

from broker.case.case import Case
from broker.event.envelope import Statement
from broker.rules.rule import Said


def agency_name(case: Case, code: str) -> str:
    """The agency's name as the partnership writes it."""
    agency = case.partnership.agencies.get(code)
    return agency.name if agency else code


def agencies_of(case: Case, statements: Iterable[Statement]) -> str:
    """The names of all agencies that said these, each once, joined."""
    return listed(sorted({agency_name(case, each.agency) for each in statements}))


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
