"""docs/rules.md is what the rules say of themselves."""
from pathlib import Path

from broker.report.rule_pages import DOCUMENT, main, page
from broker.rules.catalogue import RULES
from broker.rules.limits import NAMES

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
