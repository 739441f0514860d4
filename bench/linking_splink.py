"""Splink 5 on DuckDB over the same records as `bench.linking_size`, in one batch and one thread.

    python -m bench.linking_splink CHILDREN

prints one JSON object: records, pairs compared, seconds by the clock and of the processor, of
those for predicting and clustering alone. Settings are as in Splink's own introduction
(https://moj-analytical-services.github.io/splink/, "Quickstart"): names with term frequencies,
date of birth, and what else the rows have; blocking on two of name, birth date and postcode, since
family name alone would compare a hundred million pairs of a hundred thousand children.
"""
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from time import perf_counter, process_time

from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as cl

from bench.linking_rows import records_of
from bench.linking_size import SEED

_SAMPLING_SEED = 2
_PAIRS_MAX = 1e6
_FROM_PROBABILITY = 0.95


def rows_of(children: int) -> Iterator[dict[str, str | None]]:
    """The records as rows; returns have no names."""
    for index in range(children):
        for place, said in enumerate(records_of(index, SEED)):
            name = said.names[0] if said.names else None
            yield {
                "unique_id": f"{index}-{place}", "first_name": name.given if name else None,
                "surname": name.family if name else None,
                "dob": said.birth_date.isoformat() if said.birth_date else None,
                "sex": said.sex.value if said.sex else None, "nhs_number": said.nhs_number,
                "postcode": said.addresses[0].postcode if said.addresses else None}


def settings() -> SettingsCreator:
    """What is compared with what."""
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("first_name", "surname"), block_on("surname", "dob"),
            block_on("first_name", "dob"), block_on("postcode", "first_name"),
            block_on("postcode", "surname"), block_on("nhs_number")],
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("sex"), cl.ExactMatch("nhs_number"), cl.PostcodeComparison("postcode")])


def measure(children: int) -> dict[str, float]:
    """Load, train, predict and cluster."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    rows = list(rows_of(children))
    database = DuckDBAPI()
    database.duckdb_con.execute("set enable_progress_bar = false")
    database.duckdb_con.execute("set threads = 1")
    begun, start = perf_counter(), process_time()
    linker = Linker([database.register(rows)], settings(), log_level=logging.ERROR)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("nhs_number")], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=_PAIRS_MAX, seed=_SAMPLING_SEED)
    for rule in (block_on("first_name", "surname"), block_on("dob", "postcode")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    trained = process_time()
    predicted = linker.inference.predict()
    pairs = predicted.as_duckdbpyrelation().count("*").fetchall()[0][0]
    linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=_FROM_PROBABILITY)
    ended = process_time()
    return {"records": len(rows), "pairs": pairs, "seconds": perf_counter() - begun,
            "processor": ended - start, "predict_processor": ended - trained}


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        print(json.dumps(measure(int(sys.argv[1]))))
