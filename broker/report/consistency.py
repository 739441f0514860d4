"""The consistency report: what disagrees, for how long, and how well each feed is heard."""
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from broker.case.calendar import say_duration
from broker.case.case import Case, Partnership
from broker.case.reach import Reach
from broker.event.envelope import Statement
from broker.event.finding import Finding
from broker.findings.finding import is_standing, was_done_late
from broker.report.agreement import (
    Agreement,
    Happening,
    agreement_json,
    agreement_table,
    happenings_of,
)
from broker.report.findings import instant
from broker.report.intervals import median_length
from broker.rules.agency.rule import AgencyAnswer, AgencyRule
from broker.rules.evaluate import Kind, evaluate
from broker.rules.limits import Limits
from broker.rules.rule import Rule
from broker.vocabulary.words import FindingState, Severity

RULE_COLUMNS = ("code", "name", "severity", "open", "dismissed", "resolved", "done_late",
                "withdrawn", "historical", "historical_done_late", "median_hours_resolved",
                "median_hours_open", "oldest_open", "not_evaluated", "crashed")


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule: findings by state, how long they last, and children (or agencies, where it is
    about them) it could not judge now.

    `open` counts confirmed findings too; `done_late` those of the resolved that ended because what
    was due was done after its limit; `historical` those of all states that were found in
    back-loaded records, which no other count or median takes in, and `historical_done_late` those
    of them that were done late. Medians are None where there is nothing to take them of.
    """

    code: str
    name: str
    severity: Severity
    open: int
    dismissed: int
    resolved: int
    done_late: int
    withdrawn: int
    historical: int
    historical_done_late: int
    median_resolved: timedelta | None
    median_open: timedelta | None
    oldest_open: datetime | None
    not_evaluated: int
    crashed: int


@dataclass(frozen=True, slots=True)
class FeedCount:
    """One agency's feed: how far it was heard, and what of it could not be used.

    `statements` are records that stand now; `unmapped` those of them with a word that is in no
    list; `waited_for` children for whom some rule waits for this agency.
    """

    agency: str
    name: str
    last_heard: datetime | None
    statements: int
    rejected: int
    unmapped: int
    waited_for: int


@dataclass(frozen=True, slots=True)
class Consistency:
    """The whole report at one time; `children` is how many were looked at."""

    partnership: str
    made_at: datetime
    children: int
    severities: Mapping[Severity, int]
    rules: tuple[RuleCount, ...]
    feeds: tuple[FeedCount, ...]
    agreement: tuple[Agreement, ...]
    open_findings: tuple[Finding, ...]


class Survey:
    """Counts over all cases, taken one case at a time so that none is kept."""

    def __init__(self, limits: Limits, rules: Sequence[Rule]):
        self._limits = limits
        self._rules = rules
        self.children = 0
        self.statements: Counter[str] = Counter()
        self.unmapped: Counter[str] = Counter()
        self.not_evaluated: Counter[str] = Counter()
        self.crashed: Counter[str] = Counter()
        self.waited_for: Counter[str] = Counter()
        self.happenings: list[Happening] = []

    def take(self, case: Case) -> None:
        """Count one child."""
        self.children += 1
        for name in case.types():
            for each in case.named(name):
                self.statements[each.agency] += 1
                self.unmapped[each.agency] += is_unmapped(each)
        self.happenings += happenings_of(case)
        waited: set[str] = set()
        for answer in evaluate(case, self._limits, self._rules).answers:
            self.not_evaluated[answer.rule.code] += answer.kind is Kind.NOT_EVALUATED
            self.crashed[answer.rule.code] += answer.kind is Kind.CRASHED
            waited |= set(answer.waits_on)
        self.waited_for.update(waited)

    def take_agency(self, answers: Iterable[AgencyAnswer]) -> None:
        """Count what the rules about agencies say of one agency."""
        for each in answers:
            self.not_evaluated[each.rule.code] += bool(each.not_evaluated)
            self.crashed[each.rule.code] += each.crashed is not None


def is_unmapped(statement: Statement) -> bool:
    """Whether any word of the statement is in no list that we know."""
    for field in fields(statement):
        value = getattr(statement, field.name)
        if isinstance(value, Enum):
            if value.value == "UNMAPPED":
                return True
        elif field.name in ("categories", "factors") and any(
                each.category.value == "UNMAPPED" for each in value):
            return True
    return False


def consistency_of(
    name: str, partnership: Partnership, made_at: datetime, findings: Iterable[Finding],
    survey: Survey, reach: Reach, rejected: Mapping[str, int], rules: Sequence[Rule | AgencyRule],
) -> Consistency:
    """The report from findings in every state, the survey of all cases, and the feeds."""
    every = list(findings)
    standing = [each for each in every if is_standing(each) and not each.historical]
    open_now = [each for each in standing if each.state is not FindingState.DISMISSED]
    by_severity = Counter(each.severity for each in open_now)
    return Consistency(
        partnership=name, made_at=made_at, children=survey.children,
        severities={each: by_severity[each] for each in Severity
                    if each is not Severity.UNMAPPED},
        rules=tuple(_rule(each, [one for one in every if one.code == each.code], made_at, survey)
                    for each in sorted(rules, key=lambda rule: rule.code)),
        feeds=tuple(_feed(code, agency.name, reach, rejected, survey)
                    for code, agency in sorted(partnership.agencies.items())),
        agreement=tuple(agreement_table(survey.happenings)),
        open_findings=tuple(open_now),
    )


def _rule(rule: Rule | AgencyRule, findings: Sequence[Finding], now: datetime,
          survey: Survey) -> RuleCount:
    live = [each for each in findings if not each.historical]
    states = Counter(each.state for each in live)
    opened = [each for each in live
              if each.state in (FindingState.OPEN, FindingState.CONFIRMED)]
    ended = [each.until - each.since for each in live
             if each.state is FindingState.RESOLVED and each.until is not None]
    return RuleCount(
        code=rule.code, name=rule.name, severity=rule.severity, open=len(opened),
        dismissed=states[FindingState.DISMISSED], resolved=states[FindingState.RESOLVED],
        done_late=sum(was_done_late(each) for each in live),
        withdrawn=states[FindingState.WITHDRAWN], historical=len(findings) - len(live),
        historical_done_late=sum(was_done_late(each) for each in findings if each.historical),
        median_resolved=median_length(ended),
        median_open=median_length(now - each.since for each in opened),
        oldest_open=min((each.since for each in opened), default=None),
        not_evaluated=survey.not_evaluated[rule.code], crashed=survey.crashed[rule.code],
    )


def _feed(code: str, name: str, reach: Reach, rejected: Mapping[str, int],
          survey: Survey) -> FeedCount:
    return FeedCount(
        agency=code, name=name, last_heard=reach.heard(code),
        statements=survey.statements[code], rejected=rejected.get(code, 0),
        unmapped=survey.unmapped[code], waited_for=survey.waited_for[code],
    )


def _hours(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds() / 3600, 1)


def spoken(length: timedelta | None) -> str:
    """A length of time for a person, or a dash."""
    return "–" if length is None else say_duration(length)


def rule_json(each: RuleCount) -> dict[str, Any]:
    """One rule's row in the machine form."""
    return {
        "code": each.code, "name": each.name, "severity": each.severity.value.lower(),
        "open": each.open, "dismissed": each.dismissed, "resolved": each.resolved,
        "done_late": each.done_late, "withdrawn": each.withdrawn,
        "historical": each.historical, "historical_done_late": each.historical_done_late,
        "median_hours_resolved": _hours(each.median_resolved),
        "median_hours_open": _hours(each.median_open),
        "oldest_open": instant(each.oldest_open),
        "not_evaluated": each.not_evaluated, "crashed": each.crashed,
    }


def feed_json(each: FeedCount) -> dict[str, Any]:
    """One feed's row in the machine form."""
    return {
        "agency": each.agency, "name": each.name, "last_heard": instant(each.last_heard),
        "statements": each.statements, "rejected": each.rejected, "unmapped": each.unmapped,
        "waited_for": each.waited_for,
    }


def consistency_json(report: Consistency) -> dict[str, Any]:
    """The machine form of the whole report."""
    return {
        "partnership": report.partnership, "made_at": instant(report.made_at),
        "children": report.children,
        "open_by_severity": {each.value.lower(): count
                             for each, count in report.severities.items()},
        "rules": [rule_json(each) for each in report.rules],
        "feeds": [feed_json(each) for each in report.feeds],
        "agreement": [agreement_json(each) for each in report.agreement],
    }
