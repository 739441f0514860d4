"""The operators' log: a line a stage, when it is asked for."""
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, written
from tests.pipeline.conftest import KAYLEIGH_AT_POLICE, NOMINALS

AT = "2026-03-01T22:00:00.000+00:00"


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_stage_writes_one_line_of_counts(cli: Cli, tmp_path: Path) -> None:
    """At the time of the clock that was set; a stage with nothing to do writes none."""
    log = tmp_path / "concord.log"
    drop = written(tmp_path / "police", nominals=[
        NOMINALS, KAYLEIGH_AT_POLICE, KAYLEIGH_AT_POLICE.replace("N1", "")])

    for words in (("publish", "police", drop), ("check",), ("check",), ("deliver",)):
        cli(*words, "--log", log)

    published, checked = _lines(log.read_text())
    assert {"event": "publish", "agency": "police", "level": "info", "at": AT, "read": 2,
            "published": 1, "unchanged": 0, "rejected": 1, "skipped": 0, "statements": 1,
            "withdrawn": 0, "refused": 0, "unrecognised": 0, "unexpected": 0,
            "unmapped": 0} == published
    assert ("check", 1, 1, {}) == (checked["event"], checked["accepted"], checked["children"],
                                   checked["crashed_rules"])


def test_the_log_can_go_to_standard_error(cli: Cli, tmp_path: Path) -> None:
    """The answer itself stays alone on standard output."""
    drop = written(tmp_path / "police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])
    answer = cli("publish", "police", drop, "--format", "json", "--log", "-")

    assert 1 == answer.json["read"]
    assert ["publish"] == [each["event"] for each in _lines(answer.err)]


@pytest.mark.parametrize("verb", ["check", "deliver"])
def test_nothing_is_logged_unasked(cli: Cli, verb: str) -> None:
    """Standard error is for what an operator must read."""
    assert "" == cli(verb).err
