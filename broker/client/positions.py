"""How far an agency's system has read: its own to keep, in a small file or where it likes."""
import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log.records import Lane


class Positions(Protocol):
    """Where a follower keeps, for each lane, the position of the next message.

    Kept in the same transaction as what a message caused, it makes every effect happen once:
    write it yourself from `message.lane` and `message.position + 1`, and let `save` do nothing.
    """

    def saved(self, lanes: Collection[Lane]) -> Mapping[Lane, int]:
        """The positions of these lanes; one that was never saved is left out."""

    def save(self, positions: Mapping[Lane, int]) -> None:
        """Keep these positions; those of other lanes stay. Called after a message was handled,
        about once a second, and whenever a follower waits or ends."""


class PositionFile:
    """Positions in one JSON file, replaced as a whole: a crash leaves the old or the new one.

    For one process at a time; its folder must exist. `ConfigError` where the file cannot be used,
    `TemporarilyUnavailable` where the disk has no room.
    """

    def __init__(self, path: Path | str):
        self._path = Path(path)

    def saved(self, lanes: Collection[Lane]) -> Mapping[Lane, int]:
        """The positions of these lanes; one that was never saved is left out."""
        kept = self._kept()
        return {lane: kept[name] for lane in lanes if (name := _name_of(lane)) in kept}

    def save(self, positions: Mapping[Lane, int]) -> None:
        """Keep these positions; those of other lanes stay."""
        new = self._kept() | {_name_of(lane): at for lane, at in positions.items()}
        beside = self._path.with_name(f"{self._path.name}.new")
        try:
            with beside.open("w", encoding="utf-8") as file:
                json.dump(new, file, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            raise ConfigError(f"{self._path} cannot be written: name a file in a folder that is "
                              "there and that this user may write in.") from None
        except OSError:
            raise TemporarilyUnavailable(f"The disk that holds {self._path} cannot be written: "
                                         "look to it and start again, nothing is lost.") from None

    def _kept(self) -> dict[str, int]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            kept = None
        if not isinstance(kept, dict) or not all(
                type(each) is int and each >= 0 for each in kept.values()):
            raise ConfigError(f"{self._path} does not hold positions: restore it, or move it away "
                              "to read everything again.")
        return kept


def _name_of(lane: Lane) -> str:
    return f"{lane.topic}/{lane.partition}"
