"""A way to a service that a test can cut and mend."""
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

_CHUNK_BYTES = 65536


class _Way(BaseRequestHandler):
    """One connection, passed on in both directions until either side ends it."""

    server: "_Listener"

    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(self.server.target) as there:
            self.server.open |= {there, self.request}
            back = Thread(target=self._pass_on, args=(there, self.request))
            back.start()
            self._pass_on(self.request, there, self.server.heard)
            back.join()

    @staticmethod
    def _pass_on(
        giving: socket.socket, taking: socket.socket, heard: bytearray | None = None,
    ) -> None:
        with suppress(OSError):
            while piece := giving.recv(_CHUNK_BYTES):
                if heard is not None:
                    heard += piece
                taking.sendall(piece)
        for each in (giving, taking):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Listener(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False  # closing waits for them, so that nothing is left open

    def __init__(self, port: int, target: tuple[str, int], heard: bytearray,
                 context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", port), _Way)
        self.target, self.heard, self.context = target, heard, context
        self.open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        if self.context is not None:
            try:
                connection = self.context.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()
                raise
        return connection, address


class Relay:
    """Listens on a port of its own and passes everything on to a host and port; with a `context`
    whoever comes must speak TLS, and is passed on in plain. `heard` is what they said."""

    def __init__(self, target: tuple[str, int], context: ssl.SSLContext | None = None) -> None:
        self.heard = bytearray()
        self._target, self._context = target, context
        self._port = 0
        self._listener: _Listener | None = None
        self.mend()

    @property
    def port(self) -> int:
        """Where it listens, the same after every mending."""
        return self._port

    def mend(self) -> None:
        """Let connections through (again)."""
        listener = _Listener(self._port, self._target, self.heard, self._context)
        self._port = listener.server_address[1]
        Thread(target=listener.serve_forever, args=(0.01,)).start()
        self._listener = listener

    def cut(self) -> None:
        """End every connection and take no new one."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        listener.shutdown()
        for each in list(listener.open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        listener.server_close()


@contextmanager
def relayed(target: tuple[str, int], context: ssl.SSLContext | None = None) -> Iterator[Relay]:
    """A relay for as long as it is needed."""
    relay = Relay(target, context)
    try:
        yield relay
    finally:
        relay.cut()
