"""Names of several traditions, as clerks of another write them, joined and kept apart."""
import pytest

from broker.identity.comparison.names import compare_given, compare_names
from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.frequencies import family_bits, given_bits, together_bits
from broker.identity.names import given_tokens
from broker.identity.person import Name
from broker.identity.transliteration import romanised


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
