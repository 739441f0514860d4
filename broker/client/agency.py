"""An agency's own system as a member of the partnership: it publishes, follows and answers."""
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

from pydantic import ValidationError

from broker.bootstrap.agency import AgencyPlaces, open_agency
from broker.client.following import Follower, Message, Start
from broker.client.positions import PositionFile, Positions
from broker.client.sending import Outgoing, Sent
from broker.config.served import Security
from broker.errors import ConfigError, RecordRejected, TemporarilyUnavailable
from broker.event import own
from broker.event.digest import NIL, derived_id
from broker.event.envelope import Statement
from broker.event.finding import NoticeAnswered, NoticeIssued
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.messages import message_of
from broker.ports import Assignment, Clock, EventLog
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import NoticeState, State, System
from broker.wire.codec import Codec

Said = TypeVar("Said")
OneStatement = TypeVar("OneStatement", bound=Statement)

PATIENCE_SECONDS = 30.0
INVALID = "invalid: "
AHEAD = "a feed heard further than the present"


def _alone(_group: str, _names: Sequence[str]) -> Assignment:
    raise ConfigError("Only a partnership on Kafka divides work: follow without a group.")


class Agency:
    """One agency's system, connected: made by `connect`, closed by `close` or a `with` block.

    Every call raises `ConfigError` where somebody must fix something (a wrong password, a right
    that is missing, a schema not yet registered), `RecordRejected` where what is given can never
    be sent, and `TemporarilyUnavailable` where a service did not answer in time: call again, as
    what is sent twice has its effect once. Any number of threads may send; a follower is for one.
    """

    def __init__(self, code: str, log: EventLog, codec: Codec, clock: Clock, *,
                 divide: Callable[[str, Sequence[str]], Assignment] = _alone,
                 knock: Callable[[], None] = lambda: None,
                 close: Callable[[], None] = lambda: None):
        """Over given backends, which `close` lets go; `connect` is what programs want."""
        self.code = code
        self._log = log
        self._codec = codec
        self._clock = clock
        self._divide = divide
        self._knock = knock
        self._close = close
        self._out = Outgoing(code, log, codec)
        self._stopped = Event()
        self._followers: list[Follower] = []

    @classmethod
    def connect(
        cls, code: str, *, bootstrap_servers: str | Sequence[str], registry_url: str,
        security: Security = "SASL_SSL", username: str | None = None,
        password: str | None = None, password_file: Path | str | None = None,
        ca_file: Path | str | None = None, certificate_file: Path | str | None = None,
        key_file: Path | str | None = None, registry_username: str | None = None,
        registry_password: str | None = None, registry_ca_file: Path | str | None = None,
        namespace: str = "", patience_seconds: float = PATIENCE_SECONDS,
        allow_plaintext: bool = False,
    ) -> Self:
        """Connect as the agency of this code; its user on Kafka has that name, behind the
        namespace where there is one, unless `username` says otherwise. Over SASL_SSL with a
        password, or the file that holds it; over SSL with a certificate and key (mTLS).
        `patience_seconds` bounds every wait for a service. Places that are not on this machine
        are only spoken to unencrypted with `allow_plaintext`.
        """
        servers = (bootstrap_servers.split(",") if isinstance(bootstrap_servers, str)
                   else bootstrap_servers)
        if password is None and password_file is not None:
            password = _secret_in(Path(password_file))
        places = AgencyPlaces(
            tuple(each.strip() for each in servers), registry_url, security,
            username or (namespace + code if security.startswith("SASL") else None), password,
            ca_file=_path(ca_file), certificate_file=_path(certificate_file),
            key_file=_path(key_file), registry_username=registry_username,
            registry_password=registry_password, registry_ca_file=_path(registry_ca_file),
            namespace=namespace, allow_plaintext=allow_plaintext)
        ports = open_agency(places, patience_seconds=patience_seconds)
        agency = cls(code, ports.log, ports.codec, ports.clock, divide=ports.divide,
                     knock=ports.knock, close=ports.close)
        try:
            with suppress(TemporarilyUnavailable):  # what is away now may be back in time
                ports.knock()
            ports.log.partitions(topics.inbox(code))
        except BaseException:
            agency.close()
            raise
        return agency

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def stop(self) -> None:
        """Let every follower end after the message at hand; for signals and other threads."""
        self._stopped.set()

    def close(self) -> None:
        """End: followers save how far they came, and the connections are let go."""
        self.stop()
        try:
            while self._followers:
                self._followers.pop().end()
        finally:
            self._close()

    # -- what the agency says ------------------------------------------------------------------

    def statement(self, kind: type[OneStatement], *, record: str, subject: str,
                  recorded_at: datetime | str, state: State | str = State.CURRENT,
                  **said: Any) -> OneStatement:
        """A statement of this agency: `record` is its own reference of the record, `subject` its
        local id of the child, `recorded_at` when this version was written down (the same again is
        the same version), `said` the fields of its kind. Times and words may be texts, as in
        JSON. RecordRejected names the field that does not fit, as its column."""
        return _valid(kind, event_id=NIL, agency=self.code, system=System.API, record=record,
                      subject=subject, recorded_at=recorded_at, state=state, **said)

    def publish(self, statement: Statement) -> UUID:
        """Send one statement, wait until it is kept, and give its event id, which is computed
        from what it says: sent again it changes nothing. RecordRejected where it is another
        agency's, or not of the system `api`; `TooLarge`, with all facts of it, where it is larger
        than a message may be; nothing is sent then."""
        with self._knocking():
            lane, record = self._out.message_of(statement, self._clock.now())
            self._out.send(lane, record)
        return UUID(bytes=record.key)

    def publish_all(self, statements: Iterable[Statement]) -> Sent:
        """Send many, in batches; statements are only taken from the iterable as fast as they are
        kept by the cluster. One that cannot be sent is listed, and stops no other. After
        `TemporarilyUnavailable` send all of them again: what is there already has no effect."""
        with self._knocking():
            return self._out.send_each(statements, self._clock.now())

    def heartbeat(self, *kinds: type[Statement], until: datetime | None = None,
                  rows_read: int = 0) -> None:
        """Say that all this system knows of these kinds of statement, as it was at `until` (now,
        where it is None), has been sent: only from then on does silence mean that there is
        nothing. To be called behind what was published, even when that is nothing."""
        assert kinds, "a heartbeat is about some kinds of statement"
        now = self._clock.now()
        until = now if until is None else until
        if until > now:
            raise RecordRejected(AHEAD)
        reaches = tuple(_valid(own.TableReach, system=System.API, table=kind.__name__,
                               types=(kind.__name__,), until=until, rows_read=rows_read)
                        for kind in kinds)
        heard = ",".join(f"{each.table} {milliseconds_of(each.until)}" for each in reaches)
        with self._knocking():
            for partition in range(self._log.partitions(self._out.inbox)):
                beat = own.Heartbeat(
                    heartbeat_id=derived_id("heartbeat", self.code, "api", str(partition), heard,
                                            str(milliseconds_of(now))),
                    agency=self.code, beat_at=now, reaches=reaches)
                self._out.send(Lane(self._out.inbox, partition),
                               message_of(self._codec, beat, now))

    # -- what the agency is told ---------------------------------------------------------------

    def follow(self, *, feed: bool = True, notices: bool = True, start: Start = "earliest",
               positions: Positions | Path | str | None = None, group: str | None = None,
               wait: bool = True, unreadable: bool = True) -> Iterator[Message]:
        """Each message of the agency's notices and feed, from where this system had come.

        `positions` is where that is kept: a file, or an object of one's own; None keeps nothing.
        `start` says where to begin in what has no position yet: "earliest", "latest", a moment, or
        positions by lane. A message is handled when the next one is asked for, so after a crash
        the last ones come again: know them by `message.event_id`. What cannot be decoded comes as
        an `Unreadable`; with `unreadable` False it raises RecordRejected, and whoever follows
        again goes on behind it. With `wait` False it ends where there is no more, and raises
        `TemporarilyUnavailable` where a service is away; else it waits for both.

        `group` divides the work among all processes of this agency that name the same group; they
        need `positions` that they share, so no file.
        """
        names = [name for name, wanted in (
            (topics.notices(self.code), notices), (topics.feed(self.code), feed)) if wanted]
        assert names, "a follower follows the feed, the notices, or both"
        if isinstance(positions, Path | str):
            if group is not None:
                raise ConfigError("The workers of a group share their positions, and a file is "
                                  "for one process: give an object that keeps them for all.")
            positions = PositionFile(positions)
        share = None if group is None else self._divide(f"{self.code}.{group}", names)
        follower = Follower(self._log, self._codec, names, self._stopped, start=start,
                            positions=positions, share=share, knock=self._knock, wait=wait,
                            refuse=not unreadable)
        self._followers.append(follower)
        return follower.messages()

    def seen(self, notice: NoticeIssued, *, by: str) -> UUID:
        """Say that a named person has seen a notice of this agency."""
        return self._answer(notice, NoticeState.SEEN, by, None)

    def acknowledge(self, notice: NoticeIssued, *, by: str, next_step: str | None = None) -> UUID:
        """Say that a named person has taken a notice, and what they will do. The same answer to
        the same notice is one answer, however often it is given; its event id is returned."""
        return self._answer(notice, NoticeState.ACKNOWLEDGED, by, next_step)

    def done(self, notice: NoticeIssued, *, by: str) -> UUID:
        """Say that what a notice asked for is done."""
        return self._answer(notice, NoticeState.DONE, by, None)

    def _answer(self, notice: NoticeIssued, state: NoticeState, by: str,
                next_step: str | None) -> UUID:
        now = self._clock.now()
        answer = _valid(
            NoticeAnswered,
            event_id=derived_id("answer", notice.notice_id, str(notice.event_id), state, by,
                                next_step or ""),
            notice_id=notice.notice_id, recipient=self.code, state=state, by=by,
            next_step=next_step, answered_at=now)
        with self._knocking():
            self._out.send(self._out.lane_of(f"{self.code}:{notice.local_id}"),
                           message_of(self._codec, answer, now))
        return answer.event_id

    @contextmanager
    def _knocking(self) -> Iterator[None]:
        """Find out, where Kafka is away, whether it is that it lets us in no more."""
        try:
            yield
        except TemporarilyUnavailable:
            with suppress(TemporarilyUnavailable):
                self._knock()
            raise


def _valid(kind: Callable[..., Said], **said: Any) -> Said:
    """The value, or RecordRejected with the field that does not fit and without what it held."""
    try:
        return kind(**said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(each for each in map(str, first["loc"]) if not each.isdigit())
        raise RecordRejected(f"{INVALID}{place or 'record'}", column=place or None) from None


def _path(name: Path | str | None) -> Path | None:
    return None if name is None else Path(name)


def _secret_in(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise ConfigError(f"{file} cannot be read: name the file that holds the password.") \
            from None
