"""A child who lives where a person posing a risk lives, whoever that person is linked to."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from broker.case.addresses import (
    PERHAPS_ONE,
    LivesAt,
    Nearness,
    current_on,
    dwellings_on,
    known_since,
    living_placements_on,
    nearness,
    postcode_of,
)
from broker.case.calendar import day_of, end_of, start_of
from broker.case.care import placements_on
from broker.case.case import Case, RecordKey
from broker.case.open_case import known_on
from broker.case.since import said_since
from broker.event.care import PlacementRecorded
from broker.event.person import Address, PersonRecorded
from broker.event.risk import RiskLinkRecorded
from broker.policy.visibility import OWNER_ONLY, POLICE_ONLY
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.rules.telling import agency_name, told
from broker.rules.themes.posing_risk.unknown import category_of, is_live
from broker.vocabulary.words import Severity, State

_ORDER = (Nearness.ONE_PLACE, Nearness.ONE_POSTCODE, Nearness.NEIGHBOURS)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record has the child now; `protected` where only its owner may know."""

    record: PersonRecorded | PlacementRecorded
    postcode: str | None
    line: str | None = None
    address: Address | None = None

    @property
    def protected(self) -> bool:
        """Whether the address never leaves its owner."""
        return self.address is not None and self.address.protected


@dataclass(frozen=True, slots=True)
class _Met:
    """A link and a place of the child's that are near each other."""

    near: Nearness
    link: RiskLinkRecorded
    place: _Place


@rule(code="P02", name="posing_risk.same_address", severity=Severity.CRITICAL,
      needs=(PersonRecorded, PlacementRecorded), starts=date(2008, 5, 1))
def same_address(case: Case, _limits: Limits) -> Iterator[Yielded]:
    """The child lives where a person who poses a risk to children lives

    **Source** Criminal Justice Act 2003 section 327A (disclosure about sex offenders);
    Working Together to Safeguard Children (people who pose a risk); national child protection
    inspection: what is known of sex offenders does not reach the front line.
    **Why it matters** The police know an address for the one and another agency knows it for the
    other; nobody has both in front of them.
    **Raises when** the child's current address or placement is that of a person with a live link,
    to this child, to another one or to none. Critical where the door is the same; medium, for
    the police alone, where just the postcode is, or the doors are other ones within it.
    **Stays silent when** the link or the address has ended, or the person has moved (the link was
    written anew with another address, or another link of the same person that had this one); when
    the child is placed elsewhere and anybody had the address on record before that, however it was
    spelt, and no record has the child back there; and where either has no postcode. Not evaluated
    where a link to this very child has no address, or the child has none that is current.
    """
    links = _links(case)
    if not links:
        return
    today = day_of(case.now)
    yield from _look_again(case, links, today)
    live = [each for each in links if is_live(each, today)]
    live = [each for each in live if not _has_moved(case, each, live)]
    places = list(_places(case, today))
    met: dict[tuple[str, str], list[_Met]] = {}
    for link in live:
        for place in places:
            near = nearness(link.postcode, link.address_line, place.postcode, place.line)
            if near in _ORDER:
                met.setdefault((link.agency, link.subject), []).append(_Met(near, link, place))
    for who in sorted(met):
        yield _disagreement(case, met[who], today)
    yield from _unknown(case, live, places, set(met))


def _links(case: Case) -> list[RiskLinkRecorded]:
    """The links of this child's and those met at a postcode, each as it was last written."""
    latest = {RecordKey.of(each): each for each in case.current(RiskLinkRecorded)}
    for key, versions in case.elsewhere.items():
        last = versions[-1]
        if isinstance(last, RiskLinkRecorded):
            latest.pop(key, None)
            if last.state is not State.WITHDRAWN:
                latest[key] = last
    return [latest[key] for key in sorted(latest)]


def _has_moved(case: Case, link: RiskLinkRecorded, live: Sequence[RiskLinkRecorded]) -> bool:
    """Whether another link of this person had the person at the same place, and was written anew
    with another one since this link was last written: where a person lives is no matter of whom
    it is linked to."""
    return any(
        each.agency == link.agency and each.subject == link.subject
        and each.recorded_at > link.recorded_at
        and _between(each, link) in (Nearness.NEIGHBOURS, Nearness.APART)
        and any(_between(before, link) in PERHAPS_ONE for before in _versions(case, each))
        for each in live if each is not link)


def _versions(case: Case, link: RiskLinkRecorded) -> Sequence[RiskLinkRecorded]:
    key = RecordKey.of(link)
    return [each for each in case.elsewhere.get(key) or case.histories.get(key, ())
            if isinstance(each, RiskLinkRecorded)]


def _between(one: RiskLinkRecorded, other: RiskLinkRecorded) -> Nearness | None:
    return nearness(one.postcode, one.address_line, other.postcode, other.address_line)


def _places(case: Case, today: date) -> Iterator[_Place]:
    """Where the child now lives, by all that is said of it.

    A child placed elsewhere no longer lives where it was known to live before that.
    """
    placed = living_placements_on(case, today)
    for placement in placements_on(case, today):
        if known_on(case, placement, today):
            yield _Place(placement, placement.postcode)
    for lives in dwellings_on(case, today):
        if not _left_behind(case, lives, placed):
            yield _Place(lives.person, lives.address.postcode, lives.address.line, lives.address)


