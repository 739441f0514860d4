"""What a registry's answers and silences over HTTP mean to the caller: one table."""
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable

AWAY = "the schema registry cannot be reached: check that it runs, and try again"
ILL = "the schema registry has a fault of its own: look at its log, and try again"
BUSY = "the schema registry has too much to do: try again later"
UNTRUSTED = ("the schema registry's certificate is not trusted: name the file of the authority "
             "that issued it, and the host that it was issued for")
STRANGE = ("what answers at the schema registry's address is no Confluent-compatible registry: "
           "check the address, the path too")
_CREDENTIALS = "check the user name and password configured for it"

# By the driver's error; the first that fits. Its text is never passed on: it may quote what was
# sent. A mistake of our own (a closed client, say) is not in the table and is raised as it is.
ANSWERS: tuple[tuple[type[httpx.HTTPError], type[ConcordError], str], ...] = (
    (httpx.TimeoutException, TemporarilyUnavailable, AWAY),
    (httpx.NetworkError, TemporarilyUnavailable, AWAY),
    (httpx.RemoteProtocolError, TemporarilyUnavailable, AWAY),
    (httpx.ProxyError, TemporarilyUnavailable, AWAY),
    (httpx.DecodingError, ConfigError, STRANGE),
)

# By status; what is in neither table is an address that is no registry's.
BY_STATUS: dict[int, tuple[type[ConcordError], str]] = {
    401: (ConfigError, f"the schema registry does not know us: {_CREDENTIALS}"),
    403: (ConfigError, "the schema registry does not allow this: give the user configured for it "
                       "the right, or name another"),
    408: (TemporarilyUnavailable, AWAY),
    425: (TemporarilyUnavailable, BUSY),
    429: (TemporarilyUnavailable, BUSY),
}


def translated(error: httpx.HTTPError) -> ConcordError | None:
    """What the caller must do about it; None if it is a mistake of our own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ConfigError(UNTRUSTED)
        cause = cause.__cause__ or cause.__context__
    for kind, meaning, text in ANSWERS:
        if isinstance(error, kind):
            return meaning(text)
    return None


@contextmanager
def translating() -> Iterator[None]:
    """Turn the driver's errors into ours, without what the driver said."""
    try:
        yield
    except httpx.HTTPError as error:
        answer = translated(error)
        if answer is None:
            raise
        raise answer from None


def error_code_of(response: httpx.Response) -> int | None:
    """The registry's own number for what is wrong; None where it gives none."""
    try:
        said: Any = response.json()
    except ValueError:
        return None
    code = said.get("error_code") if isinstance(said, dict) else None
    return code if type(code) is int else None


def refusal_of(status: int, code: int | None) -> ConcordError:
    """What to do about an answer that is no success; `code` is the registry's own number."""
    number = f" (error {code})" if code is not None else f" (status {status})"
    if status >= 500:
        return TemporarilyUnavailable(ILL + number)
    meaning, text = BY_STATUS.get(status, (ConfigError, STRANGE))
    return meaning(text + number)
