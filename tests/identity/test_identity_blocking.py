"""Who is compared with whom."""
from collections.abc import Callable

import pytest

from broker.identity.blocking import Keys, key_texts, keys_of
from broker.identity.hot_keys import form_wanted
from broker.identity.person import Person
from tests.backends.made_up_people import people_of

Make = Callable[..., Person]
BORN = "2011-05-04"
WORDS = ("", "李", "X Æ A-12", "007", "Nguyễn Văn", "de la Cruz", "?")



def meet(one: Person, other: Person) -> bool:
    """Whether the two meet; it must be the same from either side."""
    own, others = keys_of(one), keys_of(other)
    found = not own.sought.isdisjoint(others.posted)
    assert found != others.sought.isdisjoint(own.posted)
    return found


PAIRS = {
    "misspelt given name": ({"given": "Kayley"}, {"given": "Kayleigh"}),
    "misspelt family name": ({"family": "Metcalf"}, {"family": "Metcalfe"}),
    "short form": ({"given": "Beth"}, {"given": "Elizabeth"}),
    "names in another order": ({"given": "Hill", "family": "Ada"}, {}),
    "day and month swapped": ({"born": "2011-04-05"}, {}),
    "day and month swapped, half a year apart": ({"born": "2011-09-02"}, {"born": "2011-02-09"}),
    "day and month swapped, given name mistyped": (
        {"given": "Sda", "born": "2011-09-02"}, {"born": "2011-02-09"}),
    "estimated birth date": ({"born": "2011-01-01", "precision": "ESTIMATED"}, {}),
    "changed family name at one address": (
        {"family": "Ward", "postcode": "YO1 7HH", "born": ""}, {"postcode": "YO1 7HH"}),
    "first letter of the given name": ({"given": "Sda"}, {}),
    "first letter of the family name": ({"family": "Gill"}, {}),
    "estimated birth date on both sides": (
        {"born": "2011-01-01", "precision": "ESTIMATED"},
        {"born": "2011-05-15", "precision": "ESTIMATED"}),
    "newborn at one address": ({"given": "Baby", "postcode": "YO1 7HH"},
                               {"postcode": "YO1 7HH"}),
    "two newborn records": ({"given": "Baby", "born": "", "postcode": "YO1 7HH"},
                            {"given": "", "born": "", "postcode": "YO1 7HH"}),
    "rare name, birth date mistyped": (
        {"given": "Xanthe", "family": "Quibell"},
        {"given": "Xanthe", "family": "Quibell", "born": "2011-05-05"}),
    "no birth date, one address": ({"born": "", "postcode": "YO1 7HH"},
                                   {"postcode": "YO1 7HH"}),
    "neither a birth date nor a home": (
        {"given": "Maisy", "family": "Hollroyd", "born": ""},
        {"given": "Maisie", "family": "Holroyd", "postcode": "YO1 7HH"}),
    "no birth date on either side, and one home": (
        {"given": "Maisie", "family": "Holroyd", "born": ""},
        {"given": "Maisie", "family": "Holroyd", "born": "", "postcode": "YO1 7HH"}),
    "a birth date here, a home there": (
        {"given": "Maisie", "family": "Holroyd"},
        {"given": "Maisie", "family": "Holroyd", "born": "", "postcode": "YO1 7HH"}),
    "both names misheard at one address": (
        {"given": "Sda", "family": "Gill", "born": "2011-05-20", "postcode": "YO1 7HH"},
        {"postcode": "YO1 7HH"}),
    "month of birth wrong, given name misheard, at one address": (
        {"given": "Sda", "born": "2011-08-20", "postcode": "YO1 7HH"}, {"postcode": "YO1 7HH"}),
    "common name, the 15th for the month": (
        {"given": "Oliver", "family": "Smith", "born": "2011-05-15"},
        {"given": "Oliver", "family": "Smith"}),
    "common name, day mistyped": (
        {"given": "Oliver", "family": "Smith", "born": "2011-05-14"},
        {"given": "Oliver", "family": "Smith"}),
    "common name, month mistyped": (
        {"given": "Oliver", "family": "Smith", "born": "2011-08-04"},
        {"given": "Oliver", "family": "Smith"}),
    "year mistyped": ({"born": "2012-05-04"}, {}),
    "a day out at the turn of a month": ({"born": "2011-03-31"}, {"born": "2011-04-01"}),
    "two given names and another birth date": (
        {"given": "Ada Rose", "born": "2011-09-21"}, {"given": "Ada Rose"}),
    "no given name yet, far from home": ({"given": "Baby"}, {}),
    "one of twins, far from home": ({"given": "Twin Two"}, {}),
    "an English and a Chinese given name": (
        {"given": "Kevin", "family": "Wong"}, {"given": "Haoran", "family": "Wong"}),
    "first two letters the wrong way": ({"given": "Adisy"}, {"given": "Daisy"}),
    "a slip of the pen in a listed spelling": (
        {"given": "Xusewn"}, {"given": "Xuseen"}),
    "a slip of the pen in a listed spelling, and another family name": (
        {"given": "Jazmoine", "family": "Ward"}, {"given": "Jazmine"}),
    "by the first name here, by the second there": (
        {"given": "Rose", "family": "Ward"}, {"given": "Ada Rose"}),
    "an estimate of the same year": (
        {"born": "2011-06-15", "precision": "ESTIMATED"}, {"born": "2011-11-30"}),
    "expected two months later": (
        {"born": "2011-07-01", "precision": "EXPECTED"}, {"born": "2011-05-31"}),
    "a listed name in the other's place, and short": (
        {"given": "Robinson", "family": "Katy"}, {"given": "Katherine", "family": "Robinson"}),
    "NHS number alone": ({"given": "", "family": "", "born": "", "nhs": "9449305552"},
                         {"nhs": "9449305552"}),
    "telephone": ({"given": "X", "family": "Y", "born": "", "phone": "01904 555 0199"},
                  {"phone": "019045550199"}),
}


