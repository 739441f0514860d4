"""How pairs are decided: the hard cases of children's records."""
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.identity import scoring
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.model import Level, Model
from broker.identity.person import Birth, Name, Person
from broker.identity.scoring import score, score_above, weight_of

Make = Callable[..., Person]
Said = dict[str, str]
BORN = "2011-05-04"
HOME = "YO1 7HH"
SMITH: Said = {"given": "Oliver", "family": "Smith", "born": BORN, "sex": "M"}

LINKED: dict[str, tuple[Said, Said]] = {
    "name and birth date": (SMITH, SMITH),
    "name and birth date, elsewhere now": (
        {**SMITH, "postcode": HOME}, {**SMITH, "postcode": "LS1 4AP"}),
    "the commonest name": ({**SMITH, "given": "Mohammed", "family": "Khan"},
                           {**SMITH, "given": "Mohammed", "family": "Khan", "sex": ""}),
    "another spelling": ({**SMITH, "given": "Mohammed", "family": "Khan"},
                         {**SMITH, "given": "Muhammad", "family": "Khan"}),
    "misspelt given name": (SMITH, {**SMITH, "given": "Olliver"}),
    "misspelt family name": (SMITH, {**SMITH, "family": "Simth"}),
    "heard, not read": ({**SMITH, "given": "Kayleigh", "sex": "F"},
                        {**SMITH, "given": "Kayley", "sex": "F"}),
    "short form": ({**SMITH, "given": "William"}, {**SMITH, "given": "Billy"}),
    "names in another order": ({**SMITH, "given": "Wei", "family": "Chen"},
                               {**SMITH, "given": "Chen", "family": "Wei"}),
    "former family name": ({**SMITH, "family": "Ward"},
                           {**SMITH, "former": "Ward"}),
    "changed family name at one address": (
        {**SMITH, "family": "Ward", "postcode": HOME}, {**SMITH, "postcode": HOME}),
    "sex mistyped": (SMITH, {**SMITH, "sex": "F"}),
    "half of a double-barrelled name": (SMITH, {**SMITH, "family": "Smith-Appleyard"}),
    "estimated birth date and address": (
        {**SMITH, "postcode": HOME},
        {**SMITH, "born": "2011-01-01", "precision": "ESTIMATED", "postcode": HOME}),
    "estimated birth date and a postcode with one letter mistyped": (
        {**SMITH, "postcode": HOME},
        {**SMITH, "born": "2011-01-01", "precision": "ESTIMATED", "postcode": "YP1 7HH"}),
    "born on the 15th indeed": (
        {**SMITH, "born": "2011-05-15"},
        {**SMITH, "born": "2011-05-15", "precision": "ESTIMATED"}),
    "day and month swapped, rare name": (
        {**SMITH, "family": "Quibell"}, {**SMITH, "family": "Quibell", "born": "2011-04-05"}),
    "newborn without a name yet": (
        {**SMITH, "postcode": HOME}, {**SMITH, "given": "Baby", "postcode": HOME}),
    "one digit off, rare names": (
        {**SMITH, "given": "Ada", "family": "Quibell"},
        {**SMITH, "given": "Ada", "family": "Quibell", "born": "2011-05-05"}),
    "a day apart, rare names": (
        {**SMITH, "given": "Ada", "family": "Quibell", "born": "2011-05-31"},
        {**SMITH, "given": "Ada", "family": "Quibell", "born": "2011-06-01"}),
    "month of birth, names that one in twenty thousand bears": (
        {**SMITH, "family": "Nicholson"},
        {**SMITH, "family": "Nicholson", "born": "2011-05-15", "precision": "ESTIMATED"}),
    "council's own id, birth date estimated": (
        {**SMITH, "council_id": "C7"},
        {**SMITH, "council_id": "c7", "born": "2011-05-15", "precision": "ESTIMATED"}),
    "NHS number, birth date wrong": (
        {**SMITH, "nhs": "9449305552"}, {**SMITH, "nhs": "9449305552", "born": "2012-09-21"}),
    "NHS number and birth date, another name": (
        {**SMITH, "nhs": "9449305552"},
        {**SMITH, "given": "Leo", "family": "Khan", "nhs": "9449305552"}),
    "a girl's name at her address, no birth date": (
        {**SMITH, "given": "Grace", "sex": "F", "postcode": HOME},
        {"given": "Grace", "family": "Smith", "sex": "F", "postcode": HOME}),
    "council's own id at a home, called by another given name": (
        {**SMITH, "council_id": "C7"}, {**SMITH, "given": "Leo", "council_id": "C7"}),
    "a rare first name at the family's address, renamed, a digit off": (
        {**SMITH, "given": "Quentin", "family": "Mazur", "born": "2011-01-27", "postcode": HOME},
        {**SMITH, "given": "Quentin", "family": "Bottomley", "born": "2011-03-27",
         "postcode": HOME}),
    "UPN and birth date, no name": (
        {"upn": "B801200005001", "born": BORN, "sex": "M"}, {**SMITH, "upn": "B801200005001"}),
}

