"""A deal in the making: what is offered to a customer, line by line. Amounts in hundredths."""

from dataclasses import dataclass

from demo.catalogue import Product
from demo.customers import Client
from demo.world import Block


@dataclass(frozen=True, slots=True)
class Line:
    """A product line; amounts in hundredths of a yuan."""

    product: Product
    sale_price: int
    quantity: int
    discount: int

    @property
    def subtotal(self) -> int:
        return self.sale_price * self.quantity


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity being made, and the contract it led to, if any."""

    number: int
    client: Client
    need: str
    lines: tuple[Line, ...]
    since: int
    contract: int | None

    @property
    def amount(self) -> int:
        return sum(line.subtotal for line in self.lines)


def add_lines(block: Block, kind: str, deal: Deal, parent: int) -> None:
    """The product lines of an opportunity or a contract."""
    for line in deal.lines:
        block.add(
            kind,
            parent,
            line.product.number,
            line.product.price,
            line.sale_price,
            line.quantity * 100,
            line.product.unit,
            line.discount,
            line.subtotal,
            deal.client.owner,
            deal.since,
            deal.since,
            1,
        )
