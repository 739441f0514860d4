"""compose.yaml as Compose reads it: variables filled in, and nothing else done."""
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "compose"
# `$$` is a dollar sign; the others name a variable, perhaps with what stands for it.
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z_]+)(?::-(?P<default>[^}]*))?\})")


def text() -> str:
    """The file as it is."""
    return (FOLDER / "compose.yaml").read_text(encoding="utf-8")


def variables() -> list[tuple[str, str | None]]:
    """Every variable that the file uses, with what stands for it where it is not set."""
    return [(found["name"], found["default"]) for found in _VARIABLE.finditer(text())
            if found["name"]]


def example() -> dict[str, str]:
    """What .env.example sets."""
    lines = (FOLDER / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def composed(settings: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The whole document under these settings; without any, as it comes."""
    def filled(found: re.Match[str]) -> str:
        if not found["name"]:
            return "$"
        return (settings or {}).get(found["name"]) or found["default"] or ""

    document = yaml.safe_load(_VARIABLE.sub(filled, text()))
    assert isinstance(document, dict)
    return document


def services() -> dict[str, dict[str, Any]]:
    """Each service, by name."""
    found: dict[str, dict[str, Any]] = composed()["services"]
    return found
