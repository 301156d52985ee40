"""What the demo company sells and how it advertises: categories, products, campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.vocabulary import CATALOGUE


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `price` in hundredths of a yuan."""

    number: int
    name: str
    code: str
    category: int
    unit: str
    price: int


@dataclass(frozen=True, slots=True)
class Category:
    number: int
    name: str
    parent: int | None


def categories() -> tuple[Category, ...]:
    numbers = {name: at for at, (name, _, _) in enumerate(CATALOGUE, 1)}
    return tuple(
        Category(numbers[name], name, numbers[parent] if parent else None)
        for name, parent, _ in CATALOGUE
    )


def products() -> Sequence[Product]:
    found: list[Product] = []
    for category, (_, _, items) in enumerate(CATALOGUE, 1):
        for name, price, unit in items:
            number = len(found) + 1
            code = f"P{category:02d}{number:03d}"
            found.append(Product(number, name, code, category, unit, price * 100))
    return tuple(found)
