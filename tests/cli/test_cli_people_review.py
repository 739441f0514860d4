"""The review queue at a terminal, driven keystroke by keystroke."""
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from broker.bootstrap import Concord, open_home
from broker.cli.judging import foresight_of, make
from broker.cli.keys import END, ENTER, ESCAPE
from broker.cli.review import Session
from broker.pipeline.auditing import audit_entries
from broker.pipeline.caused import REVIEWING
from broker.pipeline.explaining import tell_pair
from broker.pipeline.judgements import all_judgements
from broker.pipeline.review_queue import review_queue
from broker.report.explaining import chart_lines
from broker.report.review import cut_words
from broker.vocabulary.words import Verdict
from tests.cli.conftest import Build, Cli, written
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
)
from tests.pipeline.pairs import GIRL, HOME_NUMBER, POLICE_NUMBER, nominal, resident

M01 = "M01-a37ca674c60e42f9"
KEYS = "s same  d different  u unsure  n next  z undo  q quit  ? help"
ACCEPT = "Enter makes it count; Esc or n goes back."
TWICE = (nominal("N7", "Ottilie", "Barraclough", "2012-03-02"),
         nominal("N8", "Ottilie", "Barraclough", "2012-03-02"))


class Ahead(str):
    """A keystroke typed before what it would answer was shown."""


class Typed:
    """What a person types: keystrokes, and lines where a line is asked for. A callable is
    something that somebody else does before the next keystroke."""

    def __init__(self, *typed: str | Callable[[], object] | None):
        self.typed = list(typed)

    def _next(self) -> str | None:
        while callable(self.typed[0]):
            step = self.typed.pop(0)
            assert callable(step)
            step()
        said = self.typed.pop(0)
        assert not callable(said)
        return said

    def key(self) -> str:
        """The next keystroke; the end where all has been typed."""
        return (self._next() or "") if self.typed else END

    def line(self) -> str | None:
        """The next line."""
        return self._next() if self.typed else None

    def forget(self) -> None:
        """Drop what was typed ahead."""
        while self.typed and isinstance(self.typed[0], Ahead):
            self.typed.pop(0)


def two_pairs_wait(cli: Cli, tmp_path: Path) -> None:
    """A home with a pair that would expose a critical finding, and one that would not."""
    home = written(tmp_path / "riverside", residents=[
        RESIDENTS, resident("R1", "Kayleigh", "Thornton", "2011-05-14", HOME_NUMBER)],
        absences=[ABSENCES, MISSING_FROM_HOME])
    police = written(tmp_path / "police", nominals=[
        NOMINALS, nominal("N1", "Kayleigh", "Thornton", "2011-05-14", POLICE_NUMBER), *TWICE],
        incidents=[INCIDENTS, CONCERN_AT_POLICE])
    for agency, path in (("riverside", home), ("police", police)):
        assert 0 == cli("publish", agency, path, "--extracted-at", cli.now).code
    assert 0 == cli("check").code


@pytest.fixture
def waiting(copied: Callable[[Build], Cli]) -> Cli:
    """A home with a pair that would expose a critical finding, and one that would not."""
    return copied(two_pairs_wait)


@contextmanager
def opened(cli: Cli) -> Iterator[Concord]:
    """The home, opened beside the command."""
    concord = open_home(cli.home, now=datetime.fromisoformat(cli.now))
    try:
        yield concord
    finally:
        concord.close()


def worked(cli: Cli, *typed: str | Callable[[], object] | None, width: int = 110) -> list[str]:
    """What the screen shows while this is typed, line by line."""
    screen = io.StringIO()
    with opened(cli) as concord:
        Session(concord, "a.reviewer", Typed(*typed),
                Console(file=screen, width=width, color_system=None)).run()
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def judgements(cli: Cli) -> list[tuple[str, str, str, str, bool]]:
    """Every judgement: on whom, what, by whom, why, and whether it counts."""
    with opened(cli) as concord, concord.store.view() as view:
        return [(f"{each.left} {each.right}", each.verdict.value, each.by, each.reason,
                 each.stands) for each in all_judgements(view)]


