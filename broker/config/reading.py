"""Reading a TOML document piece by piece; what is wrong is said in one sentence, with its place.
"""
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from broker.errors import ConfigError


def table_in(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A section by its name; empty where it is absent."""
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{name} must be a section: write [{name}].")
    return table


def refuse_unknown(where: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    """Every key is known, or the first that is not is named."""
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ConfigError(f"{where} has an unknown key {unknown[0]!r}: the known ones are "
                          f"{', '.join(sorted(known))}.")


def text_in(where: str, value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ConfigError(f"{where} must be text in quotes.")
    return value


def words_in(where: str, value: object, known: set[str]) -> frozenset[str]:
    """A list of words that are all known."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f'{where} must be a list of words, as in ["police"].')
    unknown = sorted(set(value) - known)
    if unknown:
        raise ConfigError(f"{where} names {unknown[0]!r}: the known ones are "
                          f"{', '.join(sorted(known))}.")
    return frozenset(value)


def whole_in(where: str, value: object, least: int, most: int) -> int:
    """A whole number between two others, both allowed."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ConfigError(f"{where} must be a whole number from {least} to {most}.")
    return value


def yes_in(where: str, value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ConfigError(f"{where} must be true or false.")
    return value


def file_in(where: str, value: object, folder: Path) -> Path | None:
    """A file that can be read, named from the configuration's own folder on; None for none."""
    if value is None:
        return None
    path = folder / text_in(where, value)
    if not path.is_file():
        raise ConfigError(f"{where} names {path}, where there is no file: put it there, or mend "
                          "the path.")
    return path


def secret_in(where: str, value: object, folder: Path) -> str | None:
    """The password in a file, without the end of its line; None where no file is named."""
    path = file_in(where, value, folder)
    if path is None:
        return None
    try:
        secret = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{where} names {path}, which cannot be read: give this user the right "
                          "to read it.") from None
    if not secret:
        raise ConfigError(f"{where} names {path}, which is empty: write the password into it.")
    return secret
