"""Every small change of a module's source: a condition, a comparison or a limit, one at a time."""
import ast
import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass

OPERATORS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SHARE_STEP = 0.05
Change = tuple[str, ast.AST, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module: its tree, the line of the change, its kind, and how it read and reads."""

    tree: ast.Module
    line: int
    kind: str
    before: str
    after: str


def defined(tree: ast.Module) -> dict[str, ast.stmt]:
    """The functions and classes at the top of a module, by name."""
    return {each.name: each for each in tree.body
            if isinstance(each, ast.FunctionDef | ast.ClassDef)}


def names_in(node: ast.AST) -> set[str]:
    """Every name that some code mentions."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def mutants(
    tree: ast.Module, within: Collection[str], shares: Collection[str] = (),
) -> Iterator[Mutant]:
    """Each change of what is defined under the names `within`; `shares` are fractional limits.

    A limit goes up and down by one of its unit, a share by a twentieth.
    """
    places = [number for number, node in enumerate(tree.body)
              if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in within]
    for place in places:
        count = sum(1 for _ in ast.walk(tree.body[place]))
        for step in range(count):
            node = _nth(tree.body[place], step)
            for choice in range(len(_changes(node, shares))):
                body = copy.deepcopy(tree.body[place])
                changed = _nth(body, step)
                kind, made, field = _changes(changed, shares)[choice]
                before = ast.unparse(changed)
                after = _replaced(body, changed, made, field)
                whole = ast.Module([*tree.body[:place], body, *tree.body[place + 1:]], [])
                yield Mutant(ast.fix_missing_locations(whole), _line(node), kind, before, after)


def _nth(tree: ast.AST, step: int) -> ast.AST:
    for number, node in enumerate(ast.walk(tree)):
        if number == step:
            return node
    raise AssertionError(step)


def _line(node: ast.AST) -> int:
    test = node.ifs[0] if isinstance(node, ast.comprehension) else node
    return getattr(test, "lineno", 0)


def _changes(node: ast.AST, shares: Collection[str]) -> list[Change]:
    """What may be changed at one node: its kind, the new piece, and where it goes."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return [("condition", _flipped(node.test), "test")]
    if isinstance(node, ast.comprehension):
        return [("condition", _flipped(test), f"ifs.{number}")
                for number, test in enumerate(node.ifs)]
    if isinstance(node, ast.Compare):
        return [("comparison", OPERATORS[type(operator)](), f"ops.{number}")
                for number, operator in enumerate(node.ops)]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) \
            and node.value.id == "limits":
        step = SHARE_STEP if node.attr in shares else 1
        return [("limit", ast.BinOp(copy.deepcopy(node), operator, ast.Constant(step)), "")
                for operator in (ast.Add(), ast.Sub())]
    return []


def _flipped(test: ast.expr) -> ast.expr:
    """The condition turned round, written as a reader would."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def _replaced(body: ast.AST, node: ast.AST, made: ast.AST, field: str) -> str:
    """Put the new piece in its place; how the changed expression reads then."""
    if not field:
        for parent in ast.walk(body):
            for name, value in ast.iter_fields(parent):
                if value is node:
                    setattr(parent, name, made)
                elif isinstance(value, list) and any(each is node for each in value):
                    value[:] = [made if each is node else each for each in value]
        return ast.unparse(made)
    name, _, number = field.partition(".")
    if number:
        getattr(node, name)[int(number)] = made
    else:
        setattr(node, name, made)
    return ast.unparse(node)
