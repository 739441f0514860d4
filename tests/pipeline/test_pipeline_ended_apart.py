"""An absence that ended for the police long before it did for the home, first heard of when it was
over for both: in any order of arrival, day by day, as known on a day, and told to nobody."""
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.event.finding import Finding
from broker.pipeline.notify import notices_for
from broker.report.findings import finding_json, stored_findings
from tests.pipeline import lines
from tests.pipeline.conftest import (
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    NOMINALS,
    RESIDENTS,
    Bench,
)

NOTICED, TOLD = "2026-03-01T20:30:00Z", "2026-03-01T21:00:00Z"
BACK, HOME_BACK = "2026-03-02T06:46:00Z", "2026-03-03T03:46:00Z"
LOOKED = datetime(2026, 3, 3, 6, tzinfo=UTC)


def away(back: str, written: str) -> str:
    """The home's row as it was written then."""
    return lines.absence("A1", "R1", NOTICED, reported_to_police_at=TOLD,
                         returned_at=back, updated_at=written)


def searched(back: str, written: str) -> str:
    """The police's report as it was written then."""
    return lines.line(lines.MISSING, missing_ref="MP1", nominal_id="N1", reported_at=TOLD,
                      last_seen_at=NOTICED, classification="Missing", found_at=back,
                      returned_at=back, updated_at=written)


def from_home(bench: Bench, row: str) -> None:
    """An extract of the home's."""
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                  absences=[lines.ABSENCES, row])


def from_police(bench: Bench, row: str) -> None:
    """An extract of the police's."""
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                  missing=[lines.MISSING, row])


def of_m06(bench: Bench) -> list[Finding]:
    """The findings of M06 in any state."""
    return [each for each in bench.check() if each.code == "M06"]


def read_at_once(bench: Bench, *publishers: Callable[[Bench], None]) -> list[Finding]:
    """What is found once all extracts of one morning have come, in this order."""
    bench.clock.set(LOOKED)
    for each in publishers:
        each(bench)
        of_m06(bench)
    return of_m06(bench)


def home_over(bench: Bench) -> None:
    """The home's row, with its return."""
    from_home(bench, away(HOME_BACK, HOME_BACK))


def police_over(bench: Bench) -> None:
    """The police's report, with their return."""
    from_police(bench, searched(BACK, BACK))


@pytest.mark.parametrize("order", [(home_over, police_over), (police_over, home_over)])
def test_it_is_resolved_at_once_whoever_is_heard_first(
    bench: Bench, order: tuple[Callable[[Bench], None], ...]
) -> None:
    """One finding, that lasted from four hours after the police's return to the home's."""
    (found,) = read_at_once(bench, *order)
    said = finding_json(found)

    assert ("resolved", True, "critical", "2026-03-02T10:46:00+00:00",
            "2026-03-03T03:46:00+00:00") == tuple(
        said[each] for each in ("state", "done_late", "severity", "since", "until"))


def test_nobody_is_told_of_it(bench: Bench) -> None:
    """No notice of it is written to anybody."""
    read_at_once(bench, home_over, police_over)
    with bench.concord.store.view() as view:
        told = [notice for code in ("police", "council", "riverside")
                for notice in notices_for(view, bench.concord.codec, code)
                if notice.finding_id.startswith("M06")]

        assert [] == told


def test_whoever_saw_it_stand_ends_with_the_same_one(bench: Bench, tmp_path: Path) -> None:
    """Extracts of every evening: open while it lasts, and the very same finding afterwards."""
    live = Bench(tmp_path / "live")
    live.folder.mkdir()
    live.clock.set(datetime(2026, 3, 2, 18, tzinfo=UTC))
    from_home(live, away("", TOLD))
    from_police(live, searched(BACK, BACK))
    from_home(live, away("", TOLD))
    (stood,) = of_m06(live)
    live.clock.set(LOOKED)
    home_over(live)
    once = read_at_once(bench, home_over, police_over)

    assert "OPEN" == stood.state.value
    assert [{**finding_json(each), "child": once[0].child} for each in of_m06(live)] == [
        finding_json(each) for each in once]


def test_a_return_corrected_by_the_home_withdraws_it(bench: Bench) -> None:
    """It had copied the wrong day."""
    read_at_once(bench, home_over, police_over)
    bench.later(days=1)
    from_home(bench, away("2026-03-02T07:46:00Z", "2026-03-04T05:00:00Z"))

    assert ["WITHDRAWN"] == [each.state.value for each in of_m06(bench)]


def test_a_look_back_has_it_from_the_extract_on(bench: Bench) -> None:
    """As known before that nobody had said anything, and afterwards it is as it was live."""
    live = read_at_once(bench, police_over, home_over)
    bench.later(days=2)
    with bench.concord.as_of(datetime(2026, 3, 3, 5, tzinfo=UTC)).store.view() as view:
        before = stored_findings(view, bench.concord.codec)
    with bench.concord.as_of(LOOKED).store.view() as view:
        then = [each for each in stored_findings(view, bench.concord.codec)
                if each.code == "M06"]

    assert ([], [finding_json(each) for each in live]) == (
        list(before), [finding_json(each) for each in then])