def _left_behind(case: Case, lives: LivesAt, placed: Sequence[PlacementRecorded]) -> bool:
    """Whether the child has been placed at another postcode since anybody had the address on
    record."""
    here = postcode_of(lives.address.postcode)
    codes = {postcode_of(each.postcode) for each in placed}
    if not codes or None in codes or here in codes:
        return False
    starts = [day_of(each.start.at) for each in placed if each.start is not None]
    return bool(starts) and known_since(case, lives, codes) <= max(starts)


def _disagreement(case: Case, met: Sequence[_Met], today: date) -> Disagreement:
    """One finding for one person at the child's address, by the nearest of what is met."""
    near = min((each.near for each in met), key=_ORDER.index)
    nearest = [each for each in met if each.near is near]
    # What may be told is what no protected address is needed for.
    told_by = [each for each in nearest if not each.place.protected] or nearest
    link = min((each.link for each in told_by), key=RecordKey.of)
    withheld = any(_is_withheld(each.link, today) for each in met)
    said = said_since(case, link, _of_link)
    shown = {RecordKey.of(each.place.record): each.place for each in told_by}
    places = [(place, said_since(case, place.record, partial(_of_place, place.address)))
              for _, place in sorted(shown.items())]
    holder = agency_name(case, link.agency)
    return Disagreement(
        anchor=places[0][1], part=f"{link.agency}:{link.subject}",
        severity=Severity.CRITICAL if near is Nearness.ONE_PLACE else Severity.MEDIUM,
        since=_since(said, link, places),
        evidence=(told(said, f"Live link to a person posing risk ({category_of(link)})",
                       POLICE_ONLY if withheld or near is not Nearness.ONE_PLACE
                       else link.category or ""),
                  *(told(record, _says(place), OWNER_ONLY if place.protected else "address")
                    for place, record in places)),
        sentence=_sentence(holder, near, withheld),
        action=_action(holder, near, withheld),
        would_change="An end of the link or of the address, a corrected address, or a placement "
                     "elsewhere.",
    )


def _says(place: _Place) -> str:
    return "The child's current placement" if isinstance(place.record, PlacementRecorded) \
        else "The child's current address"


def _sentence(holder: str, near: Nearness, withheld: bool) -> str:
    where = "at this child's current address" if near is Nearness.ONE_PLACE else \
        "within the postcode of this child's current address; the door may be another one"
    kept = " A decision to withhold stands." if withheld else ""
    return f"{holder} hold a live link for a person posing a risk to children who lives {where}." \
        + kept


def _action(holder: str, near: Nearness, withheld: bool) -> str:
    if near is not Nearness.ONE_PLACE:
        return f"{holder}: check whether it is the same door; tell nobody before that is known."
    if withheld:
        return (f"{holder}: have the decision to withhold reviewed today, by who made it, knowing "
                "that a child lives there.")
    return (f"{holder} and the council: agree today how the child is kept safe and who is told. "
            "Do not ring or visit the address before that.")


def _since(
    said: RiskLinkRecorded, link: RiskLinkRecorded,
    places: Sequence[tuple[_Place, PersonRecorded | PlacementRecorded]],
) -> datetime:
    """When the link and the child's address were first both on record and both current."""
    times = [said.recorded_at, min(_current_since(place, record) for place, record in places)]
    if link.valid_from is not None:
        times.append(start_of(link.valid_from))
    return max(times)


def _current_since(place: _Place, record: PersonRecorded | PlacementRecorded) -> datetime:
    if place.address is not None and place.address.valid_from is not None:
        return max(record.recorded_at, start_of(place.address.valid_from))
    if isinstance(record, PlacementRecorded) and record.start is not None:
        return max(record.recorded_at, record.start.at)
    return record.recorded_at


def _of_link(link: RiskLinkRecorded) -> object:
    return (link.postcode, link.address_line, link.valid_from, link.valid_to,
            link.withheld_reason, link.review_due)


def _of_place(address: Address | None, record: PersonRecorded | PlacementRecorded) -> object:
    if isinstance(record, PlacementRecorded):
        return record.postcode, record.start, record.end
    return address in record.addresses


def _is_withheld(link: RiskLinkRecorded, today: date) -> bool:
    return bool(link.withheld_reason) and link.review_due is not None \
        and today <= link.review_due


def _look_again(
    case: Case, links: Sequence[RiskLinkRecorded], today: date
) -> Iterator[LookAgain]:
    """When a link or an address begins or ends, or a decision to withhold is due for review."""
    for link in links:
        if link.valid_from is not None and link.valid_from > today:
            yield LookAgain(start_of(link.valid_from))
        if link.valid_to is not None and link.valid_to >= today:
            yield LookAgain(end_of(link.valid_to))
        if link.review_due is not None and _is_withheld(link, today):
            yield LookAgain(end_of(link.review_due))
    for person in case.current(PersonRecorded):
        for address in person.addresses:
            if address.valid_from is not None and address.valid_from > today:
                yield LookAgain(start_of(address.valid_from))
            if address.valid_to is not None and current_on(address, today):
                yield LookAgain(start_of(address.valid_to))


def _unknown(
    case: Case, live: Sequence[RiskLinkRecorded], places: Sequence[_Place],
    met: set[tuple[str, str]],
) -> Iterator[NotEvaluated]:
    """What a link to this very child cannot be compared by."""
    own = [each for each in live if RecordKey.of(each) in case.histories
           and (each.agency, each.subject) not in met]
    for link in own:
        if postcode_of(link.postcode) is None:
            yield NotEvaluated("where the person posing a risk lives, by a postcode", link.agency)
    if own and not any(postcode_of(each.postcode) for each in places):
        yield NotEvaluated("where the child now lives, by a postcode")
