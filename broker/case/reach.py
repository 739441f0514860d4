"""How far each feed has been heard: silence is evidence only up to there."""
from dataclasses import dataclass, field
from datetime import datetime

from broker.vocabulary.words import System


@dataclass(frozen=True, slots=True)
class Reach:
    """Latest time each (agency, system, table) was heard up to, with the types a table yields.

    `unreadable` says when a table last had rows that could not be read: any of them may be the
    record a rule looks for, so it is "unreadable", never "none".
    """

    until: dict[tuple[str, System, str], tuple[datetime, tuple[str, ...]]] = field(
        default_factory=dict
    )
    unreadable: dict[tuple[str, System, str], datetime] = field(default_factory=dict)

    def of(self, agency: str, type_name: str) -> datetime | None:
        """How far this agency's silence about this type means something; None if never fed.

        Within one system every table that carries the type must have been heard; of several
        systems the one heard furthest counts."""
        by_system: dict[System, datetime] = {}
        for (code, system, _), (until, types) in self.until.items():
            if code == agency and type_name in types:
                by_system[system] = min(until, by_system.get(system, until))
        return max(by_system.values(), default=None)

    def heard(self, agency: str) -> datetime | None:
        """When this agency was last heard at all."""
        times = [until for (code, _, _), (until, _) in self.until.items() if code == agency]
        return max(times, default=None)

    def unreadable_since(self, agency: str, type_name: str, moment: datetime) -> bool:
        """Whether rows that may be of this type could not be read at or after `moment`."""
        return any(
            code == agency and at >= moment
            and type_name in self.until.get((code, system, table), (at, ()))[1]
            for (code, system, table), at in self.unreadable.items()
        )
