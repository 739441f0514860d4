"""`make kafka`: the services in the foreground, for people and for other commands."""
import subprocess
import sys
import tomllib
from pathlib import Path

from compose.local.__main__ import PORTS
from compose.local.ports import assert_free, free_ports
from tests.services.started import ROOT, cache, impossible


def test_the_services_run_until_they_are_asked_to_end(tmp_path: Path) -> None:
    """They say where they are, commands use them meanwhile, and the end is in order."""
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    command = [sys.executable, "-m", "compose.local", f"--folder={tmp_path}",
               f"--cache={cache()}", *(f"--{name}-port={ports[name]}" for name in ports)]
    foreground = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert foreground.stdout is not None
    for line in foreground.stdout:
        if line.startswith("Settings"):
            break
    else:
        impossible(foreground.communicate()[1])
    served = tomllib.loads((tmp_path / "served.toml").read_text())
    once = subprocess.run([*command, "--once", "sh", "-c", "exit 7"], cwd=ROOT, check=False)
    foreground.terminate()
    _, errors = foreground.communicate()

    assert (0, "", 7) == (foreground.returncode, errors, once.returncode)
    assert not (tmp_path / "served.toml").exists()
    assert_free("the next", *ports.values())
    assert {
        "kafka": {
            "bootstrap_servers": [f"127.0.0.1:{ports['kafka-sasl']}"], "security": "SASL_SSL",
            "username": "concord", "password_file": f"{tmp_path}/secrets/kafka",
            "ca_file": f"{tmp_path}/secrets/ca.pem", "namespace": "", "replication": 1},
        "registry": {"url": f"http://127.0.0.1:{ports['registry']}/apis/ccompat/v7"},
        "postgres": {
            "host": "127.0.0.1", "port": ports["postgres"], "database": "concord",
            "user": "concord", "password_file": f"{tmp_path}/secrets/postgres"},
    } == served
