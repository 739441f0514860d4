"""What a change would have made of the log: findings with and without it, side by side."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from broker.event.finding import Finding
from broker.report.findings import finding_json, in_order, instant, local, state_words

CASE_COLUMNS = ("effect", "code", "name", "id", "child", "agency", "known_as", "severity_before",
                "severity_after", "state_before", "state_after", "since_before", "since_after",
                "sentence")
COUNT_COLUMNS = ("code", "name", "before", "after", "appears", "goes", "differs", "children")


class Effect(StrEnum):
    """What a change does to a finding."""

    APPEARS = "appears"
    GOES = "goes"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Case:
    """One finding as it would have been raised before and after; None where it would not."""

    before: Finding | None
    after: Finding | None

    @property
    def finding(self) -> Finding:
        """The finding as changed, where there still is one."""
        found = self.after or self.before
        assert found is not None, "a case of nothing"
        return found

    @property
    def effect(self) -> Effect:
        """What the change does."""
        if self.before is None:
            return Effect.APPEARS
        return Effect.GOES if self.after is None else Effect.DIFFERS

    @property
    def known_as(self) -> tuple[str, ...]:
        """The records that it is about, as AGENCY:LOCAL_ID."""
        return tuple(sorted({f"{each.agency}:{each.subject}" for each in self.finding.evidence}))


@dataclass(frozen=True, slots=True)
class Count:
    """What the change does to one rule's findings; `children` are those of its cases."""

    code: str
    name: str
    before: int
    after: int
    appears: int
    goes: int
    differs: int
    children: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """The log up to `upto` under what is in force and as changed; `changes` say what was."""

    upto: datetime
    changes: tuple[str, ...]
    counts: tuple[Count, ...]
    cases: tuple[Case, ...]


def compared(before: Iterable[Finding], after: Iterable[Finding], *, upto: datetime,
             changes: Sequence[str], since: datetime | None = None) -> Backtest:
    """Every finding that was ever raised, whatever became of it, with and without the change;
    `since` leaves out what began earlier in both."""
    one, other = ({each.finding_id: each for each in found} for found in (before, after))
    pairs = [Case(one.get(each), other.get(each)) for each in one.keys() | other.keys()]
    pairs = [each for each in pairs if since is None or any(
        finding is not None and finding.since >= since for finding in (each.before, each.after))]
    cases = {each.finding.finding_id: each for each in pairs if not _alike(each)}
    ordered = in_order(each.finding for each in cases.values())
    names = {each.finding.code: each.finding.name for each in pairs}
    return Backtest(upto, tuple(changes),
                    tuple(_count(code, names[code], [each for each in pairs
                                                     if each.finding.code == code])
                          for code in sorted(names)),
                    tuple(cases[each.finding_id] for each in ordered))


def _alike(case: Case) -> bool:
    """Whether a reader would see the same finding; how sure the link is may move a little."""
    if case.before is None or case.after is None:
        return False
    return _seen(case.before) == _seen(case.after)


def _seen(finding: Finding) -> tuple[object, ...]:
    return (finding.severity, finding.state, finding.done_late, finding.historical, finding.since,
            finding.until)


def _count(code: str, name: str, pairs: Sequence[Case]) -> Count:
    cases = [each for each in pairs if not _alike(each)]
    effects = [each.effect for each in cases]
    return Count(
        code, name, sum(each.before is not None for each in pairs),
        sum(each.after is not None for each in pairs), effects.count(Effect.APPEARS),
        effects.count(Effect.GOES), effects.count(Effect.DIFFERS),
        len({each.finding.child for each in cases if each.finding.child is not None}))


def backtest_json(done: Backtest) -> dict[str, Any]:
    """The machine form."""
    return {
        "upto": instant(done.upto), "changes": list(done.changes),
        "counts": [{name: getattr(each, name) for name in COUNT_COLUMNS} for each in done.counts],
        "cases": [{
            "effect": each.effect.value, "id": each.finding.finding_id,
            "code": each.finding.code, "child": each.finding.child,
            "agency": each.finding.agency, "known_as": list(each.known_as),
            "before": None if each.before is None else finding_json(each.before),
            "after": None if each.after is None else finding_json(each.after),
        } for each in done.cases],
    }


def case_row(case: Case) -> dict[str, Any]:
    """A case as one row of CSV."""
    found = case.finding
    row: dict[str, Any] = {
        "effect": case.effect.value, "code": found.code, "name": found.name,
        "id": found.finding_id, "child": found.child, "agency": found.agency,
        "known_as": " ".join(case.known_as), "sentence": found.sentence}
    for when, finding in (("before", case.before), ("after", case.after)):
        row[f"severity_{when}"] = finding and finding.severity.value.lower()
        row[f"state_{when}"] = finding and finding.state.value.lower()
        row[f"since_{when}"] = finding and instant(finding.since)
    return row


def side_words(finding: Finding | None) -> str:
    """One side of a case, for a person."""
    if finding is None:
        return "–"
    return f"{finding.severity.value.lower()}, {state_words(finding)}, {local(finding.since)}"


def summary_lines(done: Backtest) -> Iterator[str]:
    """What was changed, and what that comes to."""
    yield f"The log up to {local(done.upto)}, with: {'; '.join(done.changes)}."
    appears, goes, differs = (sum(each.effect is effect for each in done.cases)
                              for effect in Effect)
    children = len({each.finding.child for each in done.cases if each.finding.child})
    yield (f"{appears} would appear, {goes} would go, {differs} would differ; "
           f"{children} {'child' if children == 1 else 'children'} concerned.")
