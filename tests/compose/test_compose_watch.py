"""What Prometheus asks and shows: metrics that there are, alerts that fire when they should."""
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from broker.backends.metrics_named import METRICS
from tests.compose.composed import FOLDER

WATCHED = FOLDER / "prometheus"
ALERTS = Path(__file__).parent / "alerts.yml"
_NAME = re.compile(r"\bconcord_[a-z_]+\b")
_SUFFIX = re.compile(r"_(bucket|sum|count)$")  # what a histogram is asked by
METRICS_BY_NAME = {each.name: each for each in METRICS}
# What a program that acts on them may want, and nobody has to look at.
UNSEEN = {"concord_turns_total", "concord_last_turn_timestamp_seconds",
          "concord_statements_folded_total"}


def panels() -> list[dict[str, str]]:
    """The charts of the dashboard."""
    found = json.loads((WATCHED / "dashboard" / "panels.json").read_text())
    assert isinstance(found, list)
    return found


def rules() -> list[dict[str, Any]]:
    """The alerts."""
    return [rule for group in yaml.safe_load((WATCHED / "alerts.yml").read_text())["groups"]
            for rule in group["rules"]]


def asked(text: str) -> set[str]:
    """The metrics that a question is about, as the code names them."""
    return {name if name in METRICS_BY_NAME else _SUFFIX.sub("", name)
            for name in _NAME.findall(text)}


QUESTIONS = [*(str(rule["expr"]) for rule in rules()), *(panel["expr"] for panel in panels())]


def test_every_metric_that_is_asked_for_is_there() -> None:
    """A name that has changed would show nothing for ever."""
    assert set() == {name for each in QUESTIONS for name in asked(each)} - set(METRICS_BY_NAME)


def test_every_metric_is_shown_or_looked_at() -> None:
    """One that nobody sees is for nobody."""
    assert UNSEEN == set(METRICS_BY_NAME) - {name for each in QUESTIONS for name in asked(each)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_only_labels_that_a_metric_has_are_asked_for(question: str) -> None:
    """By another one everything would be one."""
    labels = {label.strip() for found in re.findall(r"\bby \(([^)]*)\)", question)
              for label in found.split(",")} - {"le"}

    assert set() == labels - {label for name in asked(question)
                              for label in METRICS_BY_NAME[name].labels}


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    """Whoever is woken has not read the code."""
    allowed = ({"severity": "warning"}, {"severity": "critical"})

    assert [] == [rule["alert"] for rule in rules() if rule["labels"] not in allowed
                  or {"summary", "action"} != set(rule["annotations"])]


def test_every_alert_is_tried() -> None:
    """By a case in which it fires."""
    tried = {each["alertname"] for case in yaml.safe_load(ALERTS.read_text())["tests"]
             for each in case["alert_rule_test"] if each["exp_alerts"]}

    assert {str(rule["alert"]) for rule in rules()} == tried


def test_the_page_asks_nobody_else() -> None:
    """Nothing is fetched from elsewhere, nor told to anybody."""
    pages = [path.read_text() for path in (WATCHED / "dashboard").iterdir()]

    assert [] == [address for page in pages for address in re.findall(r"https?://[^\"' ]+", page)
                  if address != "http://www.w3.org/2000/svg"]


def promtool(*words: str, folder: Path = WATCHED) -> None:
    """Ask Prometheus's own checker; aloud where it is not installed."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed (Debian: apt-get install prometheus)")
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True,
                          check=False)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_prometheus_understands_its_configuration() -> None:
    """Alerts included."""
    promtool("check", "config", "prometheus.yml")


def test_the_alerts_fire_when_they_should(tmp_path: Path) -> None:
    """And only then; tests/compose/alerts.yml has a case for each."""
    shutil.copy(WATCHED / "alerts.yml", tmp_path / "rules.yml")
    shutil.copy(ALERTS, tmp_path / "alerts.yml")

    promtool("test", "rules", "alerts.yml", folder=tmp_path)


def test_prometheus_understands_every_chart(tmp_path: Path) -> None:
    """Asked as if they were rules."""
    recorded = [{"record": f"panel:{number}", "expr": panel["expr"]}
                for number, panel in enumerate(panels())]
    (tmp_path / "panels.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}))

    promtool("check", "rules", "panels.yml", folder=tmp_path)
