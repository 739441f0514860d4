"""docs/topics.md is what the settings of topics say of themselves."""
from pathlib import Path

import pytest

from broker.log.settings import topics_of
from broker.report.topic_pages import AGENCY, DOCUMENT, main, page, shown

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    """`make docs` was run after the last change of a setting."""
    assert page() == (ROOT / DOCUMENT).read_text(encoding="utf-8")


def test_every_topic_and_reason_is_on_the_page() -> None:
    """Nothing is kept, or thrown away, without a reason that can be read."""
    text = page()

    assert [] == [each.name for each in topics_of([AGENCY])
                  if f"| `{each.name}` | {each.partitions} | {each.reason} |" not in text]


def test_every_setting_is_on_the_page() -> None:
    """Those of all topics once, the others with their topic."""
    alike, _, own = page().partition("## Settings by topic")
    lines = {line.split("`")[1]: line for line in own.splitlines() if line.startswith("| `")}

    assert [] == [(each.name, name) for each in topics_of([AGENCY])
                  for name, value in each.configs.items()
                  if f"| `{name}` | {shown(value)} |" not in alike
                  and f"`{name}` {shown(value)}" not in lines[each.name]]


@pytest.mark.parametrize(("value", "expected"), [
    ("86400000", "1 day"), ("2592000000", "30 days"), ("3600000", "3600000"), ("-1", "-1"),
    ("0", "0"), ("compact", "compact")])
def test_whole_days_are_shown_as_days(value: str, expected: str) -> None:
    """Nobody reads milliseconds."""
    assert expected == shown(value)


def test_main_writes_the_page(tmp_path: Path) -> None:
    """The command of `make docs`."""
    (tmp_path / "docs").mkdir()
    main(tmp_path)

    assert page() == (tmp_path / DOCUMENT).read_text(encoding="utf-8")
