"""Who is missing now: every child away by any account, with each agency's words beside it."""
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from broker.case.absences import MISSING_CATEGORIES, Account, Row, says_missing
from broker.case.calendar import age_on, day_of, say, say_time, start_of
from broker.case.care import Sign, care_periods_on, cp_plans_on, exploitation_signs
from broker.case.case import Case
from broker.case.child import is_child
from broker.case.closing import closed_at
from broker.case.occasions import Occasion, category_of, occasions_of
from broker.case.open_case import known_on
from broker.event.envelope import Moment, Statement
from broker.event.finding import Finding
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.report.absences_told import (
    Beginning,
    began_at,
    gone_words,
    left_open_by,
    return_words,
    when_reported,
)
from broker.report.deaths_told import death_lines
from broker.report.findings import in_order, instant
from broker.report.returns_told import as_known_on
from broker.rules.telling import began_words
from broker.vocabulary.words import BirthDatePrecision, InterviewBy, Precision, Risk

TYPES = ("MissingEpisodeRecorded", "IncidentRecorded")
MISSING_COLUMNS = ("child", "hours_gone", "disputed", "since", "ages", "risk", "accounts", "signs",
                   "protection", "last_return_interview", "findings", "recorded_death",
                   "since_given")
_RISKS = (Risk.NONE_APPARENT, Risk.LOW, Risk.MEDIUM, Risk.HIGH)


@dataclass(frozen=True, slots=True)
class AccountShown:
    """What one agency says of this absence: `says` in its own words, `risk` likewise."""

    agency: str
    record: str
    says: str
    risk: str | None
    still_away: bool


@dataclass(frozen=True, slots=True)
class MissingChild:
    """One child who is missing by at least one account.

    `members` are subject keys. `since` is when the first account begins (one in dates alone only
    where no other gives a time); `risk` the highest that any agency put on it; `ages` in whole
    years, more than one where birth dates differ; `disputed` whether some account has the child
    back or found; `recorded_death` what is to be known before anybody comes upon the family.
    """

    child: str
    members: tuple[str, ...]
    since: Beginning
    hours_gone: float
    ages: tuple[int, ...]
    risk: Risk | None
    disputed: bool
    accounts: tuple[AccountShown, ...]
    signs: tuple[str, ...]
    protection: tuple[str, ...]
    last_return_interview: Moment | None
    findings: tuple[Finding, ...]
    recorded_death: tuple[str, ...] = ()


def missing_now(
    cases: Iterable[tuple[tuple[str, ...], Case]], name_of: Callable[[str], str],
    open_findings: Callable[[tuple[str, ...]], Iterable[Finding]], exploitation_months: int,
) -> list[MissingChild]:
    """Every child missing by any account at the cases' time, the most at risk first.

    `open_findings` gives what stands about the child of these records; `name_of` an agency's name.
    """
    found = []
    for members, case in cases:
        occasions = [each for each in occasions_of(case) if is_missing_now(case, each)]
        if occasions:
            found.append(_shown(members, case, occasions, name_of, open_findings(members),
                                exploitation_months))
    return sorted(found, key=lambda each: (
        each.disputed, not each.signs, -_rank(each.risk), -each.hours_gone, each.child))


def is_missing_now(case: Case, occasion: Occasion) -> bool:
    """Whether by any account of it the child's whereabouts are unknown at the case's time."""
    if occasion.start > case.now or not is_child(case, day_of(occasion.start)):
        return False
    today = day_of(case.now)
    accounts = (*occasion.accounts, *occasion.attached)
    if any(known_on(case, row, today) for account in accounts
           for row in account.missing_rows() if _is_away(row, case.now)):
        return True
    still_away = any(account.until > case.now for account in accounts) or not accounts
    return still_away and any(
        closed_at(case, each) is None and each.child_seen is None
        and category_of(each) in MISSING_CATEGORIES
        for each in occasion.incidents)


def left_open(
    members: tuple[str, ...], case: Case, name_of: Callable[[str], str],
) -> Iterator[str]:
    """A line for each absence that a yearly return alone leaves open, where by it the child's
    whereabouts were unknown: nobody is known to be missing by it now, nor known to be back."""
    for occasion in occasions_of(case):
        rows = tuple(row for row in left_open_by(case, occasion) if says_missing(row))
        if rows and occasion.start <= case.now and is_child(case, day_of(case.now)) \
                and not is_missing_now(case, occasion):
            yield (f"{', '.join(members)}: missing since {began_at(occasion).words} "
                   f"{return_words(case, rows, name_of)}  [child {case.child}]")


