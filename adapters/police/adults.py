"""Which nominals are adults: they are no subjects, and neither are their rows."""
from collections.abc import Iterable
from datetime import date, datetime

from broker.sdk.adapter import Memory
from broker.vocabulary.times import LONDON

SCOPE = "police.age"
ADULT_YEARS = 18


def is_adult(born: date | None, at: datetime) -> bool:
    """Whether somebody is 18 or over on the London day of `at`; no birth date is a child's."""
    if born is None:
        return False
    day = at.astimezone(LONDON).date()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) >= ADULT_YEARS


class Adults:
    """What nominal rows said of age, remembered across extracts under their latest version.

    Children are remembered too: an older version that says adult must not hide a child's rows.
    """

    def __init__(self, memory: Memory):
        self._memory = memory
        self._known: dict[str, str] = {}
        self._learnt: dict[str, str] = {}

    def expect(self, nominals: Iterable[str]) -> None:
        """Recall what is known of the nominals in the rows to come."""
        self.save()
        wanted = sorted(set(nominals))
        self._known = self._memory.recall(SCOPE, wanted)

    def learn(self, nominal: str, adult: bool, recorded_at: datetime) -> None:
        """A nominal row's word on age; the row recorded last counts."""
        word = f"{recorded_at.isoformat(timespec='milliseconds')} {'adult' if adult else 'child'}"
        if word > self._known.get(nominal, ""):
            self._known[nominal] = self._learnt[nominal] = word

    def include(self, nominal: str) -> bool:
        """Whether the nominal is known to be an adult."""
        return self._known.get(nominal, "").endswith("adult")

    def save(self) -> None:
        """Remember what was learnt since the last saving."""
        if self._learnt:
            self._memory.remember(SCOPE, self._learnt)
            self._learnt = {}
