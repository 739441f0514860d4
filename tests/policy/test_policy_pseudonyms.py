"""Pseudonyms: an analyst follows histories and looks nobody up."""
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

import pytest

from broker.event.catalogue import BY_NAME
from broker.policy import pseudonyms
from broker.policy.pseudonyms import pseudonym, pseudonymous

SALT = b"a salt of this test"
LISTS = (pseudonyms._IDS, pseudonyms._LEFT_OUT, pseudonyms._SHOWN, pseudonyms._CODES,
         pseudonyms._POSTCODES)


def _text_fields(kind: type) -> Iterator[str]:
    """The names of all fields of a record, and of what it holds, that may hold any text."""
    for name, hint in get_type_hints(kind).items():
        if get_origin(hint) is ClassVar:
            continue
        for part in _parts(hint):
            if is_dataclass(part):
                assert isinstance(part, type)
                yield from _text_fields(part)
            elif part in (str, bytes):
                yield name


def _parts(hint: Any) -> Iterator[Any]:
    inner = get_args(hint)
    if not inner:
        yield hint
    for each in inner:
        yield from _parts(each)


@pytest.mark.parametrize("kind", BY_NAME.values(), ids=BY_NAME)
def test_every_text_of_every_record_is_decided_once(kind: type) -> None:
    """No field that may hold any text is shown because nobody thought of it; the words that
    agencies use for a known list are judged by that list."""
    undecided = {name: sum(name in each for each in LISTS) for name in _text_fields(kind)
                 if not name.endswith("_word") and name != "word"}

    assert dict.fromkeys(undecided, 1) == undecided


def test_a_local_id_is_the_same_person_wherever_it_stands() -> None:
    """A statement's subject can be followed to the child that holds it, and one local id at two
    agencies is two people."""
    said = {"agency": "council", "system": "cin", "subject": "7"}

    shown = [pseudonymous({**said, "agency": code}, SALT)["subject"]
             for code in ("council", "police")]

    assert [pseudonym(SALT, "council:7@cin"), pseudonym(SALT, "police:7@cin")] == shown
    assert {"members": [shown[0]]} == pseudonymous({"members": ["council:7@cin"]}, SALT)


def test_who_read_and_why_is_not_told() -> None:
    """An audit entry names people, and a reason is free text."""
    entry = {"number": 3, "actor": "council:j.smith", "why": "Kayleigh's review",
             "detail": "replay", "action": "CONSULTATION"}

    assert {"number": 3, "actor": None, "why": None, "detail": None,
            "action": "CONSULTATION"} == pseudonymous(entry, SALT)


def test_evidence_keeps_who_spoke_and_loses_what_was_said() -> None:
    """The neutral words may hold a birth date or a postcode as well as the agency's own."""
    evidence = {"agency": "police", "says": "born 2011-05-14", "neutral": "2011-05-14"}

    assert {"evidence": [{"agency": "police", "says": None, "neutral": None}]} == pseudonymous(
        {"evidence": [evidence]}, SALT)


@pytest.mark.parametrize(("postcode", "area"), [
    ("YO61 3QQ", "YO"), ("yo613qq", "YO"), ("12 Mill Lane", None), ("B", None),
])
def test_a_postcode_keeps_its_area(postcode: str, area: str | None) -> None:
    """What has no postcode's form may be an address."""
    assert {"found_postcode": area} == pseudonymous({"found_postcode": postcode}, SALT)


@pytest.mark.parametrize(("reason", "shown"), [
    ("E11", "E11"), ("POLICE_NOTICE", "POLICE_NOTICE"), ("moved to his uncle's", None),
])
def test_only_a_code_is_shown_where_a_code_belongs(reason: str, shown: str | None) -> None:
    """A council may write anything where the national list has a code."""
    assert {"source": shown, "end_reason": shown} == pseudonymous(
        {"source": reason, "end_reason": reason}, SALT)
