"""What one agency's record of a death does to all that the rules have to say of the child."""
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from broker.case.calendar import day_of
from broker.case.case import Case, Received, build_case
from broker.event.concern import ConcernRecorded
from broker.event.incident import IncidentRecorded
from broker.findings.finding import action_of
from broker.rules.catalogue import RULES
from broker.rules.evaluate import Answer, Kind, evaluate
from broker.rules.rule import Disagreement, Rule
from tests.rules.agency_form import given_in
from tests.rules.conftest import CASES, WorkedCase, statement_of, worked_case

OF_LIVING = [rule for rule in RULES if not rule.after_death]
MAY_BE_OF_THE_DEATH = (IncidentRecorded, ConcernRecorded)


def raised_cases(rule: Rule) -> Iterator[tuple[WorkedCase, tuple[Disagreement, ...]]]:
    """What practitioners wrote that this rule raises, none of it with a death."""
    for given in given_in(CASES / f"{rule.code}.yaml"):
        if given["expect"] == "raised" and not any(
                word in str(given["said"]) for word in ("death_date", "'E2'", "'RC2'")):
            worked = worked_case(rule.code, given)
            yield worked, answered(worked.case, worked, rule).disagreements


def answered(case: Case, worked: WorkedCase, rule: Rule) -> Answer:
    """The rule's answer about the case."""
    return evaluate(case, worked.limits, [rule]).answers[0]


def with_death(worked: WorkedCase, **fields: Any) -> Case:
    """The case, and a home that no case tells of which records that the child has died."""
    case = worked.case
    said = [each for versions in case.histories.values() for each in versions]
    said.append(statement_of("hillside person", {"subject": "h1", **fields}, 99, case.now))
    elsewhere = [each for versions in case.elsewhere.values() for each in versions]
    made = build_case(
        case.child, [Received(each, case.now) for each in said], now=case.now,
        partnership=case.partnership, reach=case.reach, link=case.link,
        blocked_people=case.blocked_people,
        elsewhere=[Received(each, case.now) for each in elsewhere])
    made.wider = case.wider
    return made


def anchors(found: tuple[Disagreement, ...]) -> list[tuple[str, str, str]]:
    """What disagreements are about."""
    return [(each.anchor.agency, each.anchor.record, each.part) for each in found]


@pytest.mark.parametrize("rule", [each for each in OF_LIVING if each.code != "M07"],
                         ids=lambda rule: rule.code)
def test_a_death_on_record_of_today_takes_nothing_away(rule: Rule) -> None:
    """What began while the child lived by all accounts stands; and nobody is to come upon the
    family unawares."""
    cases = list(raised_cases(rule))
    for worked, before in cases:
        case = with_death(worked, death_date=str(day_of(worked.case.now)))
        now = answered(case, worked, rule).disagreements

        assert (worked.title, anchors(before)) == (worked.title, anchors(now))
        assert [True] * len(now) == [action_of(rule, each, case).startswith(
            "Before anybody rings, visits or writes to the family, ask Hillside House what they")
            for each in now]
    assert cases


@pytest.mark.parametrize("rule", OF_LIVING, ids=lambda rule: rule.code)
def test_one_agencys_record_of_a_death_silences_no_other_agency(rule: Rule) -> None:
    """What only began after the day of death is raised or not evaluated, unless it is a call or a
    notice, which may be about the death."""
    for worked, before in raised_cases(rule):
        died = day_of(min(each.since for each in before)) - timedelta(days=1)
        answer = answered(with_death(worked, death_date=str(died)), worked, rule)
        starts = [each.anchor for each in before] + [
            said.statement for each in before for said in each.evidence
            if said.statement.type_name in rule.needs]

        assert answer.kind is not Kind.CLEAR or all(
            isinstance(each, MAY_BE_OF_THE_DEATH) for each in starts), worked.title


@pytest.mark.parametrize(("raised", "kind"), [
    ("2026-03-30 10:00", Kind.CLEAR), ("2026-03-31 10:00", Kind.NOT_EVALUATED)])
def test_a_notice_of_long_after_is_not_about_the_death(raised: str, kind: Kind) -> None:
    """A case closed under the wrong digit does not silence what the police raise months later."""
    worked = worked_case("R01", {
        "fail": "", "now": "2026-06-20 12:00", "expect": "raised", "said": [
            {"council referral": {
                "record": "C1", "recorded": "2026-03-12 01:00", "kind": "referral",
                "received": "2026-01-01", "closed": "2026-03-02", "close_reason": "RC2"}},
            {"police concern": {"record": "N1", "recorded": raised, "raised": raised,
                                "risk": "high", "categories": ["sexual_abuse"]}}]})
    (rule,) = (each for each in RULES if each.code == "R01")

    assert kind is answered(worked.case, worked, rule).kind
