"""What a word of a name shows of how a family names its children: a frozen part of the model.

Only what changes how two names are weighed: where a child has no family name but its father's and
grandfather's given names, of which one clerk writes the one and another the other; and where a
child has an English given name beside one of its parents' language, and goes by either.
"""
import re
from functools import lru_cache

from broker.identity.frequencies import community_of_family, community_of_given
from broker.identity.names import spelling_of
from broker.identity.transliteration import as_heard


def _words(text: str) -> list[str]:
    return text.split()


# Given names of men in Arabic, Somali, Eritrean and Ethiopian families.
_FATHERS = frozenset(as_heard(spelling_of(name)) for name in _words(
    "MOHAMMED AHMED ALI HASSAN HUSSAIN OMAR ABDI ABDULLAH ABDIRAHMAN ABDIAZIZ IBRAHIM ISMAIL "
    "YUSUF KHALID MUSTAFA MAHMOOD MOHAMUD USMAN FARAH JAMA WARSAME ADEN ADAN NOOR HERSI EESA "
    "DUALE ELMI SALAD SALIM SALEH SALMAN MUSA IDRIS TAHA ABUKAR DAHIR GULED ROBLE BARRE SAMATAR "
    "GEDI SHEIKH LIBAN MAHAD BILAL HAMZA KARIM TARIQ NASSER JAMAL WALID MAJID ADEL SAMIR RAMI "
    "BASHIR BASHAR MANSOUR KHALIL HAMAD HAMID RASHID SAID JABER QASIM ABBAS ANWAR ASHRAF FAISAL "
    "GALAL HASHIM KAMAL LATIF MALIK MARWAN NABIL RIYAD SHARIF SULEIMAN YASIN YASSER ZAKARIYA "
    "AWIL BILE DIRIE EGAL FIQI GULAID HAJI HUSSEN KULANE MIRE OMER QALIB ROOBLE SHIRE TUKALE "
    "TESFAY TESFAYE HAILE KIDANE BERHANE TEKLE MEHARI ABRAHA GEBRE KAHSAY ZERAI NEGASH HAGOS "
    "ASMEROM TEKLAY MENGISTU SOLOMON ARAYA YOHANNES DAWIT BEKELE GIRMA ALEMU ABEBE TADESSE "
    "KEBEDE WORKU MULUGETA TEWOLDE YEMANE MICHAEL SEMERE AMANUEL ISAIAS HABTE WOLDU WELDU "
    "FESSEHAYE TSEGAY KIFLE GHIRMAY MEBRAHTU TEAME BERAKI HADGU ASFAHA GOITOM DESTA TEFERI ABERA "
    "ASSEFA TESHOME OKBAY ILYAS ZAID AYMAN ANAS AMIR HISHAM OSAMA HAIDAR FARIS ZIAD SAMI SAIF "
    "YUNUS ADNAN AMMAR AYUB BASEL EMAD FADI FUAD GHASSAN HAITHAM HANI HATIM JASSIM MAHDI MAHER "
    "MAZEN MUNIR MURAD NADER NAJI NIZAR RAED SAAD SABRI SALAH SHAKIR SUFYAN TALAL TAMER TAWFIQ "
    "WAEL YAHYA YAZID ZAKI"
))
_OF_COMMUNITY = frozenset(map(as_heard, ("KAUR", "SINGH", "BEGUM", "BIBI", "KHATUN")))
_OF_SAINTS = re.compile("(?:GH?EBRE|HABTE|TESFA|W[EO]LDE|TEKLE|HAILE|KIDANE|LETE|BERHANE)(?=.{4})")


@lru_cache(maxsize=65_536)
def is_fathers_name(word: str) -> bool:
    """Whether a word in the place of a family name is a man's given name where families have
    no other."""
    return as_heard(spelling_of(word)) in _FATHERS or _OF_SAINTS.match(word) is not None


@lru_cache(maxsize=65_536)
def may_be_family(word: str) -> bool:
    """Whether a word after the given name is one that clerks also write as the family name."""
    return is_fathers_name(word) or is_of_community(word)


@lru_cache(maxsize=65_536)
def is_of_community(word: str) -> bool:
    """Whether a community bears this name rather than a family, in place of the family's name or
    beside it."""
    return as_heard(spelling_of(word)) in _OF_COMMUNITY