def _is_away(row: Row, now: datetime) -> bool:
    """Whether by this row the child is away still; a return on a bare day is one all day."""
    over = row.returned or row.found
    return over is None or over.at > now


def _shown(
    members: tuple[str, ...], case: Case, occasions: list[Occasion],
    name_of: Callable[[str], str], findings: Iterable[Finding], exploitation_months: int,
) -> MissingChild:
    begun = list(map(began_at, occasions))
    since = min([each for each in begun if each.given] or begun, key=lambda each: each.moment.at)
    rows = [row for each in occasions for row in each.all_rows]
    risks = [each for row in rows for each in (row.risk_now or row.risk_first,) if each in _RISKS]
    return MissingChild(
        child=case.child, members=members, since=since,
        hours_gone=round((case.now - since.moment.at).total_seconds() / 3600, 1),
        ages=ages_on(case, day_of(case.now)),
        risk=max(risks, key=_rank, default=None),
        disputed=any(not _is_away(row, case.now) for row in rows),
        accounts=tuple(shown for each in occasions for shown in _accounts(each, case, name_of)),
        signs=signs_shown(case, name_of, exploitation_months),
        protection=protection_on(case, day_of(case.now), name_of),
        last_return_interview=last_return_interview(case),
        findings=tuple(in_order(findings)),
        recorded_death=tuple(death_lines(case, name_of)),
    )


def _rank(risk: Risk | None) -> int:
    return _RISKS.index(risk) if risk in _RISKS else -1


def ages_on(case: Case, day: date) -> tuple[int, ...]:
    """The child's age by each agency's exact or estimated birth date."""
    births = {each.birth_date for each in case.current(PersonRecorded)
              if each.birth_date is not None
              and each.birth_date_precision is not BirthDatePrecision.EXPECTED}
    return tuple(sorted({max(0, age_on(born, day)) for born in births}))


def _accounts(occasion: Occasion, case: Case,
              name_of: Callable[[str], str]) -> Iterator[AccountShown]:
    for account in (*occasion.accounts, *occasion.attached):
        yield _account(account, case, name_of)
    for incident in occasion.incidents:
        word = incident.category_closed_word or incident.category_opened_word
        is_closed = closed_at(case, incident) is not None
        category = category_of(incident)
        yield AccountShown(
            agency=name_of(incident.agency), record=incident.record,
            says=f"{_spoken(word, category)}, {_reported_words(incident)}"
                 + (", closed" if is_closed else ", open"),
            risk=None, still_away=not is_closed and incident.child_seen is None,
        )


def _reported_words(incident: IncidentRecorded) -> str:
    reported = when_reported(incident)
    return f"reported {say(reported)}" if reported is not None else \
        f"reported at a time not given (recorded at {say_time(incident.recorded_at)})"


def _account(account: Account, case: Case, name_of: Callable[[str], str]) -> AccountShown:
    row = account.rows[-1]
    over = row.returned or row.found
    away = _is_away(row, case.now)
    begins = began_words(row) if row.last_seen is None else f"since {say(row.last_seen)}"
    says = f"{_spoken(row.classification_word, row.classification)}, {begins}"
    if over is not None:
        says += f", {'back' if row.returned else 'found'} {say(over)}"
    risk = row.risk_now or row.risk_first
    return AccountShown(
        agency=name_of(account.agency), record=row.record, says=says,
        risk=None if risk is None else _spoken(
            row.risk_now_word if row.risk_now else row.risk_first_word, risk),
        still_away=away,
    )


def _spoken(word: str | None, neutral: object) -> str:
    """The agency's own word, with the neutral one where they differ to the ear."""
    plain = str(neutral or "not said").replace("_", " ").lower()
    if word is None:
        return plain
    return f"“{word}”" if word.lower() == plain else f"“{word}” ({plain})"


def signs_shown(case: Case, name_of: Callable[[str], str], months: int) -> tuple[str, ...]:
    """The live signs of exploitation, freshest first, each in one line."""
    lines = [f"{sign.word.replace('_', ' ').lower()}: {name_of(sign.statement.agency)}, "
             f"{_paper(sign.statement)}, {say(_fresh(sign))}"
             for sign in reversed(exploitation_signs(case, case.now, months))]
    return tuple(dict.fromkeys(lines))


