"""That records of two people meet is found on every store, and forgotten on every store."""
from datetime import UTC, datetime

from broker.case.case import Received
from broker.event.digest import NIL, digest_of, event_id_of
from broker.event.envelope import Statement
from broker.event.person import Address, PersonRecorded
from broker.event.risk import RiskLinkRecorded
from broker.event.subject import person_key_of
from broker.pipeline.meeting import forget_met, met_by, note_met
from broker.pipeline.tables import RISK_PLACES, STATEMENTS, TRACES
from broker.ports import Store
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import State, System

TABLES = (STATEMENTS, TRACES, RISK_PLACES)
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NUMBER = "9991230017"


def identified(said: Statement) -> Statement:
    """The statement under its own id."""
    object.__setattr__(said, "event_id", event_id_of(said, digest_of(said), said.recorded_at))
    return said


def person(agency: str, subject: str, postcode: str | None = None) -> Statement:
    """A child with the number, and an address where a postcode is given."""
    places = (Address(postcode=postcode),) if postcode else ()
    return identified(PersonRecorded(
        event_id=NIL, agency=agency, system=System.FILES, record=subject, subject=subject,
        recorded_at=AT, state=State.CURRENT, nhs_number=NUMBER, addresses=places))


LINK = identified(RiskLinkRecorded(
    event_id=NIL, agency="police", system=System.FILES, record="K1", subject="A5",
    recorded_at=AT, state=State.CURRENT, postcode="LS3 1BD"))
ONE, OTHER = person("council", "C1", "ls31bd"), person("police", "N1")
SAID = {each.event_id.bytes: each for each in (LINK, ONE, OTHER)}


def noted(store: Store, *told: Statement) -> set[str]:
    """File statements; whom to look at again."""
    with store.begin() as unit:
        unit.insert_new(STATEMENTS, [(person_key_of(each), each.event_id.bytes,
                                      milliseconds_of(AT), b"") for each in told])
        return note_met(unit, told, lambda event_id, _: SAID[event_id])


def met(store: Store, said: Statement) -> list[str]:
    """The records that this one's case meets."""
    key = person_key_of(said)
    with store.view() as view:
        found = met_by(view, {"child": (key,)}, {key: [Received(said, AT)]},
                       lambda _, keys: {person_key_of(each): [Received(each, AT)]
                                        for each in (ONE, OTHER) if person_key_of(each) in keys},
                       lambda event_id, _: SAID[event_id])
    return sorted(each.statement.record for each in found.get("child", ()))


def test_each_of_two_children_meets_the_other_at_their_number(store: Store) -> None:
    """And both are looked at again when the second comes."""
    assert (set(), {"council:C1", "police:N1"}) == (noted(store, ONE), noted(store, OTHER))
    assert (["N1"], ["C1"]) == (met(store, ONE), met(store, OTHER))


def test_a_child_meets_a_link_at_its_postcode(store: Store) -> None:
    """Whoever lives there is looked at again when the link comes."""
    assert (set(), {"council:C1"}) == (noted(store, ONE), noted(store, LINK))
    assert ["K1"] == met(store, ONE)


def test_what_is_forgotten_is_met_no_more(store: Store) -> None:
    """The rows are gone, and whoever met them is named."""
    noted(store, ONE, OTHER, LINK)
    with store.begin() as unit:
        first = forget_met(unit, [(person_key_of(OTHER), OTHER)], [])
        second = forget_met(unit, [(person_key_of(LINK), LINK)], [])

    assert ({"council:C1", "police:N1"}, {"council:C1"}) == (first, second)
    with store.view() as view:
        assert (2, 0) == (view.count(TRACES), view.count(RISK_PLACES))


def test_what_another_record_still_says_stays(store: Store) -> None:
    """One of two statements with the number is erased."""
    noted(store, ONE)
    with store.begin() as unit:
        forget_met(unit, [(person_key_of(ONE), ONE)], [(person_key_of(ONE), ONE)])

    with store.view() as view:
        assert 2 == view.count(TRACES)
