"""What has changed between two configurations, in words for whoever runs a service."""
from collections.abc import Iterator, Sequence
from datetime import date

from broker.config import Settings
from broker.policy.agreements import Agreement
from broker.rules.telling import listed

GONE, NEW, CHANGED = "No longer there", "New", "Changed"
IN_FORCE, NOT_YET, NO_LONGER = "in force", "not yet in force", "no longer in force"


def changes(before: Settings, after: Settings, today: date) -> Iterator[str]:
    """Which agencies have come and gone, and which agreements have come, gone or changed, or are
    in force today under one configuration alone: a sentence for each of these, by the codes of
    agencies. It may be a file that was half written."""
    found: dict[str, list[str]] = {}
    for word, name in (*_of_agencies(before, after),
                       *_of_agreements(before.agreements.all, after.agreements.all, today)):
        found.setdefault(word, []).append(name)
    for word, names in sorted(found.items(), key=lambda each: _ORDER.index(each[0])):
        yield f"{word}: {'; '.join(sorted(names))}."


_ORDER = (GONE, NO_LONGER.capitalize(), NOT_YET.capitalize(), CHANGED,
          f"Now {IN_FORCE}", NEW, f"{NEW}, {NOT_YET}", f"{NEW}, {NO_LONGER}")


def _of_agencies(before: Settings, after: Settings) -> Iterator[tuple[str, str]]:
    for word, codes in ((GONE, before.agencies.keys() - after.agencies.keys()),
                        (NEW, after.agencies.keys() - before.agencies.keys())):
        for code in codes:
            yield word, f"the agency {code}"


def _of_agreements(before: Sequence[Agreement], after: Sequence[Agreement],
                   today: date) -> Iterator[tuple[str, str]]:
    """Each agreement that changed, beside the next of before between the same agencies."""
    gone, new = _without(before, after), _without(after, before)
    for later in new:
        earlier = next((each for each in gone if _name_of(each) == _name_of(later)), None)
        state = _state_of(later, today)
        if earlier is None:
            word = NEW if state == IN_FORCE else f"{NEW}, {state}"
        else:
            gone.remove(earlier)
            word = CHANGED
            if _state_of(earlier, today) != state:
                word = f"Now {IN_FORCE}" if state == IN_FORCE else state.capitalize()
        yield word, _name_of(later)
    for each in gone:
        yield GONE, _name_of(each)


def _without(agreements: Sequence[Agreement], others: Sequence[Agreement]) -> list[Agreement]:
    """These agreements but for those that stand among the others as they are."""
    return [each for each in agreements if each not in others]


def _name_of(agreement: Agreement) -> str:
    return (f"the agreement that {listed(sorted(agreement.giving))} may tell "
            f"{listed(sorted(agreement.receiving))}")


def _state_of(agreement: Agreement, today: date) -> str:
    if agreement.in_force(today):
        return IN_FORCE
    return NOT_YET if today < agreement.starts else NO_LONGER