def test_the_pair_that_would_expose_a_critical_finding_is_shown_whole(waiting: Cli) -> None:
    """What a join would expose, why the model did not decide, and both records side by side."""
    lines = worked(waiting, "q")

    assert ["2 pairs in review.", "─" * 110,
            "Pair 1 of 2. Joining them would expose: critical M01, high D04."] == lines[:3]
    assert lines[3].startswith("  M01: Riverside House recorded the child as missing")
    start = next(at for at, line in enumerate(lines) if line.startswith("The model did not"))
    assert lines[start].startswith(
        "The model did not decide: different valid NHS numbers. Probability ")
    table = lines.index("", start) + 1
    assert [
        "                   police:N1            riverside:R1",
        "agency             North Valley Police  Riverside House",
        "names           =  Kayleigh Thornton    Kayleigh Thornton",
        "born            =  14 May 2011          14 May 2011",
        "sex             =  female               female",
        "postcodes       =  YO61 3QQ             YO61 3QQ",
        "numbers            NHS 9434765919       NHS 9449305552",
        "telephones         -                    -",
        "first recorded     12 January 2026      10 January 2026",
        "one child with     -                    -",
    ] == lines[table:table + 10]


def test_the_weights_are_shown_as_bars_that_add_up(waiting: Cli) -> None:
    """The rows of the explanation, with a bar to the side for which each speaks."""
    lines = worked(waiting, "q")

    with opened(waiting) as concord, concord.store.view() as view:
        told = tell_pair(view, *GIRL, concord.model)
    assert told is not None
    rows = list(chart_lines(told.explanation))[:-2]
    shown = [" ".join(line.split()) for line in lines]
    assert [] == [row for row in rows if " ".join(row.split()) not in shown]
    [total] = [line for line in lines if line.startswith("total")]
    assert f"{told.explanation.weight:+.2f}" in total
    assert total.endswith(f"probability {told.explanation.probability:.4f}, kept for a person")


def test_a_join_is_shown_before_it_is_made_and_made_on_enter(waiting: Cli) -> None:
    """The reason that the evidence offers is taken; the consequences stand above the Enter."""
    lines = worked(waiting, "s", "", ENTER, "q")

    start = next(at for at, line in enumerate(lines) if line.startswith("Why same? ["))
    assert "If police:N1 and riverside:R1 are the same child:" == lines[start + 1]
    assert "  One child: police:N1, riverside:R1." == lines[start + 2]
    end = lines.index(ACCEPT)
    between = " ".join(lines[start + 3:end])
    assert ("Would newly stand: critical M01: " in between, f"[{M01}]" in between,
            "Would end: high D04: " in between) == (True, True, True)
    assert ["Judged same.", "1 decided, 0 taken back; 1 pair in review."] == [
        line for line in lines[end + 1:] if "udged" in line or "decided," in line]
    offered = lines[start].removeprefix("Why same? [").removesuffix("]")
    assert [("police:N1 riverside:R1", "SAME", "a.reviewer", offered, True)] == judgements(
        waiting)
    assert "M01" in {each["code"] for each in waiting("findings", "--format", "json").json}


@pytest.mark.parametrize(("key", "verdict"), [
    ("s", "SAME"), ("d", "DIFFERENT"), ("u", "UNSURE")])
def test_each_key_is_its_verdict(waiting: Cli, key: str, verdict: str) -> None:
    """With a reason in the person's own words."""
    worked(waiting, key, "rang the home", ENTER, "q")

    assert [("police:N1 riverside:R1", verdict, "a.reviewer", "rang the home", True)] == (
        judgements(waiting))


@pytest.mark.parametrize("back", [ESCAPE, "n", "q", END])
def test_nothing_is_judged_without_enter(waiting: Cli, back: str) -> None:
    """Esc and n go back to the pair; the reason typed is offered again."""
    lines = worked(waiting, "s", "rang the home", back, "s", None, "q")

    assert [] == judgements(waiting)
    assert "Why same? [rang the home]" in lines
    assert "0 decided, 0 taken back; 2 pairs in review." == lines[-1]


def test_an_enter_typed_ahead_accepts_nothing(waiting: Cli) -> None:
    """Neither before the consequences are drawn, nor before they are drawn again."""

    def somebody() -> None:
        with opened(waiting) as concord:
            make(concord, ("police:N1", "police:N7"), Verdict.SAME, "b.other", "one girl")

    lines = worked(waiting, "s", "seen", Ahead(ENTER), somebody, ENTER, Ahead(ENTER), ESCAPE, "q")

    assert 2 == lines.count(ACCEPT)
    assert ["b.other"] == [each[2] for each in judgements(waiting)]


