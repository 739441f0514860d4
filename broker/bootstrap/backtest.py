"""A change of limits, rules or model, and the log told again with and without it."""
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broker.audit.chain import Draft
from broker.bootstrap import Concord
from broker.config.limits import limits_of_file
from broker.errors import ConfigError
from broker.event.finding import Finding
from broker.identity.model import Model
from broker.identity.model_file import model_of
from broker.pipeline.as_of import refuse_untellable
from broker.pipeline.auditing import record_audit
from broker.pipeline.evaluate import finding_of_row
from broker.pipeline.retell import Terms
from broker.pipeline.tables import FINDINGS
from broker.rules.catalogue import AGENCY_RULES, RULES
from broker.rules.dated import DatedLimits
from broker.rules.limits import NAMES, Limits, from_mapping
from broker.vocabulary.words import AuditAction

Told = Callable[[str, int], None]
AS_IT_IS, AS_CHANGED = "as it is", "as changed"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change puts in force, and how it is said; `without` are the rules it takes away."""

    terms: Terms
    without: frozenset[str]
    words: tuple[str, ...]


def rule_codes() -> tuple[str, ...]:
    """The codes of all rules, those about an agency as a whole among them."""
    return tuple(dict.fromkeys([*(each.code for each in RULES),
                                *(each.code for each in AGENCY_RULES)]))


def changed_by(concord: Concord, limits: Path | None, named: Sequence[str], model: Path | None,
               without: Sequence[str]) -> Changed:
    """The change that an operator asked about; `ConfigError` where it is none."""
    now = concord.settings.dated_limits
    dated = now if limits is None else limits_of_file(limits)
    dated = _with(dated, dict(_named(each) for each in named))
    other = concord.model if model is None else _model_in(model)
    unknown = sorted(set(without) - set(rule_codes()))
    if unknown:
        raise ConfigError(f"There is no rule {unknown[0]}: the catalogue (docs/rules.md) has "
                          f"{', '.join(rule_codes())}.")
    words = (*_differences(now, dated),
             *([] if other == concord.model else [f"model {other.version} of {model}"]),
             *(f"without {each}" for each in without))
    if not words:
        raise ConfigError("Nothing would change: give --limits FILE, --limit NAME=VALUE, --model "
                          "FILE or --without RULE that differs from what is in force.")
    return Changed(
        Terms(dated, other, [each for each in RULES if each.code not in without], as_set=False),
        frozenset(without), words)


def _named(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    try:
        number = json.loads(value)
    except ValueError:
        number = None
    if not equals or not isinstance(number, int | float):
        raise ConfigError(f"--limit must be NAME=VALUE, as in --limit {NAMES[0]}=18.")
    return name.strip(), number


def _with(dated: DatedLimits, named: dict[str, object]) -> DatedLimits:
    """These limits changed, now and from whatever day on."""

    def changed(limits: Limits) -> Limits:
        return from_mapping({**{name: getattr(limits, name) for name in NAMES}, **named},
                            "--limit")

    return DatedLimits(changed(dated.first), tuple(
        (starts, changed(limits)) for starts, limits in dated.changes))


def _model_in(path: Path) -> Model:
    try:
        return model_of(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"--model {path} cannot be read: check that it is a UTF-8 text file "
                          "you may read.") from None


def _differences(now: DatedLimits, then: DatedLimits) -> Iterator[str]:
    """Each limit that another stands in for, and from which day on where that is dated."""
    said = list(_between(now.first, then.first))
    yield from said
    for starts in sorted({each for each, _ in (*now.changes, *then.changes)}):
        before, said = said, list(_between(now.on(starts), then.on(starts)))
        if said != before:
            yield from (f"from {starts} {each}" for each in said or ["as it is"])


def _between(one: Limits, other: Limits) -> Iterator[str]:
    for name in NAMES:
        if getattr(one, name) != getattr(other, name):
            yield f"{name} {getattr(other, name)} instead of {getattr(one, name)}"


def told_twice(concord: Concord, changed: Changed, upto: datetime, told: Told) -> tuple[
    list[Finding], list[Finding]
]:
    """Every finding ever raised by the log up to a time under what is in force now, and as
    changed: each in a store of its own, in memory; `told` hears how far either has come."""
    refuse_untellable(upto, concord.clock.now(), concord.settings.history_days)
    now = Terms(concord.settings.dated_limits, concord.model, as_set=False)
    before = _findings(concord, now, upto, lambda done: told(AS_IT_IS, done))
    after = _findings(concord, changed.terms, upto, lambda done: told(AS_CHANGED, done))
    return before, [each for each in after if each.code not in changed.without]


def _findings(concord: Concord, terms: Terms, upto: datetime,
              told: Callable[[int], None]) -> list[Finding]:
    past = next(concord.retold([upto], terms, told))
    with past.store.view() as view:
        return [finding_of_row(past.codec, row) for row in view.scan(FINDINGS, "finding_id")]


def note_consultation(concord: Concord, actor: str, why: str, what: str) -> None:
    """Write into the audit chain that everybody's records were read to answer a question."""
    with concord.store.begin() as unit:
        record_audit(unit, concord.codec, [Draft(
            action=AuditAction.CONSULTATION, actor=actor, why=why, detail=what,
            at=concord.clock.now())])
    concord.relay()
