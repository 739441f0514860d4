"""Why messages are rejected: a closed list, so that a count by reason stays small and silent."""
import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from broker.pipeline import answers, intake
from broker.pipeline.reasons import INVALID, OTHER, REASONS, closed, field_names
from broker.pipeline.step import arrival
from broker.vocabulary.words import Stream
from broker.wire import codec

RAISES = {"Refused", "RecordRejected", "_refuse"}
# Of a beginning that is ours, and a name of ours.
BEGINNINGS = {"INVALID", "NO_AGREEMENT"}


def reasons_in(module: ModuleType) -> Iterator[ast.expr]:
    """What a module gives as the reason wherever it rejects."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in RAISES and node.args:  # our own record of a reject has none
                yield node.args[3 if name == "_refuse" else 0]


@pytest.mark.parametrize("module", [arrival, codec, answers, intake])
def test_every_reason_of_intake_is_in_the_list(module: ModuleType) -> None:
    """By its name; what is put together begins with one, and what is passed on was one."""
    unknown = []
    for reason in reasons_in(module):
        match reason:
            case ast.Name(id="reason") | ast.Attribute(attr="reason"):
                continue
            case ast.BinOp(left=ast.Name(id=name)) if name in BEGINNINGS:
                continue
            case ast.Name(id=name) if getattr(module, name) in REASONS:
                continue
        unknown.append(ast.unparse(reason))

    assert [] == unknown


def test_a_field_is_named_by_its_name_in_our_schemas() -> None:
    """And one that is in none is not repeated."""
    assert ["invalid: occurred.start", INVALID, OTHER] == [closed(each) for each in (
        "invalid: occurred.start", "invalid: occurred.Kayleigh", "Kayleigh Thornton, YO61 3QQ")]


def test_every_reason_of_the_list_is_itself() -> None:
    """And every stream has its own for what no agreement covers."""
    assert {each: each for each in REASONS} == {each: closed(each) for each in REASONS}
    assert [] == [each for each in Stream if arrival.NO_AGREEMENT + each.value not in REASONS]


def test_the_list_is_short() -> None:
    """A reason is a time series for each agency and worker."""
    assert len(REASONS) < 30
    assert {"event_id", "birth_date", "names", "postcode", "start"} <= field_names()
