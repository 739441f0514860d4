"""Keeps a frozen copy of every schema version ever used: run it after changing a schema.

`python -m broker.wire.freeze` compares each type's schema with its published versions and, where
it is new and fully compatible, writes it as the next one. Published copies are never edited.
"""
import json
import sys
from importlib.resources import files
from pathlib import Path

from broker.errors import ConfigError
from broker.event.catalogue import BY_NAME
from broker.wire.compatibility import full_transitive
from broker.wire.schemas import canonical, published, text_of


def unpublished() -> list[str]:
    """The record types whose schema is not among its published versions."""
    return [name for name in BY_NAME
            if canonical(text_of(name)) not in map(canonical, published(name))]


def freeze(folder: Path) -> list[Path]:
    """Write the next version of each unpublished type into `folder`; the files written.

    Raises ConfigError, before writing anything, if one is not compatible with all it follows.
    """
    new = unpublished()
    faults = [fault for name in new for fault in full_transitive(text_of(name), published(name))]
    if faults:
        raise ConfigError("; ".join(faults))
    written = []
    for name in new:
        path = folder / f"{name}.v{len(published(name)) + 1}.avsc"
        text = json.dumps(json.loads(text_of(name)), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for each in freeze(Path(str(files("schemas"))) / "published"):
        sys.stdout.write(f"{each.name}\n")
