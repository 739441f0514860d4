"""The sections of limits: what is in force from which day on."""
import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from broker.cli.example import CONFIGURATION
from broker.config import Settings, parse
from broker.config.limits import limits_of_file
from broker.errors import ConfigError
from broker.rules.dated import dated_from, dated_of
from broker.rules.limits import Limits, from_mapping

SEPTEMBER = """
[[limits_from]]
starts = 2026-09-01
police_record_expected_minutes = 45
"""
OCTOBER = """
[[limits_from]]
starts = 2026-10-01
late_hours = 12
"""


def settings_with(section: str) -> Settings:
    """The example with these sections more."""
    return parse(tomllib.loads(CONFIGURATION + section))


def refusal(section: str) -> str:
    """What is said of sections that cannot be used."""
    with pytest.raises(ConfigError) as refused:
        settings_with(section)
    return str(refused.value)


def test_without_sections_of_their_day_the_limits_are_always_the_same() -> None:
    """The plain form stays as it was."""
    dated = settings_with("").dated_limits

    assert (Limits(), ()) == (dated.first, dated.changes)
    assert dated.next_change(datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(("at", "minutes", "hours"), [
    (datetime(2026, 8, 31, 22, 59, 59, tzinfo=UTC), 60, 24),
    (datetime(2026, 8, 31, 23, 0, tzinfo=UTC), 45, 24),
    (datetime(2026, 9, 30, 22, 59, 59, tzinfo=UTC), 45, 24),
    (datetime(2026, 9, 30, 23, 0, tzinfo=UTC), 45, 12)])
def test_a_change_begins_at_local_midnight_and_keeps_what_it_does_not_name(
        at: datetime, minutes: int, hours: int) -> None:
    """In summer an hour before midnight in UTC; sections may stand in any order."""
    limits = settings_with(OCTOBER + SEPTEMBER).dated_limits.at(at)

    assert (minutes, hours) == (limits.police_record_expected_minutes, limits.late_hours)


def test_the_next_change_is_the_first_to_come() -> None:
    """It is when everybody must be looked at again."""
    dated = settings_with(OCTOBER + SEPTEMBER).dated_limits
    begins = datetime(2026, 8, 31, 23, tzinfo=UTC)

    assert begins == dated.next_change(datetime(2026, 5, 1, tzinfo=UTC))
    assert datetime(2026, 9, 30, 23, tzinfo=UTC) == dated.next_change(begins)


def test_what_was_written_down_says_the_same_again() -> None:
    """As safeguarding.decisions keeps it: JSON, days as text."""
    settings = settings_with(SEPTEMBER)
    kept = json.loads(json.dumps(settings.sources["limits"], default=str))

    assert settings.dated_limits == dated_of(kept)


def test_a_limit_that_has_left_the_code_is_passed_over_in_what_was_written_down() -> None:
    """It bound no rule that is still asked."""
    kept = {"gone_days": 3, "late_hours": 20,
            "limits_from": [{"starts": "2026-09-01", "gone_days": 4}]}

    assert (from_mapping({"late_hours": 20}), ()) == (dated_of(kept).first,
                                                      dated_of(kept).changes)


@pytest.mark.parametrize(("section", "said"), [
    ("[[limits_from]]\nlate_hours = 1\n", "must say from which day on"),
    ('[[limits_from]]\nstarts = "2026-09-01"\nlate_hours = 1\n', "must say from which day on"),
    ("[[limits_from]]\nstarts = 2026-09-01\n", "changes no limit"),
    (SEPTEMBER + SEPTEMBER, "two sections that start on 2026-09-01"),
    ("[[limits_from]]\nstarts = 2026-09-01\nlate_days = 1\n", "unknown names: late_days"),
    ("[limits_from]\nstarts = 2026-09-01\n", "write [[limits_from]]"),
    ("[retention]\nhistory_days = 0\n", "[retention] history_days must be a whole number"),
    ("[retention]\nyears = 7\n", "[retention] has an unknown key 'years'")])
def test_what_cannot_be_used_is_said_in_one_sentence(section: str, said: str) -> None:
    """With the place, and a way out."""
    assert said in refusal(section)


def test_a_file_of_limits_holds_nothing_else(tmp_path: Path) -> None:
    """A whole configuration given by mistake is refused, not half read."""
    path = tmp_path / "limits.toml"
    path.write_text(f"[limits]\nlate_hours = 20\n{SEPTEMBER}", encoding="utf-8")
    dated = limits_of_file(path)
    path.write_text(CONFIGURATION, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        limits_of_file(path)

    assert (20, 1) == (dated.first.late_hours, len(dated.changes))
    assert "has an unknown key 'agencies'" in str(refused.value)


def test_the_history_that_may_be_asked_for_is_for_ever_unless_said() -> None:
    """As many days as the partnership keeps it."""
    assert (None, 30) == (settings_with("").history_days,
                          settings_with("[retention]\nhistory_days = 30\n").history_days)


def test_a_wrong_name_in_a_dated_section_is_named_with_its_section() -> None:
    """Whoever mends it must not look for it under [limits]."""
    with pytest.raises(ConfigError, match=r"^\[\[limits_from\]\] number 2 has unknown names: "
                                          "unseen_dayz"):
        dated_from({}, [{"starts": date(2026, 1, 1), "unseen_days": 21},
                        {"starts": date(2026, 2, 1), "unseen_dayz": 20}])
