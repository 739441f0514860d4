"""The briefing: one screen on one child, of what every agency says, for somebody on the way."""
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from broker.case.calendar import day_of, say
from broker.case.care import in_need_on, markers_at, placements_on
from broker.case.case import Case, Received, build_case
from broker.case.occasions import occasions_of
from broker.event.agency import Agency
from broker.event.care import PlacementRecorded
from broker.event.finding import Finding
from broker.event.own import AllegationDecided
from broker.event.person import PersonRecorded
from broker.event.risk import MarkerRecorded, RiskLinkRecorded
from broker.event.subject import parts_of
from broker.findings.finding import is_standing, lasted
from broker.policy.agreements import InForce
from broker.policy.allegations import allegations_of, keeps_from_home
from broker.policy.visibility import alleges_against, may_be_told, shown_statement
from broker.report.absences_told import began_at, gone_words, span_words
from broker.report.deaths_told import death_lines
from broker.report.findings import in_order, instant, state_words
from broker.report.missing import (
    ages_on,
    is_missing_now,
    last_return_interview,
    protection_on,
    signs_shown,
)
from broker.report.returns_told import as_known_on
from broker.report.sightings_told import seen_lines
from broker.vocabulary.words import AgencyKind, FindingState, MarkerKind

ABSENCES_DAYS = 90
NONE_OPEN = "No finding is open."
NO_FINDING_SHOWN = ("No finding may be shown to this agency; that is not to say that nothing "
                    "disagrees.")
NO_OPEN_SHOWN = NO_FINDING_SHOWN.replace("No finding", "No open finding", 1)
_NOT_NAMED = "warnings and links are shown to a named reader: give --actor and --purpose"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: an agency (None: the operator of this installation) and what it may be given."""

    agency: Agency | None
    allowed: InForce


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines, in the order in which somebody on the way needs them."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What one reader may see of one child at one time; an agency (`for_agency`) may be shown
    fewer findings than there are. `over` are those that ended lately, also at once as what was
    due had been done late."""

    child: str
    made_at: datetime
    held_as: tuple[str, ...]
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    for_agency: bool = False
    over: tuple[Finding, ...] = ()

    @property
    def nothing(self) -> str:
        """What is said where no finding is open. Whether something is withheld is not told: that
        alone would give an allegation away."""
        if not self.for_agency:
            return NONE_OPEN
        return NO_OPEN_SHOWN if self.over else NO_FINDING_SHOWN


def visible_to(case: Case, members: Iterable[str], reader: Reader) -> Case | None:
    """The case of what this reader may see; None where its agency does not hold the child."""
    if reader.agency is None:
        return case
    code = reader.agency.code
    own = [local_id for agency, local_id in map(parts_of, sorted(members)) if agency == code]
    if not own:
        return None
    alleged = is_alleged(case, reader.agency)
    shown = [said for versions in case.histories.values() for said in versions
             if said.agency == code or shown_statement(
                 said, reader.agency, own[0], reader.allowed, alleged=alleged) is not None]
    return build_case(case.child, [Received(each, case.now) for each in shown], now=case.now,
                      partnership=case.partnership, reach=case.reach, link=case.link)


def is_alleged(case: Case, agency: Agency) -> bool:
    """Whether an allegation stands against this home or its staff."""
    said = (each for versions in case.histories.values() for each in versions[-1:])
    return agency.kind is AgencyKind.CARE_HOME and alleges_against(said, agency)


def briefing_of(
    case: Case, members: Iterable[str], findings: Iterable[Finding], reader: Reader,
    exploitation_months: int, decided: Iterable[AllegationDecided] = (),
) -> Briefing | None:
    """The briefing on one child; None where the reader's agency does not hold the child. `decided`
    is what people decided of allegations about the child."""
    keys = tuple(members)
    shown = visible_to(case, keys, reader)
    if shown is None:
        return None
    name_of = namer(shown)
    said = [each for versions in case.histories.values() for each in versions]
    alleged = () if reader.agency is None else allegations_of(said, reader.agency, decided)
    told = [each for each in findings if reader.agency is None or may_be_told(
        each, reader.agency, reader.allowed, said, alleged=keeps_from_home(each, alleged))]
    sections = (
        Section("Who", tuple(_who(shown, name_of))),
        Section("Recorded death", tuple(death_lines(shown, name_of))),
        Section("Now", tuple(_now(shown))),
        Section("Plans and orders", tuple(_plans(shown, name_of))),
        Section("Placement", tuple(_placements(shown, name_of))),
        Section(f"Absences in the last {ABSENCES_DAYS} days", tuple(_absences(shown, name_of))),
        Section("Warnings", tuple(_warnings(shown, name_of, reader, exploitation_months))),
        Section("Last seen", tuple(seen_lines(shown, name_of))),
    )
    return Briefing(case.child, case.now, _held_as(keys, reader), sections,
                    tuple(in_order(filter(is_standing, told))),
                    for_agency=reader.agency is not None,
                    over=tuple(in_order(each for each in told if _is_lately_over(each, case.now))))


def _is_lately_over(finding: Finding, now: datetime) -> bool:
    """Whether it was resolved within the days whose absences are told; what was withdrawn never
    truly stood, and what is historical ended long ago."""
    return (finding.state is FindingState.RESOLVED and not finding.historical
            and finding.until is not None
            and finding.until >= now - timedelta(days=ABSENCES_DAYS))


def over_line(finding: Finding) -> str:
    """A finding that is over, in one line: what it was, how long it lasted, where it is told."""
    words = " ".join(filter(None, (finding.sentence, lasted(finding))))
    return (f"over: {finding.severity.value} {finding.code} ({state_words(finding)}): {words} "
            f"- `concord explain {finding.finding_id}`")


