"""Names as they are compared."""
import pytest

from broker.identity.comparison.words import family_alike, given_alike
from broker.identity.frequencies import RARE_BITS, family_bits, given_bits, together_bits
from broker.identity.names import (
    family_tokens,
    full_names_of,
    given_tokens,
    long_sound_of,
    sound_of,
    spelling_of,
    tokens_of,
)


@pytest.mark.parametrize(("text", "expected"), [
    ("O'Reilly", ("OREILLY",)),
    ("O’Reilly", ("OREILLY",)),
    ("Mc Coy", ("MCCOY",)),
    ("Al-Hassan", ("ALHASSAN",)),
    ("el Amin", ("ELAMIN",)),
    ("Smith-Jones", ("SMITH", "JONES")),
    ("  van der  Berg ", ("VANDERBERG",)),
    ("Łukasz", ("LUKASZ",)),
    ("Zoë", ("ZOE",)),
    ("Анна", ("ANNA",)),
    ("St. John", ("STJOHN",)),
    ("", ()),
])
def test_tokens(text: str, expected: tuple[str, ...]) -> None:
    """A name becomes plain capital words, its small words joined to the next."""
    assert expected == tokens_of(text)


@pytest.mark.parametrize(("text", "expected"), [
    ("Baby", ()), ("Twin Two", ()), ("BABY BOY", ()), ("unknown", ()),
    ("Baby Grace", ("GRACE",)), ("Mary-Jane", ("MARY", "JANE")),
])
def test_placeholders(text: str, expected: tuple[str, ...]) -> None:
    """A word that stands for a given name is none."""
    assert expected == given_tokens(text)


def test_unknown_family_name() -> None:
    """A family name that says it is not known is none."""
    assert () == family_tokens("Not known")


@pytest.mark.parametrize(("one", "other"), [
    ("MUHAMMAD", "MOHAMED"), ("AYESHA", "AISHA"), ("SHAUN", "SEAN"), ("MACDONALD", "MCDONALD"),
    ("CLARKE", "CLARK"), ("KATHRYN", "CATHERINE"),
])
def test_spellings(one: str, other: str) -> None:
    """Ways to write one name have one spelling."""
    assert spelling_of(one) == spelling_of(other)


def test_short_forms_may_stand_for_several_names() -> None:
    """Sam is Samuel or Samantha."""
    assert {"SAM", "SAMUEL", "SAMANTHA"} == full_names_of("SAM")


def test_sound() -> None:
    """Names that sound alike share a sound."""
    assert sound_of("PHILIP") == sound_of("FILIP")
    assert sound_of("KAYLEIGH") == sound_of("KAYLEY")
    assert sound_of("SMITH") != sound_of("JONES")


def test_long_sound_tells_names_apart_that_begin_alike() -> None:
    """Five consonants after the first tell long names apart; misspellings keep theirs."""
    assert sound_of("CHRISTOPHER") == sound_of("CHRISTINE")
    assert ("S62316", "S6235") == (long_sound_of("CHRISTOPHER"), long_sound_of("CHRISTINE"))
    assert long_sound_of("KRISTOFER") != long_sound_of("CHRISTINE")
    assert "F36235" == long_sound_of("FEATHERSTONE") == long_sound_of("FETHERSTON")


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("OLIVER", "OLIVER", "exact"),
    ("ISLA", "AYLA", "spelling"),
    ("BETH", "ELIZABETH", "short_form"),
    ("TED", "EDWARD", "short_form"),
    ("OLIVER", "OLLIVER", "slip"),
    ("KAYLEIGH", "KAYLEY", "slip"),
    ("JASMINE", "JASINE", "slip"),
    ("JAYDEN", "KAYDEN", "similar"),
    ("ELLIE", "ELSIE", "similar"),
    ("OLIVER", "HARRY", "different"),
    ("MAX", "MIA", "different"),
])
def test_given_names(one: str, other: str, expected: str) -> None:
    """Slips, short forms and two children's like names are told apart, in either order."""
    assert (expected, expected) == (given_alike(one, other)[0], given_alike(other, one)[0])


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("KHAN", "KAHN", "slip"), ("WALKER", "WALKAR", "spelling"), ("SMITH", "JONES", "different"),
    ("JACKS", "JACKSON", "loose"),
])
def test_family_names(one: str, other: str, expected: str) -> None:
    """Family names a slip apart are close."""
    assert expected == family_alike(one, other)[0]


def test_rarity() -> None:
    """A common name tells less than a rare one, and an unlisted one no more than the limit."""
    assert family_bits("SMITH") < family_bits("APPLEYARD") <= RARE_BITS
    assert RARE_BITS == family_bits("QUIBELL")
    assert given_bits("MUHAMMAD") == given_bits("MOHAMMED") < given_bits("XANTHE")


def test_names_of_one_community_tell_less_together() -> None:
    """Two names of one community are found together more often than by chance."""
    assert together_bits("MOHAMMED", "KHAN") < -3
    assert together_bits("OLIVER", "KHAN") == 0.0
