"""Numbers and codes that name a child or a place: their forms, check digits and one spelling.

Each function takes a text as an agency wrote it and returns the one normalised spelling, or None
where the text has not the form or fails its check. What fails is carried as the agency wrote it;
it gives no evidence of who is who.
"""
import re
from functools import lru_cache

import nhs_number as _nhs

# Valid by their check digit, yet typed in to fill a field, printed in guidance or on a form.
_DUMMY_NHS_NUMBERS = frozenset({
    "9876543210",
    "4505577104",  # the specimen on NHS cards and forms
})
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # twenty-three: I, O and S look like figures
_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"  # 1 is A and 0 is Z
_PNC_CENTURY_PIVOT = 50  # the computer's records begin in the second half of the last century

_NO_FIXED_ABODE = "ZZ99"
_PHONE_DIGITS_MIN = 9
_GAPS = re.compile(r"[\s\-\u2010-\u2015]+")
_TEN_DIGITS = re.compile(r"[0-9]{10}")
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
_PNC = re.compile(r"((?:[0-9]{2})?[0-9]{2})/([0-9]{1,7})([A-Z])")
_OFSTED_URN = re.compile(r"SC[0-9]{6}|[0-9]{7}")
_LA_CHILD_ID = re.compile(r"[0-9A-Z]{1,20}")
# The last two letters are never C I K M O V; which areas there are is Royal Mail's to change.
_POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][ABD-HJLNP-UW-Z]{2})")


def _closed(text: str) -> str:
    return _GAPS.sub("", text).upper()


@lru_cache(maxsize=65_536)
def nhs_number(text: str) -> str | None:
    """Ten digits with a valid modulus 11 check digit; one repeated digit or a dummy is None."""
    digits = _closed(text)
    if not _TEN_DIGITS.fullmatch(digits) or len(set(digits)) == 1:
        return None
    valid: bool = _nhs.is_valid(digits)  # type: ignore[attr-defined] # it names no exports
    return digits if valid and digits not in _DUMMY_NHS_NUMBERS else None


@lru_cache(maxsize=65_536)
def upn(text: str) -> str | None:
    """A unique pupil number of thirteen characters with the right check letter.

    The letter is the sum of each digit times its place (2 to 13), modulo 23. A temporary number
    ends with a letter, which counts as its place in the alphabet without I, O and S (A is 0).
    The codes UN1 to UN7 say why there is no number, and are None like any other text.
    """
    number = _closed(text)
    if not _UPN.fullmatch(number) or number[1:] == number[1] * 12:
        return None
    if number[12] not in "0123456789" and number[12] not in _UPN_LETTERS:
        return None
    total = sum(
        place * (int(each) if each.isdigit() else _UPN_LETTERS.index(each))
        for place, each in enumerate(number[1:], start=2)
    )
    return number if number[0] == _UPN_LETTERS[total % 23] else None


def upn_is_temporary(number: str) -> bool:
    """Whether a normalised pupil number is a temporary one, which another school replaces."""
    return number[-1].isalpha()


@lru_cache(maxsize=65_536)
def postcode(text: str) -> str | None:
    """A British postcode with one space before its last three characters; its form is checked."""
    match = _POSTCODE.fullmatch(_closed(text))
    return f"{match[1]} {match[2]}" if match else None


def pnc_id(text: str) -> str | None:
    """A Police National Computer id as `YYYY/NNNNNNND`, from that or the short `YY/...` form.

    The letter is the two-digit year followed by the seven-digit serial, read as one number,
    modulo 23.
    """
    match = _PNC.fullmatch(_closed(text))
    if not match:
        return None
    year, serial, letter = match[1], match[2].zfill(7), match[3]
    if _PNC_LETTERS[int(year[-2:] + serial) % 23] != letter:
        return None
    if len(year) == 2:
        year = ("19" if int(year) >= _PNC_CENTURY_PIVOT else "20") + year
    return f"{year}/{serial}{letter}"


def ofsted_urn(text: str) -> str | None:
    """The number of a home at the inspectorate: `SC999999` or seven digits; it has no check."""
    urn = _closed(text)
    return urn if _OFSTED_URN.fullmatch(urn) else None


def la_child_id(text: str) -> str | None:
    """A local authority's own child id: up to twenty letters and digits, in capitals."""
    child_id = text.strip().upper()
    return child_id if _LA_CHILD_ID.fullmatch(child_id) else None


def phone_number(text: str) -> str | None:
    """A telephone number as digits, of this country as it is dialled here; None where there are
    too few of them, or the last eight are one digit."""
    digits = "".join(each for each in text if each.isascii() and each.isdigit())
    if digits.startswith("0044"):
        digits = digits[2:]
    if digits.startswith("44"):
        digits = "0" + digits[2:].lstrip("0")
    return digits if len(digits) >= _PHONE_DIGITS_MIN and len(set(digits[-8:])) > 1 else None


def is_no_fixed_abode(code: str) -> bool:
    """Whether a postcode says that somebody has no home, or none that is known (ZZ99)."""
    return code.startswith(_NO_FIXED_ABODE)
