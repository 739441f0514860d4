"""Any permutation and repetition of the same statements, in any batches: the same end."""
import random
import tomllib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord, open_memory
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.log import topics
from broker.log.records import Lane, Record
from broker.report.findings import finding_json, in_order, stored_findings
from broker.report.people import people_listed
from broker.vocabulary.words import FindingState
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench

Sent = tuple[str, Record]  # an agency, and what it left in its inbox

EVENING = "2026-03-01T21:20:00Z"
CODES = {"M01", "M02", "D01", "D04", "G01", "K03", "P01"}


def first_extracts(bench: Bench) -> None:
    """Three children: a girl missing and misfiled, a boy twice, twins whose numbers disagree."""
    bench.publish(
        "riverside",
        residents=[lines.RESIDENTS, lines.resident("R1", "Kayleigh", "Thornton", "2011-05-14"),
                   lines.resident("R2", "Amir", "Khan", "2012-07-21", sex="M",
                                  nhs_number="9000000033")],
        absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING),
                  lines.absence("A2", "R2", "2026-03-01T19:00:00Z", risk="low")])
    bench.publish(
        "police",
        nominals=[lines.NOMINALS, lines.nominal("N1", "Kayley", "Thornton", "2011-05-14"),
                  lines.nominal("N2", "Amir", "Khan", "2012-07-12", gender="Male",
                                nhs_number="9000000033"),
                  lines.nominal("N3", "Maisie", "Holt", "2013-02-03", home_postcode="YO31 7QW",
                                nhs_number="9000000017")],
        incidents=[lines.INCIDENTS,
                   lines.incident("INC1", "N1", "Concern for safety", "2026-03-01T21:30:00Z"),
                   lines.incident("INC2", "N3", "Domestic incident", "2026-02-20T18:00:00Z",
                                  caller_type="parent", grade_initial="Immediate",
                                  grade_final="Scheduled",
                                  grade_changed_at="2026-02-20T18:20:00Z",
                                  updated_at="2026-02-20T18:30:00Z")],
        missing=[lines.MISSING, lines.line(
            lines.MISSING, missing_ref="MP1", nominal_id="N3", classification="Missing",
            reported_at="2026-02-25T20:00:00Z", last_seen_at="2026-02-25T18:00:00Z",
            risk_initial="Low", risk_final="Low", looked_after="N", missing_from="home",
            returned_at="2026-02-26T02:00:00Z", updated_at="2026-02-26T03:00:00Z")],
        markers=[lines.MARKERS, lines.line(
            lines.MARKERS, marker_ref="MK1", nominal_id="N3", set_at="2026-01-05",
            marker="child_sexual_exploitation", updated_at="2026-01-05T10:00:00Z")],
        risk_links=[lines.RISK_LINKS, lines.line(
            lines.RISK_LINKS, link_ref="RL1", child_nominal_id="N1", subject_nominal_id="N9",
            subject_category="registered_sex_offender", relationship="neighbour",
            from_date="2025-12-01", handling_code="P", updated_at="2026-01-04T10:00:00Z")])
    bench.publish(
        "council",
        ssd_person=[lines.SSD_PERSON, lines.ssd_person("C3", "Maisie", "Holt", "2013-02-03",
                                                       pers_common_child_id="9000000025"),
                    lines.ssd_person("C4", "Millie", "Holt", "2013-02-03"),
                    lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")],
        ssd_address=[lines.SSD_ADDRESS, *(
            lines.line(lines.SSD_ADDRESS, addr_table_id=f"AD{each}", addr_person_id=each,
                       addr_address_start_date="2020-01-01", addr_address_postcode="YO31 7QW")
            for each in ("C3", "C4"))],
        ssd_cp_plans=[lines.SSD_CP_PLANS, lines.line(
            lines.SSD_CP_PLANS, cppl_cp_plan_id="CP3", cppl_person_id="C3",
            cppl_cp_plan_start_date="2026-01-29", cppl_cp_plan_initial_category="NEG",
            cppl_cp_plan_latest_category="NEG")])


def second_extracts(bench: Bench) -> None:
    """The next evening: a correction, a return, and a record taken back."""
    bench.later(hours=24)
    bench.publish("riverside", absences=[lines.ABSENCES, lines.absence(
        "A2", "R2", "2026-03-01T19:00:00Z", risk="low", returned_at="2026-03-01T23:00:00Z",
        updated_at="2026-03-01T23:30:00Z")])
    bench.publish(
        "police",
        nominals=[lines.NOMINALS, lines.nominal(
            "N3", "Maisie", "Holt", "2013-02-04", home_postcode="YO31 7QW",
            nhs_number="9000000017", updated_at="2026-03-02T10:00:00Z")],
        incidents=[lines.INCIDENTS, lines.incident(
            "INC1", "N1", "Concern for safety", "2026-03-01T21:30:00Z", grade_final="Scheduled",
            grade_changed_at="2026-03-02T00:10:00Z", updated_at="2026-03-02T00:15:00Z"),
            lines.incident("INC2", "N3", "Domestic incident", "2026-02-20T18:00:00Z",
                           state="withdrawn", updated_at="2026-03-02T11:00:00Z")])


def inbox_of(bench: Bench) -> list[Sent]:
    """All that the agencies have sent, in order."""
    log = bench.concord.log
    sent: list[Sent] = []
    for agency in sorted(bench.concord.settings.agencies):
        topic = topics.inbox(agency)
        for partition in range(log.partitions(topic)):
            sent.extend((agency, each.record)
                        for each in log.read(Lane(topic, partition), 0, 10_000))
    return sent


def ending(batches: Sequence[Sequence[Sent]]) -> dict[str, Any]:
    """Children, their ids and the open findings, after a check behind every batch."""
    clock = ManualClock(START)
    concord: Concord = open_memory(parse(tomllib.loads(CONFIGURATION)), clock)
    clock.set(START.replace(day=3))
    for batch in batches:
        for agency, record in batch:
            topic = topics.inbox(agency)
            lane = Lane(topic, topics.partition_of(record.key.hex(),
                                                   concord.log.partitions(topic)))
            concord.log.append(lane, [record])
        concord.check()
    with concord.store.view() as view:
        open_ = [each for each in stored_findings(view, concord.codec)
                 if each.state is FindingState.OPEN]
        return {"people": people_listed(view),
                "findings": [{**finding_json(each), "certainty": each.certainty}
                             for each in in_order(open_)]}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    """What real adapters make of the two evenings' folders."""
    bench = Bench(tmp_path_factory.mktemp("drop"))
    first_extracts(bench)
    second_extracts(bench)
    return inbox_of(bench)


@pytest.fixture(scope="module")
def in_order_sent(sent: list[Sent]) -> dict[str, Any]:
    """Where the undisturbed order ends."""
    return ending([sent])


def test_the_folder_holds_what_several_rules_speak_of(in_order_sent: dict[str, Any]) -> None:
    """A property that holds of nothing would show nothing."""
    found = {each["code"] for each in in_order_sent["findings"]}

    assert CODES == found


@pytest.mark.slow
@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), repeated=st.integers(0, 15), checks=st.integers(1, 4))
def test_any_order_repetition_and_batching_ends_the_same(
        seed: int, repeated: int, checks: int, sent: list[Sent],
        in_order_sent: dict[str, Any]) -> None:
    """Children, ids and open findings are a function of the statements alone."""
    chance = random.Random(seed)
    mixed = [*sent, *chance.choices(sent, k=repeated)]
    chance.shuffle(mixed)
    cuts = sorted(chance.sample(range(1, len(mixed)), checks - 1))

    batches = [mixed[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]

    assert in_order_sent == ending(batches)
