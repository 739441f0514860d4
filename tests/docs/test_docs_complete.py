"""Nothing that can be set or typed is left out of the documentation."""
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from broker.cli import main
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.errors import ConfigError
from broker.rules.limits import NAMES
from tests.docs.console import ROOT


def keys_known(*place: str) -> list[str]:
    """The keys that a section of the configuration may have, as its own refusal names them."""
    document: dict[str, Any] = tomllib.loads(CONFIGURATION)
    section: Any = document
    for name in place:
        section = section[int(name)] if name.isdigit() else section.setdefault(name, {})
    section["no_such_key"] = 1
    with pytest.raises(ConfigError) as refused:
        parse(document)
    said = re.search(r"the known ones are (.+)\.$", str(refused.value))
    assert said is not None
    return said[1].split(", ")


@pytest.mark.parametrize("place", [
    ("partnership",), ("agencies", "police"), ("agreements", "0"), ("identity",), ("retention",)])
def test_every_key_of_a_section_is_in_the_example(place: tuple[str, ...]) -> None:
    """The example that `concord init` writes is the documentation of the configuration."""
    missing = [key for key in keys_known(*place) if not re.search(
        rf"^(# )?({key} = .+|\[\[.+\.{key}\]\])", CONFIGURATION, re.MULTILINE)]

    assert [] == missing


def test_every_section_is_in_the_example_and_in_this_test() -> None:
    """A new section must be documented, and its keys looked at above or in tests/config."""
    assert ["agencies", "agreements", "identity", "kafka", "limits", "limits_from",
            "partnership", "postgres", "registry", "retention", "tracing"] == keys_known()


def test_every_limit_is_in_the_rule_pages() -> None:
    """With its default and its source."""
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")

    assert [] == [name for name in NAMES if f"| `{name}` |" not in page]


def typed(command: object, path: str) -> Iterator[str]:
    """Every command that can be typed."""
    below: dict[str, object] | None = getattr(command, "commands", None)
    if below is None:
        yield path
        return
    for name, each in below.items():
        yield from typed(each, f"{path} {name}")


def test_every_command_is_in_the_pages() -> None:
    """In README or in the operators' page."""
    pages = "".join((ROOT / page).read_text(encoding="utf-8")
                    for page in ("README.md", "docs/operations.md"))

    found = list(typed(main.commands(), "concord"))

    assert "concord people judge" in found
    assert [] == [each for each in found if each not in pages]