# English given names that are not among the commonest, as families of other languages choose.
_ENGLISH = frozenset(_words(
    "KEVIN ERIC JENNY TINA AMY VIVIAN MICHELLE WINNIE CINDY ALAN ANDY TONY PETER PAUL JOY MERCY "
    "DEBORAH RUTH PRECIOUS COMFORT PATIENCE GIFT GODWIN FELICIA PRISCILLA GLORIA JANET DORCAS "
    "ESTHER HELEN SHARON CAROL CAROLINE ANGELA ANGEL STELLA JOYCE JOANNA JOANNE JENNIFER KELVIN "
    "CALVIN DEREK STEVEN RAYMOND EDWIN ALVIN ALLEN ANTHONY BRIAN BRYAN CHRISTINE CRYSTAL FIONA "
    "IVY JACKIE KATHERINE KELLY KENNETH LILIAN LINDA MANDY NANCY NORMAN PHILIP QUEENIE RICHARD "
    "RICKY SHIRLEY TIFFANY TIMOTHY WENDY WILSON YVONNE SAMSON SOLOMON EMMANUEL ISRAEL MOSES "
    "FRANCIS GERALD CHARLES ANDREW EZEKIEL MARY JOANA MARK STEPHEN VICTOR GIDEON JULIANA"
))
_AFRICAN_GIVEN = re.compile(
    "OLU|ADE[BDKNOSTWY]|AYO|BABA[TJ]|TEMI|FOLA|FUNMI|TITI|YETU|OMO[LTWN]|ABI[OD]|IFE|TOLU|TOBI|"
    "DAMI|SIMI|MOYO|ENIO|TIWA|ORE|KOLA|SEGUN|FEMI|TUNDE|CHI[DKNABGOZ]|CHUK|NNA|NNE|NKE|NKI|NGOZ|"
    "UCHE|OBI|EMEK|EBE|KELE|UGO|IKE|AMAR|AMAK|KWA|KWE|KOF|KOJ|YAW|AKO|AKU|ABEN|EFU|AFI|ADWO|YAA|"
    "EKO|NANA|MAAM|BOLA|BUKO|SHADE|SEUN|SADE|WALE|GBEN|IDOW|TAIW|KEHI|ZAINA")
_AFRICAN_FAMILY = re.compile(
    "O[BDFGJKLNPRSWY][AEIOUBDLY]|ADE|AKIN|AKAN|AJA|ALAB|AFOL|AYO|BABA|BALO|BANK|FASH|OLU|OGU|IDOW|"
    "CHUK|NWA|NWO|NNA|EZE|IGWE|UZO|UDE|UCHE|IKE|EMEN|OKO|MENS|ASAN|AGYE|APPI|ADDO|ANSA|ANTW|"
    "ACHE|OPO|SARP|FRIM|DARK|GYAM|TETT|LART|AMPO|BONS|QUAY|BOAT|AMOA|BAAH|DANJ|DANS|KWA|NKR|YEB")
_CHINESE_GIVEN = re.compile(
    "(?:(?:[ZCS]H|HS|T[SZ]|[BPMFDTNLGKHJQXRZCSYW])?[AEIOU]{1,3}(?:NG?)?){1,2}")
_CHINESE_FAMILY = frozenset(_words(
    "WANG LI ZHANG LIU CHEN YANG HUANG ZHAO WU ZHOU XU SUN MA ZHU HU GUO HE LIN GAO LUO ZHENG "
    "LIANG XIE SONG TANG HAN FENG DENG CAO PENG ZENG XIAO TIAN DONG PAN YUAN CAI JIANG YU DU YE "
    "CHENG WEI SU LU DING REN YAO SHEN ZHONG TAN LAM CHAN WONG CHEUNG LEUNG LAU KWOK CHOW CHEUK "
    "NG YIP HO TSANG TSE YEUNG CHIU CHENG FUNG KWAN LUI MAK POON SIU TAM TO TSUI YUEN YIM LEE "
    "CHU FONG HUI KWONG LAI LO MOK MUI NGAI PANG SHUM SZETO TING WAN YAU"
))


_OF_EITHER = frozenset(_words("KAI MAY LEE LYNN JAY"))  # English, and Chinese syllables too


@lru_cache(maxsize=65_536)
def _tongue_of(word: str) -> str | None:
    """Of which language a given name is, where that is plain."""
    if word in _OF_EITHER:
        return None
    listed = community_of_given(word)
    if listed == "british" or spelling_of(word) in _ENGLISH:
        return "english"
    if listed in ("west_african", "chinese", "vietnamese"):
        return listed
    if listed is not None:
        return None
    if _AFRICAN_GIVEN.match(word):
        return "west_african"
    return "chinese" if _CHINESE_GIVEN.fullmatch(word) else None


def _tongue_of_given(given: tuple[str, ...]) -> str | None:
    """The same of a given name of several words, where the first may be of either language."""
    return _tongue_of(given[1] if given[0] in _OF_EITHER and len(given) > 1 else given[0])


@lru_cache(maxsize=65_536)
def _is_family_of(word: str, tongue: str) -> bool:
    if community_of_family(word) == tongue:
        return True
    if tongue == "west_african":
        return community_of_family(word) is None and _AFRICAN_FAMILY.match(word) is not None
    return tongue == "chinese" and word in _CHINESE_FAMILY


def second_tongue(one: tuple[str, ...], other: tuple[str, ...],
                  family: tuple[str, ...]) -> str | None:
    """The language of the family name where one of two given names is English and the other of
    that language, as one child of a family from West Africa, China or Vietnam may bear both; not
    where a further word beside the English name is of it too and is not the other's."""
    first, second = _tongue_of_given(one), _tongue_of_given(other)
    tongues = {first, second}
    if len(tongues) != 2 or "english" not in tongues or None in tongues:
        return None
    tongue, = tongues - {"english"}
    english, own = (one, other) if first == "english" else (other, one)
    whole = "".join(own)
    if tongue is None or any(_tongue_of(word) == tongue and word not in whole
                             for word in english[1:]):
        return None
    return tongue if any(_is_family_of(word, tongue) for word in family) else None


@lru_cache(maxsize=65_536)
def is_chinese_family(word: str) -> bool:
    """Whether a family name is Chinese, as far as is known."""
    return _is_family_of(word, "chinese")


@lru_cache(maxsize=65_536)
def is_vietnamese_family(word: str) -> bool:
    """The same, Vietnamese."""
    return community_of_family(word) == "vietnamese"
