"""Findings of one rule about several parts of a thing: each goes on as itself, or ends."""
from collections.abc import Iterator
from datetime import date

from broker.case.case import Case
from broker.event.finding import Finding
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.findings.finding import finding_id_of
from broker.findings.reconcile import Redirect, reconcile
from broker.rules.catalogue import RULES
from broker.rules.evaluate import evaluate
from broker.rules.limits import Limits
from broker.rules.registry import Registry
from broker.rules.rule import Disagreement, Said, Yielded
from broker.vocabulary.words import Severity
from tests.findings.test_findings_done_late import Store, notice
from tests.findings.test_findings_reconcile import DOC, case_of, home, minutes, police

PARTS = ("a", "b", "c", "d")
REGISTRY = Registry()


def in_parts(case: Case, limits: Limits) -> Iterator[Yielded]:
    """A disagreement in each part, between all homes and all incidents."""
    homes = sorted(case.current(MissingEpisodeRecorded), key=lambda each: each.record)
    if homes:
        evidence = tuple(Said(each, "says", "NEUTRAL")
                         for each in (*homes, *case.current(IncidentRecorded)))
        yield from (Disagreement(
            anchor=homes[0], part=part, severity=Severity.HIGH, since=homes[0].recorded_at,
            evidence=evidence, sentence="They differ.", action="Ask.",
            would_change="A record.") for part in PARTS)


in_parts.__doc__ = DOC
REGISTRY.rule(code="X03", name="X03", severity=Severity.HIGH, needs=(MissingEpisodeRecorded,),
              starts=date(2014, 1, 1))(in_parts)


def test_what_ends_as_another_part_begins_is_resolved() -> None:
    """R01: a sharing in time is written down a week on, and nobody at the council knows of it. The
    notice had not been shared by what was written, and that is no longer so."""
    store = Store()
    store.rules = tuple(each for each in RULES if each.code == "R01")
    store.look(30, notice(3))
    done = store.look(192, notice(170, shared=10))

    assert ((), ["OPEN", "RESOLVED"]) == (
        done.redirects, sorted(each.state.value for each in store.findings.values()))


def test_each_part_goes_on_as_itself_when_the_anchor_changes() -> None:
    """A lesser record joins: all parts rest on the same records, before and after."""
    later, lesser, other = home(0, record="A2"), home(5, record="A1"), police(10)
    findings: tuple[Finding, ...] = ()
    for said, at in (((later, other), 11), ((later, other, lesser), 20)):
        case = case_of(said, at)
        done = reconcile("child", findings, evaluate(case, Limits(), tuple(REGISTRY)), case, (),
                         minutes(at))
        findings = tuple(each.finding for each in done.changes)

    assert {Redirect(finding_id_of("X03", later, part), finding_id_of("X03", lesser, part))
            for part in PARTS} == set(done.redirects)