APART: dict[str, tuple[Said, Said]] = {
    "same name, another birth date": (SMITH, {**SMITH, "born": "2012-09-21"}),
    "same rare name, another birth date": (
        {**SMITH, "given": "Xanthe", "family": "Quibell"},
        {**SMITH, "given": "Xanthe", "family": "Quibell", "born": "2012-09-21"}),
    "same common name, one digit off": (SMITH, {**SMITH, "born": "2011-05-05"}),
    "twins": ({**SMITH, "postcode": HOME, "phone": "01904 555 0199"},
              {**SMITH, "given": "Harry", "postcode": HOME, "phone": "01904 555 0199"}),
    "twins with rare family name": (
        {**SMITH, "family": "Quibell", "postcode": HOME},
        {**SMITH, "given": "Poppy", "family": "Quibell", "postcode": HOME, "sex": "F"}),
    "brothers of one first name": (
        {**SMITH, "given": "Mohammed Yusuf", "family": "Khan", "postcode": HOME},
        {**SMITH, "given": "Mohammed Ali", "family": "Khan", "postcode": HOME}),
    "siblings": ({**SMITH, "postcode": HOME},
                 {**SMITH, "given": "Harry", "born": "2013-02-20", "postcode": HOME}),
    "father and son": ({**SMITH, "postcode": HOME},
                       {**SMITH, "born": "1985-03-30", "postcode": HOME}),
    "a sister's name as a later one": (
        {**SMITH, "given": "Xanthe Tamsin", "family": "Quibell", "born": "2012-09-21",
         "postcode": HOME},
        {**SMITH, "given": "Tamsin", "family": "Quibell", "postcode": HOME}),
    "name and sex only": (SMITH, {"given": "Oliver", "family": "Smith", "sex": "M"}),
    "birth date only": ({"born": BORN, "sex": "M"}, SMITH),
    "another family name": (SMITH, {**SMITH, "family": "Jones"}),
}


@pytest.mark.parametrize("what", LINKED)
def test_linked(person: Make, what: str) -> None:
    """These are joined without a person."""
    one, other = LINKED[what]
    found = score(person("riverside:1", **one), person("police:1", **other), MODEL)
    assert (True, None, None) == (found.links(MODEL), found.forbidden, found.held)
    assert found.probability >= 0.95


@pytest.mark.parametrize("what", APART)
def test_apart(person: Make, what: str) -> None:
    """These are not even a question."""
    one, other = APART[what]
    found = score(person("riverside:1", **one), person("police:1", **other), MODEL)
    assert found.probability < 0.85


