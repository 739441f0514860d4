"""Writes docs/rules.md: every rule and every limit, from the rules themselves.

Run as `python -m broker.report.rule_pages` in the root of the repository.
"""
from collections.abc import Iterable, Iterator
from pathlib import Path

from broker.rules.agency.rule import AgencyRule
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.rules.limits import NAMES, SOURCES, Limits
from broker.rules.registry import SECTIONS
from broker.rules.rule import Rule

DOCUMENT = Path("docs") / "rules.md"
_ALL: tuple[Rule | AgencyRule, ...] = tuple(sorted(
    (*RULES, *AGENCY_RULES), key=lambda rule: (rule.code, rule.starts)))
_HEAD = """\
# What should be true

This page is made from the rules themselves (`make docs`); a test refuses it when it is out of
date. A rule answers in one of four ways: it **raises** a disagreement with its evidence, it is
**clear**, it was **not evaluated** because a named fact is missing or a feed does not reach far
enough, or it **crashed** and the others still ran. No rule says who is right. Rules concern
living, born children under 18 on the day.

Each rule has worked cases in `tests/rules/cases/`, written for practitioners to read and to add
to.
"""
_LIMITS = """\
## Limits

All numbers that rules judge by, with their defaults. Change them under `[limits]` in the
configuration, or from a day on under `[[limits_from]]`; an unknown name is refused.
"""


def table_lines(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """A Markdown table, line by line."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(str(each) for each in row)} |"


def _page(rule: Rule | AgencyRule) -> Iterator[str]:
    force = f"In force from {rule.starts:%d.%m.%Y}" \
        + (f" to {rule.ends:%d.%m.%Y}" if rule.ends else "")
    yield f"### {rule.code} `{rule.name}`"
    yield ""
    yield f"{rule.title}. *{rule.severity.value.capitalize()} at most. {force}. " \
          f"Starts from {', '.join(rule.needs)}.*"
    yield ""
    for name in SECTIONS:
        yield f"- **{name}** {rule.sections[name]}"
    yield ""


def rules_table(rules: Iterable[Rule | AgencyRule] = _ALL) -> str:
    """The catalogue as a Markdown table: code, name, what it means, severity."""
    return "\n".join(table_lines(
        ("code", "name", "raised when", "severity"),
        ((each.code, f"`{each.name}`", each.title, each.severity.value.lower())
         for each in rules),
    ))


def page() -> str:
    """The text of docs/rules.md."""
    limits = Limits()
    lines = [_HEAD, rules_table(), "", "## The rules", ""]
    for rule in _ALL:
        lines += _page(rule)
    lines += [_LIMITS, *table_lines(
        ("limit", "default", "source"),
        ((f"`{name}`", getattr(limits, name), SOURCES[name]) for name in NAMES),
    )]
    return "\n".join(lines) + "\n"


def main(root: Path = Path()) -> None:
    """Write the page under this folder."""
    (root / DOCUMENT).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
