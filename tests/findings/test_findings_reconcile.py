"""The life of a finding: opened, updated, resolved, withdrawn, decided, whatever the order."""
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.case.case import Case, Partnership, Received, build_case
from broker.case.reach import Reach
from broker.event.digest import NIL, digest_of, event_id_of
from broker.event.envelope import Moment, Statement
from broker.event.finding import Finding, FindingDecided
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.findings.finding import is_standing, lasted, notice_id_of
from broker.findings.reconcile import Reconciled, Redirect, reconcile
from broker.rules.evaluate import evaluate
from broker.rules.limits import Limits
from broker.rules.registry import Registry
from broker.rules.rule import Disagreement, NotEvaluated, Rule, Said, Yielded
from broker.vocabulary.words import (
    FindingDecision,
    FindingState,
    IncidentCategory,
    Severity,
    State,
    System,
    Whereabouts,
)

START = datetime(2026, 3, 2, 20, tzinfo=UTC)
DOC = """They differ

**Source** A law.
**Why it matters** It does.
**Raises when** they differ.
**Stays silent when** they agree.
"""
REGISTRY = Registry()


def minutes(count: int) -> datetime:
    """So many minutes into the evening."""
    return START + timedelta(minutes=count)


def _said(*statements: Statement) -> tuple[Said, ...]:
    return tuple(Said(each, "says", "NEUTRAL") for each in statements)


def differs(case: Case, limits: Limits) -> Iterator[Yielded]:
    homes = case.current(MissingEpisodeRecorded)
    if not homes:
        return
    first = min(homes, key=lambda each: each.record)
    for incident in case.current(IncidentRecorded):
        missing = [each for each in homes if each.classification is Whereabouts.MISSING]
        if incident.category_opened is IncidentCategory.UNMAPPED:
            yield NotEvaluated("the incident's category", "police", first)
        elif missing and incident.category_opened is IncidentCategory.CONCERN_FOR_SAFETY:
            yield Disagreement(
                anchor=first, severity=Severity.CRITICAL, evidence=_said(*missing, incident),
                since=max(each.recorded_at for each in (incident, *missing)),
                sentence="They differ.", action="Ring.", would_change="A correction.")


def unanswered(case: Case, limits: Limits) -> Iterator[Yielded]:
    for home in case.current(MissingEpisodeRecorded):
        due = home.recorded_at + timedelta(minutes=limits.police_record_expected_minutes)
        incidents = case.current(IncidentRecorded)
        if len(incidents) > 3:
            raise ValueError("too many to think about")
        if home.classification is Whereabouts.MISSING and not incidents and case.now >= due:
            yield Disagreement(
                anchor=home, severity=Severity.HIGH, since=due, evidence=_said(home),
                sentence="Nothing.", action="Ring.", would_change="A record.")


for function, code in ((differs, "X01"), (unanswered, "X02")):
    function.__doc__ = DOC
    REGISTRY.rule(code=code, name=code, severity=Severity.HIGH, needs=(MissingEpisodeRecorded,),
                  starts=date(2014, 1, 1))(function)
RULES: tuple[Rule, ...] = tuple(REGISTRY)


def home(at: int, what: Whereabouts = Whereabouts.MISSING, *, record: str = "A1",
         state: State = State.CURRENT) -> Statement:
    """The home's absence as written so many minutes in."""
    return _identified(MissingEpisodeRecorded(
        event_id=NIL, agency="riverside", system=System.FILES, record=record, subject="r1",
        recorded_at=minutes(at), state=state, classification=what, noticed=Moment(at=START)))


def police(at: int, what: IncidentCategory = IncidentCategory.CONCERN_FOR_SAFETY, *,
           record: str = "77/p1", state: State = State.CURRENT) -> Statement:
    """The police incident as written so many minutes in."""
    return _identified(IncidentRecorded(
        event_id=NIL, agency="police", system=System.FILES, record=record, subject="p1",
        recorded_at=minutes(at), state=state, category_opened=what))