@pytest.mark.parametrize("what", PAIRS)
def test_pairs_that_meet(person: Make, what: str) -> None:
    """Two records of one child share a key in spite of this defect."""
    said = {"given": "Ada", "family": "Hill", "born": BORN}
    one, other = ({**said, **each} for each in PAIRS[what])
    assert meet(person("a:1", **one), person("b:1", **other))


def test_return_meets_its_case_record(person: Make) -> None:
    """A return without names meets the record of the same local id, and no other."""
    returned = person("council:7@cin", born=BORN)
    own = person("council:7", "Ada", "Hill", BORN, council_id="7")
    other = person("council:8", "Ada", "Hill", BORN, council_id="8")
    assert (True, False) == (meet(returned, own), meet(returned, other))


@pytest.mark.parametrize("other", [
    {"given": "Leo", "family": "Khan", "born": "2013-02-20"},
    {"given": "Ada", "family": "Hill", "born": "2011-09-21"},
    {"given": "Leo", "family": "Hill", "born": "2013-02-20", "postcode": "YO1 7HH"},
    {"given": "Sophie", "family": "Hill"},
    {"given": "Ada", "family": "Hill", "born": "2011-06-20"},
])
def test_strangers_and_siblings_do_not_meet(person: Make, other: dict[str, str]) -> None:
    """Neither strangers, nor namesakes born in another month, nor siblings, nor twins who live
    apart and are called otherwise, are compared."""
    one = person("a:1", "Ada", "Hill", BORN, postcode="YO1 7HH")
    assert not meet(one, person("b:1", **{"born": BORN, **other}))


@pytest.mark.parametrize("said", [
    {"given": "Oliver", "family": "Smith", "born": ""},
    {"given": "Maisie", "family": "Holroyd", "born": "", "postcode": "LS8 1AA"},
    {"given": "Holroyd", "family": "Maisie", "born": ""},
])
def test_a_name_alone_is_not_enough(person: Make, said: dict[str, str]) -> None:
    """Where many are called so, where two homes tell against it, or in another order."""
    namesakes = [person("b:1", given, family, BORN, postcode="YO1 7HH")
                 for given, family in (("Oliver", "Smith"), ("Maisie", "Holroyd"))]
    assert [] == [each for each in namesakes if meet(person("a:1", **said), each)]


def test_long_names_that_only_begin_alike_do_not_meet(person: Make) -> None:
    """On one birth date it takes a whole name: how many are born on a day grows with the store."""
    one = person("a:1", "Anna", "Bartholomew", BORN)
    strangers = person("b:1", "Amelia", "Bartlett", BORN)
    same = person("b:2", "Amelia", "Bartholemew", BORN)
    assert (False, True) == (meet(one, strangers), meet(one, same))


def test_two_who_have_only_a_second_name_in_common_do_not_meet(person: Make) -> None:
    """Rose, Grace and James stand behind so many names that with a birth date they tell nothing;
    of three names the one in use may be any."""
    one = person("a:1", "Ada Rose", "Hill", BORN)
    second = person("b:1", "Sophie Rose", "Ward", BORN)
    third = person("b:2", "Sophie Rose Emma", "Ward", BORN)
    assert (False, True) == (meet(one, second), meet(one, third))


def test_keys_of_one_date_and_of_two_names_lie_together(person: Make) -> None:
    """However large the store, one record's keys of names and birth date are in three places of
    the index: the date with the given name, the date with the family name, and the two names."""
    keys = keys_of(person("a:1", "Kayleigh", "Metcalfe", BORN)).posted
    assert (9, 3) == (len(keys), len({key >> 32 for key in keys}))


def test_hot_keys_are_left_out(person: Make) -> None:
    """A key that the model's version calls useless is no key."""
    made = person("a:1", phone="01904 555 0199", nhs="9449305552", sex="")
    hot = frozenset({"phone 019045550199"})
    assert keys_of(person("a:1", nhs="9449305552")) == keys_of(made, hot)
    assert hot < key_texts(made).both


def test_keys_as_words_are_the_keys_that_are_filed(person: Make) -> None:
    """Whoever leaves out every key that is told in words leaves out every key."""
    made = person("council:7@cin", "Ada Rose", "Hill", BORN, postcode="YO1 7HH", upn="",
                  phone="01904 555 0199", nhs="9449305552", council_id="7")
    both, posted, sought = key_texts(made)
    assert Keys(frozenset(), frozenset()) == keys_of(made, frozenset(both | posted | sought))


def test_every_key_that_is_filed_reads_as_one_written_by_hand_must(person: Make) -> None:
    """Of made-up children with the defects that records have, and of odd ones."""
    odd = [person("council:7@cin", "Ada Rose", "O'Hill-Ward", BORN, postcode="YO1 7HH",
                  upn="A123456789012", phone="01904 555 0199", nhs="9449305552", council_id="7"),
           *(person("b:1", given, family, BORN, postcode="YO1 7HH") for given in WORDS
             for family in WORDS)]
    keys = {key for each in [*people_of(1000, 7), *odd] for texts in key_texts(each)
            for key in texts}

    assert [] == [key for key in keys if form_wanted(key)]
    assert {"at", "bare", "birthday", "born", "called", "day", "family", "home", "homeless", "la",
            "middle", "month", "nhs", "own", "phone", "unclear", "undated", "upn",
            "year"} == {key.split()[0] for key in keys}