HELD: dict[str, tuple[Said, Said, str]] = {
    "year of birth alone": (
        {**SMITH, "family": "Nicholson"},
        {**SMITH, "family": "Nicholson", "born": "2011-01-01",
         "precision": "ESTIMATED"}, scoring.ESTIMATE_ALONE),
    "month of birth alone": (
        SMITH, {**SMITH, "born": "2011-05-15", "precision": "ESTIMATED"},
        scoring.ESTIMATE_ALONE),
    "a guessed year may be a cousin's": (
        {**SMITH, "given": "Xanthe", "family": "Quibell"},
        {**SMITH, "given": "Xanthe", "family": "Quibell", "born": "2012-01-01",
         "precision": "ESTIMATED"}, scoring.ESTIMATE_ALONE),
    "names in another order, year of birth alone": (
        {**SMITH, "given": "Xanthe", "family": "Nicholson"},
        {**SMITH, "given": "Nicholson", "family": "Xanthe", "born": "2011-01-01",
         "precision": "ESTIMATED"}, scoring.ESTIMATE_ALONE),
    "names in another order, one digit off": (
        {**SMITH, "given": "Ada", "family": "Hill"},
        {**SMITH, "given": "Hill", "family": "Ada", "born": "2011-05-05"}, scoring.NOT_EXACT),
    "like names, as twins have": (
        {**SMITH, "given": "Jayden", "postcode": HOME},
        {**SMITH, "given": "Kayden", "postcode": HOME}, scoring.SIMILAR_NAMES),
    "two boys of a children's home": (
        {**SMITH, "given": "Quentin", "family": "Mazur", "born": "2011-01-27", "placed": HOME},
        {**SMITH, "given": "Quentin", "family": "Bottomley", "born": "2011-03-27",
         "postcode": HOME}, scoring.HOME_SHARED),
    "no birth date": (
        {**SMITH, "postcode": HOME},
        {"given": "Oliver", "family": "Smith", "sex": "M", "postcode": HOME},
        scoring.NO_BIRTH_DATE),
    "no name": ({"born": BORN, "sex": "M", "postcode": HOME}, {**SMITH, "postcode": HOME},
                scoring.NO_NAME),
    "council's own id, and no name alike": (
        {**SMITH, "council_id": "C7"},
        {**SMITH, "given": "Ada", "family": "Quibell", "council_id": "C7"},
        scoring.NO_NAME_ALIKE),
    "unborn": ({"given": "Unborn", "family": "Smith", "born": BORN, "precision": "EXPECTED",
                "postcode": HOME}, {**SMITH, "born": "2011-05-20", "postcode": HOME},
               scoring.NO_GIVEN_NAME),
}


@pytest.mark.parametrize("what", HELD)
def test_held(person: Make, what: str) -> None:
    """These are for people to look at."""
    one, other, reason = HELD[what]
    found = score(person("riverside:1", **one), person("police:1", **other), MODEL)
    assert (False, reason) == (found.links(MODEL), found.held)


@pytest.mark.parametrize(("born", "sex", "asked"), [
    (("2011-05-04", "2011-05-04"), "M", True),
    (("2011-05-04", "2011-05-04"), "F", True),
    (("2011-01-01", "2011-01-01"), "M", True),
    (("2011-05-04", "2011-05-05"), "M", False),
    (("2011-05-04", "2012-09-21"), "M", False),
])
def test_a_number_beside_no_name_alike_is_asked_about_where_the_birth_date_agrees(
    person: Make, born: tuple[str, str], sex: str, asked: bool,
) -> None:
    """A child renamed keeps both; who mistypes a number hits a child of another birth date."""
    home = person("riverside:1", "Ada", "Quibell", born[1], sex=sex, council_id="C7")
    found = score(person("council:C7", "Oliver", "Smith", born[0], sex="M", council_id="C7"),
                  home, MODEL)
    assert (asked, scoring.NO_NAME_ALIKE) == (found.weight >= MODEL.review_bits, found.held)


def test_another_number_that_agrees_speaks_for_a_child_without_a_name_alike(person: Make) -> None:
    """A pupil number beside the council's is as much as nobody mistypes."""
    said = {"born": BORN, "sex": "M", "council_id": "C7", "upn": "B801200005001"}
    found = score(person("riverside:1", "Ada", "Quibell", **said),
                  person("council:C7", "Oliver", "Smith", **said), MODEL)
    assert (True, None) == (found.links(MODEL), found.held)


RECORDED = 20_454  # 1 January 2026


