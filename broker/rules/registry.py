"""How a function becomes a rule: it registers with its code, its dates and its written reasons."""
import re
from collections.abc import Callable, Iterator
from datetime import date

from broker.event.envelope import Statement
from broker.rules.rule import Rule, RuleFunction
from broker.vocabulary.words import Severity

SECTIONS = ("Source", "Why it matters", "Raises when", "Stays silent when")
_HEADING = re.compile(r"^\*\*(?P<name>[^*]+)\*\*\s*", re.MULTILINE)


class Registry:
    """Rules by code; one code may be used again only where the dates in force do not meet."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def __iter__(self) -> Iterator[Rule]:
        """All rules, in order of code and start."""
        return iter(sorted(self._rules, key=lambda each: (each.code, each.starts)))

    def rule(
        self, *, code: str, name: str, severity: Severity, needs: tuple[type[Statement], ...],
        starts: date, ends: date | None = None,
        silence_may_be_doubt: bool = False, near_days: int | None = None,
        after_death: bool = False, ends_with_death: bool = False,
    ) -> Callable[[RuleFunction], RuleFunction]:
        """Register a generator function as a rule (see `Rule` for what each part means).

        A rule without a first line, a Source, and why and when it is raised or silent is a
        programmer's mistake, as is a code that is taken.
        """
        assert re.fullmatch(r"[A-Z]\d\d", code), code
        assert needs, f"{code} starts from no type"

        def register(function: RuleFunction) -> RuleFunction:
            title, sections = sections_of(code, function.__doc__ or "")
            made = Rule(code=code, name=name, severity=severity,
                        needs=tuple(each.__name__ for each in needs), title=title,
                        sections=sections, starts=starts, ends=ends, function=function,
                        silence_may_be_doubt=silence_may_be_doubt, near_days=near_days,
                        after_death=after_death, ends_with_death=ends_with_death)
            for other in self._rules:
                assert not _clash(other, made), f"{code} {name} is taken"
            self._rules.append(made)
            return function

        return register


def _clash(left: Rule, right: Rule) -> bool:
    """Whether two rules use one code or name on one day, or one code for two names."""
    if left.code != right.code:
        return left.name == right.name
    if left.name != right.name:
        return True
    first, second = sorted((left, right), key=lambda each: each.starts)
    return first.ends is None or first.ends >= second.starts


def sections_of(code: str, doc: str) -> tuple[str, dict[str, str]]:
    """The title and the named sections of a rule's docstring, each as one line of text."""
    title, _, rest = doc.strip().partition("\n")
    assert title, f"{code} has no first line"
    headings = list(_HEADING.finditer(rest := _unindented(rest)))
    ends = [each.start() for each in headings[1:]] + [len(rest)]
    sections = {each["name"]: " ".join(rest[each.end():end].split()).lstrip(": ")
                for each, end in zip(headings, ends, strict=True)} if headings else {}
    lacking = [each for each in SECTIONS if not sections.get(each)]
    assert not lacking, f"{code} does not say: {', '.join(lacking)}"
    return title.strip(), sections


def _unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


REGISTRY = Registry()
rule = REGISTRY.rule
