"""Birth dates of two people: exact, estimated by either convention, expected, mistyped.

An estimate is known by its precision, or by its day where its agency does not say: 1 January
stands for a year, the fifteenth for a month.
"""
from datetime import date
from functools import lru_cache

from broker.identity.comparison.evidence import Evidence
from broker.identity.person import Birth

_EXPECTED_DAYS_MAX = 56
_GUESS_DAYS_MAX = 400
_MISTYPED_YEARS_MAX = 5  # a child is not taken for one so much older
_GENERATION_YEARS = 12
ESTIMATED_DAY = 15


@lru_cache(maxsize=65_536)
def compare_births(one: Birth, other: Birth) -> Evidence:
    """How two birth dates agree."""
    return Evidence("birth_date", _level(one, other))


def _level(one: Birth, other: Birth) -> str:
    precisions = one.precision + other.precision
    if one[:3] == other[:3]:
        return _same(one, precisions)
    if "E" in precisions:
        return _near_expected(one, other)
    fits = _fits_estimate(one, other) if one.year == other.year else None
    if fits is not None:
        return fits
    if one.year == other.year and one.month == other.day and one.day == other.month:
        return "day_month_swapped"
    if "S" in precisions and _is_guess_beside(one, other):
        return "near_estimate"
    if _is_mistyped(one, other) or _days_apart(one, other) == 1:
        return "one_digit_differs"
    if "S" in precisions and (
            _days_apart(one, other) <= _GUESS_DAYS_MAX or _is_next_year(one, other)):
        return "near_estimate"
    if abs(one.year - other.year) >= _GENERATION_YEARS:
        return "generation_apart"
    same = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return "one_part_differs" if same == 2 else "different"


def _same(birth: Birth, precisions: str) -> str:
    first_of_year = birth.month == birth.day == 1
    if precisions == "XX":
        return "same_first_of_january" if first_of_year else "same"
    if precisions == "EE":
        return "same_expected"
    if "X" in precisions:
        return "same_first_of_january" if first_of_year else "same_estimated"
    return "year_fits_estimate" if first_of_year else "month_fits_estimate"


def _fits_estimate(one: Birth, other: Birth) -> str | None:
    """1 January stands for a year, the 15th for a month, another estimated day for its month.

    Where the agency does not call it an estimate, it may be one all the same.
    """
    both = (one, other)
    estimates = [each for each in both if each.precision == "S"]
    if any(each.month == each.day == 1 for each in estimates):
        return "year_fits_estimate"
    if estimates and one.month == other.month:
        return "month_fits_estimate"
    if any(each.month == each.day == 1 for each in both):
        return "year_fits_january"
    if one.month == other.month and any(each.day == ESTIMATED_DAY for each in both):
        return "month_fits_fifteenth"
    return None


def _near_expected(one: Birth, other: Birth) -> str:
    return "near_expected" if _days_apart(one, other) <= _EXPECTED_DAYS_MAX else "different"


def _days_apart(one: Birth, other: Birth) -> int:
    return abs(date(*one[:3]).toordinal() - date(*other[:3]).toordinal())


def _is_guess_beside(one: Birth, other: Birth) -> bool:
    """Whether one birth date is a guess of which the day tells nothing, near the other."""
    return any(each.precision == "S" and (each.day == ESTIMATED_DAY or each.month == each.day == 1)
               for each in (one, other)) and (
        _days_apart(one, other) <= _GUESS_DAYS_MAX or _is_next_year(one, other))


def _is_next_year(one: Birth, other: Birth) -> bool:
    """Whether a year that was guessed, for which 1 January stands, is the one before or after."""
    return abs(one.year - other.year) == 1 and any(
        each.precision == "S" and each.month == each.day == 1 for each in (one, other))


def _is_mistyped(one: Birth, other: Birth) -> bool:
    """One digit of one part differs, or the two digits of a day or month are the wrong way."""
    apart = [(own, others) for own, others in zip(one[:3], other[:3], strict=True)
             if own != others]
    if len(apart) != 1 or abs(one.year - other.year) > _MISTYPED_YEARS_MAX:
        return False
    own, others = (f"{part:04}" for part in apart[0])
    return sum(a != b for a, b in zip(own, others, strict=True)) == 1 or (
        own[:2] + own[:1:-1] == others)
