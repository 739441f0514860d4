"""Fields are taken by name; what cannot be used is counted and loses no child."""
from datetime import UTC, date, datetime

import pytest

from broker.errors import RecordRejected
from broker.event.envelope import Moment
from broker.sdk import fields as f
from broker.sdk.fields import Fields, Layout, Words
from broker.sdk.rows import Header
from broker.vocabulary.words import IncidentCategory, Risk

READ_AT = datetime(2026, 1, 10, 12, tzinfo=UTC)
LAYOUT = Layout(required=("ref", "value"), optional=("extra",), ignored=("noise",))


def fields_of(value: str, *, names: tuple[str, ...] = ("ref", "value")) -> Fields:
    """One row with this value."""
    fields = Fields(Header("some.csv", names), LAYOUT, latest=READ_AT)
    fields.take(["1", value, *[""] * (len(names) - 2)])
    return fields


def test_columns_in_any_order_and_case() -> None:
    """The header's own spelling and order do not matter."""
    fields = Fields(Header("some.csv", ("VALUE", "Ref")), LAYOUT, latest=READ_AT)
    fields.take(["a", "1"])

    assert ("1", "a", None) == (fields.mandatory("ref"), fields.text("value"),
                                fields.text("extra"))


def test_a_missing_column_refuses_the_file_by_name() -> None:
    """One sentence that says which."""
    fields = Fields(Header("some.csv", ("ref",)), LAYOUT, latest=READ_AT)

    assert "some.csv has no column value" == fields.refused


def test_unexpected_columns_are_named_and_ignored_ones_are_not() -> None:
    """Nothing is swallowed; a column without a name is named by its place."""
    fields = Fields(Header("some.csv", ("ref", "value", "noise", "New", "")), LAYOUT,
                    latest=READ_AT)

    assert ["New", "(column 5)"] == fields.unexpected


def test_an_optional_column_that_is_not_there_is_empty() -> None:
    """A file without it is as good."""
    fields = fields_of("a")

    assert (False, None) == (fields.has("extra"), fields.moment("extra"))


@pytest.mark.parametrize(("value", "reason"), [
    ("  ", f.NO_VALUE), ("x" * 101, f.TOO_LONG)])
def test_an_unusable_key_rejects_the_row(value: str, reason: str) -> None:
    """The reject says which column and why."""
    with pytest.raises(RecordRejected) as caught:
        fields_of(value).mandatory("value")

    assert (reason, "value") == (caught.value.reason, caught.value.column)


@pytest.mark.parametrize(("value", "reason"), [
    ("", f.NO_VALUE), ("soon", f.NOT_A_TIME), ("2026-01-11T12:00:01Z", f.IN_THE_FUTURE)])
def test_an_unusable_time_of_writing_rejects_the_row(value: str, reason: str) -> None:
    """A version dated far ahead would outrank every correction until then."""
    with pytest.raises(RecordRejected) as caught:
        fields_of(value).recorded_at("value")

    assert reason == caught.value.reason


def test_a_clock_that_runs_a_day_ahead_is_believed() -> None:
    """A home's laptop may be wrong; its missing report must still arrive."""
    assert datetime(2026, 1, 11, 12, tzinfo=UTC) == fields_of(
        "2026-01-11T12:00:00Z").recorded_at("value")


def test_an_unusable_optional_time_is_counted_and_left_out() -> None:
    """The rest of the row goes on."""
    fields = fields_of("31/12/2025")

    assert fields.moment("value") is None
    assert fields.day("value") is None
    assert {("value", "31/12/2025"): 2} == fields.unmapped


def test_british_dates_where_the_file_writes_them() -> None:
    """One switch a file."""
    fields = Fields(Header("some.csv", ("ref", "value")), LAYOUT, latest=READ_AT, british=True)
    fields.take(["1", "31/12/2025"])

    assert date(2025, 12, 31) == fields.day("value")
    assert Moment(at=datetime(2025, 12, 31, tzinfo=UTC)).at == fields.recorded_at("value")


def test_words_without_regard_to_case_and_spacing() -> None:
    """The agency's own word travels as it wrote it."""
    words = Words(Risk, {"No apparent risk": "NONE_APPARENT"})

    assert (Risk.NONE_APPARENT, "NO  Apparent_risk") == fields_of("NO  Apparent_risk").word(
        "value", words)


def test_an_unknown_word_is_unmapped_and_counted() -> None:
    """Never guessed, never lost."""
    fields = fields_of("Amber")

    assert (Risk.UNMAPPED, "Amber") == fields.word("value", Words(Risk, {"High": "HIGH"}))
    assert {("value", "Amber"): 1} == fields.unmapped


def test_any_other_word_where_the_format_says_so() -> None:
    """Other incident categories are OTHER, and that is no defect."""
    fields = fields_of("Road collision")
    words = Words(IncidentCategory, {"Missing person": "MISSING_PERSON"}, IncidentCategory.OTHER)

    assert (IncidentCategory.OTHER, "Road collision") == fields.word("value", words)
    assert {} == fields.unmapped


@pytest.mark.parametrize(("value", "flag"), [("Y", True), ("n", False), ("", None), ("1", None)])
def test_flags(value: str, flag: bool | None) -> None:
    """Y and N; another word is counted."""
    fields = fields_of(value)

    assert flag is fields.flag("value")
    assert (1 if value == "1" else 0) == len(fields.unmapped)


def test_an_over_long_value_is_left_out_and_free_text_is_cut() -> None:
    """A statement's sizes are bounded; a long reason not to share is still a reason."""
    fields = fields_of("x" * 5000)

    assert fields.text("value") is None
    assert "x" * f.TEXT_CHARACTERS_MAX == fields.note("value")
    assert {("value", "x" * 200): 2} == fields.unmapped


def test_counting_is_bounded() -> None:
    """A file of nonsense must not fill the memory with its words."""
    fields = fields_of("")
    for number in range(f.UNMAPPED_KINDS_MAX + 5):
        fields.count("value", str(number))

    assert f.UNMAPPED_KINDS_MAX + 1 == len(fields.unmapped)
    assert 5 == fields.unmapped["value", "(others)"]
