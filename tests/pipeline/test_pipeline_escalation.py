"""A critical notice that nobody acknowledges goes to its recipient's next contact."""
from datetime import UTC, datetime
from typing import Any

import pytest

from broker.backends.clock import ManualClock
from broker.bootstrap import assemble
from broker.errors import Conflict
from broker.pipeline.erase import Authority, Eraser, ErasureAsked
from broker.pipeline.escalate import ESCALATE, NOBODY_LEFT, NoticeTerms, Waiting
from broker.pipeline.health import standing_of
from broker.pipeline.notify import notices_for
from broker.pipeline.subject import Subject
from broker.pipeline.tables import NOTICE_TIMERS
from broker.vocabulary.words import NoticeState, Severity
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench
from tests.pipeline.escalating import (
    CONTACTS,
    DUTY,
    FRONT,
    LAST,
    after,
    answered,
    at,
    audited,
    configured,
    given,
    notice,
    raised,
    recorded,
    rows,
    sent,
    told_at_night,
    told_to,
)


@pytest.fixture
def told(bench: Bench) -> Bench:
    """On a Sunday at 22:00 police have their notice; they have named three contacts."""
    return told_at_night(bench)


# -- whom it goes to, and when ----------------------------------------------------------------


def test_at_night_the_first_contact_on_duty_is_the_emergency_duty_team(told: Bench) -> None:
    """The front door is closed on a Sunday."""
    first = notice(told)

    assert (DUTY, START, START, Severity.CRITICAL) == (
        first.contact, first.contact_since, first.sent_at, first.severity)


def test_in_office_hours_it_is_the_front_door(bench: Bench) -> None:
    """A Monday at ten."""
    configured(bench, CONTACTS)
    bench.clock.set(datetime(2026, 3, 2, 10, 0, tzinfo=UTC))
    raised(bench)

    assert [FRONT] == told_to(bench)


def test_what_was_begun_in_office_hours_goes_on_after_them(bench: Bench) -> None:
    """At 16:50 the front door, at 17:05 the emergency duty team."""
    configured(bench, CONTACTS)
    bench.clock.set(datetime(2026, 3, 2, 16, 50, tzinfo=UTC))
    raised(bench)
    bench.later(minutes=15)
    bench.concord.deliver()

    assert [FRONT, DUTY] == told_to(bench)


def test_it_goes_to_the_next_contact_after_fifteen_minutes_and_not_before(told: Bench) -> None:
    """A millisecond before there is nothing new."""
    before = notice(told)
    still = at(told, 15 - 0.001 / 60)
    moved = at(told, 15)

    assert before == still
    assert (LAST, after(15), after(15), START, NoticeState.SENT) == (
        moved.contact, moved.contact_since, moved.issued_at, moved.sent_at, moved.state)
    assert [DUTY, LAST] == told_to(told)


def test_the_time_is_the_partnerships_own(bench: Bench) -> None:
    """Five minutes from the day of the evening on, where it has agreed on that."""
    configured(bench, CONTACTS + "[[limits_from]]\nstarts = 2026-03-01\n"
                                 "notice_acknowledged_minutes = 5\n")
    raised(bench)

    assert [DUTY, LAST] == [at(bench, minutes).contact for minutes in (4.99, 5)]


def test_each_step_is_told_and_audited_once(told: Bench) -> None:
    """Deliveries between and after have nothing to say."""
    for minutes in (5, 10, 15, 15, 20, 29, 30, 31, 45, 60):
        at(told, minutes)

    steps = audited(told, "notice of finding M01")
    assert [DUTY, LAST] == told_to(told)
    assert [f"notice {notice(told).notice_id} for {name}" for name in (DUTY, LAST)] == [
        each.detail for each in steps]
    assert 2 == len({each.event_id for each in sent(told)})


def test_a_notice_that_was_only_seen_goes_on(told: Bench) -> None:
    """To have read it is not to have taken it; it stays seen."""
    answered(told, NoticeState.SEEN)

    assert (LAST, NoticeState.SEEN) == (at(told, 15).contact, notice(told).state)


@pytest.mark.parametrize("state", [NoticeState.ACKNOWLEDGED, NoticeState.DONE])
def test_whoever_takes_it_stops_it(told: Bench, state: NoticeState) -> None:
    """It stays with the contact it was with."""
    answered(told, state)

    assert (DUTY, state) == (at(told, 60).contact, notice(told).state)
    assert (0, 0) == rows(told)


def test_the_end_of_the_finding_stops_it(told: Bench) -> None:
    """Police correct their record in the tenth minute."""
    told.later(minutes=10)
    recorded(told, "Missing person", "2026-03-01T22:05:00Z")

    ended = at(told, 60)
    assert (NoticeState.ENDED, None) == (ended.state, ended.contact)
    assert [DUTY, None] == told_to(told)
    assert (0, 0) == rows(told)


