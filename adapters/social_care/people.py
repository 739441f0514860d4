"""Birth dates as all three of a council's formats write them."""
from datetime import date, timedelta

from adapters.social_care.entry import Entry
from broker.sdk.fields import AGE_YEARS_MAX
from broker.vocabulary.words import BirthDatePrecision

# Councils put the fifteenth of the month where only the month is known.
ESTIMATED_DAY = 15
EXPECTED_AHEAD = timedelta(days=300)


def birth_date(day: date | None, expected: date | None,
               read_on: date) -> tuple[date | None, BirthDatePrecision | None, bool]:
    """(birth date, how far it can be trusted, whether a date given was impossible).

    An impossible date (after the extract, or of nobody alive) is no date: a child dated into the
    future would be nobody's concern until then.
    """
    impossible = False
    if day is not None:
        if day <= read_on and read_on.year - day.year <= AGE_YEARS_MAX:
            estimated = day.day == ESTIMATED_DAY
            precision = BirthDatePrecision.ESTIMATED if estimated else BirthDatePrecision.EXACT
            return day, precision, False
        impossible = True
    if expected is not None:
        if read_on - 2 * EXPECTED_AHEAD <= expected <= read_on + EXPECTED_AHEAD:
            return expected, BirthDatePrecision.EXPECTED, impossible
        impossible = True
    return None, None, impossible


def birth_date_of(entry: Entry, column: str, expected_column: str | None = None,
                  ) -> tuple[date | None, BirthDatePrecision | None]:
    """The birth date of a row and its precision; an impossible one is counted and left out."""
    day = entry.fields.day(column)
    expected = entry.fields.day(expected_column) if expected_column else None
    found, precision, impossible = birth_date(day, expected, entry.source.latest.date())
    if impossible:
        wrong = column if day is not None else expected_column or column
        entry.fields.count(wrong, entry.text(wrong) or "")
    return found, precision
