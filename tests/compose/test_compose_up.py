"""The composed services for real: one command, all well, and a finding from two agencies' files.

Needs a container engine and its Compose, the public images of compose.yaml and compose/Dockerfile
(or others under their names: compose/local_images builds some where nothing can be pulled), and a
way to the package index for the image of Concord. Where one is missing it says so and skips.
"""
import csv
import io
import json
import os
import re
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from kafka import KafkaAdminClient

from broker.backends.clock import SystemClock
from broker.vocabulary.times import LONDON
from compose.local.ports import free_ports
from tests.compose.composed import FOLDER, services

UP_SECONDS_MAX = 900
PATIENCE_SECONDS = 180.0
Found = TypeVar("Found")
WORKING = {"kafka", "postgres", "registry", "intake", "check", "deliver", "publish", "prometheus"}


def ran(*words: str, seconds: float = 120, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command's end; none of its words is secret."""
    return subprocess.run(words, cwd=FOLDER, env={**os.environ, **settings}, text=True,
                          capture_output=True, timeout=seconds, check=False)


def missing() -> str | None:
    """What is not there that this needs; None where all is."""
    try:
        if ran("docker", "version").returncode != 0:
            return "no container engine answers"
    except FileNotFoundError:
        return "docker is not installed"
    if ran("docker", "compose", "version").returncode != 0:
        return "docker has no Compose"
    base = re.findall(r"^ARG PYTHON=(\S+)", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    images = {each["image"] for each in services().values() if "concord" not in each["image"]}
    gone = [image for image in sorted(images | set(base))
            if ran("docker", "image", "inspect", image).returncode != 0]
    return f"the image {gone[0]} is not here" if gone else None


@dataclass(frozen=True, slots=True)
class Composed:
    """A project of this test's own."""

    settings: Mapping[str, str]
    drop: Path

    def compose(self, *words: str, seconds: float = 120) -> str:
        """What a command of Compose prints; it must end well."""
        done = ran("docker", "compose", *words, seconds=seconds, **self.settings)
        assert 0 == done.returncode, f"{words}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout

    def concord(self, *words: str) -> str:
        """What Concord prints, asked beside a worker."""
        return self.compose("exec", "-T", "check", "concord", *words)

    def states(self) -> dict[str, list[str]]:
        """Of each service, how each of its containers is."""
        found: dict[str, list[str]] = {}
        for line in self.compose("ps", "--format", "json").splitlines():
            each = json.loads(line)
            found.setdefault(each["Service"], []).append(each["Health"])
        return found

    def prometheus(self, path: str, **parameters: str) -> Any:
        """What Prometheus answers."""
        port = self.settings["CONCORD_PROMETHEUS_PORT"]
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", params=parameters, trust_env=False)
        return answer.raise_for_status()


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """Everything up and well; gone afterwards, volumes and all."""
    if reason := missing():
        pytest.skip(f"nothing is composed: {reason}")
    drop = tmp_path_factory.mktemp("drop")
    for folder in (drop.parent, drop):
        folder.chmod(0o755)
    kafka, mtls, prometheus = map(str, free_ports(3))
    up = Composed({
        "COMPOSE_PROJECT_NAME": f"concord{secrets.token_hex(3)}", "CONCORD_DROP": str(drop),
        "CONCORD_KAFKA_PORT": kafka, "CONCORD_KAFKA_MTLS_PORT": mtls,
        "CONCORD_PROMETHEUS_PORT": prometheus}, drop)
    try:
        up.compose("up", "--build", "--detach", "--wait", seconds=UP_SECONDS_MAX)
        yield up
    finally:
        ran("docker", "compose", "down", "--volumes", "--timeout", "30", seconds=300,
            **up.settings)


def eventually(look: Callable[[], Found]) -> Found:
    """What is found, once anything is."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()) and time.monotonic() < until:
        time.sleep(2)
    return found


def leave_files(drop: Path) -> None:
    """A home and the police describe one night differently, an hour ago."""
    def ago(minutes: int) -> str:
        moment = SystemClock().now() - timedelta(minutes=minutes)
        return f"{moment.astimezone(LONDON):%Y-%m-%dT%H:%M}"

    home, police = drop / "homes" / "riverside", drop / "police"
    for folder in (home, police):
        folder.mkdir(parents=True)
    for file, row in {
        home / "residents.csv": {
            "resident_ref": "R1", "given_name": "Kayleigh", "surname": "Thornton",
            "preferred_name": "Kay", "date_of_birth": "2011-05-14", "sex": "F", "nhs_number": "",
            "placing_authority": "815", "la_child_id": "", "home_urn": "SC012345",
            "home_postcode": "YO61 3QQ", "admitted_on": "2025-09-01", "left_on": "",
            "legal_status": "C2", "updated_at": "2026-01-10T09:00"},
        home / "absences.csv": {
            "absence_ref": "A1", "resident_ref": "R1", "category": "missing",
            "noticed_at": ago(90), "last_seen_at": ago(140), "risk": "high",
            "reported_to_police_at": ago(85), "police_log_number": "",
            "reported_to_authority_at": ago(80), "returned_at": "", "child_spoken_to_at": "",
            "return_interview_at": "", "updated_at": ago(79)},
        police / "nominals.csv": {
            "nominal_id": "N1", "given_name": "Kayley", "surname": "Thornton",
            "former_surname": "", "date_of_birth": "2011-05-14", "gender": "Female",
            "ethnicity": "W1", "home_address": "", "home_postcode": "", "phone": "",
            "nhs_number": "", "pnc_id": "", "updated_at": "2026-01-12T09:00"},
        police / "incidents.csv": {
            "incident_ref": "INC1", "nominal_id": "N1", "reported_at": ago(80),
            "caller_type": "care_home", "caller_urn": "SC012345",
            "opening_category": "Concern for safety", "closing_category": "",
            "grade_initial": "Priority", "grade_final": "Priority", "grade_changed_at": "",
            "grade_change_reason": "", "deployed_at": "", "attended_at": "", "child_seen_at": "",
            "supervisor_reviewed_at": "", "closed_at": "", "location_postcode": "",
            "updated_at": ago(75)},
    }.items():
        with file.open("w", newline="") as opened:
            writer = csv.DictWriter(opened, row)
            writer.writeheader()
            writer.writerow(row)


def findings(composed: Composed) -> list[tuple[str, str]]:
    """Code and state of each."""
    rows = csv.DictReader(io.StringIO(composed.concord("findings", "--format", "csv")))
    return [(row["code"], row["state"]) for row in rows]


def test_all_is_well_after_one_command(composed: Composed) -> None:
    """`up --wait` returned, and every service that goes on says it is healthy."""
    assert {each: ["healthy"] for each in WORKING} == composed.states()


def test_files_left_become_a_finding_and_outlive_a_restart(composed: Composed) -> None:
    """Published by themselves; still known when all containers have been made anew."""
    leave_files(composed.drop)

    assert [("M01", "open")] == eventually(lambda: findings(composed))

    composed.compose("down", "--timeout", "60", seconds=300)
    composed.compose("up", "--detach", "--wait", "--scale", "check=2", seconds=UP_SECONDS_MAX)

    assert ["healthy", "healthy"] == composed.states()["check"]
    assert [("M01", "open")] == findings(composed)


def test_what_is_in_the_files_is_in_no_log(composed: Composed) -> None:
    """Of no container; asked behind the test that publishes them."""
    said = composed.compose("logs", "--no-log-prefix")

    assert "event" in said
    assert [] == [name for name in ("Kayleigh", "Kayley", "Thornton", "2011-05-14", "YO61")
                  if name in said]


def test_prometheus_sees_every_worker(composed: Composed) -> None:
    """And serves the dashboard."""
    def stages() -> set[str]:
        found = composed.prometheus("/api/v1/query", query="concord_up == 1").json()
        return {each["metric"]["stage"] for each in found["data"]["result"]}

    assert {"intake", "check", "deliver"} == eventually(
        lambda: stages() if len(stages()) == 3 else set())
    assert "Concord: how it runs" in composed.prometheus("/user/").text
    assert composed.prometheus("/user/panels.json").json()


def seen(**settings: str) -> list[str]:
    """The topics that somebody sees who comes from outside."""
    admin = KafkaAdminClient(**settings)
    try:
        return sorted(admin.list_topics())
    finally:
        admin.close()


def test_an_agency_logs_in_and_sees_its_own_topics(composed: Composed, tmp_path: Path) -> None:
    """With its password or with its certificate, as README says."""
    password = composed.compose("run", "--rm", "--no-deps", "-T", "--entrypoint", "cat", "init",
                                "secrets/police")
    (tmp_path / "police.pem").write_text(
        composed.compose("run", "--rm", "--no-deps", "-T", "setup", "agency", "police"))
    composed.compose("cp", "kafka:/credentials/ca.pem", str(tmp_path / "ca.pem"))
    ca, own = str(tmp_path / "ca.pem"), str(tmp_path / "police.pem")
    expected = [f"safeguarding.{kind}.police" for kind in ("feed", "inbox", "notices")]

    assert expected == seen(
        bootstrap_servers=f"localhost:{composed.settings['CONCORD_KAFKA_PORT']}",
        security_protocol="SASL_SSL", sasl_mechanism="SCRAM-SHA-512", ssl_cafile=ca,
        sasl_plain_username="police", sasl_plain_password=password)
    assert expected == seen(
        bootstrap_servers=f"localhost:{composed.settings['CONCORD_KAFKA_MTLS_PORT']}",
        security_protocol="SSL", ssl_cafile=ca, ssl_certfile=own, ssl_keyfile=own)
