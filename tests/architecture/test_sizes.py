"""Files and functions stay small enough to be read at one sitting."""

import ast

from tests.architecture.source import functions, modules

MODULE_LINES = 300
FUNCTION_LINES = 40
PARAMETERS = 5
NESTING = 3

# module → (allowed lines, why it is better in one piece)
LONG_MODULES: dict[str, tuple[int, str]] = {}
# function → why it is better in one piece
LONG_FUNCTIONS: dict[str, str] = {}
MANY_PARAMETERS: dict[str, str] = {}
DEEP: dict[str, str] = {}

BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith, ast.Match)


def parameter_count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    return len([name for name in names if name not in ("self", "cls")])


def depth(node: ast.AST) -> int:
    """How deep blocks nest below `node`; `elif` and nested functions start no new level."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        own = 1 if isinstance(child, BLOCKS) and not chained else 0
        deepest = max(deepest, own + depth(child))
    return deepest


def test_modules_are_short() -> None:
    found = [
        f"{m.name}: {m.lines} lines"
        for m in modules()
        if m.lines > LONG_MODULES.get(m.name, (MODULE_LINES, ""))[0]
    ]
    assert found == []


def test_functions_are_short() -> None:
    found = [
        f"{m.name}.{f.name}: {length} lines"
        for m in modules()
        for f in functions(m)
        if (length := (f.end_lineno or 0) - f.lineno + 1) > FUNCTION_LINES
        and f"{m.name}.{f.name}" not in LONG_FUNCTIONS
    ]
    assert found == []


def test_functions_take_few_positional_parameters() -> None:
    found = [
        f"{m.name}.{f.name}: {parameter_count(f)} parameters"
        for m in modules()
        for f in functions(m)
        if parameter_count(f) > PARAMETERS and f"{m.name}.{f.name}" not in MANY_PARAMETERS
    ]
    assert found == []


def test_blocks_nest_at_most_three_deep() -> None:
    found = [
        f"{m.name}.{f.name}: {depth(f)} deep"
        for m in modules()
        for f in functions(m)
        if depth(f) > NESTING and f"{m.name}.{f.name}" not in DEEP
    ]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    present = {m.name: m.lines for m in modules()}
    assert [n for n in LONG_MODULES if present.get(n, 0) <= MODULE_LINES] == []
    names = {f"{m.name}.{f.name}" for m in modules() for f in functions(m)}
    assert [n for n in (*LONG_FUNCTIONS, *MANY_PARAMETERS, *DEEP) if n not in names] == []
