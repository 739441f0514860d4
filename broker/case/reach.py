"""How far each feed has been heard: silence is evidence only up to there."""
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from broker.vocabulary.words import RETURNS, System


@dataclass(frozen=True, slots=True)
class Refused:
    """Files of one table that could not be read at all: when the first and the last of those that
    no other has covered were refused, and the types the table yields."""

    first: datetime
    last: datetime
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Latest time each (agency, system, table) was heard up to, with the types a table yields.

    `unreadable` says when a table last had rows that could not be read: any of them may be the
    record a rule looks for, so it is "unreadable", never "none". `refused` says the same of whole
    files, `untaken` of messages that intake rejected or holds: (agency, type name, or "" where it
    could not be told).
    `told` has the optional facts that a system has given of anybody at all (agency, system,
    type name, field): where it never has, their absence means nothing.
    """

    until: dict[tuple[str, System, str], tuple[datetime, tuple[str, ...]]] = field(
        default_factory=dict
    )
    unreadable: dict[tuple[str, System, str], datetime] = field(default_factory=dict)
    untaken: dict[tuple[str, str], datetime] = field(default_factory=dict)
    refused: dict[tuple[str, System, str], Refused] = field(default_factory=dict)
    told: frozenset[tuple[str, System, str, str]] = frozenset()
    _known: dict[tuple[str, str, frozenset[System]], datetime | None] = field(
        default_factory=dict, init=False, repr=False, compare=False)

    def of(
        self, agency: str, type_name: str, *, without: Collection[System] = ()
    ) -> datetime | None:
        """How far this agency's silence about this type means something; None if never fed.

        Within one system every table that carries the type must have been heard; of several
        systems the one heard furthest counts. `without` leaves out systems that cannot say what
        is asked for.
        """
        asked = agency, type_name, frozenset(without)
        if asked not in self._known:
            by_system: dict[System, datetime] = {}
            for (code, system, _), (until, types) in self.until.items():
                if code == agency and type_name in types and system not in without:
                    by_system[system] = min(until, by_system.get(system, until))
            self._known[asked] = max(by_system.values(), default=None)
        return self._known[asked]

    def within(self, agency: str, system: System, type_name: str) -> datetime | None:
        """How far one system of an agency has been heard about this type; None if never.

        What one system will yet say of its own record, another's later extract cannot tell."""
        times = [until for (code, each, _), (until, types) in self.until.items()
                 if code == agency and each is system and type_name in types]
        return min(times, default=None)

    def heard(self, agency: str) -> datetime | None:
        """When this agency was last heard at all."""
        times = [until for (code, _, _), (until, _) in self.until.items() if code == agency]
        return max(times, default=None)

    def has_returns_alone(self, agency: str) -> bool:
        """Whether this agency has been heard by its yearly returns, and by nothing else."""
        systems = {system for code, system, _ in self.until if code == agency}
        return bool(systems) and systems <= RETURNS

    def tells(self, agency: str, system: System, type_name: str, fact: str) -> bool:
        """Whether one system of an agency has ever given this optional fact of anybody."""
        return (agency, system, type_name, fact) in self.told

    def unreadable_since(self, agency: str, type_name: str, moment: datetime) -> bool:
        """Whether rows or files that may hold this type could not be read at or after `moment`."""
        if self.refused and self.refused_since(agency, type_name, moment) is not None:
            return True
        untaken = (self.untaken.get((agency, each)) for each in (type_name, ""))
        if any(at is not None and at >= moment for at in untaken):
            return True
        return any(
            code == agency and at >= moment
            and type_name in self.until.get((code, system, table), (at, ()))[1]
            for (code, system, table), at in self.unreadable.items()
        )

    def refused_since(self, agency: str, type_name: str, moment: datetime) -> datetime | None:
        """Since when files that may hold this type could not be read, the last of them at or
        after `moment`; None where there is none."""
        times = [each.first for (code, _, _), each in self.refused.items()
                 if code == agency and type_name in each.types and each.last >= moment]
        return min(times, default=None)
