"""Our compatibility verdicts are the registry's, over a corpus of changes made by rule.

Where they differ, ours is the stricter one, on purpose, and only about logical types: Avro's
rules look at the bytes alone, and under another logical type the same bytes are another time.
"""
import json
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import httpx
import pytest

from broker.event.catalogue import BY_NAME
from broker.wire.compatibility import full_transitive, incompatibilities
from broker.wire.schemas import Json, published, text_of
from compose.local.servers import RegistryServer
from tests.wire.schema_changes import (
    SIGHTING,
    Change,
    changes_of,
    changes_of_changes,
    sample,
)
from tests.wire.test_wire_compatibility import CHANGES

SEED = 20260301
OF_TWO, OF_EACH_TYPE, OF_ALL_KINDS = 100, 6, 10_000
AT_ONCE = 4


class Judge:
    """The registry as one who answers whether a schema may follow others."""

    def __init__(self, client: httpx.Client, namespace: str) -> None:
        self._client, self._namespace = client, namespace
        self._subjects = 0

    def _subject(self, level: str, versions: Sequence[str]) -> str:
        """A subject of its own with these versions, the level in force from before the last."""
        self._subjects += 1
        subject = f"{self._namespace}.{level}.{self._subjects}"
        for text in versions:
            self._client.post(f"/subjects/{subject}/versions",
                              json={"schema": text}).raise_for_status()
        self._client.put(f"/config/{subject}", json={"compatibility": level}).raise_for_status()
        return subject

    def verdicts(self, changes: Sequence[Change], level: str = "FULL_TRANSITIVE") -> list[bool]:
        """Of each change, whether the new schema may follow the old."""
        subjects = {old: self._subject(level, [old])
                    for old in dict.fromkeys(change.old for change in changes)}
        with ThreadPoolExecutor(AT_ONCE) as several:
            return list(several.map(
                lambda change: self._verdict(subjects[change.old], change.new), changes))

    def after(self, versions: Sequence[str], new: str) -> bool:
        """Whether a schema may follow all of these under FULL_TRANSITIVE."""
        return self._verdict(self._subject("FULL_TRANSITIVE", versions), new)

    def _verdict(self, subject: str, new: str) -> bool:
        answer = self._client.post(f"/compatibility/subjects/{subject}/versions",
                                   json={"schema": new})
        assert 200 == answer.status_code, "the corpus holds valid Avro only"
        return bool(answer.json()["is_compatible"])


@pytest.fixture(scope="module")
def judge(registry_server: RegistryServer) -> Iterator[Judge]:
    """The registry, asked under subjects of this module's own."""
    with httpx.Client(base_url=registry_server.url, trust_env=False, timeout=60) as client:
        yield Judge(client, f"verdicts{secrets.token_hex(4)}")


def by_hand() -> list[Change]:
    """The changes that tests/wire reasons about one by one."""
    return [Change(change.name, "Seen", json.dumps(change.old), json.dumps(change.new))
            for change in CHANGES]


def corpus() -> list[Change]:
    """By hand, every one of a record with all there is, some of every type, and two in a row."""
    changes = [*by_hand(), *changes_of(SIGHTING), *changes_of_changes(SIGHTING, SEED, OF_TWO)]
    for number, name in enumerate(BY_NAME):
        changes += sample(json.loads(text_of(name)), SEED + number, OF_EACH_TYPE)
    return changes


def without_logical_types(text: str) -> str:
    """What Avro's rules look at."""
    return json.dumps(json.loads(text, object_hook=lambda node: {
        key: value for key, value in node.items() if key != "logicalType"}))


def fits(change: Change) -> bool:
    """Our verdict, both ways."""
    return [] == full_transitive(change.new, [change.old])


def plain(change: Change) -> Change:
    """The same change of the bare bytes."""
    return change._replace(old=without_logical_types(change.old),
                           new=without_logical_types(change.new))


class Judged(NamedTuple):
    """A change, and whether the new schema may follow the old: our verdict and the registry's."""

    change: Change
    ours: bool
    theirs: bool


@pytest.fixture(scope="module")
def judged(judge: Judge) -> list[Judged]:
    """The corpus, judged twice."""
    changes = corpus()
    return [Judged(change, fits(change), theirs)
            for change, theirs in zip(changes, judge.verdicts(changes), strict=True)]


