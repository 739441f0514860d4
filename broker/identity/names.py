"""Names as they are compared: folded to plain capitals, with their spellings and short forms."""
import re
import unicodedata
from functools import lru_cache

from broker.identity.nicknames import NICKNAMES, SPELLINGS
from broker.identity.transliteration import as_heard


def _words(text: str) -> list[str]:
    return text.split()


_LETTERS = str.maketrans({
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE",
    "œ": "oe", "Œ": "OE", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i", "ə": "a", "Ə": "A",
})
_CYRILLIC = dict(zip(
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЁ",
    ("A", "B", "V", "G", "D", "E", "ZH", "Z", "I", "Y", "K", "L", "M", "N", "O", "P", "R", "S",
     "T", "U", "F", "KH", "TS", "CH", "SH", "SHCH", "", "Y", "", "E", "YU", "YA", "I", "YI", "YE",
     "G", "E"),
    strict=True,
))
_TRANSLITERATED = str.maketrans(_CYRILLIC)
_APOSTROPHES = re.compile("[\u0027\u0060\u00b4\u02bb\u02bc\u2018\u2019\u201b.]")
_BOY_OR_GIRL = re.compile(r"(?<![^\s-])(?:th[iị]|v[aăâ]n)[\s-]+(?=\w)", re.IGNORECASE)
_OF_MOTHER = re.compile(r"^\s*(?:b\s*/\s*o|(?:new ?born |infant |baby |twin |boy |girl )+of)\b",
                        re.IGNORECASE)
_ONE_OF_SEVERAL = re.compile(
    r"\b(?:twin|triplet|quad(?:ruplet)?|quin(?:t(?:uplet)?)?)s?(?![^\W\d_])"
    r"|\b(?:baby|babe|infant|newborn|unborn|boy|girl|child)\W*"
    r"(?=(?:\d{1,2}|[abc]|i{1,3}|one|two|three|first|second|third)\W*$)", re.IGNORECASE)
_SHORT_MARK = re.compile(r"^\W*tw?(?=\W*\d\W*$)", re.IGNORECASE)  # T1, Tw 2
_ORDER = re.compile(
    r"(?<!\w)(?:(1|a|i|one|first)|(2|b|ii|two|second)|(3|c|iii|three|third)"
    r"|(4|iv|four|fourth)|(5|five|fifth))\W*$", re.IGNORECASE)
_BESIDE_A_NUMBER = re.compile(
    r"\b(?:no|number)\b\W*(?=\d)|(?<=\d)(?:st|nd|rd|th)\b|\bof\s+\d+", re.IGNORECASE)
_BREAKS = re.compile(r"[\W\d_]+")
_PREFIXES = frozenset(_words(
    "AL EL O MC MAC DE DEL DA DI DOS DU VAN VON DER TEN ABU BIN BINT IBN ST SAINT"
))
_PLACEHOLDERS = frozenset(_words(
    "BABY BABE INFANT NEWBORN UNBORN BOY GIRL MALE FEMALE CHILD TWIN TWINS TRIPLET TRIPLETS QUAD "
    "QUADS QUADRUPLET QUADRUPLETS QUIN QUINS QUINT QUINTS QUINTUPLET QUINTUPLETS ONE TWO THREE "
    "FOUR FIVE FIRST SECOND THIRD FOURTH FIFTH I II III IV UNKNOWN "
    "UNK NOT KNOWN NK UNNAMED NAME NAMED TBC TBA NONE NA OF MOTHER"
))
_ALL_SPELLINGS: dict[str, tuple[str, ...]] = {
    one: tuple(name for name, spelling in SPELLINGS.items() if spelling == one)
    for one in set(SPELLINGS.values())}
