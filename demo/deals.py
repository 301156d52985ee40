"""What is sold to a customer: opportunities, contracts, instalments, payments, invoices, visits.

Amounts agree: lines sum to the contract, instalments too, payments never exceed it.
"""

from dataclasses import dataclass

from demo.catalogue import Product
from demo.customers import Client
from demo.names import compose, mobile, spoken
from demo.scale import BLOCK, CONTRACTS, INSTALMENTS, OPPORTUNITIES
from demo.vocabulary import NEEDS, REASONS, VISIT_FEEDBACK
from demo.world import Block

OPPORTUNITIES_PER_BLOCK = BLOCK // len(OPPORTUNITIES) * sum(OPPORTUNITIES)
CONTRACTS_PER_BLOCK = BLOCK // len(CONTRACTS) * sum(CONTRACTS)
DISCOUNTS = (0, 0, 0, 5, 10, 15)  # percent off


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


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of a payment plan; `paid_on` is None while it is open. Days as in `moments.py`."""

    sequence: int
    amount: int
    due_on: int
    paid_on: int | None


def add_deals(block: Block, client: Client) -> int | None:
    """All deals of a customer; returns the moment of the first contract."""
    dealt_at = None
    for deal in _deals(block, client):
        signed_at = None
        if deal.contract is not None:
            signed_at = block.world.later(block.deck, deal.since, 60)
            dealt_at = dealt_at or signed_at
            _add_contract(block, deal, deal.contract, signed_at)
        _add_opportunity(block, deal, signed_at)
    return dealt_at


def _deals(block: Block, client: Client) -> list[Deal]:
    rounds, at = divmod(client.place, len(OPPORTUNITIES))
    before = rounds * sum(OPPORTUNITIES) + sum(OPPORTUNITIES[:at])
    first = block.number * OPPORTUNITIES_PER_BLOCK + before + 1
    contract = None
    if CONTRACTS[at]:
        before = rounds * sum(CONTRACTS) + sum(CONTRACTS[:at])
        contract = block.number * CONTRACTS_PER_BLOCK + before + 1
    return [
        Deal(
            number,
            client,
            block.deck.pick(NEEDS),
            _lines(block),
            block.world.later(block.deck, client.since, 120),
            contract if number == first else None,
        )
        for number in range(first, first + OPPORTUNITIES[at])
    ]


def _lines(block: Block) -> tuple[Line, ...]:
    deck = block.deck
    found = []
    for _ in range(deck.between(1, 3)):
        product = deck.pick(block.world.products)
        discount = deck.pick(DISCOUNTS)
        price = product.price * (100 - discount) // 100
        found.append(Line(product, price, deck.between(1, 8), discount * 100))
    return tuple(found)


def _add_opportunity(block: Block, deal: Deal, signed_at: int | None) -> None:
    deck, world, client = block.deck, block.world, deal.client
    won = signed_at is not None
    outcome = "WON" if won else deck.pick(("RUNNING", "RUNNING", "RUNNING", "LOST", "INVALID"))
    ended = world.calendar.day_of(signed_at) if signed_at is not None else None
    block.add(
        "opportunity",
        deal.number,
        compose(client.name.short, spoken(deal.need)),
        client.number,
        deal.amount,
        ended or world.calendar.today + deck.between(-20, 90),
        outcome,
        deck.pick(REASONS) if outcome in ("LOST", "INVALID") else None,
        client.contacts[0],
        client.owner,
        client.owner,
        deal.since,
        signed_at or deal.since,
        1,
    )
    if not world.scale.lines:
        return
    _add_lines(block, "opportunityLine", deal, deal.number)
    stamp = (client.owner, deal.since, deal.since, 1)
    block.add("opportunityContact", deal.number, client.contacts[0], *stamp)


def _add_lines(block: Block, kind: str, deal: Deal, parent: int) -> None:
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


def _add_contract(block: Block, deal: Deal, number: int, signed_at: int) -> None:
    deck, world, client = block.deck, block.world, deal.client
    signed_on = world.calendar.day_of(signed_at)
    approved = deck.chance(0.9)
    plan = _instalments(block, deal.amount, signed_on, approved)
    received = sum(each.amount for each in plan if each.paid_on is not None)
    block.add(
        "contract",
        number,
        f"HT{number:08d}",
        compose(client.name.short, spoken(deal.need), spoken("合同")),
        client.number,
        deal.number,
        deal.amount,
        signed_on,
        signed_on,
        signed_on + 365,
        client.contacts[0],
        client.owner,
        block.option("contract", "type"),
        "APPROVED" if approved else deck.pick(("DRAFT", "PENDING")),
        received,
        deal.amount - received,
        client.owner,
        client.owner,
        signed_at,
        signed_at,
        1,
    )
    _add_lines(block, "contractLine", deal, number)
    for each in plan:
        _add_instalment(block, deal, number, each)
    if approved and number % CONTRACTS_PER_BLOCK < world.scale.visits:
        _add_visit(block, deal, number, signed_at)


def _instalments(
    block: Block, amount: int, signed_on: int, approved: bool
) -> tuple[Instalment, ...]:
    deck, today = block.deck, block.world.calendar.today
    count = deck.between(1, INSTALMENTS)
    share = amount // count // 100 * 100
    found = []
    for at in range(count):
        due_on = signed_on + 7 + at * deck.pick((30, 60, 90))
        paid = approved and due_on <= today and deck.chance(0.85)
        paid_on = min(due_on + deck.between(-5, 5), today) if paid else None
        part = share if at < count - 1 else amount - share * (count - 1)
        found.append(Instalment(at + 1, part, due_on, paid_on))
    return tuple(found)


def _add_instalment(block: Block, deal: Deal, contract: int, each: Instalment) -> None:
    deck, world, client = block.deck, block.world, deal.client
    number = (contract - 1) * INSTALMENTS + each.sequence
    method = block.option("payment", "method")
    received = each.amount if each.paid_on is not None else 0
    status = "OVERDUE" if each.due_on < world.calendar.today else "PENDING"
    created = (client.owner, client.owner, deal.since, deal.since, 1)
    block.add(
        "paymentPlan",
        number,
        client.number,
        contract,
        each.sequence,
        each.amount,
        each.due_on,
        7,
        method,
        "RECEIVED" if received else status,
        received,
        each.amount - received,
        *created,
    )
    if each.paid_on is None:
        return
    at = world.calendar.working_time(each.paid_on, deck.below(540))
    stamp = (client.owner, client.owner, at, at, 1)
    block.add(
        "payment",
        number,
        f"HK{number:08d}",
        client.number,
        contract,
        number,
        each.paid_on,
        each.amount,
        method,
        "APPROVED",
        *stamp,
    )
    if deck.chance(0.5):
        _add_invoice(block, deal, (contract, number, each), stamp)


def _add_invoice(
    block: Block,
    deal: Deal,
    paid: tuple[int, int, Instalment],
    stamp: tuple[int, ...],
) -> None:
    """An invoice over a payment; the title is the customer's."""
    client, (contract, number, each) = deal.client, paid
    assert each.paid_on is not None
    issued = block.deck.chance(0.8)
    block.add(
        "invoice",
        number,
        f"FP{number:08d}",
        client.number,
        contract,
        deal.amount,
        each.amount,
        block.option("invoice", "type"),
        each.paid_on if issued else None,
        f"{10_000_000 + number}" if issued else None,
        "ISSUED" if issued else "NOT_ISSUED",
        "COMPANY",
        client.name.full,
        f"9131{client.number:014d}",
        mobile(client.number * 4 + 1),
        "APPROVED",
        *stamp,
    )


def _add_visit(block: Block, deal: Deal, contract: int, signed_at: int) -> None:
    deck, client = block.deck, deal.client
    at = block.world.later(deck, signed_at, 45)
    block.add(
        "visit",
        contract,
        f"HF{contract:08d}",
        client.number,
        client.contacts[0],
        contract,
        client.owner,
        at,
        block.option("visit", "form"),
        block.option("visit", "satisfaction"),
        deck.pick(VISIT_FEEDBACK),
        client.owner,
        client.owner,
        at,
        at,
        1,
    )