def _identified(made: Statement) -> Statement:
    return replace(made, event_id=event_id_of(made, digest_of(made), made.recorded_at))


def case_of(statements: Sequence[Statement], at: int, child: str = "child") -> Case:
    """The case of these statements so many minutes in."""
    return build_case(child, [Received(each, START) for each in statements],
                      now=minutes(at), partnership=Partnership({}), reach=Reach())


class Life:
    """A child's findings as the checker would keep them."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.findings: dict[str, Finding] = {}
        self.decisions: list[FindingDecided] = []

    def hear(self, *statements: Statement, at: int, gone: Sequence[Statement] = (),
             erased: Sequence[UUID] = ()) -> Reconciled:
        """Receive statements, look at the case, and keep what changed."""
        self.statements = [each for each in [*self.statements, *statements]
                           if each not in gone]
        case = case_of(self.statements, at)
        done = reconcile("child", tuple(self.findings.values()),
                         evaluate(case, Limits(), RULES), case, self.decisions, minutes(at),
                         erased)
        self.findings.update({each.finding.finding_id: each.finding for each in done.changes})
        return done

    def decide(self, decision: FindingDecision, at: int) -> None:
        """A person judges the one finding as it stands."""
        (finding,) = self.findings.values()
        self.decisions.append(FindingDecided(
            decision_id=UUID(int=len(self.decisions)), finding_id=finding.finding_id,
            decision=decision, evidence_digest=finding.evidence_digest, by="sgt",
            reason="spoke to the home", made_at=minutes(at)))

    def states(self) -> dict[str, str]:
        """The state of each rule's finding (one a rule in these tests)."""
        return {each.code: each.state.value for each in self.findings.values()}

    def open(self) -> set[tuple[str, str, FindingState]]:
        """What stands, with its evidence."""
        return {(each.finding_id, each.evidence_digest, each.state)
                for each in self.findings.values() if is_standing(each)}


def test_a_disagreement_opens_a_finding() -> None:
    """It carries both records and stands since the later was written."""
    life = Life()
    done = life.hear(home(0), police(10), at=11)
    finding = done.changes[0].finding

    assert ("OPEN", minutes(10), ["A1", "77/p1"]) == (
        finding.state.value, finding.since, [each.record for each in finding.evidence])


def test_nothing_new_changes_nothing() -> None:
    """Hearing the same again is no news."""
    life = Life()
    life.hear(home(0), police(10), at=11)
    assert Reconciled() == life.hear(home(0), police(10), at=12)


def test_a_later_version_resolves_with_its_own_time() -> None:
    """The police corrected it at 20:30, which is when it ended, not when it was heard."""
    life = Life()
    life.hear(home(0), police(10), at=11)
    life.hear(police(30, IncidentCategory.MISSING_PERSON), at=45)
    (finding,) = life.findings.values()

    assert ("RESOLVED", minutes(30)) == (finding.state.value, finding.until)
    assert "It lasted 20 minutes, until 20:30 on 2 March 2026." == lasted(finding)


def test_new_evidence_updates_the_finding() -> None:
    """Another version of the evidence is told as a change of the same finding."""
    life = Life()
    before = life.hear(home(0), police(10), at=11).changes[0].finding.finding_id
    done = life.hear(home(20), at=21)

    assert [(before, "OPEN")] == [(each.finding.finding_id, each.finding.state.value)
                                  for each in done.changes]


def test_a_withdrawn_record_withdraws_the_finding() -> None:
    """What rested on a record taken back was never there."""
    life = Life()
    life.hear(home(0), police(10), at=11)
    life.hear(police(20, state=State.WITHDRAWN), at=21)
    (finding,) = life.findings.values()

    assert ("WITHDRAWN", minutes(20)) == (finding.state.value, finding.until)
    assert "Withdrawn at 20:20 on 2 March 2026." == lasted(finding)


