"""Where metrics and health are asked for: two addresses over HTTP, and nothing else."""
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6
from threading import Thread

from prometheus_client.exposition import choose_encoder

from broker.backends.metrics import Metrics
from broker.errors import ConfigError

LOOPBACK = "127.0.0.1"
REQUEST_SECONDS = 5
_TEXT = "text/plain; charset=utf-8"


class _Server(ThreadingHTTPServer):
    """One metrics server; whoever asks slowly keeps nobody else waiting."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, port: int, metrics: Metrics):
        self.address_family = AF_INET6 if ":" in host else AF_INET
        self.metrics = metrics
        super().__init__((host, port), _Answers)

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: whoever asked has gone."""


class _Answers(BaseHTTPRequestHandler):
    """Answers one request; nothing of it is kept or logged."""

    timeout = REQUEST_SECONDS
    server: _Server
    server_version = "concord"
    sys_version = ""

    def do_GET(self) -> None:
        """`/metrics` in the form that is asked for, `/health` in words."""
        metrics = self.server.metrics
        path = self.path.partition("?")[0]
        if path == "/metrics":
            encode, kind = choose_encoder(self.headers.get("Accept", ""))
            self._answer(200, kind, encode(metrics.registry))
        elif path == "/health":
            is_well, words = metrics.health()
            self._answer(200 if is_well else 503, _TEXT, f"{words}\n".encode())
        else:
            self._answer(404, _TEXT, b"There are /metrics and /health.\n")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its own name
        """Nothing: a line a request would say who asked for what."""


@contextmanager
def serve(metrics: Metrics, host: str = LOOPBACK, port: int = 0) -> Iterator[int]:
    """Answer at this address while the context is open; the port, chosen where it was 0.

    `ConfigError` where the address cannot be had.
    """
    try:
        server = _Server(host, port, metrics)
    except OSError:
        raise ConfigError(f"Metrics cannot be answered at {host} port {port}: choose another "
                          "--metrics-port, or a --metrics-host of this machine.") from None
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
