"""Ports of the loopback that nobody uses."""
import os
import secrets
import socket
from contextlib import ExitStack, suppress

from broker.errors import ConfigError
from compose.local.servers import HOST

# Below what the kernel hands to outgoing connections: a client that keeps knocking at a stopped
# service would otherwise one day be given the service's own port, and hold it against its return.
_FIRST = 20_000
# A service takes seconds until it listens: processes that choose meanwhile choose among others.
_BLOCKS, _BLOCK = 12, 1_000


def free_ports(count: int) -> list[int]:
    """As many different ports as asked that nobody listens on now."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = _FIRST + os.getpid() % _BLOCKS * _BLOCK + secrets.randbelow(_BLOCK)
            taken = held.enter_context(socket.socket())
            with suppress(OSError):
                taken.bind((HOST, port))
                found.append(port)
    return found


def assert_free(name: str, *ports: int) -> None:
    """`ConfigError` where somebody listens on one of these ports already."""
    for port in ports:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, port))
            except OSError:
                raise ConfigError(
                    f"port {port} of {HOST}, meant for {name}, is taken: stop what listens"
                    " there, or choose another port") from None
