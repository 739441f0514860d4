"""One silence is one finding: what it stood on may leave, and what people decided of it holds."""
from datetime import datetime, timedelta
from uuid import UUID

from broker.case.case import Received, build_case
from broker.case.reach import Reach
from broker.event.catalogue import STATEMENTS
from broker.event.concern import CategoryWord, ConcernRecorded, ReferralRecorded
from broker.event.envelope import Statement
from broker.event.finding import Finding, FindingDecided
from broker.findings.reconcile import Reconciled, reconcile
from broker.rules.catalogue import RULES
from broker.rules.evaluate import evaluate
from broker.rules.limits import Limits
from broker.vocabulary.words import (
    ConcernCategory,
    ConcernSource,
    FindingDecision,
    FindingState,
    ReferralDecision,
    ReferralKind,
    Severity,
    System,
)
from tests.findings.test_findings_any_order import PARTNERSHIP, START, at, said

NOT_SEEN = tuple(each for each in RULES if each.code == "S01")
NAMES = tuple(each.__name__ for each in STATEMENTS)
LEAVES = 28 * 24  # hours in: the notice of hour 0 has been open for its four weeks
NOTICE = said(ConcernRecorded, "police", "PPN1", 1, source=ConcernSource.POLICE_NOTICE,
              raised=at(0), categories=(CategoryWord(category=ConcernCategory.SEXUAL_ABUSE),))


def referral(hour: int, *, closed: int | None = None) -> Statement:
    """The council's referral of the day after as it was written so many hours in."""
    return said(ReferralRecorded, "council", "REF1", hour, kind=ReferralKind.REFERRAL,
                received=at(24), decision=ReferralDecision.ASSESSMENT,
                closed=None if closed is None else at(closed))


class Silence:
    """The findings of a child whom nobody has seen, as the checker keeps them."""

    def __init__(self) -> None:
        self.heard: list[Statement] = []
        self.findings: dict[str, Finding] = {}
        self.decisions: list[FindingDecided] = []

    def look(self, hour: int, *statements: Statement) -> Reconciled:
        """Hear these, look at the child so many hours in, and keep what has changed."""
        self.heard += statements
        now = START + timedelta(hours=hour)
        case = build_case("child", [Received(each, START) for each in self.heard], now=now,
                          partnership=PARTNERSHIP, reach=_reach_at(now))
        done = reconcile("child", tuple(self.findings.values()),
                         evaluate(case, Limits(), NOT_SEEN), case, self.decisions, now)
        self.findings.update({each.finding.finding_id: each.finding for each in done.changes})
        return done

    def confirm(self, hour: int) -> None:
        """A manager confirms the one finding as it stands."""
        (finding,) = self.findings.values()
        self.decisions.append(FindingDecided(
            decision_id=UUID(int=1), finding_id=finding.finding_id,
            decision=FindingDecision.CONFIRMED, evidence_digest=finding.evidence_digest,
            by="manager", reason="known", made_at=START + timedelta(hours=hour)))


def _reach_at(until: datetime) -> Reach:
    return Reach({("police", System.FILES, "all"): (until, NAMES),
                  ("council", System.SSD, "all"): (until, NAMES)})


def test_a_finding_goes_on_when_the_notice_it_began_with_is_no_longer_open() -> None:
    """The referral it led to is open, nobody has been, and it stands since the first day."""
    silence = Silence()
    silence.look(LEAVES - 24, NOTICE, referral(48))
    (before,) = silence.findings
    done = silence.look(LEAVES)

    assert ((), {before: (FindingState.OPEN, Severity.CRITICAL, START + timedelta(hours=24))}) == (
        done.redirects,
        {each.finding_id: (each.state, each.severity, each.since)
         for each in silence.findings.values()})


def test_a_decision_on_a_silence_holds_when_the_notice_is_no_longer_open() -> None:
    """A manager has confirmed it, and nothing was written since."""
    silence = Silence()
    silence.look(LEAVES - 24, NOTICE, referral(48))
    silence.confirm(LEAVES - 12)
    silence.look(LEAVES - 6)
    silence.look(LEAVES)

    assert [FindingState.CONFIRMED] == [each.state for each in silence.findings.values()]


def test_a_silence_that_went_on_is_resolved_when_all_is_closed() -> None:
    """The council closed its referral a day later, and that ended it."""
    silence = Silence()
    silence.look(LEAVES - 24, NOTICE, referral(48))
    silence.look(LEAVES)
    silence.look(LEAVES + 48, referral(LEAVES + 40, closed=LEAVES + 24))

    assert [(FindingState.RESOLVED, START + timedelta(hours=LEAVES + 40))] == [
        (each.state, each.until) for each in silence.findings.values()]
