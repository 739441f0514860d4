"""Writes docs/rules.md: every rule and every limit, from the rules themselves.

Run as `python -m broker.report.rule_pages` in the root of the repository.
"""
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from broker.rules.agency.rule import AgencyRule
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.rules.limits import NAMES, SOURCES, Limits
from broker.rules.limits_used import LIMITS_USED, OCCASION, USED_BESIDE
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
_HISTORY = """\
## Live and historical

A finding is **historical** where what it is about lay more than `historical_after_days` ({days}
days) back when Concord first saw that it does not agree: old records that were back-loaded, and
no news of today. A rule counts from what it is about: the end of an absence, so that a child
who is still away is never history (but for one whom nothing save a yearly return has away, once
the next return is due: `open_return_days`); the moment a time limit ran out; else the time from
which the records do not agree. A historical finding is kept, listed and explained like any other,
behind what is live and with the word "historical" beside its state; nobody gets a notice of it,
and reports do not count it as open. What was raised while it was live never becomes historical
by growing old. A rule whose limits do not name `historical_after_days` looks at what agencies
hold now, and raises nothing historical.
"""
_DEATH = """\
## When a child is recorded as having died

That a child has died is what one agency's record says, and it may be the error. From the day
after a death that nobody contradicts, nothing new is raised about the child. Where another
agency's word, or what began only afterwards, would have raised something, that is not evaluated:
the answer names whose record it is, and what stood before stays open. What is owed day by day
({codes}) is owed no more, and what stood of it is let go once all who hold the child have been
heard for `death_undisputed_days` ({days} days) since the death could first be known, and nobody
has said or begun anything against it. As long as any record has the child dead, right or wrong,
every other finding says whom to ask before anybody rings, visits or writes to the family.
"""
_LIMITS = """\
## Limits

All numbers that rules judge by, with their defaults. Change them under `[limits]` in the
configuration, or from a day on under `[[limits_from]]`; an unknown name is refused. With each rule
above stand the limits it reads. "Local practice" is a number that a partnership should agree on
for itself.
"""
_ONE_OCCASION = "what makes one [occasion](#limits) of several accounts"
# The last words of a limit's name, and how a reader says such a number.
_UNITS = (
    ("working_days", "working day"), ("minutes", "minute"), ("hours", "hour"), ("days", "day"),
    ("weeks", "week"), ("months", "month"), ("years", "year"), ("levels_apart", "level"),
    ("happenings_min", "happening"), ("records_min", "record"), ("count", "time"))


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
    yield f"- **Limits** {limits_line(LIMITS_USED[rule.code])}"
    yield ""


def limits_line(names: Sequence[str]) -> str:
    """The limits of one rule with their defaults and sources; those of an occasion together."""
    limits = Limits()
    parts = [f"`{name}`: {limit_words(name, getattr(limits, name))} ({SOURCES[name]})"
             for name in names if name not in OCCASION]
    if not set(OCCASION).isdisjoint(names):
        parts.append(f"{', '.join(f'`{name}`' for name in OCCASION)}: {_ONE_OCCASION}")
    return "; ".join(parts) + "." if parts else "None: it judges by no number."


def limit_words(name: str, value: float) -> str:
    """A limit's value with its unit, as in "3 working days"."""
    if name.endswith("share"):
        return f"{value:g} of 1"
    if name.endswith("percentile"):
        return f"{value:g} of 100"
    unit = next(said for ending, said in _UNITS if name.endswith(ending))
    return f"{value:g} {unit}{'' if value == 1 else 's'}"


def used_by(name: str) -> str:
    """Which rules read a limit, and what else does."""
    codes = [code for code, names in LIMITS_USED.items() if name in names]
    beside = [USED_BESIDE[name]] if name in USED_BESIDE else []
    return "; ".join([", ".join(codes), *beside] if codes else beside)


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
    history = _HISTORY.format(days=limits.historical_after_days)
    death = _DEATH.format(days=limits.death_undisputed_days, codes=", ".join(
        each.code for each in RULES if each.ends_with_death))
    lines = [_HEAD, rules_table(), "", history, death, "## The rules", ""]
    for rule in _ALL:
        lines += _page(rule)
    lines += [_LIMITS, *table_lines(
        ("limit", "default", "source", "used by"),
        ((f"`{name}`", limit_words(name, getattr(limits, name)), SOURCES[name], used_by(name))
         for name in NAMES),
    )]
    return "\n".join(lines) + "\n"


def main(root: Path = Path()) -> None:
    """Write the page under this folder."""
    (root / DOCUMENT).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