def test_a_reason_is_never_empty(waiting: Cli) -> None:
    """Nothing speaks against the two but the numbers: none is offered, and one is asked for
    until it is given."""
    lines = worked(waiting, "d", "", "   ", "two cousins", ENTER, "q")

    assert 3 == lines.count("Why different? (Esc goes back)")
    assert 2 == sum(line.startswith("A reason is kept with every decision") for line in lines)
    assert ["two cousins"] == [each[3] for each in judgements(waiting)]


def test_keys_that_mean_nothing_do_nothing(waiting: Cli) -> None:
    """Neither at a pair nor where Enter is waited for."""
    lines = worked(waiting, "x", "", "S", "s", "seen", "s", " ", ENTER, "q")

    assert 1 == lines.count(ACCEPT)
    assert 1 == len(judgements(waiting))


def test_the_next_pair_is_shown_and_the_passed_one_not_again(waiting: Cli) -> None:
    """Passing over both ends the session; both wait for the next."""
    lines = worked(waiting, "n", "n")

    assert ["Pair 1 of 2.", "Pair 2 of 2."] == [line[:12] for line in lines
                                                if line.startswith("Pair ")]
    assert "0 decided, 0 taken back; 2 pairs in review." == lines[-1]


def test_an_unsure_pair_stays_in_review_but_is_not_shown_again(waiting: Cli) -> None:
    """It waits for somebody who knows more."""
    lines = worked(waiting, "u", "", ENTER, "n", "q")

    assert "That was the last. z takes your last decision back, q stops." in lines
    assert "1 decided, 0 taken back; 2 pairs in review." == lines[-1]
    assert ["the records alone do not tell"] == [each[3] for each in judgements(waiting)]


def test_what_forbids_a_pair_is_still_said_once_somebody_was_unsure(waiting: Cli) -> None:
    """The next person to look is told both."""
    worked(waiting, "u", "", ENTER, "q")

    lines = " ".join(worked(waiting, "q"))
    assert ("The model did not decide: a person looked and was not sure; different valid NHS "
            "numbers. Probability ") in lines


def test_the_last_decision_can_be_taken_back(waiting: Cli) -> None:
    """Its consequences are shown first too, and the pair is there again."""
    lines = worked(waiting, "s", "seen together", ENTER, "z", "", ENTER, "q")

    assert ["If police:N1 and riverside:R1 are the same child:",
            "If no judgement stands on police:N1 and riverside:R1:"] == [
        line for line in lines if line.startswith("If ")]
    assert "Taken back: police:N1 and riverside:R1." in lines
    assert "  Split: police:N1 | riverside:R1." in lines
    assert [("SAME", "seen together", False),
            ("UNDONE", "decided in error, taken back at once", False)] == [
        (each[1], each[3], each[4]) for each in judgements(waiting)]
    assert "0 decided, 1 taken back; 2 pairs in review." == lines[-1]


def test_the_very_last_decision_can_be_taken_back_when_no_pair_is_left(waiting: Cli) -> None:
    """At the end the session asks before it closes."""
    lines = worked(waiting, "n", "d", "two girls", ENTER, "z", "", ENTER, "q")

    assert "Taken back: police:N7 and police:N8." in lines
    assert ["DIFFERENT", "UNDONE"] == [each[1] for each in judgements(waiting)]


def test_decisions_of_others_are_not_taken_back(waiting: Cli) -> None:
    """Only those of this session; one that somebody has replaced since is left alone."""

    def somebody() -> None:
        with opened(waiting) as concord:
            make(concord, GIRL, Verdict.DIFFERENT, "b.other", "two cousins")

    assert "Nothing has been decided in this session." in worked(waiting, "z", "q")
    lines = worked(waiting, "s", "seen", ENTER, somebody, "z", "q")

    assert ("Somebody has judged that pair again since: there is nothing to take back."
            in lines)
    assert [("SAME", False), ("DIFFERENT", True)] == [
        (each[1], each[4]) for each in judgements(waiting)]


