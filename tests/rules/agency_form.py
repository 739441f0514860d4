"""The form of cases about an agency as a whole: YAML that a practitioner can read and add to.

`feed` says what came: rows at a time of day, every day, working day, week or month, or every so
many days, from one day to another; several numbers of rows take turns. `records` says how many
hours after they were recorded so many records were received, and which of these, as `earlier`,
had been recorded before the agency's first extract. `happenings` says how the agency
and the others describe so many happenings of one day.
"""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from broker.case.calendar import is_working_day
from broker.event.agency import Agency
from broker.rules.agency.facts import AgencyFacts, Described, Read, Receipts
from broker.rules.limits import Limits, from_mapping
from broker.vocabulary.words import AgencyKind

LONDON = ZoneInfo("Europe/London")
KEYS = {"why", "now", "feed", "records", "happenings", "waiting", "limits", "expect", "severity",
        "since", "sentence", "would_change", "missing", "look_again", "waits_on"}
KINDS = ("pass", "fail", "boundary", "not_evaluated", "real_life")
POLICE = Agency("police", AgencyKind.POLICE, "Valley Police")


@dataclass(frozen=True, slots=True)
class AgencyCase:
    """One case of the YAML: what is known of the agency, and what the rule must answer."""

    code: str
    kind: str
    title: str
    facts: AgencyFacts
    limits: Limits
    expect: str
    wanted: dict[str, Any]


def moment(raw: object) -> datetime:
    """A local time of the YAML, in UTC."""
    made = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    assert isinstance(made, datetime), raw
    return made.replace(tzinfo=LONDON).astimezone(UTC)


def _is_due(day: date, first: date, every: object) -> bool:
    if every == "day":
        return True
    if every == "working day":
        return is_working_day(day)
    if every == "month":
        return day.day == first.day
    return (day - first).days % (7 if every == "week" else int(str(every))) == 0


def reads_of(given: list[dict[str, Any]]) -> Iterator[Read]:
    """What came, by the lines of `feed`."""
    for each in given:
        unknown = set(each) - {"from", "to", "at", "every", "rows", "single"}
        assert not unknown, f"{unknown} mean nothing in a feed"
        first, last = each["from"], each.get("to", each["from"])
        hour, minute = map(int, str(each.get("at", "9:00")).split(":"))
        rows = cycle(each["rows"] if isinstance(each["rows"], list) else [each["rows"]])
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if _is_due(day, first, each.get("every", "day")):
                at = datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)
                yield Read(at, next(rows), is_extract=not each.get("single", False))


def receipts_of(given: list[dict[str, Any]]) -> Iterator[Receipts]:
    """How late records came, by the lines of `records`."""
    for each in given:
        delays = each["hours"] if isinstance(each["hours"], dict) else {
            each["hours"]: each["count"]}
        yield Receipts(moment(each["received"]), delays, each.get("earlier", {}))


def described_of(given: list[dict[str, Any]]) -> Iterator[Described]:
    """How happenings are described, by the lines of `happenings`."""
    for each in given:
        yield Described(each["day"], _kinds(each["here"]), _kinds(each["there"]),
                        each.get("count", 1))


def _kinds(raw: object) -> frozenset[str]:
    return frozenset(raw if isinstance(raw, list) else [str(raw)])


def agency_case(code: str, given: dict[str, Any]) -> AgencyCase:
    """One case of a rule's YAML file."""
    kind, title = next(iter(given.items()))
    assert kind in KINDS, f"{code}: {kind} is no kind of case"
    unknown = set(given) - KEYS - {kind}
    assert not unknown, f"{code}, {title}: {unknown} mean nothing here"
    facts = AgencyFacts(
        agency=POLICE, now=moment(given["now"]),
        reads=tuple(sorted(reads_of(given.get("feed", [])), key=lambda each: each.at)),
        receipts=tuple(receipts_of(given.get("records", []))),
        described=tuple(described_of(given.get("happenings", []))),
        is_behind=given.get("waiting", False))
    return AgencyCase(code, kind, title, facts, from_mapping(given.get("limits", {})),
                      given["expect"], given)


@cache
def given_in(path: Path) -> list[dict[str, Any]]:
    """What one file says of its cases, read once: not to be changed."""
    found: list[dict[str, Any]] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return found


def agency_cases(path: Path) -> Iterator[AgencyCase]:
    """All cases of one file."""
    for given in given_in(path):
        yield agency_case(path.stem, given)
