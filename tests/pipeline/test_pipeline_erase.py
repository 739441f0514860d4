"""Erasure: gone from files, topics and rows, told to recipients, and it does not come back."""
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from broker.audit.verify import Verdict as Chain
from broker.backends.clock import ManualClock
from broker.bootstrap import assemble, open_home
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.pipeline.auditing import audit_entries, verify_stored
from broker.pipeline.decide import decide_finding, judge
from broker.pipeline.erase import Eraser, ErasureAsked
from broker.pipeline.erase_quotes import FINDING_ERASED, REASON_ERASED
from broker.pipeline.linking_tables import PEOPLE_JUDGEMENTS
from broker.pipeline.notify import NOTICE_ERASED, notices_for
from broker.pipeline.tables import LAST_SAID, SNAPSHOT_ROWS
from broker.report.findings import stored_findings
from broker.report.people import people_listed
from broker.vocabulary.words import AuditAction, FindingDecision, FindingState, NoticeState
from broker.vocabulary.words import Verdict as Judged
from tests.pipeline.conftest import (
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_POLICE,
    NOMINALS,
    START,
    Bench,
)
from tests.pipeline.erasing import (
    GIRL,
    OTHER_GIRL,
    erase,
    eraser_of,
    everything,
    m01,
    said_in_audit,
    tell,
    told,
)

__all__ = ["told"]


def test_a_plan_says_what_would_go_and_changes_nothing(told: Bench) -> None:
    """A dry run is the default of the command."""
    before = everything(told)

    plan = eraser_of(told).plan(ErasureAsked(subject=GIRL))

    assert ["IncidentRecorded", "PersonRecorded"] == sorted(
        each.said.type_name for each in plan.filed)
    assert ["M01"] == [each.code for each in plan.findings]
    assert ["police", "riverside"] == sorted({each.recipient for each in plan.notices})
    assert before == everything(told)


def test_no_row_and_no_topic_holds_the_name_or_the_local_id(told: Bench) -> None:
    """What other records say of others stays."""
    assert b"Kayley" in everything(told)

    erase(told)
    told.check()
    told.concord.deliver()

    left = everything(told)
    assert [False, False, False, True, True] == [
        each in left for each in (b"Kayley", b"police:N1", b"INC1", b"Kayla", b"Kayleigh")]


def test_publishing_the_folder_again_does_not_bring_it_back(told: Bench) -> None:
    """The publisher knows the rows again without knowing whose they are."""
    erase(told)
    told.later(days=1)

    reports = [told.publish_path("police", path) for path in sorted(told.folder.iterdir())
               if path.name.startswith("police")]
    told.check()
    told.concord.deliver()

    assert [(3, 3, 0)] == [(each.read, each.unchanged, each.statements) for each in reports]
    assert [False, False] == [each in everything(told) for each in (b"Kayley", b"INC1")]
    assert ["police:N2"] == [each for [each] in told.people() if each.startswith("police")]


def test_intake_refuses_it_where_the_publishers_memory_is_lost(told: Bench) -> None:
    """The refusal keeps neither the message nor a copy of it."""
    erase(told)
    concord = told.concord
    with concord.store.begin() as unit:
        unit.delete(LAST_SAID, [(row[0],) for row in unit.scan(LAST_SAID, "record_key")])
    for path in sorted(told.folder.iterdir()):
        told.publish_path(path.name.partition("-")[0], path)

    count = concord.check()

    assert (2, 0) == (count.rejected, count.accepted)
    assert b"Kayley" not in everything(told)


def test_what_is_new_is_taken_in_again(told: Bench) -> None:
    """Erasure is of what was said, and no ban on the person."""
    erase(told)
    told.later(days=1)
    told.publish("police", incidents=[INCIDENTS, CONCERN_AT_POLICE.replace(
        "Concern for safety", "Missing person").replace("21:35:00Z", "23:50:00Z")])

    assert 1 == told.concord.check().accepted


def test_findings_and_notices_that_quote_it_end_without_their_words(told: Bench) -> None:
    """Whoever got a notice gets its end."""
    erase(told)
    found = told.check()

    concord = told.concord
    with concord.store.view() as view:
        notices = [each for agency in ("police", "riverside")
                   for each in notices_for(view, concord.codec, agency) if each.code == "M01"]
    finding = m01(found)
    assert (FindingState.WITHDRAWN, FINDING_ERASED, ()) == (
        finding.state, finding.sentence, finding.evidence)
    assert [(NoticeState.ENDED, NOTICE_ERASED, ())] * 2 == [
        (each.state, each.sentence, each.evidence) for each in notices]


def test_the_audit_chain_verifies_and_tells_of_the_erasure(told: Bench) -> None:
    """It names nobody, so nothing in it has to go."""
    concord = told.concord
    with concord.store.view() as view:
        before = [each.digest for each in audit_entries(view, concord.codec)]

    erase(told)

    with concord.store.view() as view:
        verdict, _ = verify_stored(view, concord.codec)
        after = list(audit_entries(view, concord.codec))
    assert Chain(True) == verdict
    assert before == [each.digest for each in after[:len(before)]]
    [entry] = [each for each in after if each.action is AuditAction.ERASURE]
    assert ("r.manager", "court order 12") == (entry.actor, entry.why)
    assert "authorised by d.officer: 2 records" in str(entry.detail)


