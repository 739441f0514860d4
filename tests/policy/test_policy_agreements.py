"""Agreements: deny by default, on the day, for the purpose, in one direction."""
from datetime import date

import pytest

from broker.policy.agreements import Agreement, Agreements
from broker.vocabulary.words import Purpose, Stream

DAY = date(2026, 3, 1)
SAFEGUARDING = Purpose.SAFEGUARDING


def agreement(starts: date = DAY, ends: date | None = None, *,
              identifiable: bool = False) -> Agreement:
    """The police give the council and the home what they know of missing children."""
    return Agreement(
        giving=frozenset({"police"}), receiving=frozenset({"council", "riverside"}),
        streams=frozenset({Stream.MISSING}), purposes=frozenset({SAFEGUARDING}),
        starts=starts, ends=ends, identifiable=identifiable)


def test_without_an_agreement_nothing_is_allowed() -> None:
    """Deny by default: neither published, nor given, nor seen with real ids."""
    none = Agreements(()).in_force(DAY)

    assert (False, False, False) == (
        none.may_publish("police", Stream.MISSING, SAFEGUARDING),
        none.may_receive("police", "council", Stream.MISSING, SAFEGUARDING),
        none.may_identify("council", (Stream.MISSING,)))


def test_an_agreement_allows_its_own_streams_and_direction_only() -> None:
    """What police give the council, the council does not give the police."""
    allowed = Agreements((agreement(),)).in_force(DAY)

    assert [True, False, False, False] == [
        allowed.may_receive("police", "council", Stream.MISSING, SAFEGUARDING),
        allowed.may_receive("council", "police", Stream.MISSING, SAFEGUARDING),
        allowed.may_receive("police", "council", Stream.RISK, SAFEGUARDING),
        allowed.may_receive("council", "riverside", Stream.MISSING, SAFEGUARDING)]


def test_an_agency_may_always_see_its_own() -> None:
    """Nobody needs leave to read what they wrote."""
    none = Agreements(()).in_force(DAY)

    assert none.may_receive("police", "police", Stream.RISK, SAFEGUARDING)


def test_another_purpose_is_another_agreement() -> None:
    """Purpose limitation: what is shared to safeguard is shared for nothing else."""
    allowed = Agreements((agreement(),)).in_force(DAY)
    others = [each for each in Purpose if each is not SAFEGUARDING]

    assert not any(allowed.may_publish("police", Stream.MISSING, each) for each in others)


@pytest.mark.parametrize(("starts", "ends", "allowed"), [
    (date(2026, 3, 1), date(2026, 3, 1), True),
    (date(2026, 3, 2), None, False),
    (date(2026, 1, 1), date(2026, 2, 28), False),
    (date(2026, 1, 1), None, True),
])
def test_the_first_and_the_last_day_are_in(
        starts: date, ends: date | None, allowed: bool) -> None:  # a table's column
    """Both ends are local days and both are included."""
    in_force = Agreements((agreement(starts, ends),)).in_force(DAY)

    assert allowed == in_force.may_publish("police", Stream.MISSING, SAFEGUARDING)


def test_real_ids_need_an_agreement_on_every_stream_of_the_topic() -> None:
    """One identifiable stream does not open the others."""
    allowed = Agreements((agreement(identifiable=True),)).in_force(DAY)

    assert [True, False, False] == [
        allowed.may_identify("council", (Stream.MISSING,)),
        allowed.may_identify("council", (Stream.MISSING, Stream.RISK)),
        allowed.may_identify("police", (Stream.MISSING,))]


def test_an_analyst_reads_what_the_agency_is_given_and_nobody_elses_topics() -> None:
    """A home given missing reports reads that stream; not the police's inbox, nor risk."""
    allowed = Agreements((agreement(),)).in_force(DAY)

    assert [True, True, False, False, False] == [
        allowed.may_analyse("riverside", None, (Stream.MISSING,)),
        allowed.may_analyse("riverside", "riverside", tuple(Stream)),
        allowed.may_analyse("riverside", None, (Stream.RISK,)),
        allowed.may_analyse("riverside", "police", tuple(Stream)),
        allowed.may_analyse("hillcrest", None, (Stream.MISSING,))]
