"""Worlds in which something is wrong with one agency's records as a whole, or only seems to be.

A scene is a small ordinary world, in which one agency's files come otherwise than every evening,
or which has some happenings more that two agencies describe. Children's own contradictions are
not planted here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from broker.world import council_cases, home_files, police_files
from broker.world.absences import HomeSays, PoliceSay, home_absence, night, police_incident
from broker.world.agencies import COUNCIL, HOMES, POLICE
from broker.world.layout import Story, layout
from broker.world.plan import WorldPlan, is_working_day
from broker.world.stage import Stage
from broker.world.world import World

Evenings = Callable[[WorldPlan, int], Sequence[int] | None]
"""By day: of which days this agency's files of the evening hold what was written; none: no files
come."""

_WEEKS = 9
_TURN = 42
_LATE_FROM = 14
_BEHIND_DAYS = 3
_CONCERN = "Concern for safety"


@dataclass(frozen=True, slots=True)
class AgencyScene:
    """One thing that is wrong with an agency's records, or (a decoy) that is not.

    `variant` is named as plants are. `began` is the day from which it is so, `start` where the
    season matters.
    """

    variant: str
    agency: str
    began: int
    evenings: Evenings
    children: int = 150
    days: int = _WEEKS * 7
    start: date = date(2026, 1, 5)
    happenings: Sequence[tuple[str, str]] = ()

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.variant.split(".")[0].upper()

    @property
    def decoy(self) -> bool:
        """Whether it must not be flagged."""
        return ".decoy_" in self.variant

    def world(self, seed: int) -> World:
        """The world of this scene: nothing is planted in it but its own happenings."""
        own = len(self.happenings)
        plan = WorldPlan(seed=seed, children=self.children + own, days=self.days,
                         start=self.start, planted_rounds=0)
        stories = layout(replace(plan, children=self.children))
        more = (Story(self.variant, _story(there, here), self.children + number, 1, 2 + number)
                for number, (there, here) in enumerate(self.happenings))
        return World(plan, (*stories, *more))


def every_evening(_plan: WorldPlan, day: int) -> Sequence[int]:
    """What was written that day."""
    return (day,)


def _stops(_plan: WorldPlan, day: int) -> Sequence[int] | None:
    return (day,) if day < _TURN else None


def _comes_empty(_plan: WorldPlan, day: int) -> Sequence[int]:
    return (day,) if day < _TURN else ()


def _working_days(plan: WorldPlan, day: int) -> Sequence[int] | None:
    """As an office sends: not at weekends, on bank holidays and from Christmas Eve to New Year."""
    if not _is_open(plan, day) and day:
        return None
    first = day
    while first > 1 and not _is_open(plan, first - 1):
        first -= 1
    return range(first, day + 1)


def _is_open(plan: WorldPlan, day: int) -> bool:
    at = plan.date_of(day)
    return is_working_day(at) and (at.month, at.day) < (12, 24)


def _falls_behind(_plan: WorldPlan, day: int) -> Sequence[int]:
    """From a day on what was written comes three evenings later."""
    if day < _LATE_FROM:
        return (day,)
    return () if day < _LATE_FROM + _BEHIND_DAYS else (day - _BEHIND_DAYS,)


def _turns_weekly(_plan: WorldPlan, day: int) -> Sequence[int] | None:
    if day < _LATE_FROM:
        return (day,)
    return range(day - 6, day + 1) if (day - _LATE_FROM) % 7 == 6 else None


def _one_late_batch(_plan: WorldPlan, day: int) -> Sequence[int] | None:
    """One weekend's evenings came on Monday."""
    late = _LATE_FROM + 5
    if day in (late, late + 1):
        return None
    return range(late, day + 1) if day == late + 2 else (day,)


def _joins_later(_plan: WorldPlan, day: int) -> Sequence[int] | None:
    """Its first extract, two weeks after the others', holds all that it had written before."""
    if day < _LATE_FROM:
        return None
    return range(day + 1) if day == _LATE_FROM else (day,)


def _story(there: str, here: str) -> Callable[[Stage], None]:
    tell = {"missing": _absence, "notification": _notified, "notice": _notice}
    kind, _, word = there.partition(":")
    return lambda stage: tell[kind](stage, word, here)


