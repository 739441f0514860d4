"""Every rule about an agency as a whole does what its cases, written for practitioners, say."""
from typing import Any
from zoneinfo import ZoneInfo

from broker.rules.agency.rule import AgencyAnswer, evaluate_agency
from broker.rules.catalogue import AGENCY_RULES
from tests.rules.agency_form import AgencyCase

LONDON = ZoneInfo("Europe/London")
ASKED = ("expect", "severity", "since", "sentence", "would_change", "missing", "look_again",
         "waits_on")


def test_rule_answers_as_its_case_says(worked_agency: AgencyCase) -> None:
    """The rule alone, asked about the agency, gives the answer that is written there."""
    case = worked_agency
    rules = [rule for rule in AGENCY_RULES if rule.code == case.code]
    [answer], again = evaluate_agency(case.facts, case.limits, rules)
    shown: dict[str, Any] = {"expect": _said(answer), "look_again": None}
    if again is not None:
        shown["look_again"] = f"{again.astimezone(LONDON):%Y-%m-%d %H:%M}"
    if answer.disagreement is not None:
        found = answer.disagreement
        shown["severity"] = found.severity.value.lower()
        shown["since"] = f"{found.since.astimezone(LONDON):%Y-%m-%d %H:%M}"
        for name, text in (("sentence", found.sentence), ("would_change", found.would_change)):
            shown[name] = _parts(text, case.wanted.get(name, []))
    shown["missing"] = [each.missing for each in answer.not_evaluated]
    shown["waits_on"] = next((each.agency for each in answer.not_evaluated), None)
    wanted: dict[str, Any] = {name: value for name, value in case.wanted.items()
                              if name in ASKED}
    for name in ("sentence", "would_change", "missing"):
        if isinstance(wanted.get(name), str):
            wanted[name] = [wanted[name]]
    for name in ("since", "look_again"):
        if wanted.get(name) is not None:
            wanted[name] = str(wanted[name])[:16]

    assert wanted == {name: shown.get(name) for name in wanted}


def _said(answer: AgencyAnswer) -> str:
    if answer.crashed:
        return f"crashed: {answer.crashed}"
    if answer.disagreement:
        return "raised"
    return "not_evaluated" if answer.not_evaluated else "clear"


def _parts(text: str, parts: str | list[str]) -> list[str]:
    wanted = [parts] if isinstance(parts, str) else parts
    return wanted if all(each in text for each in wanted) else [text]
