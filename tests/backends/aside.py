"""Work of another worker beside a test's own, and the wait until it waits."""
from threading import Thread

from broker.backends.postgres_address import PostgresAddress
from broker.errors import TemporarilyUnavailable
from tests.backends.postgres_places import asked


def run_aside(work: object) -> None:
    """Do it in another thread, as another worker would, and wait until it is done."""
    assert callable(work)
    errors: list[BaseException] = []

    def kept() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=kept)
    thread.start()
    thread.join()
    assert [] == errors


class Caught:
    """The error that opening a transaction in another thread ends with."""

    def __init__(self, opened: object):
        assert callable(opened)
        self.error: BaseException | None = None

        def kept() -> None:
            try:
                with opened():
                    pass
            except TemporarilyUnavailable as error:
                self.error = error

        run_aside(kept)


def wait_for_lock(address: PostgresAddress) -> None:
    """Return when somebody waits for a lock of the schema."""
    lock = address.lock("writing") & 0xFFFFFFFF
    while not asked(address, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                             " AND objid::bigint = %s", lock):
        pass
