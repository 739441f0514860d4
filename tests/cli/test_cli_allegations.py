"""The command that lets a home have its notices although an allegation against it stands."""
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, written
from tests.cli.test_cli_screens import ALLEGATION, PPN, one_evening

WHO = ("--by", "council:d.officer", "--reason", "strategy meeting agreed")


def held_evening(cli: Cli, tmp_path: Path) -> None:
    """A girl is missing from a home against which an allegation stands."""
    one_evening(cli, tmp_path)
    cli("publish", "police", written(tmp_path / "ppn", ppn=[PPN, ALLEGATION]))
    assert (0, 0) == (cli("check").code, cli("deliver").code)


@pytest.fixture
def held(copied: Callable[[Build], Cli]) -> Cli:
    """A girl is missing from a home against which an allegation stands."""
    return copied(held_evening)


def codes(cli: Cli) -> list[str]:
    """The rules of which the home has a notice."""
    return [each["code"] for each in cli("notices", "riverside", "--format", "json").json]


def test_a_release_sends_what_was_held(held: Cli) -> None:
    """It says how much, and a later delivery sends nothing more."""
    before = codes(held)
    answer = held("allegations", "release", "riverside", "riverside:R1", *WHO)

    assert ([], 0, "Released 1 allegation: 1 notice went to Riverside House.\n", ["M01"]) == (
        before, answer.code, answer.out, codes(held))


def test_an_explanation_says_that_the_home_is_not_told_until_it_is(
        held: Cli, tmp_path: Path) -> None:
    """On the terminal, in the machine form and on the page; as it was then, too."""
    page, line = tmp_path / "page.html", "Riverside House: not told, while an allegation stands"
    [found] = [each["id"] for each in held("findings", "--format", "json").json
               if each["code"] == "M01"]
    before = held("explain", found)
    held("explain", found, "--format", "html", "--out", page)
    held.now = "2026-03-01T22:10:00+00:00"
    held("allegations", "release", "riverside", "riverside:R1", *WHO)
    told = held("explain", found, "--format", "json").json
    then = held("explain", found, "--format", "json", "--as-of", "2026-03-01T22:05").json

    assert [f"  {line} (`concord allegations list`)"] == [
        each for each in before.out.splitlines() if "not told" in each]
    assert ([], ["Riverside House"]) == (told["kept_from"], then["kept_from"])
    assert line.replace("Riverside House", "<strong>Riverside House</strong>") in page.read_text(
        encoding="utf-8")


def test_a_release_is_taken_back(held: Cli) -> None:
    """What was sent stays; the list says who held it again, and why."""
    held("allegations", "release", "riverside", "police:N1", *WHO)
    held.now = "2026-03-01T22:30:00+00:00"
    answer = held("allegations", "hold", "riverside", "police:N1", "--by", "council:b.officer",
                  "--reason", "police asked")

    assert (0, "Held again for 1 allegation: what Riverside House was told before it keeps.\n") \
        == (answer.code, answer.out)
    assert held("allegations", "list", "police:N1").out.splitlines()[0].endswith(
        "police PPN1, written Sun 01 Mar 2026 21:41: held; held again by council:b.officer, "
        "Sun 01 Mar 2026 22:30: police asked")


def test_the_list_tells_what_is_held_and_what_was_released_when(held: Cli) -> None:
    """As known at a time, it is what was decided by then."""
    before = held("allegations", "list", "riverside:R1").out.splitlines()
    held.now = "2026-03-01T22:30:00+00:00"
    held("allegations", "release", "riverside", "riverside:R1", *WHO)
    now = held("allegations", "list", "riverside:R1", "--format", "json").json
    then = held("allegations", "list", "riverside:R1", "--as-of", "2026-03-01T22:15",
                "--format", "json").json

    assert before[0].endswith(": held; nobody has decided")
    assert "1 allegation against a home that holds this child." == before[1]
    assert held("allegations", "list", "riverside:R1").out.splitlines()[0].endswith(
        "written Sun 01 Mar 2026 21:41: released by council:d.officer, Sun 01 Mar 2026 22:30: "
        "strategy meeting agreed")
    assert [(True, "RELEASED", "council:d.officer")] == [
        (each["released"], each["decision"]["decision"], each["decision"]["by"]) for each in now]
    assert [{**now[0], "released": False, "decision": None}] == then


def test_who_lists_them_is_audited(held: Cli, tmp_path: Path) -> None:
    """With the purpose given."""
    held("allegations", "list", "riverside:R1", "--by", "a.reader", "--purpose", "handover")
    file = tmp_path / "audit.jsonl"
    held("audit", "export", "--out", str(file))

    assert '"handover"' in file.read_text(encoding="utf-8")


def test_what_changed_since_the_release_says_so(held: Cli, tmp_path: Path) -> None:
    """It is held: nobody has decided on what it alleges now."""
    held("allegations", "release", "riverside", "riverside:R1", *WHO)
    held.now = "2026-03-01T23:00:00+00:00"
    changed = ALLEGATION.replace("physical_abuse", "sexual_abuse").replace("21:41", "22:50")
    held("publish", "police", written(tmp_path / "changed", ppn=[PPN, changed]))
    held("check")

    assert held("allegations", "list", "riverside:R1").out.splitlines()[0].endswith(
        "held; released by council:d.officer, Sun 01 Mar 2026 22:00, before it came to allege "
        "something else: strategy meeting agreed")


def test_the_homes_briefing_shows_what_was_released(held: Cli) -> None:
    """And not what was said of the child by others."""
    held("allegations", "release", "riverside", "riverside:R1", *WHO)
    answer = held("child", "riverside:R1", "--actor", "riverside:a.keyworker", "--purpose",
                  "shift", "--format", "json")

    assert ["M01"] == [each["code"] for each in answer.json["findings"]]
    assert "Kayley" not in answer.out


@pytest.mark.parametrize(("words", "sentence"), [
    (("release", "riverside", "police:N99", *WHO),
     "Nobody is known as police:N99: give a child's id, a finding's id, or a record such as "
     "police:N1 (`concord people list` shows them)."),
    (("hold", "riverside", "police:N1", *WHO),
     "No release about this child stands for Riverside House: `concord allegations list` shows "
     "them."),
    (("release", "riverside", "police:N1", "--by", "a.b", "--reason", " "),
     "--reason must not be empty: it is kept with the decision."),
    (("release", "riverside", "police:N1", "--by", " ", "--reason", "agreed"),
     "--by must not be empty: it is kept with the decision."),
    (("release", "police", "police:N1", *WHO),
     "police is no home: an allegation keeps notices from homes alone."),
])
def test_a_mistake_is_one_sentence(held: Cli, words: tuple[str, ...], sentence: str) -> None:
    """And nothing is decided."""
    answer = held("allegations", *words)

    assert (2, sentence) == (answer.code, answer.err.strip())
    assert held("allegations", "list", "police:N1").out.splitlines()[0].endswith(
        "nobody has decided")


def test_without_an_allegation_there_is_nothing_to_release(copied: Callable[[Build], Cli]) -> None:
    """The home has its notices already."""
    answer = copied(one_evening)("allegations", "release", "riverside", "riverside:R1", *WHO)

    assert (2, "No allegation about this child keeps notices from Riverside House: `concord "
               "allegations list` shows them.") == (answer.code, answer.err.strip())
