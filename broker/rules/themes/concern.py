"""What is feared, and what is made of it: concerns that a risk assessment leaves out."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker.case.calendar import day_of, say_day, say_time, start_of
from broker.case.care import EXPLOITATION_MARKERS, Sign, exploitation_signs, markers_at
from broker.case.case import Case, RecordKey
from broker.case.occasions import occasions_of
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.concern import AssessmentRecorded, ConcernRecorded
from broker.event.envelope import Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.event.risk import MarkerRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.risk_levels import own_risk_word, risk_of
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, listed, quoted, told
from broker.rules.windows import windows_of
from broker.vocabulary.words import ConcernSource, MarkerKind, Risk, Severity

_LOW = frozenset({Risk.NONE_APPARENT, Risk.LOW})


@dataclass(frozen=True, slots=True)
class Assessed:
    """A risk that an agency put on the child: on which record, how it stands, and when."""

    statement: Statement
    risk: Risk
    word: str | None
    at: datetime
    what: str


@rule(code="K03", name="concern.not_in_risk", severity=Severity.CRITICAL,
      needs=(MissingEpisodeRecorded, ConcernRecorded), starts=date(2014, 1, 1))
def not_in_risk(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Signs of exploitation are on record, and the child's risk was then put at none or low

    **Source** College of Policing, missing persons guidance (risk assessment takes in what
    partners know); national child protection inspection: poor assessment of risk.
    **Why it matters** A child who is being exploited and goes missing is in danger from the
    first hour; a low risk means that nobody hurries.
    **Raises when** a live sign of exploitation (a marker set or reviewed, a notice, a
    notification or an assessment factor of the last twelve months) was recorded before the risk
    on an absence or a police notice was last put at none or low.
    **Stays silent when** the sign came after that assessment, is older or cleared, or stands on
    the same record.
    """
    found: list[tuple[Assessed, list[Sign]]] = []
    for assessed in _assessments(case):
        if assessed.risk is Risk.UNMAPPED:
            if exploitation_signs(case, assessed.at, limits.exploitation_sign_months):
                yield NotEvaluated("the risk in a known word", None,
                                   _anchor(case, assessed.statement, limits))
            continue
        if assessed.risk not in _LOW:
            continue
        own = RecordKey.of(assessed.statement)
        signs = [each for each in
                 exploitation_signs(case, assessed.at, limits.exploitation_sign_months)
                 if RecordKey.of(each.statement) != own]
        if signs:
            found.append((assessed, signs))
        elif any(each.kind is MarkerKind.UNMAPPED for each in markers_at(case, assessed.at)):
            yield NotEvaluated("what a marker in an unknown word means", None,
                               _anchor(case, assessed.statement, limits))
    if found:
        for anchor, together in _by_occasion(case, found, limits):
            yield _disagreement(case, anchor, together, limits)


def _by_occasion(
    case: Case, found: list[tuple[Assessed, list[Sign]]], limits: Limits
) -> Iterator[tuple[Statement, list[tuple[Assessed, list[Sign]]]]]:
    """What several accounts of one absence leave out is one fact; a notice stands alone."""
    together: dict[RecordKey, tuple[Statement, list[tuple[Assessed, list[Sign]]]]] = {}
    for assessed, signs in found:
        anchor = _anchor(case, assessed.statement, limits)
        together.setdefault(RecordKey.of(anchor), (anchor, []))[1].append((assessed, signs))
    for key in sorted(together):
        yield together[key]


def _anchor(case: Case, statement: Statement, limits: Limits) -> Statement:
    """The anchor of the occasion that a record belongs to; a notice is its own."""
    nights = occasions_of(case, windows_of(limits))
    known = case.derived.get("anchors")
    if known is None or known[0] is not nights:  # type: ignore[index] # written below alone
        anchors: dict[int, Statement] = {}
        for each in nights:
            for row in each.rows:
                anchors.setdefault(id(row), each.anchor)
        known = case.derived["anchors"] = (nights, anchors)
    return known[1].get(id(statement), statement)  # type: ignore[index,no-any-return] # as above


def _assessments(case: Case) -> Iterator[Assessed]:
    """The risk in force during each absence, and on each police notice, where it matters."""
    yield from each_of(case, None, case.current(MissingEpisodeRecorded), _of_absence)
    for notice in case.current(ConcernRecorded):
        if notice.source is ConcernSource.POLICE_NOTICE and notice.risk is not None \
                and _matters(notice.risk):
            yield Assessed(notice, notice.risk, notice.risk_word,
                           notice.raised.at if notice.raised else notice.recorded_at,
                           "a public protection notice")


