"""The product's own source files as syntax trees, for the rules of this folder."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "metadata", "resolvers", "jobs", "schema", "demo")


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, path, text and tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@cache
def modules() -> tuple[Module, ...]:
    """All modules of the product, the command line included, blank package files left out."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    files.append(ROOT / "qiansi.py")
    files += sorted((ROOT / "cli").rglob("*.py"))
    return tuple(_module(path) for path in files if path.read_text().strip())


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(module: Module) -> Iterator[str]:
    """Dotted names of what a module imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _module(path: Path) -> Module:
    text = path.read_text()
    relative = path.relative_to(ROOT).with_suffix("")
    return Module(".".join(relative.parts), path, text, ast.parse(text))
