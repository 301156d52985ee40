"""Imports go one way (ARCHITECTURE.md): each layer knows only those before it."""

from tests.architecture.source import Module, imports, modules

LAYERS = (
    ("engine.base",),
    ("engine.db",),
    ("metadata",),
    ("engine",),
    ("resolvers", "jobs"),
    ("schema",),
    ("demo",),
    ("cli", "qiansi"),
)


def layer_of(name: str) -> int | None:
    """The position of a module's layer; the longest matching prefix wins."""
    best: tuple[int, int] | None = None
    for position, prefixes in enumerate(LAYERS):
        for prefix in prefixes:
            inside = name == prefix or name.startswith(prefix + ".")
            if inside and (best is None or len(prefix) > best[0]):
                best = (len(prefix), position)
    return best[1] if best else None


def wrong_imports(module: Module) -> list[str]:
    own = layer_of(module.name)
    assert own is not None, module.name
    return [
        f"{module.name} imports {name}"
        for name in imports(module)
        if (layer := layer_of(name)) is not None and layer > own
    ]


def test_no_module_imports_a_later_layer() -> None:
    assert [line for module in modules() for line in wrong_imports(module)] == []


def test_the_core_knows_no_graphql() -> None:
    core = [m for m in modules() if m.name.startswith(("engine.", "metadata."))]
    found = [
        f"{module.name} imports {name}"
        for module in core
        for name in imports(module)
        if name.split(".")[0] in ("graphql", "strawberry", "starlette")
    ]
    assert found == []


def test_jobs_and_resolvers_do_not_know_each_other() -> None:
    found = [
        f"{module.name} imports {name}"
        for module in modules()
        for name in imports(module)
        if {module.name.split(".")[0], name.split(".")[0]} == {"jobs", "resolvers"}
    ]
    assert found == []
