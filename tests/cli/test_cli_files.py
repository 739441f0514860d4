"""Files that a command writes whole or not at all."""
import os
from pathlib import Path

import pytest

from broker.cli.files import refuse_unwritable, write_whole
from broker.errors import ConfigError


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(each.name for each in folder.iterdir())


def test_a_written_file_holds_the_whole_text(tmp_path: Path) -> None:
    """And nothing lies beside it."""
    with write_whole(tmp_path / "model.json", "--out") as stream:
        stream.write("one\ntwo\r\n")

    assert b"one\ntwo\r\n" == (tmp_path / "model.json").read_bytes()
    assert ["model.json"] == names_in(tmp_path)


def test_a_file_is_not_there_before_its_text_is_whole(tmp_path: Path) -> None:
    """Whoever is killed between leaves what was there."""
    path = tmp_path / "model.json"
    path.write_text("former", encoding="utf-8")

    with write_whole(path, "--out") as stream:
        stream.write("half")
        stream.flush()
        between = path.read_text(encoding="utf-8")

    assert ("former", "half") == (between, path.read_text(encoding="utf-8"))


def test_writing_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """And nothing beside it."""
    path = tmp_path / "model.json"
    path.write_text("former", encoding="utf-8")

    with pytest.raises(ZeroDivisionError), write_whole(path, "--out") as stream:
        stream.write(str(1 / 0))

    assert "former" == path.read_text(encoding="utf-8")
    assert ["model.json"] == names_in(tmp_path)


def test_a_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    """A file for its owner alone does not become everybody's."""
    path = tmp_path / "model.json"
    path.touch(0o600)

    with write_whole(path, "--out") as stream:
        stream.write("new")

    assert 0o600 == path.stat().st_mode & 0o777


def test_a_link_goes_on_to_lead_to_the_file(tmp_path: Path) -> None:
    """The file it leads to is the one written."""
    path, link = tmp_path / "model.json", tmp_path / "link.json"
    link.symlink_to(path)

    with write_whole(link, "--out") as stream:
        stream.write("new")

    assert (True, "new") == (link.is_symlink(), path.read_text(encoding="utf-8"))


def test_a_device_is_written_and_not_replaced() -> None:
    """It takes the text as it comes."""
    with write_whole(Path(os.devnull), "--out") as stream:
        stream.write("new")

    assert Path(os.devnull).is_char_device()


def test_a_file_that_can_be_written_is_not_changed_by_asking(tmp_path: Path) -> None:
    """Nor is a new one made."""
    former = tmp_path / "former.json"
    former.write_text("former", encoding="utf-8")

    refuse_unwritable(former, "--out")
    refuse_unwritable(tmp_path / "new.json", "--out")

    assert ["former.json"] == names_in(tmp_path)
    assert "former" == former.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_said_with_the_option(tmp_path: Path) -> None:
    """Before the work and at its end alike."""
    path = tmp_path / "none" / "model.json"
    said = f"{path} cannot be written (No such file or directory): name another --out."

    with pytest.raises(ConfigError) as asked:
        refuse_unwritable(path, "--out")
    with pytest.raises(ConfigError) as written, write_whole(path, "--out"):
        pass

    assert (said, said) == (str(asked.value), str(written.value))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """It would be found out only when the file takes its name."""
    with pytest.raises(ConfigError) as asked:
        refuse_unwritable(tmp_path, "--model")

    assert (f"{tmp_path} cannot be written (it is a folder): name another --model."
            == str(asked.value))
