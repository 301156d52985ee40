"""Product lines of opportunities and contracts: the computed amounts (OPP-01).

The list price and the unit are the product's unless the line says otherwise.
"""

from collections.abc import Mapping
from typing import Any

from engine.commands.change import Change
from engine.commands.rows import load_records
from engine.commands.work import Work
from engine.rules.pricing import price_line


def price(work: Work, change: Change) -> Mapping[str, Any]:
    """Values of the line that follow from those entered and from its product."""
    found = dict(change.after)
    if change.before is None or "product" in change.values:
        found = {**found, **_from_product(work, change)}
    computed = price_line(found, change.given)
    offered = {**{name: found.get(name) for name in ("price", "unit")}, **computed}
    fields = change.index.fields
    return {
        name: value
        for name, value in offered.items()
        if name in fields and change.after.get(name) != value
    }


def _from_product(work: Work, change: Change) -> dict[str, Any]:
    number = change.after.get("product")
    if number is None:
        return {}
    product = load_records(work, "product", [number])[number].values
    return {
        name: product.get(name)
        for name in ("price", "unit")
        if change.values.get(name) is None and product.get(name) is not None
    }