_NEWBORN = frozenset(_words("BABY BABE INFANT NEWBORN UNBORN"))
_SEX_WORDS = {"BOY": "M", "MALE": "M", "GIRL": "F", "FEMALE": "F"}
_TOKENS_MAX = 6
_SOUNDS = {
    **dict.fromkeys("BPFV", "1"), **dict.fromkeys("CGJKQSXZ", "2"), **dict.fromkeys("DT", "3"),
    "L": "4", **dict.fromkeys("MN", "5"), "R": "6",
}
_FIRST_SOUNDS = {
    **dict.fromkeys("AEIOUYH", "A"), **dict.fromkeys("KQ", "K"), **dict.fromkeys("JG", "J"),
    **dict.fromkeys("SZXC", "S"), **dict.fromkeys("FV", "F"), "W": "W",
}


@lru_cache(maxsize=65_536)
def tokens_of(text: str) -> tuple[str, ...]:
    """The words of a name in plain capitals; `O'Reilly`, `Mc Coy` and `Al-Amin` are one each."""
    closed = _APOSTROPHES.sub("", text.translate(_LETTERS))
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", closed) if not unicodedata.combining(each)
    )
    words = [each for each in _BREAKS.split(plain.upper().translate(_TRANSLITERATED)) if each]
    joined: list[str] = []
    held = ""
    for word in words:
        if word in _PREFIXES:
            held += word
        else:
            joined.append(held + word)
            held = ""
    if held:
        joined.append(held)
    return tuple(joined[:_TOKENS_MAX])


@lru_cache(maxsize=65_536)
def given_tokens(text: str) -> tuple[str, ...]:
    """The words of a given name; empty where it only stands for one ("Baby", "Twin Two", "Baby
    of Ada", whose given name is her mother's).

    Of a Vietnamese name the word that only tells boys from girls (Van, Thi) is left out, as most
    clerks leave it out, but not where it is all that was written, nor where it comes last and is
    a name.
    """
    if _OF_MOTHER.match(text) or _SHORT_MARK.match(text):
        return ()
    words = tokens_of(_BOY_OR_GIRL.sub("", _BESIDE_A_NUMBER.sub("", text)))
    if len(words) > 1 and words[0] in _NEWBORN:
        words = words[2:] if words[1] in ("BOY", "GIRL") else words[1:]
        if len(words) == 1 and words[0] in ("A", "B", "C"):
            return ()
    stand_in = any(each in _PLACEHOLDERS for each in words)
    return () if all(each in _PLACEHOLDERS or (stand_in and len(each) == 1)
                     for each in words) else words


@lru_cache(maxsize=65_536)
def twin_mark(text: str) -> tuple[str, ...]:
    """One word with a space in it, as no name has, where no given name is written but that the
    child is one of twins or more ("Twin Two", "T1", "Quad 3", "Baby B"); empty else."""
    text = _BESIDE_A_NUMBER.sub("", text)
    found = _ONE_OF_SEVERAL.search(text) or _SHORT_MARK.match(text)
    if found is None or given_tokens(text):
        return ()
    order = _ORDER.search(text[found.end():])
    return (f"TWIN {order.lastindex}",) if order else ("TWIN ",)


def is_twin_mark(given: tuple[str, ...]) -> bool:
    """Whether what stands for a given name is a `twin_mark`."""
    return bool(given) and " " in given[0]


def is_counted(given: tuple[str, ...]) -> bool:
    """Whether a `twin_mark` says which of them it is (the first, the second)."""
    return is_twin_mark(given) and not given[0].endswith(" ")


