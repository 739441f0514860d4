"""Two folders typed by hand, through the command: the contradiction, its evidence, its end."""
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Cli, written
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
)

FINDING_KEYS = ["id", "code", "name", "severity", "state", "child", "agency", "since", "until",
                "sentence", "action", "evidence"]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Two folders, as a home and a police force leave them."""
    written(tmp_path / "drop" / "homes" / "riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
            absences=[ABSENCES, MISSING_FROM_HOME])
    written(tmp_path / "drop" / "police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
            incidents=[INCIDENTS, CONCERN_AT_POLICE])
    return tmp_path / "drop"


@pytest.fixture
def checked(cli: Cli, drop: Path) -> Cli:
    """Both folders published and checked."""
    assert 0 == cli("publish", "riverside", drop / "homes/riverside").code
    assert 0 == cli("publish", "police", drop / "police").code
    assert 0 == cli("check").code
    return cli


def found(cli: Cli, *more: str) -> Answer:
    """The findings in the machine form."""
    return cli("findings", "--format", "json", *more)


def test_the_contradiction_is_found_and_cites_both_records(checked: Cli) -> None:
    """M01 at once, and nothing beside it."""
    [finding] = found(checked).json

    assert ("M01", "critical", "open") == (
        finding["code"], finding["severity"], finding["state"])
    assert [("police", "INC1/N1"), ("riverside", "A1")] == sorted(
        (each["agency"], each["record"]) for each in finding["evidence"])


def test_the_machine_form_of_a_finding_is_stable(checked: Cli) -> None:
    """Other programs read these keys, in this order, with these types."""
    [finding] = found(checked).json

    assert FINDING_KEYS == list(finding)[:len(FINDING_KEYS)]
    assert dict.fromkeys(FINDING_KEYS, str) | {
        "agency": type(None), "until": type(None), "evidence": list,
    } == {key: type(finding[key]) for key in FINDING_KEYS}
    assert [["agency", "record", "event_id", "says"]] * 2 == [
        list(each) for each in finding["evidence"]]


def test_the_machine_form_of_people_is_stable(checked: Cli) -> None:
    """One child, its records under each agency's own id."""
    [child] = checked("people", "list", "--format", "json").json

    assert ["child", "members", "review", "records"] == list(child)
    assert isinstance(child["child"], str)
    assert [{"agency": "police", "local_id": "N1"},
            {"agency": "riverside", "local_id": "R1"}] == child["members"]
    assert [] == child["review"]


def test_the_machine_form_of_publish_is_stable(cli: Cli, drop: Path) -> None:
    """The keys that programs rely on first; what more there is stands behind them."""
    told = cli("publish", "riverside", drop / "homes/riverside", "--format", "json").json

    assert {"read": 2, "published": 2, "unchanged": 0, "rejected": 0, "skipped": 0,
            "statements": 4, "unexpected": [], "rejects": []} == dict(list(told.items())[:8])


def test_a_reject_and_an_unexpected_column_are_told_by_place(cli: Cli, tmp_path: Path) -> None:
    """File, line, column, value and reason; every row is counted once."""
    folder = written(tmp_path / "bad", incidents=[
        f"{INCIDENTS},mood", f"{CONCERN_AT_POLICE},calm",
        CONCERN_AT_POLICE.replace("2026-03-01T21:35:00Z", "yesterday") + ",calm"])

    answer = cli("publish", "police", folder, "--format", "json")
    told = answer.json

    assert 3 == answer.code
    assert [{"file": "incidents.csv", "column": "mood"}] == told["unexpected"]
    assert ["file", "line", "column", "value", "reason"] == list(told["rejects"][0])
    assert ("incidents.csv", 3, "updated_at", "yesterday") == tuple(
        told["rejects"][0].values())[:4]
    assert (2, 1, 0, 1, 0) == tuple(
        told[key] for key in ("read", "published", "unchanged", "rejected", "skipped"))


def test_a_root_is_published_agency_by_agency(cli: Cli, drop: Path) -> None:
    """Every agency that has a drop folder, under its code."""
    told = cli("publish", "--root", drop, "--format", "json").json

    assert {"police": 2, "riverside": 2} == {code: each["read"] for code, each in told.items()}


def test_findings_can_be_asked_to_fail(checked: Cli) -> None:
    """A nightly job learns of findings by the exit code, and only where it asks."""
    assert (1, 0) == (found(checked, "--fail").code, found(checked).code)


def test_correcting_the_record_ends_it_and_explain_says_how_long(
        checked: Cli, tmp_path: Path) -> None:
    """The finding resolves, and a person reads how long it stood."""
    [finding] = found(checked).json
    checked.now = "2026-03-02T00:00:00+00:00"
    corrected = CONCERN_AT_POLICE.replace("Concern for safety", "Missing person").replace(
        "21:35:00Z", "23:50:00Z")
    checked("publish", "police", written(tmp_path / "later", incidents=[INCIDENTS, corrected]))
    checked("check")

    assert [] == [each for each in found(checked).json if each["code"] == "M01"]
    explained = checked("explain", finding["id"])
    assert 0 == explained.code
    assert "It lasted 2 hours 15 minutes, until" in explained.out


def test_judging_the_children_different_withdraws_it(checked: Cli) -> None:
    """What rested on the join falls with it, and the two are two again."""
    judged = checked("people", "judge", "police:N1", "riverside:R1", "different",
                     "--by", "a.reviewer", "--reason", "two cousins")

    assert 0 == judged.code
    assert ["withdrawn"] == [each["state"] for each in found(checked, "--state", "all").json
                             if each["code"] == "M01"]
    assert 2 == len(checked("people", "list", "--format", "json").json)


def test_what_was_known_before_the_second_agency_spoke(checked: Cli, drop: Path) -> None:
    """As of a time before anything was received, nothing disagrees."""
    assert [] == found(checked, "--as-of", "2026-03-01T21:00:00+00:00").json


def test_as_known_on_the_evening_it_stood(checked: Cli, tmp_path: Path) -> None:
    """What has been resolved since is shown as it was known then."""
    checked.now = "2026-03-02T00:00:00+00:00"
    corrected = CONCERN_AT_POLICE.replace("Concern for safety", "Missing person").replace(
        "21:35:00Z", "23:50:00Z")
    checked("publish", "police", written(tmp_path / "later", incidents=[INCIDENTS, corrected]))
    checked("check")

    then = found(checked, "--as-of", "2026-03-01T23:00:00+00:00").json

    assert ["M01"] == [each["code"] for each in then if each["state"] == "open"
                       and each["severity"] == "critical"]


def test_the_same_folder_again_says_unchanged(checked: Cli, drop: Path) -> None:
    """Nothing is sent twice, and the counts say why."""
    told = checked("publish", "police", drop / "police", "--format", "json").json

    assert (2, 0, 2, 0) == tuple(
        told[key] for key in ("read", "published", "unchanged", "statements"))
