"""Rejects, held statements and status as views."""
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from broker.case.calendar import day_of, say_day
from broker.case.case import Partnership
from broker.errors import ConfigError, RecordRejected
from broker.event import own
from broker.event.envelope import Statement
from broker.event.subject import parts_of, person_key_of
from broker.pipeline.health import Standing, standing_of
from broker.pipeline.settled import OPEN, settled_in, state_of
from broker.pipeline.step.arrival import NO_AGREEMENT
from broker.pipeline.tables import HELD, REJECTS
from broker.pipeline.worker import Stage
from broker.policy.agreements import Agreement, Agreements
from broker.ports import EventLog, Reading, Row, Store
from broker.report.findings import instant, local
from broker.rules.telling import listed as listed_words
from broker.vocabulary.times import moment_of
from broker.vocabulary.words import Stream
from broker.wire.codec import Codec

STAGES = {Stage.INTAKE: "intake", Stage.CHECK: "checker", Stage.DELIVER: "delivery"}
KEYS = ("lag", "lanes_behind", "last_heard", "only_returns", "rejects", "held",
        "children_waiting", "outbox_waiting", "unsettled", "unreached", "files_unread",
        "undescribed", "untold", "pairs_to_review")
_BYTES_A_LINE = 16
_BREAKS = str.maketrans("", "", "\r\n\t")


@dataclass(frozen=True, slots=True)
class RejectShown:
    """One reject with its raw bytes, and how it stands."""

    reject: own.RecordRejected
    state: str

    @property
    def text(self) -> str | None:
        """The raw bytes as text; None where they are none, or hold what a screen would obey."""
        try:
            text = self.reject.raw.decode()
        except UnicodeDecodeError:
            return None
        return text if text.translate(_BREAKS).isprintable() else None

    @property
    def kept(self) -> str:
        """How much of it was kept, in words; empty where all of it was."""
        size, kept = self.reject.size, len(self.reject.raw)
        if kept == size:
            return ""
        if self.reject.file and self.reject.line is None:
            return "none of its bytes were kept: the file was refused whole"
        return f"the first {kept} of {size} bytes were kept" if kept else "its bytes were erased"


def rejects_listed(reading: Reading, codec: Codec, agency: str | None) -> list[dict[str, Any]]:
    """Rejects, oldest first, each with how it stands: open, sent again, or settled."""
    listed = []
    settled = settled_in(reading)
    for row in reading.scan(REJECTS, "rejected_ms"):
        if agency is not None and row[1] != agency:
            continue
        said = _reject_json(_reject_in(codec, row), state_of(row, settled))
        del said["value"]  # `reject_shown` has it, and that is audited
        listed.append(said)
    return listed


def ways_out(listed: Iterable[dict[str, Any]], agreements: Agreements) -> list[str]:
    """What an operator can do about open rejects that no agreement let in: a sentence for each
    agency and stream, with the dates of the agreements that there are."""
    wanted: dict[tuple[str, Stream], set[date]] = {}
    for each in listed:
        stream = each["reason"].removeprefix(NO_AGREEMENT)
        if each["state"] == OPEN and stream != each["reason"]:
            came = day_of(datetime.fromisoformat(each["rejected_at"]))
            wanted.setdefault((each["agency"], Stream(stream)), set()).add(came)
    return [_way_out(agency, stream, agreements.letting(agency, stream), days)
            for (agency, stream), days in sorted(wanted.items())]


def _way_out(agency: str, stream: Stream, found: Sequence[Agreement], came: Set[date]) -> str:
    again = f"then `concord rejects redrive --agency {agency} --by NAME --reason WHY`"
    if not found:
        return f"No agreement names {agency} and {stream}: add it to [[agreements]], {again}."
    held = listed_words(
        f"{listed_words(sorted(each.giving))} to {listed_words(sorted(each.receiving))} "
        f"from {say_day(each.starts)}" + (f" to {say_day(each.ends)}" if each.ends else "")
        for each in found)
    days = listed_words(dict.fromkeys(map(say_day, (min(came), max(came)))))
    return (f"{agency} may publish {stream} by the agreement of {held}, and this came on {days}: "
            f"where it should have been let in, correct the days or the purposes there, {again}.")


def _reject_in(codec: Codec, row: Row) -> own.RecordRejected:
    assert isinstance(row[5], bytes)
    reject = codec.decode(row[5])
    assert isinstance(reject, own.RecordRejected)
    return reject


def _reject_json(reject: own.RecordRejected, state: str) -> dict[str, Any]:
    return {
        "reject": str(reject.reject_id), "agency": reject.agency, "reason": reject.reason,
        "rejected_at": instant(reject.rejected_at), "file": reject.file,
        "line": reject.line, "column": reject.column, "value": reject.value,
        "topic": reject.topic, "partition": reject.partition, "position": reject.position,
        "schema_id": reject.schema_id, "size": reject.size, "sha256": reject.sha256,
        "state": state,
    }


