"""Each comparison on its own: what it answers, whichever of the two comes first."""
import pytest

from broker.identity.comparison.births import compare_births
from broker.identity.comparison.household import compare_postcodes
from broker.identity.comparison.names import compare_family, compare_given, compare_names
from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.frequencies import RARE_BITS, family_bits, given_bits, rare_bits
from broker.identity.names import given_tokens
from broker.identity.person import Birth, Name, Person
from broker.identity.transliteration import as_heard, family_as_heard, with_plain_vowels


@pytest.mark.parametrize(("one", "other", "level"), [
    ((2011, 5, 4), (2011, 5, 4), "same"),
    ((2011, 1, 1), (2011, 1, 1), "same_first_of_january"),
    (Birth(2011, 5, 4, "S"), (2011, 5, 15), "month_fits_estimate"),
    ((2011, 5, 4), Birth(2011, 1, 1, "S"), "year_fits_estimate"),
    ((2011, 5, 4), (2011, 1, 1), "year_fits_january"),
    ((2011, 5, 4), (2011, 5, 15), "month_fits_fifteenth"),
    ((2011, 5, 4), (2011, 4, 5), "day_month_swapped"),
    ((2011, 5, 4), (2011, 5, 14), "one_digit_differs"),
    ((2011, 5, 12), (2011, 5, 21), "one_digit_differs"),
    ((2011, 5, 4), (2012, 5, 4), "one_digit_differs"),
    ((2011, 5, 31), (2011, 6, 1), "one_digit_differs"),  # a day apart
    ((2011, 5, 31), (2011, 6, 2), "different"),
    ((2011, 5, 4), (2011, 5, 23), "one_part_differs"),
    ((2011, 5, 4), (1985, 5, 4), "generation_apart"),
    ((2011, 5, 4), (2013, 8, 27), "different"),
    ((2011, 5, 4), (2012, 1, 1), "different"),
    ((2011, 1, 10), (2016, 1, 10), "one_digit_differs"),
    ((2011, 1, 10), (2017, 1, 10), "one_part_differs"),  # no child is taken for one of six more
    ((2011, 7, 15), Birth(2011, 3, 15, "S"), "near_estimate"),  # the day of a guess tells nothing
    (Birth(2012, 1, 1, "S"), Birth(2011, 1, 1, "S"), "near_estimate"),
    ((2011, 7, 14), Birth(2011, 3, 14, "S"), "one_digit_differs"),
])
def test_birth_dates(one: tuple[int, int, int] | Birth, other: tuple[int, int, int] | Birth,
                     level: str) -> None:
    """Estimates are known by their flag or by their day; slips of the pen by their shape."""
    left, right = Birth(*one), Birth(*other)
    assert (level, level) == (compare_births(left, right).level,
                              compare_births(right, left).level)


@pytest.mark.parametrize("words", [
    "MOHAMMED MOHAMED", "CHOUDHURY CHOUDHURI", "ABDULRAHMAN ABDIRAHMAN ABDURRAHMAN",
    "ALHASSAN ELHASSAN HASAN", "QASIM KASIM", "STANISLAW STANISLAV", "SZYMON SHYMON",
    "KAYLEIGH KAYLEY", "XIE HSIE", "ZHUKOV JUKOV ZHUKOFF", "YEVGENIY EVGENY", "MCCARTHY MACCARTHY",
    "FAUZIA FOZIA", "SUKHDEEP SUKDIP", "JIANHONG CHIANHONG",
])
def test_spellings_of_one_name_are_heard_as_one(words: str) -> None:
    """What clerks of another tongue write differently is one spelling."""
    assert 1 == len(set(map(as_heard, words.split())))


@pytest.mark.parametrize("words", [
    "HASSAN HUSSAIN", "AMINA AMNA", "JAN JANA", "OMAR AMAR", "KHALID KHALIDA", "ELLIE ALLY",
])
def test_names_of_brothers_and_sisters_are_heard_as_two(words: str) -> None:
    """Two children's names are not made one."""
    assert 2 == len(set(map(as_heard, words.split())))


