"""How hard a hard world is: how often records go wrong, and which worlds are held back.

No study counts these errors for children across police, council and care homes, so each figure
says on what it rests. The upper end is the settings of the Office for National Statistics'
synthetic4linkage (forename 35 %, surname 32 %, sex 1 %, day, month and year 15, 13 and 13 %,
postcode 4 % of records); the lower end is hospital records (birth date and sex wrong or missing
in 0.11 %, postcode in 53 %; Hagger-Johnson et al. 2017). A pair has two records, so a rate here
counts nearly twice. Shares are of records unless they say of children.
"""
from dataclasses import dataclass, fields, replace
from random import Random

HELD_BACK_FROM = 1000
"""Seeds from here on are for reports only: nothing is ever tuned on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Shares between 0 and 1."""

    # Names: together about a third of pairs differ in the forename, a quarter in the surname.
    respelt: float = 0.10  # another spelling or transliteration, of given and of family name
    respelt_scripts: float = 0.10  # added for traditions that are written in several ways
    slip: float = 0.04  # one letter mistyped
    short_form: float = 0.10  # a nickname, of given names that have one
    middle_as_given: float = 0.02
    middle_left_out: float = 0.60
    swapped: float = 0.01  # given and family name; family_first traditions 0.12 more
    half_of_name: float = 0.25  # of double-barrelled names
    # Of children. Judgement: no count of changed surnames of children in need was found.
    changed_family: float = 0.08
    double_barrelled: float = 0.06
    twins: float = 0.03  # of births; 1.5 % nationally (ONS births 2021), doubled to be hard
    like_names: float = 0.25  # of brothers and sisters
    father_of_one_name: float = 0.02
    unlisted: float = 0.35  # names that no list of ours knows, of each tradition
    # Birth dates, far above hospitals' 0.11 % since police and referrals write by ear.
    swapped_birth: float = 0.010
    digit_birth: float = 0.012
    other_birth: float = 0.003
    january: float = 0.03  # 1 January for the year
    fifteenth: float = 0.03  # the fifteenth for the month
    no_birth: float = 0.010
    sex_wrong: float = 0.01  # ONS
    no_sex: float = 0.03
    # Addresses: hospital records had 53 % of postcodes wrong or missing.
    moved: float = 0.35  # of families, once or twice
    old_address: float = 0.35  # of records, where there is one
    no_postcode: float = 0.15
    # Numbers: no NHS number for most.
    nhs_council: float = 0.35
    nhs_home: float = 0.40
    nhs_police: float = 0.04
    dummy: float = 0.02
    superseded: float = 0.01
    another_childs_number: float = 0.0005
    council_id_at_home: float = 0.6
    phone: float = 0.25
    twice: float = 0.012  # one child twice in one agency
    return_id_other: float = 0.03  # a return that uses another local id
    baby: float = 0.5  # of the council's records of children under one


def settings_of(seed: int, hardness: float = 1.0) -> Settings:
    """The settings of one world: each share up to a third lower or higher, by its seed, so that
    what holds in one setting alone does not pass; `hardness` multiplies every error."""
    rng = Random(f"settings {seed}")
    base = Settings()
    kept = {"nhs_council", "nhs_home", "council_id_at_home", "phone", "baby", "middle_left_out"}
    changed = {}
    for each in fields(Settings):
        share = getattr(base, each.name) * rng.uniform(0.67, 1.33)
        changed[each.name] = min(0.95, share if each.name in kept else share * hardness)
    return replace(base, **changed)
