"""The pages about the served form do on real services what they say."""
from collections.abc import Iterator
from pathlib import Path

import pytest

from compose.local.served import write_served
from compose.local.services import Services
from tests.docs.console import ROOT, shown_in, wrong_in
from tests.docs.test_docs_commands import targets
from tests.services.started import privately


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which `make kafka` has started its services."""
    place = tmp_path_factory.mktemp("page")
    run = place / "work" / ".services" / "run"
    run.mkdir(parents=True)
    with privately(tmp_path_factory.mktemp("services")) as services:
        assert isinstance(services, Services)
        write_served(services, run)
        yield place


def test_every_command_on_the_page_of_the_served_form_does_what_is_shown(folder: Path) -> None:
    """Start, status, rotation, back up, restore, replay from scratch, erase: in that order."""
    page = "docs/served.md"
    shown = shown_in(page, (ROOT / page).read_text(encoding="utf-8"))

    assert [] == wrong_in(shown, folder, targets())