def namer(case: Case) -> Callable[[str], str]:
    """An agency's name from its code, as the partnership writes it."""
    agencies = case.partnership.agencies
    return lambda code: agencies[code].name if code in agencies else code


def _held_as(members: tuple[str, ...], reader: Reader) -> tuple[str, ...]:
    """The local ids this reader may see: its own agency's."""
    return tuple(key for key in members
                 if reader.agency is None or parts_of(key)[0] == reader.agency.code)


def _who(case: Case, name_of: Callable[[str], str]) -> Iterator[str]:
    ages = " or ".join(map(str, ages_on(case, day_of(case.now))))
    yield f"age {ages}" if ages else "age not known"
    for person in case.current(PersonRecorded):
        names = [" ".join(filter(None, (each.given, each.family))) for each in person.names]
        if names:
            yield f"{' / '.join(dict.fromkeys(names))} ({name_of(person.agency)})"


def _now(case: Case) -> Iterator[str]:
    for occasion in occasions_of(case):
        if is_missing_now(case, occasion):
            gone = gone_words(began_at(occasion), case.now)
            yield f"MISSING by at least one account {gone}: see the absences below"


def _plans(case: Case, name_of: Callable[[str], str]) -> Iterator[str]:
    today = day_of(case.now)
    yield from protection_on(case, today, name_of)
    yield from dict.fromkeys(f"open child in need, {name_of(each.agency)}{how}"
                             for each in in_need_on(case, today)
                             if (how := as_known_on(case, each, today)) is not None)


def _placements(case: Case, name_of: Callable[[str], str]) -> Iterator[str]:
    """Where the child is placed, never with an address."""
    homes = {each.home_urn: each.name for each in case.partnership.agencies.values()
             if each.home_urn}
    today = day_of(case.now)
    for each in placements_on(case, today):
        how = as_known_on(case, each, today)
        if each.start is not None and how is not None:
            place = homes.get(each.home_urn or "") or _kind_of(each)
            yield f"{place} since {say(each.start)}, says {name_of(each.agency)}{how}"


def _kind_of(placement: PlacementRecorded) -> str:
    word = placement.type_word or placement.type
    return f"placement {word}" if word else "a placement"


def _absences(case: Case, name_of: Callable[[str], str]) -> Iterator[str]:
    since = case.now - timedelta(days=ABSENCES_DAYS)
    recent = [each for each in occasions_of(case)
              if each.start <= case.now and (each.end is None or each.end >= since)]
    for occasion in reversed(recent):
        words = dict.fromkeys(
            f"{name_of(row.agency)} “{row.classification_word or row.classification or '?'}”"
            for row in occasion.all_rows)
        words |= dict.fromkeys(
            f"{name_of(each.agency)} incident “"
            f"{each.category_closed_word or each.category_opened_word or '?'}”"
            for each in occasion.incidents)
        yield f"{span_words(case, occasion, name_of)}: {'; '.join(words)}"
    held = last_return_interview(case)
    if recent:
        yield f"last return interview: {say(held) if held else 'none on record'}"


def _warnings(case: Case, name_of: Callable[[str], str], reader: Reader,
              months: int) -> Iterator[str]:
    if reader.agency is None:
        yield _NOT_NAMED
        return
    for marker in markers_at(case, case.now):
        yield f"marker: {_marker_word(marker)}, {name_of(marker.agency)}"
    for sign in signs_shown(case, name_of, months):
        yield f"sign of exploitation: {sign}"
    today = day_of(case.now)
    for link in case.current(RiskLinkRecorded):
        live = (link.valid_from is None or link.valid_from <= today) and (
            link.valid_to is None or link.valid_to > today)
        if live:
            how = f" ({link.relationship})" if link.relationship else ""
            yield (f"a person posing risk is linked to this child{how}: "
                   f"{link.category_word or link.category or 'category not said'}, "
                   f"{name_of(link.agency)}")


def _marker_word(marker: MarkerRecorded) -> str:
    kind = marker.kind if marker.kind is not MarkerKind.UNMAPPED else None
    return marker.kind_word or str(kind or "not said")


def briefing_json(briefing: Briefing) -> dict[str, Any]:
    """The machine form."""
    return {
        "child": briefing.child, "made_at": instant(briefing.made_at),
        "held_as": list(briefing.held_as),
        "sections": {each.title: list(each.lines) for each in briefing.sections},
        "findings": [{**_told_json(each), "action": each.action, "historical": each.historical}
                     for each in briefing.findings],
        "over": [{**_told_json(each), "until": instant(each.until),
                  "done_late": each.done_late, "lasted": lasted(each)}
                 for each in briefing.over],
    }


def _told_json(finding: Finding) -> dict[str, Any]:
    return {"id": finding.finding_id, "code": finding.code,
            "severity": finding.severity.value.lower(), "since": instant(finding.since),
            "sentence": finding.sentence, "state": finding.state.value.lower()}


def briefing_lines(briefing: Briefing) -> Iterator[str]:
    """One screen for a person."""
    yield f"{', '.join(briefing.held_as)}  [child {briefing.child}]"
    for finding in briefing.findings:
        state = state_words(finding)
        yield (f"{finding.severity.value} {finding.code}"
               f"{'' if state == 'open' else f' ({state})'}: {finding.sentence}")
        yield f"    {finding.action}"
    if not briefing.findings:
        yield briefing.nothing
    yield from map(over_line, briefing.over)
    for section in briefing.sections:
        if section.lines:
            yield f"{section.title}:"
            for line in section.lines:
                yield f"    {line}"
