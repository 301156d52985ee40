"""OPP-01, H1: amounts of product lines."""

from decimal import Decimal

import pytest

from engine.rules.pricing import price_line, round_amount


def line(**values: str) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("2.5", "2.50"), ("2.665", "2.67"), ("2.675", "2.68"), ("-2.675", "-2.68")],
)
def test_amounts_round_half_up(value: str, rounded: str) -> None:
    assert round_amount(Decimal(value)) == Decimal(rounded)


def test_a_line_without_sale_price_sells_at_list_price() -> None:
    entered = line(price="100", quantity="3")
    assert price_line(entered, entered) == line(
        price="100", salePrice="100.00", discount="0.00", subtotal="300.00"
    )


def test_an_entered_discount_gives_the_sale_price() -> None:
    entered = line(price="99.99", discount="12.5", quantity="2")
    assert price_line(entered, entered) == line(
        price="99.99", salePrice="87.49", discount="12.50", subtotal="174.98"
    )


def test_an_entered_sale_price_wins_over_a_discount() -> None:
    entered = line(price="100", salePrice="80", discount="50", quantity="1")
    assert price_line(entered, entered)["discount"] == Decimal("20.00")


def test_a_new_quantity_keeps_the_prices() -> None:
    known = line(price="100", salePrice="90", discount="10", quantity="4")
    assert price_line(known, ["quantity"])["subtotal"] == Decimal("360.00")


def test_a_line_without_list_price_takes_the_sale_price_for_it() -> None:
    entered = line(salePrice="10", quantity="2")
    assert price_line(entered, entered)["discount"] == Decimal("0.00")


def test_a_line_without_any_price_computes_nothing() -> None:
    assert price_line(line(quantity="2"), ["quantity"]) == {}
