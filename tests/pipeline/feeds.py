"""What agencies are given and told: a girl who is missing, and what stands in whose topic."""
import tomllib
from dataclasses import fields, is_dataclass
from typing import Any

from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.event.envelope import Statement
from broker.event.finding import NoticeIssued
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.notify import notices_for
from tests.pipeline import lines
from tests.pipeline.conftest import Bench

EVENING = "2026-03-01T21:20:00Z"
GIRL = lines.resident("R1", "Kayleigh", "Thornton", "2011-05-14")
BOY = lines.resident("R2", "Amir", "Khan", "2012-07-21", sex="M")
GIRL_AT_POLICE = lines.nominal("N1", "Kayley", "Thornton", "2011-05-14")
STRANGER = lines.nominal("N7", "Otto", "Lund", "2010-01-30")


def in_topic(bench: Bench, topic: str) -> list[Any]:
    """What a topic holds, decoded."""
    log, codec = bench.concord.log, bench.concord.codec
    return [codec.decode(each.record.value or b"")
            for partition in range(log.partitions(topic))
            for each in log.read(Lane(topic, partition), 0, 10_000)]


def feed(bench: Bench, agency: str) -> list[Statement]:
    """What an agency has been given of others' statements."""
    return in_topic(bench, topics.feed(agency))


def notices(bench: Bench, agency: str) -> list[NoticeIssued]:
    """An agency's notices as they now stand."""
    with bench.concord.store.view() as view:
        return notices_for(view, bench.concord.codec, agency)


def given(bench: Bench) -> None:
    """Check, then deliver."""
    bench.check()
    bench.concord.deliver()
    bench.concord.relay()


def words_in(value: Any) -> set[str]:
    """Every piece of text anywhere in a record, cut at the marks that join references."""
    if is_dataclass(value) and not isinstance(value, type):
        return {word for each in fields(value) for word in words_in(getattr(value, each.name))}
    if isinstance(value, tuple):
        return {word for each in value for word in words_in(each)}
    return set(str(value).replace(":", "/").split("/")) \
        if isinstance(value, str) else set()


def under(bench: Bench, change: str, to: str) -> None:
    """Go on with the same store under a changed configuration."""
    assert change in CONFIGURATION
    bench.concord.settings = parse(tomllib.loads(CONFIGURATION.replace(change, to)))


def a_girl_missing(bench: Bench) -> Bench:
    """A girl missing from the home and misfiled by police; a stranger only police know."""
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish(
        "police", nominals=[lines.NOMINALS, GIRL_AT_POLICE, STRANGER],
        incidents=[lines.INCIDENTS,
                   lines.incident("INC1", "N1", "Concern for safety", "2026-03-01T21:30:00Z"),
                   lines.incident("INC7", "N7", "Domestic incident", "2026-03-01T20:00:00Z")],
        risk_links=[lines.RISK_LINKS, lines.line(
            lines.RISK_LINKS, link_ref="RL1", child_nominal_id="N1", subject_nominal_id="N9",
            subject_category="registered_sex_offender", relationship="neighbour",
            from_date="2025-12-01", handling_code="P", updated_at="2026-01-04T10:00:00Z")])
    bench.publish("council", ssd_person=[
        lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")])
    given(bench)
    return bench
