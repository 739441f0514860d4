"""What is taken from a record, and how records of one subject come together."""
import json
from collections.abc import Callable
from datetime import date

import pytest

from broker.errors import ConfigError
from broker.event.person import Identifier
from broker.identity.person import Birth, Name, Person, from_bytes, to_bytes, union_of

Make = Callable[..., Person]


def test_features_of_a_record(person: Make) -> None:
    """Every feature is in its compared form, and what fails its check is left out."""
    made = person("riverside:R1", "Zoë", "O'Reilly", "2011-05-14", nhs="944 930 5552",
                  upn="X801200005001", council_id=" c77 ", postcode="yo17hh",
                  phone="+44 7700 900123", preferred="Zo")
    expected = Person(
        "riverside:R1", names=(Name(("ZO",), ("OREILLY",)), Name(("ZOE",), ("OREILLY",))),
        births=(Birth(2011, 5, 14),), sexes=("F",), nhs=("9449305552",), local=("815:C77",),
        postcodes=("YO1 7HH",), phones=("07700900123",),
    )
    assert expected == made


def test_ended_number_is_superseded(person: Make) -> None:
    """A number that its agency has ended is kept apart."""
    made = person("council:1", identifiers=(
        Identifier(scheme="nhs_number", value="9434765919", valid_to=date(2020, 1, 1)),
        Identifier(scheme="nhs_number", value="9449305552")))
    assert (("9449305552",), ("9434765919",)) == (made.nhs, made.superseded)


def test_no_fixed_abode_is_no_place(person: Make) -> None:
    """The postcode that stands for no fixed abode joins nobody."""
    assert () == person("council:1", postcode="ZZ99 3VZ").postcodes


def test_where_a_child_is_looked_after_is_told_from_its_home(person: Make) -> None:
    """It is a postcode like another, and known not to be the family's."""
    made = person("council:1", postcode="YO1 7HH", placed="LS1 4AP")
    assert (("LS1 4AP", "YO1 7HH"), ("LS1 4AP",)) == (made.postcodes, made.placed)


def test_features_of_another_version_are_no_fault(person: Make) -> None:
    """A home that was linked before an upgrade says how it is linked anew."""
    fewer = json.dumps(json.loads(to_bytes(person("police:1", "Ada", "Hill")))[:-1]).encode()
    with pytest.raises(ConfigError, match="run `concord rebuild --by WHO --reason WHY --yes`"):
        from_bytes("police:1", fewer)


def test_bytes_and_back(person: Make) -> None:
    """What is stored is what was compared."""
    made = person("police:1", "Łucja", "Nowak", "2012-01-01", precision="ESTIMATED",
                  former="Kowalska", nhs="9449305552", phone="01904 555 0199", placed="LS1 4AP")
    assert made == from_bytes("police:1", to_bytes(made))


def test_union_is_the_same_in_any_order(person: Make) -> None:
    """A subject is the union of its records."""
    parts = [person("council:1", "Ada", "Hill", "2012-02-03"),
             person("council:1", postcode="YO1 7HH", sex=""),
             person("council:1", sex="", nhs="9449305552")]
    expected = person("council:1", "Ada", "Hill", "2012-02-03", postcode="YO1 7HH",
                      nhs="9449305552")
    assert expected == union_of("council:1", parts) == union_of("council:1", parts[::-1])


def test_one_record_may_end_the_number_another_shows(person: Make) -> None:
    """A number that any record has ended is not live."""
    parts = [person("council:1", nhs="9449305552"), person("council:1", identifiers=(
        Identifier(scheme="nhs_number", value="9449305552", valid_to=date(2020, 1, 1)),))]
    made = union_of("council:1", parts)
    assert ((), ("9449305552",)) == (made.nhs, made.superseded)


def test_a_return_has_its_councils_own_id(person: Make) -> None:
    """A return stands apart under its own key and knows its council's id."""
    made = person("council:7@cin", sex="")
    assert (True, "council:7", "council") == (made.is_return, made.own_id, made.agency)
