"""The log as SQL tables: one tree of records, each lane a range of it.

A record's place is `lane id * 2**40 + position`, one whole number, so that reading a lane is a
walk along the tree and nothing has to be looked up twice. `high` is the latest timestamp of the
lane up to and including the record; it never falls, so a moment is found by halving.
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    null,
    select,
    update,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.engine import Dialect

from broker.backends.each_lane import read_one_by_one
from broker.backends.headers import packed, unpacked
from broker.backends.partitions import partitions_of
from broker.backends.sql_tables import creation_of, lists_of, text_of
from broker.log.records import Lane, Logged, Record
from broker.vocabulary.times import milliseconds_of

_LANE = 1 << 40
_ERASED_AT_ONCE_MAX = 8192
# SQLite numbers rows by themselves only where the key is declared INTEGER.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Cursor(Protocol):
    """What both drivers' cursors have in common."""

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> object:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> object:
        """Run one statement for each row of parameters."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """The rows that are left."""


class Database(Protocol):
    """One database: transactions, errors already translated."""

    dialect: Dialect
    partitions: int

    def writing(self) -> AbstractContextManager[Cursor]:
        """A serialisable writing transaction."""

    def reading(self) -> AbstractContextManager[Cursor]:
        """A reading transaction."""

    def relaying(self, lane: Lane) -> AbstractContextManager[Cursor]:
        """A writing transaction that is alone with a lane's outbox."""

    def translating(self) -> AbstractContextManager[None]:
        """Turn the driver's errors into ours, at the statement that met them."""

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the database's own files."""


class LogSql:
    """The log's tables and texts for one database."""

    def __init__(self, dialect: Dialect):
        meta = MetaData()
        lanes = SqlTable(
            "concord_lanes", meta,
            Column("id", _NUMBER, primary_key=True),
            Column("topic", Text, nullable=False),
            Column("part", BigInteger, nullable=False),
            Column("next", BigInteger, nullable=False),
            Column("high", BigInteger, nullable=False),
            UniqueConstraint("topic", "part"),
        )
        log = SqlTable(
            "concord_log", meta,
            Column("place", _NUMBER, primary_key=True, autoincrement=False),
            Column("key", LargeBinary, nullable=False),
            Column("stamp", BigInteger, nullable=False),
            Column("high", BigInteger, nullable=False),
            Column("headers", LargeBinary),
            Column("value", LargeBinary),  # last: a walk by key need not read past it
        )
        outbox = SqlTable(
            "concord_outbox", meta,
            Column("number", _NUMBER, primary_key=True),
            Column("topic", Text, nullable=False),
            Column("part", BigInteger, nullable=False),
            Column("key", LargeBinary, nullable=False),
            Column("stamp", BigInteger, nullable=False),
            Column("headers", LargeBinary),
            Column("value", LargeBinary),
            sqlite_autoincrement=True,  # a number is never given twice
        )
        self._dialect = dialect
        self.creation = [text for made in (lanes, log, outbox)
                         for text in creation_of(made, dialect)]
        self._lanes_and_log(lanes, log)
        self._outbox(outbox)
        self._log = log

    def _text(self, statement: Any) -> str:
        return text_of(statement, self._dialect)

    def _lanes_and_log(self, lanes: SqlTable, log: SqlTable) -> None:
        named = (lanes.c.topic == bindparam("t"), lanes.c.part == bindparam("p"))
        tail = select(lanes.c.id, lanes.c.next, lanes.c.high).where(*named)
        self.tail = self._text(tail)
        self.tail_for_writing = self._text(tail.with_for_update())
        self.new_lane = self._text(lanes.insert().values(
            topic=bindparam("t"), part=bindparam("p"), next=bindparam("n"), high=bindparam("h")))
        self.move_tail = self._text(update(lanes).where(lanes.c.id == bindparam("i")).values(
            next=bindparam("n"), high=bindparam("h")))
        self.add = self._text(log.insert())
        within = (log.c.place >= bindparam("a"), log.c.place < bindparam("b"))
        self.read = self._text(
            select(log.c.place, log.c.key, log.c.value, log.c.stamp, log.c.headers)
            .where(*within).order_by(log.c.place))
        self.high = self._text(select(log.c.high).where(log.c.place == bindparam("a")))

    def _outbox(self, outbox: SqlTable) -> None:
        columns = [each for each in outbox.c if each.name != "number"]
        self.post = self._text(outbox.insert().values(
            {each.name: bindparam(each.name) for each in columns}))
        named = (outbox.c.topic == bindparam("t"), outbox.c.part == bindparam("p"))
        self.lanes_waiting = self._text(
            select(outbox.c.topic, outbox.c.part).distinct()
            .order_by(outbox.c.topic, outbox.c.part))
        self.waiting = self._text(
            select(outbox).where(*named).order_by(outbox.c.number)
            .limit(bindparam("limit")).offset(bindparam("offset")))
        self.forget = self._text(delete(outbox).where(
            outbox.c.number <= bindparam("n"), outbox.c.topic == bindparam("t"),
            outbox.c.part == bindparam("p")))

    def erase(self, size: int) -> str:
        """Take the values of `size` keys out of a range of places."""
        log = self._log
        # The values stand in for parameters, as writing out the list asks for some.
        return self._text(update(log).values(value=null(), headers=null()).where(
            log.c.place >= bindparam("a", 0), log.c.place < bindparam("b", 0),
            log.c.key.in_([b""] * size), log.c.value.is_not(None)))


@lru_cache(16)
def log_texts_of(dialect: Dialect) -> LogSql:
    """The log's texts for a database, made once however often the database is opened."""
    return LogSql(dialect)


