"""What the police are told of a child they worry about that is recorded as having died."""
from datetime import UTC, datetime

from broker.event.finding import NoticeIssued
from broker.pipeline.notify import notices_for
from broker.report.findings import stored_findings
from broker.vocabulary.words import NoticeState
from tests.pipeline import lines
from tests.pipeline.conftest import Bench

FEARED = lines.notice("P1", "N1", "2026-02-28T10:00:00Z", "sexual_abuse", risk_grade="High",
                      child_spoken_to="N", demeanour_recorded="N")
ASKED = ("Before anybody rings, visits or writes to the family, ask North Valley Council what "
         "they now hold of this child")


def unseen(bench: Bench) -> NoticeIssued:
    """What the police were last told of the child whom nobody has seen."""
    bench.check()
    bench.concord.deliver()
    with bench.concord.store.view() as view:
        [notice] = [each for each in notices_for(view, bench.concord.codec, "police")
                    if each.code == "S01"]
    return notice


def tell(bench: Bench, day_of_death: str = "") -> None:
    """All that the agencies hold now, extracted now."""
    bench.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayleigh", "Thornton", "2011-05-14")],
        ppn=[lines.PPN, FEARED])
    bench.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "C1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date=day_of_death)],
        ssd_cin_visits=["cinv_cin_visit_id,cinv_cin_plan_id,cinv_cin_visit_date,"
                        "cinv_cin_visit_seen,cinv_cin_visit_seen_alone,"
                        "cinv_cin_visit_bedroom,cinv_person_id"])


def test_nobody_is_left_without_a_word_of_whom_to_ask(bench: Bench) -> None:
    """One wrong record must not end in silence what the police fear for the child."""
    tell(bench)
    before = unseen(bench)
    bench.later(days=1)
    tell(bench, "2026-03-01")
    held = unseen(bench)
    bench.later(days=7)
    tell(bench, "2026-03-01")
    over = unseen(bench)

    assert [NoticeState.SENT, NoticeState.SENT, NoticeState.ENDED] == [
        before.state, held.state, over.state]
    assert before.action.startswith("Agree now who sees the child today")
    assert held.action.startswith(ASKED)
    assert over.action == f"No further action on this notice. {ASKED}."
    assert datetime(2026, 3, 9, 22, tzinfo=UTC) == over.until


def told_of_long_after(bench: Bench, day_of_death: str, extracted_at: datetime) -> None:
    """The council's people as extracted then, which come only now."""
    folder = bench.folder / "late"
    folder.mkdir()
    (folder / "ssd_person.csv").write_text("\n".join([lines.SSD_PERSON, lines.ssd_person(
        "C1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date=day_of_death)]) + "\n")
    paths = [folder / "ssd_person.csv"]
    bench.concord.publisher().publish(bench.concord.feed("council"), paths,
                                      dict.fromkeys(paths, extracted_at), extracted_at)


def test_the_week_begins_when_the_partnership_was_told(bench: Bench) -> None:
    """By an extract that lay about for ten days; and whoever looks back sees the same."""
    tell(bench)
    unseen(bench)
    bench.later(days=11)
    told_of_long_after(bench, "2026-03-01", datetime(2026, 3, 2, 22, tzinfo=UTC))
    tell(bench, "2026-03-01")
    held = unseen(bench)
    bench.later(days=7)
    tell(bench, "2026-03-01")
    over = unseen(bench)
    with bench.concord.as_of(datetime(2026, 3, 19, 21, tzinfo=UTC)).store.view() as view:
        before = [each.state.value for each in stored_findings(view, bench.concord.codec)
                  if each.code == "S01"]

    assert ((NoticeState.SENT, True), NoticeState.ENDED, ["OPEN"]) == (
        (held.state, held.action.startswith(ASKED)), over.state, before)
    assert datetime(2026, 3, 19, 22, tzinfo=UTC) == over.until