def _of_absence(case: Case, _: None, absence: MissingEpisodeRecorded) -> Iterator[Assessed]:
    found = _while_away(case, absence)
    if found is not None and _matters(found.risk):
        yield found


def _matters(risk: Risk) -> bool:
    """Whether signs can speak against a risk: it is none or low, or in an unknown word."""
    return risk in _LOW or risk is Risk.UNMAPPED


def _while_away(case: Case, absence: MissingEpisodeRecorded) -> Assessed | None:
    """The risk in force while the child was away, by when it was last assessed.

    What was written while the child was away tells it; else the row written in hindsight, less
    what it says was changed after the return.
    """
    over = absence.returned or absence.found
    begun = absence.told_police or absence.noticed or absence.last_seen
    away = [each for each in case.versions(absence) if isinstance(each, MissingEpisodeRecorded)
            and risk_of(each) is not None and (over is None or each.recorded_at <= over.at)]
    row = away[-1] if away else absence
    changed = row.risk_changed
    if over is not None and changed is not None and changed.at > over.at:
        if row.risk_first is None:
            return None
        at = begun.at if begun else row.recorded_at
        return Assessed(absence, row.risk_first, row.risk_first_word, at, "an absence")
    risk = risk_of(row)
    if risk is None:
        return None
    since = said_since(case, row, _risk)
    first = since is case.versions(absence)[0]
    at = changed.at if changed else begun.at if begun and first else since.recorded_at
    return Assessed(absence, risk, own_risk_word(row), at, "an absence")


def _risk(absence: MissingEpisodeRecorded) -> Risk | None:
    return risk_of(absence)


def _disagreement(
    case: Case, anchor: Statement, together: list[tuple[Assessed, list[Sign]]], limits: Limits
) -> Disagreement:
    said = [(each, said_since(case, each.statement, _what)) for each, _ in together]
    one_each = {RecordKey.of(sign.statement): sign for _, signs in together for sign in signs}
    records = [one_each[key] for key in sorted(one_each)]
    names = listed(sorted({agency_name(case, each.statement.agency) for each, _ in said}))
    who = agencies_of(case, (each.statement for each in records))
    put = listed(f"{agency_name(case, each.statement.agency)} put the child's risk on "
                 f"{each.what} at {quoted(each.word, each.risk)} at {say_time(each.at)}"
                 for each, _ in said)
    return Disagreement(
        anchor=anchor, severity=Severity.CRITICAL,
        since=max(min(each.recorded_at for _, each in said),
                  min(each.recorded_at for each in records)),
        historical=case.now - max(each.at for each, _ in said)
        > timedelta(days=limits.historical_after_days),
        evidence=(*(told(first, f"Risk {quoted(each.word, each.risk)} at {say_time(each.at)}",
                         each.risk) for each, first in said),
                  *(told(said_since(case, each.statement, _sign_of), _sign_says(each), each.word)
                    for each in records)),
        sentence=f"{put}; {who} had signs of exploitation on record by then.",
        action=f"{names}: assess the risk again with what {who} hold; if the child is away, "
               "now.",
        would_change="A risk assessed anew with the signs in view, or a sign corrected or "
                     "cleared.",
    )


def _what(statement: Statement) -> object:
    if isinstance(statement, MissingEpisodeRecorded):
        return (statement.risk_first, statement.risk_now, statement.risk_changed)
    assert isinstance(statement, ConcernRecorded), "risk stands on absences and notices"
    return (statement.risk, statement.raised)


def _sign_of(statement: Statement) -> object:
    if isinstance(statement, MarkerRecorded):
        return (statement.kind, statement.set, statement.cleared, statement.reviewed)
    if isinstance(statement, ConcernRecorded):
        return (statement.categories, statement.raised)
    assert isinstance(statement, AssessmentRecorded), "signs are markers, concerns and factors"
    return (statement.factors, statement.authorised)


def _day_or_time(at: datetime) -> str:
    """Midnight is most often a day alone."""
    return say_day(day_of(at)) if at == start_of(day_of(at)) else say_time(at)


def _sign_says(sign: Sign) -> str:
    word = sign.word.replace("_", " ").lower()
    kind = "Marker" if sign.word in {str(each) for each in EXPLOITATION_MARKERS} else "Sign"
    return f"{kind} of {word}, of {_day_or_time(sign.fresh_at)}"
