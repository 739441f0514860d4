"""Splink 5 on DuckDB in this process, with the settings its own tutorials publish.

The settings are those of https://github.com/moj-analytical-services/splink,
docs/demos/examples/duckdb/ febrl3, febrl4 (the detailed model) and deduplicate_50k_synthetic;
sampling gets a seed where the tutorial gives none. "widened" is the last of them with further
blocking rules. FEBRL 1 and 2 have no tutorial and get the settings of FEBRL 3; nor have children,
who get settings of our own.
"""
import logging
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as cl

from bench.linkage.measures import Found, Labels

Rows = Sequence[dict[str, str]]
_SEED = 2

_FEBRL3_BLOCKS: list[Any] = [block_on(each) for each in
                  ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")]
_SWAPPED = "l.given_name = r.surname and l.surname = r.given_name"
_FEBRL4_BLOCKS: list[Any] = [
    block_on("given_name", "surname"), _SWAPPED, block_on("date_of_birth"),
    block_on("soc_sec_id"), block_on("state", "address_1"),
    block_on("street_number", "address_1"), block_on("postcode")]
_HISTORICAL_BLOCKS: list[Any] = [
    block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
    block_on("surname", "dob"), block_on("first_name", "dob"),
    block_on("postcode_fake", "first_name"), block_on("postcode_fake", "surname"),
    block_on("dob", "birth_place"), block_on("substr(postcode_fake,1,3)", "dob"),
    block_on("substr(postcode_fake,1,3)", "first_name"),
    block_on("substr(postcode_fake,1,3)", "surname"),
    block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)")]
_WIDER_BLOCKS: list[Any] = [
    *_HISTORICAL_BLOCKS, block_on("dob"), block_on("postcode_fake"), block_on("full_name"),
    block_on("surname", "birth_place"), block_on("first_name", "birth_place"),
    block_on("surname", "substr(dob,1,4)"), block_on("first_name", "substr(dob,1,4)"),
    "l.first_name = r.surname and l.surname = r.first_name"]
_CHILDREN_BLOCKS: list[Any] = [
    block_on("nhs_number"), block_on("upn"), block_on("phone"), block_on("birth_date"),
    block_on("given_name", "family_name"), block_on("postcode", "given_name"),
    block_on("family_name", "substr(birth_date,1,4)"),
    block_on("given_name", "substr(birth_date,1,4)"),
    "l.given_name = r.family_name and l.family_name = r.given_name"]


def febrl3(rows: Rows) -> Found:
    """FEBRL 3's settings on rows of FEBRL 1, 2 or 3, clustered at 0.95."""
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="rec_id",
        blocking_rules_to_generate_predictions=_FEBRL3_BLOCKS,
        comparisons=[
            cl.NameComparison("given_name"), cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True,
                                     datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True)])

    def train(linker: Linker) -> None:
        linker.training.estimate_probability_two_random_records_match(
            [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"),
             f"{_SWAPPED} and l.date_of_birth = r.date_of_birth"], recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
        for column in ("date_of_birth", "postcode"):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))

    return _linked([rows], settings, train, predicted_from=0.2)


def febrl4(rows: Rows) -> Found:
    """FEBRL 4's settings: its rows "-org" against the others, clustered at 0.95."""
    settings = SettingsCreator(
        link_type="link_only", unique_id_column_name="rec_id",
        blocking_rules_to_generate_predictions=_FEBRL4_BLOCKS,
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True,
                                     datetime_format="%Y%m%d", invalid_dates_as_null=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
                term_frequency_adjustments=True)])

    def train(linker: Linker) -> None:
        linker.training.estimate_probability_two_random_records_match(
            [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
            recall=0.8)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
        for column in ("date_of_birth", "postcode"):
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(column), estimate_without_term_frequencies=True)

    sides = [[row for row in rows if row["rec_id"].endswith("-org")],
             [row for row in rows if not row["rec_id"].endswith("-org")]]
    return _linked(sides, settings, train, predicted_from=0.2)


def historical(rows: Rows, widened: bool = False) -> Found:
    """The settings for historical people, clustered at 0.95; `widened` adds blocking rules."""
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=_WIDER_BLOCKS if widened else _HISTORICAL_BLOCKS,
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "surname",
                forename_surname_concat_col_name="first_name_surname_concat"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True)])

    def train(linker: Linker) -> None:
        linker.training.estimate_probability_two_random_records_match(
            [block_on("first_name", "surname", "dob"),
             block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
             block_on("dob", "postcode_fake")], recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=_SEED)
        for rule in (block_on("first_name", "surname"), block_on("dob")):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True)

    named = [row | {"first_name_surname_concat": _both(row, "first_name", "surname")}
             for row in rows]
    return _linked([named], settings, train)


def children(rows: Rows) -> Found:
    """Settings of our own in the manner of the tutorials, clustered at 0.95: names with their
    frequencies, birth date, postcode, and the numbers, which prove most, compared exactly."""
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="key",
        blocking_rules_to_generate_predictions=_CHILDREN_BLOCKS,
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "family_name",
                                         forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.PostcodeComparison("postcode"), cl.ExactMatch("sex"),
            cl.ExactMatch("nhs_number"), cl.ExactMatch("upn"), cl.ExactMatch("phone")])

    def train(linker: Linker) -> None:
        linker.training.estimate_probability_two_random_records_match(
            [block_on("nhs_number"), block_on("upn"),
             block_on("given_name", "family_name", "birth_date")], recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=_SEED)
        for rule in (block_on("given_name", "family_name"), block_on("birth_date")):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True)

    named = [row | {"both_names": _both(row, "given_name", "family_name")} for row in rows]
    return _linked([named], settings, train)


def _both(row: dict[str, str], given: str, family: str) -> str:
    return f"{row[given]} {row[family]}" if row[given] and row[family] else ""


def _linked(
    tables: Sequence[Rows], settings: SettingsCreator, train: Callable[[Linker], None],
    predicted_from: float | None = None,
) -> Found:
    """Load, train, predict and cluster, all of it timed."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    row_id = settings.unique_id_column_name

    def run() -> Labels:
        database = DuckDBAPI()
        database.duckdb_con.execute("set enable_progress_bar = false")
        loaded = [database.register(_with_nulls(rows)) for rows in tables]
        linker = Linker(loaded, settings, log_level=logging.ERROR)
        train(linker)
        predicted = linker.inference.predict(threshold_match_probability=predicted_from)
        clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=0.95).as_dict()
        database.duckdb_con.close()
        return dict(zip(clustered[row_id], clustered["cluster_id"], strict=True))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Found.timed(run)


def _with_nulls(rows: Rows) -> list[dict[str, Any]]:
    """The rows without their truth, with no value for an empty one."""
    return [{name: value or None for name, value in row.items() if name != "cluster"}
            for row in rows]