def stored(record: Record) -> tuple[bytes, int, bytes | None, bytes | None]:
    """Key, timestamp, headers and value as they are kept."""
    stamp = milliseconds_of(record.timestamp)
    return record.key, stamp, packed(record.headers), record.value


@lru_cache(4096)
def moment_of(milliseconds: int) -> datetime:
    """The moment so many whole milliseconds after 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def append_within(
    sql: LogSql, cursor: Cursor, lanes: Mapping[Lane, Sequence[Record]],
) -> dict[Lane, int]:
    """Append to several lanes within an open writing transaction; the first position of each."""
    firsts, rows, tails = {}, [], []
    for lane, records in lanes.items():
        cursor.execute(sql.tail_for_writing, tuple(lane))
        tail = cursor.fetchone()
        if tail is None:
            if not records:
                firsts[lane] = 0
                continue
            cursor.execute(sql.new_lane, (*lane, 0, 0))
            cursor.execute(sql.tail_for_writing, tuple(lane))
            tail = cursor.fetchone()
        number, first, high = tail
        place = number * _LANE + first
        timestamp, stamp = None, 0
        for record in records:
            key, value, written_at, headers = record
            if written_at is not timestamp:  # a batch has one time
                timestamp, stamp = written_at, milliseconds_of(written_at)
                high = max(high, stamp)
            rows.append((place, key, stamp, high, packed(headers), value))
            place += 1
        firsts[lane] = first
        tails.append((first + len(records), high, number))
    if rows:
        cursor.executemany(sql.add, rows)
        cursor.executemany(sql.move_tail, tails)
    return firsts


class SqlLog:
    """Topics of partitions of records, in tables of one database."""

    def __init__(self, database: Database):
        self._database = database
        self._sql = log_texts_of(database.dialect)

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; never changes."""
        return partitions_of(topic, self._database.partitions)

    def append(self, lane: Lane, records: Sequence[Record]) -> int:
        """Append in order, all or nothing; the position of the first. Kept through kill -9."""
        assert 0 <= lane.partition < self.partitions(lane.topic), f"no such partition: {lane}"
        with self._database.writing() as cursor:
            return append_within(self._sql, cursor, {lane: records})[lane]

    def _tail(self, cursor: Cursor, lane: Lane) -> tuple[int, int]:
        """The lane's id and end; id 0 (never given) where nothing was ever appended."""
        cursor.execute(self._sql.tail, tuple(lane))
        tail = cursor.fetchone()
        return (0, 0) if tail is None else (tail[0], tail[1])

    def read(self, lane: Lane, start: int, limit: int, end: int | None = None) -> list[Logged]:
        """Up to `limit` records from position `start` on, below position `end`, in order."""
        assert start >= 0, "positions count from 0"
        assert limit >= 0, "a limit is a number of records"
        with self._database.reading() as cursor:
            number, tail = self._tail(cursor, lane)
            upto = min(tail, start + limit, tail if end is None else end)
            if upto <= start:
                return []
            base = number * _LANE
            cursor.execute(self._sql.read, (base + start, base + upto))
            return [
                Logged(lane, place - base,
                       Record(key, value, moment_of(stamp), unpacked(headers)))
                for place, key, value, stamp, headers in cursor.fetchall()
            ]

    def read_each(
        self, starts: Mapping[Lane, int], limit: int, ends: Mapping[Lane, int] | None = None,
    ) -> dict[Lane, list[Logged]]:
        """What `read` gives of each lane from its start on; lanes with nothing are left out."""
        return read_one_by_one(self, starts, limit, ends)

    def end(self, lane: Lane) -> int:
        """The position the next record will take."""
        return self.ends((lane,))[lane]

    def ends(self, lanes: Iterable[Lane]) -> dict[Lane, int]:
        """What `end` says of each lane."""
        with self._database.reading() as cursor:
            return {lane: self._tail(cursor, lane)[1] for lane in lanes}

    def position_at(self, lane: Lane, moment: datetime) -> int:
        """The first position whose timestamp is at or after `moment`; `end` if there is none."""
        # A moment between two milliseconds is after the first of them.
        wanted = milliseconds_of(moment) + (moment.microsecond % 1000 > 0)
        with self._database.reading() as cursor:
            number, high = self._tail(cursor, lane)
            low = 0
            while low < high:
                middle = (low + high) // 2
                cursor.execute(self._sql.high, (number * _LANE + middle,))
                if cursor.fetchone()[0] < wanted:
                    low = middle + 1
                else:
                    high = middle
        return low

    def erase(self, lane: Lane, keys: Sequence[bytes]) -> int:
        """Remove the values of records with these keys for good; how many were removed."""
        erased = 0
        with self._database.writing() as cursor:
            number, tail = self._tail(cursor, lane)
            base = number * _LANE
            for part in lists_of(list(dict.fromkeys(keys)), _ERASED_AT_ONCE_MAX):
                cursor.execute(self._sql.erase(len(part)), (base, base + tail, *part))
                erased += cursor.rowcount
        self._database.scrub()
        return erased

    def settle(self, _lanes: Iterable[Lane]) -> frozenset[Lane]:
        """Nothing erased can still be read."""
        return frozenset()


def outbox_record(row: Sequence[Any]) -> Record:
    """The record in a row of the outbox."""
    _, _, _, key, stamp, headers, value = row
    return Record(key, value, moment_of(stamp), unpacked(headers))


def outbox_rows(sent: Mapping[Lane, Sequence[Record]]) -> Iterator[tuple[Any, ...]]:
    """Rows for the outbox, lane by lane, in order of sending."""
    for lane, records in sent.items():
        for record in records:
            yield (*lane, *stored(record))
