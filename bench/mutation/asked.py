"""The YAML cases of all rules, asked as the tests ask them, and the lines each runs through."""
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from broker.case.case import Case

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "rules"
SECONDS_MAX = 2.0
Place = tuple[str, int]
TraceFunction = Callable[[FrameType, str, Any], Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A case of a rule, the child it is about (none: an agency), and how it is put."""

    code: str
    title: str
    case: Case | None
    put: Callable[[], None]

    def holds(self) -> bool:
        """Whether the rule answers as the case says.

        One that never ends, or whose answer cannot be told, has not answered.
        """
        _forget(self.case)
        signal.setitimer(signal.ITIMER_REAL, SECONDS_MAX)
        try:
            self.put()
        except Exception:  # whatever goes wrong is noticed
            return False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return True


def questions() -> list[Question]:
    """Every case of every rule, loaded once."""
    signal.signal(signal.SIGALRM, _too_long)
    made, child, agency = (_loaded(name) for name in (
        "conftest", "test_rules_cases", "test_agency_rules_cases"))
    asked = [Question(each.code, each.title, each.case, _put(child, each))
             for each in made.worked_cases()]
    asked += [Question(each.code, each.title, None, _put(agency, each))
              for each in made.worked_agency_cases()]
    return asked


def _put(test: ModuleType, worked: object) -> Callable[[], None]:
    return lambda: test.test_rule_answers_as_its_case_says(worked)


def places(asked: Iterable[Question], below: Iterable[str]) -> dict[Place, list[int]]:
    """By each line (file, number) of the files below these folders, which questions run through
    it, by their number."""
    folders = tuple(str(ROOT / each) for each in below)
    found: dict[Place, list[int]] = {}
    cached = [value for module in tuple(sys.modules.values())
              if module.__name__.startswith(("broker.rules", "broker.case"))
              for value in vars(module).values() if hasattr(value, "cache_clear")]
    for number, question in enumerate(asked):
        for each in cached:
            each.cache_clear()
        seen: set[Place] = set()
        sys.settrace(_tracer(folders, seen))
        try:
            question.holds()
        finally:
            sys.settrace(None)
        for place in seen:
            found.setdefault(place, []).append(number)
    return found


def _tracer(folders: tuple[str, ...], seen: set[Place]) -> TraceFunction:
    def line(frame: FrameType, _event: str, _argument: Any) -> TraceFunction:
        seen.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def call(frame: FrameType, _event: str, _argument: Any) -> TraceFunction | None:
        return line if frame.f_code.co_filename.startswith(folders) else None

    return call


def _forget(case: Case | None) -> None:
    """What one question had worked out must not answer the next."""
    while case is not None:
        case.derived.clear()
        getattr(case.reach, "_known", {}).clear()
        case = case.wider


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError(signum, frame)


def _loaded(name: str) -> ModuleType:
    spec = spec_from_file_location(f"cases_{name}", TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
