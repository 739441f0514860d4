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
LIMITS = {"limits", "self._limits"}
SHARE_STEP = 0.05
Definition = ast.FunctionDef | ast.ClassDef
Change = tuple[str, ast.AST, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed function or class of a module: where, what kind of change, how it read and reads.

    `lines` are those of the changed expression in the file, `line` the first of them.
    """

    node: Definition
    lines: range
    kind: str
    before: str
    after: str

    @property
    def line(self) -> int:
        """The first line of the change."""
        return self.lines.start


def mutants(
    tree: ast.Module, within: Collection[str] | None = None, shares: Collection[str] = (),
) -> Iterator[Mutant]:
    """Each change of what is defined at the top of a module, or only under the names `within`.

    A limit goes up and down by one of its unit, one that is among the fractional `shares` by a
    twentieth.
    """
    for top in tree.body:
        if isinstance(top, Definition) and (within is None or top.name in within):
            for step, node in enumerate(list(ast.walk(top))):
                for choice in range(len(_changes(node, shares))):
                    body = copy.deepcopy(top)
                    changed = _nth(body, step)
                    kind, made, field = _changes(changed, shares)[choice]
                    before = ast.unparse(changed)
                    after = _replaced(body, changed, made, field)
                    yield Mutant(ast.fix_missing_locations(body), _lines(node, field), kind,
                                 before, after)


def _nth(tree: ast.AST, step: int) -> ast.AST:
    for number, node in enumerate(ast.walk(tree)):
        if number == step:
            return node
    raise AssertionError(step)


def _lines(node: ast.AST, field: str) -> range:
    if isinstance(node, ast.comprehension):
        node = node.ifs[int(field.partition(".")[2])]
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        node = node.test
    assert isinstance(node, ast.expr), node
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


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
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) in LIMITS:
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
