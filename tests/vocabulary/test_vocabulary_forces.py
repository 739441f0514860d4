"""Whose log number it is: by a force's name or letters, and by nothing less."""
import pytest

from broker.vocabulary.forces import FORCES, may_be


@pytest.mark.parametrize(("number", "name"), [
    ("WYP2603070457", "West Yorkshire"), ("WYPLOG457", "West Yorkshire"),
    ("WESTYORKSHIREPOLICE457", "West Yorkshire"), ("GMP457", "Greater Manchester"),
    ("DEVONCORNWALLPOLICE457", "Devon and Cornwall"),
    ("DEVONANDCORNWALLPOLICE457", "Devon and Cornwall"),
    ("HAMPSHIRECONSTABULARY457", "Hampshire and Isle of Wight"),
    ("DYFEDPOWYSPOLICE457", "Dyfed-Powys"), ("METROPOLITANPOLICESERVICE457", "Metropolitan"),
])
def test_a_number_begins_with_the_name_or_the_letters_of_a_force(number: str, name: str) -> None:
    """However the name is written, and with "log" beside the letters."""
    assert [name] == [each.names[0] for each in FORCES if each.begins(number)]


def test_two_forces_may_have_the_same_letters() -> None:
    """West Midlands and West Mercia."""
    assert ["West Mercia", "West Midlands"] == [
        each.names[0] for each in FORCES if each.begins("WMP457")]


@pytest.mark.parametrize("number", [
    "132603070457", "WY0457", "KENT0457", "LOG0457", "WYPX0457", "POLICE457", "PCKENT457", "45WYP",
])
def test_a_number_that_names_no_force_begins_as_none_does(number: str) -> None:
    """Figures, two letters, a place or a surname, and what stands before any force's number."""
    assert [] == [each.names[0] for each in FORCES if each.begins(number)]


@pytest.mark.parametrize(("name", "may"), [
    ("West Yorkshire Police", True), ("WYP", True), ("Yorkshire Constabulary", True),
    ("Police", True), ("The Police Service", True), ("Wold York Police", True),
    ("Thames Valley Police", False), ("Greater Manchester Police", False),
])
def test_an_agency_may_be_a_force_unless_its_name_says_that_it_is_not(
    name: str, may: bool
) -> None:
    """A word of the name or the initials are enough, and a name that tells nothing is."""
    (force,) = (each for each in FORCES if each.letters == ("WYP",))
    assert may is may_be(force, name)
