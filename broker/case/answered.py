"""Which referrals are the answer to which police notices, as far round as that goes."""
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from broker.case.calendar import add_working_days, day_of
from broker.case.case import Case
from broker.case.followed import Came
from broker.case.groups import Groups
from broker.event.concern import ConcernRecorded, ReferralRecorded
from broker.vocabulary.references import INCIDENT, NOTICE, POLICE_LOG
from broker.vocabulary.words import ConcernSource, ReferralKind

_NOTICES = frozenset({NOTICE, INCIDENT, POLICE_LOG})


def answered(
    case: Case, working_days: int
) -> Iterator[tuple[list[ConcernRecorded], list[ReferralRecorded]]]:
    """The police's notices, and the referrals (not contacts), in groups that belong together.

    A referral is the answer to a notice if it gives its reference, or was received within so many
    working days; so is one that followed a contact which is, at the same council.
    """
    asked = case.of_type(
        ConcernRecorded, "notices answered", working_days, lambda held: case.of_each(
            working_days, [each for each in held if each.source is ConcernSource.POLICE_NOTICE],
            _asked))
    if not asked:
        return
    come = case.of_type(ReferralRecorded, "referrals come", None, _Come)
    behind = len(asked)
    groups = case.of_these("notices and referrals together", (asked, come),
                           lambda: _Joined(asked, come, working_days).groups.all())
    for members in groups:
        yield ([asked[each].notice for each in members if each < behind],
               [come.referrals[each - behind] for each in members if each >= behind])


class _Asked(NamedTuple):
    """A notice, the names by which a referral or contact can be its answer, and the first and
    last day on which one can come that names none (None: of a time unknown)."""

    notice: ConcernRecorded
    own: tuple[str, ...]
    days: tuple[date, date] | None


def _asked(working_days: int, notice: ConcernRecorded) -> _Asked:
    own = notice.record, *[each.value for each in notice.references if each.scheme == INCIDENT]
    raised, shared = notice.raised, notice.shared
    if raised is None:
        return _Asked(notice, own, None)
    last = shared if shared and shared.at > raised.at else raised
    return _Asked(notice, own, (
        day_of(raised.at), add_working_days(day_of(last.at), working_days)))


class _Come:
    """The referrals and contacts that councils received, to be asked which of them are answers."""

    def __init__(self, received: Sequence[ReferralRecorded]) -> None:
        self.referrals = [each for each in received if each.kind is ReferralKind.REFERRAL]
        contacts = [each for each in received if each.kind is ReferralKind.CONTACT]
        self.by_name_and_day = Came(self.referrals, _NOTICES)
        self.contacts = Came(contacts, _NOTICES) if contacts else None


class _Joined:
    """Notices, and referrals numbered after them, in groups: those together of which one is the
    answer to the other, or was led to by a contact which is."""

    def __init__(self, asked: Sequence[_Asked], come: _Come, working_days: int) -> None:
        self.groups = Groups(len(asked) + len(come.referrals))
        self._referrals, self._contacts = come.by_name_and_day, come.contacts
        self._working_days, self._behind = working_days, len(asked)
        self._after_contact: dict[int, list[int]] = {}
        self._join_by_day(asked)
        for number, each in enumerate(asked):
            for other in self._referrals.naming(each.own):
                self.groups.join(number, self._behind + other)
            if self._contacts is not None and each.days is not None:
                self._join_through(self._contacts, number, each.own, each.days)

    def _join_by_day(self, asked: Sequence[_Asked]) -> None:
        """Join each notice to all referrals of its days, which are with one another then."""
        places = [(number, *self._referrals.places(*each.days))
                  for number, each in enumerate(asked) if each.days is not None]
        with_next = bytearray(len(self._referrals))  # joined to the one that came after it
        for _, first, behind in places:
            for place in range(first, behind - 1):
                with_next[place] = True
        rows: list[list[int]] = []
        row_at: list[int] = []
        for place, number in enumerate(self._referrals.in_order):
            if not place or not with_next[place - 1]:
                rows.append([])
            row_at.append(len(rows) - 1)
            rows[-1].append(self._behind + number)
        for number, first, behind in places:
            if first < behind:
                rows[row_at[first]].append(number)
        for each in rows:
            self.groups.gather(each)

    def _join_through(self, contacts: Came, number: int, own: Sequence[str],
                      days: tuple[date, date]) -> None:
        """Join a notice to what the contacts led to that are its answer."""
        for contact in {*contacts.naming(own), *contacts.between(*days)}:
            followed = self._after_contact.get(contact)
            if followed is None:
                followed = self._followed(contacts[contact])
            for other in followed:
                self.groups.join(number, self._behind + other)
            self._after_contact[contact] = followed[:1]  # the others are with it now

    def _followed(self, contact: ReferralRecorded) -> list[int]:
        """The referrals that a contact led to."""
        if contact.received is None:
            return []
        day = day_of(contact.received.at)
        return [other for other in self._referrals.between(
            day, add_working_days(day, self._working_days))
            if self._referrals[other].agency == contact.agency]
