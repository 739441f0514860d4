"""The sections of limits: what counts as late, repeated or unseen, and from which day on."""
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from broker.config.reading import refuse_unknown, table_in
from broker.errors import ConfigError
from broker.rules.dated import CHANGES, DatedLimits, dated_from, document_of

LIMITS = "limits"


def limits_in(document: Mapping[str, Any]) -> DatedLimits:
    """The limits of a configuration."""
    return dated_from(table_in(document, LIMITS), document.get(CHANGES, []))


def limits_written(document: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of a configuration as written, for safeguarding.decisions."""
    return document_of(table_in(document, LIMITS), document.get(CHANGES, []))


def limits_of_file(path: Path) -> DatedLimits:
    """The limits of a file that holds nothing else."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path} cannot be read: check that it is a UTF-8 text file you may "
                          "read.") from None
    except tomllib.TOMLDecodeError as why:
        raise ConfigError(f"{path} is not valid TOML ({why}): mend that line.") from None
    refuse_unknown(str(path), document, {LIMITS, CHANGES})
    return limits_in(document)
