"""The passwords that Concord draws: written down once, for this user alone."""
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from broker.bootstrap.passwords import Passwords
from broker.errors import ConfigError


def modes(folder: Path) -> dict[str, int]:
    """The rights to the folder and to each file in it."""
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in (folder, *folder.iterdir())}


def test_a_password_is_drawn_once(tmp_path: Path) -> None:
    """And is the whole text of its file."""
    passwords = Passwords(tmp_path / "secrets")

    assert passwords.known("police") is None
    drawn = passwords.of("police")

    assert (drawn, drawn) == (passwords.of("police"), passwords.known("police"))
    assert drawn == (tmp_path / "secrets" / "police").read_text(encoding="utf-8")
    assert 43 == len(drawn)
    assert drawn != passwords.of("council")


def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    """Neither files nor folder, also where the folder was there and open."""
    (tmp_path / "secrets").mkdir(mode=0o755)

    Passwords(tmp_path / "secrets").of("police")

    assert {"secrets": 0o700, "police": 0o600} == modes(tmp_path / "secrets")


def test_a_new_password_takes_the_old_ones_place_at_the_end(tmp_path: Path) -> None:
    """Until then the old one is still there, and asking again draws no third."""
    passwords = Passwords(tmp_path)
    old = passwords.of("police")
    new = passwords.renew("police")

    assert (True, new, old) == (
        passwords.renewing("police"), passwords.renew("police"), passwords.of("police"))
    passwords.renewed("police")
    assert (False, new) == (passwords.renewing("police"), passwords.of("police"))
    assert ["police"] == [each.name for each in tmp_path.iterdir()]


def test_of_two_runs_at_once_one_draws(tmp_path: Path) -> None:
    """What the other is given is the same, and nothing is left lying about."""
    with ThreadPoolExecutor(8) as several:
        drawn = set(several.map(lambda _: Passwords(tmp_path / "new").of("police"), range(8)))

    assert 1 == len(drawn)
    assert ["police"] == [each.name for each in (tmp_path / "new").iterdir()]


@pytest.mark.parametrize(("content", "said"), [
    (b"", "is empty: move it away"), (b"\n", "is empty: move it away"),
    (b"\xff\xfe", "cannot be read")])
def test_a_file_that_holds_no_password_is_for_the_operator(
        tmp_path: Path, content: bytes, said: str) -> None:
    """It is never taken for one, and never written over."""
    (tmp_path / "police").write_bytes(content)

    with pytest.raises(ConfigError, match=said):
        Passwords(tmp_path).of("police")

    assert content == (tmp_path / "police").read_bytes()
