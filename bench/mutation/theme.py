"""A rule's module and the helpers of its theme, made afresh in memory from changed source."""
import ast
import builtins
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bench.mutation.mutants import defined, names_in
from broker.rules.rule import Rule, RuleFunction

ROOT = Path(__file__).parents[2]
_THEMES = "broker.rules.themes."


@dataclass(frozen=True, slots=True)
class Theme:
    """The module of a rule and those modules of its theme that it imports, the rule's own first.

    `trees` and `files` are by the module's name; a file is as a reader of the repository knows it.
    """

    module: str
    trees: dict[str, ast.Module]
    files: dict[str, str]

    def reached(self, name: str) -> dict[str, set[str]]:
        """What a function uses, itself included, of each module."""
        found: dict[str, set[str]] = {}
        to_see = [(self.module, name)]
        while to_see:
            module, name = to_see.pop()
            if name in found.get(module, ()):
                continue
            own = defined(self.trees[module])
            if name not in own:
                source = _imported(self.trees[module]).get(name)
                if source in self.trees:
                    to_see.append((source, name))
                    continue
                value = _assigned(self.trees[module]).get(name)
                if value is None:
                    continue
                node: ast.AST = value
            else:
                node = own[name]
            found.setdefault(module, set()).add(name)
            to_see += [(module, each) for each in sorted(names_in(node)) if each != name]
        return found

    def function(self, name: str, changed: Mapping[str, ast.Module]) -> RuleFunction:
        """The rule's function out of a fresh copy of the modules, some of them changed."""
        made: dict[str, ModuleType] = {}

        def load(module: str) -> ModuleType:
            if module not in made:
                fresh = made[module] = ModuleType(module)
                fresh.__dict__["__builtins__"] = {**vars(builtins), "__import__": bring}
                tree = changed.get(module, self.trees[module])
                code = compile(tree, self.files[module], "exec")
                exec(code, fresh.__dict__)  # noqa: S102 # the project's own source
            return made[module]

        def bring(wanted: str, *rest: object) -> object:
            if wanted in self.trees:
                return load(wanted)
            return builtins.__import__(wanted, *rest)  # type: ignore[arg-type] # as it came

        function: RuleFunction = getattr(load(self.module), name)
        return function


def theme_of(rule: Rule) -> Theme:
    """The theme of a rule, read from its files."""
    trees: dict[str, ast.Module] = {}
    files: dict[str, str] = {}
    to_read = [rule.function.__module__]
    while to_read:
        module = to_read.pop()
        if module in trees:
            continue
        path = Path(sys.modules[module].__file__ or "")
        trees[module] = _unregistered(ast.parse(path.read_text(encoding="utf-8")))
        files[module] = str(path.relative_to(ROOT))
        to_read += [each for each in _imported(trees[module]).values()
                    if each.startswith(_THEMES)]
    return Theme(rule.function.__module__, trees, files)


def _imported(tree: ast.Module) -> dict[str, str]:
    """Which module each imported name comes from."""
    return {name.asname or name.name: each.module
            for each in tree.body if isinstance(each, ast.ImportFrom) and each.module
            for name in each.names}


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """The values that names at the top of a module are given."""
    return {target.id: each.value for each in tree.body if isinstance(each, ast.Assign)
            for target in each.targets if isinstance(target, ast.Name)}


def _unregistered(tree: ast.Module) -> ast.Module:
    """The module without `@rule(...)`: a changed rule must not register beside the true one."""
    for each in tree.body:
        if isinstance(each, ast.FunctionDef):
            each.decorator_list = [one for one in each.decorator_list
                                   if not (isinstance(one, ast.Call)
                                           and isinstance(one.func, ast.Name)
                                           and one.func.id == "rule")]
    return tree
