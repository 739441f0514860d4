"""How a name is written otherwise: by transliteration, by ear, in short, mistyped.

The rules are habits of writing, not Concord's own lists of spellings, so that a world does not
ask only what the lists answer.
"""
import re
import unicodedata
from random import Random

from broker.world.names import misspelt, nickname_of

_Rules = tuple[tuple[str, str], ...]
_MOHAMMED = ("Mohammed", "Muhammad", "Mohamed", "Mohammad", "Muhammed", "Mohamad", "Md")
_MOHAMMEDS = frozenset(_MOHAMMED)

_RULES: dict[str, _Rules] = {
    "arabic": (
        ("ou", "u"), ("oo", "u"), ("u", "ou"), ("u", "oo"), ("ee", "i"), ("i(?=[dfmnrs])", "ee"),
        ("ai", "ay"), ("ay", "ai"), ("kh", "k"), ("q", "k"), ("dh", "d"), ("a$", "ah"),
        ("ah$", "a"), ("ss", "s"), ("s(?=[aeiou])", "ss"), ("mm", "m"), ("m(?=[aeiou])", "mm"),
        ("y(?=[ao])", "i"), ("^u", "o"), ("^o", "u"), ("e", "a"), ("aa", "a"), ("w", "v"),
        ("i$", "y"), ("iy", "y"), ("z", "s"), ("sh", "ch"), ("ei", "ai"),
    ),
    "south": (
        ("au", "ow"), ("au", "o"), ("dh", "d"), ("th", "t"), ("sh", "s"), ("ee", "i"),
        ("i(?=[nrt])", "ee"), ("oo", "u"), ("w", "v"), ("v", "w"), ("h(?=[aeiou]r)", ""),
        ("ph", "f"), ("y", "i"), ("aa", "a"), ("a(?=[nrt])", "aa"), ("ja", "jha"), ("ksh", "x"),
    ),
    "polish": (
        ("w", "v"), ("sz", "sh"), ("cz", "ch"), ("j", "y"), ("rz", "z"), ("ski$", "sky"),
        ("cki$", "cky"), ("ie", "e"), ("k(?=[aeo])", "c"), ("ch", "h"),
    ),
    "cyrillic": (
        ("^ye", "e"), ("ye", "ie"), ("yu", "iu"), ("ya", "ia"), ("kh", "h"), ("zh", "j"),
        ("ts", "c"), ("shch", "sch"), ("ov$", "off"), ("ev$", "eff"), ("iy$", "y"), ("y$", "iy"),
        ("ks", "x"), ("x", "ks"), ("y$", "i"), ("i$", "y"), ("dmi", "dimi"), ("ei$", "ey"),
        ("ch", "tch"), ("v", "w"),
    ),
    "pinyin": (
        ("x", "hs"), ("zh", "ch"), ("q", "ch"), ("ng$", "n"), ("uo$", "o"), ("^ts", "ch"),
        ("eu", "ew"), ("ao", "au"), ("j", "ch"),
    ),
    "vietnamese": (("uy", "ui"), ("ph", "f"), ("ng", "n"), ("h$", ""), ("ie", "i")),
    "african": (
        ("^oluwa(?=[a-z]{3})", ""), ("ch", "c"), ("chukwu", "chuku"), ("kwu", "ku"), ("y", "i"),
        ("gb", "b"), ("nw", "nu"), ("^oluwa", "olu"), ("^ade(?=[a-z]{4})", "ad"), ("kp", "p"),
        ("ie", "i"), ("e$", "eh"), ("ia", "iya"),
    ),
    "irish": (
        ("^o'", "o "), ("^o'", ""), ("^mc", "mac"), ("^mac", "mc"), ("gh", "h"), ("bh", "v"),
        ("oi", "o"), ("dh", ""), ("ane?y$", "any"), ("ea", "e"), ("ui", "u"),
    ),
}
_LATIN = (
    ("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("yu", "ю"),
    ("ya", "я"), ("ye", "е"), ("a", "а"), ("b", "б"), ("v", "в"), ("g", "г"), ("d", "д"),
    ("e", "е"), ("z", "з"), ("i", "и"), ("y", "й"), ("k", "к"), ("l", "л"), ("m", "м"),
    ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"),
    ("f", "ф"), ("h", "х"), ("j", "ж"), ("x", "кс"),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ARTICLES = ("Al-", "El-", "Al ", "El ", "Al", "")
_SERVANTS = ("Abdul ", "Abdul", "Abdel ", "Abd al-", "Abdur", "Abdou ")


def respelt(name: str, ways: frozenset[str], rng: Random) -> str:
    """The name as another clerk writes it, in the habits of its tradition."""
    if name in _MOHAMMEDS:
        return rng.choice(_MOHAMMED)
    if "article" in ways and name.startswith(("Al-", "El-")):
        return rng.choice(_ARTICLES) + name[3:]
    if name.startswith(("Abdul ", "Abdel ")):
        return rng.choice(_SERVANTS) + name[6:]
    if "cyrillic" in ways and rng.random() < 0.08:
        return in_cyrillic(name)
    if "polish" in ways and (plain := without_marks(name)) != name and rng.random() < 0.6:
        return plain
    if "pinyin" in ways and " " in name:
        return name.replace(" ", rng.choice(("", "-")))
    rules = [rule for way in sorted(ways) for rule in _RULES.get(way, ())]
    changed = {new for old, into in rules
               if (new := re.sub(old, into, name.lower(), count=1)) != name.lower()}
    if not changed or (rng.random() < 0.3 and not rules):
        return misspelt(name)
    return " ".join(each[:1].upper() + each[1:]
                    for each in rng.choice(sorted(changed)).split(" "))


def without_marks(name: str) -> str:
    """The name in plain letters, as a system without marks writes it."""
    plain = unicodedata.normalize("NFKD", name.replace("\u0142", "l").replace("\u0141", "L"))
    return "".join(each for each in plain if not unicodedata.combining(each))


def in_cyrillic(name: str) -> str:
    """The name in Cyrillic letters, as on a passport."""
    text = name.lower()
    for latin, letter in _LATIN:
        text = text.replace(latin, letter)
    return text.title()


def mistyped(name: str, rng: Random) -> str:
    """The name with one letter left out, doubled, changed or in the wrong place."""
    if len(name) < 3:
        return name
    place = rng.randrange(len(name) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return name[:place] + name[place + 1:]
    if kind == 1:
        return name[:place] + name[place] + name[place:]
    if kind == 2:
        return name[:place] + name[place + 1] + name[place] + name[place + 2:]
    return name[:place] + rng.choice(_LETTERS) + name[place + 1:]


def shortened(name: str, rng: Random) -> str:
    """The name as friends say it: its usual short form, or its beginning."""
    known = nickname_of(name)
    if known != name:
        return known
    if len(name) < 6:
        return name
    cut = name[:rng.choice((3, 4))]
    return cut + rng.choice(("", "", "y", "ie")) if cut[-1] not in "aeiouy" else cut
