"""A producing system: what it sends, and what it is refused on the spot."""
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import pytest

from broker.client import Agency, Sent, TooLarge
from broker.client.sending import (
    NOT_API,
    NOT_ITS_OWN,
    RAW_BYTES_KEPT,
    STATEMENTS_MAX,
    TOO_LARGE,
)
from broker.errors import ConfigError, RecordRejected
from broker.event.concern import CategoryWord, ConcernRecorded
from broker.event.digest import NIL, digest_of, event_id_of
from broker.event.envelope import Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.log import topics
from broker.log.records import Lane, Logged
from broker.pipeline.reaches import read_reach
from broker.vocabulary.words import ConcernCategory, System
from broker.wire.headers import headers_of
from tests.client.conftest import AT, Connect, absence, call, girl
from tests.pipeline.conftest import Bench


def inbox(bench: Bench, agency: str) -> list[Logged]:
    """Every message in an agency's inbox."""
    log, topic = bench.concord.log, topics.inbox(agency)
    return [each for partition in range(log.partitions(topic))
            for each in log.read(Lane(topic, partition), 0, 10_000)]


def huge(agency: Agency) -> ConcernRecorded:
    """A statement of some 2 MiB."""
    category = CategoryWord(category=ConcernCategory.NEGLECT, word="n" * 200)
    return agency.statement(ConcernRecorded, record="C1", subject="police-1", recorded_at=AT,
                            categories=(category,) * 11_000)


def test_what_two_systems_say_becomes_the_finding_and_a_notice(told: Bench) -> None:
    """Statements sent by programs are statements like any others."""
    assert ["M01"] == [each.code for each in told.open()]


def test_a_statement_is_the_message_that_publish_would_make(
    bench: Bench, connect: Connect,
) -> None:
    """Key, value, headers and partition follow from what is said."""
    police = connect("police")
    said = call(police)
    event_id = event_id_of(said, digest_of(said), said.recorded_at)

    given = police.publish(said)
    [logged] = inbox(bench, "police")

    assert (event_id, event_id.bytes, replace(said, event_id=event_id)) == (
        given, logged.record.key, bench.concord.codec.decode(logged.record.value or b""))
    assert headers_of(said, event_id=event_id) == tuple(logged.record.headers)
    assert topics.partition_of("police:police-1", 4) == logged.lane.partition


def test_the_same_again_is_the_same_event(bench: Bench, connect: Connect) -> None:
    """A program that does not know whether it sent something sends it again."""
    police = connect("police")

    assert police.publish(girl(police)) == police.publish(girl(police))
    bench.check()
    intake = bench.concord.intake()
    assert 0 == intake.step()
    assert ["police:police-1"] == [each for child in bench.people() for each in child]


def test_an_unknown_field_or_value_is_named_and_not_quoted(connect: Connect) -> None:
    """What does not fit is the field's name; its value may be about a child."""
    police = connect("police")

    with pytest.raises(RecordRejected) as refused:
        police.statement(MissingEpisodeRecorded, record="M1", subject="N1", recorded_at=AT,
                         classification="Kayleigh is missing")

    assert ("invalid: classification", "classification") == (
        str(refused.value), refused.value.column)


def test_another_agencys_statement_is_refused(bench: Bench, connect: Connect) -> None:
    """Intake would refuse it too, later."""
    with pytest.raises(RecordRejected, match=NOT_ITS_OWN):
        connect("police").publish(girl(connect("council")))

    assert [] == inbox(bench, "police")


def test_a_program_does_not_pass_for_a_file(connect: Connect) -> None:
    """Its records are the api's, and never versions of a file's."""
    police = connect("police")

    with pytest.raises(RecordRejected, match=NOT_API):
        police.publish(replace(girl(police), system=System.FILES))


def test_what_is_too_large_is_refused_with_its_facts(bench: Bench, connect: Connect) -> None:
    """Size, digest and the first 64 KiB, in the agency's own hands, and nothing is sent."""
    police = connect("police")
    said = huge(police)
    value = bench.concord.codec.encode(
        said, event_id=event_id_of(said, digest_of(said), said.recorded_at))

    with pytest.raises(TooLarge, match=TOO_LARGE) as refused:
        police.publish(said)

    reject = refused.value.reject
    assert (len(value), sha256(value).hexdigest(), value[:RAW_BYTES_KEPT], TOO_LARGE) == (
        reject.size, reject.sha256, reject.raw, reject.reason)
    assert [] == inbox(bench, "police")


