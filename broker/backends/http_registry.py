"""The schema registry of a partnership: a Confluent-compatible one, asked over HTTP.

Subjects are record names (RecordNameStrategy). What was once answered about an id is kept, for
it never changes: a registry that is away does not stop the reading of schemas already known.
"""
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from broker.backends.http_calls import PATIENCE_SECONDS, Calls, Json, Refused, path_of
from broker.backends.http_errors import STRANGE
from broker.errors import ConfigError, Conflict
from broker.event.catalogue import BY_NAME
from broker.wire.compatibility import full_transitive
from broker.wire.schemas import NAMESPACE, canonical

LEVEL = "FULL_TRANSITIVE"
NO_SUBJECT, NO_VERSION, NO_SCHEMA, NO_LEVEL = 40401, 40402, 40403, 40408
ID_MAX = 2**31 - 1  # what other clients read of the four bytes
_ATTEMPTS_MAX = 5
_AT_ONCE_MAX = 8
_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


def _as_written(node: Any) -> Any:
    """A schema without what says nothing of the bytes: docs, defaults, aliases."""
    if isinstance(node, list):
        return [_as_written(each) for each in node]
    if isinstance(node, dict):
        return {key: _as_written(value) for key, value in node.items()
                if key not in ("doc", "default", "aliases")}
    return node


def _same_bytes(one: str, other: str) -> bool:
    return bool(_as_written(json.loads(one)) == _as_written(json.loads(other)))


def _record_text(answer: Json) -> str | None:
    """The text of an Avro record that stands alone; None for whatever else a registry may hold,
    which nobody here could read."""
    if answer.get("schemaType", "AVRO") != "AVRO" or answer.get("references"):
        return None
    text = str(answer.get("schema"))
    try:
        schema = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(schema, dict) and schema.get("type") == "record" and isinstance(
        schema.get("name"), str)
    return text if whole else None


def _whole(answer: Json, name: str) -> int:
    """A whole number that an answer must have."""
    value = answer.get(name) if isinstance(answer, dict) else None
    if type(value) is not int:
        raise ConfigError(STRANGE)
    return value


def _at_once(ask: Callable[[_Question], _Answer], questions: Sequence[_Question]) -> list[_Answer]:
    """The answers to all questions, in their order, several asked at the same time."""
    with ThreadPoolExecutor(_AT_ONCE_MAX) as several:
        return list(several.map(ask, questions))


