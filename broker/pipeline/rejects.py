"""Rejects: what could not be used, kept with its raw bytes, listed and sent again."""
from dataclasses import replace
from uuid import UUID

from broker.event.own import RecordRejected
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.messages import message_of
from broker.pipeline.tables import REJECTS, SUPPRESSED
from broker.ports import Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.wire.codec import Codec


def store_reject(unit: Unit, codec: Codec, reject: RecordRejected) -> bool:
    """Keep a reject once, however often the same bytes are read, and never one that was erased;
    whether it is new."""
    if unit.get(SUPPRESSED, [(reject.reject_id.bytes,)]):
        return False
    message = message_of(codec, reject, reject.rejected_at)
    row = (str(reject.reject_id), reject.agency, milliseconds_of(reject.rejected_at),
           reject.reason, "open", message.value)
    if not unit.insert_new(REJECTS, [row])[0]:
        return False
    unit.send(Lane(topics.rejected(reject.agency), 0), [message])
    return True


def restate_reject(unit: Unit, codec: Codec, reject_id: str, last: RecordRejected) -> None:
    """Have a reject that came again say what the last one did; it keeps its id and the time when
    it was first made. Nothing where it is not kept, or says so already."""
    for row in unit.get(REJECTS, [(reject_id,)]):
        again = replace(last, reject_id=UUID(reject_id),
                        rejected_at=moment_of(int(row[2] or 0)))
        message = message_of(codec, again, last.rejected_at)
        if message.value != row[5]:
            unit.put(REJECTS, [(*row[:3], again.reason, row[4], message.value)])
            unit.send(Lane(topics.rejected(last.agency), 0), [message])
