"""What looks at one child leave for the next, so that a look costs what is new.

Nothing is remembered by when it came. Records are known by the very statements they were made of,
and what others keep here (`kept`) they keep with all that it rests on: where any of that is
another, it is worked out again. A case with a memory says what one without it says.
"""
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence, Set
from itertools import takewhile

from broker.case.records import (
    Histories,
    RecordKey,
    Standing,
    histories_of,
    in_order,
    place_of,
    stands,
)
from broker.event.envelope import Statement

_FEW = 16  # so many are put in their places one by one


class Memory:
    """The records of a child as they were last put together, and what was made of them.

    `stamps` count how often the records of each type have changed. To be used by one look at a
    time, for one child.
    """

    def __init__(self) -> None:
        self._held: dict[int, Statement] = {}  # by identity; held here, so none is another's
        self._histories: Histories = {}
        self._standing: Standing = {}
        self._changed: dict[RecordKey, int] = {}  # the last to change is the last in it
        self.looks = 0
        self.stamps: dict[str, int] = {}
        self.kept: dict[object, object] = {}

    def put_together(self, statements: Sequence[Statement]) -> tuple[Histories, Standing]:
        """The histories of these statements, in any order, and what stands of them, as
        `histories_of` and `standing_of` have it; not to be changed."""
        self.looks += 1
        now = dict(zip(map(id, statements), statements, strict=True))
        fresh = [each for number, each in now.items() if number not in self._held]
        before = self._histories
        if len(now) - len(fresh) < len(self._held):
            changed = self._anew(statements)
            self.kept.clear()  # what is stored no more may be erased: nothing made of it is kept
        elif fresh:
            changed = self._with(fresh)
        else:
            return self._histories, self._standing
        self._held = now
        for key in changed:
            self._changed.pop(key, None)
            if key in self._histories:
                self._changed[key] = self.looks
        for name in {key.type_name for key in changed}:
            self.stamps[name] = self.stamps.get(name, 0) + 1
            self._standing = self._stand(name, before, [
                key for key in changed if key.type_name == name])
        return self._histories, self._standing

    def changed_since(self, look: int) -> Set[RecordKey]:
        """The records of which a version came or went after this look."""
        lately = takewhile(lambda each: each[1] > look, reversed(self._changed.items()))
        return {key for key, _ in lately}

    def _with(self, fresh: Sequence[Statement]) -> Set[RecordKey]:
        """Add statements to those there are; the records that they are versions of."""
        histories, changed = dict(self._histories), histories_of(fresh)
        for key, versions in changed.items():
            earlier = histories.get(key)
            if earlier is None:
                histories[key] = versions
            else:
                both = {each.event_id: each for each in (*earlier, *versions)}
                histories[key] = in_order(both.values())
        self._histories = histories
        return changed.keys()

    def _anew(self, statements: Sequence[Statement]) -> Set[RecordKey]:
        """Take these statements alone; the records that are others than they were."""
        before, now = self._histories, histories_of(statements)
        for key, versions in now.items():
            same = before.get(key)
            if same is not None and _are_one(same, versions):
                now[key] = same
        self._histories = now
        return {key for key in {*before, *now} if before.get(key) is not now.get(key)}

    def _stand(self, name: str, before: Mapping[RecordKey, tuple[Statement, ...]],
               changed: Sequence[RecordKey]) -> Standing:
        """What stands, after these records of one type changed."""
        gone = [before[key][-1] for key in changed if key in before and stands(before[key])]
        come = [self._histories[key][-1] for key in changed
                if key in self._histories and stands(self._histories[key])]
        left = list(self._standing.get(name, ()))
        if len(gone) + len(come) > _FEW:
            over = set(map(id, gone))
            left = sorted([*(each for each in left if id(each) not in over), *come], key=place_of)
        else:
            for each in gone:
                place = bisect_left(left, place_of(each), key=place_of)
                while left[place] is not each:
                    place += 1
                del left[place]
            for each in come:
                insort(left, each, key=place_of)
        standing = {**self._standing, name: tuple(left)}
        if not left:
            del standing[name]
        return standing


def _are_one(some: Sequence[Statement], others: Sequence[Statement]) -> bool:
    """Whether these are the very same statements."""
    return len(some) == len(others) and all(
        one is other for one, other in zip(some, others, strict=True))
