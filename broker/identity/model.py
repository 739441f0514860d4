"""The model of identity: a visible, versioned table of what each level of agreement is worth.

Weights are in bits (logarithms to base 2 of m/u): m is how often two records of one child agree
to this level, u how often records of two children do. Where u depends on the value, it is given
as a multiple of the value's frequency.

The figures were counted on the development seeds of the hard world (broker.world.hard: m on pairs
of one child, u on pairs of strangers of other households taken at random) and then drawn towards
published error rates where that world is harder than records are: birth dates are wrong in 0.11 %
of hospital records, and in one of a hundred or more where nobody checks them, so that one digit
off tells little. Homes and birth dates that nearly agree were weighed on development seeds of
bench.harder too. `bench.children` shows what the table does on worlds held back.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from types import MappingProxyType

from broker.identity.comparison.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Level:
    """One row of the table; `u_of_frequency` says that u is a multiple of a value's frequency."""

    feature: str
    level: str
    m: float
    u: float
    reason: str
    u_of_frequency: bool = False

    @property
    def weight(self) -> float:
        """Bits for (or against) one child, without the rarity of the value."""
        return log2(self.m / self.u)


def _by_frequency(feature: str, level: str, m: float, u: float, reason: str) -> Level:
    return Level(feature, level, m, u, reason, u_of_frequency=True)


_NOTHING = 1.0  # m and u of a level that tells nothing