def test_women_bear_their_fathers_family_name() -> None:
    """Kowalska is Kowalski, Ivanova is Ivanov; Silva is not Silv."""
    assert ["KOVALSKI", "IVANOV", "SILVA"] == [
        family_as_heard(each) for each in ("KOWALSKA", "IVANOVA", "SILVA")]


def test_vowels_that_clerks_confuse() -> None:
    """E and A, O and U, a final NG and N are told apart in short words alone."""
    assert with_plain_vowels("REHMAN") == with_plain_vowels("RAHMAN")
    assert with_plain_vowels("OSMAN") == with_plain_vowels("USMAN")
    assert with_plain_vowels("CHENG") == with_plain_vowels("CHEN")
    assert with_plain_vowels("DAN") != with_plain_vowels("DEN")


@pytest.mark.parametrize(("one", "other", "level"), [
    ("ZULFIQAR", "ZULFIKAR", "slip"), ("OLUWASEYI", "SEYI", "begins"),
    ("BARTLOMIEJ", "BARTY", "begins"), ("AADVIK", "DAVIK", "similar"),
    ("BOWEN", "OBWEN", "slip"), ("ARJUN", "RJUN", "slip"), ("JAYDEN", "KAYDEN", "similar"),
    ("ZARA", "LARA", "similar"), ("AN", "ANH", "loose"),
])
def test_given_words(one: str, other: str, level: str) -> None:
    """Beginnings, ends and first letters in disorder are slips; another first letter is not."""
    assert (level, level) == (given_alike(one, other)[0], given_alike(other, one)[0])


@pytest.mark.parametrize(("one", "other", "level"), [
    ("KOWALSKA", "KOWALSKY", "spelling"), ("KHRUSHCHEV", "HRUSHCHEVA", "slip"),
    ("SMITH", "KHAN", "different"),
])
def test_family_words(one: str, other: str, level: str) -> None:
    """Forms and spellings of one family name are close."""
    assert (level, level) == (family_alike(one, other)[0], family_alike(other, one)[0])


@pytest.mark.parametrize(("one", "other", "level"), [
    ("Ada Grace", "Ada", "part"), ("Ada Grace", "Grace", "later_part"),
    ("Ada Grace", "Ada Mia", "middle_differs"), ("Mohammed Yusuf", "Yusuf", "part"),
    ("Mohammed Yusuf", "Mohammed Ali", "different"), ("Xin Yi", "Xinyi", "spelling"),
    ("Abdul Rahman", "Abdurrahman", "spelling"), ("Thi Hoa", "Hoa", "exact"),
    ("A Grace", "Ada Grace", "part"), ("Grace Ada", "Ada Grace", "other_order"),
    ("Grace Ada", "Ada Mia Grace", "later_part"),
])
def test_given_names_of_several_words(one: str, other: str, level: str) -> None:
    """The name in use decides; a later one alone tells less."""
    left, right = given_tokens(one), given_tokens(other)
    assert (level, level) == (compare_given(left, right).level, compare_given(right, left).level)


def test_a_middle_name_that_agrees_tells_more() -> None:
    """Ada Grace twice is more than Ada twice, by half of what Grace alone tells."""
    alone, both = (compare_given(each, each).rarity for each in (("ADA",), ("ADA", "GRACE")))
    assert pytest.approx(given_bits("GRACE") / 2) == both - alone


@pytest.mark.parametrize(("one", "other", "level"), [
    (("KAUR",), ("GILL",), "community_name"), (("KAUR", "GILL"), ("GILL",), "part"),
    (("KAUR", "GILL"), ("KAUR", "SANDHU"), "community_name"),
    (("SMITH", "JONES"), ("JONES", "SMITH"), "spelling"), (("SMITH",), ("GILL",), "different"),
])
def test_family_names_of_a_community(one: tuple[str, ...], other: tuple[str, ...],
                                     level: str) -> None:
    """Kaur stands for a community, not a family: it neither joins nor parts."""
    assert (level, level) == (compare_family(one, other).level, compare_family(other, one).level)


