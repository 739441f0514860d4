"""Any order, repetition and batching of statements and judgements ends in the same children."""
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random
from uuid import NAMESPACE_URL, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.backends.memory import MemoryStore
from broker.event.own import JudgementMade
from broker.event.person import Address, Name, PersonRecorded
from broker.event.subject import record_id_of
from broker.identity.blocking import keys_of
from broker.identity.cluster import Clustering, Edge, Pair, cluster
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.person import Person, person_of, union_of
from broker.identity.scoring import score
from broker.pipeline import linking
from broker.vocabulary.words import BirthDatePrecision, Sex, State, System, Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("council:1", "council:2", "police:1", "police:2", "riverside:1")
Event = PersonRecorded | JudgementMade

_births = st.sampled_from((
    (date(2011, 5, 4), BirthDatePrecision.EXACT), (date(2011, 4, 5), BirthDatePrecision.EXACT),
    (date(2011, 1, 1), BirthDatePrecision.ESTIMATED)))
_numbers = st.sampled_from((None, None, "9449305552", "9434765919"))


@st.composite
def _statements(draw: st.DrawFn) -> PersonRecorded:
    agency, _, subject = draw(st.sampled_from(KEYS)).partition(":")
    given_name = draw(st.sampled_from(("Ada", "Adda", "Grace", "Baby")))
    born, precision = draw(_births)
    number, hours = draw(_numbers), draw(st.integers(0, 3))
    state = draw(st.sampled_from((State.CURRENT, State.CURRENT, State.WITHDRAWN)))
    postcode = draw(st.sampled_from((None, "YO1 7HH")))
    record = draw(st.sampled_from(("main", "more")))
    words = f"{agency} {subject} {record} {given_name} {born} {number} {hours} {state} {postcode}"
    return PersonRecorded(
        event_id=uuid5(NAMESPACE_URL, words), agency=agency, system=System.FILES, record=record,
        subject=subject, recorded_at=START + timedelta(hours=hours), state=state,
        names=(Name(given=given_name, family="Hill"),), birth_date=born,
        birth_date_precision=precision, sex=Sex.FEMALE, nhs_number=number,
        addresses=(Address(postcode=postcode),) if postcode else ())


@st.composite
def _judgements(draw: st.DrawFn) -> JudgementMade:
    left, right = draw(st.lists(st.sampled_from(KEYS), min_size=2, max_size=2, unique=True))
    verdict = draw(st.sampled_from((Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE,
                                    Verdict.UNDONE)))
    hours = draw(st.integers(0, 2))
    return JudgementMade(
        judgement_id=uuid5(NAMESPACE_URL, f"{left} {right} {verdict} {hours}"), left=left,
        right=right, verdict=verdict, by="practitioner", reason="known to both",
        made_at=START + timedelta(hours=hours))


_events = st.lists(st.one_of(_statements(), _statements(), _statements(), _judgements()),
                   min_size=1, max_size=14)


def folded(events: Sequence[Event], batches: Random | None = None) -> MemoryStore:
    """A store after these events, in batches of random size, of which few or many people are
    linked before the next comes (without `batches` one by one, everybody at once)."""
    store = MemoryStore()
    place = 0
    while place < len(events):
        size = batches.randint(1, 5) if batches else 1
        batch = events[place:place + size]
        place += size
        with store.begin() as unit:
            linking.note_people(
                unit, [each for each in batch if isinstance(each, PersonRecorded)], MODEL, 0)
            linking.link_waiting(unit, MODEL, batches.randint(0, 3) if batches else len(KEYS))
            for each in batch:
                if isinstance(each, JudgementMade):
                    linking.fold_judgement(unit, each, MODEL)
    with store.begin() as unit:
        while linking.link_waiting(unit, MODEL, batches.randint(1, 2) if batches else len(KEYS)):
            pass
    return store


def contents(store: MemoryStore) -> dict[str, list[object]]:
    """Every row of identity's tables."""
    with store.view() as view:
        return {table.name: list(view.scan(table, table.key[0]))
                for table in linking.LINKING_TABLES}


@given(_events, st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_order_repetition_and_batches_are_no_matter(events: list[Event], random: Random) -> None:
    """Shuffled, repeated and batched at random, every table of identity ends the same."""
    shuffled = events + random.choices(events, k=len(events) // 2)
    random.shuffle(shuffled)
    assert contents(folded(events)) == contents(folded(shuffled, random))


def oracle(events: Sequence[Event]) -> Clustering:
    """All at once, from all pairs: the slow and obvious way."""
    records: dict[tuple[str, str], PersonRecorded] = {}
    first: dict[str, datetime] = {}
    ruled: dict[Pair, tuple[tuple[int, str], Verdict]] = {}
    for each in events:
        if isinstance(each, PersonRecorded):
            key = each.subject_key
            first[key] = min(first.get(key, each.recorded_at), each.recorded_at)
            known = records.get((key, each.record))
            if known is None or known.version < each.version:
                records[key, each.record] = each
        else:
            left, right = sorted((each.left, each.right))
            made = int((each.made_at - START) / timedelta(hours=1)), str(each.judgement_id)
            if (left, right) not in ruled or ruled[left, right][0] < made:
                ruled[left, right] = made, each.verdict
    people: dict[str, Person] = {}
    for key in KEYS:
        parts = [person_of(key, each) for (subject, _), each in records.items()
                 if subject == key and each.state is State.CURRENT]
        if parts:
            people[key] = union_of(key, parts, None, (first[key] - datetime(
                1970, 1, 1, tzinfo=UTC)).days)
    edges = []
    for left, right in combinations(sorted(people), 2):
        scored = score(people[left], people[right], MODEL)
        meet = not keys_of(people[left]).sought.isdisjoint(keys_of(people[right]).posted)
        if meet and scored.weight >= MODEL.floor_bits:
            edges.append(Edge(left, right, scored.weight, scored.forbidden, scored.held))
    return cluster(people, edges, ruled, MODEL)


@given(_events, st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_live_linking_is_linking_everything_at_once(events: list[Event], random: Random) -> None:
    """After any stream the children, links and review are those of the slow oracle."""
    expected = oracle(events)
    with folded(events, random).view() as view:
        listed = linking.people_list(view)
        links = linking.links_of(view, [each.child for each in listed])
        assert [(record_id_of(child.members[0]), child.members, child.certainty, child.blocked)
                for child in expected.children] == [
            (each.child, each.members, links[each.child].certainty, links[each.child].blocked)
            for each in listed]
        assert set(expected.review) == set(linking.review_pairs(view))


@given(_events, _judgements())
@settings(max_examples=60, deadline=None)
def test_undo_restores(events: list[Event], judgement: JudgementMade) -> None:
    """A judgement made last and taken back leaves the people as they were."""
    before = folded([each for each in events if isinstance(each, PersonRecorded)])
    with before.view() as view:
        expected = linking.people_list(view)
    with before.begin() as unit:
        linking.fold_judgement(unit, judgement, MODEL)
        linking.fold_judgement(unit, JudgementMade(
            judgement_id=uuid5(NAMESPACE_URL, "undone"), left=judgement.left,
            right=judgement.right, verdict=Verdict.UNDONE, by="practitioner", reason="mistaken",
            made_at=judgement.made_at + timedelta(hours=1)), MODEL)
    with before.view() as view:
        assert expected == linking.people_list(view)
