"""Where a value that could not be used stood, for whoever must mend the file."""
from dataclasses import dataclass, field
from typing import NamedTuple

PLACES_MAX = 3


class Place(NamedTuple):
    """A line of a file, the header being 1, and the key of its row; "" where it was not read."""

    line: int
    record: str


@dataclass(slots=True)
class Stood:
    """The first places of one value in one column, at most three, and why it could not be used,
    where that tells what mends it (else it is a word that is in no list); `more` where it stood
    in other rows too."""

    why: str | None = None
    places: list[Place] = field(default_factory=list)
    more: bool = False

    def at(self, line: int, record: str) -> None:
        """Take note of a place, once a row."""
        if self.places and self.places[-1].line == line:
            return
        if len(self.places) < PLACES_MAX:
            self.places.append(Place(line, record))
        else:
            self.more = True
