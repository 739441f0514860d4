"""The chain, and that nothing in it can be changed unnoticed."""
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from broker.audit.chain import (
    START,
    Draft,
    batch_digest,
    entries_after,
    link_of,
    subject_digest,
)
from broker.audit.verify import Verdict, verify
from broker.event.own import AuditEntry
from broker.vocabulary.words import AuditAction

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SALT = b"sixteen bytes of"


def draft(number: int) -> Draft:
    """A draft like no other."""
    return Draft(
        at=NOON + timedelta(seconds=number), action=AuditAction.DISCLOSURE, actor="concord",
        recipient="riverside" if number % 2 else None,
        subject_digest=subject_digest(SALT, f"police:{number}"), why="agreement of 2026",
        detail=None if number % 3 else "")


def chain(length: int) -> list[AuditEntry]:
    """A whole chain."""
    return entries_after(*START, [draft(number) for number in range(length)])


def test_entries_are_numbered_from_one_and_linked() -> None:
    """Each names the digest before it."""
    entries = chain(3)

    assert [1, 2, 3] == [entry.number for entry in entries]
    assert [START.digest, entries[0].digest, entries[1].digest] == [
        entry.previous for entry in entries]


def test_a_chain_may_be_made_in_parts() -> None:
    """Carrying on from the last link gives the same entries."""
    first = chain(2)

    assert chain(5) == first + entries_after(*link_of(first[-1]), [draft(2), draft(3), draft(4)])


def test_a_digest_never_changes() -> None:
    """The form of an entry's text is fixed for ever, or old chains would no longer verify."""
    expected = "92edfa8dfc8c3e5a17e69277a20a793987c90e61df8ae8ff5023f3737cdd1c7d"

    assert expected == chain(2)[1].digest


def test_a_whole_chain_verifies() -> None:
    """From its start, or from a link verified before; an empty one too."""
    entries = chain(4)

    assert [Verdict(True)] * 4 == [
        verify(entries), verify([]), verify(entries[2:], after=link_of(entries[1])),
        verify(entries, head=link_of(entries[3]))]


def altered(entry: AuditEntry, name: str, place: int) -> AuditEntry:
    """The entry with one character, digit or millisecond of one field changed."""
    value = getattr(entry, name)
    other: Any
    if isinstance(value, AuditAction):
        other = AuditAction.COLLECTION
    elif isinstance(value, datetime):
        other = value + timedelta(milliseconds=1 << place % 30)
    elif isinstance(value, int):
        other = value + 1 + place
    elif value:
        place %= len(value)
        other = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1:]
    else:
        other = "x" if value == "" else ""
    return replace(entry, **{name: other})


@given(at=st.integers(0, 5), name=st.sampled_from([each.name for each in fields(AuditEntry)]),
       place=st.integers(0, 200))
def test_any_byte_altered_is_found_with_its_number(at: int, name: str, place: int) -> None:
    """In any field of any entry."""
    entries = chain(6)
    entries[at] = altered(entries[at], name, place)
    verdict = verify(entries)

    assert (False, at + 1) == (verdict.ok, verdict.first_altered)


def test_an_entry_that_counts_down_is_found() -> None:
    """A number that fell to its neighbour's."""
    entries = chain(4)
    entries[2] = replace(entries[2], number=2)

    assert Verdict(False, 3, "entry 3 was altered") == verify(entries)


@given(st.integers(0, 4))
def test_an_entry_taken_out_is_found(at: int) -> None:
    """Wherever it was, the end aside."""
    entries = chain(6)
    del entries[at]

    assert Verdict(False, at + 1, f"entry {at + 1} is missing: {at + 2} follows {at}") \
        == verify(entries)


def test_entries_missing_at_the_end_are_found_by_the_head() -> None:
    """Nothing in the entries themselves can tell."""
    entries = chain(4)
    head = link_of(entries[3])

    assert Verdict(False, 3, "entry 3 is missing: the chain ends at 2, not 4") \
        == verify(entries[:2], head=head)


def test_entries_added_at_the_end_are_found_by_the_head() -> None:
    """A forger can always go on from the end."""
    entries = chain(4)

    assert Verdict(False, 4, "entry 4 was added after the end") \
        == verify(entries, head=link_of(entries[2]))


@given(st.integers(0, 5), st.integers(0, 5))
def test_an_entry_put_in_is_found(source: int, at: int) -> None:
    """A copy of another entry stands where the next should."""
    entries = chain(6)
    entries.insert(at, entries[source])
    verdict = verify(entries)

    assert (False, at + 1 if source != at else at + 2) == (verdict.ok, verdict.first_altered)


def test_entries_that_changed_places_are_found() -> None:
    """The first of them is named."""
    entries = chain(5)
    entries[1], entries[3] = entries[3], entries[1]

    assert 2 == verify(entries).first_altered


def forged(entries: list[AuditEntry], at: int) -> AuditEntry:
    """Another entry in the place of one, with a digest that fits it."""
    previous = START if at == 0 else link_of(entries[at - 1])
    return entries_after(*previous, [draft(99)])[0]


@given(st.integers(0, 4))
def test_an_entry_replaced_with_a_digest_that_fits_is_found(at: int) -> None:
    """The entry after it does not follow it; the chain behind says which of the two is wrong."""
    entries = chain(6)
    head = link_of(entries[-1])
    entries[at] = forged(entries, at)

    assert Verdict(False, at + 1, f"entry {at + 1} was replaced: its neighbours do not know it") \
        == verify(entries, head=head)


def test_the_last_entry_replaced_is_found_by_the_head() -> None:
    """The copy of the head kept elsewhere does not know it."""
    entries = chain(3)
    head = link_of(entries[2])
    entries[2] = forged(entries, 2)

    assert 3 == verify(entries, head=head).first_altered


def test_an_entry_torn_out_of_another_chain_is_found() -> None:
    """Whole in itself, followed and preceded by strangers."""
    entries = chain(5)
    stranger = entries_after(2, "e" * 64, [draft(7)])[0]
    entries[2] = stranger

    assert 3 == verify(entries).first_altered


def test_a_first_entry_that_does_not_follow_is_found() -> None:
    """The link before is trusted, the entry is not."""
    assert 1 == verify(entries_after(0, "f" * 64, [draft(1), draft(2)])).first_altered


def test_a_subject_has_one_digest_for_each_salt() -> None:
    """The same child is found again; another installation cannot compare."""
    assert subject_digest(SALT, "police:1") == subject_digest(SALT, "police:1")
    assert 3 == len({subject_digest(SALT, "police:1"), subject_digest(SALT, "police:2"),
                     subject_digest(SALT[::-1], "police:1")})


def test_a_batch_is_a_set_of_ids() -> None:
    """Order and repetition change nothing, one id more does."""
    one, two = UUID(int=1), UUID(int=2)

    assert batch_digest([one, two]) == batch_digest([two, one, two])
    assert 3 == len({batch_digest([]), batch_digest([one]), batch_digest([one, two])})
