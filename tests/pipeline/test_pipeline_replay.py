"""Replays and redrives: who reads says why, sees no one, and nothing goes round in circles."""
import tomllib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from broker.bootstrap import open_memory
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.errors import ConfigError
from broker.event.person import PersonRecorded
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.auditing import audit_entries
from broker.pipeline.redrive import Redriven
from broker.pipeline.replay import replay
from broker.report.operations import rejects_listed
from broker.vocabulary.times import day_of
from broker.vocabulary.words import AuditAction, Stream
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench

PERSON = topics.shared(Stream.PERSON)


@pytest.fixture
def told(bench: Bench) -> Bench:
    """One child, known to police, with everything that tells who it is."""
    bench.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayley", "Thornton", "2011-05-14", home_address="3 Mill Lane",
        home_postcode="YO31 7QW", phone="01632 960001", nhs_number="9000000017")])
    bench.check()
    return bench


def read(bench: Bench, topic: str = PERSON, actor: str = "council:a.analyst",
         purpose: str = "annual review", hours: int = 1) -> list[dict[str, Any]]:
    """What an analyst is given of the last hour, heartbeats aside."""
    concord = bench.concord
    now = bench.clock.now()
    allowed = concord.settings.agreements.in_force(day_of(now))
    rows = list(replay(concord.store, concord.log, concord.codec, allowed, topic,
                       now - timedelta(hours=hours), now + timedelta(hours=1), actor, purpose,
                       now))
    concord.relay()
    return [row for row in rows if row["type"] != "Heartbeat"]


def consultations(bench: Bench) -> list[tuple[str, str | None, str, str]]:
    """Who read what, and why."""
    with bench.concord.store.view() as view:
        return [(each.actor, each.recipient, each.why, each.detail or "")
                for each in audit_entries(view, bench.concord.codec)
                if each.action is AuditAction.CONSULTATION]


def test_a_replay_tells_nobody_who_the_child_is(told: Bench) -> None:
    """Neither name nor number, address, phone nor id; the birth date keeps its year."""
    [person] = read(told)

    shown = str(person)
    assert not [each for each in ("Kayley", "Thornton", "Mill Lane", "7QW", "960001",
                                  "9000000017", "N1", "05-14") if each in shown]
    assert "2011" == person["birth_date"]


def test_equal_ids_are_equal_pseudonyms(told: Bench) -> None:
    """A history can be followed across topics without knowing whose it is."""
    told.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", "Domestic incident", "2026-03-01T20:00:00Z")])
    told.check()

    [person] = read(told)
    [incident] = read(told, topics.shared(Stream.INCIDENT))
    assert person["subject"] == incident["subject"]


def test_an_agreement_may_let_an_agency_see_real_ids(told: Bench) -> None:
    """It must say so, for every stream of the topic."""
    told.concord.settings = parse(tomllib.loads(CONFIGURATION.replace(
        "# identifiable = false", "identifiable = true #")))

    [person] = read(told)

    assert ("N1", "2011-05-14") == (person["subject"], person["birth_date"])


def test_a_replay_is_audited_before_it_is_read(told: Bench) -> None:
    """Who, which topic, which hours, in which form, and why."""
    read(told)

    [(actor, recipient, why, detail)] = consultations(told)
    assert ("council:a.analyst", "council", "annual review") == (actor, recipient, why)
    assert PERSON in detail
    assert "pseudonymous" in detail


@pytest.mark.parametrize(("actor", "purpose", "said"), [
    ("analyst", "review", "AGENCY:NAME"), (":analyst", "review", "AGENCY:NAME"),
    ("council:", "review", "AGENCY:NAME"), ("council:a.analyst", " ", "why the topic is read"),
])
def test_nobody_reads_without_saying_who_and_why(
        told: Bench, actor: str, purpose: str, said: str) -> None:
    """Purpose is stated per read, and nothing is written of a read that was refused."""
    with pytest.raises(ConfigError, match=said):
        read(told, actor=actor, purpose=purpose)

    assert [] == consultations(told)


