"""PostgreSQL: the packages of this machine, over a folder of its own."""
import os
import pwd
import shutil
import signal
from pathlib import Path

import psycopg

from broker.errors import ConfigError
from compose.local.servers import HOST, PostgresServer
from compose.local.service import Command, Service, done, private_folder, secret

OWNER = "concord"
DATABASE = "concord"
UNPRIVILEGED = "postgres"
CONNECTIONS_MAX = 300
_PACKAGED = Path("/usr/lib/postgresql")

# Nobody but the owner, and nobody without a password.
_WHO_MAY_CONNECT = f"host all {OWNER} {HOST}/32 scram-sha-256\n"


class Postgres(Service):
    """A PostgreSQL server over a folder.

    `quick` trades what a crash of the machine may lose, though not of the server, for speed.
    """

    def __init__(self, folder: Path, port: int, *, quick: bool = False):
        super().__init__("postgres", folder, (port,), signal.SIGINT)  # "fast": waits for nobody
        self._own = folder / "postgres"
        self._secrets = folder / "secrets"
        self._port = port
        self._quick = quick

    @property
    def password_file(self) -> Path:
        """The owner's password, the text of the file and no more; not there before `server`."""
        return self._secrets / "postgres"

    @property
    def server(self) -> PostgresServer:
        """Where it is and who may use it."""
        return PostgresServer(
            HOST, self._port, DATABASE, OWNER, secret(self.password_file))

    def _command(self) -> Command:
        binaries = _binaries()
        data = private_folder(self._own) / "data"
        if not data.exists():
            self._make(binaries, data)
        settings = {
            "listen_addresses": HOST, "port": str(self._port), "unix_socket_directories": "",
            "max_connections": str(CONNECTIONS_MAX),
            "fsync": "off" if self._quick else "on",
            # An error quotes what it is about, and this log is not the place for it.
            "log_min_error_statement": "panic", "log_error_verbosity": "terse",
        }
        return _in(data, str(binaries / "postgres"), "-D", _seen(data),
                   *(f"--{name}={settings[name]}" for name in settings))

    def _make(self, binaries: Path, data: Path) -> None:
        """An empty cluster, the owner and the database; seen under its name only when whole."""
        making = self._own / "making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if _user():
            shutil.chown(making, _user(), pwd.getpwnam(_user()).pw_gid)
        done(self.name, _in(
            making, str(binaries / "initdb"), "-D", _seen(making), "--username=postgres",
            "--auth=reject", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-sync"),
            self.log_file)
        (making / "pg_hba.conf").write_text(_WHO_MAY_CONNECT)
        done(self.name, _in(making, str(binaries / "postgres"), "--single", "-D", _seen(making),
                            "postgres"),
             self.log_file,
             f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{self.server.password}'\n"
             f"CREATE DATABASE {DATABASE} OWNER {OWNER}\n")
        making.rename(data)

    def _answers(self) -> bool:
        return serves(self.server)


def serves(server: PostgresServer) -> bool:
    """Whether the database answers its owner."""
    try:
        with psycopg.connect(
                host=server.host, port=server.port, dbname=server.database, user=server.user,
                password=server.password, connect_timeout=5) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _user() -> str:
    """As whom it runs: PostgreSQL refuses to be root ("": as us)."""
    if os.geteuid() != 0:
        return ""
    try:
        return pwd.getpwnam(UNPRIVILEGED).pw_name
    except KeyError:
        raise ConfigError(
            f"PostgreSQL does not run as root and there is no user {UNPRIVILEGED}: make one"
            f" (useradd --system {UNPRIVILEGED}), or run this as another user") from None


def _seen(data: Path) -> str:
    """The data folder as its server names it: see `compose.local.leash` for another user's."""
    return "/proc/self/fd/9" if _user() else str(data)


def _in(data: Path, *words: str) -> Command:
    return Command(words, data, _user())


def _binaries() -> Path:
    """The folder of `initdb` and `postgres`: from the path, else of the newest package."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    packaged = [each.parent for each in _PACKAGED.glob("*/bin/initdb")]
    if not packaged:
        raise ConfigError(
            "PostgreSQL is not installed: install it (Debian: apt-get install postgresql), or"
            " put its programs into PATH")
    return max(packaged, key=lambda each: float(each.parent.name))