@pytest.mark.parametrize(("said", "born", "held"), [
    ({"council_id": "C7"}, BORN, None),
    ({"upn": "B801200005001"}, BORN, None),
    ({}, BORN, scoring.NO_BIRTH_DATE),
    ({"council_id": "C7"}, "2008-01-10", None),
    ({"council_id": "C7"}, "2007-12-31", scoring.NO_BIRTH_DATE),
])
def test_a_boy_without_a_birth_date(person: Make, said: Said, born: str,
                                    held: str | None) -> None:
    """He is joined at his address where a number shows that he is a child and the other was one
    when first recorded; else the other may be his father."""
    boy = person("riverside:1", "Tobin", "Quibell", sex="M", postcode=HOME, **said)
    other = person("police:1", "Tobin", "Quibell", born, sex="M", postcode=HOME)
    found = score(boy, other._replace(first_day=RECORDED), MODEL)
    assert (held is None, held) == (found.links(MODEL), found.held)


def test_different_nhs_numbers_forbid(person: Make) -> None:
    """Different valid NHS numbers block a link that all else makes."""
    found = score(person("riverside:1", **SMITH, nhs="9449305552"),
                  person("police:1", **SMITH, nhs="9434765919"), MODEL)
    assert (scoring.NHS_NUMBERS_DIFFER, False) == (found.forbidden, found.links(MODEL))
    assert found.probability >= 0.95


def test_twins_with_one_nhs_number_are_for_people(person: Make) -> None:
    """One number on two given names may be twins mixed up or one child renamed."""
    found = score(person("riverside:1", **SMITH, nhs="9449305552"),
                  person("police:1", **{**SMITH, "given": "Harry"}, nhs="9449305552"), MODEL)
    assert 0.85 <= found.probability < 0.95


def test_a_councils_id_tells_a_child_from_a_twin(person: Make) -> None:
    """Beside another given name, the council's own id is weighed against one copied from a twin
    by mistake: 9 bits, 6 of a birth date that few twins share, and what the name tells."""
    found = score(person("riverside:1", **SMITH, council_id="C7"),
                  person("council:C7", **{**SMITH, "given": "Leo"}, council_id="C7"), MODEL)
    names = MODEL.weights["given", "different"] + MODEL.weights["sex", "same"]
    assert pytest.approx(names + 6.0 + 9.0) == found.weight


def test_invalid_nhs_number_gives_no_evidence(person: Make) -> None:
    """A number that fails its check neither joins nor parts."""
    found = score(person("riverside:1", **SMITH, nhs="9449305552"),
                  person("police:1", **SMITH, nhs="9991234566"), MODEL)
    assert found.links(MODEL)


def test_two_subjects_of_one_agency_are_held_apart(person: Make) -> None:
    """What an agency itself holds as two is never joined automatically."""
    found = score(person("police:1", **SMITH), person("police:2", **SMITH), MODEL)
    assert (scoring.HELD_APART, False) == (found.forbidden, found.links(MODEL))


@pytest.mark.parametrize(("returned", "linked"), [
    ({"born": BORN}, True),
    ({"born": "2012-09-21", "upn": "B801200005001"}, True),
    ({"born": "2012-09-21"}, False),
    ({}, False),
])
def test_returns_join_by_birth_date_or_upn(person: Make, returned: Said, linked: bool) -> None:
    """A return's record joins the same local id only if birth date or UPN agrees."""
    own = person("council:7", **SMITH, upn="B801200005001", council_id="7")
    found = score(person("council:7@cin", sex="M", **returned), own, MODEL)
    assert (linked, None if linked else scoring.RETURN_UNPROVEN) == (
        found.links(MODEL), found.held)


@pytest.mark.parametrize(("returned", "linked"), [
    ({"born": BORN}, True),
    ({"born": "2011-05-05"}, True),
    ({"born": "2012-09-21", "upn": "B801200005001"}, True),
    ({"born": "2011-12-04"}, False),
    ({}, False),
])
def test_whoever_names_a_returns_number_is_joined_by_birth_date_or_upn(
    person: Make, returned: Said, linked: bool,
) -> None:
    """A home that names the council's number needs no case record of it to meet its return."""
    home = person("riverside:1", **SMITH, upn="B801200005001", council_id="7")
    found = score(person("council:7@ssda903", sex="M", council_id="7", **returned), home, MODEL)
    assert (linked, None if linked else scoring.RETURN_UNPROVEN) == (
        found.links(MODEL), found.held)


