"""Every rule does what its cases, written for practitioners, say it does."""
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broker.case.calendar import say_day
from broker.case.case import Case
from broker.event.person import PersonRecorded
from broker.event.risk import RiskLinkRecorded
from broker.findings.finding import action_of
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.rules.evaluate import Answer, evaluate
from broker.rules.rule import Rule
from tests.rules.agency_form import given_in
from tests.rules.conftest import CASES, WorkedCase, worked_case

LONDON = ZoneInfo("Europe/London")
KINDS = {"pass", "fail", "boundary", "not_evaluated", "real_life"}


def test_every_rule_has_every_kind_of_case(kinds_by_code: dict[str, set[str]]) -> None:
    """A rule is shown passing, failing, at its boundary, unanswerable and in real life."""
    codes = [rule.code for rule in RULES] + [rule.code for rule in AGENCY_RULES]
    lacking = {code: sorted(KINDS - kinds_by_code.get(code, set())) for code in codes
               if KINDS - kinds_by_code.get(code, set())}

    assert {} == lacking


def test_every_case_file_is_of_a_rule(kinds_by_code: dict[str, set[str]]) -> None:
    """A file left behind by a renamed rule would test nothing."""
    codes = {rule.code for rule in RULES} | {rule.code for rule in AGENCY_RULES}

    assert set() == set(kinds_by_code) - codes


def test_rule_answers_as_its_case_says(worked: WorkedCase) -> None:
    """The rule alone, asked about the case, gives the answer that is written there."""
    rules = [rule for rule in RULES if rule.code == worked.code]
    assert rules, f"no rule {worked.code} is registered"
    evaluation = evaluate(worked.case, worked.limits, rules)
    answer = evaluation.answers[-1]
    wanted = expected(worked.wanted)

    assert {**wanted, "answer": worked.expect} == {
        **seen(worked.case, answer, evaluation.look_again, wanted), "answer": said(answer)
    }


@pytest.mark.parametrize("code", sorted({rule.code for rule in RULES}))
def test_no_sentence_tells_who_a_person_is(code: str) -> None:
    """Sentences go to screens and notices: no name, birth date, number or postcode in them."""
    rules = [rule for rule in RULES if rule.code == code]
    cases = [worked_case(code, given) for given in given_in(CASES / f"{code}.yaml")]

    assert [] == [(each.title, secret) for each in cases for secret in told_by(rules, each)]


def told_by(rules: list[Rule], worked: WorkedCase) -> list[str]:
    """What the rules' sentences about a case tell of who a person is."""
    raised = [each for answer in evaluate(worked.case, worked.limits, rules).answers
              for each in answer.disagreements]
    text = " ".join(f"{each.sentence} {each.action} {each.would_change}" for each in raised)
    return [secret for secret in secrets_of(worked.case) if secret in text]


def secrets_of(case: Case) -> list[str]:
    """Whatever a case's records hold that tells who a person is, or where they live."""
    people = (*case.current(PersonRecorded), *case.current_elsewhere(PersonRecorded),
              *(each for each in case.blocked_people if isinstance(each, PersonRecorded)))
    found: list[str | None] = []
    for each in people:
        found += [each.nhs_number, each.upn, *each.phones]
        found += [part for name in each.names for part in (name.given, name.family)]
        found += [part for place in each.addresses for part in (place.postcode, place.line)]
        found += [number.value for number in each.identifiers]
        if each.birth_date is not None:
            found += [each.birth_date.isoformat(), say_day(each.birth_date),
                      f"{each.birth_date:%d/%m/%Y}"]
    for link in (*case.current(RiskLinkRecorded), *case.current_elsewhere(RiskLinkRecorded)):
        found += [link.subject, link.relationship, link.postcode, link.address_line]
    return [each for each in found if each]


def said(answer: Answer) -> str:
    """The answer's kind; a crash shows its error's type. What was done late, and nothing else, is
    resolved."""
    if answer.disagreements and all(each.over is not None for each in answer.disagreements):
        return "resolved"
    return f"crashed: {answer.crashed}" if answer.crashed else str(answer.kind)


def expected(wanted: dict[str, Any]) -> dict[str, Any]:
    """What the case asks for beyond the kind of answer, in comparable form."""
    asked: dict[str, Any] = {name: wanted[name] for name in ("count", "historical", "waits_on")
                             if name in wanted}
    if "severity" in wanted:
        asked["severity"] = wanted["severity"].upper()
    for name in ("since", "until", "look_again"):
        if name in wanted:
            asked[name] = str(wanted[name])[:16]
    for name in ("cites", "held_on"):
        if name in wanted:
            asked[name] = sorted(map(str, wanted[name]))
    for name in ("sentence", "action", "missing", "says"):
        if name in wanted:
            parts = wanted[name]
            asked[name] = parts if isinstance(parts, list) else [parts]
    return asked


def seen(case: Case, answer: Answer, look_again: datetime | None, wanted: dict[str, Any]
         ) -> dict[str, Any]:
    """The same things as the rule gave them."""
    shown: dict[str, Any] = {}
    if answer.disagreements:
        first = min(answer.disagreements, key=lambda each: each.over is not None)
        local = first.since.astimezone(LONDON)
        over = "" if first.over is None else f"{first.over.astimezone(LONDON):%Y-%m-%d %H:%M}"
        shown = {
            "severity": first.severity.value, "historical": first.historical,
            "since": f"{local:%Y-%m-%d %H:%M}"[:len(wanted.get("since", ""))],
            "until": over[:len(wanted.get("until", ""))],
            "cites": sorted({f"{each.statement.agency} {each.statement.record}"
                             for each in first.evidence}),
            "sentence": parts_in(first.sentence, wanted.get("sentence", [])),
            "action": parts_in(action_of(answer.rule, first, case), wanted.get("action", [])),
            "says": parts_in("; ".join(f"{each.says} ({each.neutral})"
                                       for each in first.evidence), wanted.get("says", [])),
        }
    shown["count"] = len(answer.disagreements)
    shown["waits_on"] = answer.waits_on[0] if answer.waits_on else None
    shown["missing"] = parts_in(" ".join(each.missing for each in answer.not_evaluated),
                                wanted.get("missing", []))
    shown["held_on"] = sorted({f"{each.anchor.agency} {each.anchor.record}"
                               for each in answer.not_evaluated if each.anchor is not None})
    shown["look_again"] = "none" if look_again is None else \
        f"{look_again.astimezone(LONDON):%Y-%m-%d %H:%M}"[:len(wanted.get("look_again", ""))]
    return {name: shown.get(name) for name in wanted}


def parts_in(text: str, parts: list[str]) -> list[str]:
    """The wanted parts that the text has; the whole text where one is lacking."""
    return parts if all(each in text for each in parts) else [text]
