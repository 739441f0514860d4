"""Where the child is placed: by the council, by the home, and as the police have it."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.calendar import day_of, say, say_day, start_of
from broker.case.care import TEMPORARY, live_on
from broker.case.case import Case, RecordKey
from broker.case.open_case import known_on
from broker.case.since import said_since
from broker.event.agency import Agency
from broker.event.care import PlacementRecorded
from broker.event.envelope import Moment
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, quoted, told
from broker.vocabulary.words import AgencyKind, PlacementType, Severity

# Stand-ins that a return allows where a placement has no registration of its own.
_NO_URN = frozenset({"SC999999", "9999999", "X" * 7, ""})
# Without a registration number these may be any home.
_ANY_HOME = (PlacementType.K1, PlacementType.K2, PlacementType.K3, PlacementType.R1,
             PlacementType.H5, PlacementType.S1, PlacementType.R3, PlacementType.UNMAPPED, None)
# Adoption placements never leave the council; not even their kind is told.
_NEVER_TOLD = (PlacementType.A3, PlacementType.A4, PlacementType.A5, PlacementType.A6)
_TYPE = PlacementRecorded.__name__


@dataclass(frozen=True, slots=True)
class _Difference:
    """Another placement than the council's: whose record, since which change, in what words.

    `changed` is when the child came or left by that record; a police report tells of no change,
    only of what was held when it was written.
    """

    other: PlacementRecorded | MissingEpisodeRecorded
    evidence: Said
    changed: Moment | None
    words: str


@rule(code="L01", name="care.placement_differs", severity=Severity.HIGH,
      needs=(PlacementRecorded,), starts=date(2011, 4, 1), ends_with_death=True)
def placement_differs(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Police or a home hold another placement than the council's current one

    **Source** Care Planning, Placement and Case Review Regulations 2010: the placing authority
    notifies those concerned of a placement and of its end.
    **Why it matters** A child is looked for, visited and protected at the wrong address, and is
    missed at neither.
    **Raises when** the home says that the child lives there, or has left, and the council's
    current placement says otherwise, five days after the later change; or the police's latest
    missing report names another home than any the council had in the five days before it.
    **Stays silent when** the council's placement is a temporary one (T codes), when the child
    was placed by another authority, or within the days of grace. Not evaluated beyond what the
    council and the home have been heard to say, nor where no registration number tells which
    home the council means.
    """
    for council in case.partnership.of_kind(AgencyKind.SOCIAL_CARE):
        held = [each for each in case.current(PlacementRecorded) if each.agency == council.code]
        if not held:
            continue
        yield from _against_homes(case, limits, council, held)
        yield from _against_police(case, limits, held)


def _against_homes(
    case: Case, limits: Limits, council: Agency, held: list[PlacementRecorded]
) -> Iterator[Yielded]:
    for home in case.partnership.of_kind(AgencyKind.CARE_HOME):
        own = [each for each in case.current(PlacementRecorded) if each.agency == home.code
               and each.start is not None
               and (each.placing_authority or council.authority_code) == council.authority_code]
        if not own:
            continue
        latest = max(own, key=lambda each: (_start(each), RecordKey.of(each)))
        judged, slow = _heard(case, (council.code, home.code))
        if judged is None:
            yield NotEvaluated("how far the feed of placements reaches", slow, latest,
                               home.code)
            continue
        current = _current(case, held, day_of(judged))
        found = None if current is None else \
            _home_differs(case, home, latest, current, day_of(judged))
        if isinstance(found, NotEvaluated):
            yield found
        elif found is not None and current is not None:
            yield from _after_grace(case, limits, current, found, judged, slow)


def _heard(case: Case, codes: tuple[str, ...]) -> tuple[datetime | None, str]:
    """Up to when all of these have been heard of placements, and the one heard least far."""
    heard = [(case.reach.of(code, _TYPE), code) for code in codes]
    for until, code in heard:
        if until is None:
            return None, code
    until, slow = min((until, code) for until, code in heard if until is not None)
    return min(case.now, until), slow


def _current(
    case: Case, held: list[PlacementRecorded], day: date
) -> PlacementRecorded | None:
    """The council's placement on a day; None where there is none, or a temporary one."""
    live = [each for each in held if live_on(each.start, each.end, day)
            and known_on(case, each, day)]
    if not live or any(each.type in TEMPORARY for each in live):
        return None
    return max(live, key=lambda each: (_start(each), RecordKey.of(each)))


def _start(placement: PlacementRecorded) -> datetime:
    assert placement.start is not None, placement.type_name
    return placement.start.at


def _urn(placement: PlacementRecorded | MissingEpisodeRecorded | Agency) -> str | None:
    urn = (placement.home_urn or "").strip().upper()
    return None if urn in _NO_URN else urn


