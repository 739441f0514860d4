"""compose.yaml keeps its promises: nothing open beyond this machine, no password, nobody root."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from broker.bootstrap.served import refuse_plaintext
from broker.cli.example import CONFIGURATION
from broker.config import parse
from compose.setup.secrets import GROUPS
from tests.compose.commands import verb_of
from tests.compose.composed import FOLDER, ROOT, composed, example, services, text, variables

ONE_SHOT = {"setup", "init"}
WORKERS = {"intake", "check", "deliver"}
PUBLISHING = {"kafka", "prometheus"}


def test_there_is_what_a_partnership_needs() -> None:
    """Services, stages, and what looks after them."""
    assert {"setup", "kafka", "postgres", "registry", "init", "intake", "check", "deliver",
            "publish", "prometheus"} == set(services())


def test_whatever_goes_on_says_whether_it_is_well() -> None:
    """Once-only services end instead."""
    assert ONE_SHOT == {name for name, each in services().items() if "healthcheck" not in each}
    assert ONE_SHOT == {name for name, each in services().items() if each["restart"] == "no"}


def test_nothing_is_reached_from_beyond_this_machine_unless_told() -> None:
    """The two that publish ports do so on loopback."""
    published = {name: each["ports"] for name, each in services().items() if "ports" in each}

    assert PUBLISHING == set(published)
    assert [] == [port for ports in published.values() for port in ports
                  if not port.startswith("127.0.0.1:")]


def test_prometheus_stays_on_this_machine_whatever_is_set() -> None:
    """It asks nobody who they are."""
    ports = composed({name: "elsewhere" for name, _ in variables()})["services"]["prometheus"]

    assert ["127.0.0.1:elsewhere:9090"] == ports["ports"]


def test_only_who_publishes_a_port_is_outside() -> None:
    """The others can neither be reached nor reach out."""
    assert {"internal": True} == composed()["networks"]["inside"]
    assert PUBLISHING == {name for name, each in services().items()
                          if "outside" in each.get("networks", [])}


def test_no_password_stands_anywhere() -> None:
    """Not in the environment of a service, which gets shown, nor in a file of this folder."""
    given = [(name, key) for name, each in services().items()
             for key in each.get("environment", {})
             if re.search("PASSWORD|SECRET|TOKEN", key) and not key.endswith("_FILE")]
    files = [path for path in FOLDER.rglob("*") if path.suffix in
             (".yaml", ".yml", ".toml", ".properties", ".conf", ".sh", ".example")]
    written = [path.name for path in files
               if re.search(r"(?i)password\"?\s*[=:]\s*[\"']?[a-z0-9]", path.read_text())]

    assert [] == given
    assert [] == written


def test_every_image_is_of_a_stated_version() -> None:
    """`latest` is another one tomorrow."""
    dockerfile = (FOLDER / "Dockerfile").read_text()
    images = [each["image"] for each in services().values()]
    images += re.findall(r"^ARG PYTHON=(\S+)", dockerfile, re.MULTILINE)

    assert [] == [image for image in images
                  if not re.fullmatch(r"[a-z/-]+:v?\d[\w.-]*", image)]


def test_the_versions_are_those_the_tests_run_on() -> None:
    """The local services are fetched by a list of their own."""
    pom = (FOLDER / "local" / "pom.xml").read_text()

    for service, name in (("kafka", "kafka"), ("registry", "apicurio")):
        version = re.search(rf"<{name}\.version>(.+)</", pom)
        assert version is not None
        assert version[1] == services()[service]["image"].partition(":")[2]


def test_every_setting_is_explained_and_shown_with_its_default() -> None:
    """`.env.example` copied as it is changes nothing."""
    used = dict(variables())

    assert used == example()
    assert {default for name, default in variables()} == set(used.values())


@pytest.mark.parametrize("settings", ["/dev/null", ".env.example"])
def test_compose_understands_the_file(settings: str) -> None:
    """As it comes, and with the example's settings; for this no engine has to answer."""
    try:
        known = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("docker is not installed")
    if known.returncode != 0:
        pytest.skip("docker has no Compose")

    done = subprocess.run(["docker", "compose", "--env-file", settings, "config", "--quiet"],
                          cwd=FOLDER, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("service", sorted(services()))
def test_no_service_may_do_more_than_it_needs(service: str) -> None:
    """Whoever breaks into one finds no tools."""
    found = services()[service]

    assert ["ALL"] == found["cap_drop"]
    assert (["CHOWN"] if service == "setup" else None) == found.get("cap_add")
    assert ["no-new-privileges:true"] == found["security_opt"]
    assert found["read_only"]
    assert ("0:0" if service == "setup" else None) == (
        found["user"] if found["user"].startswith("0:") else None)
    assert "privileged" not in found


@pytest.mark.parametrize("service", sorted(services()))
def test_no_service_can_take_the_machine(service: str) -> None:
    """Memory, processes and logs are bounded, and what is told to end has time to."""
    found = services()[service]

    assert {"mem_limit", "pids_limit", "stop_grace_period"} <= set(found)
    assert {"max-size": "10m", "max-file": "3"} == found["logging"]["options"]


def test_each_service_runs_as_the_group_that_its_secrets_are_given_to() -> None:
    """Else it could not read them."""
    groups = {name: int(each["user"].partition(":")[2]) for name, each in services().items()}

    assert {**groups, "concord": groups["intake"]} | GROUPS == {
        **groups, "concord": groups["intake"]}
    assert {groups["intake"]} == {groups[name] for name in (*WORKERS, "init", "publish")}


def test_the_authoritys_key_is_seen_by_the_setup_alone() -> None:
    """And each service sees its own secrets and nobody else's."""
    mounted = {(name, str(volume).partition(":")[0]) for name, each in services().items()
               for volume in each.get("volumes", []) if isinstance(volume, str)}
    secrets = {(name, volume) for name, volume in mounted if name != "setup" and
               (volume == "secrets" or volume.endswith("-credentials"))}

    assert {(name, f"{name}-credentials") for name in ("kafka", "registry", "postgres")} | {
        (name, "concord-credentials") for name in (*WORKERS, "init", "publish")} == secrets


def test_secrets_and_settings_cannot_be_changed_by_who_reads_them() -> None:
    """Only data is written to."""
    writable = {(name, volume) for name, each in services().items() if name != "setup"
                for volume in each.get("volumes", [])
                if isinstance(volume, str) and not volume.endswith(":ro")}

    assert {("init", "agency-passwords:/var/lib/concord")} == writable


def test_every_file_that_is_mounted_is_there() -> None:
    """A missing one would be made, as an empty folder."""
    sources = {str(volume).partition(":")[0] for each in services().values()
               for volume in each.get("volumes", []) if str(volume).startswith("./")}

    assert [] == sorted(each for each in sources - {"./drop"} if not (FOLDER / each).exists())


def concord_commands() -> list[tuple[str, list[str]]]:
    """The command lines of our own that the file starts."""
    return [(name, each["command"]) for name, each in services().items()
            if each["image"].startswith("concord-broker") and "entrypoint" not in each]


@pytest.mark.parametrize(("service", "words"), concord_commands())
def test_our_own_commands_are_understood(service: str, words: list[str]) -> None:
    """Each service is named after its verb."""
    assert service == verb_of(words)


def test_the_drop_folders_are_published_by_a_command_that_there_is() -> None:
    """By the script that the service `publish` goes round in."""
    found = re.search(r"^ +concord (.+) >/dev/null$", (FOLDER / "publish.sh").read_text(),
                      re.MULTILINE)
    assert found is not None

    assert "publish" == verb_of(shlex.split(found[1]))


@pytest.mark.parametrize("service", sorted(WORKERS))
def test_a_workers_health_is_asked_where_it_answers(service: str) -> None:
    """And Prometheus asks there too."""
    words = services()[service]["command"]
    port = words[words.index("--metrics-port") + 1]
    scraped = yaml.safe_load((FOLDER / "prometheus" / "prometheus.yml").read_text())
    asked = scraped["scrape_configs"][0]["dns_sd_configs"][0]

    assert f"127.0.0.1:{port}/health" in services()[service]["healthcheck"]["test"][-1]
    assert int(port) == asked["port"]
    assert service in asked["names"]


def test_the_partnership_is_the_example(tmp_path: Path) -> None:
    """Whatever else is said in README of the example is true in containers too."""
    document = tomllib.loads((FOLDER / "concord.toml").read_text())
    served = {section: document.pop(section) for section in ("kafka", "registry", "postgres")}

    assert tomllib.loads(CONFIGURATION) == document
    assert {"kafka", "registry", "postgres"} == set(served)


def test_everything_is_spoken_over_tls(tmp_path: Path) -> None:
    """No service is spoken to in plain text, so that nobody has to allow it."""
    written = (FOLDER / "concord.toml").read_text()
    for name in ("kafka", "postgres", "ca.pem"):
        (tmp_path / name).write_text("something")

    settings = parse(tomllib.loads(written.replace("/credentials", str(tmp_path))), tmp_path)

    assert settings.served is not None
    assert () == settings.served.plain
    refuse_plaintext(settings.served, allowed=False)


def test_the_image_takes_nothing_that_is_not_named() -> None:
    """A developer's secrets are not in the way of being copied."""
    lines = (FOLDER / "Dockerfile.dockerignore").read_text().splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]

    assert "*" == kept[0]
    assert [] == [line for line in kept[1:-1] if not (ROOT / line.removeprefix("!")).exists()]
    assert "USER 10001:10001" in (FOLDER / "Dockerfile").read_text()


def test_what_the_image_takes_is_all_that_the_setup_needs(tmp_path: Path) -> None:
    """It starts from those files alone, as it does in the image."""
    dockerfile = (FOLDER / "Dockerfile").read_text().replace("\\\n", " ")
    for names, place in re.findall(r"^COPY (compose/.+) /opt/compose/(compose/\S*)$", dockerfile,
                                   re.MULTILINE):
        for name in names.split():
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, tmp_path / place)
            else:
                (tmp_path / place).mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, tmp_path / place)

    done = subprocess.run([sys.executable, "-m", "compose.setup", "--help"], cwd=tmp_path,
                          env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False,
                          capture_output=True, text=True)

    assert (0, "") == (done.returncode, done.stderr)


def test_the_image_is_of_this_version() -> None:
    """A new version is a new image."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert 1 == text().count("image: concord-broker:")
    assert f"image: concord-broker:{project['version']}" in text()
