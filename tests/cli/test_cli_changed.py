"""What a service says of a configuration that has changed while it goes on."""
import tomllib
from datetime import date

import pytest

from broker.cli.changed import changes
from broker.cli.example import CONFIGURATION
from broker.config import parse

TODAY = date(2026, 3, 1)
ALL_THREE = ("the agreement that council, police and riverside may tell council, police and "
             "riverside")
TWO = "the agreement that council and police may tell council and police"
ENDS = "# ends = 2027-12-31 "
STARTS = "starts = 2020-01-01\n# ends"
TO_ALL = 'to = ["police", "council", "riverside"]'


def written(*changed: tuple[str, str]) -> str:
    """The example, with the first of each of these places changed."""
    text = CONFIGURATION
    for old, new in changed:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def told(before: str, after: str) -> list[str]:
    """What is said where the one configuration has followed the other."""
    earlier, later = (parse(tomllib.loads(each)) for each in (before, after))
    return list(changes(earlier, later, TODAY))


@pytest.mark.parametrize(("changed", "words"), [
    ([(ENDS, "ends = 2026-02-28 #")], f"No longer in force: {ALL_THREE}."),
    ([(ENDS, "ends = 2026-03-01 #")], f"Changed: {ALL_THREE}."),
    ([(STARTS, "starts = 2026-03-02\n# ends")], f"Not yet in force: {ALL_THREE}."),
    ([(STARTS, "starts = 2026-03-01\n# ends")], f"Changed: {ALL_THREE}."),
    ([('"missing", ', "")], f"Changed: {ALL_THREE}."),
    ([('["risk"]', '["risk", "care"]')], f"Changed: {TWO}."),
    ([("# identifiable = false", "identifiable = true")], f"Changed: {ALL_THREE}."),
])
def test_an_agreement_that_changed_is_named_by_what_it_is_today(
        changed: list[tuple[str, str]], words: str) -> None:
    """The last day is still one on which it holds, and so is the first."""
    assert [words] == told(written(), written(*changed))


def test_an_agreement_comes_into_force_again() -> None:
    """As when a wrong date is put right."""
    assert [f"Now in force: {ALL_THREE}."] == told(
        written((ENDS, "ends = 2026-02-28 #")), written())


def test_an_agreement_with_other_receivers_is_another() -> None:
    """Both are named: who may be told no more, and who may be told now."""
    assert [f"No longer there: {ALL_THREE}.",
            "New: the agreement that council, police and riverside may tell council and police."
            ] == told(written(), written((TO_ALL, 'to = ["police", "council"]')))


@pytest.mark.parametrize(("days", "words"), [
    ("starts = 2026-03-01", "New"),
    ("starts = 2026-04-01", "New, not yet in force"),
    ("starts = 2020-01-01\nends = 2026-02-28", "New, no longer in force"),
])
def test_a_new_agreement_is_told_with_whether_it_holds(days: str, words: str) -> None:
    """By the day it begins and the day it ends."""
    more = f'''[[agreements]]
from = ["police"]
to = ["council"]
streams = ["risk"]
purposes = ["SAFEGUARDING"]
{days}

[limits]'''

    assert [f"{words}: the agreement that police may tell council."] == told(
        written(), written(("[limits]", more)))


def test_of_two_between_the_same_agencies_the_one_that_changed_is_told() -> None:
    """Once; the other stands as it was."""
    risk = written(('from = ["police", "council"]\nto = ["police", "council"]',
                    f'from = ["police", "council", "riverside"]\n{TO_ALL}'))

    assert [f"Changed: {ALL_THREE}."] == told(risk, risk.replace('["risk"]', '["risk", "care"]'))


@pytest.mark.parametrize("same", [
    written(("[limits]", "# So it is.\n[limits]")),
    written(('"person", "incident"', '"incident", "person"'), ("# lead = ", "lead = ")),
])
def test_nothing_is_said_of_what_stands_as_it_was(same: str) -> None:
    """Other words in the file, or what is no matter of who may tell whom."""
    assert [] == told(written(), same)
