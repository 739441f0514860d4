"""Judging, undoing and explaining as commands: what they print, and that logs hold nobody."""
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import Build, Cli, written
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
)
from tests.pipeline.pairs import HOME_NUMBER, POLICE_NUMBER, nominal, resident

A, B = "police:N1", "riverside:R1"
WHY = ("--by", "a.first", "--reason", "seen together")


def held_apart(cli: Cli, tmp_path: Path) -> None:
    """A girl missing from her home, whom police hold under another NHS number."""
    home = written(tmp_path / "riverside", residents=[
        RESIDENTS, resident("R1", "Kayleigh", "Thornton", "2011-05-14", HOME_NUMBER)],
        absences=[ABSENCES, MISSING_FROM_HOME])
    police = written(tmp_path / "police", nominals=[
        NOMINALS, nominal("N1", "Kayleigh", "Thornton", "2011-05-14", POLICE_NUMBER)],
        incidents=[INCIDENTS, CONCERN_AT_POLICE])
    for agency, path in (("riverside", home), ("police", police)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert 0 == cli("check").code


def held_twice(cli: Cli, tmp_path: Path) -> None:
    """A girl in a home, joined with the police's record, who have another without a birth date."""
    home = written(tmp_path / "riverside", residents=[
        RESIDENTS, resident("R1", "Kayleigh", "Thornton", "2011-05-14")])
    police = written(tmp_path / "police", nominals=[
        NOMINALS, nominal("N1", "Kayleigh", "Thornton", "2011-05-14"),
        nominal("N2", "Kayleigh", "Thornton", "").replace("YO61 3QQ", "")])
    for agency, path in (("riverside", home), ("police", police)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert 0 == cli("check").code


@pytest.fixture
def apart(copied: Callable[[Build], Cli]) -> Cli:
    """A girl missing from her home, whom police hold under another NHS number."""
    return copied(held_apart)


@pytest.fixture
def joined(apart: Cli) -> Cli:
    """The two judged the same, and everybody told."""
    assert 0 == apart("people", "judge", A, B, "same", *WHY).code
    assert 0 == apart("deliver").code
    apart.now = "2026-03-01T23:00:00+00:00"
    return apart


def test_a_dry_run_says_what_would_follow_and_judges_nothing(apart: Cli) -> None:
    """The same lines as at the terminal."""
    lines = apart("people", "judge", A, B, "same", *WHY, "--dry-run").out.splitlines()

    assert [f"If {A} and {B} are the same child:", f"  One child: {A}, {B}."] == lines[:2]
    assert ["  Would newly stand: critical M01", "  Would newly stand: high D04",
            "  Would end: high D04"] == [line[:line.index(":", line.index(":") + 1)]
                                         for line in lines[2:]]
    assert "0 judgements." == apart("people", "judgements").out.strip()


def test_a_join_that_would_take_a_record_out_of_its_child_is_shown_first(
    copied: Callable[[Build], Cli],
) -> None:
    """The police hold her twice: nothing is judged until somebody has seen who would leave."""
    cli = copied(held_twice)
    words = ("people", "judge", "police:N2", B, "same", *WHY)
    shown = cli(*words)

    assert (2, True) == (shown.code, "Nothing is judged yet" in shown.err)
    assert (f"  {A} would leave the child: police holds it and police:N2 as two people. If they "
            f"are one, judge {A} and police:N2 the same first.") in shown.out.splitlines()
    assert "0 judgements." == cli("people", "judgements").out.strip()
    assert cli(*words, "--dry-run").out == shown.out
    assert 0 == cli(*words, "--even-so").code
    assert [[A], ["police:N2", B]] == sorted(each["records"] for each in cli(
        "people", "list", "--format", "json").json)


def test_whose_two_records_are_judged_one_first_leaves_nobody(
    copied: Callable[[Build], Cli],
) -> None:
    """Then the home's record stays with both."""
    cli = copied(held_twice)
    assert 0 == cli("people", "judge", A, "police:N2", "same", *WHY).code
    assert [[A, "police:N2", B]] == [each["records"] for each in cli(
        "people", "list", "--format", "json").json]


def test_the_machine_form_of_a_judgement_is_that_of_its_dry_run(apart: Cli) -> None:
    """The same consequences, with the judgement's id and what a parted link had caused."""
    words = ("people", "judge", A, B, "same", *WHY, "--format", "json")
    told = apart(*words, "--dry-run").json
    made = apart(*words).json

    assert ({"before": [[A], [B]], "after": [[A, B]]}, ["M01", "D04"], ["D04"]) == (
        {**told["joined"][0], "before": sorted(told["joined"][0]["before"])},
        [each["code"] for each in told["raised"]], [each["code"] for each in told["ended"]])
    assert ["left", "right", "verdict", "together", "has_effect", "joined", "parted", "settled",
            "opened", "contradicted", "raised", "ended"] == list(told)
    assert told == {key: made[key] for key in told}
    assert (None, 0) == (made["caused"], made["recalled"])


def test_judgements_are_listed_with_author_and_time(joined: Cli) -> None:
    """In text, in the machine form, and as a table; of one record or of all."""
    [listed] = joined("people", "judgements", A, "--format", "json").json

    assert {"left": A, "right": B, "verdict": "same", "by": "a.first",
            "at": "2026-03-01T22:00:00+00:00", "reason": "seen together",
            "stands": True} == {key: each for key, each in listed.items() if key != "id"}
    assert [f"{listed['id']}  Sun 01 Mar 2026 22:00  a.first judged {A} and {B} same: seen "
            "together", "1 judgement."] == joined("people", "judgements").out.splitlines()
    assert ["id,left,right,verdict,by,at,reason,stands",
            f"{listed['id']},{A},{B},same,a.first,2026-03-01T22:00:00+00:00,seen together,true"
            ] == joined("people", "judgements", "--format", "csv").out.splitlines()


def test_undo_lists_what_the_link_caused_and_recalls_it(joined: Cli) -> None:
    """Every finding and notice, what was given to whom, and the assessment that is opened."""
    lines = joined("people", "undo", A, B, "--by", "b.second", "--reason",
                   "two cousins").out.splitlines()

    assert [f"Taken back, by b.second: Sun 01 Mar 2026 22:00  a.first judged {A} and {B} same: "
            "seen together", "No judgement stands on the two now.",
            "What the link had caused:"] == lines[:3]
    assert {"finding, open", "notice to police, sent, Sun 01 Mar 2026 22",
            "notice to riverside, sent, Sun 01 Mar 2026 22",
            "given to police (N1)", "given to riverside (R1)"} == {
        line.strip().split(":")[0] for line in lines[3:-2]}
    recalled = sum("notice to" in line for line in lines)
    assert f"Recalled: {recalled} of {recalled} notices." == lines[-2]
    assert lines[-1].startswith("A breach assessment is opened in the audit chain (judgement ")
    assert {"ended"} == {each["state"] for agency in ("police", "riverside")
                         for each in joined("notices", agency, "--format", "json").json
                         if each["code"] == "M01"}


def test_undo_by_a_judgements_id_restores_what_stood_before(joined: Cli) -> None:
    """In the machine form: the judgement undone, and the one that stands again."""
    joined("people", "judge", A, B, "different", "--by", "b.second", "--reason", "cousins")
    last = joined("people", "judgements", "--format", "json").json[-1]

    told = joined("people", "undo", last["id"][:8], "--by", "c.third", "--reason", "a mistake",
                  "--format", "json").json

    assert ("cousins", "seen together", None) == (
        told["undone"]["reason"], told["restored"]["reason"], told["caused"])
    assert [[A, B]] == [[f"{each['agency']}:{each['local_id']}" for each in child["members"]]
                        for child in joined("people", "list", "--format", "json").json]


@pytest.mark.parametrize(("words", "said"), [
    ((A, B), "No judgement stands on these two records: there is nothing to undo."),
    (("12345678",), "There is no one judgement 12345678: `concord people judgements` lists "
                    "them."),
    ((A, A), "Both records are the same one: name two different records.")])
def test_a_mistaken_undo_is_one_sentence(apart: Cli, words: tuple[str, ...], said: str) -> None:
    """And a way out."""
    answer = apart("people", "undo", *words, "--by", "a", "--reason", "b")

    assert (2, f"{said}\n") == (answer.code, answer.err)


def test_explain_says_why_two_are_not_joined_and_what_would_change_it(apart: Cli) -> None:
    """The ban, the weights, and the way past it."""
    lines = apart("people", "explain", A, B).out.splitlines()

    assert f"{A} and {B} are not joined: different valid NHS numbers." == lines[0]
    assert "Kept for a person whatever it weighs: different valid NHS numbers." in lines
    start = lines.index("What would change it:")
    assert [line for line in lines[start:] if line.startswith("  NHS number: if one record does "
                                                              "not know the NHS number, ")]
    assert ("  If police or riverside ended its NHS number, or sent the other one beside it as "
            "ended, the two numbers would no longer stand against each other.") in lines[start:]
    assert lines[-1] == (f"  A person's judgement: `concord people judge {A} {B} same --by "
                         "--reason`.")


def test_explain_says_that_nobody_is_asked_where_nobody_is(
    copied: Callable[[Build], Cli],
) -> None:
    """In a place of more children a name tells less: the two are not alike enough to ask."""
    cli = copied(held_twice)
    settings = cli.home / "concord.toml"
    settings.write_text(settings.read_text() + "\n[identity]\npopulation = 2000000\n")
    cli("rebuild")
    lines = cli("people", "explain", "police:N2", B).out.splitlines()

    assert (f"police:N2 and {B} are not joined: not alike enough for the model to join them or to "
            "ask a person.") == lines[0]
    assert ("Nobody is asked about the two; otherwise they would wait for a person: no birth date "
            "on one side, and no number that agrees.") in lines


def test_explain_in_the_machine_form_adds_up(apart: Cli) -> None:
    """The rows are the calculation; the keys are stable."""
    told = apart("people", "explain", B, A, "--format", "json").json

    assert ["left", "right", "probability", "weight", "forbidden", "rows", "held", "joined",
            "why", "reason", "model", "thresholds", "children", "judgement", "path", "against",
            "would_change", "ways"] == list(told)
    assert (B, A, "forbidden", False, [[A], [B]]) == (
        told["left"], told["right"], told["why"], told["joined"], told["children"])
    assert told["weight"] == pytest.approx(sum(each["weight"] for each in told["rows"]))


class Page(HTMLParser):
    """What a page holds: its tags in order, and whether each is closed in its turn."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that is open."""
        assert tag == self.open.pop()


def test_explain_as_a_page_has_a_picture_and_says_the_same_in_words(
        apart: Cli, tmp_path: Path) -> None:
    """One file, no scripts, nothing from elsewhere; the picture has a title, a description and a
    table beside it."""
    out = tmp_path / "why.html"
    answer = apart("people", "explain", A, B, "--format", "html", "--out", out)

    text = out.read_text(encoding="utf-8")
    page = Page(text)
    assert (0, f"The page: {out}\n", []) == (answer.code, answer.out, page.open)
    assert {"svg", "title", "desc", "table", "caption", "main"} <= set(page.tags)
    assert "script" not in page.tags
    assert "http" not in text
    assert f"<h1>{A} and {B} are not joined: different valid NHS numbers.</h1>" in text
    assert "Kayleigh" not in text


@pytest.mark.parametrize("words", [("--format", "html"), ("--out", "page.html")])
def test_a_page_needs_a_file_and_a_file_a_page(apart: Cli, words: tuple[str, ...]) -> None:
    """One without the other is refused."""
    answer = apart("people", "explain", A, B, *words)

    assert (2, "A page goes to a file: say both --format html and --out FILE.\n") == (
        answer.code, answer.err)


def test_logs_and_errors_hold_nobody(apart: Cli, tmp_path: Path) -> None:
    """Not a name, a birth date, a number, a postcode or a record's id, whatever is judged."""
    log = tmp_path / "log.jsonl"
    said = [apart(*words, "--log", log).err for words in (
        ("people", "review", "--list"), ("people", "judge", A, B, "same", *WHY),
        ("deliver",), ("people", "undo", A, B, *WHY), ("people", "explain", A, B),
        ("people", "judgements"), ("people", "undo", A, B, *WHY))]

    text = log.read_text(encoding="utf-8") + "".join(said)
    assert [] == [word for word in (
        "Kayleigh", "Thornton", "2011", HOME_NUMBER, POLICE_NUMBER, "YO61", A, B, "seen together",
        "a.first") if word in text]


def test_the_consistency_page_shows_what_a_finding_rests_on(joined: Cli, tmp_path: Path) -> None:
    """The weakest join of the child, as a picture and in words; none where only people's word
    joins it."""
    out = tmp_path / "report.html"
    joined("report", "consistency", "--html", out)
    assert "<details>" not in out.read_text(encoding="utf-8")

    joined("people", "undo", A, B, "--by", "b.second", "--reason", "to be seen by itself")
    joined.now = "2026-03-02T08:00:00+00:00"
    row = nominal("N1", "Kayleigh", "Thornton", "2011-05-14").replace("2026-01-12", "2026-03-02")
    joined("publish", "police", written(tmp_path / "new", nominals=[NOMINALS, row]))
    joined("check")
    joined("report", "consistency", "--html", out)

    text = out.read_text(encoding="utf-8")
    page = Page(text)
    assert ([], 1) == (page.open, page.tags.count("details"))
    assert f"the weakest join is {A} with\n        {B}, probability " in text
    assert {"join-1-title", "join-1-desc"} <= {each.split('"')[0] for each in text.split('id="')}