def test_new_evidence_does_not_begin_the_time_anew(told: Bench) -> None:
    """The notice is told again to the contact it is with, and goes on when it would have."""
    told.later(minutes=10)
    recorded(told, "Suspicious circumstances", "2026-03-01T22:05:00Z")
    at(told, 15)

    assert [DUTY, DUTY, LAST] == told_to(told)


# -- when nobody is left ------------------------------------------------------------------------


def test_when_nobody_is_left_it_is_said_once_and_stays_open(told: Bench) -> None:
    """In the audit, and in how the partnership stands."""
    at(told, 15)
    assert 0 == unreached(told)
    for minutes in (30, 31, 60, 90):
        at(told, minutes)

    assert (1, LAST, NoticeState.SENT) == (
        unreached(told), notice(told).contact, notice(told).state)
    assert [(after(30), f"notice {notice(told).notice_id}")] == [
        (each.at, each.detail) for each in audited(told, NOBODY_LEFT)]


def unreached(bench: Bench) -> int:
    """How many are said to have nobody left."""
    concord = bench.concord
    return standing_of(concord.store, concord.log, concord.settings.partnership).unreached


def test_who_comes_on_duty_later_is_told_then(told: Bench) -> None:
    """At nine the front door opens; nobody was left at night, which is said once all the same."""
    at(told, 15)
    at(told, 30)
    at(told, 10.9 * 60)
    assert [DUTY, LAST] == told_to(told)
    moved = at(told, 11 * 60)

    assert (FRONT, after(11 * 60)) == (moved.contact, moved.contact_since)
    at(told, 12 * 60)
    assert ([DUTY, LAST, FRONT], 1, 1) == (
        told_to(told), len(audited(told, NOBODY_LEFT)), unreached(told))


def test_an_acknowledgement_is_the_end_of_having_nobody_left(told: Bench) -> None:
    """It counts no longer."""
    at(told, 15)
    at(told, 30)
    answered(told, NoticeState.ACKNOWLEDGED)

    assert (0, (0, 0)) == (unreached(told), rows(told))


def test_where_nobody_is_on_duty_the_notice_is_nobodys_until_somebody_is(bench: Bench) -> None:
    """It is sent all the same, at once; after fifteen minutes it is said that nobody has it."""
    configured(bench, CONTACTS.partition("[[agencies.police.contacts]]\nname = \"Emergency")[0])
    raised(bench)
    first = notice(bench)
    at(bench, 15)
    assert (None, None, 1) == (first.contact, first.contact_since, unreached(bench))
    at(bench, 11 * 60)

    assert [None, FRONT] == told_to(bench)


def test_a_contact_outside_its_dates_is_passed_over(bench: Bench) -> None:
    """The team was dissolved the day before."""
    configured(bench, CONTACTS.replace(f'"{DUTY}"', f'"{DUTY}"\nends = 2026-02-28'))
    raised(bench)

    assert [LAST] == told_to(bench)


# -- nothing is skipped, nothing repeated ------------------------------------------------------


def test_after_an_outage_it_goes_one_step_on_and_says_when_it_was_due(told: Bench) -> None:
    """Another process takes over fifty minutes later: the next contact has its time in full."""
    concord = told.concord
    told.clock = ManualClock(after(50))
    told.concord = assemble(concord.settings, concord.log, concord.store, told.clock)
    told.concord.deliver()

    moved = notice(told)
    assert (LAST, after(15), after(50)) == (
        moved.contact, moved.contact_since, moved.issued_at)
    assert (1, 0) == rows(told)
    at(told, 64)
    assert (1, 0) == rows(told)
    at(told, 65)
    assert 1 == unreached(told)


def test_a_clock_that_goes_back_repeats_nothing(told: Bench) -> None:
    """Nor does it skip anything when it is right again."""
    at(told, 15)
    at(told, 5)
    at(told, 15)
    assert ([DUTY, LAST], 0) == (told_to(told), unreached(told))
    at(told, 30)

    assert ([DUTY, LAST], 1) == (told_to(told), unreached(told))


def test_a_clock_that_leaps_ahead_skips_nobody(bench: Bench) -> None:
    """A day later it is the next contact's turn, not the last's."""
    configured(bench, CONTACTS.replace(LAST, "Second team") + """
[[agencies.police.contacts]]
name = "Last"
""")
    raised(bench)
    at(bench, 24 * 60 + 5)

    assert [DUTY, "Second team"] == told_to(bench)


