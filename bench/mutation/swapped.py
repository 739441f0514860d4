"""A function or class of a loaded module, for a while with changed code in place of its own."""
import ast
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from types import CodeType, FunctionType, ModuleType

from bench.mutation.mutants import Definition
from broker.case.once import MadeOnce


@contextmanager
def swapped(module: ModuleType, node: Definition) -> Iterator[None]:
    """Everything that uses the definition uses the changed one, and then its own again.

    Only code is put in place: objects made before stay what they are, and who holds the function
    under another name sees the change too.
    """
    assert module.__file__ is not None, module
    whole = compile(ast.Module([node], []), module.__file__, "exec")
    kept: list[tuple[FunctionType, CodeType]] = []
    for function, code in _pairs(getattr(module, node.name), _inside(whole)[node.name]):
        kept.append((function, function.__code__))
        function.__code__ = code
    assert kept, f"{module.__name__}.{node.name} has no code"
    _forget(module)
    try:
        yield
    finally:
        for function, code in kept:
            function.__code__ = code
        _forget(module)


def _pairs(made: object, code: CodeType) -> Iterator[tuple[FunctionType, CodeType]]:
    """Each function of what a definition made, beside its new code."""
    if isinstance(made, type):
        for name, own in _inside(code).items():
            function = _function(vars(made).get(name))
            assert function is not None or name.startswith("<"), f"{made.__name__}.{name}"
            if function is not None:
                yield function, own
    elif (function := _function(made)) is not None:
        yield function, code


def _function(value: object) -> FunctionType | None:
    """The function itself, without what is round it."""
    inner = value.fget if isinstance(value, property) else value
    inner = value.func if isinstance(value, cached_property | MadeOnce) else inner
    inner = getattr(inner, "__func__", inner)
    inner = inspect.unwrap(inner) if callable(inner) else inner
    return inner if isinstance(inner, FunctionType) else None


def _inside(code: CodeType) -> dict[str, CodeType]:
    return {each.co_name: each for each in code.co_consts if isinstance(each, CodeType)}


def _forget(module: ModuleType) -> None:
    """What a function remembers of its answers must not outlive its code."""
    for value in vars(module).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
