"""Which risk an agency held a child to be at while the child was away."""
from datetime import datetime

from broker.case.absences import Row
from broker.case.case import Case
from broker.case.occasions import Occasion
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.telling import quoted
from broker.vocabulary.words import Risk

LEVELS: dict[Risk | None, int] = {Risk.NONE_APPARENT: 0, Risk.LOW: 1, Risk.MEDIUM: 2, Risk.HIGH: 3}
# The police's older class: a missing report at no apparent risk, not another kind of thing.
_ABSENT = "no apparent risk (absent)"


def risk_of(row: Row) -> Risk | None:
    """The risk a row gives now: the latest assessment, else the class "absent", else the first."""
    if row.risk_now is not None:
        return row.risk_now
    if (row.classification_word or "").strip().casefold() == _ABSENT:
        return Risk.NONE_APPARENT
    return row.risk_first


def own_risk_word(row: Row) -> str | None:
    """The agency's own word for that risk."""
    if row.risk_now is not None:
        return row.risk_now_word
    if row.risk_first is not None and risk_of(row) is row.risk_first:
        return row.risk_first_word
    return row.classification_word


def risk_word(row: Row) -> str:
    """The agency's own word for that risk, quoted."""
    return quoted(own_risk_word(row), risk_of(row) or "no risk")


def in_force(case: Case, row: Row, night: Occasion) -> frozenset[Risk]:
    """The risk that was in force while the child was away; two where it is not known which.

    What was written while the child was away tells it. A row written in hindsight alone tells it
    by the time of its change; without that time either of its risks may have been in force.
    """
    back = night.safe_at
    while_away = [each for each in case.versions(row)
                  if isinstance(each, MissingEpisodeRecorded) and risk_of(each) is not None
                  and (back is None or each.recorded_at < back)]
    last = while_away[-1] if while_away else row
    now, first = risk_of(last), last.risk_first
    if now is None or while_away or first is None or first is now:
        return frozenset() if now is None else frozenset({now})
    return _in_hindsight(last, first, now, back)


def _in_hindsight(row: Row, first: Risk, now: Risk, back: datetime | None) -> frozenset[Risk]:
    if row.risk_changed is None or back is None:
        return frozenset({first, now})
    return frozenset({now if row.risk_changed.at < back else first})
