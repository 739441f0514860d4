"""Where the child lives, by each agency: addresses that cannot both be the current one."""
from collections.abc import Iterator, Sequence
from datetime import date
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
from broker.case.calendar import day_of
from broker.case.case import Case, RecordKey
from broker.case.since import said_since
from broker.event.person import Address, PersonRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, told
from broker.rules.themes.person.numbers import ACCURACY_SINCE
from broker.vocabulary.words import AddressKind, Severity

_APART = frozenset({Nearness.APART, Nearness.NEIGHBOURS})
Homes = dict[str, list[LivesAt]]


@rule(code="D06", name="person.address_differs", severity=Severity.LOW,
      needs=(PersonRecorded,), starts=ACCURACY_SINCE)
def address_differs(case: Case, _limits: Limits) -> Iterator[Yielded]:
    """Agencies hold different current addresses for one child

    **Source** UK GDPR article 5(1)(d) and Data Protection Act 2018 section 38 (accuracy).
    **Why it matters** An officer or a social worker goes to the wrong door. Postcodes are wrong
    or missing in half of all records, so it is news of a small kind.
    **Raises when** the home addresses that two agencies hold as current have other postcodes, or
    other numbers within one, and neither is one that the other has had and ended.
    **Stays silent when** the child lives in a placement, which explains the difference; when the
    one agency's address is where the other says the child lived before, and was written before
    that ended: the child has moved; and of protected addresses, which never leave their owner.
    Not evaluated without a postcode, or while nobody says where a child in care is placed.
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
    differing = {agency for pair in combinations(sorted(homes), 2)
                 if _differ(case, homes, *pair, today) for agency in pair}
    if not differing or living_placements_on(case, today):
        return
    cared_for = care_without_a_place(case, today)
    if cared_for:
        yield NotEvaluated("where the child in care is placed",
                           min(each.agency for each in cared_for))
        return
    yield _disagreement(case, [each for agency in differing for each in homes[agency]])


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


def _differ(case: Case, homes: Homes, one: str, other: str, today: date) -> bool:
    """Whether no address of the one agency is one of the other's, now or before a move."""
    pairs = [(left, right) for left in homes[one] for right in homes[other]]
    if not all(_nearness(left.address, right.address) in _APART for left, right in pairs):
        return False
    return not any(_lived_there(case, agency, lives, today) for left, right in pairs
                   for agency, lives in ((one, right), (other, left)))


def _nearness(one: Address, other: Address) -> Nearness | None:
    return nearness(one.postcode, one.line, other.postcode, other.line)


def _lived_there(case: Case, agency: str, lives: LivesAt, today: date) -> bool:
    """Whether this agency says that the child lived there until a day that is not before the
    other first said so."""
    since = began(case, lives)
    return any(_nearness(address, lives.address) not in (*_APART, None) and since <= until
               for address, until in _former(case, agency, today))


def _former(case: Case, agency: str, today: date) -> Iterator[tuple[Address, date]]:
    """The addresses that an agency has ended, or that a later version of its record left out,
    with the day."""
    for person in case.current(PersonRecorded):
        if person.agency != agency:
            continue
        for address in person.addresses:
            if address.valid_to is not None and not current_on(address, today):
                yield address, address.valid_to
        versions = case.versions(person)
        for before, after in pairwise(versions):
            assert isinstance(before, PersonRecorded), before.type_name
            assert isinstance(after, PersonRecorded), after.type_name
            for address in set(before.addresses) - set(after.addresses):
                if address.kind is AddressKind.HOME:
                    yield address, address.valid_to or day_of(after.recorded_at)


def _disagreement(case: Case, lives: Sequence[LivesAt]) -> Disagreement:
    said = {RecordKey.of(each.person): said_since(case, each.person, partial(_holds, each.address))
            for each in lives}
    ordered = [said[key] for key in sorted(said)]
    first_said: dict[str, PersonRecorded] = {}
    for each in sorted(ordered, key=lambda person: person.version):
        first_said.setdefault(each.agency, each)
    return Disagreement(
        anchor=ordered[0], severity=Severity.LOW,
        since=sorted(each.recorded_at for each in first_said.values())[1],
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
