"""How what a yearly return said last is told: up to when it speaks, and no further."""
from datetime import date

from broker.case.calendar import day_of, say_day
from broker.case.case import Case
from broker.case.open_case import known_on, return_until
from broker.event.envelope import Statement
from broker.vocabulary.words import RETURNS


def as_known_on(case: Case, said: Statement, day: date) -> str | None:
    """What is to be added where a statement is told on this day: nothing where it can still say
    how things stand; up to when it speaks where it is a return's; None where something newer of
    its agency could tell, so that the return is not to be told."""
    if known_on(case, said, day):
        return ""
    until = return_until(case, said)
    newer = case.reach.of(said.agency, said.type_name, without=RETURNS)
    if until is None or (newer is not None and newer > until):
        return None
    return f", by its return, which speaks up to {say_day(day_of(until))}"
