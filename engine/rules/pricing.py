"""Amounts of a product line: sale price, discount and subtotal follow from each other (OPP-01).

discount = (price − salePrice) / price × 100; salePrice = price × (100 − discount) / 100;
subtotal = salePrice × quantity (peer fact 1.8). Every amount is rounded half up to two places,
so a total is the sum of rounded lines (H1).
"""

from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


def round_amount(value: Decimal) -> Decimal:
    """Half up, to two places; never the half-even that Python defaults to."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def sale_price(price: Decimal, discount: Decimal) -> Decimal:
    return round_amount(price * (_HUNDRED - discount) / _HUNDRED)


def discount_of(price: Decimal, sale: Decimal) -> Decimal:
    """Percent off the list price; 0 when there is no list price."""
    return round_amount((price - sale) / price * _HUNDRED) if price else Decimal("0.00")


def subtotal(sale: Decimal, quantity: Decimal) -> Decimal:
    return round_amount(sale * quantity)


def price_line(line: Mapping[str, Any], given: Collection[str]) -> dict[str, Decimal]:
    """The computed fields of a line as it will be; `given` are the fields just entered.

    A sale price that was entered wins over a discount; an entered discount gives the sale price;
    a line without either sells at list price. Computes nothing without price or quantity.
    """
    sale: Decimal | None = line.get("salePrice")
    price: Decimal | None = line.get("price")
    discount: Decimal | None = line.get("discount")
    if price is None:
        price = sale
    if price is None:
        return {}
    if discount is not None and "discount" in given and "salePrice" not in given:
        sale = sale_price(price, discount)
    elif sale is None:
        sale = sale_price(price, discount or Decimal(0))
    found: dict[str, Decimal] = {
        "price": price,
        "salePrice": sale,
        "discount": discount_of(price, sale),
    }
    quantity = line.get("quantity")
    if quantity is not None:
        found["subtotal"] = subtotal(sale, quantity)
    return found
