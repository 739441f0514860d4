"""Names of several traditions, as clerks of another write them, joined and kept apart."""
import pytest

from broker.identity.comparison.names import compare_given, compare_names
from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.frequencies import family_bits, given_bits, together_bits
from broker.identity.names import given_tokens
from broker.identity.person import Name
from broker.identity.transliteration import romanised, syllables_of


@pytest.mark.parametrize(("text", "expected"), [
    ("Thi Hoa", ("HOA",)), ("Thị Hoa", ("HOA",)), ("Minh Van Hung", ("MINH", "HUNG")),
    ("Anh-Thi-Hoa", ("ANH", "HOA")), ("Van", ("VAN",)), ("Bich Van", ("BICH", "VAN")),
    ("Vanessa", ("VANESSA",)), ("Ivan Lee", ("IVAN", "LEE")), ("Thierry Jo", ("THIERRY", "JO")),
])
def test_the_word_that_tells_boys_from_girls(text: str, expected: tuple[str, ...]) -> None:
    """Van and Thi before another given name are left out; alone, last or in a word they stay."""
    assert expected == given_tokens(text)


@pytest.mark.parametrize(("one", "other", "level"), [
    ("Thi", "Hoa", "missing"), ("Van", "Hung Duc", "missing"), ("Thi", "Thi", "exact"),
    ("Hoi Yan Yuhan", "Hoiyan", "part"), ("Hoi Yan Tsz Ching", "Hoidyan", "part"),
    ("An Linh", "Anh", "loose"), ("Ada Rose", "Mia", "different"),
    ("Jo Ann Mia", "Joanne Mia", "part"),
])
def test_given_names_of_syllables(one: str, other: str, level: str) -> None:
    """Syllables are written as one word or several, and what only tells boys from girls is no
    name."""
    left, right = given_tokens(one), given_tokens(other)
    assert (level, level) == (compare_given(left, right).level, compare_given(right, left).level)


@pytest.mark.parametrize(("one", "other", "level"), [
    ("VANHUN", "HUNG", "slip"), ("THIHOA", "HOA", "slip"), ("VANESSA", "TESSA", "different"),
    ("YAGODA", "JAGODA", "slip"), ("YOLANA", "JOLANA", "slip"), ("YARA", "JADA", "different"),
    ("CHUN", "JUN", "slip"), ("ZICHI", "ZIQI", "slip"), ("HSINYI", "XINYI", "slip"),
    ("JAYDEN", "CHAYDEN", "different"), ("JUN", "SUN", "similar"),
    ("FADOMO", "FATUMA", "slip"), ("FADOMO", "HODAN", "different"),
])
def test_given_words_of_another_script(one: str, other: str, level: str) -> None:
    """Particles run into a name, J and Y, Pinyin and Wade-Giles are slips; other letters not."""
    assert (level, level) == (given_alike(one, other)[0], given_alike(other, one)[0])


@pytest.mark.parametrize(("one", "other", "level"), [
    ("CHANG", "ZHANG", "slip"), ("VANDYCK", "DYCK", "slip"), ("JONES", "COLES", "different"),
    ("WANG", "WONG", "slip"), ("HOANG", "HUYNH", "slip"), ("WANG", "LIU", "different"),
    ("ALAHMAD", "AHMED", "slip"), ("ELIDRISSI", "IDRISSI", "slip"),
    ("ALAHMAD", "OMAR", "different"),
])
def test_family_words_of_another_script(one: str, other: str, level: str) -> None:
    """The same of family names."""
    assert (level, level) == (family_alike(one, other)[0], family_alike(other, one)[0])


def test_what_cannot_be_chinese_has_no_romanisation() -> None:
    """Words of other syllables are not read as Chinese."""
    assert [None, None] == [romanised("SMITH"), romanised("JACK")]
    assert "jON" == romanised("CHUNG") == romanised("ZHONG")


def levels_of(one: Name, other: Name) -> set[tuple[str, str]]:
    """The levels of given and family name of each way to lay two names side by side."""
    return {(way[0].level, way[1].level) for way in compare_names(*sorted((one, other)))}


def test_a_given_name_in_the_place_of_a_changed_family_name() -> None:
    """Written family name first, and the family name was changed: the given name is found."""
    assert ("swapped", "different") in levels_of(
        Name(("KOWALSKA",), ("LINH",)), Name(("LINH",), ("LE",)))
    assert ("swapped", "different") in levels_of(
        Name(("WANG",), ("QUFEI",)), Name(("QUFEI",), ("LEUNG",)))


def test_a_family_name_in_the_place_of_a_given_name_joins_no_sisters() -> None:
    """What brothers and sisters share in another order is their family name, and not the given
    name of either."""
    assert {("different", "different")} == levels_of(
        Name(("PHAM",), ("ANH", "HUONG")), Name(("QUANG",), ("PHAM",)))
    assert {("different", "different")} == levels_of(
        Name(("QUFEI",), ("LINH",)), Name(("MINH",), ("QUFEI",)))
    assert {("different", "different")} == levels_of(
        Name(("HOANG",), ("LINH",)), Name(("QUANG",), ("HOANG",)))


