"""Back after being missing: an independent person talks with the child within 72 hours."""
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from broker.case.absences import Row
from broker.case.calendar import day_of, latest, say, say_time
from broker.case.care import placements_on
from broker.case.case import Case, RecordKey
from broker.case.child import died_on, doubtful_deaths
from broker.case.deaths import deaths_of
from broker.case.occasions import Occasion
from broker.case.recall import each_of
from broker.case.since import said_since
from broker.event.envelope import Moment
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.after_death import has_died
from broker.rules.limits import Limits
from broker.rules.overdue import done_by, done_since, is_late
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, by_then, told, unread_of, when
from broker.rules.themes.missing.nights import historical, names, nights_of, tell_row
from broker.rules.themes.missing.returns import proves_no_return
from broker.vocabulary.words import RETURNS, AgencyKind, InterviewBy, Severity

_TYPE = MissingEpisodeRecorded.__name__


@rule(code="M07", name="missing.no_return_interview", severity=Severity.MEDIUM,
      needs=(MissingEpisodeRecorded,), starts=date(2014, 1, 1),
      silence_may_be_doubt=True, near_days=4)
def no_return_interview(case: Case, limits: Limits) -> Iterator[Yielded]:
    """No independent return interview 72 hours after the child came back

    **Source** Statutory guidance on children who run away or go missing from home or care, 2014:
    an independent return interview is offered and held within 72 hours of the return.
    **Why it matters** It is where a child says why they went, who they were with, and what
    happened; the next absence is prevented there or not at all.
    **Raises when** a child who was missing has been back for the limit and no agency has
    recorded an independent interview as offered or held. One that was held late, and that no
    record says was offered before, is raised and resolved at once.
    **Stays silent when** one was held in time, or was offered: flags do not say when; while the
    child is away. A prevention interview by the police is none, nor is one that its row says the
    home itself held. Not evaluated beyond what the home and the council have been heard to say,
    nor where rows were unreadable, nor where no feed carries return interviews; nor where a
    record has the child dead and nobody surely saw it alive since: one who came back, or whom an
    officer saw, may have been found dead.
    """
    yield from each_of(case, limits, nights_of(case, limits), _after)


