"""The tables of docs/detection.md: by rule, by name group, and what decides whether it is safe."""
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import sqrt
from statistics import median

from bench.detection.run import Alarm, Fate, Outcome
from broker.report.intervals import Interval, wilson
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.vocabulary.words import Severity

DAYS_A_MONTH = 365.25 / 12
_SEVERITIES = {**{rule.code: rule.severity for rule in RULES},
               **{rule.code: rule.severity for rule in AGENCY_RULES}}
_PRESSING = {code for code, severity in _SEVERITIES.items()
             if severity in (Severity.CRITICAL, Severity.HIGH)}
_Z = 1.959963984540054


def shown(interval: Interval) -> str:
    """A share as it stands in a table: "1.00 (0.84 to 1.00)", a dash for nothing of nothing."""
    if interval.share is None or interval.low is None or interval.high is None:
        return "–"
    return f"{interval.share:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def rate_interval(count: int) -> tuple[float, float]:
    """The 95 % interval of a count of rare events, by Byar's approximation."""
    low = 0.0 if not count else count * (1 - 1 / (9 * count) - _Z / (3 * sqrt(count))) ** 3
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + _Z / (3 * sqrt(more))) ** 3


def hours(seconds: float) -> str:
    """Hours, to the tenth."""
    return f"{seconds / 3600:.1f}"


def tables(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Every line of the report, in Markdown."""
    real = [fate for fate in _fates(outcomes) if not fate.decoy]
    yield from by_rule(outcomes)
    yield ""
    yield from _waiting(real)
    yield ""
    yield from _by_group(real)
    yield ""
    yield from in_sum(outcomes)


def _fates(outcomes: Sequence[Outcome]) -> list[Fate]:
    return [fate for each in outcomes for fate in each.fates]


def _alarms(outcomes: Sequence[Outcome]) -> list[Alarm]:
    return [alarm for each in outcomes for alarm in each.alarms]


def _recall(fates: Iterable[Fate]) -> Interval:
    found = [fate.found for fate in fates]
    return wilson(sum(found), len(found))


def _precision(alarms: Iterable[Alarm]) -> Interval:
    right = [alarm.right for alarm in alarms]
    return wilson(sum(right), len(right))


def by_rule(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was found and flagged of each rule, and how many of its findings are right."""
    fates, alarms = _fates(outcomes), _alarms(outcomes)
    yield ("| rule | planted | found | recall (95 % interval) | findings | right "
           "| precision (95 % interval) | decoys | flagged |")
    yield "|---|---:|---:|---|---:|---:|---|---:|---:|"
    for code in sorted({each.code for each in fates} | {each.code for each in alarms}):
        own = [each for each in alarms if each.code == code]
        real = [each for each in fates if each.code == code and not each.decoy]
        decoys = [each for each in fates if each.code == code and each.decoy]
        recall, precision = _recall(real), _precision(own)
        yield (f"| {code} | {recall.total} | {recall.count} | {shown(recall)} | {precision.total} "
               f"| {precision.count} | {shown(precision)} | {len(decoys)} "
               f"| {sum(each.found for each in decoys)} |")


def _waiting(real: Sequence[Fate]) -> Iterator[str]:
    yield "| found after it could be known, in hours | median | longest | by that evening |"
    yield "|---|---:|---:|---:|"
    groups: tuple[tuple[str, Callable[[Fate], bool]], ...] = (
        ("critical and high rules", lambda each: each.code in _PRESSING),
        ("other rules", lambda each: each.code not in _PRESSING),
    )
    for name, chosen in groups:
        found = [each for each in real if chosen(each) and each.waited is not None]
        waits = sorted(each.waited.total_seconds() for each in found if each.waited is not None)
        if waits:
            soon = sum(not each.late for each in found)
            yield (f"| {name} | {hours(median(waits))} | {hours(waits[-1])} "
                   f"| {soon} of {len(found)} |")


def _by_group(real: Sequence[Fate]) -> Iterator[str]:
    yield "| name group | planted | found | recall (95 % interval) |"
    yield "|---|---:|---:|---|"
    for group in sorted({each.group for each in real}):
        recall = _recall(each for each in real if each.group == group)
        yield f"| {group} | {recall.total} | {recall.count} | {shown(recall)} |"


def in_sum(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What decides whether it is safe to use."""
    fates, alarms = _fates(outcomes), _alarms(outcomes)
    months = sum(each.children * each.days for each in outcomes) / DAYS_A_MONTH / 1000
    real = [each for each in fates if not each.decoy]
    decoys = [each for each in fates if each.decoy]
    false = [each for each in alarms if not each.right]
    low, high = rate_interval(len(false))
    flagged = wilson(sum(each.found for each in decoys), len(decoys))
    yield "| in sum | |"
    yield "|---|---|"
    for name, value in (
        ("worlds (seeds)", ", ".join(str(each.seed) for each in outcomes)),
        ("children", str(sum(each.children for each in outcomes))),
        ("recall, critical and high rules",
         shown(_recall(each for each in real if each.code in _PRESSING))),
        ("precision, critical and high findings",
         shown(_precision(each for each in alarms if each.pressing))),
        ("recall, all", shown(_recall(real))),
        ("precision, all", shown(_precision(alarms))),
        ("decoys flagged", f"{flagged.count} of {flagged.total}: {shown(flagged)}"),
        ("false alarms", f"{len(false)}, which is {len(false) / months:.2f} "
                         f"({low / months:.2f} to {high / months:.2f}) for 1,000 children and "
                         "month"),
        ("findings marked historical", str(sum(each.historical for each in outcomes))),
    ):
        yield f"| {name} | {value} |"


def wrong(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What was missed, found late or wrongly raised, each by its name: to be looked into."""
    for name, chosen in (("missed", lambda each: not each.found),
                         ("late", lambda each: each.late)):
        told = Counter((fate.variant, fate.seed) for each in outcomes for fate in each.fates
                       if not fate.decoy and chosen(fate))
        for variant, seed in sorted(told):
            yield f"{name} {variant} (world {seed})"
    for alarm in (alarm for each in outcomes for alarm in each.alarms if not alarm.right):
        decoy = f", on {alarm.on_decoy}" if alarm.on_decoy else ""
        yield f"false alarm {alarm.code} (world {alarm.seed}{decoy}): {alarm.sentence}"