def _home_differs(
    case: Case, home: Agency, latest: PlacementRecorded, current: PlacementRecorded, day: date
) -> _Difference | NotEvaluated | None:
    assert latest.start is not None, latest.type_name
    who = agency_name(case, home.code)
    here = _urn(latest) or _urn(home)
    theirs = _urn(current)
    if theirs is None and current.type in _ANY_HOME:
        if current.postcode is not None and current.postcode == latest.postcode:
            theirs = here
        else:
            return NotEvaluated("which home the council's placement is in", current.agency,
                                min((current, latest), key=RecordKey.of), home.code)
    lives_here = live_on(latest.start, latest.end, day)
    if lives_here and theirs != here:
        said = said_since(case, latest, lambda each: (each.start, each.end, each.home_urn))
        return _Difference(latest, told(said, f"lives here since {say(latest.start)}",
                                        here or ""), latest.start,
                           f"{who} record that the child lives there")
    if not lives_here and latest.end is not None and theirs == here:
        said = said_since(case, latest, lambda each: (each.start, each.end, each.home_urn))
        return _Difference(latest, told(said, f"left on {say(latest.end)}", f"left {here or ''}"),
                           latest.end, f"{who} record that the child left on {say(latest.end)}")
    return None


def _against_police(
    case: Case, limits: Limits, held: list[PlacementRecorded]
) -> Iterator[Yielded]:
    """The latest missing report of the police that names a home, as of the day it was made."""
    police = {each.code for each in case.partnership.of_kind(AgencyKind.POLICE)}
    reports = [each for each in case.current(MissingEpisodeRecorded) if each.agency in police
               and each.told_police is not None and _urn(each) is not None]
    if not reports:
        return
    report = max(reports, key=lambda each: (_reported(each).at, RecordKey.of(each)))
    reported = _reported(report)
    day = day_of(reported.at)
    current = _current(case, held, day)
    lately = {_urn(each) for each in held if any(
        live_on(each.start, each.end, day - timedelta(days=back))
        for back in range(limits.placement_settled_days + 1))}
    if current is None or (_urn(current) is None and current.type in _ANY_HOME) \
            or _urn(report) in lately:
        return
    heard = case.reach.of(current.agency, _TYPE)
    if heard is None:
        return
    said = said_since(case, report, lambda each: (each.home_urn, each.told_police))
    found = _Difference(
        report, told(said, f"missing from home {report.home_urn}, reported {say(reported)}",
                     report.home_urn or ""), None,
        f"{agency_name(case, report.agency)} recorded the child as missing from another home on "
        f"{say_day(day)}")
    yield from _after_grace(case, limits, current, found, min(case.now, heard), current.agency)


def _reported(report: MissingEpisodeRecorded) -> Moment:
    assert report.told_police is not None, report.type_name
    return report.told_police


def _after_grace(
    case: Case, limits: Limits, current: PlacementRecorded, found: _Difference,
    judged: datetime, slow: str,
) -> Iterator[Yielded]:
    """The disagreement once the days of grace from the later change have passed."""
    later = max(day_of(_start(current)),
                day_of(found.changed.at if found.changed else _start(current)))
    since = start_of(later + timedelta(days=limits.placement_settled_days))
    if found.changed is None:
        since = max(since, found.evidence.statement.recorded_at)
    anchor = min((current, found.other), key=RecordKey.of)
    if case.now < since:
        yield LookAgain(since)
        return
    unreadable = next((code for code in (current.agency, found.other.agency)
                       if case.reach.unreadable_since(code, _TYPE, start_of(later))), None)
    if judged < since or unreadable is not None:
        yield NotEvaluated("whether the placement is still recorded after the days of grace",
                           unreadable or slow, anchor, found.other.agency)
        return
    placed = said_since(case, current, lambda each: (each.start, each.end, each.home_urn,
                                                     each.type))
    kind = "" if current.type in _NEVER_TOLD else \
        quoted(current.type_word, current.type or "not said") + " "
    old = timedelta(days=limits.historical_after_days)
    yield Disagreement(
        anchor=anchor, severity=Severity.HIGH, since=since, part=found.other.agency,
        evidence=(told(placed, f"placement {kind}from {say_day(day_of(_start(current)))}",
                       "another placement"), found.evidence),
        sentence=f"{found.words}; {agency_name(case, current.agency)} record another current "
                 f"placement, from {say_day(day_of(_start(current)))}.",
        action="Council: confirm where the child lives, and tell the home and the police. Do not "
               "give a protected address to anybody who does not hold it.",
        would_change="A corrected placement by any of them.",
        historical=isinstance(found.other, MissingEpisodeRecorded)
        and _reported(found.other).at + old <= case.now,
    )
