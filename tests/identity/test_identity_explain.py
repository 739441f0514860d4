"""Explanations are the calculation itself."""
from collections.abc import Callable

import pytest

from broker.identity.explain import explain
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.identity.person import Person

Make = Callable[..., Person]


def test_rows_add_up_and_have_reasons(person: Make) -> None:
    """The rows add up to the weight; each has the table's sentence."""
    found = explain(person("police:1", "Beth", "Hill", "2011-05-04"),
                    person("council:1", "Elizabeth", "Hill", "2011-04-05"), MODEL, joined=False)
    assert found.weight == pytest.approx(sum(row.weight for row in found.rows))
    reasons = {row.feature: row.reason for row in found.rows}
    assert "a short form of the given name" == reasons["given"]
    assert "day and month swapped" == reasons["birth_date"]
    assert ("council:1", "police:1", "prior") == (found.left, found.right, found.rows[0].feature)


def test_no_value_of_a_record_is_shown(person: Make) -> None:
    """An explanation tells levels and weights, never a name or a date."""
    found = explain(person("police:1", "Beth", "Quibell", "2011-05-04", nhs="9449305552"),
                    person("council:1", "Beth", "Quibell", "2011-05-04"), MODEL, joined=True)
    text = repr(found).upper()
    assert not [each for each in ("BETH", "QUIBELL", "2011", "9449305552") if each in text]


def test_missing_is_its_own_level(person: Make) -> None:
    """What one side does not know is said and weighs nothing."""
    found = explain(person("police:1", "Beth", "Hill"),
                    person("council:1", "Beth", "Hill", "2011-05-04"), MODEL, joined=False)
    row = next(row for row in found.rows if row.feature == "birth_date")
    assert ("missing", "no birth date on one side", 0.0) == (row.level, row.reason, row.weight)
