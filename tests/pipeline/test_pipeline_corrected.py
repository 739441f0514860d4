"""What an agency corrects in a record while a finding on it stands: what is told follows, nobody
is alarmed anew, and what people decided holds."""
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from broker.bootstrap import Concord
from broker.event.finding import Finding, NoticeIssued
from broker.pipeline import evaluate
from broker.pipeline.decide import decide_finding
from broker.pipeline.notify import notices_for
from broker.pipeline.remembered import Memories
from broker.report.findings import stored_findings
from broker.vocabulary.words import FindingDecision, FindingState, NoticeState
from tests.pipeline.conftest import (
    ABSENCES,
    KAYLEIGH_AT_HOME,
    MISSING_FROM_HOME,
    RESIDENTS,
    Bench,
)

CORRECTED = MISSING_FROM_HOME.replace("T20:30", "T19:50").replace("T21:31", "T23:20")
RAISED = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
PERSON = ["pers_person_id,pers_forename,pers_surname,pers_sex,pers_dob",
          "C1,Kayleigh,Thornton,F,2011-05-14"]
AS_CONCERN = ("Riverside House recorded the child as missing, last seen {} on 1 March 2026; North "
              "Valley Police recorded the same occasion as “Concern for safety”")
UNKNOWN = ("Riverside House recorded the child as missing, last seen {} on 1 March 2026. North "
           "Valley Police have")
SAYS = ("“missing”, last seen {} on 1 March 2026, noticed 21:20 on 1 March 2026, police told "
        "21:25 on 1 March 2026")


def look(bench: Bench) -> Finding:
    """The one finding of what the police hold, once all has been checked and delivered."""
    bench.check()
    bench.concord.deliver()
    bench.concord.relay()
    (found,) = [each for each in bench.check() if each.code in ("M01", "M02")]
    return found


def correct(bench: Bench) -> Finding:
    """Half an hour on the home has corrected when it last saw the child."""
    bench.later(minutes=30)
    bench.publish("riverside", absences=[ABSENCES, CORRECTED])
    return look(bench)


def notice(bench: Bench, agency: str, finding: Finding) -> NoticeIssued:
    """What this agency was last told of it."""
    with bench.concord.store.view() as view:
        (told,) = [each for each in notices_for(view, bench.concord.codec, agency)
                   if each.finding_id == finding.finding_id]
    return told


def stands(concord: Concord) -> list[Finding]:
    """The finding as this store, looking back or not, has it."""
    with concord.store.view() as view:
        return [each for each in stored_findings(view, concord.codec)
                if each.code in ("M01", "M02")]


@pytest.fixture
def as_concern(missing_girl: Callable[[], Bench]) -> Bench:
    """The police hold a concern for safety: M01."""
    bench = missing_girl()
    bench.clock.set(RAISED)
    return bench


@pytest.fixture
def unknown(bench: Bench) -> Bench:
    """The police hold nothing: M02."""
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                  absences=[ABSENCES, MISSING_FROM_HOME])
    bench.clock.set(RAISED)
    return bench


@pytest.mark.parametrize(("kept", "sentence"), [
    ("as_concern", AS_CONCERN), ("unknown", UNKNOWN)])
def test_what_is_told_follows_the_corrected_record(
        kept: str, sentence: str, request: pytest.FixtureRequest) -> None:
    """The sentence, and the version that is cited and what it says; not since when it stands."""
    bench: Bench = request.getfixturevalue(kept)
    before = look(bench)
    assert before.sentence.startswith(sentence.format("20:30"))

    now = correct(bench)

    assert now.sentence.startswith(sentence.format("19:50"))
    assert now.evidence[0].says == SAYS.format("19:50")
    assert now.evidence[0].recorded_at == datetime(2026, 3, 1, 23, 20, tzinfo=UTC)
    assert (now.finding_id, now.since, now.state, now.severity, now.evidence_digest) \
        == (before.finding_id, before.since, before.state, before.severity,
            before.evidence_digest)


@pytest.mark.parametrize("kept", ["as_concern", "unknown"])
def test_who_was_told_is_not_alarmed_anew_and_who_is_told_next_reads_what_is_so(
        kept: str, request: pytest.FixtureRequest) -> None:
    """The notice that was sent keeps its state and its time, with the corrected words; one to an
    agency that holds the child only later begins with them."""
    bench: Bench = request.getfixturevalue(kept)
    sent = notice(bench, "riverside", look(bench))

    corrected = notice(bench, "riverside", correct(bench))
    bench.publish("council", ssd_person=PERSON)
    later = notice(bench, "council", look(bench))

    assert (corrected.state, corrected.sent_at) == (NoticeState.SENT, sent.sent_at)
    assert ["19:50" in each.sentence for each in (sent, corrected, later)] == [False, True, True]
    assert later.state is NoticeState.SENT


@pytest.mark.parametrize("kept", ["as_concern", "unknown"])
def test_a_dismissal_holds_over_a_correction_of_what_does_not_bear_on_it(
        kept: str, request: pytest.FixtureRequest) -> None:
    """What was dismissed is that the two differ, and that they still do."""
    bench: Bench = request.getfixturevalue(kept)
    concord = bench.concord
    decide_finding(concord.store, concord.codec, look(bench).finding_id,
                   FindingDecision.DISMISSED, "sgt", "they spoke", bench.clock.now())

    now = correct(bench)

    assert now.state is FindingState.DISMISSED
    assert "last seen 19:50" in now.sentence


@pytest.mark.parametrize("kept", ["as_concern", "unknown"])
def test_an_earlier_version_that_arrives_late_or_twice_changes_nothing(
        kept: str, request: pytest.FixtureRequest) -> None:
    """The version that was written last is told, whatever came last."""
    bench: Bench = request.getfixturevalue(kept)
    look(bench)
    now = correct(bench)

    bench.later(minutes=1)
    bench.publish("riverside", absences=[
        ABSENCES, MISSING_FROM_HOME.replace("T21:31", "T22:31")])

    assert look(bench) == now


@pytest.mark.parametrize("kept", ["as_concern", "unknown"])
@pytest.mark.parametrize("many", [1, 1000])
def test_looking_back_and_building_anew_tell_the_same(
        kept: str, many: int, monkeypatch: pytest.MonkeyPatch,
        request: pytest.FixtureRequest) -> None:
    """Also of a child of whom earlier looks are remembered."""
    monkeypatch.setattr(evaluate, "Memories", lambda: Memories(many=many))
    bench: Bench = request.getfixturevalue(kept)
    before, first = look(bench), bench.clock.now()
    now = correct(bench)
    bench.later(minutes=1)

    assert [[before], [now]] == [
        stands(bench.concord.as_of(at)) for at in (first, bench.clock.now())]
    bench.concord.rebuild("ops", "shown to be the same")
    assert stands(bench.concord) == [now]
