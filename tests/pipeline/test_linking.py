"""Linking in the store: records in, children out, whatever the batches."""
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from broker.backends.memory import MemoryStore
from broker.case.case import Link
from broker.event.care import CarePeriodRecorded
from broker.event.envelope import Moment
from broker.event.own import ChildMembers, JudgementMade
from broker.event.person import Identifier, Name, PersonRecorded
from broker.event.subject import record_id_of
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.scoring import ADOPTED, NHS_NUMBERS_DIFFER
from broker.pipeline import linking
from broker.pipeline.linking import PeopleChange
from broker.vocabulary.words import BirthDatePrecision, Sex, State, System, Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
BORN = date(2011, 5, 4)


def said(
    key: str, given: str = "Ada", family: str = "Hill", *, born: date | None = BORN,
    precision: BirthDatePrecision = BirthDatePrecision.EXACT, nhs: str | None = None,
    council_id: str | None = None, hours: int = 0, state: State = State.CURRENT,
    system: System = System.FILES, record: str | None = None,
) -> PersonRecorded:
    """What one record says of a girl, `hours` after the start."""
    agency, _, subject = key.partition(":")
    return PersonRecorded(
        event_id=uuid5(NAMESPACE_URL, f"{key} {given} {family} {born} {nhs} {hours} {state}"),
        agency=agency, system=system, record=record or subject, subject=subject,
        recorded_at=START + timedelta(hours=hours), state=state, nhs_number=nhs,
        identifiers=(Identifier(scheme="la:815", value=council_id),) if council_id else (),
        names=(Name(given=given or None, family=family or None),) if given or family else (),
        birth_date=born, birth_date_precision=precision, sex=Sex.FEMALE,
    )


def judged(left: str, right: str, verdict: Verdict, hours: int = 0) -> JudgementMade:
    """A judgement on two subjects."""
    return JudgementMade(
        judgement_id=uuid5(NAMESPACE_URL, f"{left} {right} {verdict} {hours}"), left=left,
        right=right, verdict=verdict, by="practitioner", reason="seen together",
        made_at=START + timedelta(hours=hours))


def fold(store: MemoryStore, *statements: PersonRecorded) -> tuple[PeopleChange, ...]:
    """Fold one batch in one transaction."""
    with store.begin() as unit:
        return linking.fold_people(unit, statements, MODEL)


def judge(store: MemoryStore, judgement: JudgementMade) -> tuple[PeopleChange, ...]:
    """Fold one judgement."""
    with store.begin() as unit:
        return linking.fold_judgement(unit, judgement, MODEL)


def children(store: MemoryStore) -> list[tuple[str, ...]]:
    """The members of every listed child."""
    with store.view() as view:
        return [each.members for each in linking.people_list(view)]


def link(store: MemoryStore, key: str) -> Link:
    """What is known of the links of one subject's child."""
    with store.view() as view:
        return linking.link_of(view, linking.resolve(view, record_id_of(key)))


def named(*groups: Sequence[str]) -> tuple[ChildMembers, ...]:
    """Children by their members, in the order in which changes give them (by id)."""
    found = [ChildMembers(child=record_id_of(group[0]), members=tuple(group)) for group in groups]
    return tuple(sorted(found, key=lambda each: each.child))


def test_home_and_police_are_joined_at_once() -> None:
    """A police nominal with the name spelt a little differently is the home's resident."""
    store = MemoryStore()
    assert () == fold(store, said("riverside:R1", "Kayleigh", "Thornton"))
    changes = fold(store, said("police:N1", "Kayley", "Thornton"))
    expected = PeopleChange(named(["police:N1"], ["riverside:R1"]),
                            named(["police:N1", "riverside:R1"]))
    assert (expected,) == changes


def test_repetition_changes_nothing() -> None:
    """The same statements again are no change."""
    store = MemoryStore()
    statements = [said("riverside:R1"), said("police:N1")]
    fold(store, *statements)
    assert () == fold(store, *statements)


