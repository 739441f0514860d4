"""The passwords that Concord draws for others, each in a file of its own."""
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from broker.errors import ConfigError

FOLDER = "secrets"
_BYTES = 32
_NEXT = ".next"  # no code has a dot


@dataclass(frozen=True, slots=True)
class Passwords:
    """A folder of passwords, for this user alone; a file is the password and nothing else.

    A file that is there is never written over: only `renew` and then `renewed` put another in its
    place, and a run that was stopped between them is seen by `renewing`.
    """

    folder: Path

    def file(self, name: str) -> Path:
        """Where a password is kept."""
        return self.folder / name

    def known(self, name: str) -> str | None:
        """The password, where it is still kept; `ConfigError` where its file cannot be read."""
        return self._read(self.file(name))

    def of(self, name: str) -> str:
        """The password, drawn and written down if there is none."""
        return self._kept(self.file(name))

    def renew(self, name: str) -> str:
        """A new password, written down beside the old one, which stays until `renewed`; asked
        again, the same."""
        return self._kept(self.file(name + _NEXT))

    def renewing(self, name: str) -> bool:
        """Whether a new password was drawn that has not taken the old one's place."""
        return self.file(name + _NEXT).is_file()

    def renewed(self, name: str) -> None:
        """The new password is the only one from now on."""
        self.file(name + _NEXT).replace(self.file(name))

    def _kept(self, file: Path) -> str:
        known = self._read(file)
        if known is not None:
            return known
        self._make_folder()
        drawn = secrets.token_urlsafe(_BYTES)
        # Whole or not at all, readable by nobody else even for a moment.
        with NamedTemporaryFile("w", dir=self.folder, prefix=".", encoding="ascii") as writing:
            writing.write(drawn)
            writing.flush()
            os.fsync(writing.fileno())
            try:
                os.link(writing.name, file)
            except FileExistsError:  # another run was quicker: what it wrote down counts
                return self._kept(file)
        return drawn

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(self.folder.stat().st_mode) != 0o700:
            self.folder.chmod(0o700)

    @staticmethod
    def _read(file: Path) -> str | None:
        try:
            password = file.read_text(encoding="utf-8").rstrip("\r\n")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{file} cannot be read: give this user the right to read it, or "
                              "move it away.") from None
        if not password:
            raise ConfigError(f"{file} is empty: move it away, and a password is drawn anew.")
        return password
