"""The missing rules whatever the order of arrival, and what their sentences never hold."""
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.case.case import Partnership, Received, RecordKey, build_case
from broker.case.reach import Reach
from broker.event.agency import Agency
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Address, Name, PersonRecorded
from broker.rules.catalogue import RULES
from broker.rules.evaluate import Evaluation, evaluate
from broker.rules.limits import Limits
from broker.vocabulary.words import AgencyKind, IncidentCategory, Risk, State, System, Whereabouts
from tests.rules.agency_form import given_in
from tests.rules.conftest import CASES, worked_case

START = datetime(2026, 3, 2, 18, tzinfo=UTC)
NOW = START + timedelta(days=6)
PARTNERSHIP = Partnership({
    "police": Agency("police", AgencyKind.POLICE, "Valley Police"),
    "riverside": Agency("riverside", AgencyKind.CARE_HOME, "Riverside House"),
})
MISSING_RULES = tuple(each for each in RULES if each.code.startswith("M"))
TYPES = tuple(each.__name__ for each in (MissingEpisodeRecorded, IncidentRecorded))
REACH = Reach({(agency, System.FILES, name): (NOW, (name,))
               for agency in PARTNERSHIP.agencies for name in TYPES})


def envelope(agency: str, record: str, number: int, written: int) -> dict[str, Any]:
    """What every statement carries; versions of a record are an hour apart."""
    return {"event_id": UUID(int=number), "agency": agency, "system": System.FILES,
            "record": record, "subject": "c1", "state": State.CURRENT,
            "recorded_at": START + timedelta(hours=written)}


def after(hours: int | None) -> Moment | None:
    """So many hours after the start."""
    return None if hours is None else Moment(at=START + timedelta(hours=hours))


RISKS = st.sampled_from([None, Risk.LOW, Risk.HIGH])
ACCOUNTS = st.builds(
    lambda agency, record, number, written, start, length, kind, first, now:
    MissingEpisodeRecorded(
        **envelope(agency, f"{agency}{record}", number, written), classification=kind,
        last_seen=after(start), noticed=after(start), risk_first=first, risk_now=now,
        returned=after(None if length is None else start + length)),
    st.sampled_from(["riverside", "police"]), st.integers(1, 3), st.integers(1, 10**6),
    st.integers(0, 40), st.integers(0, 30), st.sampled_from([None, 1, 8]),
    st.sampled_from([Whereabouts.MISSING, Whereabouts.AWAY_KNOWN, Whereabouts.CONCERN_FOR_SAFETY,
                     Whereabouts.UNMAPPED]), RISKS, RISKS)
CALLS = st.builds(
    lambda record, number, written, reported, opened, closed: IncidentRecorded(
        **envelope("police", f"I{record}/p1", number, written), reported=after(reported),
        category_opened=opened, category_closed=closed),
    st.integers(1, 3), st.integers(1, 10**6), st.integers(0, 40), st.integers(0, 30),
    st.sampled_from([IncidentCategory.MISSING_PERSON, IncidentCategory.CONCERN_FOR_SAFETY,
                     IncidentCategory.OTHER]),
    st.sampled_from([None, None, IncidentCategory.CONCERN_FOR_SAFETY]))
SAID = st.lists(st.one_of(ACCOUNTS, CALLS), max_size=8,
                unique_by=(lambda said: said.event_id,
                           lambda said: (said.record, said.recorded_at)))


def asked(said: list[Statement]) -> Evaluation:
    """What the missing rules answer about these statements."""
    case = build_case("child", [Received(each, NOW) for each in said], now=NOW,
                      partnership=PARTNERSHIP, reach=REACH)
    return evaluate(case, Limits(), MISSING_RULES)


@pytest.mark.slow
@given(SAID, st.randoms())
def test_answers_do_not_depend_on_the_order_of_arrival(
    said: list[Statement], random: Any
) -> None:
    """The same statements, in any order and told twice, get the same answers."""
    shuffled = said + said[:2]
    random.shuffle(shuffled)
    assert asked(said) == asked(shuffled)


@given(SAID)
def test_no_rule_crashes(said: list[Statement]) -> None:
    """Whatever is left out or contradicts itself."""
    assert [each.crashed for each in asked(said).answers] == [None] * len(MISSING_RULES)


@given(SAID)
def test_a_finding_is_named_once(said: list[Statement]) -> None:
    """No rule gives two disagreements one id."""
    for answer in asked(said).answers:
        ids = [(RecordKey.of(each.anchor), each.part) for each in answer.disagreements]
        assert len(set(ids)) == len(ids)


@pytest.mark.slow
@given(SAID)
def test_an_occasion_is_held_otherwise_or_not_at_all(said: list[Statement]) -> None:
    """M01 and M02 never speak of one occasion together."""
    raised = {each.rule.code: {RecordKey.of(one.anchor) for one in each.disagreements}
              for each in asked(said).answers}
    assert raised["M01"] & raised["M02"] == set()


@pytest.mark.slow
@given(SAID)
def test_nothing_is_said_to_stand_before_it_was_written(said: list[Statement]) -> None:
    """`since` is never before the evidence, and never after now; what is over lasted from its
    limit until it was over, whenever that was written."""
    for answer in asked(said).answers:
        for each in answer.disagreements:
            if each.over is not None:
                assert each.since < each.over <= NOW
            else:
                assert answer.rule.code == "M10" or min(
                    one.statement.recorded_at for one in each.evidence) <= each.since <= NOW


def test_sentences_hold_no_name_and_no_address() -> None:
    """A sentence speaks of the child, whoever the child is."""
    person = PersonRecorded(
        **envelope("riverside", "R1", 1, 0), birth_date=date(2012, 5, 6),
        names=(Name(given="Zebedee", family="Quillfeather"),),
        addresses=(Address(line="7 Nowhere Lane", postcode="ZZ99 9ZZ"),))
    absence = MissingEpisodeRecorded(
        **envelope("riverside", "A1", 2, 0), classification=Whereabouts.MISSING,
        noticed=after(0))
    (found,) = (each for answer in asked([person, absence]).answers
                for each in answer.disagreements)
    told = " ".join((found.sentence, found.action, found.would_change,
                     *(each.says for each in found.evidence)))
    assert [] == [word for word in ("Zebedee", "Quillfeather", "Nowhere", "ZZ99", "2012")
                  if word in told]


def test_nobody_is_told_to_close_the_record_of_an_absence() -> None:
    """An absence that is over for one and open for another is a child to be asked after."""
    worked = [worked_case("M06", each) for each in given_in(CASES / "M06.yaml")]
    actions = [found.action.lower() for each in worked
               for answer in evaluate(each.case, each.limits, MISSING_RULES).answers
               if answer.rule.code == "M06" for found in answer.disagreements]

    assert actions
    assert [] == [each for each in actions if "close" in each]
