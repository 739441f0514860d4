"""Limits: every number named once, unknown names and wrong values refused."""
import pytest

from broker.errors import ConfigError
from broker.rules.limits import NAMES, SOURCES, Limits, from_mapping

UNITS = ("minutes", "hours", "days", "weeks", "months", "years", "count", "share", "apart",
         "percentile", "min")


def test_defaults_are_those_of_the_catalogue() -> None:
    """The limits outside programs rely on have their written values."""
    limits = Limits()

    assert (60, 24, 72, 15, 28, 42) == (
        limits.police_record_expected_minutes, limits.missing_with_social_care_hours,
        limits.return_interview_expected_hours, limits.attend_immediate_minutes,
        limits.unseen_days, limits.unseen_critical_days,
    )


def test_every_limit_says_its_unit_and_source() -> None:
    """Nobody has to guess whether 60 is minutes or days, or who said so."""
    assert [] == [name for name in NAMES if name.rsplit("_", 1)[1] not in UNITS
                  or not SOURCES[name]]


def test_mapping_changes_only_what_it_names() -> None:
    """A configuration lists its differences."""
    assert Limits(unseen_days=21) == from_mapping({"unseen_days": 21})


def test_unknown_names_are_refused_by_name() -> None:
    """A misspelt limit must not silently leave the default in force."""
    with pytest.raises(ConfigError, match="unseen_dayz") as refused:
        from_mapping({"unseen_dayz": 21, "unseen_days": 21})

    assert "unseen_days," not in str(refused.value)


@pytest.mark.parametrize("value", ["21", True, 2.5, -1, None])
def test_wrong_values_are_refused(value: object) -> None:
    """Text, truth, parts of a day and less than nothing are no number of days."""
    with pytest.raises(ConfigError, match="unseen_days must be"):
        from_mapping({"unseen_days": value})


def test_a_share_is_between_nothing_and_all() -> None:
    """Ninety per cent is written 0.9."""
    with pytest.raises(ConfigError, match="collapsed_here_share must be between 0 and 1"):
        from_mapping({"collapsed_here_share": 90})
