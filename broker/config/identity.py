"""The section of identity: which model says who is who, and among how many children."""
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from broker.config.reading import file_in, refuse_unknown, table_in, whole_in
from broker.errors import ConfigError
from broker.identity.model import DEFAULT_MODEL, Model
from broker.identity.model_file import POPULATION_MAX, POPULATION_MIN, model_of

_WHERE = "[identity]"


def identity_in(document: Mapping[str, Any], folder: Path) -> Model:
    """The model that the configuration names, else the one that ships, for as many children as
    it says: more strangers share a name and a birth date in a larger place."""
    section = table_in(document, "identity")
    refuse_unknown(_WHERE, section, {"model", "population"})
    model = _named(section, folder)
    if "population" not in section:
        return model
    return replace(model, population=whole_in(
        f"{_WHERE} population", section["population"], POPULATION_MIN, POPULATION_MAX))


def _named(section: Mapping[str, Any], folder: Path) -> Model:
    path = file_in(f"{_WHERE} model", section.get("model"), folder)
    if path is None:
        return DEFAULT_MODEL
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{_WHERE} model names {path}, which cannot be read: check that it is a "
                          "UTF-8 text file you may read.") from None
    return model_of(text, str(path))
