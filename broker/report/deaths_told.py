"""How a recorded death is told to somebody on the way: whose record it is, and no more."""
from collections.abc import Callable, Iterator

from broker.case.calendar import say_day
from broker.case.case import Case, RecordKey
from broker.case.deaths import Death, deaths_of
from broker.event.care import CarePeriodRecorded
from broker.findings.finding import ASK_FIRST
from broker.rules.telling import agencies_of


def death_lines(case: Case, name_of: Callable[[str], str]) -> Iterator[str]:
    """Each record by which the child has died, earliest first, and whom to ask before anybody
    comes upon the family: the record may be right, or it may be wrong."""
    deaths = sorted(deaths_of(case), key=lambda each: (each.day, RecordKey.of(each.statement)))
    yield from (f"{_words(each)}, says {name_of(each.statement.agency)}" for each in deaths)
    if deaths:
        yield ASK_FIRST.format(agencies_of(case, [each.statement for each in deaths]))


def _words(death: Death) -> str:
    """A death as its record has it, in the words of the code where care or a case ended so."""
    day = say_day(death.day)
    if death.code is None:
        return f"died on {day}"
    what = "care" if isinstance(death.statement, CarePeriodRecorded) else "the case"
    return f"{what} ended on {day}, “{death.code}” (died)"
