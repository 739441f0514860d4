"""The section of identity: which model says who is who."""
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from broker.config.reading import file_in, refuse_unknown, table_in
from broker.errors import ConfigError
from broker.identity.model import DEFAULT_MODEL, Model
from broker.identity.model_file import model_of


def identity_in(document: Mapping[str, Any], folder: Path) -> Model:
    """The model that the configuration names, else the one that ships."""
    where = "[identity]"
    section = table_in(document, "identity")
    refuse_unknown(where, section, {"model"})
    path = file_in(f"{where} model", section.get("model"), folder)
    if path is None:
        return DEFAULT_MODEL
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{where} model names {path}, which cannot be read: check that it is a "
                          "UTF-8 text file you may read.") from None
    return model_of(text, str(path))
