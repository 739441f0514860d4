"""A partnership in memory, as the pipeline's tests have it."""
from collections.abc import Callable
from pathlib import Path

import pytest

from broker.case.case import Case
from broker.pipeline.reaches import read_reach
from broker.report.survey import all_cases, people_with
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    Bench,
)


class Reports(Bench):
    """A partnership, and the cases that reports are made of."""

    def cases(self) -> list[tuple[tuple[str, ...], Case]]:
        """(members, case) of every child."""
        concord = self.concord
        with concord.store.view() as view:
            return list(all_cases(view, concord.evaluator(), people_with(view),
                                  now=self.clock.now(), reach=read_reach(view, concord.log)))

    def case(self) -> tuple[tuple[str, ...], Case]:
        """The one child there is."""
        [found] = self.cases()
        return found


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    """An empty partnership of police, council and one home."""
    return Reports(tmp_path)


@pytest.fixture
def girl(reports: Reports) -> Callable[..., Reports]:
    """A home says a girl is missing; police hold the same evening as a concern for safety."""

    def told(absence: str = MISSING_FROM_HOME, **police: str | list[str]) -> Reports:
        reports.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                        absences=[ABSENCES, absence])
        reports.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                        incidents=[INCIDENTS, CONCERN_AT_POLICE], **police)
        reports.check()
        return reports

    return told