def test_older_version_does_not_override() -> None:
    """A version that arrives late but was written earlier has no effect."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1", hours=2))
    assert () == fold(store, said("police:N1", "Leo", "Khan", hours=1))
    assert [("police:N1", "riverside:R1")] == children(store)


def test_newer_version_parts_what_was_joined() -> None:
    """A correction that makes two people of one is a split."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1"))
    changes = fold(store, said("police:N1", "Mia", "Chen", born=date(2014, 2, 20), hours=1))
    assert (PeopleChange(named(["police:N1", "riverside:R1"]),
                         named(["police:N1"], ["riverside:R1"])),) == changes


def test_withdrawn_person_is_not_listed() -> None:
    """A subject whose person record is withdrawn is a child of its own again, unlisted."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1"))
    fold(store, said("police:N1", hours=1, state=State.WITHDRAWN))
    assert [("riverside:R1",)] == children(store)
    with store.view() as view:
        assert {"police:N1": record_id_of("police:N1")} == linking.children_of(
            view, ["police:N1"])


def test_facts_of_a_subject_are_the_union_of_its_records() -> None:
    """A birth date in one record and a number in another make one person."""
    store = MemoryStore()
    fold(store, said("council:7", nhs=None), said("riverside:R1", "Adelaide", "Ward",
                                                  nhs="9449305552"))
    fold(store, said("council:7", "", "", born=None, nhs="9449305552", record="number"))
    assert [("council:7", "riverside:R1")] == children(store)


def test_return_joins_the_same_local_id() -> None:
    """A census record without names joins the case system's by local id and birth date."""
    store = MemoryStore()
    fold(store, said("council:7", council_id="7", system=System.SSD),
         said("council:7", "", "", system=System.CIN),
         said("council:8", "", "", system=System.CIN))
    assert [("council:7", "council:7@cin"), ("council:8@cin",)] == children(store)


def test_child_id_resolves_to_the_child_that_holds_its_record() -> None:
    """An id given out before a merge leads to the merged child; an unknown one to itself."""
    store = MemoryStore()
    fold(store, said("riverside:R1"))
    before = record_id_of("riverside:R1")
    fold(store, said("police:N1"))
    with store.view() as view:
        assert record_id_of("police:N1") == linking.resolve(view, before)
        assert "0123456789abcdef" == linking.resolve(view, "0123456789abcdef")
        assert {record_id_of("police:N1"): ("police:N1", "riverside:R1")} == linking.members_of(
            view, [record_id_of("police:N1"), "0123456789abcdef"])


def test_links() -> None:
    """A child is as sure as its weakest link, and names what is blocked or in doubt."""
    store = MemoryStore()
    fold(store, said("council:7", nhs="9449305552"), said("riverside:R1", nhs="9434765919"))
    with store.view() as view:
        child = record_id_of("council:7")
        pair = ("council:7", "riverside:R1", NHS_NUMBERS_DIFFER)
        assert Link(1.0, (pair,), ("riverside:R1",)) == linking.link_of(view, child)
        assert {"nobody": Link()} == linking.links_of(view, ["nobody"])


def test_a_block_that_appears_is_told() -> None:
    """A new blocked pair concerns the children on both sides, though no members change."""
    store = MemoryStore()
    fold(store, said("council:7", nhs="9449305552"))
    changes = fold(store, said("riverside:R1", nhs="9434765919"))
    assert (PeopleChange((), (), ("council:7", "riverside:R1")),) == changes


def test_news_of_the_blocked_side_is_told() -> None:
    """When what is known of a blocked subject changes, the other side is looked at again."""
    store = MemoryStore()
    fold(store, said("council:7", nhs="9449305552"), said("riverside:R1", nhs="9434765919"))
    changes = fold(store, said("riverside:R1", nhs="9000000009", hours=1))
    assert ("council:7", "riverside:R1") == changes[-1].relinked