def test_records_that_part_withdraw_the_finding() -> None:
    """Declared two children, the records no longer disagree about one."""
    life = Life()
    incident = police(10)
    life.hear(home(0), incident, at=11)
    life.hear(at=20, gone=[home(0)])

    assert {"X01": "WITHDRAWN"} == life.states()


def test_only_the_holder_of_the_least_record_speaks() -> None:
    """After records part, the other child's case leaves the finding alone."""
    life = Life()
    incident = police(10)
    life.hear(home(0), incident, at=11)

    assert Reconciled() == life.hear(at=20, gone=[incident])


def test_erased_evidence_withdraws_the_finding() -> None:
    """Nothing may be said on the ground of what was erased."""
    life = Life()
    incident = police(10)
    life.hear(home(0), incident, at=11)
    life.hear(at=20, gone=[incident, home(0)], erased=[incident.event_id])

    assert {"X01": "WITHDRAWN"} == life.states()


def test_an_earlier_version_that_arrives_late_withdraws() -> None:
    """The police record of 20:30 came late: at 21:00 there was nothing missing from it."""
    life = Life()
    life.hear(home(0), at=65)
    life.hear(police(30, IncidentCategory.MISSING_PERSON), at=70)

    assert {"X02": "WITHDRAWN"} == life.states()


def test_a_later_record_resolves_silence() -> None:
    """A record written after the limit ends what stood since the limit."""
    life = Life()
    life.hear(home(0), at=65)
    life.hear(police(70, IncidentCategory.MISSING_PERSON), at=75)
    (finding,) = life.findings.values()

    assert ("RESOLVED", minutes(60), minutes(70)) == (
        finding.state.value, finding.since, finding.until)


def test_what_becomes_unreadable_stays_open() -> None:
    """A word nobody knows is no correction."""
    life = Life()
    life.hear(home(0), police(10), at=11)

    assert Reconciled() == life.hear(police(20, IncidentCategory.UNMAPPED), at=21)


def test_unreadable_from_the_start_opens_nothing() -> None:
    """What was never known to differ is not raised."""
    life = Life()
    life.hear(home(0), police(20, IncidentCategory.UNMAPPED), at=21)

    assert {} == life.findings


def test_a_crash_leaves_findings_as_they_were() -> None:
    """A rule that breaks has said nothing."""
    life = Life()
    life.hear(home(0), at=65)
    done = life.hear(*(police(70, IncidentCategory.OTHER, record=f"{number}/p1")
                       for number in range(4)), at=75)

    assert (Reconciled(), {"X02": "OPEN"}) == (done, life.states())


def test_a_finding_can_come_back() -> None:
    """Corrected, then made wrong again: the same finding, open."""
    life = Life()
    life.hear(home(0), police(10), at=11)
    life.hear(police(20, IncidentCategory.MISSING_PERSON), at=21)
    life.hear(police(30), at=31)
    (finding,) = life.findings.values()

    assert ("OPEN", None) == (finding.state.value, finding.until)


def test_a_dismissal_holds_until_the_evidence_changes() -> None:
    """A person judged these words, and no others."""
    life = Life()
    life.hear(home(0), police(10), at=11)
    life.decide(FindingDecision.DISMISSED, 12)
    life.hear(at=13)
    held = life.states()
    life.hear(home(20), at=21)

    assert ({"X01": "DISMISSED"}, {"X01": "OPEN"}) == (held, life.states())


def test_the_last_decision_counts() -> None:
    """A second look may confirm what the first dismissed."""
    life = Life()
    life.hear(home(0), police(10), at=11)
    life.decide(FindingDecision.CONFIRMED, 14)
    life.decide(FindingDecision.DISMISSED, 12)
    life.hear(at=15)

    assert {"X01": "CONFIRMED"} == life.states()


