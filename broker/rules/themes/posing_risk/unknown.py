"""A person who poses a risk is linked to a child: who has been told of it."""
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import attrgetter

from broker.case.calendar import day_of, end_of, say_day
from broker.case.care import placements_on
from broker.case.case import Case
from broker.case.open_case import known_on, open_case_on
from broker.case.since import said_since
from broker.event.agency import Agency
from broker.event.care import CarePeriodRecorded, PlanRecorded
from broker.event.concern import EnquiryRecorded, ReferralRecorded
from broker.event.envelope import Statement
from broker.event.risk import RiskLinkRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, told
from broker.vocabulary.words import AgencyKind, Severity

# What an open case is known by.
_SHOW_A_CASE = (ReferralRecorded, PlanRecorded, EnquiryRecorded, CarePeriodRecorded)
_KIND_WORDS = {
    AgencyKind.SOCIAL_CARE: re.compile(
        r"\b(council|social care|social services|children'?s services|csc|mash|local authority|"
        r"social worker)\b", re.IGNORECASE),
    AgencyKind.CARE_HOME: re.compile(
        r"\b(home|care home|residential)\b", re.IGNORECASE),
    AgencyKind.POLICE: re.compile(r"\bpolice\b", re.IGNORECASE),
}


@rule(code="P01", name="posing_risk.unknown", severity=Severity.CRITICAL,
      needs=(RiskLinkRecorded,), starts=date(2008, 5, 1))
def unknown(case: Case, _limits: Limits) -> Iterator[Yielded]:
    """A person posing a risk is linked to the child, and an agency responsible was not told

    **Source** Criminal Justice Act 2003 section 327A (disclosure about sex offenders);
    Working Together to Safeguard Children (people who pose a risk); national child protection
    inspection: what is known of sex offenders does not reach the front line.
    **Why it matters** Those who look after the child every day cannot keep away somebody they
    have never heard of.
    **Raises when** a link is live and nothing shows that the council with an open case, or the
    home where the child lives, has been told.
    **Stays silent when** the link says to whom it was disclosed, the agency holds a link of its
    own, or a decision to withhold is written down and its review date has not passed.
    """
    today = day_of(case.now)
    links = case.current(RiskLinkRecorded)
    for link in links:
        if not is_live(link, today):
            continue
        if link.withheld_reason and link.review_due is not None and today <= link.review_due:
            yield LookAgain(end_of(link.review_due))
            continue
        responsible = _responsible(case, today)
        for agency, shows in responsible:
            if agency.code != link.agency and not _was_told(case, link, agency, links, today):
                yield _disagreement(case, link, agency, shows)
        if not any(agency.kind is AgencyKind.SOCIAL_CARE for agency, _ in responsible):
            yield from _unheard(case, link)


def is_live(link: RiskLinkRecorded, today: date) -> bool:
    """Whether the link holds on this day; both its days are included."""
    return (link.valid_from is None or link.valid_from <= today) and (
        link.valid_to is None or today <= link.valid_to)


def _responsible(case: Case, today: date) -> list[tuple[Agency, Statement]]:
    """The councils with an open case and the home the child lives in, each with what shows it."""
    found: list[tuple[Agency, Statement]] = []
    for council in case.partnership.of_kind(AgencyKind.SOCIAL_CARE):
        shows = open_case_on(case, council.code, today)
        if shows:
            found.append((council, _first(case, shows)))
    living = [each for each in placements_on(case, today) if known_on(case, each, today)]
    for home in case.partnership.of_kind(AgencyKind.CARE_HOME):
        there = [each for each in living
                 if each.agency == home.code or each.home_urn == home.home_urn is not None]
        if there:
            found.append((home, _first(case, there)))
    return found


def _first(case: Case, statements: Sequence[Statement]) -> Statement:
    """The earliest of the records, in the version it was first written in."""
    return said_since(case, min(statements, key=lambda each: each.version), lambda _: True)


def _was_told(
    case: Case, link: RiskLinkRecorded, agency: Agency, links: tuple[RiskLinkRecorded, ...],
    today: date,
) -> bool:
    """By the agency's own link, or by a disclosure that names it or names nobody known."""
    if any(each.agency == agency.code and is_live(each, today) for each in links):
        return True
    if link.disclosed is None and not link.disclosed_to:
        return False
    named = _named(link.disclosed_to or "", case.partnership.agencies.values())
    return not named or agency.code in named


def _named(text: str, agencies: Iterable[Agency]) -> set[str]:
    """The codes of the agencies that the text speaks of: by name, by code, or by their kind.

    Words that name one agency are not read again: "Moorside Council" is no other council.
    """
    agencies = list(agencies)
    named: set[str] = set()
    for name_of in (attrgetter("name"), attrgetter("code")):
        for agency in sorted(agencies, key=lambda each: -len(name_of(each))):
            pattern = rf"\b{re.escape(name_of(agency))}\b"
            text, times = re.subn(pattern, ";", text, flags=re.IGNORECASE)
            if times:
                named.add(agency.code)
    return named | {each.code for each in agencies if _KIND_WORDS[each.kind].search(text)}


def _unheard(case: Case, link: RiskLinkRecorded) -> Iterator[NotEvaluated]:
    """A council that has never been heard of what shows an open case may have one, whatever else
    it has sent."""
    for council in case.partnership.of_kind(AgencyKind.SOCIAL_CARE):
        if all(case.reach.of(council.code, each.__name__) is None for each in _SHOW_A_CASE):
            yield NotEvaluated(f"whether {council.name} has an open case: no referral, plan, "
                               "enquiry or time in care has ever been sent", council.code, link)


def _disagreement(
    case: Case, link: RiskLinkRecorded, agency: Agency, shows: Statement
) -> Disagreement:
    said = said_since(case, link, lambda each: (
        each.valid_from, each.valid_to, each.disclosed_to, each.disclosed,
        each.withheld_reason, each.review_due))
    holder = agency_name(case, link.agency)
    why = "which has an open case" if agency.kind is AgencyKind.SOCIAL_CARE \
        else "where the child lives"
    lapsed = link.withheld_reason is not None and link.review_due is not None
    withheld = ""
    if lapsed and link.review_due is not None:
        withheld = (" The decision to withhold was due for review on "
                    f"{say_day(link.review_due)}.")
    return Disagreement(
        anchor=link, part=agency.code, severity=Severity.CRITICAL,
        since=_since(link, said, shows),
        evidence=(told(said, f"Live link to a person posing risk "
                             f"({category_of(link)}); "
                             "no disclosure", link.category or ""),
                  told(shows, "Responsible for the child", shows.type_name)),
        sentence=f"{holder} hold a live link between this child and a person posing a risk; "
                 f"nothing shows that {agency.name}, {why}, was told.{withheld}",
        action=f"{holder}: tell {agency.name} now, or record why not and when that is "
               "reviewed.",
        would_change="A disclosure written on the link, the agency's own record of it, or a "
                     "decision to withhold with a review date to come.",
    )


def category_of(link: RiskLinkRecorded) -> str:
    """Why the person is held to pose a risk, in the holder's words; never who it is."""
    said = link.category_word or link.category or "no category"
    return str(said).replace("_", " ").lower()


def _since(link: RiskLinkRecorded, said: RiskLinkRecorded, shows: Statement) -> datetime:
    began = max(said.recorded_at, shows.recorded_at)
    if link.withheld_reason and link.review_due is not None:
        return max(began, end_of(link.review_due))
    return began
