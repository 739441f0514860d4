"""Questions to a schema registry over HTTP, with patience: a registry that starts anew is waited
for, one that stays away is `TemporarilyUnavailable`."""
import ssl
from collections.abc import Collection
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx

from broker.backends.http_errors import STRANGE, error_code_of, refusal_of, translating
from broker.errors import ConfigError, TemporarilyUnavailable

Json: TypeAlias = Any  # parsed JSON, looked at by who asked
PATIENCE_SECONDS = 10.0
_CONNECT_SECONDS, _ANSWER_SECONDS = 3.0, 10.0
_PAUSE_SECONDS_MIN, _PAUSE_SECONDS_MAX = 0.05, 1.0
# A registry answers with the first, and has it for its own number too, where a schema is not
# compatible.
CONFLICT, UNPROCESSABLE = 409, 422
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class Refused(ConfigError):
    """The registry understood and said no; `code` is its own number for why. `crossed` where it
    is not about what was sent, but somebody wrote to the same place at the same moment."""

    def __init__(self, status: int, code: int | None):
        super().__init__(f"the schema registry refuses this (error {code}): look at its log")
        self.code = code
        self.crossed = status == CONFLICT and code != CONFLICT


def _trust(url: httpx.URL, ca_file: Path | None) -> ssl.SSLContext:
    """Whose certificates are believed: the given authority's alone, or the machine's."""
    if url.scheme == "http":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # believes nobody, and is never asked
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigError(f"{ca_file} cannot be read as certificates: name a PEM file of the "
                          "authority that issued the registry's certificate.") from None


def path_of(*parts: str | int) -> str:
    """A path of these parts, whatever is in them."""
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


class Calls:
    """One registry, asked by any number of threads."""

    def __init__(self, url: str, *, username: str | None = None, password: str | None = None,
                 ca_file: Path | None = None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """`url` is the root of the Confluent-compatible interface; `ConfigError` if it is none.

        A question is asked again until `patience_seconds` have gone."""
        try:
            root = httpx.URL(url.rstrip("/"))
        except httpx.InvalidURL:
            root = httpx.URL()
        if root.scheme not in ("http", "https") or not root.host:
            raise ConfigError("The registry's address must begin with http:// or https:// and "
                              "name a host.")
        self._patience_seconds = patience_seconds
        self._client = httpx.Client(
            base_url=root, verify=_trust(root, ca_file), trust_env=False,
            auth=None if username is None else (username, password or ""),
            headers={"accept": f"{_MEDIA_TYPE}, application/json", "content-type": _MEDIA_TYPE},
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS))

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def ask(self, method: str, path: str, body: Json = None, *,
            absent: Collection[int] = ()) -> Json | None:
        """What the registry answers; None where its error code is one of `absent`.

        `Refused` where it understood and does not take what was sent."""
        deadline, pause = monotonic() + self._patience_seconds, _PAUSE_SECONDS_MIN
        while True:
            try:
                return self._once(method, path, body, absent)
            except TemporarilyUnavailable:
                if monotonic() + pause > deadline:
                    raise
            sleep(pause)
            pause = min(2 * pause, _PAUSE_SECONDS_MAX)

    def _once(self, method: str, path: str, body: Json, absent: Collection[int]) -> Json | None:
        with translating():
            response = self._client.request(method, path, json=body)
        if response.is_success:
            try:
                return response.json()
            except ValueError:
                raise ConfigError(STRANGE) from None
        code = error_code_of(response)
        if code in absent:
            return None
        if response.status_code in (CONFLICT, UNPROCESSABLE):
            raise Refused(response.status_code, code)
        raise refusal_of(response.status_code, code)
