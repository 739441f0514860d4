"""Missing to those who care for the child: held otherwise by the police, or not at all."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from broker.case.absences import (
    FOREVER,
    Account,
    Row,
    began,
    latest_of,
    log_numbers,
)
from broker.case.calendar import ONE_DAY, say_time
from broker.case.case import Case, RecordKey
from broker.case.closing import closed_at
from broker.case.held_otherwise import (
    UNKNOWN_CATEGORIES,
    UNKNOWN_KINDS,
    PoliceRecord,
    accusers,
    held_but_not_missing,
    police_reports,
)
from broker.case.held_otherwise import recorded_as_concern as concern_for_missing
from broker.case.occasions import Occasion, category_of, reported_at
from broker.case.recall import each_of
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.event.subject import parts_of
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Said, Yielded
from broker.rules.telling import agency_name, listed
from broker.rules.themes.missing.another_force import is_of_another_force
from broker.rules.themes.missing.nights import (
    category_since,
    category_word,
    end_words,
    historical,
    incident_as_told,
    kind_since,
    known_by,
    last_seen_words,
    left_open_until,
    names,
    nights_of,
    police_rows,
    row_as_told,
    tell_category,
    tell_incident,
    tell_kind,
    tell_row,
    vague,
    written,
)
from broker.rules.themes.missing.under_another import missing_under_another
from broker.vocabulary.words import AgencyKind, Precision, Severity

_GUIDANCE = date(2014, 1, 1)
_REPORTS = MissingEpisodeRecorded.__name__
_POLICE_RECORDS = {_REPORTS: "missing reports", IncidentRecorded.__name__: "incidents"}


@rule(code="M01", name="missing.recorded_as_concern", severity=Severity.CRITICAL,
      needs=(MissingEpisodeRecorded,), starts=_GUIDANCE, near_days=4)
def recorded_as_concern(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Missing to a home or the council, held by the police as something else

    **Source** College of Policing, missing persons guidance: anyone whose whereabouts cannot be
    established is missing until located. National child protection inspection: highly vulnerable
    children missing from homes were recorded as a "cause for concern".
    **Why it matters** A child recorded as a concern for safety is not looked for.
    **Raises when** a home, a carer or the council says the child is missing (or absconded), and
    the police hold the same occasion as a concern for safety or another category (the closing
    one once closed), and no police record of it says missing.
    **Stays silent when** the police hold it as missing anywhere, at whatever risk ("No apparent
    risk (absent)" is missing); when the others say that the whereabouts are known; and for a
    call that is not about the absence. A report left open from an earlier absence, from which
    others had the child back before this one began, does not count as a record of this one. Not
    evaluated where the police's own word is unknown.
    """
    yield from each_of(case, limits, nights_of(case, limits), _held_of)


