"""docs/rules.md is what the rules say of themselves."""
from pathlib import Path

from broker.report.rule_pages import (
    DOCUMENT,
    limit_words,
    limits_line,
    main,
    page,
    used_by,
)
from broker.rules.catalogue import RULES
from broker.rules.limits import NAMES
from broker.rules.limits_used import LIMITS_USED

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    """`make docs` was run after the last change of a rule or a limit."""
    assert page() == (ROOT / DOCUMENT).read_text(encoding="utf-8")


def test_every_rule_and_limit_is_on_the_page() -> None:
    """Nothing is judged by what is not written down."""
    text = page()

    assert [] == [each.code for each in RULES if f"### {each.code} `{each.name}`" not in text]
    assert [] == [name for name in NAMES if f"| `{name}` |" not in text]


def test_main_writes_the_page(tmp_path: Path) -> None:
    """The command of `make docs`."""
    (tmp_path / "docs").mkdir()
    main(tmp_path)

    assert page() == (tmp_path / DOCUMENT).read_text(encoding="utf-8")


def test_each_rule_names_its_limits_with_default_unit_and_source() -> None:
    """A practitioner reads on the spot which number it was, and who chose it."""
    assert ("`police_record_expected_minutes`: 60 minutes (local practice; agree it within the "
            "partnership)") in limits_line(LIMITS_USED["M02"])
    assert "None: it judges by no number." == limits_line(LIMITS_USED["D01"])
    assert len(LIMITS_USED) == page().count("- **Limits** ")


def test_every_limit_is_said_with_its_unit() -> None:
    """One and several; shares and percentiles have none of their own."""
    assert ["1 week", "3 working days", "2 levels", "0.9 of 1", "90 of 100", "8 happenings",
            "3 times"] == [limit_words(name, value) for name, value in (
                ("interim_visit_weeks", 1), ("referral_expected_working_days", 3),
                ("risk_levels_apart", 2), ("collapsed_here_share", 0.9),
                ("late_percentile", 90), ("collapsed_happenings_min", 8),
                ("repeated_missing_count", 3))]


def test_the_table_says_who_reads_a_limit() -> None:
    """Rules by their codes, and whatever else does."""
    assert "M03, M06" == used_by("missing_open_reverse_days")
    assert "notices: how long one that comes and goes is left alone" == used_by(
        "notice_settled_minutes")
    assert used_by("child_age_years").endswith("T03; every rule: who is a child")


def test_the_page_says_what_historical_means() -> None:
    """Once, with the number of days in force."""
    text = page()

    assert 1 == text.count("## Live and historical")
    assert "`historical_after_days` (28\ndays) back" in text


def test_the_page_says_what_a_recorded_death_ends() -> None:
    """Once, with the rules about what is owed day by day."""
    text = page()

    assert 1 == text.count("## When a child is recorded as having died")
    assert "owed day by day\n(L01, L02, S01, S02, T01, T02, T03) is owed no more" in text
