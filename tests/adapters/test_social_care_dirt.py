"""Whatever bytes a council's files hold, every row is said, skipped or rejected with a reason."""
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.social_care.adapter import SocialCare
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.sdk.conformance import read_files
from broker.vocabulary.words import AgencyKind

COUNCIL = Agency("council", AgencyKind.SOCIAL_CARE, "Eskbeck", authority_code="815")
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "adapters/social_care/sample"
FILES = sorted(path for path in SAMPLE.rglob("*") if path.is_file())

# What has broken readers of such files before.
DIRT = st.sampled_from([
    b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xc2\xa0", b"\xe2\x80\xa8", b"<", b">", b"&",
    b"</Child>", b"<Child>", b"{", b"[" * 2000, b"\\ud800", b"NULL", b"9" * 300, b"x" * 5000,
    b"2026-13-45", b"0001-01-01", b"9999-12-31T23:59:59Z", b"2026-01-01T00:00:00+99:99",
    "٢".encode(), b"",
])


@pytest.mark.slow
@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, len(FILES) - 1),
       cuts=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 10), DIRT),
                     min_size=1, max_size=4))
def test_no_dirt_stops_the_rest(
        through_wire: Callable[[Statement], object], which: int,
        cuts: list[tuple[int, int, bytes]]) -> None:
    """One file is torn in places; what is said still travels, and the other files are whole."""
    body = FILES[which].read_bytes()
    for at, gone, dirt in cuts:
        at %= len(body) + 1
        body = body[:at] + dirt + body[at + gone:]
    with TemporaryDirectory() as folder:
        torn = Path(folder) / FILES[which].name
        torn.write_bytes(body)
        files = [torn if path == FILES[which] else path for path in FILES]
        reading = read_files(SocialCare(), COUNCIL, files, now=NOW)

    assert {path.name for path in FILES} - {torn.name} <= {
        table.file for table in reading.tables}
    for table in reading.tables:
        for row in table.rows:
            assert bool(row.statements) + bool(row.skipped) + bool(row.rejected) == 1
            assert [] == [each for each in row.statements if each != through_wire(each)]