def test_a_short_form_in_another_order() -> None:
    """A name cut short is found in the other's place, and tells less than the whole."""
    assert [given_bits("MINGHAO") - 2.0, given_bits("MINGHAO")] == [max(
        way[0].rarity for way in compare_names(*sorted((Name(("ZHOU",), ("MINGHAO",)), other)))
        if way[0].level == way[1].level == "swapped") for other in (
        Name(("MINIE",), ("ZHOU",)), Name(("MINGHAO",), ("ZHOU",)))]


def test_vietnamese_names_tell_as_much_as_other_communities_names() -> None:
    """Alone as much as Chinese ones, and together less, as they are one community's."""
    assert given_bits("LINH") == given_bits("XINYI")
    assert family_bits("NGUYEN") == family_bits("ZHANG")
    assert together_bits("LINH", "NGUYEN") < together_bits("XINYI", "ZHANG") < 0


@pytest.mark.parametrize(("one", "other", "family", "level"), [
    ("Minh Hung", "Hung", "Tran", "part"), ("Minh Hung", "Minh", "Tran", "later_part"),
    ("Ada Grace", "Ada", "Hill", "part"), ("Ada Grace", "Grace", "Hill", "later_part"),
    ("Huu Anh", "Ah", "Nguyen", "loose"), ("Huu Anh", "Ah", "Hill", "different"),
])
def test_the_last_of_vietnamese_given_names_is_the_one_in_use(
    one: str, other: str, family: str, level: str,
) -> None:
    """Many children share the one before it; elsewhere the first is the one in use."""
    names = sorted(Name(given_tokens(given), (family.upper(),)) for given in (one, other))
    assert level == compare_names(names[0], names[1])[0][0].level


@pytest.mark.parametrize(("one", "other", "family", "level"), [
    ("Yumei", "Yu", "Huang", "begins"), ("Yumei", "Mei", "Huang", "later_part"),
    ("Shu Qi", "Qishu", "Xu", "other_order"), ("Yumei", "Yulan", "Huang", "different"),
    ("Yumei", "Yu", "Hill", "different"),
])
def test_syllables_of_a_chinese_name(one: str, other: str, family: str, level: str) -> None:
    """The second may be taken for a middle name, or the two set in the other order; sisters who
    share one of two are two."""
    names = sorted(Name(given_tokens(given), (family.upper(),)) for given in (one, other))
    assert level == compare_names(names[0], names[1])[0][0].level


@pytest.mark.parametrize(("words", "expected"), [
    (("YUMEI",), ("YU", "MEI")), (("HAN", "XIAO"), ("HAN", "XIAO")),
    (("HONGYAN",), ("HONG", "YAN")), (("SMITH",), ()),
])
def test_how_chinese_words_fall_into_syllables(
    words: tuple[str, ...], expected: tuple[str, ...],
) -> None:
    """A final N or NG is not taken for the beginning of the next; other words have none."""
    assert expected == syllables_of(words)


def test_two_names_written_with_the_family_name_first_are_turned_round_together() -> None:
    """Else twins would have one given name, which is their family's."""
    ways = compare_names(Name(("TRAN",), ("PHUONG", "MINH")), Name(("TRAN",), ("THAO",)))
    assert [("different", "exact")] == [(way[0].level, way[1].level) for way in ways]


@pytest.mark.parametrize(("one", "other", "expected"), [
    (Name(("OMAR",), ("UBAH",)), Name(("UBAH",), ("ISMAIL",)), ("swapped", "fathers_names")),
    (Name(("XU",), ("TINA",)), Name(("MEI",), ("XU",)), ("english_name", "swapped")),
])
def test_what_is_swapped_shows_beside_another_change(
    one: Name, other: Name, expected: tuple[str, str],
) -> None:
    """A girl's name among her forefathers', and an English name after the family's."""
    ways = compare_names(*sorted((one, other)))
    assert expected in [(way[0].level, way[1].level) for way in ways]


@pytest.mark.parametrize(("other", "level"), [("HASSAN", "part"), ("KARIM", "aligned")])
def test_who_shows_father_and_family_cannot_be_called_after_another_forefather(
    other: str, level: str,
) -> None:
    """Of Sami Karim Mansour one clerk may write Karim, another Mansour, and none Hassan."""
    ways = compare_names(*sorted((Name(("SAMI", "KARIM"), ("MANSOUR",)),
                                  Name(("SAMI",), (other,)))))
    assert (level, "fathers_names" in [way[1].level for way in ways]) == (
        ways[-1][0].level, False)
