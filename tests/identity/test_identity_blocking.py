"""Who is compared with whom."""
from collections.abc import Callable

import pytest

from broker.identity.blocking import key_texts, keys_of
from broker.identity.person import Person

Make = Callable[..., Person]
BORN = "2011-05-04"

PAIRS = {
    "misspelt given name": ({"given": "Kayley"}, {"given": "Kayleigh"}),
    "misspelt family name": ({"family": "Metcalf"}, {"family": "Metcalfe"}),
    "short form": ({"given": "Beth"}, {"given": "Elizabeth"}),
    "names in another order": ({"given": "Hill", "family": "Ada"}, {}),
    "day and month swapped": ({"born": "2011-04-05"}, {}),
    "estimated birth date": ({"born": "2011-01-01", "precision": "ESTIMATED"}, {}),
    "changed family name at one address": (
        {"family": "Ward", "postcode": "YO1 7HH", "born": ""}, {"postcode": "YO1 7HH"}),
    "newborn": ({"given": "Baby"}, {}),
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
    assert not keys_of(person("a:1", **one)).isdisjoint(keys_of(person("b:1", **other)))


def test_return_meets_its_case_record(person: Make) -> None:
    """A return without names meets the record of the same local id, and no other."""
    returned = keys_of(person("council:7@cin", born=BORN))
    own = keys_of(person("council:7", "Ada", "Hill", BORN, council_id="7"))
    other = keys_of(person("council:8", "Ada", "Hill", BORN, council_id="8"))
    assert (False, True) == (returned.isdisjoint(own), returned.isdisjoint(other))


def test_strangers_do_not_meet(person: Make) -> None:
    """Two children with nothing in common are never compared."""
    one, other = person("a:1", "Ada", "Hill", BORN), person("b:1", "Leo", "Khan", "2013-02-20")
    assert keys_of(one).isdisjoint(keys_of(other))


def test_hot_keys_are_left_out(person: Make) -> None:
    """A key that the model's version calls useless is no key."""
    made = person("a:1", phone="01904 555 0199", nhs="9449305552", sex="")
    hot = frozenset({"phone 019045550199"})
    assert keys_of(person("a:1", nhs="9449305552")) == keys_of(made, hot)
    assert hot < key_texts(made)