def test_the_corpus_is_of_some_size_and_goes_both_ways(judged: list[Judged]) -> None:
    """Several hundred changes of several hundred kinds, some of which may be and some not."""
    allowed = sum(each.theirs for each in judged)

    assert len(judged) > 700
    assert len({each.change.kind for each in judged}) > 200
    assert len(judged) // 4 < allowed < len(judged) // 2


def test_our_verdicts_are_the_registrys(judged: list[Judged]) -> None:
    """Of every change in the corpus; where a logical type makes ours stricter, it is the
    registry's again once the logical types are left out."""
    differing = [each.change for each in judged if each.ours != each.theirs]

    assert [] == [change.name for change in differing if not fits(plain(change))]


def test_the_registry_is_never_stricter_than_we_are(judged: list[Judged]) -> None:
    """What we let pass is never refused afterwards, in the middle of a publication."""
    assert [] == [each.change.name for each in judged if each.ours and not each.theirs]


STRICTER = {
    "logical type changed": "micros read as millis are another millennium",
    "logical type dropped": "a time becomes a number that nobody can tell the unit of",
    "logical type given": "a number becomes a time that nobody meant",
    "in a list: logical type dropped": "as above",
    "in a list: logical type given": "as above",
    "in a union: logical type changed": "as above",
    "in a union: logical type dropped": "as above",
    "in a union: logical type given": "as above",
    "string made bytes": "where the text was a UUID: bytes are none",
    "in a list: string made bytes": "as above",
}


def test_what_we_alone_refuse_is_known_by_name(judged: list[Judged]) -> None:
    """Each kind of change, with the reason for it: should the registry come to refuse it too, or
    we to allow it, this says so."""
    ours_alone = {each.change.kind for each in judged if each.theirs and not each.ours}

    assert set(STRICTER) == {kind for kind in ours_alone if ", then " not in kind}


@pytest.mark.parametrize(("level", "reads"), [("BACKWARD", "new"), ("FORWARD", "old")])
def test_the_verdicts_are_the_registrys_in_each_direction(
    judge: Judge, level: str, reads: str,
) -> None:
    """A fault is not hidden by one in the other direction."""
    kinds = sample(SIGHTING, SEED, OF_ALL_KINDS)  # one of each
    changes = [plain(change) for change in (*by_hand(), *kinds)]

    ours = [[] == (incompatibilities(change.new, change.old) if reads == "new"
                   else incompatibilities(change.old, change.new)) for change in changes]

    assert [] == [change.name for change, mine, theirs in zip(
        changes, ours, judge.verdicts(changes, level), strict=True) if mine != theirs]


def field(schema: Json, **field: Json) -> str:
    """The schema with one more field."""
    return json.dumps({**schema, "fields": [*schema["fields"], {"name": "late", **field}]})


@pytest.mark.parametrize("name", sorted(BY_NAME)[::5])
@pytest.mark.parametrize(("before", "after", "expected"), [
    ({"type": "int", "default": 0}, {"type": "string", "default": ""}, False),
    ({"type": "int", "default": 0}, {"type": "long", "default": 0}, False),
    ({"type": "int", "default": 0}, {"type": "int", "default": 1}, True),
    ({"type": ["null", "int"], "default": None}, {"type": "int", "default": 0}, False)])
def test_every_earlier_version_counts_for_both(
    judge: Judge, name: str, before: Json, after: Json, expected: bool,
) -> None:
    """A field that was taken out comes back as something else: it fits the version without it,
    and not the one before."""
    schema = json.loads(text_of(name))
    versions, new = [field(schema, **before), json.dumps(schema)], field(schema, **after)

    assert (expected, expected) == (
        [] == full_transitive(new, versions), judge.after(versions, new))


@pytest.mark.parametrize("name", BY_NAME)
def test_every_published_version_may_follow_those_before_it(judge: Judge, name: str) -> None:
    """In the registry's eyes too."""
    versions = published(name)

    assert [True] * len(versions) == [
        judge.after(versions[:number] or versions[:1], text)
        for number, text in enumerate(versions)]
