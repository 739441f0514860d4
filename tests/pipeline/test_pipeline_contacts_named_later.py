"""Contacts that an agency names while critical notices already wait."""
from broker.vocabulary.words import NoticeState
from tests.pipeline.conftest import START, Bench
from tests.pipeline.escalating import (
    CONTACTS,
    DUTY,
    FRONT,
    LAST,
    after,
    answered,
    at,
    configured,
    raised,
    rows,
    told_at_night,
    told_to,
)


def test_a_contact_named_later_is_told_of_what_still_waits(bench: Bench) -> None:
    """At the next delivery, and from when its turn came."""
    raised(bench)
    assert at(bench, 20).contact is None
    configured(bench, CONTACTS)
    later = at(bench, 25)

    assert (DUTY, after(25), START) == (later.contact, later.contact_since, later.sent_at)
    assert [LAST] == [at(bench, minutes).contact for minutes in (40,)]
    assert [None, DUTY, LAST] == told_to(bench)


def test_a_contact_that_is_not_on_duty_yet_is_told_when_it_is(bench: Bench) -> None:
    """The front door opens on Monday at nine; nobody is counted as unreached until then."""
    raised(bench)
    configured(bench, f'[[agencies.police.contacts]]\nname = "{FRONT}"\nhours = "working_days"\n')
    monday = 11 * 60

    assert [None, FRONT] == [at(bench, minutes).contact for minutes in (monday - 1, monday)]
    assert (1, 0) == rows(bench)


def test_a_contact_of_a_later_day_is_told_on_that_day(bench: Bench) -> None:
    """Contacts are dated: this one begins at midnight, two hours after the notice."""
    raised(bench)
    configured(bench, f'[[agencies.police.contacts]]\nname = "{DUTY}"\nstarts = 2026-03-02\n')

    assert [None, DUTY] == [at(bench, minutes).contact for minutes in (119, 120)]


def test_a_contact_whose_days_are_over_is_not_told(bench: Bench) -> None:
    """And nothing waits for it."""
    raised(bench)
    configured(bench, f'[[agencies.police.contacts]]\nname = "{DUTY}"\nends = 2026-02-28\n')

    assert (None, (0, 0)) == (at(bench, 30).contact, rows(bench))


def test_one_more_contact_helps_where_nobody_was_left(bench: Bench) -> None:
    """Those who were told before are not told again."""
    told = told_at_night(bench)
    for minutes in (15, 30):
        at(told, minutes)
    more = "Out of hours manager"
    configured(told, CONTACTS.replace(FRONT, more).replace('hours = "working_days"', ""))

    assert (more, (1, 1)) == (at(told, 31).contact, rows(told))
    assert [DUTY, LAST, more] == told_to(told)


def test_what_was_acknowledged_goes_to_no_new_contact(bench: Bench) -> None:
    """Somebody has it."""
    raised(bench)
    answered(bench, NoticeState.ACKNOWLEDGED)
    configured(bench, CONTACTS)

    assert (None, (0, 0)) == (at(bench, 30).contact, rows(bench))


def test_the_same_contacts_are_looked_at_once(bench: Bench) -> None:
    """A restart changes nothing."""
    told = told_at_night(bench)
    before = rows(told)
    configured(told, CONTACTS)

    assert (DUTY, before) == (at(told, 5).contact, rows(told))
    assert [DUTY] == told_to(told)