@lru_cache(maxsize=65_536)
def words_of(given: str, family: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given words, or the `twin_mark` that stands for them, and family words; in "Baby Smith" of
    family Smith no given name is known, and of "Twin Two" only that there is another."""
    families = family_tokens(family)
    text = _without(given, families)
    found = given_tokens(text)
    if found and set(found) <= set(families) and len(tokens_of(text)) > len(found):
        return (), families
    return found or twin_mark(text), families


@lru_cache(maxsize=65_536)
def sex_of_newborn(given: str, family: str = "") -> str:
    """"M" or "F" where no given name is written but whether a boy or a girl was born ("Baby Boy",
    "Female infant"); empty else."""
    if given_tokens(_without(given, family_tokens(family))):
        return ""
    sexes = {_SEX_WORDS[each] for each in tokens_of(given) if each in _SEX_WORDS}
    return sexes.pop() if len(sexes) == 1 else ""


@lru_cache(maxsize=65_536)
def newborn_in(name: str) -> tuple[str, str]:
    """A full name cut in two where it is that of a newborn without a given name ("Twin 1 Smith",
    "Smith, Baby Boy"): what stands for the given name, and the rest; ("", name) else."""
    words = name.replace(",", " ").split()
    if not any(each in _PLACEHOLDERS for each in tokens_of(name)) and (
            not any(each.isdigit() for each in name)):
        return "", name
    mother = _OF_MOTHER.match(name)
    if mother and len(name[mother.end():].split()) > 1:
        return " ".join(words[:-1]), words[-1]
    for stand_ins in range(len(words), 0, -1):
        rests = len(words) - stand_ins
        for text, rest, first in (
                (" ".join(words[:stand_ins]), " ".join(words[stand_ins:]), True),
                (" ".join(words[rests:]), " ".join(words[:rests]), False)):
            if _stands_for_newborn(text, first=first) and (rests < 2 or twin_mark(text)):
                return text, rest
    return "", name


def _stands_for_newborn(text: str, *, first: bool) -> bool:
    words = tokens_of(text)
    return not given_tokens(text) and (
        bool(twin_mark(text)) or not _NEWBORN.isdisjoint(words)
        or (first and not _SEX_WORDS.keys().isdisjoint(words)))


def _without(given: str, family: tuple[str, ...]) -> str:
    """A given name, but of what only stands for one ("Twin 1 Smith") the family name left out."""
    bare = " ".join(each for each in given.split()
                    if not set(tokens_of(each)) <= set(family) or not tokens_of(each))
    return bare if len(bare) > 1 and not given_tokens(bare) else given


@lru_cache(maxsize=65_536)
def family_tokens(text: str) -> tuple[str, ...]:
    """The words of a family name; empty where it only says that none is known."""
    words = tokens_of(text)
    return () if all(each in _PLACEHOLDERS for each in words) else words


@lru_cache(maxsize=65_536)
def spelling_of(token: str) -> str:
    """One spelling for all the ways in which a name is written in English."""
    if token.startswith("MAC") and len(token) > 6:
        token = "MC" + token[3:]
    return SPELLINGS.get(token, token)


def spellings_of(spelling: str) -> tuple[str, ...]:
    """All listed ways of writing the name of this one spelling."""
    return _ALL_SPELLINGS.get(spelling, ())


@lru_cache(maxsize=65_536)
def full_names_of(token: str) -> frozenset[str]:
    """The names that this one may be short for, itself among them, in one spelling each."""
    own = spelling_of(token)
    longer = NICKNAMES.get(token, ()) or NICKNAMES.get(own, ())
    return frozenset((own, *map(spelling_of, longer)))


@lru_cache(maxsize=65_536)
def sound_of(token: str) -> str:
    """How a name begins and its next three consonants, roughly as it is heard."""
    return long_sound_of(token)[:4]


@lru_cache(maxsize=65_536)
def long_sound_of(token: str) -> str:
    """The same with the next five consonants, which fewer long names share."""
    return written_sound_of(spelling_of(token))


@lru_cache(maxsize=65_536)
def written_sound_of(token: str) -> str:
    """The same of the word as it is written, and not of the name it is a spelling of."""
    word = as_heard(token).replace("NG", "N")
    first = _FIRST_SOUNDS.get(word[0], word[0])
    sounds = []
    before = _SOUNDS.get(word[0], "")
    for letter in word[1:]:
        sound = _SOUNDS.get(letter, "")
        if sound and sound != before:
            sounds.append(sound)
        if letter not in "HW":
            before = sound
    return first + "".join(sounds[:5])