def test_a_changed_anchor_leaves_a_redirect() -> None:
    """A lesser record joins the occasion: the finding goes on under a new id."""
    life = Life()
    old = life.hear(home(0, record="A2"), police(10), at=11).changes[0].finding.finding_id
    done = life.hear(home(5, record="A1"), at=20)
    (new,) = (each.finding.finding_id for each in done.changes
              if each.finding.state is FindingState.OPEN)

    assert (Redirect(old, new),) == done.redirects
    assert FindingState.WITHDRAWN is life.findings[old].state


def test_a_decision_follows_evidence_that_did_not_change() -> None:
    """The anchor names the finding, but what a person judged is its evidence."""
    life = Life()
    life.hear(home(0, record="A2"), police(10), at=11)
    life.decide(FindingDecision.DISMISSED, 12)
    life.hear(home(5, Whereabouts.AWAY_KNOWN, record="A1"), at=20)

    assert {FindingState.DISMISSED, FindingState.WITHDRAWN} == {
        each.state for each in life.findings.values()}


def test_what_was_raised_on_the_day_does_not_become_historical() -> None:
    """Growing old is not having been found in old records."""
    case = case_of([home(0), police(10)], 20)
    evaluation = evaluate(case, Limits(), RULES)
    answers = tuple(replace(each, disagreements=tuple(
        replace(raised, historical=True) for raised in each.disagreements))
        for each in evaluation.answers)
    live = reconcile("child", (), evaluation, case, (), minutes(20)).changes[0].finding
    old = replace(evaluation, answers=answers)

    assert Reconciled() == reconcile("child", (live,), old, case, (), minutes(30))


def test_a_finding_moves_with_its_child() -> None:
    """Its id does not depend on the child's, which it says anew."""
    case = case_of([home(0), police(10)], 20)
    before = reconcile("child", (), evaluate(case, Limits(), RULES), case, (), minutes(20))
    other = case_of([home(0), police(10)], 30, child="other")
    done = reconcile("other", (before.changes[0].finding,), evaluate(other, Limits(), RULES),
                     other, (), minutes(30))

    assert [(before.changes[0].finding.finding_id, "other")] == [
        (each.finding.finding_id, each.finding.child) for each in done.changes]


def test_a_standing_finding_has_not_lasted_yet() -> None:
    """Only what is over has a length."""
    life = Life()
    life.hear(home(0), police(10), at=11)

    assert [None] == [lasted(each) for each in life.findings.values()]


def test_notice_ids_name_finding_and_recipient() -> None:
    """One notice a finding and agency."""
    assert "M01-0123.riverside" == notice_id_of("M01-0123", "riverside")


WRITTEN = st.lists(
    st.one_of(
        st.builds(home, st.integers(0, 8).map(lambda each: each * 10),
                  st.sampled_from((Whereabouts.MISSING, Whereabouts.AWAY_KNOWN)),
                  record=st.sampled_from(("A1", "A2")),
                  state=st.sampled_from((State.CURRENT, State.CURRENT, State.WITHDRAWN))),
        st.builds(police, st.integers(0, 8).map(lambda each: each * 10 + 5),
                  st.sampled_from((IncidentCategory.CONCERN_FOR_SAFETY,
                                   IncidentCategory.MISSING_PERSON, IncidentCategory.UNMAPPED)),
                  state=st.sampled_from((State.CURRENT, State.CURRENT, State.WITHDRAWN))),
    ), min_size=1, max_size=7)


@settings(max_examples=100, deadline=None)
@given(written=WRITTEN, data=st.data())
def test_any_order_and_repetition_ends_in_the_same_open_findings(
    written: list[Statement], data: st.DataObject
) -> None:
    """Batches split anyhow, in any order, heard twice: what stands at the end is the same."""
    plain, mixed = Life(), Life()
    plain.hear(*written, at=200)
    heard = data.draw(st.permutations([*written, *written]))
    at = 100
    while heard:
        size = data.draw(st.integers(1, len(heard)))
        mixed.hear(*heard[:size], at=at)
        heard, at = heard[size:], at + 1
    mixed.hear(at=200)

    assert plain.open() == mixed.open()
