"""Estimating m with Splink's expectation maximisation on DuckDB, from people without labels.

Splink blocks the pairs, calls our comparisons on them and estimates m with u fixed; each run is
blocked on one thing and estimates the comparisons that do not look at it.
"""
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, groupby
from math import sqrt
from random import Random
from typing import Any

from broker.backends.splink_functions import connected, keep, know, loaded
from broker.errors import ConfigError
from broker.identity.model import Level, Model
from broker.identity.names import sound_of
from broker.identity.person import Person
from broker.identity.scoring import score
from broker.identity.sql_functions import person_of_text, text_of_person
from broker.identity.training import (
    ABSENT,
    Session,
    Trained,
    Unlike,
    comparisons_of,
    count_unlike,
    figures_of,
    grades_of,
    grades_possible,
    is_estimated,
    trained,
)

UNLIKE_AT_ONCE = 10_000
_AGENCIES_MIN = 2
PAIRS_MIN = 100
"""Pairs that a run needs for its figures to be worth anything."""

_ITERATIONS = (50, 25, 12, 6, 3)
_CONVERGED = 1e-5
_PAIRS_KEPT = 16_384
_NEVER = 1e-6  # m and u of the level that Splink wants for whatever is left: no pair comes to it
_JOINED = "people l join people r on l.unique_id < r.unique_id"

Told = Callable[[int, int], None]
Grader = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs of two agencies that share the value of one column. `alike` is roughly the share of
    them that are one person, to begin with; comparisons named in `leaving` look at the column."""

    column: str
    alike: float
    leaving: frozenset[str]


BLOCKS = (
    Block("number", 0.9, frozenset({"nhs_number"})),
    Block("born", 0.1, frozenset({"birth_date"})),
    Block("sounds", 0.1, frozenset({"given", "family", "former_name", "community"})),
)


def train(people: Sequence[Person], base: Model, seed: int, pairs_max: int,
          told: Told) -> Trained:
    """A model estimated from these people, the base's figures where they show nothing.

    At most `pairs_max` pairs are counted for u, and as many in each run for m. `told` hears how
    many steps are done, of how many. The same people, base, seed and limit give the same model.
    `ConfigError` where Splink is not installed or there are too few people to tell anything.
    """
    splink = loaded("splink")
    steps = len(range(0, pairs_max, UNLIKE_AT_ONCE)) + len(BLOCKS)
    ordered = sorted(people)
    unlike = _counted(ordered, base, seed, pairs_max, lambda done: told(done, steps))
    connection = connected()
    know(connection, {"concord_grade": _grades(base)})
    sessions = []
    for done, block in enumerate(BLOCKS, start=steps - len(BLOCKS) + 1):
        sessions.extend(_session(splink, connection, block, ordered, base, unlike, seed,
                                 pairs_max))
        told(done, steps)
    connection.close()
    if not sessions or not unlike.pairs:
        raise ConfigError(f"There are too few people to learn from: training needs at least "
                          f"{PAIRS_MIN} pairs of records of two agencies that share a birth date, "
                          "a name or an NHS number; use the default model until there are.")
    return trained(base, unlike, sessions)


def pairs_across(people: Sequence[Person], pairs: int, seed: int) -> list[tuple[Person, Person]]:
    """Pairs of people of two agencies, at random: anybody, and anybody of another agency, since
    linking compares no others. None where there is one agency only."""
    by_agency = [list(some) for _, some in groupby(sorted(people, key=_agency), key=_agency)]
    if len(by_agency) < _AGENCIES_MIN:
        return []
    rng = Random(seed)
    everybody = list(chain.from_iterable(by_agency))
    starts = list(accumulate(map(len, by_agency), initial=0))
    chosen: list[tuple[Person, Person]] = []
    for _ in range(pairs):
        place = rng.randrange(len(everybody))
        agency = bisect_right(starts, place) - 1
        other = rng.randrange(len(everybody) - len(by_agency[agency]))
        if other >= starts[agency]:
            other += len(by_agency[agency])
        chosen.append((everybody[place], everybody[other]))
    return chosen


def _agency(person: Person) -> str:
    return person.agency


def _counted(people: Sequence[Person], base: Model, seed: int, pairs_max: int,
             told: Callable[[int], None]) -> Unlike:
    """u is counted here and not by Splink: a random pair is one child often enough for what agrees
    in a millionth of the others (a number) to take its u from those."""
    pairs = pairs_across(people, pairs_max, seed)

    def telling() -> Iterator[tuple[Person, Person]]:
        for done, pair in enumerate(pairs):
            yield pair
            if done % UNLIKE_AT_ONCE == UNLIKE_AT_ONCE - 1:
                told((done + 1) // UNLIKE_AT_ONCE)

    return count_unlike(telling(), base)


def _grades(base: Model) -> Grader:
    @lru_cache(maxsize=_PAIRS_KEPT)
    def graded(one: str, other: str) -> dict[str, str]:
        return grades_of(score(person_of_text(one), person_of_text(other), base), base)

    def grade(one: str, other: str, comparison: str) -> str:
        return graded(one, other).get(comparison, ABSENT)

    return grade


def _row(person: Person) -> tuple[str | None, ...]:
    """A person as a row, with what each run is blocked on; None meets nobody."""
    born = next((each for each in person.births if each.precision == "X"), None)
    name = next((each for each in person.names if each.given and each.family), None)
    return (
        person.key, person.agency, text_of_person(person),
        person.nhs[0] if person.nhs else None,
        None if born is None else f"{born.year}-{born.month}-{born.day}",
        None if name is None else f"{sound_of(name.given[0])} {sound_of(name.family[-1])}",
    )


def _session(splink: Any, connection: Any, block: Block, people: Sequence[Person], base: Model,
             unlike: Unlike, seed: int, pairs_max: int) -> list[Session]:
    """One run of Splink; none where too few pairs meet."""
    rule = f"l.{block.column} = r.{block.column} and l.agency <> r.agency"
    pairs = _meeting(connection, people, rule)
    if pairs > pairs_max:
        part = int(len(people) * sqrt(pairs_max / pairs))
        people = sorted(Random(seed).sample(people, part))
        pairs = _meeting(connection, people, rule)
    if pairs < PAIRS_MIN:
        return []
    wanted = {name: levels for name, levels in comparisons_of(base).items()
              if name not in block.leaving}
    seen = _seen(connection, rule, tuple(wanted))
    estimated = [name for name, levels in wanted.items() if seen[name] and is_estimated(levels)]
    share, settings = _maximised(splink, connection, rule, {
        "link_type": "dedupe_only", "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": block.alike, "em_convergence": _CONVERGED,
        "comparisons": [_comparison(name, levels, seen[name], unlike)
                        for name, levels in wanted.items() if seen[name]],
    })
    return [Session(block.column, pairs, share,
                    {name: sum(seen[name].values()) for name in estimated},
                    _m_of(settings, estimated))]


def _maximised(splink: Any, connection: Any, rule: str,
               settings: Mapping[str, Any]) -> tuple[float, Mapping[str, Any]]:
    """The share of pairs that are one person, and the settings with m as estimated.

    Splink refuses an m below 1e-300, which a grade that only two people show comes to where
    iterations go on; the others have long converged by then, so it is begun anew with fewer. The
    pairs are not compared again: Splink keeps them.
    """
    database = splink.DuckDBAPI(connection)
    people = database.register("people")
    for iterations in _ITERATIONS:
        linker = splink.Linker(people, {**settings, "max_iterations": iterations},
                               log_level=None, validate_settings=False)
        try:
            done = linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True, fix_u_probabilities=True)
        except ValueError:
            if iterations == _ITERATIONS[-1]:
                raise
            continue
        share = float(done.core_model_settings.probability_two_random_records_match)
        made = linker.misc.save_model_to_json()
        linker.table_management.delete_tables_created_by_splink_from_db()
        return share, made
    raise AssertionError("there is no last attempt")


def _meeting(connection: Any, people: Sequence[Person], rule: str) -> int:
    """Have these people looked at; how many pairs of them meet under the rule."""
    connection.execute("drop table if exists people")
    keep(connection, "people", {
        "unique_id": "VARCHAR", "agency": "VARCHAR", "person": "VARCHAR",
        **{each.column: "VARCHAR" for each in BLOCKS}}, map(_row, people))
    return int(_rows(connection, f"count(*) from {_JOINED} and {rule}")[0][0])


def _rows(connection: Any, rest: str) -> list[tuple[Any, ...]]:
    """What a query made of names of our own answers."""
    found: list[tuple[Any, ...]] = connection.execute(f"select {rest}").fetchall()
    return found


def _seen(connection: Any, rule: str, comparisons: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many of a run's pairs show each grade of each comparison."""
    columns = ", ".join(f"concord_grade(l.person, r.person, '{each}') as {each}"
                        for each in comparisons)
    connection.execute("drop table if exists graded")
    connection.execute(
        f"create table graded as select {columns} from {_JOINED} and {rule}")  # noqa: S608
    return {each: {str(grade): int(count) for grade, count in _rows(
        connection, f"{each}, count(*) from graded where {each} <> '{ABSENT}' group by 1 "
                    "order by 1")} for each in comparisons}


