"""Forms and check digits of the identifiers that agencies write."""
import pytest

from broker.vocabulary import identifiers


@pytest.mark.parametrize(("text", "expected"), [
    ("944 930 5552", "9449305552"),
    ("944-930-5552", "9449305552"),
    ("9991234566", None),
    ("1111111111", None),
    ("0000000000", None),
    ("944930555", None),
    ("94493055521", None),
    ("٩٤٤٩٣٠٥٥٥٢", None),
    ("not known", None),
    ("", None),
])
def test_nhs_number(text: str, expected: str | None) -> None:
    """A number counts when its check digit is right and it is no dummy."""
    assert expected == identifiers.nhs_number(text)


@pytest.mark.parametrize(("text", "expected"), [
    ("B801200005001", "B801200005001"),
    (" b8012 0000 5001 ", "B801200005001"),
    ("P207000016049", "P207000016049"),
    ("Q207000016049", None),
    ("UN1", None),
    ("B80120000500", None),
    ("A000000000000", None),
    ("", None),
])
def test_upn(text: str, expected: str | None) -> None:
    """A pupil number counts when its letter is the weighted sum modulo 23."""
    assert expected == identifiers.upn(text)


def test_temporary_upn() -> None:
    """A last letter counts by its place in the alphabet of twenty-three."""
    # 8*2 + 1*3 + 5*4 + 1*13 (the letter B) = 52; 52 mod 23 = 6 is G.
    assert "G81500000000B" == identifiers.upn("G81500000000B")
    assert identifiers.upn("H81500000000B") is None
    assert identifiers.upn("G81500000000I") is None
    assert identifiers.upn_is_temporary("G81500000000B")
    assert not identifiers.upn_is_temporary("B801200005001")


@pytest.mark.parametrize(("text", "expected"), [
    ("yo1 7hh", "YO1 7HH"),
    ("YO17HH", "YO1 7HH"),
    ("NV29 3AB", "NV29 3AB"),
    ("EC1A 1BB", "EC1A 1BB"),
    ("W1A 0AX", "W1A 0AX"),
    ("M1 1AE", "M1 1AE"),
    ("GIR 0AA", "GIR 0AA"),
    ("YO1", None),
    ("XX", None),
    ("QO1 7HH", "QO1 7HH"),
    ("YO1 7CH", None),
    ("", None),
])
def test_postcode(text: str, expected: str | None) -> None:
    """A postcode has one space and letters only where letters can stand."""
    assert expected == identifiers.postcode(text)


def test_pnc_id() -> None:
    """Both forms of a police id give one spelling, and the letter is checked."""
    letters = "ZABCDEFGHJKLMNPQRTUVWXY"
    letter = letters[int("100000123") % 23]
    wrong = letters[int("100000124") % 23]
    assert f"2010/0000123{letter}" == identifiers.pnc_id(f"10/123{letter}")
    assert f"2010/0000123{letter}" == identifiers.pnc_id(f"2010/0000123{letter.lower()}")
    assert identifiers.pnc_id(f"2010/0000123{wrong}") is None
    assert identifiers.pnc_id("2010-123") is None


@pytest.mark.parametrize(("text", "expected"), [
    ("SC012345", "SC012345"), ("sc 012345", "SC012345"), ("1234567", "1234567"),
    ("XXXXXXX", None), ("SC01234", None), ("", None),
])
def test_ofsted_urn(text: str, expected: str | None) -> None:
    """A home's number is SC and six digits, or seven digits."""
    assert expected == identifiers.ofsted_urn(text)


@pytest.mark.parametrize(("text", "expected"), [
    (" abc123 ", "ABC123"), ("1", "1"), ("A" * 21, None), ("a b", None), ("", None),
])
def test_la_child_id(text: str, expected: str | None) -> None:
    """An authority's child id is up to twenty letters and digits."""
    assert expected == identifiers.la_child_id(text)