def test_judgement_parts_and_can_be_undone() -> None:
    """Declaring two records different parts them; taking it back joins them again."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1"))
    joined, apart = named(["police:N1", "riverside:R1"]), named(["police:N1"], ["riverside:R1"])
    assert (PeopleChange(joined, apart),) == judge(
        store, judged("riverside:R1", "police:N1", Verdict.DIFFERENT))
    assert (PeopleChange(apart, joined),) == judge(
        store, judged("police:N1", "riverside:R1", Verdict.UNDONE, hours=1))


def test_latest_judgement_counts_whatever_the_order() -> None:
    """An older judgement that arrives later changes nothing."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1"))
    judge(store, judged("riverside:R1", "police:N1", Verdict.DIFFERENT, hours=2))
    assert () == judge(store, judged("riverside:R1", "police:N1", Verdict.SAME, hours=1))


def test_judgement_before_its_people() -> None:
    """A judgement on subjects that nobody has described yet counts once they are."""
    store = MemoryStore()
    judge(store, judged("riverside:R1", "police:N1", Verdict.SAME))
    assert [] == children(store)
    fold(store, said("riverside:R1"), said("police:N1", "Mia", "Chen"))
    assert [("police:N1", "riverside:R1")] == children(store)


def test_judgement_by_record_ids() -> None:
    """Ids of children stand for the records they are made from."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1", "Mia", "Chen"))
    judge(store, judged(record_id_of("riverside:R1"), record_id_of("police:N1"), Verdict.SAME))
    assert [("police:N1", "riverside:R1")] == children(store)


def test_doubt_is_listed_for_people() -> None:
    """Two subjects of one agency that look alike are for people, with each child."""
    store = MemoryStore()
    fold(store, said("police:N1"), said("police:N2"))
    with store.view() as view:
        pairs = linking.review_pairs(view)
        assert [("police:N1", "police:N2")] == [(each.left, each.right) for each in pairs]
        assert [pairs, pairs] == [each.review for each in linking.people_list(view)]
    fold(store, said("police:N2", hours=1, state=State.WITHDRAWN))
    with store.view() as view:
        assert () == linking.review_pairs(view)


def ended_in_adoption(key: str, hours: int, reason: str = "E11") -> CarePeriodRecorded:
    """Care that ended so many hours after the start."""
    agency, _, subject = key.partition(":")
    ended = START + timedelta(hours=hours)
    return CarePeriodRecorded(
        event_id=uuid5(NAMESPACE_URL, f"{key} {hours} {reason}"), agency=agency,
        system=System.SSD, record="E1", subject=subject, recorded_at=ended, state=State.CURRENT,
        end=Moment(at=ended), end_reason=reason)


def test_nobody_is_linked_across_an_adoption() -> None:
    """A record begun after an adoption stays apart from the child before, in either order."""
    for adoption_first in (True, False):
        store = MemoryStore()
        fold(store, said("council:7", system=System.SSD), said("police:N1"))
        if not adoption_first:
            fold(store, said("riverside:R1", hours=1000))
        with store.begin() as unit:
            linking.fold_care_periods(unit, [ended_in_adoption("council:7", 500)], MODEL)
        if adoption_first:
            fold(store, said("riverside:R1", hours=1000))
        assert [("council:7", "police:N1"), ("riverside:R1",)] == children(store)
        with store.view() as view:
            assert ADOPTED in [each.reason for each in linking.review_pairs(view)]


def test_a_corrected_end_of_care_is_no_adoption() -> None:
    """A later version with another reason takes the adoption back."""
    store = MemoryStore()
    fold(store, said("council:7", system=System.SSD), said("riverside:R1", hours=1000))
    with store.begin() as unit:
        linking.fold_care_periods(unit, [ended_in_adoption("council:7", 501, "E4A"),
                                         ended_in_adoption("council:7", 500)], MODEL)
    assert [("council:7", "riverside:R1")] == children(store)


def test_forgotten_people_leave_nothing() -> None:
    """After an erasure no table of identity names the subject."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1"))
    with store.begin() as unit:
        changes = linking.forget_people(unit, ["police:N1"], MODEL)
    assert (PeopleChange(named(["police:N1", "riverside:R1"]),
                         named(["police:N1"], ["riverside:R1"])),) == changes
    with store.view() as view:
        for table in linking.LINKING_TABLES:
            for row in view.scan(table, table.key[0]):
                assert "police:N1" not in row