def reject_shown(reading: Reading, codec: Codec, reject_id: str) -> RejectShown:
    """One reject; `ConfigError` where there is none of this id."""
    rows = reading.get(REJECTS, [(reject_id,)])
    if not rows:
        raise ConfigError(f"There is no reject {reject_id}: `concord rejects list` shows the id "
                          "of each.")
    reject = _reject_in(codec, rows[0])
    return RejectShown(reject, state_of(rows[0], settled_in(reading)))


def whom_about(codec: Codec, shown: RejectShown) -> str | None:
    """Whom a rejected message is about (`agency:local id`), where that can be read; a row's child
    nobody could read. It may ask the registry, so it is not for within a transaction."""
    try:
        said = codec.decode(shown.reject.raw)
    except RecordRejected:
        return None
    return ":".join(parts_of(person_key_of(said))) if isinstance(said, Statement) else None


def reject_json(shown: RejectShown) -> dict[str, Any]:
    """The machine form; `raw` is text where it is text, else in hexadecimal."""
    return {**_reject_json(shown.reject, shown.state), "adapter": shown.reject.adapter,
            "raw_is": "hex" if shown.text is None else "text",
            "raw": shown.reject.raw.hex() if shown.text is None else shown.text}


def reject_lines(shown: RejectShown) -> Iterator[str]:
    """Lines for a person: where it came from, why it was rejected, and what it holds."""
    reject = shown.reject
    column = f" {reject.column}" if reject.column else ""
    yield f"{reject.agency} {place_of(_reject_json(reject, shown.state))}{column}: {reject.reason}"
    yield (f"rejected {local(reject.rejected_at)}, {shown.state}; {reject.size} bytes, sha256 "
           f"{reject.sha256}")
    if shown.kept:
        yield shown.kept
    yield ""
    if shown.text is not None:
        yield from shown.text.splitlines()
        return
    for start in range(0, len(reject.raw), _BYTES_A_LINE):
        part = reject.raw[start:start + _BYTES_A_LINE]
        seen = "".join(chr(each) if 32 <= each < 127 else "." for each in part)
        yield f"{start:08x}  {part.hex(' '):{3 * _BYTES_A_LINE - 1}}  {seen}"


def place_of(reject: dict[str, Any]) -> str:
    """Where a reject of the list came from: its file and line (a file refused whole has none), or
    its place in a topic."""
    if not reject["file"]:
        return f"{reject['topic']}/{reject['partition']}@{reject['position']}"
    return f"{reject['file']}:{reject['line']}" if reject["line"] else str(reject["file"])


def held_listed(reading: Reading, codec: Codec) -> list[dict[str, Any]]:
    """Held statements that nobody has decided on, oldest first."""
    listed = []
    for row in sorted(reading.scan(HELD, "event_id"), key=lambda row: (row[2] or 0, row[0] or "")):
        if row[4] != "held":
            continue
        assert isinstance(row[5], bytes)
        said = codec.decode(row[5])
        assert isinstance(said, Statement)
        listed.append({
            "event_id": str(row[0]), "agency": str(row[1]), "reason": str(row[3]),
            "held_at": instant(moment_of(int(row[2] or 0))), "type": said.type_name,
            "record": said.record, "marking": said.handling.marking,
            "conditions": said.handling.conditions,
        })
    return listed


def status_of(store: Store, log: EventLog, partnership: Partnership) -> dict[str, Any]:
    """Messages each stage is behind, when each agency was last heard, what waits for people."""
    return standing_shown(standing_of(store, log, partnership))


def standing_shown(standing: Standing | None) -> dict[str, Any]:
    """How a partnership stands; what could not be asked for is null: everything without the
    store, and without the log `lag`, `lanes_behind`, `last_heard` and `only_returns`."""
    if standing is None:
        return dict.fromkeys(KEYS)
    lag, heard = standing.lag, standing.heard
    return {
        "lag": None if lag is None else {
            name: lag[stage].messages for stage, name in STAGES.items()},
        "lanes_behind": None if lag is None else {
            name: lag[stage].lanes for stage, name in STAGES.items()},
        "last_heard": None if heard is None else {
            code: instant(each.until) for code, each in heard.items()},
        "only_returns": None if heard is None else [
            code for code, each in heard.items() if each.only_returns],
        "rejects": standing.rejects, "held": standing.held, "children_waiting": standing.waiting,
        "outbox_waiting": standing.outbox, "unsettled": standing.unsettled,
        "unreached": standing.unreached,
        "files_unread": [{"agency": each.agency, "table": each.table, "files": each.files,
                          "since": instant(each.since)} for each in standing.files_unread],
        "undescribed": [{"agency": each.agency, "system": each.system.value}
                        for each in standing.undescribed],
        "untold": standing.untold, "pairs_to_review": standing.pairs,
    }
