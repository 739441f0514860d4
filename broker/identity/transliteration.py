"""One spelling for the ways in which a name of another script or by ear is written in English.

No list can hold every spelling, and lists are longest for English names. These rules are the
habits of clerks who write Arabic, Urdu, Somali, Slavonic, Chinese and English names: doubled
letters, OU for U, EE for I, KH for K, W for V, a final H. They are a frozen part of the model of
identity; each was chosen because it joins spellings and keeps apart names that two children of
one family bear (Hassan and Hussain, Amina and Amna, Jan and Jana).
"""
import re
from functools import lru_cache

# In this order; what a later rule reads is what the earlier ones left. Before each the letters of
# which one must be there, since looking for them costs a tenth of trying the rule.
_FOLDS: tuple[tuple[str, str, str], ...] = (
    ("MAC", "^MAC(?=[^H].{3})", "MC"),
    ("ABD", "^ABD[AEIOU]{0,2}(?:[LR](?=[^AEIOU]))?(?=[A-Z]{3})", "ABD"),
    ("AL EL", "^[AE]L(?=[^LAEIOU].{3})", ""), ("X", "^X(?=[AEIOU])", "S"), ("HS", "^HS", "S"),
    ("TS", "^TS(?=[AE])", "CH"), ("YE", "^YE", "E"), ("CHI", "^CHI(?=[AEOU])", "JI"),
    ("NG", "^NG(?=[OU])", "N"), ("IGH", "E?IGH$", "I"),
    ("PH", "PH", "F"), ("CK", "CK", "K"), ("IQUE", "IQUE$", "IK"),
    ("Q", "QU", "KV"), ("Q", "Q", "K"), ("X", "X", "KS"),
    ("TCH CZ TSCH", "TCH|CZ|TSCH", "CH"), ("SHCH SCH SZCZ SHH", "SHCH|SCH|SZCZ|SHH", "SH"),
    ("SZ", "SZ", "SH"), ("RZ ZH", "RZ|ZH", "J"),
    ("KH GH DH TH BH JH RH", "(?<=[KGDTBJR])H", ""),
    ("C", "C(?=[EIY])", "S"), ("C", "C(?!H)", "K"),
    ("AW", "AW$", "AV"), ("W", "W(?=[AEIOUY])", "V"), ("OW AW AU", "OW|AW|AU", "O"),
    ("W", "W", "V"), ("OU OO", "OU|OO", "U"), ("EE IE IY EY II", "EE|IE|IY|EY$|II", "I"),
    ("AI AY EI EY", "AI|AY|EI|EY", "E"), ("Y", "Y", "I"),
    ("IE", "IE", "I"), ("JI", "J(?=I)", ""),
    ("", r"(.)\1+", r"\1"), ("H", "(?<=[AEIOU])H$", ""), ("I E", "(?<=[IUO])[IE]$", ""),
    ("F", "(?<=[OE])FF?$", "V"),
)
_RULES = tuple((tuple(letters.split()), re.compile(pattern).sub, into)
               for letters, pattern, into in _FOLDS)
_WOMENS = tuple((re.compile(pattern), into) for pattern, into in (
    ("(?<=[SK]K)A$", "I"), ("(?<=[OE]V)A$", ""), ("(?<=.{3}IN)A$", "")))
_VOWELS = str.maketrans("EO", "AU")
# Words that may be Chinese by their syllables, and what Wade-Giles and Pinyin write differently.
_CHINESE = re.compile("(?:(?:[ZCS]H|HS|T[SZ]|[BPMFDTNLGKHJQXRZCSYW])?[AEIOU]{1,3}+(?:NG?)?+)+")
_SYLLABLE = re.compile(
    "(?:[ZCS]H|HS|T[SZ]|[BPMFDTNLGKHJQXRZCSYW])?[AEIOU]{1,3}(?:NG?(?![AEIOU]))?")
