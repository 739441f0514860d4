"""Headers as bytes and back."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.backends.headers import packed, unpacked
from broker.log.records import Headers


@given(st.lists(st.tuples(st.text(), st.binary())).map(tuple))
def test_headers_come_back_as_they_went_in(headers: Headers) -> None:
    """Whatever is in them."""
    assert headers == unpacked(packed(headers))


@pytest.mark.parametrize("headers", [
    (), (("", b""),), (("", b""), ("", b"")), (("a\0b", b"\0"), ("\1", b"\0\1\0")),
    (("a", b"\0010"), ("b", b"\0011"))])
def test_marks_within_headers_are_kept(headers: Headers) -> None:
    """The bytes that part and mark headers may stand in them."""
    assert headers == unpacked(packed(headers))


def test_no_headers_take_no_room() -> None:
    """Most of what is kept for years has few; none need none."""
    assert None is packed(())


def test_the_form_is_fixed() -> None:
    """Files written today are read by every later version."""
    assert (b"ce_id\x001", b"a\x01" + b"0\x00\x01" + b"1") == (
        packed((("ce_id", b"1"),)), packed((("a\0", b"\1"),)))
