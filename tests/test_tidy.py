"""The house rules that a machine can keep."""
import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINES_PER_FILE_MAX = 400
LINES_PER_FUNCTION_MAX = 50
COLUMNS_MAX = 99
LEFTOVERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "break" + "point(", "NotImplemented" + "Error")
TOP_LEVEL = {
    "pyproject.toml", "README.md", "broker", "schemas", "adapters", "tests", "compose", "docs",
    "bench", "Makefile", "CHANGELOG.md",
}


def sources(*tops: str) -> list[Path]:
    """Every Python file below these folders."""
    return sorted(path for top in tops for path in (ROOT / top).rglob("*.py"))


@dataclass(frozen=True, slots=True)
class Outline:
    """What is looked at of a file: whether it says what it is, and of each function the line it
    begins at, its name and how many lines it has without its docstring."""

    says: bool
    functions: tuple[tuple[int, str, int], ...]


@cache
def outline_of(path: Path) -> Outline:
    """A file as Python reads it, parsed once for all that look."""
    tree = ast.parse(path.read_bytes())
    return Outline(bool(ast.get_docstring(tree)), tuple(
        (node.lineno, node.name, lines_of(node)) for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long it is, its docstring not counted."""
    doc = ast.get_docstring(function)
    last = function.end_lineno or function.lineno
    return last - function.lineno + 1 - (len(doc.splitlines()) if doc else 0)


def shown(path: Path) -> str:
    """A path as a reader of the repository knows it."""
    return str(path.relative_to(ROOT))


PRODUCT = ("broker", "adapters", "schemas", "compose", "bench")


def test_no_file_is_too_long() -> None:
    """A file past the limit is a folder waiting to be made."""
    long = [shown(path) for path in sources(*PRODUCT, "tests")
            if len(path.read_text().splitlines()) > LINES_PER_FILE_MAX]

    assert [] == long


def test_no_function_is_too_long() -> None:
    """A function fits on one screen, its docstring not counted."""
    long = [f"{shown(path)}:{line} {name} {lines}" for path in sources(*PRODUCT)
            for line, name, lines in outline_of(path).functions
            if lines > LINES_PER_FUNCTION_MAX]

    assert [] == long


def test_every_module_says_what_it_is() -> None:
    """The first line of a module tells a newcomer whether to open it."""
    silent = [shown(path) for path in sources(*PRODUCT, "tests")
              if not outline_of(path).says]

    assert [] == silent


def test_no_line_is_too_wide() -> None:
    """Two files fit side by side on one screen."""
    wide = [f"{shown(path)}:{number}" for path in sources(*PRODUCT, "tests")
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if len(line) > COLUMNS_MAX]

    assert [] == wide


def test_nothing_is_left_over() -> None:
    """What is not done is an issue, not a comment."""
    left = [f"{shown(path)}: {word}" for path in sources(*PRODUCT)
            for word in LEFTOVERS if word in path.read_text()]

    assert [] == left


def test_only_the_agreed_things_stand_at_the_top() -> None:
    """The top level stays a table of contents."""
    tracked = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert set() == tracked - TOP_LEVEL - {
        "build", "dist", "demo", "demo-kafka", "concord_broker.egg-info"}