def test_a_returns_number_that_nothing_proves_is_asked_about(person: Make) -> None:
    """A home that knows no birth date of the child does not join by the number alone."""
    home = person("riverside:1", "Oliver", "Smith", sex="M", council_id="7")
    found = score(person("council:7@ssda903", sex="M", born=BORN, council_id="7"), home, MODEL)
    assert (scoring.RETURN_UNPROVEN, True) == (found.held, found.weight >= MODEL.review_bits)


def test_a_return_and_its_own_record_share_one_number_once(person: Make) -> None:
    """That both write it down as the council's number is no second agreement."""
    own, returned = ({"key": key, "born": BORN} for key in ("council:7", "council:7@cin"))
    without = score(person(**own), person(**returned), MODEL)
    beside = score(person(**own, council_id="7"), person(**returned, council_id="7"), MODEL)
    assert without.weight == beside.weight


def test_adoption_forbids_what_was_begun_after_it(person: Make) -> None:
    """A record begun after an adoption is never linked to the child before it."""
    before = person("council:7", **SMITH)._replace(adopted_day=20_000)
    earlier = person("police:1", **SMITH)._replace(first_day=19_000)
    later = person("riverside:1", **SMITH)._replace(first_day=20_000)
    assert (None, scoring.ADOPTED) == (score(before, earlier, MODEL).forbidden,
                                       score(later, before, MODEL).forbidden)


def test_weights_add_up(person: Make) -> None:
    """The weight is the prior and the evidence, nothing else."""
    found = score(person("riverside:1", **SMITH, postcode=HOME),
                  person("police:1", **{**SMITH, "given": "Harry"}, postcode=HOME), MODEL)
    total = MODEL.prior_bits + sum(map(MODEL.weigh, found.evidence))
    assert found.weight == pytest.approx(total)


def test_a_level_stands_once() -> None:
    """A table that gives one level two weights is a mistake."""
    twice = (*MODEL.levels, Level("sex", "same", 0.9, 0.5, "same sex"))
    with pytest.raises(AssertionError, match="twice"):
        Model(levels=twice)


_words = st.sampled_from(("OLIVER", "OLLIVER", "HARRY", "SMITH", "SMYTH", "KHAN", "BETH", "O"))
_tokens = st.lists(_words, max_size=3).map(tuple)
_days = st.sampled_from(((2011, 1, 1), (2011, 5, 4), (2011, 4, 5), (2011, 5, 15), (1985, 5, 4)))
_births = st.tuples(_days, st.sampled_from("XSE")).map(lambda each: Birth(*each[0], each[1]))
_numbers = st.lists(st.sampled_from(("1", "2")), max_size=2, unique=True).map(
    lambda each: tuple(sorted(each)))
_nothing = st.just(())
_people = st.builds(
    Person, upns=_nothing, local=_nothing, pncs=_nothing, phones=_nothing,
    adopted_day=st.none(), first_day=st.just(0),
    key=st.sampled_from(("a:1", "b:2", "b:3", "b:2@cin")),
    names=st.lists(st.builds(Name, _tokens, _tokens, st.booleans()), max_size=3).map(tuple),
    births=st.lists(_births, max_size=2).map(tuple), nhs=_numbers, superseded=_numbers,
    sexes=st.sampled_from(((), ("F",), ("M",))), postcodes=_numbers.map(
        lambda each: tuple(f"YO1 {number}HH" for number in each)),
)


@pytest.mark.slow
@given(_people, _people)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_order_of_a_pair_is_no_matter(one: Person, other: Person) -> None:
    """Comparing A with B is comparing B with A, to the last bit."""
    assert score(one, other, MODEL) == score(other, one, MODEL)


@pytest.mark.slow
@given(_people, _people)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_who_weighs_enough_is_answered_in_full_and_nobody_else(one: Person, other: Person) -> None:
    """The shorter ways to a weight and to the answer above a threshold say what the long one
    does."""
    whole = score(one, other, MODEL)
    expected = whole if whole.weight >= MODEL.floor_bits else None
    assert (whole.weight, whole, expected) == (
        weight_of(one, other, MODEL), score_above(whole.weight, one, other, MODEL),
        score_above(MODEL.floor_bits, one, other, MODEL))