LEVELS = (
    _by_frequency("given", "exact", 0.75, 1.0, "same given name"),
    _by_frequency("given", "spelling", 0.08, 0.14, "another spelling of the given name"),
    _by_frequency("given", "short_form", 0.04, 0.18, "a short form of the given name"),
    _by_frequency("given", "slip", 0.08, 0.22, "given name a slip apart"),
    _by_frequency("given", "begins", 0.02, 0.11, "one given name begins as the other does"),
    _by_frequency("given", "part", 0.2, 0.45, "one given name is part of the other"),
    _by_frequency("given", "other_order", 0.05, 0.12, "the same given names in another order"),
    _by_frequency("given", "later_part", 0.01, 0.2, "one is a later given name of the other"),
    _by_frequency("given", "middle_differs", 0.004, 0.15, "same first given name, others differ"),
    _by_frequency("given", "swapped", 0.02, 0.04, "given and family name in another order"),
    _by_frequency("given", "aligned", 0.04, 0.08, "the words of one name are among the other's"),
    Level("given", "loose", 0.02, 0.008, "given names sound or look alike"),
    Level("given", "similar", 0.01, 0.008, "given names alike, as two children's may be"),
    Level("given", "initial", 0.01, 0.08, "only an initial, which agrees"),
    Level("given", "missing", _NOTHING, _NOTHING, "no given name on one side"),
    Level("given", "two_tongues", 0.1, 0.3, "an English given name and one of the family's"),
    Level("given", "english_name", 0.1, 0.3, "an English name beside a Chinese or Vietnamese one"),
    Level("given", "unnamed_twin", _NOTHING, _NOTHING, "one of twins, with no given name yet"),
    Level("given", "different", 0.013, 0.95, "different given names"),
    _by_frequency("family", "exact", 0.80, 1.0, "same family name"),
    _by_frequency("family", "spelling", 0.06, 0.1, "another spelling of the family name"),
    _by_frequency("family", "slip", 0.05, 0.2, "family name a slip apart"),
    _by_frequency("family", "part", 0.03, 0.15, "one family name is part of the other"),
    _by_frequency("family", "swapped", 0.02, 0.04, "given and family name in another order"),
    _by_frequency("family", "aligned", 0.04, 0.04, "wherever given is cut from family name"),
    Level("family", "community_name", 0.02, 0.1, "a community's name in place of the family's"),
    Level("family", "fathers_names", 0.03, 0.065, "two given names of a child's forefathers"),
    Level("family", "loose", 0.02, 0.01, "family names sound or look alike"),
    Level("family", "missing", _NOTHING, _NOTHING, "no family name on one side"),
    Level("family", "before_naming", 0.1, 0.97, "another family name, as a newborn's may become"),
    Level("family", "different", 0.07, 0.97, "different family names"),
    Level("family", "different_beside_number", 0.3, 0.97,
          "no name alike, as of a child renamed, beside one council's number"),
    Level("former_name", "used", 0.7, 1.0, "the name is a former one"),
    Level("community", "shared", _NOTHING, _NOTHING, "both names are common in one community"),
    Level("birth_date", "same", 0.93, 1 / 5500, "same birth date"),
    Level("birth_date", "same_estimated", 0.45, 1 / 3000, "same birth date, estimated by one"),
    Level("birth_date", "same_first_of_january", 0.25, 1 / 300, "same 1 January"),
    Level("birth_date", "month_fits_estimate", 0.9, 1 / 140, "an estimate of the same month"),
    Level("birth_date", "year_fits_estimate", 0.9, 1 / 14, "an estimate of the same year"),
    Level("birth_date", "month_fits_fifteenth", 0.03, 0.0008, "the 15th may stand for the month"),
    Level("birth_date", "year_fits_january", 0.03, 0.0025, "1 January may stand for the year"),
    Level("birth_date", "near_estimate", 0.07, 0.1, "an estimate about a year out at most"),
    Level("birth_date", "same_expected", 0.5, 1 / 250, "same expected birth date"),
    Level("birth_date", "near_expected", 0.9, 1 / 55, "born near the expected date"),
    Level("birth_date", "day_month_swapped", 0.012, 0.0001, "day and month swapped"),
    Level("birth_date", "one_digit_differs", 0.028, 0.005, "one digit or one day differs"),
    Level("birth_date", "one_part_differs", 0.0006, 0.008, "one part of the birth date differs"),
    Level("birth_date", "missing", _NOTHING, _NOTHING, "no birth date on one side"),
    Level("birth_date", "different", 0.002, 0.98, "different birth dates"),
    Level("birth_date", "generation_apart", 0.0001, 0.4, "born a generation apart"),
    Level("sex", "same", 0.97, 0.5, "same sex"),
    Level("sex", "missing", _NOTHING, _NOTHING, "sex not known on one side"),
    Level("sex", "different", 0.02, 0.5, "different sex"),
    Level("sex", "same_beside_name", 0.985, 0.95, "same sex, as the given name tells already"),
    Level("sex", "different_beside_name", 0.015, 0.05, "different sex beside one given name"),
    Level("nhs_number", "same", 0.99, 9e-6, "same valid NHS number"),
    Level("nhs_number", "missing", _NOTHING, _NOTHING, "no valid NHS number on one side"),
    Level("nhs_number", "different", _NOTHING, _NOTHING, "different valid NHS numbers"),
    Level("upn", "same", 0.95, 5e-6, "same valid UPN"),
    Level("upn", "missing", _NOTHING, _NOTHING, "no valid UPN on one side"),
    Level("upn", "different", 0.05, 0.999, "different valid UPNs"),
    Level("local_id", "same", 0.9, 3e-6, "same child id of one council"),
    Level("local_id", "missing", _NOTHING, _NOTHING, "no child id of one council on both sides"),
    Level("local_id", "different", 0.05, 0.999, "different child ids of one council"),
    Level("return_id", "same", 0.99, 1e-6, "the council's own local id in its return"),
    Level("return_id", "missing", _NOTHING, _NOTHING, "no return of one council"),
    Level("pnc_id", "same", 0.9, 4e-6, "same PNC id"),
    Level("pnc_id", "missing", _NOTHING, _NOTHING, "no PNC id on both sides"),
    Level("postcode", "same", 0.8, 0.001, "same postcode"),
    Level("postcode", "same_sector", 0.1, 0.02, "same postcode sector"),
    Level("postcode", "missing", _NOTHING, _NOTHING, "no postcode on one side"),
    Level("postcode", "same_district", 0.12, 0.07, "homes in one postcode district"),
    Level("postcode", "mistyped", 0.01, 0.0002, "postcodes a letter apart, in another district"),
    Level("postcode", "placed", _NOTHING, _NOTHING, "one is where a child is looked after"),
    Level("postcode", "different", 0.35, 0.9, "homes in different postcode districts"),
    Level("phone", "same", 0.3, 0.005, "same telephone"),
    Level("phone", "missing", _NOTHING, _NOTHING, "no telephone on both sides"),
    Level("household", "twin_or_sibling", _NOTHING, _NOTHING,
          "what a brother or sister shares does not count beside another given name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """One version of the table with its thresholds, all frozen: children depend on nothing else.

    `population` is how many children the prior is for: a pair taken at random is one child with
    a chance of one in that many. Of the 120,000 children of a county, about one in six is known
    to its council or police. `margin_bits` is how much nearer than its rival a record must
    be. `hot_keys` are blocking keys (see blocking.key_texts) known to be useless. `prior_bits` is
    the weight before any evidence; `link_bits`, `review_bits` and `floor_bits` the least weight of
    an automatic link, of a pair that people look at, and of one that counts as connected.
    """

    version: str = "2026-9"
    levels: tuple[Level, ...] = LEVELS
    population: int = 20_000
    link_probability: float = 0.95
    review_probability: float = 0.85
    floor_probability: float = 0.75
    margin_bits: float = 3.0
    hot_keys: frozenset[str] = frozenset()
    table: Mapping[tuple[str, str], Level] = field(init=False, compare=False, repr=False)
    weights: Mapping[tuple[str, str], float] = field(init=False, compare=False, repr=False)
    prior_bits: float = field(init=False, compare=False, repr=False)
    link_bits: float = field(init=False, compare=False, repr=False)
    review_bits: float = field(init=False, compare=False, repr=False)
    floor_bits: float = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        table = {(each.feature, each.level): each for each in self.levels}
        assert len(table) == len(self.levels), "a level stands twice in the table"
        weights = {key: each.weight for key, each in table.items()}
        object.__setattr__(self, "table", MappingProxyType(table))
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "prior_bits", -log2(self.population))
        object.__setattr__(self, "link_bits", bits_of(self.link_probability))
        object.__setattr__(self, "review_bits", bits_of(self.review_probability))
        object.__setattr__(self, "floor_bits", bits_of(self.floor_probability))

    def weigh(self, evidence: Evidence) -> float:
        """Bits of one piece of evidence."""
        weight = self.weights[evidence.feature, evidence.level]
        return weight + evidence.rarity


def bits_of(probability: float) -> float:
    """The weight that stands for a probability."""
    return log2(probability / (1.0 - probability))


def probability_of(weight: float) -> float:
    """The probability that stands for a weight in bits."""
    if weight > 60.0:
        return 1.0
    return float(1.0 / (1.0 + 2.0 ** -weight))


DEFAULT_MODEL = Model()
