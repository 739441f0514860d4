"""The schemas in the registry: listed, checked, published."""
import json
from contextlib import closing

import pytest

from broker.backends.registry import StoreRegistry
from broker.backends.sqlite import SqliteFile, SqliteStore
from broker.bootstrap import TABLES
from broker.event.catalogue import BY_NAME
from broker.wire.schemas import text_of
from tests.cli.conftest import Cli


def registered(cli: Cli, name: str, changed: str, **said: object) -> None:
    """An older version of a type is in the home already: its schema, with one field changed."""
    schema = json.loads(text_of(name))
    schema["fields"] = [{**field, **said} if field["name"] == changed else field
                        for field in schema["fields"]]
    with closing(SqliteFile(cli.home)) as file:
        StoreRegistry(SqliteStore(file, TABLES)).register(name, json.dumps(schema))


def test_publishing_says_what_is_new(cli: Cli) -> None:
    """Each type with its version and its id, and how many."""
    answer = cli("schemas", "publish")

    assert (0, [*(f"{name}: version 1, id {number}" for number, name in enumerate(BY_NAME, 1)),
                "27 schemas: 27 new, 0 registered before."]) == (
        answer.code, answer.out.splitlines())


def test_publishing_again_says_that_nothing_is_new(cli: Cli) -> None:
    """As after every start of Concord."""
    cli("check")

    answer = cli("schemas", "publish")

    assert (0, "27 schemas: 0 new, 27 registered before.\n") == (answer.code, answer.out)


def test_what_is_new_can_be_read_by_a_program(cli: Cli) -> None:
    """Ids by record name."""
    first, again = (cli("schemas", "publish", "--format", "json").json for _ in range(2))

    assert ({name: number for number, name in enumerate(BY_NAME, 1)}, {}) == (first, again)


def test_a_changed_schema_is_published_as_the_next_version(cli: Cli) -> None:
    """And only that one, where the others are there."""
    registered(cli, "VisitRecorded", "seen", aliases=["visible"])

    answer = cli("schemas", "publish", "--format", "json")

    assert (27, 2) == (len(answer.json), answer.json["PersonRecorded"])
    assert [1, answer.json["VisitRecorded"]] == cli(
        "schemas", "list", "--format", "json").json["VisitRecorded"]


@pytest.mark.parametrize("verb", ["publish", "check"])
def test_a_schema_that_cannot_follow_is_refused_and_nothing_registered(
    cli: Cli, verb: str,
) -> None:
    """The operator is told record, field and reason."""
    registered(cli, "VisitRecorded", "agency", type="int")

    answer = cli("schemas", verb)

    assert (2, "VisitRecorded.agency: the new schema cannot read version 1: int cannot be read "
               "as string") == (answer.code, answer.err.partition("earlier versions: ")[2]
                                .partition(" (1 more of the kind).")[0])
    assert [("VisitRecorded", [1])] == [each for each in cli(
        "schemas", "list", "--format", "json").json.items() if each[1]]


def test_looking_registers_nothing(cli: Cli) -> None:
    """`list` and `check` only read."""
    cli("schemas", "check")

    answer = cli("schemas", "list")

    assert [f"{name}: 0 version(s), `concord schemas publish` registers it"
            for name in BY_NAME] == answer.out.splitlines()


def test_all_schemas_that_are_there_are_listed_and_checked(cli: Cli) -> None:
    """With the id that new messages carry."""
    cli("schemas", "publish")

    assert [f"{name}: 1 version(s), newest id {number}"
            for number, name in enumerate(BY_NAME, 1)] == cli("schemas", "list").out.splitlines()
    assert "27 schemas are compatible with every earlier version.\n" == cli(
        "schemas", "check").out