def levels_of(one: Name, other: Name) -> list[tuple[str, str]]:
    """The levels of given and family name of each way to lay two names side by side."""
    ways = compare_names(*sorted((one, other)))
    return [(way[0].level, way[1].level) for way in ways]


def test_names_in_another_order() -> None:
    """The family name may come first, with a word left out or a letter misheard."""
    swapped = ("swapped", "swapped")
    assert swapped in levels_of(Name(("WEI",), ("CHEN",)), Name(("CHEN",), ("WEI",)))
    assert swapped in levels_of(Name(("NGUYEN",), ("MINH", "ANH")), Name(("MINH",), ("NGUYEN",)))
    assert swapped in levels_of(Name(("TRAN",), ("ANH",)), Name(("AN",), ("TRAN",)))


def test_names_cut_elsewhere() -> None:
    """A name of three parts is one wherever a clerk cuts given from family name."""
    assert ("aligned", "aligned") in levels_of(
        Name(("MAHAD", "ABDI"), ("WARSAME",)), Name(("MAHAD",), ("ABDI",)))


def test_a_brothers_middle_name_is_not_his() -> None:
    """Where the family names agree as they stand, a middle name is not laid beside a first."""
    assert [("later_part", "exact")] == levels_of(
        Name(("ALEX", "HENRY"), ("QUIBELL",)), Name(("HENRY",), ("QUIBELL",)))[:1]
    assert ("aligned", "aligned") not in levels_of(
        Name(("ALEX", "HENRY"), ("QUIBELL",)), Name(("HENRY",), ("QUIBELL",)))


def test_a_newborn_without_a_name_is_not_aligned() -> None:
    """Where one side has no given name, family names are not laid beside it."""
    assert [("missing", "exact")] == levels_of(
        Name((), ("RAMSBOTTOM", "CRABTREE")), Name(("EMILY",), ("RAMSBOTTOM", "CRABTREE")))


def test_unlisted_names_by_their_letters() -> None:
    """Short names tell less than long ones, within limits, and a spelling as much as its name."""
    assert (9.0, 10.0, RARE_BITS) == (rare_bits("LI"), rare_bits("AVAN"), rare_bits("SATERTVAT"))
    assert given_bits("MOUHAMED") == given_bits("MOHAMMED")
    assert family_bits("KHANN") == family_bits("KHAN")


@pytest.mark.parametrize("text", [
    "Baby", "Baby boy", "Twin Two", "Twin A", "Triplet C", "B/O Sarah", "Baby of Sarah",
    "Infant of Sarah Smith", "Newborn", "Unborn",
])
def test_what_stands_for_a_newborns_name(text: str) -> None:
    """Neither a place in the row nor the mother's name is a given name."""
    assert () == given_tokens(text)


@pytest.mark.parametrize(("one", "other", "placed", "level"), [
    (("YO10 4XX",), ("LS1 4AP", "YO10 4XX"), (), "same"),
    (("YO10 4XX",), ("YO10 4AB",), (), "same_sector"),
    (("YO10 4XX",), ("YO10 5AB",), (), "same_district"),
    (("YO10 4XX",), ("YO1 4AB",), (), "different"),
    (("YO10 4XX",), ("YP10 4XX",), (), "mistyped"),
    (("YO10 4XX",), ("LS1 4AP", "YO1 4XX"), (), "mistyped"),
    (("YO10 4XX",), ("LS10 4XX",), (), "different"),
    (("YO10 4XX",), ("LS1 4AP",), ("LS1 4AP",), "placed"),
    (("YO10 4XX",), ("LS1 4AP", "YO31 9QQ"), ("LS1 4AP",), "different"),
    (("YO10 4XX",), ("YO10 4XX",), ("YO10 4XX",), "same"),
    (("YO10 4XX",), (), (), "missing"),
])
def test_homes(one: tuple[str, ...], other: tuple[str, ...], placed: tuple[str, ...],
               level: str) -> None:
    """Where a child is looked after tells nothing of where it is at home, unless it agrees."""
    left = Person("council:1", postcodes=one)
    right = Person("home:1", postcodes=other, placed=placed)
    assert (level, level) == (compare_postcodes(left, right).level,
                              compare_postcodes(right, left).level)
