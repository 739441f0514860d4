"""The verifier: reads a chain from anywhere and names the first entry that is not as written."""
from collections.abc import Iterable
from dataclasses import dataclass

from broker.audit.chain import START, Link, digest_of, link_of
from broker.event.own import AuditEntry


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a chain is whole; if not, the number of the first wrong entry, and what is wrong."""

    ok: bool
    first_altered: int | None = None
    reason: str | None = None


def verify(
    entries: Iterable[AuditEntry], *, after: Link = START, head: Link | None = None,
) -> Verdict:
    """Check entries in the order of the chain.

    `after` is the trusted link they follow: that before the first entry, or the last of a part
    verified before. `head` is the trusted last link, from the store or from a copy kept
    elsewhere; without it entries missing at the end cannot be noticed.
    """
    last, doubted = after, False
    for entry in entries:
        wrong = _wrong(entry, last.number + 1)
        follows = entry.previous == last.digest
        if doubted:
            # Two neighbours disagree: the later is right if the chain goes on from it.
            return _broken(last.number - 1 if follows else last.number)
        if wrong:
            return wrong
        if not follows and last == after:
            return _broken(entry.number)
        doubted = not follows
        last = link_of(entry)
    if doubted:
        return _broken(last.number - 1 if head == last else last.number)
    return _ending(last, head)


def _wrong(entry: AuditEntry, expected: int) -> Verdict | None:
    """What is wrong with an entry by itself, standing where number `expected` should."""
    if digest_of(entry) != entry.digest:
        return Verdict(False, expected, f"entry {expected} was altered")
    if entry.number > expected:
        return Verdict(False, expected, f"entry {expected} is missing: {entry.number} follows"
                                        f" {expected - 1}")
    if entry.number < expected:
        return Verdict(False, expected, f"entry {entry.number} stands in the place of {expected}:"
                                        " it was put there or moved")
    return None


def _broken(number: int) -> Verdict:
    return Verdict(False, number, f"entry {number} was replaced: its neighbours do not know it")


def _ending(last: Link, head: Link | None) -> Verdict:
    if head is None or head == last:
        return Verdict(True)
    if last.number < head.number:
        missing = last.number + 1
        return Verdict(False, missing, f"entry {missing} is missing: the chain ends at"
                                       f" {last.number}, not {head.number}")
    if last.number > head.number:
        return Verdict(False, head.number + 1, f"entry {head.number + 1} was added after the end")
    return _broken(last.number)