def _absence(stage: Stage, _word: str, here: str) -> None:
    """A home says missing; the police open an incident under another heading, or the same."""
    who = stage.resident()
    when = night(stage.book, stage.day)
    incident = police_incident(stage.book, who, when, PoliceSay(opening=here, missing_row=False))
    home_absence(stage.book, who, when, HomeSays(log=incident.number))


def _notified(stage: Stage, word: str, here: str) -> None:
    """A home notifies an event, about which the police were called."""
    who = stage.resident((12, 15))
    occurred = stage.plan.at(stage.day, 13, stage.rng.randint(0, 50))
    home_files.notification(stage.book, who, word, occurred).write(occurred + timedelta(hours=3))
    call = police_files.incident(stage.book, who, occurred + timedelta(minutes=20), here,
                                 "Priority")
    police_files.run_incident(call, occurred + timedelta(minutes=20),
                              occurred + timedelta(hours=5))


def _notice(stage: Stage, words: str, here: str) -> None:
    """The police write a notice of what they were called to; the council assesses from that day,
    and finds this factor."""
    category, _, concern = words.partition("/")
    who = stage.in_need()
    called = stage.plan.at(stage.day, 9, stage.rng.randint(0, 50))
    call = police_files.incident(stage.book, who, called, category, "Priority")
    police_files.run_incident(call, called, called + timedelta(hours=3))
    police_files.notice(stage.book, who, call, called + timedelta(hours=2),
                        concern_types=concern).write(called + timedelta(hours=4))
    case = council_cases.referral(stage.book, who, stage.today)
    council_cases.assessment(stage.book, who, case, stage.today,
                             stage.today + timedelta(days=1), (here,))


_AT_HOMES = ("missing", "notification:child_sexual_exploitation",
             "notification:serious_incident_police")
_TOLD = ("Domestic incident/domestic_abuse", "Suspicious circumstances/sexual_abuse",
         "Concern for safety/physical_abuse")


def _described(count: int, there: Sequence[str], here: Sequence[str]) -> tuple[
    tuple[str, str], ...
]:
    """So many happenings, each of the others' kinds and each of this agency's words by turns."""
    return tuple((there[number % len(there)], here[number % len(here)])
                 for number in range(count))


def _words(variant: str, agency: str, happenings: Sequence[tuple[str, str]]) -> AgencyScene:
    return AgencyScene(variant, agency, 9, every_evening, children=60, days=28,
                       happenings=happenings)


SCENES: tuple[AgencyScene, ...] = (
    AgencyScene("a01.feed_stops", POLICE.code, _TURN, _stops),
    AgencyScene("a01.files_come_empty", COUNCIL.code, _TURN, _comes_empty, children=500),
    AgencyScene("a01.decoy_small_council", COUNCIL.code, _TURN, _comes_empty, days=56),
    AgencyScene("a01.decoy_quiet_home", HOMES[0].code, _TURN, _comes_empty),
    AgencyScene("a01.decoy_christmas", COUNCIL.code, _TURN, _working_days,
                start=date(2025, 11, 10)),
    AgencyScene("a02.falls_behind", POLICE.code, _LATE_FROM, _falls_behind, days=28),
    AgencyScene("a02.turns_weekly", POLICE.code, _LATE_FROM, _turns_weekly, days=42),
    AgencyScene("a02.decoy_late_batch", POLICE.code, _LATE_FROM, _one_late_batch, days=42),
    AgencyScene("a02.decoy_backfill", POLICE.code, _LATE_FROM, _joins_later, days=42),
    _words("k02.police_one_heading", POLICE.code, _described(14, _AT_HOMES, (_CONCERN,))),
    _words("k02.council_one_factor", COUNCIL.code, _described(
        24, [f"notice:{each}" for each in _TOLD], ("16A",))),
    _words("k02.decoy_few", POLICE.code, _described(6, _AT_HOMES, (_CONCERN,))),
    _words("k02.decoy_all_missing", POLICE.code, _described(
        14, ("missing",), ("Missing person",))),
    _words("k02.decoy_one_in_four_named", POLICE.code, _described(
        16, (*_AT_HOMES, "missing"), (_CONCERN, _CONCERN, _CONCERN, "Missing person"))),
)
