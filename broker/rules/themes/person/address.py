"""Where the child lives, by each agency: addresses that cannot both be the current one."""
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import combinations, pairwise

from broker.case.addresses import (
    LivesAt,
    Nearness,
    began,
    care_without_a_place,
    current_on,
    homes_on,
    living_placements_on,
    nearness,
    postcode_of,
)
from broker.case.calendar import day_of, start_of
from broker.case.case import Case, RecordKey
from broker.case.since import said_since
from broker.event.person import Address, PersonRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, told
from broker.rules.themes.person.numbers import ACCURACY_SINCE
from broker.vocabulary.words import AddressKind, Severity, State

_APART = frozenset({Nearness.APART, Nearness.NEIGHBOURS})
_EVER = datetime.min.replace(tzinfo=UTC)
Homes = dict[str, list[LivesAt]]


@rule(code="D06", name="person.address_differs", severity=Severity.LOW,
      needs=(PersonRecorded,), starts=ACCURACY_SINCE)
def address_differs(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Agencies hold different current addresses for one child

    **Source** UK GDPR article 5(1)(d) and Data Protection Act 2018 section 38 (accuracy).
    **Why it matters** An officer or a social worker goes to the wrong door. Postcodes are wrong
    or missing in half of all records, so it is news of a small kind.
    **Raises when** the home addresses that two agencies hold as current have other postcodes, or
    other numbers within one, and neither is one that the other has had and ended.
    **Stays silent when** the child lives in a placement, which explains the difference; when the
    one agency's address is where the other says the child lived before, and was written before
    that ended: the child has moved, and the other has written nothing at all about the child
    since the limit in days after the move was on record; and of protected addresses, which never
    leave their owner. Not evaluated without a postcode, or while nobody says where a child in
    care is placed.
    """
    people = case.current(PersonRecorded)
    today = day_of(case.now)
    if len({each.agency for each in people}) < 2:
        return
    homes, unplaced = _homes(case, today)
    if len(homes) < 2:
        for agency in sorted(unplaced) if len(homes) + len(unplaced) > 1 else ():
            yield NotEvaluated(f"a postcode from {agency_name(case, agency)}")
        return
    differing: set[str] = set()
    since: list[datetime] = []
    for pair in combinations(sorted(homes), 2):
        at = _differ_since(case, homes, *pair, today, timedelta(limits.address_taken_over_days))
        if at is not None:
            differing.update(pair)
            since.append(at)
    if not differing or living_placements_on(case, today):
        return
    cared_for = care_without_a_place(case, today)
    if cared_for:
        yield NotEvaluated("where the child in care is placed",
                           min(each.agency for each in cared_for))
        return
    yield _disagreement(case, [each for agency in differing for each in homes[agency]],
                        min(since))


def _homes(case: Case, today: date) -> tuple[Homes, set[str]]:
    """The addresses each agency holds as current that can be compared, and the agencies that
    hold none but such as have no postcode."""
    homes: Homes = {}
    unplaced: set[str] = set()
    for lives in homes_on(case, today):
        if postcode_of(lives.address.postcode) is None:
            unplaced.add(lives.person.agency)
        else:
            homes.setdefault(lives.person.agency, []).append(lives)
    return homes, unplaced - homes.keys()


def _differ_since(case: Case, homes: Homes, one: str, other: str, today: date,
                  taken_over: timedelta) -> datetime | None:
    """Since when no address of the one agency is one of the other's, now or before a move that
    it has had the time to take over; None while one is."""
    pairs = [(left, right) for left in homes[one] for right in homes[other]]
    if not all(_nearness(left.address, right.address) in _APART for left, right in pairs):
        return None
    at = _EVER
    for left, right in pairs:
        for mover, lagging in ((left, right), (right, left)):
            moved = _moved_by(case, mover.person.agency, lagging, today)
            if moved is not None:
                held = _dealt_with(case, lagging.person.agency, moved + taken_over)
                if held is None:
                    return None
                at = max(at, held)
    return at


def _dealt_with(case: Case, agency: str, after: datetime) -> datetime | None:
    """When an agency first wrote anything about the child after this moment; None if nothing."""
    return min((each.recorded_at for key, versions in case.histories.items()
                if key.agency == agency for each in versions
                if each.recorded_at > after and each.state is not State.WITHDRAWN), default=None)


def _nearness(one: Address, other: Address) -> Nearness | None:
    return nearness(one.postcode, one.line, other.postcode, other.line)


def _moved_by(case: Case, agency: str, lives: LivesAt, today: date) -> datetime | None:
    """By when this agency had it on record that the child lived there until a day that is not
    before the other first said so; None where it has not."""
    since = began(case, lives)
    return min((max(start_of(until), said_at) for address, until, said_at in _former(
        case, agency, today) if since <= until
        and _nearness(address, lives.address) not in (*_APART, None)), default=None)


def _former(case: Case, agency: str, today: date) -> Iterator[tuple[Address, date, datetime]]:
    """The addresses that an agency has ended, or that a later version of its record left out,
    with the day, and when it was written."""
    for person in case.current(PersonRecorded):
        if person.agency != agency:
            continue
        for address in person.addresses:
            if address.valid_to is not None and not current_on(address, today):
                yield (address, address.valid_to,
                       said_since(case, person, partial(_holds, address)).recorded_at)
        versions = case.versions(person)
        for before, after in pairwise(versions):
            assert isinstance(before, PersonRecorded), before.type_name
            assert isinstance(after, PersonRecorded), after.type_name
            for address in set(before.addresses) - set(after.addresses):
                if address.kind is AddressKind.HOME:
                    yield (address, address.valid_to or day_of(after.recorded_at),
                           after.recorded_at)


def _disagreement(case: Case, lives: Sequence[LivesAt], since: datetime) -> Disagreement:
    said = {RecordKey.of(each.person): said_since(case, each.person, partial(_holds, each.address))
            for each in lives}
    ordered = [said[key] for key in sorted(said)]
    first_said: dict[str, PersonRecorded] = {}
    for each in sorted(ordered, key=lambda person: person.version):
        first_said.setdefault(each.agency, each)
    return Disagreement(
        anchor=ordered[0], severity=Severity.LOW,
        since=max(since, sorted(each.recorded_at for each in first_said.values())[1]),
        evidence=tuple(told(each, "A current home address", "current address")
                       for each in ordered),
        sentence=f"{agencies_of(case, ordered)} hold different current home addresses for this "
                 "child.",
        action="Each agency: ask where the child now lives when you are next in touch with the "
               "family, and end the address that is over.",
        would_change="A corrected or ended address, or a placement that explains it.",
    )


def _holds(address: Address, person: PersonRecorded) -> bool:
    return address in person.addresses