def _after(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """Whether an interview followed one night."""
    if not night.accounts or not night.said_missing or any(
            row.return_interview_offered or row.return_interview_accepted
            for row in night.all_rows):
        return
    back = _came_back(case, night)
    if back is None:
        return
    returned, rows = back
    due = latest(returned) + timedelta(hours=limits.return_interview_expected_hours)
    held = _held(night)
    if any(at.at > case.now or not is_late(at, due, returned) for at, _ in held):
        return
    if case.now < due:
        yield LookAgain(due)
        return
    unheard = list(_unheard(case, night, due))
    yield from unheard
    if unheard:
        return
    if doubtful_deaths(case):
        yield _nobody_to_talk_with(case, night)
    elif held:
        yield _held_late(case, limits, night, due, rows, held)
    else:
        yield _not_held(case, limits, night, due, rows)


def _nobody_to_talk_with(case: Case, night: Occasion) -> NotEvaluated:
    """A child whom a record has dead, and nobody surely saw alive since, is offered no interview:
    an end where the council has the death and nothing speaks against it, else a doubt."""
    ends = died_on(case) is not None and any(
        case.kind_of(each.statement) is AgencyKind.SOCIAL_CARE for each in deaths_of(case))
    return NotEvaluated(has_died(case), None, None if ends else night.anchor)


def _held(night: Occasion) -> list[tuple[Moment, Row]]:
    """The independent interviews that rows of the occasion have as held, the first first."""
    held = [(row.return_interview_held, row) for row in night.all_rows
            if row.return_interview_held is not None
            and row.return_interview_by is not InterviewBy.HOME]
    return sorted(held, key=lambda one: (latest(one[0]), RecordKey.of(one[1])))


def _came_back(case: Case, night: Occasion) -> tuple[Moment, Sequence[Row]] | None:
    """The last return anybody gives, else (where nobody has the child away) when found."""
    rows = [row for account in night.own for row in account.rows]
    returned = [(row.returned, row) for row in rows if row.returned is not None]
    if not returned and all(account.end is not None for account in night.own):
        returned = [(row.found, row) for row in rows
                    if row.found is not None and not proves_no_return(case, row)]
    if not returned:
        return None
    return max((at for at, _ in returned), key=latest), [row for _, row in returned]


def _unheard(case: Case, night: Occasion, due: datetime) -> Iterator[NotEvaluated]:
    """The feeds that could hold an interview and have not been heard, or not been readable."""
    homes = {account.agency for account in night.by(AgencyKind.CARE_HOME)}
    # The home the child lives in may hold the night too, and not have been heard of it yet.
    living = placements_on(case, day_of(night.start))
    homes |= {each.code for each in case.partnership.of_kind(AgencyKind.CARE_HOME)
              if any(lives.agency == each.code for lives in living)
              and case.reach.of(each.code, _TYPE, without=RETURNS) is not None}
    councils = {each.code for each in case.partnership.of_kind(AgencyKind.SOCIAL_CARE)
                if case.reach.of(each.code, _TYPE, without=RETURNS) is not None}
    for code in sorted(homes | councils):
        heard = case.reach.of(code, _TYPE, without=RETURNS)
        who = agency_name(case, code)
        if heard is None or heard < due:
            yield NotEvaluated(f"what {who} say of return interviews up to the limit", code,
                               night.anchor)
        elif case.reach.unreadable_since(code, _TYPE, night.start):
            unread = unread_of(case, code, _TYPE, night.start)
            yield NotEvaluated(f"{unread} that could not be read and may hold the interview",
                               code, night.anchor)
    if not homes | councils:
        yield NotEvaluated("no feed carries return interviews")


def _not_held(
    case: Case, limits: Limits, night: Occasion, due: datetime, rows: Sequence[Row]
) -> Disagreement:
    said = [said_since(case, row, lambda each: (each.returned, each.found)) for row in rows]
    refused = [said_since(case, row, lambda each: each.return_interview_offered)
               for row in night.rows
               if row.return_interview_offered is False and row not in rows]
    return Disagreement(
        anchor=night.anchor, severity=Severity.MEDIUM,
        since=max(due, min(row.recorded_at for row in said)),
        evidence=(*map(tell_row, said), *(
            told(each, "no return interview offered", "not offered") for each in refused)),
        sentence=f"{names(case, said)} recorded the child as back after being missing; by "
                 f"{say_time(due)} no agency had recorded an independent return interview as "
                 "offered or held.",
        action="Council: offer the child an interview with somebody independent, and record that "
               "it was offered and held.",
        would_change="A record that an independent interview was offered or held.",
        historical=historical(night, case, limits),
    )


def _held_late(
    case: Case, limits: Limits, night: Occasion, due: datetime, rows: Sequence[Row],
    held: Sequence[tuple[Moment, Row]],
) -> Disagreement:
    (at, row), *_ = held
    late = said_since(case, row, lambda each: each.return_interview_held)
    said = [said_since(case, each, lambda one: (one.returned, one.found)) for each in rows]
    shown = tell_row(late)
    return Disagreement(
        anchor=night.anchor, severity=Severity.MEDIUM, since=due, over=done_by(at, late),
        evidence=(told(late, f"{shown.says}, return interview held {say(at)}", "HELD LATE"),
                  *map(tell_row, said)),
        sentence=f"{names(case, said)} recorded the child as back after being missing; an "
                 f"independent return interview was held {when(at)}, and was due by "
                 f"{by_then(due)}.",
        action=done_since("Council"),
        would_change="A record that an interview was offered or held in time, or a corrected "
                     "time.",
        historical=historical(night, case, limits),
    )
