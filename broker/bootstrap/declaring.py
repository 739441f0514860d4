"""Which configuration is in force: what is declared of it, by whom, and what others declared.

Several machines may run one partnership, each by a file of its own. What is in force of such a
file is what the log was told last, and a part is declared only from a file that was written later
than the one it was last declared from: of two that differ one gives way, and neither goes on
declaring its own (decision 48).
"""
import json
from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from broker.backends.clock import SystemClock
from broker.config import Settings
from broker.config.agreements import agreements_of_document
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.event import own
from broker.event.digest import derived_id
from broker.identity.model import Model
from broker.identity.model_file import document_of as model_document
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.as_of import Present, limits_set, settings_of
from broker.pipeline.everybody import is_of_another_model, mark_everybody
from broker.pipeline.messages import message_of
from broker.pipeline.tables import SETTINGS
from broker.policy.agreements import Agreements
from broker.ports import Reading, Store, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import SettingKind
from broker.wire.codec import Codec

# Each part is declared by whoever judges by it, once it can begin: a file whose model asks for a
# rebuild has no limits in force, though what it says of sharing is.
SHARING = frozenset({SettingKind.AGREEMENTS})
LOOKING = frozenset({SettingKind.LIMITS, SettingKind.MODEL})
PARTS = {SettingKind.AGREEMENTS: "agreements", SettingKind.LIMITS: "limits",
         SettingKind.MODEL: "model"}
_LOOKED_AGAIN_UNDER = "limits_looked_at"


@dataclass(frozen=True, slots=True)
class File:
    """A configuration as one machine has it, with the model it comes to."""

    settings: Settings
    model: Model

    def written(self, kind: SettingKind) -> tuple[str, str]:
        """(a part as it is written down, its digest); a model that is no longer named has given
        way to the one that ships."""
        source = self.settings.sources.get(PARTS[kind])
        if source is None:
            source = model_document(self.model) if kind is SettingKind.MODEL else {}
        document = json.dumps(source, default=str, sort_keys=True)
        return document, sha256(document.encode()).hexdigest()

    def written_ms(self) -> int | None:
        """When its file was last written, never later than now: a machine whose clock was wrong
        would keep every other out. None where it is no file."""
        at = self.settings.written_at
        # By the machine's own clock, not the one handed in: the machine wrote the file's time.
        return None if at is None else milliseconds_of(min(at, SystemClock().now()))


def others_in_force(reading: Reading, file: File,
                    kinds: Set[SettingKind]) -> list[SettingKind]:
    """The parts of these of which another than this file's is in force."""
    known = _known(reading)
    return [kind for kind in sorted(kinds - {SettingKind.MODEL})
            if kind in known and known[kind] != file.written(kind)[1]]


def declare(unit: Unit, codec: Codec, file: File, kinds: Set[SettingKind],
            now: datetime) -> None:
    """Write down each of these parts that differs from what is in force, where this file was
    written later."""
    known = _known(unit)
    at = file.written_ms()
    for kind in PARTS:
        if kind not in kinds or (PARTS[kind] not in file.settings.sources and kind not in known):
            continue
        if kind is SettingKind.MODEL and is_of_another_model(unit, file.model):
            continue  # it comes into force by a rebuild
        document, digest = file.written(kind)
        before = known.get(_time_of(kind))
        is_later = at is None or before is None or at > int(before)
        if known.get(kind) == digest:
            if at is not None and is_later:
                unit.put(SETTINGS, [(_time_of(kind), str(at))])
            continue
        if not is_later and kind is not SettingKind.MODEL:
            continue
        change = own.SettingChanged(
            change_id=derived_id("setting", kind, digest, str(milliseconds_of(now))),
            kind=kind, document=document, digest=digest, by="configuration", made_at=now)
        unit.put(SETTINGS, [(kind.value, digest),
                            *([] if at is None else [(_time_of(kind), str(at))])])
        if kind is SettingKind.LIMITS and _LOOKED_AGAIN_UNDER not in known:
            unit.put(SETTINGS, [(_LOOKED_AGAIN_UNDER, known.get(kind, digest))])
        unit.send(Lane(topics.DECISIONS, 0), [message_of(codec, change, now)])


def look_again(store: Store) -> None:
    """Have everybody looked at again where that has not been done since other limits came into
    force. Stopped half-way it is done by the next: it is noted when all are marked."""
    with store.view() as view:
        known = _known(view)
    digest = known.get(SettingKind.LIMITS)
    if digest is None or known.get(_LOOKED_AGAIN_UNDER, digest) == digest:
        return
    mark_everybody(store)
    with store.begin() as unit:
        unit.put(SETTINGS, [(_LOOKED_AGAIN_UNDER, digest)])


def as_in_force(present: Present, file: File, kind: SettingKind) -> tuple[Settings, str]:
    """(the settings with a part as it is in force, a sentence that says so); `ConfigError` where
    this file cannot go by it, `TemporarilyUnavailable` where the log has not been told yet."""
    part = PARTS[kind]
    with present.store.view() as view:
        known = _known(view)
    made = next((each for each in reversed(settings_of(present, kind))
                 if each.digest == known.get(kind)), None)
    if made is None:
        raise TemporarilyUnavailable(
            f"Other {part} have come into force, and the log has not been told of them yet: "
            "run the same command again.")
    document = json.loads(made.document)
    settings = file.settings
    sources = {**settings.sources, part: document}
    way_out = ("Bring this one up to date; or where it is the one meant, save it anew and have "
               "it read (start again, or SIGHUP).")
    when = known.get(_time_of(kind))
    since = "" if when is None else f", of {moment_of(int(when)).astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    named = f"The {part} in force were declared from another configuration file{since}"
    if kind is SettingKind.LIMITS:
        dated = limits_set(made)
        settings = replace(settings, limits=dated.first, limits_from=dated.changes,
                           sources=sources)
    else:
        try:
            agreements = agreements_of_document(document, settings.agencies)
        except ConfigError:
            raise ConfigError(f"{named}, and name what this one does not know. {way_out}"
                              ) from None
        settings = replace(settings, agreements=Agreements(agreements), sources=sources)
    return settings, f"{named}: goes by those. {way_out}"


def _known(reading: Reading) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in reading.scan(SETTINGS, "kind")}


def _time_of(kind: SettingKind) -> str:
    """Where it is kept when the file was written that a part was last declared from."""
    return f"{kind}_written"
