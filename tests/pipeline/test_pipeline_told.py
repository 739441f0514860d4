"""That nothing was allocated means something only where a police system says when it is."""
from broker.event.finding import Finding
from tests.pipeline import lines
from tests.pipeline.conftest import Bench

INCIDENTS = lines.INCIDENTS.replace("deployed_at", "allocated_at,deployed_at")
TWO_DAYS_AGO = "2026-02-27T20:00:00Z"
CHILDREN = [lines.NOMINALS, lines.nominal("N1", "Kayleigh", "Thornton", "2011-05-14"),
            lines.nominal("N2", "Tyrone", "Abara", "2013-09-02")]


def incident(ref: str, nominal_id: str, **more: str) -> str:
    """An incident of two days ago to which nobody came, in a file that can say allocated."""
    return lines.line(INCIDENTS, **{
        "incident_ref": ref, "nominal_id": nominal_id, "opening_category": "Domestic incident",
        "reported_at": TWO_DAYS_AGO, "grade_initial": "Priority", "grade_final": "Priority",
        "updated_at": TWO_DAYS_AGO, **more})


def unallocated(bench: Bench) -> list[Finding]:
    """Every G04 there is, in whatever state."""
    return [each for each in bench.check() if each.code == "G04"]


def test_a_column_that_is_always_empty_says_nothing(bench: Bench) -> None:
    """The force may not keep it at all."""
    bench.publish("police", nominals=CHILDREN, incidents=[INCIDENTS, incident("INC1", "N1")])

    assert [] == unallocated(bench)


def test_another_child_s_allocation_shows_that_the_system_says_when(bench: Bench) -> None:
    """What was not evaluated for the first child is raised once anybody's is told."""
    bench.publish("police", nominals=CHILDREN, incidents=[INCIDENTS, incident("INC1", "N1")])
    before = unallocated(bench)
    bench.later(minutes=10)
    bench.publish("police", incidents=[
        INCIDENTS, incident("INC1", "N1"),
        incident("INC2", "N2", allocated_at="2026-02-27T20:15:00Z")])

    after = unallocated(bench)

    assert ([], [("INC1/N1", "2026-02-28T20:00:00+00:00")]) == (
        before, [(each.evidence[0].record, each.since.isoformat()) for each in after])
