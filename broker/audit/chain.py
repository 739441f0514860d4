"""How entries are made and chained: each digest covers its entry and the digest before it."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest as keyed_digest
from typing import NamedTuple
from uuid import UUID

from broker.event.own import AuditEntry
from broker.vocabulary.words import AuditAction


class Link(NamedTuple):
    """A place in the chain: an entry's number and digest."""

    number: int
    digest: str


# What the first entry, number 1, follows.
START = Link(0, "0" * 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an entry is to say, before it has its place in the chain.

    `at` is aware, in whole milliseconds. `subject_digest` comes from `subject_digest()`; texts
    never name a child, as the chain outlives every erasure.
    """

    at: datetime
    action: AuditAction
    actor: str
    why: str
    recipient: str | None = None
    subject_digest: str | None = None
    detail: str | None = None


def entries_after(
    previous_number: int, previous_digest: str, drafts: Iterable[Draft],
) -> list[AuditEntry]:
    """The drafts as entries that follow the given one (`START` for the first of all)."""
    entries = []
    number, previous = previous_number, previous_digest
    for draft in drafts:
        assert draft.at.microsecond % 1000 == 0, "audit times are whole milliseconds"
        number += 1
        digest = _digest(
            number, draft.at, draft.action, draft.actor, draft.recipient, draft.subject_digest,
            draft.why, draft.detail, previous)
        entries.append(AuditEntry(
            number=number, at=draft.at, action=draft.action, actor=draft.actor,
            recipient=draft.recipient, subject_digest=draft.subject_digest, why=draft.why,
            detail=draft.detail, previous=previous, digest=digest))
        previous = digest
    return entries


def link_of(entry: AuditEntry) -> Link:
    """The entry's place, for the next to follow."""
    return Link(entry.number, entry.digest)


def digest_of(entry: AuditEntry) -> str:
    """What the entry's digest must be, 64 hexadecimal digits."""
    return _digest(entry.number, entry.at, entry.action, entry.actor, entry.recipient,
                   entry.subject_digest, entry.why, entry.detail, entry.previous)


def _digest(
    number: int, at: datetime, action: AuditAction, actor: str, recipient: str | None,
    subject: str | None, why: str, detail: str | None, previous: str,
) -> str:
    texts = (str(number), at.astimezone(UTC).isoformat(timespec="microseconds"), action.value,
             actor, recipient, subject, why, detail, previous)
    # Lengths before texts, so that no two entries read the same; nothing said is not "".
    return sha256("".join(
        "-" if text is None else f"{len(text)}:{text}" for text in texts
    ).encode("utf-8", "surrogatepass")).hexdigest()


def subject_digest(salt: bytes, key: str) -> str:
    """A subject key (`agency:local_id`) as the chain may hold it: the same for the same key, and
    nobody without the salt can try keys against it. 64 hexadecimal digits."""
    assert len(salt) >= 16, "a salt of fewer than 16 bytes can be guessed"
    return keyed_digest(salt, key.encode(), "sha256").hex()


def batch_digest(ids: Iterable[UUID]) -> str:
    """One digest for a set of event ids, whatever their order: whoever holds the list can show
    that it is the one the entry speaks of. 64 hexadecimal digits."""
    return sha256(b"".join(sorted({each.bytes for each in ids}))).hexdigest()