def test_of_many_only_the_bad_ones_are_not_sent(bench: Bench, connect: Connect) -> None:
    """One that cannot be sent stops none before it and none behind it."""
    police = connect("police")

    outcome = police.publish_all([girl(police), huge(police), call(police)])

    assert (2, [TOO_LARGE]) == (outcome.sent, [each.why.reason for each in outcome.rejected])
    assert 2 == len(inbox(bench, "police"))


def test_no_more_is_taken_than_is_kept(bench: Bench, connect: Connect) -> None:
    """Whoever hands over a million statements holds one batch of them in memory."""
    police = connect("police")
    ahead: list[int] = []

    def statements() -> Iterator[Statement]:
        for number in range(3 * STATEMENTS_MAX):
            ahead.append(number - len(inbox(bench, "police")))
            yield replace(girl(police), record=f"N{number}", subject=f"N{number}")

    assert Sent(3 * STATEMENTS_MAX) == police.publish_all(statements())
    assert STATEMENTS_MAX - 1 == max(ahead)


def test_a_heartbeat_says_how_far_a_kind_is_known(bench: Bench, connect: Connect) -> None:
    """Silence up to then means that there was nothing, and no longer."""
    police = connect("police")
    police.heartbeat(MissingEpisodeRecorded)
    heard = bench.clock.now()
    bench.later(hours=1)
    bench.check()

    with bench.concord.store.view() as view:
        reach = read_reach(view, bench.concord.log)

    assert (heard, None) == (
        reach.of("police", "MissingEpisodeRecorded"), reach.of("police", "IncidentRecorded"))


def test_no_heartbeat_is_from_the_future(bench: Bench, connect: Connect) -> None:
    """It would make silence mean something that nobody can know yet."""
    later = bench.clock.now().replace(year=2027)

    with pytest.raises(RecordRejected, match="further than the present"):
        connect("police").heartbeat(MissingEpisodeRecorded, until=later)


def test_a_statement_may_be_made_by_hand(connect: Connect) -> None:
    """Whatever event id it has, the one that is sent is computed."""
    police = connect("police")
    said = absence(connect("riverside"))
    by_hand = replace(said, agency="police", event_id=UUID(int=1))

    assert NIL == said.event_id
    assert event_id_of(by_hand, digest_of(by_hand), AT) == police.publish(by_hand)


def test_places_elsewhere_are_not_spoken_to_in_plain_text() -> None:
    """Unless the program says so a second time."""
    with pytest.raises(ConfigError, match="would be spoken to without encryption"):
        Agency.connect("police", bootstrap_servers="kafka.example:9092", security="PLAINTEXT",
                       registry_url="http://127.0.0.1:1/apis/ccompat/v7")
    with pytest.raises(ConfigError, match="would be spoken to without encryption"):
        Agency.connect("police", bootstrap_servers="127.0.0.1:9093", security="PLAINTEXT",
                       registry_url="http://registry.example/apis/ccompat/v7")


@pytest.mark.parametrize(("given", "said"), [
    ({"bootstrap_servers": "kafka"}, "with their ports"),
    ({"password": None}, "needs a user name and a password"),
    ({"password": None, "password_file": "/nowhere"}, "/nowhere cannot be read"),
    ({"ca_file": "/nowhere"}, "There is no file /nowhere"),
    ({"security": "SSL"}, "needs a certificate_file and a key_file"),
])
def test_what_is_missing_is_one_sentence(given: dict[str, str], said: str) -> None:
    """Whoever set the program up sees what to mend before anything is asked of a service."""
    places = {"bootstrap_servers": "127.0.0.1:9093", "password": "-",
              "registry_url": "http://127.0.0.1:1/apis/ccompat/v7"}

    with pytest.raises(ConfigError, match=said):
        Agency.connect("police", **{**places, **given})  # type: ignore[arg-type]
