"""The demo on real services finds what the embedded one finds."""
from pathlib import Path

from broker.config import load
from compose.local.served import write_served
from compose.local.services import Services
from tests.cli.conftest import Cli

SHORT = ("--days", "3", "--children", "20", "--seed", "5")


def found_in(folder: Path, *more: str | Path) -> str:
    """Run a short demo in a folder; what it says of what was planted."""
    answer = Cli(folder)("demo", "--out", folder / "demo", *SHORT, *more)
    assert 0 == answer.code, answer.err
    return answer.out[answer.out.index("Against what was planted:"):
                      answer.out.index("The report:")]


def test_the_demo_on_services_finds_what_the_embedded_one_finds(
        private_services: Services, tmp_path: Path) -> None:
    """The same files, published day by day to Kafka and PostgreSQL, under a namespace of its
    own: every contradiction that was planted, and the same count of all else."""
    sections = write_served(private_services, tmp_path)
    (tmp_path / "embedded").mkdir()
    (tmp_path / "served").mkdir()
    embedded = found_in(tmp_path / "embedded")
    served = found_in(tmp_path / "served", "--served", sections)
    settings = load(tmp_path / "served" / "demo" / "concord.toml")

    assert settings.served is not None
    assert settings.served.kafka.namespace.startswith("demo")
    assert " 0 false alarms" in embedded
    assert embedded == served


def test_a_demo_on_services_that_nobody_named_is_one_sentence(tmp_path: Path) -> None:
    """With the command that starts some."""
    answer = Cli(tmp_path)("demo", "--out", tmp_path / "demo", *SHORT, "--served",
                           tmp_path / "none.toml")

    assert (2, f"There is no file {tmp_path / 'none.toml'}: `make kafka` starts services and says"
               " where it writes one.\n") == (answer.code, answer.err)