def _fresh(sign: Sign) -> Moment:
    """When a sign was last fresh; at midnight on the day alone, unless a time is written so."""
    at = sign.fresh_at
    by_time = any(isinstance(said := getattr(sign.statement, each.name), Moment)
                  and said.at == at and said.precision is Precision.INSTANT
                  for each in fields(sign.statement))
    is_day = at == start_of(day_of(at)) and not by_time
    return Moment(at=at, precision=Precision.DAY if is_day else Precision.INSTANT)


def _paper(statement: Statement) -> str:
    return {"MarkerRecorded": "marker", "ConcernRecorded": "notice",
            "AssessmentRecorded": "assessment"}.get(statement.type_name, "record")


def protection_on(case: Case, day: date, name_of: Callable[[str], str]) -> tuple[str, ...]:
    """Protection plans and legal statuses in force on this day, each in one line, with those that
    a yearly return alone leaves open."""
    lines = [f"child protection plan ({plan.category_now_word or plan.category_now or 'no kind'})"
             f" since {say(plan.start)}, {name_of(plan.agency)}{how}"
             for plan in cp_plans_on(case, day)
             if plan.start and (how := as_known_on(case, plan, day)) is not None]
    periods = [(each, how) for each in care_periods_on(case, day)
               if (how := as_known_on(case, each, day)) is not None]
    told = {each.agency for each, _ in periods if each.legal_status_word or each.legal_status}
    for each, how in periods:
        status = each.legal_status_word or each.legal_status
        if each.start and (status or each.agency not in told):
            lines.append(f"looked after ({status or 'status not said'}) since {say(each.start)}, "
                         f"{name_of(each.agency)}{how}")
    return tuple(dict.fromkeys(lines))


def last_return_interview(case: Case) -> Moment | None:
    """When the last independent return interview was held, by any record; None if none was."""
    held = [each.return_interview_held for each in case.current(MissingEpisodeRecorded)
            if each.return_interview_held is not None
            and each.return_interview_by is not InterviewBy.HOME
            and each.return_interview_held.at <= case.now]
    return max(held, key=lambda each: each.at, default=None)


def missing_json(each: MissingChild) -> dict[str, Any]:
    """The machine form."""
    held = each.last_return_interview
    return {
        "child": each.child, "members": list(each.members), "since": instant(each.since.moment.at),
        "hours_gone": each.hours_gone, "disputed": each.disputed, "ages": list(each.ages),
        "risk": None if each.risk is None else each.risk.value,
        "accounts": [{"agency": said.agency, "record": said.record, "says": said.says,
                      "risk": said.risk, "still_away": said.still_away}
                     for said in each.accounts],
        "signs": list(each.signs), "protection": list(each.protection),
        "last_return_interview": instant(None if held is None else held.at),
        "findings": [{"id": said.finding_id, "code": said.code,
                      "severity": said.severity.value.lower(),
                      "sentence": said.sentence} for said in each.findings],
        "recorded_death": list(each.recorded_death), "since_given": each.since.given,
    }


def missing_lines(each: MissingChild, now: datetime) -> Iterator[str]:
    """One child for a person to read: who, how long, what each agency says."""
    ages = " or ".join(map(str, each.ages)) or "age not known"
    yield (f"{', '.join(each.members)} ({ages}): gone "
           f"{gone_words(each.since, now).removeprefix('for ')}, "
           f"highest risk {(each.risk or 'not assessed').replace('_', ' ').lower()}"
           f"{', back or found by some accounts' if each.disputed else ''}"
           f"  [child {each.child}]")
    for line in each.recorded_death:
        yield f"    {line}"
    for said in each.accounts:
        risk = f"; risk {said.risk}" if said.risk else ""
        yield f"    {said.agency}: {said.says}{risk}{'' if said.still_away else ' (over)'}"
    for sign in each.signs:
        yield f"    sign of exploitation: {sign}"
    for line in each.protection:
        yield f"    {line}"
    held = each.last_return_interview
    yield f"    last return interview: {say(held) if held else 'none on record'}"
    for finding in each.findings:
        yield f"    {finding.severity.value} {finding.code}: {finding.sentence}"
