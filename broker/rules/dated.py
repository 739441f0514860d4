"""Limits by the day from which they are in force: the past is judged by the past's."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from broker.errors import ConfigError
from broker.rules.limits import NAMES, Limits, from_mapping
from broker.vocabulary.times import day_of, start_of

CHANGES = "limits_from"
STARTS = "starts"


@dataclass(frozen=True, slots=True)
class DatedLimits:
    """The limits in force at first, and what stands in their place from a day on.

    `changes` are in order of their days, each with all the limits in force from local midnight
    of its day until the next.
    """

    first: Limits
    changes: tuple[tuple[date, Limits], ...] = ()

    def at(self, moment: datetime) -> Limits:
        """The limits in force at a moment."""
        return self.on(day_of(moment)) if self.changes else self.first

    def on(self, day: date) -> Limits:
        """The limits in force on a day."""
        return next((limits for starts, limits in reversed(self.changes) if starts <= day),
                    self.first)

    def next_change(self, moment: datetime) -> datetime | None:
        """When other limits come into force, after a moment; None where none are to come."""
        return next((begins for starts, _ in self.changes
                     if (begins := start_of(starts)) > moment), None)


def dated_from(first: Mapping[str, object], changes: object) -> DatedLimits:
    """The limits of [limits] and [[limits_from]]; each of the latter names only what it changes,
    of what is in force before its day. `ConfigError` says what to mend."""
    limits = from_mapping(first)
    if not isinstance(changes, list) or not all(isinstance(each, dict) for each in changes):
        raise ConfigError(f"{CHANGES} must be sections: write [[{CHANGES}]], each with the day "
                          f"on which it {STARTS}.")
    in_force = dict(first)
    dated: list[tuple[date, Limits]] = []
    for starts, named in sorted((_split(number, each) for number, each
                                 in enumerate(changes, start=1)), key=lambda each: each[0]):
        if dated and dated[-1][0] == starts:
            raise ConfigError(f"[[{CHANGES}]] has two sections that start on {starts}: make them "
                              "one.")
        in_force |= named
        dated.append((starts, from_mapping(in_force)))
    return DatedLimits(limits, tuple(dated))


def _split(number: int, section: Mapping[str, object]) -> tuple[date, dict[str, object]]:
    """The day of a section, and the limits that it names."""
    where = f"[[{CHANGES}]] number {number}"
    starts = section.get(STARTS)
    if not isinstance(starts, date) or isinstance(starts, datetime):
        raise ConfigError(f"{where} must say from which day on: {STARTS} = 2026-09-01, without "
                          "quotes.")
    named = {name: value for name, value in section.items() if name != STARTS}
    from_mapping(named, where)
    if not named:
        raise ConfigError(f"{where} changes no limit: name at least one, or take it out.")
    return starts, named


def document_of(first: Mapping[str, Any], changes: list[dict[str, Any]]) -> dict[str, Any]:
    """The limits as written, as one part of the configuration that can be written down."""
    return {**first, CHANGES: changes} if changes else dict(first)


def dated_of(document: Mapping[str, Any]) -> DatedLimits:
    """The limits of a document that was written down, maybe by an earlier version.

    A limit that has left the code since bound no rule that is still asked.
    """
    changes = [{STARTS: date.fromisoformat(str(each[STARTS])), **named}
               for each in document.get(CHANGES, ()) if (named := _known(each))]
    return dated_from(_known(document), changes)


def _known(section: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in section.items() if name in NAMES}
