"""A girl whom two agencies describe, and her erasure at one of them."""
import pytest

from broker.event.finding import Finding
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.auditing import audit_entries
from broker.pipeline.erase import Authority, Eraser, ErasureAsked, ErasurePlan
from broker.pipeline.linking import LINKING_TABLES
from broker.pipeline.subject import Subject, logged_in
from broker.pipeline.tables import PIPELINE_TABLES
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    Bench,
)

PPNS = ("ppn_ref,incident_ref,nominal_id,created_at,shared_with_csc_at,not_shared_reason,"
        "concern_types,risk_grade,child_spoken_to,demeanour_recorded,alleged_source,"
        "handling_code,handling_conditions,updated_at")
LINKS = ("link_ref,child_nominal_id,subject_nominal_id,subject_category,relationship,"
         "address_line,address_postcode,from_date,to_date,updated_at")
TWIN_AT_HOME = KAYLEIGH_AT_HOME.replace("R1,Kayleigh,Thornton,,2011-05-14",
                                        "R2,Olivia,Bexley,,2009-11-03")
TWIN_AT_POLICE = KAYLEIGH_AT_POLICE.replace("N1,Kayley,Thornton,,2011-05-14",
                                            "N9,Olivia,Bexley,,2009-11-03")
GIRL = Subject("police", "N1")
OTHER_GIRL = "N2,Kayla,Marsden,,2012-06-01,Female,W1,,,,,,2026-01-12T09:00:00Z"
WHO = Authority(by="r.manager", authorised_by="d.officer", reason="court order 12")


def eraser_of(bench: Bench) -> Eraser:
    """An eraser over the bench's store and log."""
    concord = bench.concord
    return Eraser(concord.store, concord.log, concord.codec, concord.model,
                  concord.settings.agencies)


def erase(bench: Bench, asked: ErasureAsked | None = None) -> ErasurePlan:
    """Erase the girl at the police, now."""
    return eraser_of(bench).erase(asked or ErasureAsked(subject=GIRL), WHO, bench.clock.now())


def tell(bench: Bench) -> None:
    """The home says missing, the police a concern; checked and delivered."""
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                  absences=[ABSENCES, MISSING_FROM_HOME])
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE, OTHER_GIRL],
                  incidents=[INCIDENTS, CONCERN_AT_POLICE])
    bench.check()
    bench.concord.deliver()


def m01(found: list[Finding]) -> Finding:
    """The one finding of a missing child recorded as a concern."""
    [finding] = [each for each in found if each.code == "M01"]
    return finding


@pytest.fixture
def told(bench: Bench) -> Bench:
    """What the story begins with."""
    tell(bench)
    return bench


def everything(bench: Bench) -> bytes:
    """All bytes of every row and every topic of a partnership in memory."""
    concord = bench.concord
    parts: list[bytes] = []
    with concord.store.view() as view:
        for table in (*PIPELINE_TABLES, *LINKING_TABLES):
            for row in view.scan(table, table.key[0]):
                parts.extend(each if isinstance(each, bytes) else str(each).encode()
                             for each in row)
    agencies = sorted(concord.settings.agencies)
    for topic in (*topics.SHARED, topics.FINDINGS, topics.PEOPLE, topics.DECISIONS, topics.AUDIT,
                  *(kind(agency) for agency in agencies
                    for kind in (topics.inbox, topics.held, topics.rejected, topics.feed,
                                 topics.notices))):
        for partition in range(concord.log.partitions(topic)):
            parts.extend(each.record.value or b""
                         for each in logged_in(concord.log, Lane(topic, partition)))
    return b"\x00".join(parts)


def said_in_audit(bench: Bench, words: str) -> int:
    """How often the audit says these words; each entry is a row and a record of its topic."""
    with bench.concord.store.view() as view:
        return sum(words in each.why for each in audit_entries(view, bench.concord.codec))
