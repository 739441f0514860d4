"""A copy taken while Concord writes, as docs/operations.md says, is whole."""
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from broker.backends.sqlite import FILE_NAME
from broker.bootstrap import open_home
from broker.cli.example import CONFIGURATION
from broker.pipeline.auditing import verify_stored
from broker.pipeline.tables import ADAPTER_MEMORY
from tests.docs.console import ROOT


def backup_program() -> str:
    """The Python text of the page's backup command."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    [text] = set(re.findall(r"python3 -c '(import sqlite3.+?)'", page))
    return str(text)


def test_a_backup_taken_in_the_middle_of_a_transaction_is_whole(tmp_path: Path) -> None:
    """It holds what was committed and nothing of what was not, and its audit chain verifies."""
    home = tmp_path / "valley"
    home.mkdir()
    (tmp_path / "backup").mkdir()
    (home / "concord.toml").write_text(CONFIGURATION, encoding="utf-8")
    with closing(open_home(home)) as concord:
        concord.check()
        with concord.store.begin() as unit:
            unit.put(ADAPTER_MEMORY, [("before", "committed")])
        with concord.store.begin() as unit:
            unit.put(ADAPTER_MEMORY, [("during", "not committed")])
            subprocess.run([sys.executable, "-c", backup_program()], cwd=tmp_path, check=True)

    restored = tmp_path / "restored"
    restored.mkdir()
    (tmp_path / "backup" / FILE_NAME).rename(restored / FILE_NAME)
    (restored / "concord.toml").write_text(CONFIGURATION, encoding="utf-8")
    with closing(open_home(restored)) as copy, copy.store.view() as view:
        assert [("before", "committed")] == view.scan(ADAPTER_MEMORY, "scope_key")
        assert verify_stored(view, copy.codec)[0].ok
