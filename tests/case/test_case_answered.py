"""Which referrals and police notices belong together, against a plain reading of the words."""
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from broker.case.answered import answered
from broker.case.calendar import add_working_days, day_of
from broker.case.case import Case, Received, build_case
from broker.case.memory import Memory
from broker.case.reach import Reach
from broker.event.concern import ConcernRecorded, ReferralRecorded
from broker.event.envelope import Moment, Reference, Statement
from broker.vocabulary.references import INCIDENT, NOTICE
from broker.vocabulary.words import ConcernSource, ReferralKind
from tests.case.told import EVENING, case_of, made

DAY = timedelta(days=1)
FOLLOWS = 2  # working days
SEEDS, STEPS, SPAN_DAYS = 12, 6, 60


def is_answer(notice: ConcernRecorded, received: ReferralRecorded) -> bool:
    """Whether a contact or referral names a notice, or came in its days."""
    own = {notice.record, *(each.value for each in notice.references)}
    if own & {each.value for each in received.references}:
        return True
    if notice.raised is None or received.received is None:
        return False
    last = max(notice.raised.at, notice.shared.at if notice.shared else notice.raised.at)
    return day_of(notice.raised.at) <= day_of(received.received.at) \
        <= add_working_days(day_of(last), FOLLOWS)


def follows(contact: ReferralRecorded, referral: ReferralRecorded) -> bool:
    """Whether a council made a referral of a contact of its own."""
    if contact.received is None or referral.received is None:
        return False
    day = day_of(contact.received.at)
    return contact.agency == referral.agency \
        and day <= day_of(referral.received.at) <= add_working_days(day, FOLLOWS)


def plainly(case: Case) -> set[frozenset[str]]:
    """The groups by their records, pair by pair."""
    notices = [each for each in case.current(ConcernRecorded)
               if each.source is ConcernSource.POLICE_NOTICE]
    come = case.current(ReferralRecorded)
    contacts = [each for each in come if each.kind is ReferralKind.CONTACT]
    groups = [{each.record} for each in (*notices, *come)
              if not isinstance(each, ReferralRecorded) or each.kind is ReferralKind.REFERRAL]
    for notice in notices:
        for each in come:
            if each.kind is ReferralKind.REFERRAL and (is_answer(notice, each) or (
                    notice.raised is not None and any(
                        is_answer(notice, contact) and follows(contact, each)
                        for contact in contacts))):
                one, = (group for group in groups if notice.record in group)
                other, = (group for group in groups if each.record in group)
                if one is not other:
                    one |= other
                    groups.remove(other)
    return {frozenset(each) for each in groups}


def some_moment(chance: Random, likely: float) -> Moment | None:
    """A moment in the days that are looked at, if any."""
    return Moment(at=EVENING + chance.randrange(SPAN_DAYS) * DAY) \
        if chance.random() < likely else None


def some_records(chance: Random, count: int) -> list[Statement]:
    """Notices, contacts and referrals of several councils, some with names and some without
    times."""
    found: list[Statement] = []
    for number in range(count):
        raised = some_moment(chance, 0.9)
        shared = None if raised is None or chance.random() < 0.5 else Moment(
            at=raised.at + chance.randrange(-1, 4) * DAY)
        log = Reference(scheme=INCIDENT, value=f"L{chance.randrange(9)}")
        named: Any = chance.choice(((), (Reference(scheme=NOTICE, value=f"P{number}"),), (log,)))
        found += [
            made(ConcernRecorded, "police", f"P{number}", raised=raised, shared=shared,
                 source=chance.choice((ConcernSource.POLICE_NOTICE, ConcernSource.POLICE_NOTICE,
                                       ConcernSource.HOME_NOTIFICATION)),
                 references=chance.choice(((), (log,)))),
            made(ReferralRecorded, chance.choice(("council", "county")), f"K{number}",
                 received=some_moment(chance, 0.9), references=named)]
    kinds = (ReferralKind.REFERRAL, ReferralKind.REFERRAL, ReferralKind.CONTACT)
    return [_of_kind(each, chance.choice(kinds)) for each in found]


def _of_kind(said: Statement, kind: ReferralKind) -> Statement:
    return replace(said, kind=kind) if isinstance(said, ReferralRecorded) else said


def looked(said: Sequence[Statement], memory: Memory | None) -> Case:
    """The child with these records."""
    return build_case("child", [Received(each, EVENING) for each in said], now=EVENING,
                      partnership=case_of().partnership, reach=Reach(), memory=memory)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_notices_and_referrals_are_grouped_as_the_words_have_it(seed: int) -> None:
    """By names, by days, through contacts, however far round; also when they come one by one."""
    chance, memory = Random(seed), Memory()
    said = some_records(chance, chance.choice((3, 8, 20)))
    chance.shuffle(said)
    for upto in {chance.randrange(1, len(said) + 1) for _ in range(STEPS)} | {len(said)}:
        for case in (looked(said[:upto], None), looked(said[:upto], memory)):
            groups = list(answered(case, FOLLOWS))
            found = [frozenset(each.record for each in (*notices, *referrals))
                     for notices, referrals in groups]
            any_notice = any(each.source is ConcernSource.POLICE_NOTICE
                             for each in case.current(ConcernRecorded))

            assert (plainly(case) if any_notice else set()) == set(found)
            assert len(found) == len(set(found))