class HttpRegistry:
    """A registry that others keep and may share; safe for any number of threads.

    Its ids are its own: one for each text, whatever the subject. With `may_register` False
    nothing is ever written to it.
    """

    def __init__(
        self, url: str, namespace: str = "", *, username: str | None = None,
        password: str | None = None, ca_file: Path | None = None, may_register: bool,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """`url` is the root of the Confluent-compatible interface; `namespace` is put before
        every subject; `ca_file` holds the authority that issued the registry's certificate."""
        self._calls = Calls(url, username=username, password=password, ca_file=ca_file,
                            patience_seconds=patience_seconds)
        self._prefix = f"{namespace}{NAMESPACE}."
        self._may_register = may_register
        self._ids: dict[tuple[str, str], int] = {}  # by record name and canonical text
        self._texts: dict[int, str] = {}
        self._versions: dict[tuple[str, int], tuple[int, str]] = {}
        self._looked_round = False
        self._looking_round = Lock()

    def close(self) -> None:
        """Let the connections go."""
        self._calls.close()

    def register(self, name: str, schema: str) -> int:
        """The id of this schema under this record name, after a FULL_TRANSITIVE check.

        A schema that differs from a registered one in its docs alone is that one. Raises
        ConfigError, naming record, field and why, if it does not fit every earlier version, or
        if it is not there and nothing may be registered; `Conflict` if others keep registering.
        """
        key = name, canonical(schema)
        if key not in self._ids and name in BY_NAME:
            self._look_round()
        if key not in self._ids:
            self._ids[key] = self._settled(name, schema)
        return self._ids[key]

    def register_each(self, schemas: Sequence[tuple[str, str]]) -> list[int]:
        """What `register` gives for each record name and schema, several asked at once."""
        return _at_once(lambda pair: self.register(*pair), schemas)

    def schema(self, schema_id: int) -> str | None:
        """The schema's JSON text, or None if the id was never given out, or for something that
        is no Avro record."""
        if not 0 < schema_id <= ID_MAX:
            return None
        found = self._texts.get(schema_id)
        if found is None:
            answer = self._calls.ask("GET", path_of("schemas", "ids", schema_id),
                                     absent=(NO_SCHEMA,))
            found = None if answer is None else _record_text(answer)
            if found is None:
                return None
            self._texts[schema_id] = found
        return found

    def latest(self, name: str) -> tuple[int, str] | None:
        """(id, JSON text) of the newest version under a record name."""
        return self._version(self._prefix + name, "latest")

    def versions(self, name: str) -> list[int]:
        """All ids registered under a record name, oldest first."""
        return [number for number, _ in self._earlier(name)]

    def _look_round(self) -> None:
        """Ask once for the newest version of every type there is, several at once: a start needs
        them all, and they are nearly always what is registered already."""
        with self._looking_round:
            if self._looked_round:
                return
            # By name, because a shared registry lists its thousand first subjects and stops.
            found = zip(BY_NAME, _at_once(self._newest, list(BY_NAME)), strict=True)
            self._ids |= {(name, canonical(newest[1])): newest[0]
                          for name, newest in found if newest is not None}
            self._looked_round = True

    def _newest(self, name: str) -> tuple[int, str] | None:
        """What `latest` gives; None where the subject is kept from us or misused: who asks for
        that one type is told."""
        with suppress(ConfigError):
            return self.latest(name)
        return None

    def _version(self, subject: str, version: int | str) -> tuple[int, str] | None:
        """(id, text) of one version; None where it is not there."""
        answer = self._calls.ask("GET", path_of("subjects", subject, "versions", version),
                                 absent=(NO_SUBJECT, NO_VERSION))
        if answer is None:
            return None
        number, text = _whole(answer, "id"), _record_text(answer)
        if text is None:
            raise ConfigError(f"under {subject} the schema registry holds something that is no "
                              "Avro record: take it away, the subject is Concord's")
        self._versions[subject, _whole(answer, "version")] = number, text
        self._texts[number] = text
        return number, text

    def _earlier(self, name: str) -> list[tuple[int, str]]:
        """(id, text) of every version under a name, oldest first."""
        subject = self._prefix + name
        numbers = self._calls.ask("GET", path_of("subjects", subject, "versions"),
                                  absent=(NO_SUBJECT,))
        kept = [self._versions.get((subject, number)) or self._version(subject, number)
                for number in sorted(numbers or ())]
        return [each for each in kept if each is not None]

    def _settled(self, name: str, schema: str) -> int:
        """The id of a schema that was not among the newest versions."""
        for _ in range(_ATTEMPTS_MAX):
            earlier = self._earlier(name)
            number = self._found(name, schema, earlier)
            if number is not None:
                return number
            if not self._may_register:
                raise ConfigError(f"the schema of {name} is not in the schema registry: run "
                                  "`concord schemas publish` where registering is allowed")
            faults = full_transitive(schema, [text for _, text in earlier])
            if faults:
                raise ConfigError(f"the schema of {name} cannot be registered: {faults[0]}")
            try:
                return self._registered(name, schema, first=not earlier)
            except Refused as refused:
                if not refused.crossed and self._earlier(name) == earlier:
                    raise ConfigError(
                        f"the schema of {name} cannot be registered: the schema registry refuses "
                        f"it (error {refused.code}), though by Concord's own check it fits every "
                        "earlier version: look at the registry's log for why") from None
            # Another version came in since: if ours does not fit it, we can say so ourselves.
        raise Conflict(f"others kept registering schemas while that of {name} was waiting")

    def _found(self, name: str, schema: str, earlier: Sequence[tuple[int, str]]) -> int | None:
        """The id of a schema that is there already; None where it is not."""
        wanted = canonical(schema)
        for number, text in earlier:
            if canonical(text) == wanted:
                return number
        if not earlier:
            return None
        # Some registries count more as one schema than we do (an alias more, another default
        # symbol) and would never take it as a new version: that is as well where the same is
        # written under both.
        answer = None
        with suppress(Refused):  # it will say so again when it is to take it
            answer = self._calls.ask("POST", path_of("subjects", self._prefix + name),
                                     {"schema": schema}, absent=(NO_SUBJECT, NO_SCHEMA))
        text = "" if answer is None else _record_text(answer) or ""
        return _whole(answer, "id") if text and _same_bytes(text, schema) else None

    def _registered(self, name: str, schema: str, *, first: bool) -> int:
        """The id under which the registry now keeps a schema; `Refused` if it does not."""
        self._be_in_force(name, first=first)
        number = _whole(self._calls.ask(
            "POST", path_of("subjects", self._prefix + name, "versions"), {"schema": schema}),
            "id")
        kept = schema if first else self.schema(number)
        if kept is None or not _same_bytes(kept, schema):
            raise ConfigError(f"the schema of {name} cannot be registered: the schema registry "
                              f"took it and keeps another under its id {number}: compare the two")
        return number

    def _be_in_force(self, name: str, *, first: bool) -> None:
        """See to it that the registry, too, compares what comes with every earlier version."""
        path = path_of("config", self._prefix + name)
        if not first and self._level(path) == LEVEL:
            return
        with suppress(Refused):  # some refuse the second of two who say the same at once
            self._calls.ask("PUT", path, {"compatibility": LEVEL})
        if self._level(path) != LEVEL:
            raise ConfigError(f"the schema registry does not take the compatibility {LEVEL} for "
                              f"{self._prefix}{name}: allow it there, and try again")

    def _level(self, path: str) -> str | None:
        """The compatibility in force for a subject alone; None where it has none of its own."""
        answer = self._calls.ask("GET", path, absent=(NO_SUBJECT, NO_LEVEL))
        return None if answer is None else str(answer.get("compatibilityLevel"))
