"""House rules a machine can hold: words, calls and docstrings."""

import ast
import re

from tests.architecture.source import ROOT, Module, functions, modules

FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
CLOCK = "engine.base.clock"
WORKPLACE = re.compile(r"/work/|/tmp/bash|\bclaude\b|\banthropic\b|pypi\.org|pythonhosted", re.I)


def calls(module: Module) -> list[tuple[str, int]]:
    return [
        (ast.unparse(node.func), node.lineno)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
    ]


def test_no_module_has_a_name_that_says_nothing() -> None:
    found = [m.name for m in modules() if FORBIDDEN_NAMES & set(m.name.split("."))]
    assert found == []


def test_every_module_says_what_it_owns() -> None:
    assert [m.name for m in modules() if not ast.get_docstring(m.tree)] == []


def test_every_function_is_typed() -> None:
    found = [
        f"{m.name}.{f.name}"
        for m in modules()
        for f in functions(m)
        if f.returns is None and f.name != "__init__"
    ]
    assert found == []


def test_only_the_clock_reads_the_clock() -> None:
    found = [
        f"{m.name}:{line} {name}"
        for m in modules()
        if m.name != CLOCK
        for name, line in calls(m)
        if name.endswith(("datetime.now", "datetime.utcnow", "date.today"))
    ]
    assert found == []


def test_no_bare_except() -> None:
    found = [
        f"{m.name}:{node.lineno}"
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert found == []


def test_no_statement_selects_star_or_sets_the_session() -> None:
    pattern = re.compile(r"select\s+\*\s+from|returning\s+\*|\bset\s+session\b", re.I)
    found = [
        f"{m.name}:{node.lineno}"
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and pattern.search(node.value)
    ]
    assert found == []


def test_jobs_are_sent_by_the_relay_alone() -> None:
    found = [
        f"{m.name}:{line}"
        for m in modules()
        if m.name != "jobs.relay"
        for name, line in calls(m)
        if name.endswith((".send_with_options", "broker.enqueue"))
    ]
    assert found == []


def test_the_repository_speaks_of_the_product_alone() -> None:
    texts = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("*.txt"), ROOT / "Makefile"]
    found = [p.name for p in texts if p.exists() and WORKPLACE.search(p.read_text())]
    found += [m.name for m in modules() if WORKPLACE.search(m.text)]
    assert found == []
