"""Fields are taken by name; what cannot be used is counted and loses no child."""
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from broker.errors import RecordRejected
from broker.event.envelope import Moment
from broker.sdk import fields as f
from broker.sdk.fields import Fields, Layout, Words
from broker.sdk.rows import Header, read_header
from broker.sdk.stood import Place, Stood
from broker.vocabulary.words import IncidentCategory, Risk

READ_AT = datetime(2026, 1, 10, 12, tzinfo=UTC)
LAYOUT = Layout(required=("ref", "value"), optional=("extra",), ignored=("noise",))


def fields_of(value: str, *, names: tuple[str, ...] = ("ref", "value")) -> Fields:
    """One row with this value."""
    fields = Fields(Header("some.csv", names), LAYOUT, latest=READ_AT)
    fields.take(["1", value, *[""] * (len(names) - 2)], 2)
    return fields


def test_columns_in_any_order_and_case() -> None:
    """The header's own spelling and order do not matter."""
    fields = Fields(Header("some.csv", ("VALUE", "Ref")), LAYOUT, latest=READ_AT)
    fields.take(["a", "1"], 2)

    assert ("1", "a", None) == (fields.mandatory("ref"), fields.text("value"),
                                fields.text("extra"))


def test_a_missing_column_refuses_the_file_by_name() -> None:
    """One sentence that says which."""
    fields = Fields(Header("some.csv", ("ref",)), LAYOUT, latest=READ_AT)

    assert "some.csv has no column value" == fields.refused


def test_a_missing_column_that_is_misspelt_is_named_with_its_slip() -> None:
    """Also where it is not the first one missing; the file's own spelling is shown."""
    fields = Fields(Header("some.csv", ("Vaule",)), LAYOUT, latest=READ_AT)

    assert "some.csv has no column value, but has Vaule: did you mean value?" == fields.refused


def test_a_column_that_is_known_is_no_slip_for_another() -> None:
    """Nobody is asked to rename a column that is right."""
    layout = Layout(required=("risk_initial",), optional=("risk_initials",))

    assert "some.csv has no column risk_initial" == layout.refusal_of(
        Header("some.csv", ("risk_initials",)))


@pytest.mark.parametrize(("header", "sentence"), [
    ("ref,value,REF", "some.csv has two columns named REF"),
    ("R1,Ada,Ada", "some.csv has two columns of one name"),
])
def test_of_two_columns_of_one_name_only_a_known_one_is_named(
        tmp_path: Path, header: str, sentence: str) -> None:
    """Where the header row is not there, what stands there is a child's."""
    path = tmp_path / "some.csv"
    path.write_text(f"{header}\n", encoding="utf-8")

    assert sentence == LAYOUT.refusal_of(read_header(path))


@pytest.mark.parametrize("column", ["Value", " VALUE ", "value\u00a0"])
def test_a_name_in_capitals_or_between_spaces_is_the_same_name(
        tmp_path: Path, column: str) -> None:
    """What a spreadsheet does to a header changes nothing."""
    path = tmp_path / "some.csv"
    path.write_text(f"ref,{column}\n", encoding="utf-8")

    assert None is LAYOUT.refusal_of(read_header(path))


@pytest.mark.parametrize(("value", "left"), [
    ("2026-01-11T11:59:00Z", datetime(2026, 1, 11, 11, 59, tzinfo=UTC)),
    ("2026-01-11T12:01:00Z", None)])
def test_what_happened_lies_at_most_a_day_ahead(value: str, left: datetime | None) -> None:
    """Clocks go wrong by hours; beyond that it is counted and left out."""
    fields = fields_of(value)

    moment = fields.happened("value")

    assert left == (moment and moment.at)
    assert ({} if left else {("value", value): 1}) == fields.unmapped


@pytest.mark.parametrize(("value", "kept"), [
    ("2026-01-10", True), ("2026-01-11", False), ("1901-01-01", True), ("1900-12-31", False)])
def test_a_birth_date_is_of_somebody_who_may_be_alive(value: str, kept: bool) -> None:
    """The day of reading is the last, 125 years before its year the first."""
    fields = fields_of(value)

    assert (date.fromisoformat(value) if kept else None) == fields.birth_date("value")
    assert ({} if kept else {("value", value): 1}) == fields.unmapped


@pytest.mark.parametrize(("value", "counts"), [
    ("", {}), ("900 000 0017", {}), ("9000000018", {("value", f.INVALID_NHS_NUMBER): 1})])
def test_a_wrong_nhs_number_is_counted_without_being_shown(
        value: str, counts: dict[tuple[str, str], int]) -> None:
    """It is carried as the agency wrote it."""
    fields = fields_of(value)

    assert (value or None) == fields.nhs_number("value")
    assert counts == fields.unmapped


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


def test_a_time_that_clocks_skip_is_used_and_counted() -> None:
    """The agency wrote 01:30 on the night clocks go forward: a time that no clock put right shows,
    so whoever sends it learns what it was read as."""
    fields = fields_of("2025-03-30T01:30")

    assert Moment(at=datetime(2025, 3, 30, 1, 30, tzinfo=UTC)) == fields.happened("value")
    assert {("value", "2025-03-30T01:30 (clocks skipped this hour: read an hour on)"): 1} == \
        fields.unmapped


def test_where_a_value_stood_is_noted_for_its_first_three_rows() -> None:
    """Once a row, with the key that the row has by then, and why it is of no use."""
    fields = fields_of("about nine")
    for line in range(2, 6):
        fields.take(["1", "about nine"], line)
        fields.key = f"A{line}"
        fields.moment("value")
        fields.day("value")

    assert {("value", "about nine"): 8} == fields.unmapped
    assert {("value", "about nine"): Stood(
        "not a time", [Place(2, "A2"), Place(3, "A3"), Place(4, "A4")], more=True)} == fields.stood


def test_british_dates_where_the_file_writes_them() -> None:
    """One switch a file."""
    fields = Fields(Header("some.csv", ("ref", "value")), LAYOUT, latest=READ_AT, british=True)
    fields.take(["1", "31/12/2025"], 2)

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
