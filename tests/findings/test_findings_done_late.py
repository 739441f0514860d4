"""What was due and was done late: raised and resolved, whether anybody looked meanwhile or not."""
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.case.case import Received, build_case
from broker.case.reach import Reach
from broker.event.care import CarePeriodRecorded, PlanRecorded, ReviewRecorded
from broker.event.catalogue import STATEMENTS
from broker.event.concern import (
    AssessmentRecorded,
    CategoryWord,
    ConcernRecorded,
    ConferenceRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingDecided
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.findings.finding import lasted
from broker.findings.reconcile import Reconciled, reconcile
from broker.rules.catalogue import RULES
from broker.rules.evaluate import Evaluation, evaluate
from broker.rules.limits import Limits
from broker.vocabulary.words import (
    ConcernCategory,
    ConcernSource,
    FindingDecision,
    FindingState,
    Grade,
    IncidentCategory,
    LegalStatus,
    PlanKind,
    ReferralDecision,
    ReferralKind,
    ReviewKind,
    State,
    System,
    Whereabouts,
)
from tests.findings.test_findings_any_order import PARTNERSHIP, START, at
from tests.findings.test_findings_any_order import said as written

DAYS = 400
CODES = frozenset({"R01", "T01", "T02", "T03", "M07", "G03"})
OURS = tuple(each for each in RULES if each.code in CODES)
NAMES = tuple(each.__name__ for each in STATEMENTS)
TABLES = ("ssd_contacts", "ssd_cin_assessments", "ssd_initial_cp_conference", "ssd_cp_reviews",
          "ssd_cla_reviews")


def reach_at(until: datetime) -> Reach:
    """Every feed and table heard up to this time."""
    return Reach({("police", System.FILES, "all"): (until, NAMES),
                  ("riverside", System.FILES, "all"): (until, NAMES),
                  **{("council", System.SSD, each): (until, NAMES) for each in TABLES}})


def notice(hour: int, *, shared: int | None = None, state: State = State.CURRENT) -> Statement:
    """The police's notice of 22:00 on Monday as it was written so many hours in."""
    return written(
        ConcernRecorded, "police", "PPN1", hour, source=ConcernSource.POLICE_NOTICE,
        raised=at(2), categories=(CategoryWord(category=ConcernCategory.NEGLECT),), state=state,
        shared=None if shared is None else at(shared))


class Store:
    """A child's findings under the rules of what is done late, as the checker keeps them."""

    def __init__(self) -> None:
        self.heard: list[Statement] = []
        self.findings: dict[str, Finding] = {}
        self.decisions: list[FindingDecided] = []
        self.in_doubt: list[Statement] = []
        self.limits_from = {0: Limits()}
        self.reach_at: Callable[[datetime], Reach] = reach_at
        self.rules = OURS

    def limits_at(self, at: datetime) -> Limits:
        """The limits in force at a time, by the hours from which they are."""
        return self.limits_from[max(each for each in self.limits_from
                                    if START + timedelta(hours=each) <= at)]

    def look(self, hour: int, *statements: Statement) -> Reconciled:
        """Hear these, look at the child so many hours in, and keep what has changed."""
        self.heard += statements
        now = START + timedelta(hours=hour)
        case = build_case("child", [Received(each, START) for each in self.heard
                                    if each.recorded_at <= now],
                          now=now, partnership=PARTNERSHIP,
                          reach=self.reach_at(now))
        if self.in_doubt:
            case.wider = build_case("child", [
                Received(each, START) for each in (*self.heard, *self.in_doubt)],
                now=now, partnership=PARTNERSHIP, reach=case.reach)
        evaluation: Evaluation = evaluate(case, self.limits_at(now), self.rules)
        assert {} == {each.rule.code: each.crashed for each in evaluation.answers if each.crashed}
        done = reconcile("child", tuple(self.findings.values()), evaluation, case,
                         self.decisions, now, limits_at=self.limits_at)
        self.findings.update({each.finding.finding_id: each.finding
                              for each in (*done.changes, *done.quiet)})
        return done

    def decide(self, decision: FindingDecision, hour: int) -> None:
        """A person judges the one finding as it stands."""
        (finding,) = self.findings.values()
        self.decisions.append(FindingDecided(
            decision_id=UUID(int=1), finding_id=finding.finding_id, decision=decision,
            evidence_digest=finding.evidence_digest, by="sgt",
            reason="known", made_at=START + timedelta(hours=hour)))


@pytest.fixture
def store() -> Store:
    """A child of whom nothing is known yet."""
    return Store()


def states(done: Reconciled) -> list[tuple[str, bool]]:
    """The state after each step, and whether it was done late."""
    return [(each.finding.state.value, each.finding.done_late) for each in done.changes]


def test_what_was_late_and_done_before_anybody_looked_is_raised_and_resolved(
    store: Store,
) -> None:
    """Shared 40 hours after it was raised: both steps are told, and it ended as it was shared."""
    done = store.look(60, notice(3), notice(43, shared=42))
    (finding,) = store.findings.values()

    assert [("OPEN", False), ("RESOLVED", True)] == states(done)
    assert (START + timedelta(hours=26), START + timedelta(hours=42)) == (
        finding.since, finding.until)
    assert ("Late, and done since: it lasted 16 hours, until 14:00 on 4 March 2026."
            == lasted(finding))


def test_looking_again_is_no_news(store: Store) -> None:
    """It is told once."""
    store.look(60, notice(3), notice(43, shared=42))

    assert Reconciled() == store.look(61)


def test_one_that_stood_is_resolved_by_what_was_done(store: Store) -> None:
    """Its last version is the one that a file read at once would have given."""
    store.look(30, notice(3))
    done = store.look(60, notice(43, shared=42))
    at_once = Store()
    at_once.look(60, notice(3), notice(43, shared=42))

    assert [("RESOLVED", True)] == states(done)
    assert at_once.findings == store.findings


def test_a_dismissed_one_is_resolved_by_what_was_done(store: Store) -> None:
    """What people decided was about a notice that had not been shared."""
    store.look(30, notice(3))
    store.decide(FindingDecision.DISMISSED, 31)
    before = states(store.look(32))

    assert ([("DISMISSED", False)], [("RESOLVED", True)]) == (
        before, states(store.look(60, notice(43, shared=42))))


def test_a_decision_on_what_was_done_late_does_not_open_it(store: Store) -> None:
    """There is nothing left to decide."""
    store.look(60, notice(3), notice(43, shared=42))
    store.decide(FindingDecision.CONFIRMED, 61)

    assert Reconciled() == store.look(62)


def test_it_stands_again_once_the_record_has_it_as_not_done(store: Store) -> None:
    """The time of sharing was written in by mistake, and is taken out."""
    store.look(60, notice(3), notice(43, shared=42))

    assert [("OPEN", False)] == states(store.look(80, notice(70)))


def test_a_record_taken_back_withdraws_it(store: Store) -> None:
    """The notice was another child's: nothing was late."""
    store.look(60, notice(3), notice(43, shared=42))
    done = store.look(80, notice(70, shared=42, state=State.WITHDRAWN))

    assert [("WITHDRAWN", False)] == states(done)


def test_once_withdrawn_it_is_raised_anew_before_it_is_resolved(store: Store) -> None:
    """The notice was this child's after all."""
    store.look(60, notice(3), notice(43, shared=42))
    store.look(80, notice(70, shared=42, state=State.WITHDRAWN))

    assert [("OPEN", False), ("RESOLVED", True)] == states(
        store.look(90, notice(85, shared=42)))


def test_the_next_delay_of_the_same_plan_is_raised_before_it_is_resolved(store: Store) -> None:
    """A second review held late, read in one extract with what came before: two new steps."""
    plan = written(PlanRecorded, "council", "P1", 1, kind=PlanKind.CP, start=at(0))
    first, second = (review(number, day) for number, day in ((1, 100), (2, 290)))
    store.look(110 * 24, plan, first)

    assert [("OPEN", False), ("RESOLVED", True)] == states(store.look(300 * 24, second))


def review(number: int, day: int, kind: ReviewKind = ReviewKind.CP_REVIEW) -> Statement:
    """A review held so many days in, and written down an hour later."""
    return written(ReviewRecorded, "council", f"V{number}", day * 24 + 1, kind=kind,
                   held=at(day * 24))


def versions(make: Any, done_at: int | None, **fields: Any) -> list[Statement]:
    """A record as first written, and once more an hour after what it waits for was done."""
    first = [make(1, None, **fields)]
    return first if done_at is None else [*first, make(done_at + 1, done_at, **fields)]


def _incident(hour: int, reviewed: int | None) -> Statement:
    return written(IncidentRecorded, "police", "77/c1", hour + 4, reported=at(3),
                   category_opened=IncidentCategory.OTHER, grade_first=Grade.IMMEDIATE,
                   grade_now=Grade.PRIORITY, grade_changed=at(4),
                   supervisor_reviewed=None if reviewed is None else at(reviewed))


def absence(hour: int, interviewed: int | None) -> Statement:
    """A night away as it was written so many hours in, with when the interview was held."""
    return written(MissingEpisodeRecorded, "riverside", "A1", hour, noticed=at(-20),
                   classification=Whereabouts.MISSING, told_police=at(-20), returned=at(0),
                   return_interview_held=None if interviewed is None else at(interviewed))


def _assessment(hour: int, authorised: int | None) -> Statement:
    return written(AssessmentRecorded, "council", "AS1", hour, started=at(1),
                   authorised=None if authorised is None else at(authorised))


def hours(*most: int) -> st.SearchStrategy[int | None]:
    """So many hours in, up to each of these, or never."""
    return st.one_of(st.none(), *(st.integers(5, each) for each in most))


NOTICE = hours(30, 200).map(lambda done: versions(
    lambda hour, shared: notice(hour + 2, shared=shared), done))
INCIDENT = hours(30, 300).map(lambda done: versions(_incident, done))
ABSENCE = hours(80, 500).map(lambda done: versions(absence, done))
ENQUIRY = hours(500, 3_000).map(lambda done: [
    written(EnquiryRecorded, "council", "S1", 1, strategy_discussion=at(0)),
    *([] if done is None else [written(ConferenceRecorded, "council", "IC1", done + 1,
                                       held=at(done))])])
ASSESSMENT = hours(1_500, 5_000).map(lambda done: [
    written(ReferralRecorded, "council", "R1", 1, kind=ReferralKind.REFERRAL, received=at(0),
            decision=ReferralDecision.ASSESSMENT), *versions(_assessment, done)])
REVIEWS = st.tuples(st.sampled_from(ReviewKind), st.lists(
    st.integers(5, DAYS - 5), max_size=3, unique=True)).map(lambda drawn: [
        written(PlanRecorded, "council", "P1", 1, kind=PlanKind.CP, start=at(0))
        if drawn[0] is ReviewKind.CP_REVIEW else
        written(CarePeriodRecorded, "council", "L1", 1, legal_status=LegalStatus.C2,
                start=at(0)),
        *(review(number, day, drawn[0]) for number, day in enumerate(sorted(drawn[1])))])
LIVES = st.lists(st.one_of(NOTICE, INCIDENT, ABSENCE, ENQUIRY, ASSESSMENT, REVIEWS),
                 min_size=1, max_size=3)


def seen(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Findings by their ids, but for whether they were history when they were first found."""
    return {each.finding_id: replace(each, historical=False) for each in findings}


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(lives=LIVES, every=st.integers(1, 30))
def test_who_looked_day_by_day_ends_with_what_one_look_at_the_end_finds(
    lives: list[list[Statement]], every: int
) -> None:
    """The same findings in the same states, with the same sentence, evidence and times."""
    statements = list({each.event_id: each for life in lives for each in life}.values())
    daily, once = Store(), Store()
    daily.heard += statements
    for day in [*range(1, DAYS, every), DAYS]:
        daily.look(day * 24)

    once.look(DAYS * 24, *statements)

    assert seen(list(once.findings.values())) == seen(list(daily.findings.values()))


def test_every_rule_takes_part_in_that() -> None:
    """The lives that are looked at day by day have something late and done under each rule."""
    assert CODES == {each.code for each in _all_late().findings.values()
                     if each.done_late and each.state is FindingState.RESOLVED}


def _all_late() -> Store:
    store = Store()
    store.look(
        DAYS * 24,
        *versions(lambda hour, shared: notice(hour + 2, shared=shared), 60),
        *versions(_incident, 60), *versions(absence, 200),
        written(EnquiryRecorded, "council", "S1", 1, strategy_discussion=at(0)),
        written(ConferenceRecorded, "council", "IC1", 1001, held=at(1000)),
        *versions(_assessment, 3000),
        written(CarePeriodRecorded, "council", "L1", 1, legal_status=LegalStatus.C2,
                start=at(0)),
        review(1, 60, ReviewKind.LOOKED_AFTER_REVIEW),
        review(2, 300, ReviewKind.LOOKED_AFTER_REVIEW))
    return store
