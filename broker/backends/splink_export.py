"""A folder with which Splink, on DuckDB or Spark, scores our people as we do."""
import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from broker.backends.splink_functions import loaded
from broker.errors import ConfigError
from broker.identity.blocking import keys_of
from broker.identity.model import Model
from broker.identity.model_file import text_of
from broker.identity.person import Person
from broker.identity.splink_settings import PEOPLE_COLUMNS, settings_of
from broker.identity.sql_functions import text_of_person

ROWS_AT_ONCE = 20_000
NEEDED = ("pyarrow", "pyarrow.parquet")
PART = "people.parquet.part"
FOR_OWNER_ONLY = 0o600
FOLDER_FOR_OWNER_ONLY = 0o700

FUNCTIONS = '''\
"""Concord's comparisons as SQL functions, for the settings and the model beside this file."""
from functools import lru_cache
from pathlib import Path

from broker.identity.model_file import model_of
from broker.identity.sql_functions import functions_of


@lru_cache(maxsize=1)
def _functions():
    model = Path(__file__).with_name("model.json")
    return functions_of(model_of(model.read_text(encoding="utf-8"), "model.json"))


def concord_level(one, other, feature):
    return _functions()["concord_level"](one, other, feature)


def concord_by_value(one, other):
    return _functions()["concord_by_value"](one, other)


def concord_apart(one, other):
    return _functions()["concord_apart"](one, other)


FUNCTIONS = (concord_level, concord_by_value, concord_apart)


def register_duckdb(connection):
    for each in FUNCTIONS:
        connection.create_function(
            each.__name__, each, ["VARCHAR"] * each.__code__.co_argcount, "VARCHAR")


def register_spark(spark):
    here = Path(__file__)
    spark.sparkContext.addFile(str(here.with_name("model.json")))
    spark.sparkContext.addPyFile(str(here))
    for each in FUNCTIONS:
        spark.udf.register(each.__name__, each, "string")
'''

LINK = '''\
"""Scores the people beside this file with Splink on DuckDB, and writes pairs.csv."""
import json
import os
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

import concord_functions

HERE = Path(__file__).parent
PROBABILITY_MIN = {floor}

os.umask(0o077)  # who is known to which agency is for the owner of this file alone

connection = duckdb.connect()
concord_functions.register_duckdb(connection)
connection.read_parquet(str(HERE / "people.parquet")).create("people")
settings = json.loads((HERE / "settings.json").read_text(encoding="utf-8"))
linker = Linker(DuckDBAPI(connection).register("people"), settings)
pairs = linker.inference.predict(threshold_match_probability=PROBABILITY_MIN)
connection.sql(f"""
    SELECT unique_id_l, unique_id_r, match_weight, match_probability,
           concord_apart(person_l, person_r) AS apart
    FROM {{pairs.physical_name}} ORDER BY unique_id_l, unique_id_r
""").write_csv(str(HERE / "pairs.csv"))
'''

README = '''\
# People and the model of identity, for Splink

**These files hold personal details.** Keep them as you keep the store, and delete them when done.

- `people.parquet`: {people} people: `unique_id` (agency and local id), `agency`, `person` (all
  that is compared, as one text), `keys` (numbers under which people meet).
- `settings.json`: model {version} as settings of Splink 5: a comparison for each feature, a level
  for each row of the table.
- `model.json`: the model itself.
- `concord_functions.py`: the comparisons as SQL functions. They need the version of Concord that
  wrote this, installed with `pip install 'concord-broker[linkage]'`.
- `link.py`: scores everybody on DuckDB: `python link.py` writes `pairs.csv`.

Splink adds the same weights as Concord. What of a weight depends on the value (how rare a name is)
or on other evidence (a brother or sister) is no fixed weight: it comes as ten comparisons,
`by_value_0` to `by_value_9`, the digits of a number. The sum is Concord's to within 2^-32 bits.

In `pairs.csv` a pair with a `match_probability` of at least {link} and nothing under `apart` is
one that Concord may join without a person; `apart` says why another may not be (two NHS numbers,
two people of one agency, an adoption, evidence that a person must see). The connected components
of these pairs join too much: Concord joins two groups only where their members agree on average.

## On Spark

Not tried by our tests, which have DuckDB only. With a session `spark` of Spark 3.5 or later, this
folder on the driver's path, and Concord installed on every worker:

    import json
    import concord_functions
    from splink import Linker, SparkAPI

    concord_functions.register_spark(spark)
    people = spark.read.parquet("people.parquet")
    settings = json.load(open("settings.json"))
    linker = Linker(SparkAPI(spark_session=spark).register(people), settings)
    pairs = linker.inference.predict(threshold_match_probability={floor})
'''


def make_ready(folder: Path) -> None:
    """Load what an export needs, and make its folder if need be, for its owner alone.

    `ConfigError` where Splink is not installed or the folder cannot be written.
    """
    for each in NEEDED:
        loaded(each)
    try:
        folder.mkdir(FOLDER_FOR_OWNER_ONLY, parents=True, exist_ok=True)
        (folder / PART).touch(FOR_OWNER_ONLY)
        (folder / PART).unlink()
    except OSError as problem:
        raise ConfigError(f"{folder} cannot be written ({problem.strerror}): name another "
                          "folder.") from None


def export(people: Iterable[Person], model: Model, folder: Path) -> int:
    """Write the folder, made ready if need be (see `make_ready`); how many people it holds.

    The people get the name of their file last: where it is there, everything is. That file is
    readable by its owner alone.
    """
    make_ready(folder)
    part = folder / PART
    count = _write_people(people, model, part)
    texts = {
        "settings.json": json.dumps(settings_of(model), ensure_ascii=False, indent=1) + "\n",
        "model.json": text_of(model),
        "concord_functions.py": FUNCTIONS,
        "link.py": LINK.format(floor=model.floor_probability),
        "README.md": README.format(people=count, version=model.version,
                                   link=model.link_probability, floor=model.floor_probability),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    part.replace(folder / "people.parquet")
    return count


def _write_people(people: Iterable[Person], model: Model, path: Path) -> int:
    """The people as Parquet, a part at a time, so that millions need no memory."""
    arrow, parquet = (loaded(each) for each in NEEDED)
    schema = arrow.schema(list(zip(PEOPLE_COLUMNS, (
        arrow.string(), arrow.string(), arrow.string(), arrow.list_(arrow.int64())),
        strict=True)))
    count = 0
    path.touch(FOR_OWNER_ONLY)
    path.chmod(FOR_OWNER_ONLY)
    left = iter(people)
    with parquet.ParquetWriter(path, schema) as file:
        while part := list(islice(left, ROWS_AT_ONCE)):
            rows = [_row(each, model) for each in part]
            file.write_table(arrow.table(
                [list(column) for column in zip(*rows, strict=True)], schema=schema))
            count += len(part)
    return count


def _row(person: Person, model: Model) -> tuple[Any, ...]:
    keys = keys_of(person, model.hot_keys)
    return person.key, person.agency, text_of_person(person), sorted(keys.posted | keys.sought)
