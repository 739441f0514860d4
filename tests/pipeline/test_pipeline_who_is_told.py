"""What a notice says to whom where a child may have been harmed by those who care for it."""
import pytest

from broker.event.finding import NoticeIssued
from broker.findings.finding import LEAD_DECIDES
from broker.pipeline.notify import notices_for
from tests.pipeline import lines
from tests.pipeline.conftest import Bench
from tests.pipeline.escalating import given, raised

AT_THE_COUNCIL = [lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")]
OFFICER = ("For the designated officer: while an allegation stands, this is kept from Riverside "
           "House. ")


def notice(bench: Bench, agency: str, code: str = "M01") -> NoticeIssued:
    """The agency's notice of this rule's finding."""
    with bench.concord.store.view() as view:
        [found] = [each for each in notices_for(view, bench.concord.codec, agency)
                   if each.code == code]
    return found


def alleged(bench: Bench, source: str, **more: str) -> None:
    """Police hear who is said to have harmed the girl."""
    bench.publish("police", ppn=[lines.PPN, lines.notice(
        "PPN1", "N1", "2026-03-01T21:45:00Z", "physical_abuse", alleged_source=source, **more)])
    given(bench)


@pytest.fixture
def told(bench: Bench) -> Bench:
    """A girl is missing from her home; police hold a concern, and the council knows her."""
    bench.publish("council", ssd_person=AT_THE_COUNCIL)
    raised(bench)
    return bench


def test_what_an_allegation_keeps_from_a_home_is_for_the_designated_officer(told: Bench) -> None:
    """At the council; the police's own notice is as it was."""
    before = {agency: notice(told, agency).action for agency in ("council", "police")}
    alleged(told, "home_staff", alleged_urn="SC012345")

    assert OFFICER + before["council"] == notice(told, "council").action
    assert before["police"] == notice(told, "police").action


def test_without_the_allegation_it_is_for_nobody_in_particular_again(told: Bench) -> None:
    """It was taken back."""
    before = notice(told, "council").action
    alleged(told, "home_staff", alleged_urn="SC012345")
    told.later(hours=1)
    alleged(told, "other_adult", updated_at="2026-03-01T22:30:00Z")

    assert before == notice(told, "council").action


@pytest.mark.parametrize(("source", "guarded"), [
    ("parent", True), ("carer", True), ("other_adult", False), ("child", False),
    ("unknown", False)])
def test_nobody_is_sent_to_a_parent_or_carer_who_may_have_done_it(
        told: Bench, source: str, guarded: bool) -> None:
    """Every agency's action says that the lead decides first, and a finding's own does."""
    alleged(told, source)
    actions = [notice(told, agency).action for agency in ("police", "council")] + [
        each.action for each in told.check() if each.code == "M01"]

    assert [guarded] * 3 == [each.endswith(f" {LEAD_DECIDES}") for each in actions]


def test_a_notice_shows_no_address_of_another_agency(bench: Bench) -> None:
    """Police and council hold two addresses: each learns that they differ, not where."""
    bench.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayleigh", "Thornton", "2011-05-14", home_address="3 Hidden Lane",
        home_postcode="LS1 4AP")])
    bench.publish("council", ssd_person=AT_THE_COUNCIL, ssd_address=[
        lines.SSD_ADDRESS, lines.line(
            lines.SSD_ADDRESS, addr_table_id="AD1", addr_person_id="C1",
            addr_address_type="Home", addr_address_start_date="2026-02-01",
            addr_address_postcode="YO61 3QQ")])
    given(bench)
    shown = [str(notice(bench, agency, "D06")) for agency in ("police", "council")]

    assert [] == [word for word in ("LS1", "YO61", "Hidden") if word in "".join(shown)]
