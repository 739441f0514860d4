"""Every command that the pages show does what the pages say."""
import re
from pathlib import Path

import pytest

from tests.docs.console import ROOT, Shown, matches, shown_in, wrong_in

PAGES = (
    "README.md", "docs/files.md", "docs/formats.md", "docs/history.md", "docs/identity.md",
    "docs/linkage.md", "docs/operations.md", "docs/privacy.md", "docs/review.md")


def targets() -> set[str]:
    """What `make` can make."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z0-9-]*):", text, re.MULTILINE))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_does_what_is_shown(page: str, tmp_path: Path) -> None:
    """A newcomer who types what is written sees what is written."""
    shown = shown_in(page, (ROOT / page).read_text(encoding="utf-8"))

    assert [] == wrong_in(shown, tmp_path, targets())


def test_a_block_is_read_as_commands_and_their_output() -> None:
    """Commands may run over several lines; a block can be excused with a reason."""
    text = ("```console\n$ cat > a <<'END'\n> one\n> END\n$ cat a\none\n```\n"
            "<!-- not run: it needs a server -->\n```console\n$ serve\n```\n")

    assert [Shown("page", 2, "cat > a <<'END'\none\nEND", ()),
            Shown("page", 5, "cat a", ("one",))] == shown_in("page", text)


def test_three_dots_stand_for_anything() -> None:
    """Within a line for some text, alone on a line for some lines."""
    assert matches(("read ... rows", "...", "done"), "read 12 rows\nand\nmore\ndone\n")
    assert not matches(("read ... rows", "done"), "read 12 rows\nand\ndone\n")


def test_what_is_wrong_is_named_by_its_place(tmp_path: Path) -> None:
    """A page that lies fails with the line to mend."""
    shown = shown_in("page", "```console\n$ false # exit code 1\n$ echo two\none\n```\n")

    assert ["page:3: echo two\nprinted\ntwo\n"] == wrong_in(shown, tmp_path, set())


def test_folder_and_variables_last_from_command_to_command(tmp_path: Path) -> None:
    """As in the reader's own terminal."""
    shown = shown_in("page", "```console\n$ mkdir a && cd a\n$ export B=c\n$ echo $B $(basename "
                             "$PWD)\nc a\n$ make demo\n```\n")

    assert [] == wrong_in(shown, tmp_path, {"demo"})