def test_a_judgement_stays_without_its_reason(told: Bench) -> None:
    """A pair judged different is not joined again on the day the person is sent anew."""
    concord = told.concord
    judge(concord.store, concord.codec, concord.model, "police:N1", "riverside:R1",
          Judged.DIFFERENT, "a.reviewer", "Kayley is a cousin", told.clock.now())
    told.check()

    erase(told)

    with concord.store.view() as view:
        rows = view.scan(PEOPLE_JUDGEMENTS, "judgement_id")
    assert [("DIFFERENT", REASON_ERASED)] == [(row[3], row[6]) for row in rows]
    assert 2 * said_in_audit(told, "cousin") == everything(told).count(b"cousin")


def test_decisions_on_a_withdrawn_finding_go_with_it(told: Bench) -> None:
    """Their reasons may quote what was erased."""
    concord = told.concord
    decide_finding(concord.store, concord.codec, m01(told.check()).finding_id,
                   FindingDecision.CONFIRMED, "a.lead", "spoke about INC1", told.clock.now())
    told.check()

    erase(told)

    assert 2 * said_in_audit(told, "spoke about") == everything(told).count(b"spoke about")


def test_erasing_twice_changes_nothing_more(told: Bench) -> None:
    """A run that was stopped before the topics were clean is finished by the next."""
    erase(told)
    told.check()
    before = everything(told)

    again = erase(told)

    assert again.is_empty
    assert before == everything(told)


def test_a_run_stopped_before_the_topics_is_finished_by_the_next(
    told: Bench, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The suppression list, written with the rows, says what is still to do."""
    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Eraser, "finish", stopped)
        with pytest.raises(KeyboardInterrupt):
            erase(told)
    assert b"Kayley" in everything(told)

    erase(told)

    assert [False, False, False] == [
        each in everything(told) for each in (b"Kayley", b"police:N1", b"INC1")]


def test_the_past_is_told_less_what_was_erased_since(told: Bench) -> None:
    """What the report would have said on the day no longer includes the person."""
    evening = told.clock.now()
    told.later(days=1)
    erase(told)

    past = told.concord.as_of(evening)

    with past.store.view() as view:
        assert [] == [each for each in stored_findings(view, past.codec) if each.code == "M01"]
        assert [["police:N2"], ["riverside:R1"]] == sorted(
            [f"{member['agency']}:{member['local_id']}" for member in each["members"]]
            for each in people_listed(view))


def test_a_snapshot_agency_does_not_store_the_row_again(tmp_path: Path) -> None:
    """A row that is still in the file is passed over; taken out, it is no withdrawal."""
    bench = Bench(tmp_path)
    settings = parse(tomllib.loads(CONFIGURATION.replace(
        '# extract = "changes"  ', 'extract = "snapshot" ')))
    bench.concord.settings = settings
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE, OTHER_GIRL])
    bench.check()
    erase(bench)
    for rows in ([KAYLEIGH_AT_POLICE, OTHER_GIRL], [OTHER_GIRL]):
        bench.later(days=1)
        report = bench.publish("police", nominals=[NOMINALS, *rows])
        bench.check()
        assert (0, 0) == (report.statements, report.withdrawn)

    with bench.concord.store.view() as view:
        assert 1 == view.count(SNAPSHOT_ROWS)
    assert b"Kayley" not in everything(bench)


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Bench]:
    """The same partnership in a SQLite file."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "concord.toml").write_text(CONFIGURATION, encoding="utf-8")
    files = tmp_path / "files"
    files.mkdir()
    bench = Bench(files)
    with closing(open_home(home)) as opened:
        bench.concord = assemble(opened.settings, opened.log, opened.store, ManualClock(START))
        yield bench


def spelt(number: int) -> str:
    """A name for a number, unlike those of its neighbours."""
    syllables = ("Ba", "cor", "den", "fal", "gri", "hol", "jun", "kes", "lor", "mar")
    return "".join(syllables[int(digit)] for digit in f"{number * 7919 % 10_000:04}").capitalize()


@pytest.mark.slow
def test_the_files_on_disk_hold_no_byte_of_the_erased_names(on_disk: Bench) -> None:
    """Neither the database nor its write-ahead log, for many others' rows beside."""
    others = [f"P{n},{spelt(n)},{spelt(n * 7 + 3)},,2013-{n % 12 + 1:02}-{n % 27 + 2:02},Female,"
              "W1,,,,,,2026-01-12T09:00:00Z" for n in range(800)]
    on_disk.publish("police", nominals=[NOMINALS, *others])
    tell(on_disk)

    def held(word: bytes) -> bool:
        files = (on_disk.folder.parent / "home").iterdir()
        return any(word in file.read_bytes() for file in files)

    assert held(b"Kayley")
    erase(on_disk)
    on_disk.check()
    on_disk.concord.deliver()

    assert [False, False, False, True] == [
        held(each) for each in (b"Kayley", b"police:N1", b"INC1", b"Kayleigh")]