def test_two_deliveries_at_once_go_one_step(told: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the one has planned the other has done meanwhile."""
    first, second = told.concord.delivery(), told.concord.delivery()
    carry_out = first._carry_out

    def meanwhile(*planned: Any) -> int:
        second.step()
        return carry_out(*planned)

    monkeypatch.setattr(first, "_carry_out", meanwhile)
    told.later(minutes=15)
    first.step()
    told.concord.relay()

    assert (0, 1) == (first.count.notices, second.count.notices)
    assert ([DUTY, LAST], 2) == (told_to(told), len(audited(told, "notice of finding M01")))


def test_a_step_that_another_has_taken_meanwhile_is_a_lost_race(told: Bench) -> None:
    """Compared and set: the whole transaction is planned anew."""
    before, settings = notice(told), told.concord.settings
    terms = NoticeTerms(settings.contacts, settings.dated_limits)

    def late() -> None:
        with told.concord.store.begin() as unit:
            waiting = Waiting(unit, terms, after(15), [before.notice_id], [])
            unit.put(NOTICE_TIMERS, [(before.notice_id, ESCALATE, 1, '["x"]')])
            waiting.moved_on(before)

    with pytest.raises(Conflict):
        late()


# -- who may not be told, and what is none of this ----------------------------------------------


@pytest.mark.parametrize("sections", ["", CONTACTS.replace("police", "council")])
def test_an_agency_without_contacts_has_its_notice_and_nothing_more(
        bench: Bench, sections: str) -> None:
    """As it always was."""
    configured(bench, sections)
    raised(bench)
    before = notice(bench)

    assert (before, [None], (0, 0)) == (at(bench, 60), told_to(bench), rows(bench))
    assert (None, None) == (before.contact, before.contact_since)


def test_what_is_not_critical_goes_to_nobody_else(bench: Bench) -> None:
    """A sex recorded differently waits for whoever reads it."""
    configured(bench, CONTACTS)
    bench.publish("riverside", residents=[lines.RESIDENTS, lines.resident(
        "R1", "Kayleigh", "Thornton", "2011-05-14", left_on="2026-02-20")])
    bench.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayleigh", "Thornton", "2011-05-14", gender="Male")])
    given(bench)
    with bench.concord.store.view() as view:
        notices = notices_for(view, bench.concord.codec, "police")
    assert Severity.CRITICAL not in {each.severity for each in notices}

    assert ((0, 0), set()) == (rows(bench), {each.contact for each in notices} - {None})


def test_what_back_loading_finds_goes_to_nobody(bench: Bench) -> None:
    """Old records are history: no notice, so nobody to pass it on to."""
    configured(bench, CONTACTS)
    bench.clock.set(datetime(2026, 9, 1, 22, 0, tzinfo=UTC))
    raised(bench, returned_at="2026-03-02T07:00:00Z")
    assert [True] == [each.historical for each in bench.open() if each.code == "M01"]
    bench.later(hours=1)
    bench.concord.deliver()

    assert ([], (0, 0)) == (sent(bench), rows(bench))


def test_an_agency_that_may_no_longer_be_told_is_not(told: Bench) -> None:
    """The agreement ended; when it is renewed the notice goes on."""
    configured(told, CONTACTS, ('to = ["police", "council", "riverside"]', 'to = ["council"]'))
    at(told, 20)
    assert [DUTY] == told_to(told)
    configured(told, CONTACTS)
    at(told, 34)
    assert [DUTY] == told_to(told)
    at(told, 35)

    assert [DUTY, LAST] == told_to(told)


def test_an_erasure_stops_it(told: Bench) -> None:
    """The notice has ended; nobody is told again."""
    concord = told.concord
    eraser = Eraser(concord.store, concord.log, concord.codec, concord.model,
                    concord.settings.agencies)
    eraser.erase(ErasureAsked(subject=Subject("police", "N1")),
                 Authority(by="a", authorised_by="b", reason="asked for"), told.clock.now())

    assert (NoticeState.ENDED, (0, 0)) == (at(told, 20).state, rows(told))


def test_contacts_that_are_taken_out_leave_nothing_to_wait_for(told: Bench) -> None:
    """The agency names nobody any more: its notice is as one without contacts."""
    configured(told, "")
    at(told, 20)

    assert ([DUTY], (0, 0), []) == (told_to(told), rows(told), audited(told, NOBODY_LEFT))


def test_no_time_at_all_is_a_minute(bench: Bench) -> None:
    """What could not be told would else be looked at for ever."""
    configured(bench, CONTACTS + "[[limits_from]]\nstarts = 2026-03-01\n"
                                 "notice_acknowledged_minutes = 0\n")
    raised(bench)

    assert [DUTY, LAST] == [at(bench, minutes).contact for minutes in (0.99, 1)]