@pytest.mark.parametrize("topic", [
    topics.PEOPLE, topics.FINDINGS, topics.DECISIONS, topics.AUDIT, topics.inbox("police"),
    topics.rejected("police"), topics.feed("council"), topics.notices("riverside")])
def test_no_topic_tells_who_the_child_is(told: Bench, topic: str) -> None:
    """Whatever travels is pseudonymous: findings, decisions, rejects, feeds and notices too."""
    told.publish("riverside",
                 residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton",
                                                            "2011-05-14")],
                 absences=[lines.ABSENCES, lines.absence("A1", "R1", "2026-03-01T20:00:00Z")])
    told.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayley", "Thornton", "2011-05-14", updated_at="Thornton")])
    told.publish("council", ssd_person=[
        lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-13")])
    told.check()
    told.concord.deliver()
    told.concord.relay()

    shown = str(list(read(told, topic, f"{topics.owner_of(topic) or 'council'}:a.analyst")))

    assert not [each for each in ("Kayl", "Thornton", "Mill Lane", "7QW", "9000000017",
                                  "'N1'", "'R1'", "'C1'", ":N1", ":R1", ":C1", "05-14")
                if each in shown]


# -- redrive --------------------------------------------------------------------------------


@pytest.fixture
def refused(bench: Bench) -> Bench:
    """The home sent an absence before there was an agreement."""
    document = CONFIGURATION.replace('from = ["police", "council", "riverside"]',
                                     'from = ["police", "council"]')
    bench.concord = open_memory(parse(tomllib.loads(document)), bench.clock)
    bench.publish("riverside",
                  residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton",
                                                             "2011-05-14")])
    bench.check()
    return bench


def sent_again(bench: Bench, *, dry_run: bool = False) -> tuple[int, int, int, int]:
    """(messages looked at, usable, sent before, rows) of a redrive."""
    done: Redriven = bench.concord.redrive(None, "a.operator", "agreement signed",
                                           dry_run=dry_run)
    return done.looked_at, done.usable, done.spent, done.rows


def states(bench: Bench) -> list[str]:
    """What has become of each reject, oldest first."""
    with bench.concord.store.view() as view:
        return sorted(each["state"] for each in rejects_listed(view, bench.concord.codec, None))


def test_a_dry_run_only_says_what_would_happen(refused: Bench) -> None:
    """Nothing moves, and nothing is audited."""
    refused.concord.settings = parse(tomllib.loads(CONFIGURATION))

    assert (3, 3, 0, 0) == sent_again(refused, dry_run=True)
    assert ["open", "open", "open"] == states(refused)
    assert 0 == refused.concord.take_in().count.read


def test_what_no_agreement_lets_in_is_not_sent_again(refused: Bench) -> None:
    """It would be refused again, and the one time it can be sent would be spent."""
    assert (3, 0, 0, 0) == sent_again(refused)
    refused.concord.settings = parse(tomllib.loads(CONFIGURATION))

    assert (3, 3, 0, 0) == sent_again(refused)


def test_what_is_sent_again_under_a_new_agreement_is_accepted(refused: Bench) -> None:
    """The child is there after all."""
    refused.concord.settings = parse(tomllib.loads(CONFIGURATION))

    assert (3, 3, 0, 0) == sent_again(refused)
    refused.check()

    assert [["riverside:R1"]] == refused.people()
    assert ["sent again"] * 3 == states(refused)


def test_what_is_rejected_again_is_not_sent_for_ever(refused: Bench) -> None:
    """The loop guard: once, and then it stays."""
    without = refused.concord.settings
    refused.concord.settings = parse(tomllib.loads(CONFIGURATION))
    assert (3, 3, 0, 0) == sent_again(refused)
    refused.concord.settings = without
    refused.check()
    refused.concord.settings = parse(tomllib.loads(CONFIGURATION))

    assert (3, 0, 3, 0) == sent_again(refused)
    assert 0 == refused.concord.take_in().count.read


