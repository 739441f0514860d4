"""Pseudonyms: what an analyst sees in place of who a child is.

Ids become keyed digests, equal for equal ids within one partnership, so that histories can be
followed and nobody looked up. Names, numbers, addresses, free text and words that no list holds
are left out; a birth date keeps its year, a postcode its area.
"""
import hmac
from hashlib import sha256
from typing import Any

_IDS = frozenset({
    "event_id", "subject", "record", "child", "local_id", "left", "right", "members", "value",
    "anchor", "police_reference", "notice_id", "finding_id",
})
_LEFT_OUT = frozenset({
    "names", "nhs_number", "upn", "identifiers", "phones", "addresses", "address_line",
    "relationship", "conditions", "grade_change_reason", "not_shared_reason", "triage_outcome",
    "disclosed_to", "withheld_reason", "raw", "says", "sentence", "reason", "next_step", "by",
    "document", "file", "event_ids", "alleged_urn", "caller_urn",
})
_POSTCODES = frozenset({"postcode", "found_postcode"})
_DATES = frozenset({"birth_date", "death_date"})
_DIGITS = 16
_UNKNOWN = frozenset({None, "UNMAPPED"})


def pseudonym(salt: bytes, text: str) -> str:
    """A keyed digest of an id."""
    return hmac.new(salt, text.encode(), sha256).hexdigest()[:_DIGITS]


def pseudonymous(said: dict[str, Any], salt: bytes) -> dict[str, Any]:
    """A record's plain values without what tells who the child is."""
    shown: dict[str, Any] = {}
    for name, value in said.items():
        if name in _LEFT_OUT or value is None or _is_unknown_word(name, said):
            shown[name] = None
        elif name in _POSTCODES:
            shown[name] = str(value).split(" ", maxsplit=1)[0] or None
        elif name in _DATES:
            shown[name] = str(value)[:4]
        elif name in _IDS and isinstance(value, str):
            shown[name] = pseudonym(salt, value)
        elif name in _IDS and isinstance(value, list):
            shown[name] = [pseudonym(salt, str(each)) for each in value]
        elif isinstance(value, dict):
            shown[name] = pseudonymous(value, salt)
        elif isinstance(value, list):
            shown[name] = [pseudonymous(each, salt)
                           if isinstance(each, dict) else each for each in value]
        else:
            shown[name] = value
    return shown


def _is_unknown_word(name: str, said: dict[str, Any]) -> bool:
    """Whether this is an agency's own word that no list holds: it may be anything, a name too."""
    if name == "word":
        return said.get("category") in _UNKNOWN
    return name.endswith("_word") and said.get(name.removesuffix("_word")) in _UNKNOWN
