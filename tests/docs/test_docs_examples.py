"""The programs that README shows are the files that the tests run."""
from pathlib import Path

import pytest

from tests.docs.console import ROOT

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
LINES_MAX = 20


@pytest.mark.parametrize("program", EXAMPLES, ids=lambda path: path.name)
def test_readme_shows_the_program_as_it_is(program: Path) -> None:
    """Word for word."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"```python\n{program.read_text(encoding='utf-8')}```\n" in readme


@pytest.mark.parametrize("program", EXAMPLES, ids=lambda path: path.name)
def test_a_program_has_twenty_lines_at_most(program: Path) -> None:
    """Without the empty ones: what an agency's system needs is short."""
    lines = [line for line in program.read_text(encoding="utf-8").splitlines() if line.strip()]

    assert len(lines) <= LINES_MAX
