"""Pseudonyms: what an analyst sees in place of who a child is.

Ids become keyed digests, equal for equal ids within one partnership, so that histories can be
followed and nobody looked up. Names, numbers, addresses, free text and words that no list holds
are left out; a birth date keeps its year, a postcode its area.
"""
import hmac
import re
from hashlib import sha256
from typing import Any

from broker.event.subject import key_of
from broker.vocabulary.words import AuditAction, ConcernSource, System

# Every text that a record can hold stands in exactly one of these lists, which a test walks: a
# new field is decided here before it can be replayed.
_IDS = frozenset({
    "event_id", "subject", "record", "child", "local_id", "left", "right", "members", "value",
    "anchor", "police_reference", "notice_id", "finding_id", "home_urn", "alleged_urn",
    "caller_urn", "subject_digest", "allegation",
})
_LEFT_OUT = frozenset({
    "names", "given", "family", "nhs_number", "upn", "identifiers", "phones", "addresses", "line",
    "address_line", "relationship", "conditions", "marking", "grade_change_reason",
    "not_shared_reason", "triage_outcome", "shared_with", "disclosed_to", "withheld_reason",
    "raw", "sha256", "file", "says", "neutral", "sentence", "would_change",
    "reason", "next_step", "by", "authorised_by", "actor", "why", "detail", "document",
    "event_ids", "contact",
})
_SHOWN = frozenset({
    "adapter", "agency", "code", "column", "digest", "evidence_digest", "name", "previous",
    "recipient", "scheme", "table", "topic", "type_name", "types",
})
# Codes of national lists as the agency wrote them, and names that are a closed list of ours in
# one record and a sentence in another: what has neither's form may be anything.
_CODES = frozenset({
    "action", "close_reason", "end_reason", "ethnicity", "placing_authority", "primary_need",
    "provider", "source", "start_reason",
})
_POSTCODES = frozenset({"postcode", "found_postcode"})
_DATES = frozenset({"birth_date", "death_date"})
_DIGITS = 16
_CODE = re.compile(r"[A-Z0-9]{1,4}", re.ASCII)
_POSTCODE = re.compile(r"([A-Z]{1,2})[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.ASCII)
_WORDS = frozenset(each.value for kind in (AuditAction, ConcernSource) for each in kind)
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
            found = _POSTCODE.fullmatch(str(value).upper())
            shown[name] = found and found[1]
        elif name in _CODES:
            shown[name] = value if value in _WORDS or _CODE.fullmatch(str(value)) else None
        elif name in _DATES:
            shown[name] = str(value)[:4]
        elif name in _IDS and isinstance(value, str):
            shown[name] = pseudonym(salt, _as_key(name, value, said))
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


def _as_key(name: str, value: str, said: dict[str, Any]) -> str:
    """A person as `people` names its members: one local id at two agencies is two people."""
    if name == "local_id" and "recipient" in said:
        return f"{said['recipient']}:{value}"
    if name in ("subject", "child") and said.get("subject") is not None and "system" in said:
        return key_of(said["agency"], System(said["system"]), value)
    return value


def _is_unknown_word(name: str, said: dict[str, Any]) -> bool:
    """Whether this is an agency's own word that no list holds: it may be anything, a name too."""
    if name == "word":
        return said.get("category") in _UNKNOWN
    return name.endswith("_word") and said.get(name.removesuffix("_word")) in _UNKNOWN