def _comparison(name: str, levels: Sequence[Level], seen: Mapping[str, int],
                unlike: Unlike) -> dict[str, Any]:
    """The grades that a run's pairs show, as levels of Splink's, the commonest first; those that
    data cannot tell are held at the default's weight."""
    call = f"concord_grade(person_l, person_r, '{name}')"
    held = not is_estimated(levels)
    whole = sum(each.m for each in levels)
    by_grade = {grade: each for each in levels for grade in (each.level, *grades_possible(each))}
    found: list[dict[str, Any]] = [{
        "sql_condition": f"{call} = '{ABSENT}'", "label_for_charts": "nothing said",
        "is_null_level": True}]
    for grade in sorted(seen, key=lambda each: (-seen[each], each)):
        level = by_grade[grade]
        m, u = (level.m, level.u) if held and grade == level.level else figures_of(
            level, grade, unlike, whole - level.m)
        found.append({
            "sql_condition": f"{call} = '{grade}'", "label_for_charts": grade,
            "m_probability": m, "u_probability": u,
            "fix_m_probability": held, "fix_u_probability": True})
    found.append({"sql_condition": "ELSE", "label_for_charts": "no other",
                  "m_probability": _NEVER, "u_probability": _NEVER,
                  "fix_m_probability": True, "fix_u_probability": True})
    return {"output_column_name": name, "comparison_levels": found}


def _m_of(settings: Mapping[str, Any], comparisons: Sequence[str]) -> dict[str, dict[str, float]]:
    """m by grade of the comparisons that were estimated."""
    return {
        each["output_column_name"]: {
            level["label_for_charts"]: float(level["m_probability"])
            for level in each["comparison_levels"] if not level["fix_m_probability"]
            and not level.get("is_null_level")}
        for each in settings["comparisons"] if each["output_column_name"] in comparisons}
