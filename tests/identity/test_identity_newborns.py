"""What is written of a newborn who has no given name yet."""
import pytest

from broker.identity.names import newborn_in, sex_of_newborn, words_of


@pytest.mark.parametrize(("given", "family", "expected"), [
    ("Twin 1 Khan", "Khan", (("TWIN 1",), ("KHAN",))),
    ("Baby Khan", "Khan", ((), ("KHAN",))),
    ("Baby Boy Ali Khan", "Ali Khan", ((), ("ALI", "KHAN"))),
    ("Baby Mc Coy", "Mc Coy", ((), ("MCCOY",))),
    ("Quad 4", "Wragg", (("TWIN 4",), ("WRAGG",))),
    ("Ada", "Wragg", (("ADA",), ("WRAGG",))),
    ("Khan", "Khan", (("KHAN",), ("KHAN",))),
    ("Mohammed Ali", "Ali", (("MOHAMMED", "ALI"), ("ALI",))),
    ("I Khan", "Khan", (("I", "KHAN"), ("KHAN",))),
])
def test_a_family_name_behind_what_stands_for_a_given_name_is_no_given_name(
    given: str, family: str, expected: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    """What is left tells one twin from another, or nothing; a name stays a name."""
    assert expected == words_of(given, family)


@pytest.mark.parametrize(("given", "family", "expected"), [
    ("Baby Boy", "Shaw", "M"), ("Baby Girl", "Shaw", "F"), ("Female infant", "", "F"),
    ("B/O Sarah (girl)", "", "F"), ("Girl 2", "", "F"), ("Baby Boy Shaw", "Shaw", "M"),
    ("Baby", "", ""), ("Boy or girl", "", ""), ("", "", ""), ("Boy George", "", ""),
])
def test_the_sex_of_a_newborn_is_read_where_no_given_name_is_written(
    given: str, family: str, expected: str,
) -> None:
    """And only there."""
    assert expected == sex_of_newborn(given, family)


@pytest.mark.parametrize(("name", "expected"), [
    ("Twin 1 Khan", ("Twin 1", "Khan")), ("Khan, Twin 2", ("Twin 2", "Khan")),
    ("T1 Khan", ("T1", "Khan")), ("Twin 2 Ali Khan", ("Twin 2", "Ali Khan")),
    ("Khan, Baby Boy", ("Baby Boy", "Khan")), ("Baby Khan", ("Baby", "Khan")),
    ("Baby of Sarah Khan", ("Baby of Sarah", "Khan")), ("Twin 1", ("Twin 1", "")),
    ("Baby Grace Khan", ("", "Baby Grace Khan")), ("Lydia Child", ("", "Lydia Child")),
    ("Ada Khan", ("", "Ada Khan")), ("Khan 1", ("", "Khan 1")), ("", ("", "")),
])
def test_a_full_name_is_cut_where_it_is_a_newborns(name: str, expected: tuple[str, str]) -> None:
    """Whichever comes first; who has a given name, or may have one, is not cut."""
    assert expected == newborn_in(name)
