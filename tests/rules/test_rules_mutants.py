"""Changing a rule on purpose: every small change is made once, and what it reaches is known."""
import ast
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from bench.mutation.asked import questions
from bench.mutation.equivalent import Equivalents
from bench.mutation.judged import Judged
from bench.mutation.mutants import mutants
from bench.mutation.swapped import swapped
from broker.rules.themes.missing import category


def changes(source: str, within: tuple[str, ...] = ("rule",)) -> list[tuple[int, str, str]]:
    """The line of each change, its kind, and how it reads then."""
    tree = ast.parse(textwrap.dedent(source))
    return [(each.line, each.kind, each.after)
            for each in mutants(tree, within, ("some_share",))]


def test_a_condition_is_turned_round() -> None:
    """Of a statement, an expression and a comprehension; one turned round already, back."""
    assert [
        (3, "condition", "if not a: pass"),
        (5, "condition", "x if b else y"),
        (6, "condition", "for each in c if not each"),
    ] == [(line, kind, " ".join(after.split())) for line, kind, after in changes("""
        def rule(a, b, c):
            if a:
                pass
            x if not b else y
            [each for each in c if each]
        """)]


def test_a_comparison_lets_its_limit_in_or_out() -> None:
    """Each link of a chain by itself; what is the same becomes what is not."""
    assert [
        (3, "comparison", "a <= b < c"), (3, "comparison", "a < b <= c"),
        (4, "comparison", "a != b"), (5, "comparison", "a not in b"),
    ] == sorted(changes("""
        def rule(a, b, c):
            a < b < c
            a == b
            a in b
        """), key=lambda each: (each[0], each[2] != "a <= b < c"))


def test_a_limit_goes_one_unit_up_and_down() -> None:
    """A share goes by a twentieth."""
    assert [
        "limits.some_days + 1", "limits.some_days - 1",
        "limits.some_share + 0.05", "limits.some_share - 0.05",
    ] == [after for _, _, after in changes("""
        def rule(limits):
            return limits.some_days, limits.some_share
        """)]


def test_what_a_rule_does_not_use_is_left_alone() -> None:
    """A function of another name has no changes."""
    assert [] == changes("""
        def other(a):
            return a == 1
        """)


def test_only_what_is_asked_for_is_put_in_place_and_taken_away_again() -> None:
    """A function, a property worked out once and a remembered one of a module, in turn."""
    module = ModuleType("made")
    module.__file__ = "made.py"
    source = textwrap.dedent("""
        from functools import cached_property, lru_cache
        def plain(a):
            return a > 1
        @lru_cache
        def kept(a):
            return a > 1
        class Held:
            @cached_property
            def over(self):
                return plain(1)
            @property
            def under(self):
                return 1 > 1
        """)
    exec(compile(source, "made.py", "exec"), module.__dict__)  # noqa: S102 # written above

    def shown() -> tuple[object, ...]:
        held = module.Held()
        return module.plain(1), module.kept(1), held.over, held.under

    seen = []
    for mutant in mutants(ast.parse(source)):
        with swapped(module, mutant.node):
            seen.append(shown())

    assert [(True, False, True, False), (False, True, False, False),
            (False, False, False, True)] == seen
    assert (False, False, False, False) == shown()


@pytest.mark.slow
def test_cases_notice_a_changed_limit_and_hold_without_one() -> None:
    """M02 with an hour and a minute is no longer what its cases say."""
    asked = [each for each in questions() if each.code == "M02"]
    path = Path(category.__file__)
    mutant = next(each for each in mutants(ast.parse(path.read_text(encoding="utf-8")))
                  if each.after == "limits.police_record_expected_minutes + 1")
    before = [each.title for each in asked if not each.holds()]
    with swapped(category, mutant.node):
        changed = [each.title for each in asked if not each.holds()]

    assert [] == before
    assert [] != changed


def test_the_reason_for_a_change_that_makes_no_difference_is_found_by_its_text() -> None:
    """Wherever in its file the line now stands; and it is told when a case notices after all."""
    [mutant] = mutants(ast.parse("def one(a, b):\n    return a == b\n"))
    why = Equivalents({("x.py", "one", "a == b -> a != b"): "either way"})
    survives = Judged("x.py", mutant, frozenset({"M02"}), frozenset())
    noticed = Judged("x.py", mutant, frozenset({"M02"}), frozenset({"M02"}))

    assert "either way" == why.reason(survives)
    assert [] == why.noticed_after_all([survives])
    assert [survives.key] == why.noticed_after_all([noticed])
    assert [survives.key] == why.unknown([])
