"""Kin: the third kind of pair, beside one person's rows and strangers'.

Brothers and sisters share a family name, an address and a telephone, which between strangers
would be a wonder. How often they agree is estimated on pairs whose birth dates say that they are
two people, from what matches with a wrong date and strangers cannot account for.
"""
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from broker.identity.table.fitted import Fitted, Sheet, shared_out, weights_of
from broker.identity.table.levels import DIFFERENT, Births, Floats, Levels, Names, Sexes
from broker.identity.table.sampling import patterns_of

_KIN_PAIRS_MIN = 50.0
# Of kin, how many are born years apart, and how many on one day: about one birth in seventy is of
# twins (Office for National Statistics, births in England and Wales).
_APART_KIN, _TWINS, _SAME_DATE = 0.9, 0.015, 2
_USUAL_PAIRS = 20.0
_ROUNDS = 40
ROWS_TO_COUNT = 1_000
"""Rows of a file from which on it shows what is seldom met."""
_OF_ONE_FAMILY_NAME = 0.9
_KIN_A_ROW, _PAIRS_ELSEWHERE = 0.3, 2_000.0


def with_kin(model: Fitted, levels: Sequence[Levels], pairs: float, size: int) -> Fitted:
    """The model with what kin have in common. `levels` are those of pairs whose birth dates are
    years apart, of each sheet's comparison; `pairs` is how many pairs there are in all, for each
    that was looked at. In a file of few rows kin cannot be counted, and are as they usually are.
    """
    births = next((sheet for sheet in model.sheets if isinstance(sheet.comparison, Births)), None)
    others = [(sheet, level) for sheet, level in zip(model.sheets, levels, strict=True)
              if sheet is not births]
    if size < ROWS_TO_COUNT:
        return _usual_kin(model, births, size)
    if births is None or not others or not len(levels[0]):
        return model
    sheets = [sheet for sheet, _ in others]
    patterns, counts = patterns_of([level for _, level in others],
                                   [len(sheet.m) for sheet in sheets])
    match = model.prior * _apart(births.m) * _product([each.m for each in sheets], patterns)
    strangers = _apart(births.u) * _product([each.u for each in sheets], patterns)
    number, shares = _kin(counts, pairs * (match + strangers), patterns, sheets)
    if number < _KIN_PAIRS_MIN:
        return model
    of_sheet = dict(zip((id(sheet) for sheet in sheets), shares, strict=True))
    found = []
    for sheet in model.sheets:
        own = shared_out(sheet.comparison, of_sheet.get(
            id(sheet), _births_of_kin(births)))
        found.append(replace(sheet, kin=own, kin_weights=weights_of(
            sheet.comparison, own, sheet.u, sheet.weights != 0, rising=False)))
    return replace(model, sheets=tuple(found), kin_prior=number / pairs / _APART_KIN)


def _births_of_kin(births: Sheet) -> Floats:
    """As strangers', but for twins."""
    return births.u * (1 - _TWINS) + np.where(
        np.arange(len(births.u)) == _SAME_DATE, _TWINS, 0.0)


def _usual_kin(model: Fitted, births: Sheet | None, size: int) -> Fitted:
    """Kin as they are where nothing can be counted: another given name, and half of what one
    person's rows have in common of all that a household shares."""
    found = []
    for sheet in model.sheets:
        own = (sheet.comparison.usual_m + sheet.u) / 2
        if sheet is births:
            own = _births_of_kin(births)
        elif isinstance(sheet.comparison, Names):
            own = _names_of_kin(sheet.comparison)
        elif isinstance(sheet.comparison, Sexes):
            own = sheet.u
        own = shared_out(sheet.comparison, own)
        found.append(replace(sheet, kin=own, kin_weights=weights_of(
            sheet.comparison, own, sheet.u, np.ones(len(own), bool), rising=False)))
    pairs = size * (size - 1) / 2
    return replace(model, sheets=tuple(found),
                   kin_prior=(_KIN_A_ROW * size + 1) / (pairs + _PAIRS_ELSEWHERE))


def _names_of_kin(names: Names) -> Floats:
    """Nine in ten share the family name, and have another given name or none that is known."""
    own = shared_out(names, names.usual_u) * (1 - _OF_ONE_FAMILY_NAME)
    no_given = names.silent != 0
    for shared in (names.of_kin & ~no_given, names.of_kin & no_given):
        own[shared] += _OF_ONE_FAMILY_NAME * names.usual_m[shared] / names.usual_m[shared].sum()
    return own


def _apart(births: Floats) -> float:
    """The share of pairs whose birth dates are years apart."""
    return float(births[DIFFERENT] + births[-1])


def _product(shares: Sequence[Floats], levels: Sequence[Levels]) -> Floats:
    return np.exp(sum((np.log(own)[level] for own, level in zip(shares, levels, strict=True)),
                      np.zeros(len(levels[0]))))


def _kin(counts: NDArray[np.int64], others: Floats, levels: Sequence[Levels],
         sheets: Sequence[Sheet]) -> tuple[float, list[Floats]]:
    """How many of these pairs are kin, and how often those come to each level; `others` is how
    many pairs of each pattern are expected that are not."""
    sure = np.maximum(counts - others, 0)
    total, shares = 0.0, [sheet.u for sheet in sheets]
    for _ in range(_ROUNDS):
        total = float(sure.sum())
        if total < _KIN_PAIRS_MIN:
            break
        shares = [shared_out(sheet.comparison, np.bincount(level, sure, len(sheet.u))
                              + _USUAL_PAIRS * sheet.u)
                  for level, sheet in zip(levels, sheets, strict=True)]
        expected = total * _product(shares, levels)
        sure = counts * expected / np.maximum(expected + others, 1e-12)
    return total, shares