def _held_of(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """As what the police hold one night."""
    reports = police_reports(night)
    if not held_but_not_missing(night, reports):
        return
    held = concern_for_missing(night)
    if held is not None:
        yield _as_concern(case, limits, night, *held)
    elif accusers(night):
        yield from _unknown_words(night, reports)
    else:
        yield from filter(None, [vague(night)])


def _unknown_words(night: Occasion, reports: Sequence[Row]) -> Iterator[NotEvaluated]:
    """What the police's own word leaves open, where it is not one of the neutral ones."""
    for row in reports:
        if row.classification in UNKNOWN_KINDS:
            yield NotEvaluated("what the police's classification of the missing report means",
                               row.agency, night.anchor)
            return
    for incident in night.incidents:
        if category_of(incident) in UNKNOWN_CATEGORIES:
            yield NotEvaluated("what the category of the police incident means",
                               incident.agency, night.anchor)
            return


def _as_concern(
    case: Case, limits: Limits, night: Occasion, missing: Sequence[Row],
    other: Sequence[PoliceRecord],
) -> Disagreement:
    said = [kind_since(case, row) for row in missing]
    rows = [kind_since(case, each) for each in other if isinstance(each, MissingEpisodeRecorded)]
    calls = [category_since(case, each) for each in other if isinstance(each, IncidentRecorded)]
    words = listed(dict.fromkeys([
        *(category_word(incident_as_told(case, each)) for each in other
          if isinstance(each, IncidentRecorded)),
        *(f"“{row_as_told(case, each).classification_word or 'Concern for safety'}”"
          for each in other if isinstance(each, MissingEpisodeRecorded))]))
    homes, police = names(case, said), names(case, [*rows, *calls])
    still = end_words(night, case)
    doubts = [each for code in sorted({one.agency for one in (*rows, *calls)})
              if (each := _reports_in_doubt(case, code, night.start)) is not None]
    held = f". {' '.join(doubts)}" if doubts else " and hold no record of it as missing."
    return Disagreement(
        anchor=night.anchor, severity=Severity.CRITICAL,
        since=max(written(said), written([*rows, *calls])),
        evidence=_evidence(case, missing, other),
        sentence=f"{homes} recorded the child as missing, {last_seen_words(case, missing)}; "
                 f"{police} recorded the same occasion as {words}{held}{still}",
        action=_SPEAK_NOW if night.safe_at is None else _AGREE_AFTERWARDS,
        would_change="A police record of this occasion as missing, or the other agency's record "
                     "that the child's whereabouts were known.",
        historical=historical(night, case, limits),
    )


def _evidence(
    case: Case, missing: Iterable[Row], other: Iterable[PoliceRecord]
) -> tuple[Said, ...]:
    """What those say who have the child missing; then incidents and reports of the police."""
    held = sorted(other, key=lambda each: isinstance(each, MissingEpisodeRecorded))
    return (*(tell_kind(case, row) for row in missing),
            *(tell_category(case, each) if isinstance(each, IncidentRecorded)
              else tell_kind(case, each) for each in held))


def _reports_in_doubt(case: Case, force: str, start: datetime) -> str | None:
    """Why a force's silence about a missing report may be none, if so."""
    who, heard = agency_name(case, force), case.reach.of(force, _REPORTS)
    unread = _unread(case, force, (_REPORTS,), start, "a missing report of it")
    if unread is not None:
        return unread
    if heard is None:
        return f"{who} have never sent missing reports: confirm by phone that they hold none."
    if heard < start:
        return (f"{who} had sent no record of it as missing when their missing reports were last "
                f"heard, at {say_time(heard)}: confirm by phone.")
    return None


_SPEAK_NOW = ("Police and whoever cares for the child: speak to each other now. Unless somebody "
              "knows where the child is, open a missing report and look for the child.")
_AGREE_AFTERWARDS = ("Police and whoever cared for the child: agree how this absence should have "
                     "been recorded, and whether the child was looked for.")


@rule(code="M02", name="missing.not_with_police", severity=Severity.CRITICAL,
      needs=(MissingEpisodeRecorded,), starts=_GUIDANCE, near_days=4)
def not_with_police(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Missing to a home or the council, with no police record of the occasion

    **Source** Statutory guidance on children who run away or go missing from home or care, 2014;
    College of Policing, missing persons guidance.
    **Why it matters** Nobody looks for a child of whom the police do not know.
    **Raises when** a home or the council says the child is missing (or absconded) and, after the
    limit from when it was noticed, no police record of the occasion has been received. Where that
    is not said it runs from when the police were told or the child was last seen; where no time
    is said, from when it was first written. It is raised also where the police feed has not been
    heard that far, and then says so. Where only dates are known the limit runs from the end of
    the first day. An absence that a yearly return alone leaves open is known no further than that
    return speaks: the sentence says so, and it is historical by that day.
    **Stays silent when** any police record belongs to the occasion, unless all were over a day
    before a council's absence with the whereabouts known became one with them unknown; when the
    child was back before the limit ran out and the police were not told; and, not evaluated, when
    the log number the home holds is one of another force (it begins with that force's name or
    letters): confirm with that force; or when a council's rows of nights running are each a day
    late for a night that the police hold, and of the last row's own dates nobody else who was
    heard holds anything; or when the police hold the child as missing at that time, under the log
    number given (or one a digit off) and a record of which a person must still say whose it is,
    unless another child of that home or council, or of another that knows this one, is, or may
    be, who that record is about.
    """
    for said in each_of(case, limits, nights_of(case, limits), _unknown_of):
        held = isinstance(said, Disagreement) and missing_under_another(case, limits, said)
        yield said if not held else NotEvaluated(
            f"whether a record under which {agency_name(case, held.agency)} hold a child as "
            "missing by this log number is this child's: look at the pair in review")


def _unknown_of(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """One night that the police may not know of."""
    forces = case.partnership.of_kind(AgencyKind.POLICE)
    if (police_rows(night) or night.incidents) and not _is_of_time_known(case, night):
        yield from _if_dated_late(case, night)
        return
    missing = [row for row in accusers(night) if not _back_in_time(case, row, limits)]
    if not missing:
        yield from filter(None, [vague(night)])
        return
    if not forces:
        yield NotEvaluated("the police are not part of this partnership")
        return
    if is_of_another_force(case, forces, missing):
        yield NotEvaluated(
            "the police log number is one of another force: confirm with that force")
        return
    due = min(_due(case, row, limits) for row in missing)
    if case.now < due:
        yield LookAgain(due)
    else:
        yield _unknown_to_police(case, limits, night, missing, due)


def _if_dated_late(case: Case, night: Occasion) -> Iterator[NotEvaluated]:
    """A row that is of a night of the police's only if its council dates nights a day late: by its
    own dates it would be an absence of which they hold nothing."""
    for account in night.accounts:
        if account.key in night.late.last and account.missing_rows():
            yield NotEvaluated(
                f"whether the dates that {agency_name(case, account.agency)} has of these nights "
                "are a day late", None, min(account.rows, key=RecordKey.of))


def _is_of_time_known(case: Case, night: Occasion) -> bool:
    """Whether all that the police hold was over a day or more before a council's absence became
    one with the whereabouts unknown (SSDA903 A, then M), and they hold nothing since."""
    saying = _saying(night)
    if not police_rows(night) or held_but_not_missing(night, police_reports(night)) \
            or not saying or any(len(each.missing_rows()) == len(each.rows) for each in saying):
        return False
    first = min(began(row).at for each in saying for row in each.missing_rows()) - ONE_DAY
    until = max(each.until for each in saying)
    return not any(
        case.kind_of(each) is AgencyKind.POLICE and (began(each).at < until
                                                     and latest_of(each) > first)
        for each in case.current(MissingEpisodeRecorded)
    ) and not any(
        first < reported_at(each) < until for each in case.current(IncidentRecorded)
    ) and all((closed_at(case, each) or FOREVER) <= first for each in night.incidents)


def _saying(night: Occasion) -> list[Account]:
    """The accounts by which the child is missing, the police's aside."""
    return [each for each in night.own
            if each.kind is not AgencyKind.POLICE and each.missing_rows()]


def _is_over(case: Case, limits: Limits, night: Occasion) -> tuple[bool, bool]:
    """Whether the absence is over, and whether it is history. What the police hold of the time
    before says nothing of it."""
    if not police_rows(night):
        return night.safe_at is not None, historical(night, case, limits)
    until = max(each.until for each in _saying(night))
    return until < FOREVER, until < FOREVER and \
        until + timedelta(days=limits.historical_after_days) <= case.now


def _due(case: Case, row: Row, limits: Limits) -> datetime:
    """When a police record is expected by."""
    return known_by(case, row) + timedelta(minutes=limits.police_record_expected_minutes)


def _back_in_time(case: Case, row: Row, limits: Limits) -> bool:
    """Whether the child was back before the limit and the row says nothing of telling police."""
    back = row.returned or row.found
    return back is not None and back.precision is not Precision.DAY \
        and row.told_police is None and not log_numbers(row, row.police_reference) \
        and back.at <= _due(case, row, limits)


def _unknown_to_police(
    case: Case, limits: Limits, night: Occasion, missing: Sequence[Row], due: datetime
) -> Disagreement:
    said = [kind_since(case, row) for row in missing]
    numbers = sorted({row.police_reference for row in missing if row.police_reference})
    given = f" The log number given is {listed(numbers)}." if numbers else ""
    if not case.current(PersonRecorded):
        given = (f" {names(case, said)} have not sent who the child is, and without that no "
                 f"police record can be joined to this one: send it, and confirm by phone.{given}")
    before: list[PoliceRecord] = [*police_rows(night), *night.incidents]
    if before:
        given = (f" What {names(case, before)} hold of this absence was over while the child's "
                 f"whereabouts were known.{given}")
    is_over, is_history = _is_over(case, limits, night)
    still = end_words(night, case) if not before else " The absence is over." if is_over else ""
    return Disagreement(
        anchor=night.anchor, severity=Severity.CRITICAL, since=max(due, written(said)),
        evidence=(*(tell_kind(case, row) for row in missing), *map(tell_row, police_rows(night)),
                  *map(tell_incident, night.incidents)),
        sentence=f"{names(case, said)} recorded the child as missing, "
                 f"{last_seen_words(case, missing)}. "
                 f"{_police_silence(case, night.start, due)}{given}{still}",
        action=_ASK_AFTERWARDS if is_over else
               _ASK_THE_COUNCIL if left_open_until(night, case) is not None else
               _RING_WITH_NUMBER if numbers else _RING,
        would_change="A police record of this occasion, or the other agency's record that the "
                     "child's whereabouts were known.",
        historical=is_history,
    )


_RING = ("Whoever cares for the child: confirm by phone that the police know, and write down the "
         "log number. Police: confirm by phone what is recorded of this absence.")
_RING_WITH_NUMBER = ("Whoever cares for the child: confirm by phone, with the force that gave the "
                     "log number, that the child is recorded as missing. Police: say whose "
                     "number it is.")


_ASK_THE_COUNCIL = ("Council: look up now whether the child is back, and since when. If it is "
                    "not, or nobody knows, ring the police and confirm that they know. Police: "
                    "confirm by phone what is recorded of this absence.")
_ASK_AFTERWARDS = ("Whoever cared for the child and the police: confirm by phone whether the "
                   "police were told of this absence, under which log number, and what they "
                   "recorded.")


def _police_silence(case: Case, start: datetime, due: datetime) -> str:
    """What is known of the police's silence: none, unreadable, or not heard so far."""
    said = []
    for force in case.partnership.of_kind(AgencyKind.POLICE):
        who = agency_name(case, force.code)
        heard = {name: at for name in _POLICE_RECORDS
                 if (at := case.reach.of(force.code, name)) is not None}
        unheard = listed(words for name, words in _POLICE_RECORDS.items() if name not in heard) \
            if len(heard) < len(_POLICE_RECORDS) else ""
        unread = _unread(case, force.code, _POLICE_RECORDS, start, "the record of it")
        if unread is not None:
            said.append(unread)
        elif not heard and case.reach.heard(force.code) is None:
            said.append(f"{who} have not been heard at all: confirm by phone.")
        elif not heard:
            said.append(f"{who} have sent other records, and never {unheard}: confirm by phone.")
        elif min(heard.values()) < due:
            said.append(f"{who} were last heard at {say_time(min(heard.values()))}, and had sent "
                        "no record of it by then: confirm by phone.")
        elif any(parts_of(key)[0] == force.code for key in case.link.unsure):
            said.append(f"{who} have sent no record of it that is known to be this child's, but "
                        "somebody must still say whether another record of theirs is: look at "
                        "the pair in review, and confirm by phone.")
        elif unheard:
            said.append(f"{who} have sent no record of it, and have never sent {unheard}: confirm "
                        "by phone.")
        else:
            said.append(f"{who} have sent no record of it.")
    return " ".join(said)


def _unread(case: Case, force: str, types: Iterable[str], start: datetime, sought: str
            ) -> str | None:
    """What a force has sent of these types since then that could not be read, if anything."""
    refused = [at for name in types
               if (at := case.reach.refused_since(force, name, start)) is not None]
    who = agency_name(case, force)
    if refused:
        return (f"A file of {who} could not be read at {say_time(min(refused))}, and may hold "
                f"{sought}: confirm by phone.")
    if any(case.reach.unreadable_since(force, name, start) for name in types):
        return (f"{who} sent rows that could not be read, and one of them may be {sought}: "
                "confirm by phone.")
    return None
