"""What a registry's answers and silences over HTTP turn into."""
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from broker.backends.http_calls import Calls, Refused
from broker.backends.http_errors import (
    ANSWERS,
    AWAY,
    BY_STATUS,
    UNTRUSTED,
    refusal_of,
    translated,
    translating,
)
from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable

SECRET = "given=Synthetica"  # noqa: S105  # stands for what a driver or a registry may quote


@pytest.mark.parametrize(("kind", "meaning", "text"), ANSWERS)
def test_every_known_error_is_translated(
    kind: type[httpx.HTTPError], meaning: type[ConcordError], text: str,
) -> None:
    """To one of ours, with a sentence of ours and nothing of the driver's."""
    with pytest.raises(meaning) as caught, translating():
        raise kind(SECRET)

    assert (text, None, True) == (
        str(caught.value), caught.value.__cause__, caught.value.__suppress_context__)


@pytest.mark.parametrize("kind", [
    httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout,
    httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError,
    httpx.RemoteProtocolError, httpx.ProxyError])
def test_whatever_can_happen_on_the_way_is_temporary(kind: type[httpx.TransportError]) -> None:
    """Every error of transport that the driver knows and that is no mistake of ours."""
    answer = translated(kind(SECRET))

    assert (TemporarilyUnavailable, AWAY) == (type(answer), str(answer))


@pytest.mark.parametrize("kind", [
    httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.TooManyRedirects])
def test_mistakes_of_our_own_are_left_as_they_are(kind: type[httpx.RequestError]) -> None:
    """Nobody outside can do anything about them."""
    with pytest.raises(kind), translating():
        raise kind(SECRET)


def test_a_certificate_that_is_not_trusted_is_for_the_operator() -> None:
    """Trying again would not help, though the driver calls it a failure to connect."""
    error = httpx.ConnectError(SECRET)
    error.__cause__ = ssl.SSLCertVerificationError(SECRET)

    answer = translated(error)

    assert (ConfigError, UNTRUSTED) == (type(answer), str(answer))


@pytest.mark.parametrize(("status", "code", "expected"), [
    (500, 50001, TemporarilyUnavailable), (502, None, TemporarilyUnavailable),
    (503, None, TemporarilyUnavailable), (504, None, TemporarilyUnavailable),
    (408, None, TemporarilyUnavailable), (429, 42901, TemporarilyUnavailable),
    (401, 40101, ConfigError), (403, 40301, ConfigError), (404, None, ConfigError),
    (301, None, ConfigError), (400, None, ConfigError), (405, None, ConfigError)])
def test_every_status_says_who_must_do_something(
    status: int, code: int | None, expected: type[ConcordError],
) -> None:
    """The text ends in the registry's own number, or in the status where it gives none."""
    answer = refusal_of(status, code)

    assert (expected, True) == (type(answer), str(answer).endswith(
        f"(status {status})" if code is None else f"(error {code})"))


def test_every_sentence_says_a_way_out() -> None:
    """What is wrong, then what to do."""
    sentences = [text for _, _, text in ANSWERS] + [text for _, text in BY_STATUS.values()]

    assert [] == [sentence for sentence in sentences if ":" not in sentence]


@contextmanager
def answering(status: int, body: bytes, headers: dict[str, str]) -> Iterator[str]:
    """A server that says one thing to everybody; its address."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name is the library's
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _quoting(number: int) -> bytes:
    return f'{{"error_code": {number}, "message": "{SECRET}"}}'.encode()


@pytest.mark.parametrize(("status", "body", "expected"), [
    (404, _quoting(40401), "no Confluent-compatible registry: check the address, the path too "
                           "(error 40401)"),
    (404, SECRET.encode(), "no Confluent-compatible registry: check the address, the path too "
                           "(status 404)"),
    (302, SECRET.encode(), "no Confluent-compatible registry: check the address, the path too "
                           "(status 302)"),
    (401, _quoting(40101), "does not know us: check the user name and password configured for it "
                           "(error 40101)"),
    (409, _quoting(409), "refuses this (error 409): look at its log"),
    (422, _quoting(42201), "refuses this (error 42201): look at its log"),
    (500, _quoting(50001), "has a fault of its own: look at its log, and try again "
                           "(error 50001)"),
    (503, f'["{SECRET}"]'.encode(), "has a fault of its own: look at its log, and try again "
                                    "(status 503)"),
    (200, f"<p>{SECRET}".encode(), "no Confluent-compatible registry: check the address, the path "
                                   "too"),
])
def test_what_a_registry_says_is_in_no_error_but_for_its_number(
    status: int, body: bytes, expected: str,
) -> None:
    """A registry may quote a schema, and a proxy anything at all."""
    with answering(status, body, {"location": f"http://127.0.0.1:1/{SECRET}"}) as url:
        calls = Calls(url, username="concord", password=SECRET, patience_seconds=0)
        with pytest.raises(ConcordError) as caught:
            calls.ask("GET", "/subjects")
        calls.close()

    assert (True, False) == (str(caught.value).endswith(expected), SECRET in str(caught.value))
    assert caught.value.__cause__ is None


def test_a_number_that_was_expected_is_no_error() -> None:
    """What is not there is an answer."""
    with answering(404, _quoting(40401), {}) as url:
        calls = Calls(url)
        found = calls.ask("GET", "/subjects/Seen/versions", absent=(40401,))
        calls.close()

    assert found is None


@pytest.mark.parametrize(("status", "code", "crossed"), [
    (409, 409, False), (422, 42201, False), (409, 0, True), (409, 40901, True)])
def test_a_refusal_keeps_the_registrys_number(status: int, code: int, crossed: bool) -> None:
    """For whoever can say more about it; one that is no verdict may be tried again."""
    with answering(status, _quoting(code), {}) as url:
        calls = Calls(url)
        with pytest.raises(Refused) as caught:
            calls.ask("GET", "/subjects")
        calls.close()

    assert (code, crossed) == (caught.value.code, caught.value.crossed)


@pytest.mark.parametrize("make", [
    lambda: Calls("registry:8081"), lambda: Calls("ftp://registry"), lambda: Calls("http://"),
    lambda: Calls("http://[::1")])
def test_an_address_that_is_none_is_refused(make: Callable[[], Calls]) -> None:
    """When it is configured, and not at the first question."""
    with pytest.raises(ConfigError, match="must begin with http:// or https:// and name a host"):
        make()
