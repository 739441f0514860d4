"""Which pairs of rows are worth comparing: wide and cheap keys, no block larger than pays.

Each kind of key may make so many pairs a row; its largest blocks are left out until it does, so
that the work grows with the rows and not with their square. What one kind leaves out (everybody
called Smith) another finds (those born in one year among them).
"""
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from broker.identity.names import full_names_of, sound_of
from broker.identity.table.people import Integers, People

PAIRS_PER_ROW = 40
"""Pairs a row that one kind of key may make in a file that is not very large."""
PAIRS_LEAST = 500_000
"""Pairs that one kind of key may make in any file: those of one block as large as any may be."""
PAIRS_MAX = 150_000_000
"""Pairs that all kinds together may make, however large the file."""

_PREFIX = 3
_SLICE_PAIRS = 2_000_000
_DELETION_MIN = 4
_BLOCK_MAX = 1_000
_LETTER_BITS = 21  # of any alphabet

Longs = NDArray[np.int64]
_Keys = tuple[Integers, Longs]


@dataclass(frozen=True, slots=True)
class Block:
    """The blocks of one kind of key: rows in order of key and row, and where each one's block
    ends; the rows of the blocks that were left out as too large, and how many blocks those are."""

    kind: str
    rows: Integers
    ends: Longs
    left_out: Integers
    too_large: int = 0