def test_explanation_of_a_pair() -> None:
    """Two known subjects can be explained; one nobody has described cannot."""
    store = MemoryStore()
    fold(store, said("riverside:R1"), said("police:N1"))
    with store.view() as view:
        found = linking.explain_pair(view, "riverside:R1", "police:N1", MODEL)
        assert found is not None
        assert (True, "police:N1", "riverside:R1") == (found.joined, found.left, found.right)
        assert linking.explain_pair(view, "riverside:R1", "police:N9", MODEL) is None


def test_a_doubt_is_news_to_the_child_it_is_about() -> None:
    """A record that a person must judge concerns the child that stood before it came."""
    store = MemoryStore()
    fold(store, said("police:N1"))

    changes = fold(store, said("police:N2"))

    with store.view() as view:
        assert ("police:N2",) == linking.link_of(view, record_id_of("police:N1")).unsure
    assert {"police:N1", "police:N2"} == {key for each in changes for key in each.relinked}


def test_a_record_that_waits_because_of_one_member_is_known_to_be_apart_from_another() -> None:
    """The council holds two girls; only of the police's record is it asked whose it is."""
    store = MemoryStore()
    fold(store, said("council:7"), said("police:N1"), said("council:8", "Adele"))

    judge(store, judged("council:8", "police:N1", Verdict.UNSURE))

    found = link(store, "council:7")
    assert (("council:8",), (("council:7", "council:8"),)) == (found.unsure, found.apart)


def test_nobody_is_apart_from_a_record_of_which_it_is_asked_whether_it_is_the_same() -> None:
    """A person who looked and was not sure has not said that they are two."""
    store = MemoryStore()
    fold(store, said("council:7"), said("police:N1"), said("council:8", "Adele"))

    judge(store, judged("council:8", "police:N1", Verdict.UNSURE))
    judge(store, judged("council:7", "council:8", Verdict.UNSURE, hours=1))

    found = link(store, "council:7")
    assert (("council:8",), ()) == (found.unsure, found.apart)


def test_a_judgement_taken_back_leaves_two_people_apart() -> None:
    """As if it had never been made."""
    store = MemoryStore()
    fold(store, said("council:7"), said("police:N1"), said("council:8", "Adele"))

    judge(store, judged("council:8", "police:N1", Verdict.UNSURE))
    judge(store, judged("council:7", "council:8", Verdict.UNSURE, hours=1))
    judge(store, judged("council:7", "council:8", Verdict.UNDONE, hours=2))

    assert (("council:7", "council:8"),) == link(store, "council:7").apart


def test_who_was_said_to_be_another_is_apart_whatever_the_agencies() -> None:
    """Without the judgement the home's girl may be the council's."""
    store = MemoryStore()
    fold(store, said("council:7"), said("police:N1"), said("riverside:R1", "Adele"))

    judge(store, judged("police:N1", "riverside:R1", Verdict.UNSURE))
    before = link(store, "council:7").apart
    judge(store, judged("council:7", "riverside:R1", Verdict.DIFFERENT, hours=1))

    assert ((), (("council:7", "riverside:R1"),)) == (before, link(store, "council:7").apart)


def test_the_two_names_of_an_adopted_child_are_not_apart() -> None:
    """Nothing joins them by itself, and they are one child all the same."""
    store = MemoryStore()
    fold(store, said("council:7"), said("police:N1"), said("council:8", "Adele", hours=1000))
    with store.begin() as unit:
        linking.fold_care_periods(unit, [ended_in_adoption("council:7", 500)], MODEL)

    judge(store, judged("council:8", "police:N1", Verdict.UNSURE))

    found = link(store, "council:7")
    assert (("council:8",), ()) == (found.unsure, found.apart)