def test_a_rejected_row_is_mended_at_its_agency(bench: Bench) -> None:
    """Only messages are sent again; a row waits for the next extract."""
    bench.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayley", "Thornton", "2011-05-14", updated_at="yesterday")])

    assert (0, 0, 0, 1) == sent_again(bench)


def test_a_replay_ends_before_its_last_moment(told: Bench) -> None:
    """From is included, to is not."""
    concord = told.concord
    allowed = concord.settings.agreements.in_force(day_of(START))

    def between(start: int, end: int) -> int:
        rows = replay(concord.store, concord.log, concord.codec, allowed, PERSON,
                      START + timedelta(seconds=start), START + timedelta(seconds=end),
                      "council:a", "b", START)
        return sum(row["type"] == "PersonRecorded" for row in rows)

    assert [1, 0, 0] == [between(0, 1), between(-1, 0), between(1, 2)]


def elsewhere(value: bytes) -> bytes:
    """A message as it was framed under another registry, where its schema has the id 999."""
    return b"\x00" + (999).to_bytes(4, "big") + value[5:]


@pytest.fixture
def foreign(told: Bench) -> Bench:
    """Police's system was set up against another registry: what it sent has an unknown id."""
    concord = told.concord
    lane = topics.lanes_of(PERSON, concord.log.partitions(PERSON))
    person = next(each.record for one in lane for each in concord.log.read(one, 0, 100)
                  if isinstance(concord.codec.decode(each.record.value or b""), PersonRecorded))
    said = concord.codec.decode(person.value or b"")
    assert isinstance(said, PersonRecorded)
    new = replace(said, event_id=UUID(int=7), record="N7", subject="N7")
    value = elsewhere(concord.codec.encode(new))
    concord.log.append(Lane(topics.inbox("police"), 0),
                       [Record(new.event_id.bytes, value, told.clock.now())])
    told.check()
    return told


def redriven(bench: Bench, written_as: str | None = None) -> tuple[int, int, int, int]:
    """(looked at, usable, migrated, spent) of a redrive."""
    done = bench.concord.redrive(None, "a.operator", "set up anew", dry_run=False,
                                 written_as=written_as)
    return done.looked_at, done.usable, done.migrated, done.spent


def test_a_message_from_under_another_registry_waits_for_its_schema(foreign: Bench) -> None:
    """Nobody guesses what its bytes mean."""
    assert (1, 0, 0, 0) == redriven(foreign)
    assert (1, 0, 0, 0) == redriven(foreign, "MarkerRecorded")
    assert ["open"] == states(foreign)


def test_a_message_from_under_another_registry_is_written_anew(foreign: Bench) -> None:
    """Told which record it is, it arrives under our schema with the event id it had."""
    assert (1, 1, 1, 0) == redriven(foreign, "PersonRecorded")
    foreign.check()

    assert ["sent again"] == states(foreign)
    assert [["police:N1"], ["police:N7"]] == foreign.people()
    codec = foreign.concord.codec
    lanes = topics.lanes_of(PERSON, foreign.concord.log.partitions(PERSON))
    values = [each.record.value for lane in lanes for each in foreign.concord.log.read(lane, 0, 99)
              if each.record.key == UUID(int=7).bytes]
    assert [str(UUID(int=7))] == [codec.fields(value or b"")["event_id"] for value in values]


def test_what_was_written_anew_and_rejected_again_stays(foreign: Bench) -> None:
    """The loop guard knows it by the bytes it was sent under, too."""
    redriven(foreign, "PersonRecorded")
    foreign.concord.settings = parse(tomllib.loads(
        CONFIGURATION.replace('from = ["police", "council", "riverside"]',
                              'from = ["council", "riverside"]')))
    foreign.check()

    assert (1, 0, 0, 1) == redriven(foreign, "PersonRecorded")


def test_a_record_nobody_knows_is_named(foreign: Bench) -> None:
    """With the command that lists what there is."""
    with pytest.raises(ConfigError, match="No record is called 'Person': `concord schemas list`"):
        redriven(foreign, "Person")
