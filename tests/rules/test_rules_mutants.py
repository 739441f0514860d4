"""Changing a rule on purpose: every small change is made once, and what it reaches is known."""
import ast
import textwrap

from bench.mutation.asked import Asked
from bench.mutation.mutants import mutants
from bench.mutation.theme import theme_of
from broker.rules.catalogue import RULES


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


def test_a_rule_reaches_the_helpers_of_its_theme() -> None:
    """M10 uses what `nights` says of an occasion, and of its own module what it needs."""
    rule = next(each for each in RULES if each.code == "M10")
    reached = theme_of(rule).reached(rule.function.__name__)

    assert {"downgraded", "_incident_lowered"} <= reached["broker.rules.themes.missing.downgrade"]
    assert "historical" in reached["broker.rules.themes.missing.nights"]
    assert "last_seen_words" not in reached["broker.rules.themes.missing.nights"]


def test_cases_notice_a_changed_limit_and_hold_without_one() -> None:
    """M02 with an hour and a minute is no longer what its cases say."""
    rule = next(each for each in RULES if each.code == "M02")
    theme, asked = theme_of(rule), Asked()
    cases = asked.cases("M02")
    made = {module: next(
        each for each in mutants(theme.trees[module], names)
        if each.after == "limits.police_record_expected_minutes + 1")
        for module, names in theme.reached(rule.function.__name__).items()
        if module == rule.function.__module__}
    as_it_is = theme.function(rule.function.__name__, {})
    changed = theme.function(rule.function.__name__,
                             {module: each.tree for module, each in made.items()})

    assert all(asked.holds(rule, as_it_is, case) for case in cases)
    assert not all(asked.holds(rule, changed, case) for case in cases)
