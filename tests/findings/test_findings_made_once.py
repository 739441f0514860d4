"""A finding is made again only when something that it tells is another."""
from dataclasses import replace

from bench.one_child_made import PARTNERSHIP, reach_of, told
from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.memory import Memory
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Statement
from broker.event.finding import Finding
from broker.event.person import PersonRecorded
from broker.findings.finding import findings_of
from broker.rules.catalogue import RULES
from broker.rules.evaluate import evaluate
from broker.rules.limits import Limits
from broker.vocabulary.words import AllegedSource
from tests.case.told import made

SAID = told("absences", 300)
SURE = Link()
NOW = max(each.recorded_at for each in SAID)


def found_in(memory: Memory | None, said: list[Statement], *, link: Link = SURE,
             partnership: Partnership = PARTNERSHIP) -> list[Finding]:
    """The findings of the rule that raises most of this child."""
    case: Case = build_case("child", [Received(each, NOW) for each in said], now=NOW, link=link,
                            partnership=partnership, reach=reach_of(SAID), memory=memory)
    answers = evaluate(case, Limits(), RULES).answers
    most = max(answers, key=lambda each: len(each.disagreements))
    return findings_of(most.rule, most.disagreements, case)


def test_a_finding_of_what_still_disagrees_in_the_same_way_is_the_very_same() -> None:
    """A record that has nothing to do with it came meanwhile."""
    memory = Memory()
    before = found_in(memory, SAID[:-1])

    after = found_in(memory, SAID)

    assert len(before) > 1
    assert [id(each) for each in before] == [id(each) for each in after[:len(before)]]
    assert found_in(None, SAID) == after


def test_a_finding_follows_how_sure_it_is_whose_child_it_is() -> None:
    """The disagreement is the same, and the finding another."""
    memory = Memory()
    found_in(memory, SAID)

    assert {0.9} == {each.certainty for each in found_in(memory, SAID, link=Link(0.9))}
    assert {1.0} == {each.certainty for each in found_in(memory, SAID)}


def test_what_to_do_follows_an_allegation_that_came_since() -> None:
    """Against somebody at home; and a death on record, by whatever name its agency has now."""
    memory = Memory()
    found_in(memory, SAID)
    concern = made(ConcernRecorded, "police", "P1", recorded_at=NOW,
                   alleged_source=AllegedSource.PARENT)
    died = made(PersonRecorded, "council", "c9", recorded_at=NOW, death_date=NOW.date())
    renamed = Partnership({**PARTNERSHIP.agencies, "council": replace(
        PARTNERSHIP.agencies["council"], name="Hill Council")})

    for more in ([concern], [concern, died], [died]):
        assert found_in(None, [*SAID, *more]) == found_in(memory, [*SAID, *more])
    assert found_in(None, [*SAID, died], partnership=renamed) == found_in(
        memory, [*SAID, died], partnership=renamed)
