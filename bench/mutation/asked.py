"""The YAML cases of a rule, asked of a function in its place as the tests ask them."""
import signal
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from types import FrameType, ModuleType
from typing import Any, Protocol

from bench.mutation.theme import ROOT
from broker.case.case import Case
from broker.rules.evaluate import evaluate
from broker.rules.limits import Limits
from broker.rules.rule import Rule, RuleFunction

TESTS = ROOT / "tests" / "rules"
SECONDS_MAX = 5


class Worked(Protocol):
    """One case, as tests/rules/conftest.py makes it of the YAML."""

    code: str
    title: str
    case: Case
    limits: Limits
    expect: str
    wanted: dict[str, Any]


class Asked:
    """The machinery of the tests, loaded once."""

    def __init__(self) -> None:
        self._made = _loaded("conftest")
        self._told = _loaded("test_rules_cases")
        signal.signal(signal.SIGALRM, _too_long)

    def cases(self, code: str) -> list[Worked]:
        """The cases of one rule."""
        text = (TESTS / "cases" / f"{code}.yaml").read_text(encoding="utf-8")
        return [self._made.worked_case(code, each) for each in self._made.yaml.safe_load(text)]

    def holds(self, rule: Rule, function: RuleFunction, worked: Worked) -> bool:
        """Whether the function, asked in the rule's place, answers as the case says.

        One that never ends, or whose answer cannot be told, has not answered.
        """
        _forget(worked.case)
        told = self._told
        wanted = told.expected(worked.wanted)
        signal.alarm(SECONDS_MAX)
        try:
            found = evaluate(worked.case, worked.limits, [replace(rule, function=function)])
            answer = found.answers[-1]
            shown = told.seen(answer, found.look_again, wanted)
        except (TimeoutError, TypeError, AttributeError, ValueError):
            return False
        finally:
            signal.alarm(0)
        return bool(told.said(answer) == worked.expect and wanted == shown)


def _forget(case: Case) -> None:
    """What one question had worked out must not answer the next."""
    case.derived.clear()
    if case.wider is not None:
        _forget(case.wider)


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError(signum, frame)


def _loaded(name: str) -> ModuleType:
    spec = spec_from_file_location(f"cases_{name}", TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