def test_what_changed_while_a_person_thought_is_shown_again(waiting: Cli) -> None:
    """Enter accepts only what is still so."""

    def somebody() -> None:
        with opened(waiting) as concord:
            make(concord, ("police:N1", "police:N7"), Verdict.SAME, "b.other", "one girl")

    lines = worked(waiting, "s", "seen", somebody, ENTER, ENTER, "q")

    again = lines.index("Something has changed meanwhile; this is what would follow now:")
    assert "  One child: police:N1, riverside:R1." in lines[:again]
    assert "  One child: police:N1, police:N7, riverside:R1." in lines[again:]
    assert ["b.other", "a.reviewer"] == [each[2] for each in judgements(waiting)]


def test_help_says_what_each_key_does(waiting: Cli) -> None:
    """Every key of the line of keys."""
    lines = worked(waiting, "?", "q")

    assert 2 == lines.count(KEYS)
    start = lines.index(KEYS) + 1
    told = lines[start:lines.index(KEYS, start)]
    assert ["s, d, u", "n", "z", "q"] == [line.split("  ")[0] for line in told
                                          if "  " in line and not line.startswith(" ")]


def test_who_looked_at_whom_is_audited_once(waiting: Cli) -> None:
    """Each record of each pair shown, under the reviewer's name."""
    worked(waiting, "s", "seen", ESCAPE, "n", "q")

    with opened(waiting) as concord, concord.store.view() as view:
        readings = [each for each in audit_entries(view, concord.codec) if each.why == REVIEWING]
    assert 4 == len(readings)
    assert {("a.reviewer", None)} == {(each.actor, each.recipient) for each in readings}
    assert 4 == len({each.subject_digest for each in readings})


def test_words_of_an_agency_cannot_steer_the_terminal(waiting: Cli, tmp_path: Path) -> None:
    """A name with an escape sequence is shown with question marks."""
    waiting.now = "2026-03-02T22:00:00+00:00"
    row = nominal("N7", "Ott\x1b[2Jilie", "Barraclough", "2012-03-02").replace(
        "2026-01-12", "2026-03-02")
    waiting("publish", "police", written(tmp_path / "new", nominals=[NOMINALS, row]))
    waiting("check")

    screen = "\n".join(worked(waiting, "n", "q"))

    assert "\x1b" not in screen
    assert "Ott?[2Jilie Barraclough" in screen


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_shows_it_all(waiting: Cli, width: int) -> None:
    """Over ssh, no line is wider than the screen and no record is cut."""
    lines = worked(waiting, "s", "seen", ENTER, "q", width=width)

    assert [] == [line for line in lines if len(line) > width]
    assert "Kayleigh Thornton" in "\n".join(lines)
    assert [] == [line for line in lines if "…" in line]


def test_an_empty_queue_says_so(cli: Cli) -> None:
    """And asks for nothing."""
    assert ["0 pairs in review.", "Nothing waits for a decision."] == worked(cli)


def test_a_queue_that_is_cut_says_so(waiting: Cli) -> None:
    """How far the order was worked out, in a sentence; nothing where it was to the end."""
    with opened(waiting) as concord, concord.store.view() as view:
        whole = review_queue(view, foresight_of(concord))
        cut = review_queue(view, foresight_of(concord), examined_max=1)

    assert ("", "What a join would expose was worked out for the 1 likeliest; the others stand "
                "behind them by their probability.") == (cut_words(whole), cut_words(cut))


def test_where_there_is_no_terminal_the_queue_is_listed(waiting: Cli) -> None:
    """In the same order, in text and in the machine form."""
    text = waiting("people", "review").out.splitlines()

    assert text[0].endswith("police:N1  riverside:R1  different valid NHS numbers  "
                            "(would expose: critical M01, high D04)")
    assert text[1].endswith("police:N7  police:N8  one agency holds them as two people")
    assert ("2 pairs. `concord people judge A B same|different|unsure --by --reason` decides "
            "one.") == text[2]
    listed = waiting("people", "review", "--json").json
    assert ["left", "right", "probability", "why", "exposes", "holds_back"] == list(listed[0])
    assert [["M01", "D04"], []] == [[found["code"] for found in each["exposes"]]
                                    for each in listed]
    assert listed == waiting("people", "review", "--list", "--format", "json").json
