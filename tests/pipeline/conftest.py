"""A partnership in memory with a clock moved by hand: files in, findings out, nothing slept."""
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.backends.clock import ManualClock
from broker.bootstrap import Concord, open_memory
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.event.finding import Finding
from broker.pipeline.publish import files_below
from broker.pipeline.publish_report import PublishReport
from broker.report.findings import in_order, stored_findings
from broker.report.people import people_listed
from broker.vocabulary.words import FindingState

START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)

NOMINALS = ("nominal_id,given_name,surname,former_surname,date_of_birth,gender,ethnicity,"
            "home_address,home_postcode,phone,nhs_number,pnc_id,updated_at")
INCIDENTS = ("incident_ref,nominal_id,reported_at,caller_type,caller_urn,opening_category,"
             "closing_category,grade_initial,grade_final,grade_changed_at,grade_change_reason,"
             "deployed_at,attended_at,child_seen_at,supervisor_reviewed_at,closed_at,"
             "location_postcode,updated_at")
RESIDENTS = ("resident_ref,given_name,surname,preferred_name,date_of_birth,sex,nhs_number,"
             "placing_authority,la_child_id,home_urn,home_postcode,admitted_on,left_on,"
             "legal_status,updated_at")
ABSENCES = ("absence_ref,resident_ref,category,noticed_at,last_seen_at,risk,"
            "reported_to_police_at,police_log_number,reported_to_authority_at,returned_at,"
            "child_spoken_to_at,return_interview_at,updated_at")

KAYLEIGH_AT_HOME = ("R1,Kayleigh,Thornton,,2011-05-14,F,,815,,SC012345,YO61 3QQ,2025-09-01,,C2,"
                    "2026-01-10T09:00:00Z")
KAYLEIGH_AT_POLICE = "N1,Kayley,Thornton,,2011-05-14,Female,W1,,,,,,2026-01-12T09:00:00Z"
MISSING_FROM_HOME = ("A1,R1,missing,2026-03-01T21:20:00Z,2026-03-01T20:30:00Z,high,"
                     "2026-03-01T21:25:00Z,,2026-03-01T21:30:00Z,,,,2026-03-01T21:31:00Z")
CONCERN_AT_POLICE = ("INC1,N1,2026-03-01T21:30:00Z,care_home,SC012345,Concern for safety,,"
                     "Priority,Priority,,,,,,,,,2026-03-01T21:35:00Z")


class Bench:
    """One partnership: write files, publish, check, look."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.clock = ManualClock(START)
        self.concord: Concord = open_memory(parse(tomllib.loads(CONFIGURATION)), self.clock)

    def publish(self, agency: str, **files: str | list[str]) -> PublishReport:
        """Write files (name=lines, the header first) into a fresh folder and publish it."""
        drop = self.folder / f"{agency}-{self.clock.now():%d%H%M%S%f}"
        drop.mkdir(exist_ok=True)
        for name, lines in files.items():
            text = lines if isinstance(lines, str) else "\n".join(lines) + "\n"
            (drop / f"{name}.csv").write_text(text, encoding="utf-8")
        return self.publish_path(agency, drop)

    def publish_path(self, agency: str, path: Path) -> PublishReport:
        """Publish a folder as extracted now."""
        paths = list(files_below(path))
        now = self.clock.now()
        report = self.concord.publisher().publish(
            self.concord.feed(agency), paths, dict.fromkeys(paths, now), now)
        self.concord.relay()
        return report

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    def check(self) -> list[Finding]:
        """Check, and every finding in any state."""
        self.concord.check()
        with self.concord.store.view() as view:
            return in_order(stored_findings(view, self.concord.codec))

    def open(self) -> list[Finding]:
        """Check, and what stands."""
        return [each for each in self.check() if each.state is FindingState.OPEN]

    def people(self) -> list[list[str]]:
        """Every child's records, as agency:local id."""
        with self.concord.store.view() as view:
            return [[f"{member['agency']}:{member['local_id']}" for member in each["members"]]
                    for each in people_listed(view)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """An empty partnership of police, council and one home."""
    return Bench(tmp_path)


@pytest.fixture
def missing_girl(bench: Bench) -> Callable[[], Bench]:
    """A home says a girl is missing; police hold the same evening as a concern for safety."""

    def told() -> Bench:
        bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                      absences=[ABSENCES, MISSING_FROM_HOME])
        bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                      incidents=[INCIDENTS, CONCERN_AT_POLICE])
        return bench

    return told
