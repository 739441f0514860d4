"""Concord's own records as log records: key, value and headers, made in one place."""
from datetime import datetime

from broker.event.catalogue import OwnRecord
from broker.log.records import Record
from broker.wire.codec import Codec
from broker.wire.headers import headers_of


def message_of(codec: Codec, said: OwnRecord, at: datetime) -> Record:
    """One of our own records, keyed by its id and written down at `at`."""
    number = getattr(said, said.key)
    key = str(number).encode() if isinstance(number, int) else number.bytes
    return Record(key, codec.encode(said), at, headers_of(said))
