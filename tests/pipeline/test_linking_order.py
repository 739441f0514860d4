"""Any order, repetition and batching of statements, judgements and erasures ends in the same
bytes."""
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.backends.memory import MemoryStore
from broker.event.care import CarePeriodRecorded
from broker.event.envelope import Moment
from broker.event.own import JudgementMade
from broker.event.person import Address, Name, PersonRecorded
from broker.event.subject import record_id_of
from broker.identity.blocking import keys_of
from broker.identity.cluster import Clustering, Edge, Pair, cluster
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.person import Person, person_of, union_of
from broker.identity.scoring import score
from broker.pipeline import linking
from broker.pipeline.linking_tables import PEOPLE_JUDGEMENTS
from broker.ports import Unit
from broker.vocabulary.words import BirthDatePrecision, Sex, State, System, Verdict

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("council:1", "council:2", "police:1", "police:2", "riverside:1")
Said = PersonRecorded | CarePeriodRecorded


class Erased(NamedTuple):
    """A subject is erased: for good, or but for its statements, which are folded once more."""

    subject_key: str
    good: bool


Event = Said | JudgementMade | Erased

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


@st.composite
def _adoptions(draw: st.DrawFn) -> CarePeriodRecorded:
    agency, _, subject = draw(st.sampled_from(KEYS)).partition(":")
    ended, hours = draw(st.integers(-1, 1)), draw(st.integers(0, 2))
    reason = draw(st.sampled_from(("E11", "E12", "E4a")))
    state = draw(st.sampled_from((State.CURRENT, State.WITHDRAWN)))
    return CarePeriodRecorded(
        event_id=uuid5(NAMESPACE_URL, f"{agency} {subject} {ended} {hours} {reason} {state}"),
        agency=agency, system=System.FILES, record="care", subject=subject,
        recorded_at=START + timedelta(hours=hours), state=state, end_reason=reason,
        end=Moment(at=START + timedelta(days=ended)))


_heard = st.one_of(_statements(), _statements(), _statements(), _judgements(), _adoptions())
_events = st.lists(st.one_of(_statements(), _statements(), _statements(), _judgements()),
                   min_size=1, max_size=14)
_everything = st.lists(_heard, min_size=1, max_size=14)


class Linker:
    """A store that takes events in, and remembers what was said to fold it once more."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self._said: list[Said] = []
        self._gone: set[str] = set()

    def take(self, batch: Sequence[Event], limit: int) -> None:
        """One transaction: keep what is said, link so many of those who wait, then what people
        judged and erased."""
        said = [each for each in batch if isinstance(each, Said)
                and each.subject_key not in self._gone]
        self._said.extend(said)
        with self.store.begin() as unit:
            linking.note_people(unit, said, MODEL, 0)
            linking.link_waiting(unit, MODEL, limit)
            for each in batch:
                if isinstance(each, JudgementMade):
                    linking.fold_judgement(unit, each, MODEL)
                elif isinstance(each, Erased):
                    self._erase(unit, each)

    def _erase(self, unit: Unit, erased: Erased) -> None:
        linking.forget_people(unit, [erased.subject_key], MODEL)
        if erased.good:
            self._gone.add(erased.subject_key)
            return
        linking.note_people(unit, [each for each in self._said
                                   if each.subject_key == erased.subject_key], MODEL, 0)

    def finish(self, limit: int) -> MemoryStore:
        """Link everybody who still waits, so many at a time."""
        with self.store.begin() as unit:
            while linking.link_waiting(unit, MODEL, limit):
                pass
        return self.store


def folded(events: Sequence[Event], batches: Random | None = None) -> MemoryStore:
    """A store after these events, in batches of random size, of which few or many people are
    linked before the next comes (without `batches` one by one, everybody at once)."""
    linker = Linker()
    place = 0
    while place < len(events):
        size = batches.randint(1, 5) if batches else 1
        linker.take(events[place:place + size], batches.randint(0, 3) if batches else len(KEYS))
        place += size
    return linker.finish(batches.randint(1, 2) if batches else len(KEYS))


def contents(store: MemoryStore) -> dict[str, bytes]:
    """Every row of identity's tables, as bytes."""
    with store.view() as view:
        return {table.name: repr(view.scan(table, table.key[0])).encode()
                for table in linking.LINKING_TABLES}


def disturbed(events: Sequence[Event], random: Random) -> list[Event]:
    """The events shuffled, and half as many of them once more."""
    shuffled = [*events, *random.choices(events, k=len(events) // 2)]
    random.shuffle(shuffled)
    return shuffled


@given(_everything, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_order_repetition_and_batches_are_no_matter(events: list[Event], random: Random) -> None:
    """Shuffled, repeated and batched at random, every table of identity ends the same."""
    assert contents(folded(events)) == contents(folded(disturbed(events, random), random))


@given(_everything, st.sampled_from(KEYS), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_erased_and_folded_once_more_is_as_if_nothing_had_been(
    events: list[Event], key: str, random: Random,
) -> None:
    """A subject erased at any moment and folded again from its statements leaves no trace."""
    stream = disturbed(events, random)
    stream.insert(random.randint(0, len(stream)), Erased(key, good=False))
    assert contents(folded(events)) == contents(folded(stream, random))


@given(_everything, st.sampled_from(KEYS), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_erased_for_good_is_as_if_never_said(
    events: list[Event], key: str, random: Random,
) -> None:
    """A subject erased at any moment, and not heard of again, was never there."""
    stream = disturbed(events, random)
    stream.insert(random.randint(0, len(stream)), Erased(key, good=True))
    others = [each for each in events
              if isinstance(each, JudgementMade | Erased) or each.subject_key != key]
    assert contents(folded(others)) == contents(folded(stream, random))


@given(_everything, st.lists(_judgements(), min_size=1, max_size=4),
       st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_judgements_made_changed_and_undone_leave_no_trace(
    events: list[Event], judgements: list[JudgementMade], random: Random,
) -> None:
    """Judgements at any moment, all taken back in the end, leave people as if never made."""
    said: list[Event] = [each for each in events if not isinstance(each, JudgementMade)]
    undone = [replace(each, judgement_id=uuid5(NAMESPACE_URL, f"{each.judgement_id} undone"),
                      verdict=Verdict.UNDONE, made_at=START + timedelta(days=1))
              for each in judgements]
    stream = disturbed([*said, *judgements, *undone], random)
    expected, found = contents(folded(said)), contents(folded(stream, random))
    for each in (expected, found):
        del each[PEOPLE_JUDGEMENTS.name]  # the judgements themselves are kept
    assert expected == found


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
        elif isinstance(each, JudgementMade):
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
