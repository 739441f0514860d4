"""What goes wrong when somebody writes down a name, a birth date or a postcode."""
from random import Random

from bench.linkage import historical_words as words

_KEYS = {"a": "qsz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
         "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
         "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
         "y": "tu", "z": "xa"}
_LOOKS = (("m", "rn"), ("rn", "m"), ("l", "1"), ("o", "0"), ("i", "l"), ("cl", "d"), ("d", "cl"),
          ("w", "vv"), ("h", "b"), ("s", "5"), ("e", "c"), ("u", "n"), ("g", "q"), ("li", "h"))
_SOUNDS = (("ph", "f"), ("ck", "k"), ("ie", "y"), ("y", "ie"), ("c", "k"), ("ee", "ea"),
           ("gh", ""), ("tt", "t"), ("ll", "l"), ("nn", "n"), ("th", "t"), ("ei", "ie"),
           ("ou", "u"), ("wh", "w"), ("x", "cks"), ("ley", "ly"), ("son", "sen"), ("er", "ar"),
           ("ai", "ay"), ("ke", "k"), ("s", "z"), ("a", "e"), ("o", "oe"), ("w", "u"))
_SHORT: dict[str, list[str]] = {
    line.split()[0]: line.split()[1:] for line in words.SHORT_FORMS.strip().splitlines()}


def short(chance: Random, given: str) -> str:
    """A short form or other form of a given name, or the name itself where it has none."""
    return chance.choice(_SHORT.get(given, [given]))


def _replaced(chance: Random, word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    fitting = [pair for pair in pairs if pair[0] in word]
    if not fitting:
        return _slip(chance, word)
    old, new = chance.choice(fitting)
    return word.replace(old, new, 1)


def _slip(chance: Random, word: str) -> str:
    """One letter left out, doubled, exchanged with the next, or struck beside its key."""
    place = chance.randrange(len(word))
    letter, rest = word[place], word[place + 1:]
    kind = chance.randrange(4)
    if kind == 0:
        return word[:place] + rest
    if kind == 1:
        return word[:place] + letter + letter + rest
    if kind == 2 and rest:
        return word[:place] + rest[0] + letter + rest[1:]
    return word[:place] + chance.choice(_KEYS.get(letter, "e")) + rest


def misspelt(chance: Random, word: str) -> str:
    """A word of at least three letters with one error of hand, eye or ear; a shorter one as it
    is. One time in five there is a second error."""
    if len(word) < 3:
        return word
    kind = chance.randrange(4)
    if kind < 2:
        wrong = _slip(chance, word)
    else:
        wrong = _replaced(chance, word, _LOOKS if kind == 2 else _SOUNDS)
    return misspelt(chance, wrong) if chance.random() < 0.2 else wrong


def wrong_date(chance: Random, born: tuple[int, int, int]) -> tuple[int, int, int]:
    """A date with one thing wrong: a digit of the year, the month, the day, or day and month
    exchanged where that is a date."""
    year, month, day = born
    kind = chance.randrange(6)
    if kind <= 1:
        return year + chance.choice((-1, 1, -10, 10, -2, 2, -9, 9, 100, -100)), month, day
    if kind == 2:
        return year, chance.randrange(1, 13), day
    if kind == 3:
        return year, month, chance.randrange(1, 29)
    if kind == 4 and day <= 12:
        return year, day, month
    return year, month, min(28, max(1, day + chance.choice((-1, 1, 10, -10))))


def wrong_postcode(chance: Random, code: str) -> str:
    """A postcode with one letter or digit wrong, left out or exchanged, or with its gap lost."""
    if chance.random() < 0.15:
        return code.replace(" ", "")
    place = chance.choice([at for at, letter in enumerate(code) if letter != " "])
    letter, rest = code[place], code[place + 1:]
    kind = chance.randrange(3)
    if kind == 0 and rest[:1].strip():
        return code[:place] + rest[0] + letter + rest[1:]
    if kind == 1:
        return code[:place] + rest
    other = chance.choice("0123456789" if letter.isdigit() else "abcdefghjlnprstuwxy")
    return code[:place] + other + rest