def blocks_of(people: People) -> list[Block]:
    """Every kind of key that the file's columns allow."""
    keyed = _Keyed(people)
    kinds = list(keyed.kinds())
    each_max = min(PAIRS_PER_ROW, max(2, PAIRS_MAX // max(1, people.size * len(kinds))))
    pairs_max = max(each_max * people.size, PAIRS_LEAST)
    return [_block(kind, *keys(), pairs_max) for kind, keys in kinds]


def unreached(people: People, blocks: Sequence[Block]) -> Longs:
    """The rows that every key of theirs put into a block that was left out, so that they are
    compared with no other though others share the key."""
    reached = np.zeros(people.size, bool)
    for block in blocks:
        reached[block.rows] = True
    cut = np.zeros(people.size, bool)
    for block in blocks:
        cut[block.left_out] = True
    return np.flatnonzero(cut & ~reached)


def pairs_in(blocks: Sequence[Block], size: int) -> Iterator[tuple[Longs, Longs]]:
    """All pairs that share a block, each once, the lesser row first, some millions at a time."""
    later = np.zeros(size)
    for block in blocks:
        places = np.arange(len(block.rows))
        later += np.bincount(block.rows, block.ends - places - 1, size)
    reach = np.r_[0, np.cumsum(later)]
    start = 0
    while start < size:
        stop = int(np.searchsorted(reach, reach[start] + _SLICE_PAIRS, "right")) - 1
        stop = min(max(stop, start + 1), size)
        found = [_pairs_from(block, start, stop, size) for block in blocks]
        keys = np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)
        if len(keys):
            keys = keys[np.r_[True, keys[1:] != keys[:-1]]]
            yield keys // size, keys % size
        start = stop


def _pairs_from(block: Block, start: int, stop: int, size: int) -> Longs:
    """Pairs of this kind whose lesser row lies in a range, as one number each."""
    places = np.flatnonzero((block.rows >= start) & (block.rows < stop))
    counts = block.ends[places] - places - 1
    firsts = np.repeat(places, counts)
    steps = np.arange(len(firsts)) - np.repeat(np.cumsum(counts) - counts, counts)
    lesser, greater = block.rows[firsts], block.rows[firsts + 1 + steps]
    keys: Longs = lesser.astype(np.int64) * size + greater
    return keys


def _block(kind: str, rows: Integers, keys: Longs, pairs_max: int) -> Block:
    """Rows by key, without the largest blocks where all together make too many pairs."""
    order = np.lexsort((rows, keys))
    rows, keys = rows[order], keys[order]
    fresh = np.ones(len(keys), bool)  # one row is in a block once
    fresh[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    rows, keys = rows[fresh], keys[fresh]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else keys
    counts = np.diff(np.r_[starts, len(keys)])
    sizes = np.sort(counts)
    total = np.cumsum(sizes * (sizes - 1) // 2)
    # Blocks of one size are all kept or all left out.
    last = np.searchsorted(sizes, sizes, "right") - 1
    fitting = sizes[total[last] <= pairs_max]
    largest = min(int(fitting[-1]) if len(fitting) else 1, _BLOCK_MAX)
    kept = np.repeat((counts <= largest) & (counts > 1), counts)
    ends = np.repeat(starts + counts, counts)[kept]
    gone = np.cumsum(~kept)
    shift = gone[np.flatnonzero(kept)]
    large = (counts > largest) & (counts > 1)
    return Block(kind, rows[kept], ends - shift, rows[np.repeat(large, counts)], int(large.sum()))


class _Keyed:
    """The keys of all rows, kind by kind: rows and keys, an entry for each row and key."""

    def __init__(self, people: People):
        self._people = people
        rows, place = np.nonzero(people.tokens >= 0)
        self._rows: Integers = rows.astype(np.int32)
        self._tokens = people.tokens[self._rows, place]
        year, month, day = people.births.T
        self._year = np.where(year > 0, year, -1)
        self._day = np.where(people.dated, (year * 16 + month) * 32 + day, -1)
        self._birthday = np.where(people.dated, month * 32 + day, -1)

    def kinds(self) -> Iterator[tuple[str, Callable[[], _Keys]]]:
        """All kinds, each with what makes its keys, so that they are not there all at once."""
        people, words = self._people, self._people.words
        every = np.arange(people.size, dtype=np.int32)
        rows, tokens = self._rows, self._tokens
        yield "name word", lambda: (rows, tokens.astype(np.int64))
        yield "name word, one letter left out", lambda: self._spread(map(_deletions, words))
        yield "two name words", self._two_words
        yield "whole name", self._whole_names
        yield "name word, one letter left out, beside a letter", partial(self._beside, _deletions)
        yield "sound of a name word, beside a letter", partial(
            self._beside, lambda word: [sound_of(word)])
        prefixes = _numbered(words, lambda word: word[:_PREFIX])[tokens]
        sounds = _numbered(words, sound_of)[tokens]
        full_rows, fulls = self._spread(map(_fulls, words))
        yield "birth date", partial(_known, every, self._day)
        for name, what in self._telling():
            if name != "birthday":
                yield f"beginning of a name, {name}", partial(_both, rows, prefixes, what)
            yield f"sound of a name, {name}", partial(_both, rows, sounds, what)
            yield f"full name, {name}", partial(_both, full_rows, fulls, what)
        if people.postcodes:
            yield "postcode", partial(_known, every, people.postcodes[0].codes)
        for one in people.others:
            yield one.name, partial(_known, every, one.codes)

    def _telling(self) -> Iterator[tuple[str, Integers]]:
        """What narrows down a name that many bear."""
        people = self._people
        yield "year of birth", self._year
        yield "birthday", self._birthday
        if people.postcodes:
            yield "district", people.postcodes[1].codes
        for one in people.others:
            yield one.name, one.codes

    def _spread(self, keys_of_words: Iterable[Sequence[str]]) -> _Keys:
        """Each row's keys, of which its words have several each."""
        entries, keys = self._entries(keys_of_words)
        return self._rows[entries], keys

    def _entries(self, keys_of_words: Iterable[Sequence[str]]) -> tuple[Longs, Longs]:
        """Places among all rows' words, and a key of the word there; a place for each key."""
        numbers: dict[str, int] = {}
        lists = [[numbers.setdefault(key, len(numbers)) for key in keys] for keys in keys_of_words]
        counts = np.array([len(each) for each in lists], np.int64)
        flat = np.array([key for each in lists for key in each], np.int64)
        starts = np.cumsum(counts) - counts
        many = counts[self._tokens]
        entries = np.repeat(np.arange(len(self._tokens)), many)
        steps = np.arange(len(entries)) - np.repeat(np.cumsum(many) - many, many)
        return entries, flat[np.repeat(starts[self._tokens], many) + steps]

    def _beside(self, keys_of: Callable[[str], Sequence[str]]) -> _Keys:
        """Each row's keys of a word together with the first letter of another, or of a full form
        of it: what is left of a common name that is mistyped in a row with nothing else."""
        entries, keys = self._entries(map(keys_of, self._people.words))
        rows, words = self._rows[entries], self._tokens[entries]
        found_rows, found = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)]
        for letters in _letters(self._people.words):
            for place in range(self._people.tokens.shape[1]):
                beside = self._people.tokens[rows, place]
                there = np.flatnonzero((beside >= 0) & (beside != words))
                letter = letters[beside[there]]
                known = there[letter >= 0]
                found_rows.append(rows[known])
                found.append((keys[known] << _LETTER_BITS) | letter[letter >= 0])
        return np.concatenate(found_rows), np.concatenate(found)

    def _two_words(self) -> _Keys:
        """Any two words of a name, whichever comes first."""
        tokens, number = self._people.tokens, len(self._people.words)
        found_rows, found = [], []
        for one in range(tokens.shape[1]):
            for other in range(one + 1, tokens.shape[1]):
                low = np.minimum(tokens[:, one], tokens[:, other]).astype(np.int64)
                rows = np.flatnonzero(low >= 0).astype(np.int32)
                keys = low * number + np.maximum(tokens[:, one], tokens[:, other])
                found_rows.append(rows)
                found.append(keys[rows])
        if not found:
            return np.zeros(0, np.int32), np.zeros(0, np.int64)
        return np.concatenate(found_rows), np.concatenate(found)


    def _whole_names(self) -> _Keys:
        """All words of a name of two or more, in any order."""
        tokens = np.sort(self._people.tokens, axis=1)
        rows = np.flatnonzero((tokens >= 0).sum(axis=1) > 1).astype(np.int32)
        _, keys = np.unique(tokens[rows], axis=0, return_inverse=True)
        return rows, keys.astype(np.int64).ravel()


def _deletions(word: str) -> list[str]:
    if len(word) < _DELETION_MIN:
        return []
    return sorted({word, *(word[:at] + word[at + 1:] for at in range(len(word)))})


def _letters(words: Sequence[str]) -> list[Integers]:
    """The letters that each word or a full form of it begins with: the first of all words, then
    the second, -1 where a word has no more."""
    lists = [sorted({each[:1] for each in (word, *full_names_of(word))}) for word in words]
    return [np.array([ord(each[place]) if place < len(each) else -1 for each in lists], np.int32)
            for place in range(max(map(len, lists), default=0))]


def _fulls(word: str) -> list[str]:
    return sorted(full_names_of(word))


def _numbered(words: Sequence[str], key_of: Callable[[str], str]) -> Integers:
    """The number of each word's key."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key_of(word), len(numbers)) for word in words], np.int32)


def _known(rows: Integers, codes: Integers) -> _Keys:
    known = codes >= 0
    return rows[known], codes[known].astype(np.int64)


def _both(rows: Integers, one: Integers | Longs, of_rows: Integers) -> _Keys:
    """A key and what its row says in one, where that is known."""
    other = of_rows[rows]
    known = other >= 0
    return rows[known], (one[known].astype(np.int64) << 32) | other[known]