_ROMANISED = tuple((re.compile(pattern).sub, into) for pattern, into in (
    ("[ZC]H|[JQ]", "j"), ("X|HS|SH", "s"), ("T[SZ]|[ZC]", "z"), ("NG", "N"), ("IE(?=N)", "IA"),
    ("U(?=N)", "O"), ("UO", "O"), ("AU", "AO"), ("(?<=[jszR])IH", "I")))
# Family names of one written character, as they are read in Mandarin, in the languages of the
# south and overseas, or in Vietnamese.
_READINGS = tuple(frozenset(line.split()) for line in (
    "WANG WONG", "HUANG WONG", "CHEN CHAN", "LIN LAM LIM", "ZHANG CHEUNG CHANG", "LI LEE",
    "LIU LAU", "ZHOU CHOW CHAU", "YANG YEUNG", "WU NG", "XU HSU TSUI HUI", "ZHENG CHENG", "HE HO",
    "GUO KWOK", "LUO LO LAW", "XIE TSE", "YE YIP", "LIANG LEUNG", "ZENG TSANG", "CAI TSOI CHOI",
    "ZHAO CHIU", "DENG TANG", "FENG FUNG", "ZHU CHU", "YUAN YUEN", "PAN POON", "XIAO SIU",
    "TAN TAM", "ZHONG CHUNG", "MO MOK", "GUAN KWAN", "VU VO", "HOANG HUYNH", "PHAN PHANG",
    "DANG DENG", "LY LI"))
_READ = frozenset().union(*_READINGS)
_CATCH = re.compile("^C(?=[AEIOU])|(?<=[AEIOU])C(?!H)").sub
_LETTERS_MIN = 3


@lru_cache(maxsize=131_072)
def as_heard(word: str) -> str:
    """A word of a name in plain capitals, in the one spelling of all that sound so."""
    for letters, rule, into in _RULES:
        if not letters:
            word = rule(into, word)
            continue
        for each in letters:
            if each in word:
                word = rule(into, word)
                break
    return word


@lru_cache(maxsize=131_072)
def family_as_heard(word: str) -> str:
    """The same for a family name, in the form that a man bears (Kowalska, Ivanova)."""
    word = as_heard(word)
    for rule, into in _WOMENS:
        word = rule.sub(into, word)
    return word


@lru_cache(maxsize=131_072)
def with_plain_vowels(word: str) -> str:
    """The same with E not told from A, O from U, nor a final NG from N: Rehman and Rahman, Osman
    and Usman, Chen and Cheng; short words keep their vowels."""
    heard = as_heard(word)
    if heard.endswith("NG"):
        heard = heard[:-1]
    return heard.translate(_VOWELS) if len(heard) > _LETTERS_MIN else heard


@lru_cache(maxsize=131_072)
def from_somali(word: str) -> str | None:
    """A word in Somali spelling, where X is the H and C the catch of Arabic names (Xaliimo,
    Cawil), as it is heard; None for a word that shows neither."""
    read = _CATCH("", word).replace("X", "H")
    return as_heard(read) if read != word and len(read) >= _LETTERS_MIN else None


def are_one_character(one: str, other: str) -> bool:
    """Whether two family names are readings of one Chinese character (Wang and Wong)."""
    return one in _READ and other in _READ and any(
        one in line and other in line for line in _READINGS)


@lru_cache(maxsize=131_072)
def romanised(word: str) -> str | None:
    """A Chinese word as Wade-Giles and Pinyin both sound (Hsu and Xu, Chun and Jun); None for a
    word that cannot be one."""
    if not _CHINESE.fullmatch(word):
        return None
    for rule, into in _ROMANISED:
        word = rule(into, word)
    return word


@lru_cache(maxsize=131_072)
def syllables_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The syllables of Chinese words, however they are run together; empty where one cannot be
    Chinese."""
    if not all(map(_CHINESE.fullmatch, words)):
        return ()
    return tuple([each for word in words for each in _SYLLABLE.findall(word)])
