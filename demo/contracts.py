"""Contracts with what follows from them: instalments, payments, invoices, visits.

Amounts agree: lines sum to the contract, instalments too, payments never exceed it.
"""

from dataclasses import dataclass

from demo.deals import Deal, add_lines
from demo.names import compose, mobile, spoken
from demo.scale import BLOCK, CONTRACTS, INSTALMENTS
from demo.vocabulary import VISIT_FEEDBACK
from demo.world import Block

CONTRACTS_PER_BLOCK = BLOCK // len(CONTRACTS) * sum(CONTRACTS)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of a payment plan; `paid_on` is None while it is open. Days as in `moments.py`."""

    sequence: int
    amount: int
    due_on: int
    paid_on: int | None


def add_contract(block: Block, deal: Deal, number: int, signed_at: int) -> None:
    """The contract `number` that a deal led to, and all that hangs on it."""
    deck, world, client = block.deck, block.world, deal.client
    signed_on = world.calendar.day_of(signed_at)
    approved = deck.chance(0.9)
    plan = _instalments(block, deal.amount, signed_on, approved)
    received = sum(each.amount for each in plan if each.paid_on is not None)
    block.add(
        "contract",
        number,
        block.numbered(signed_at, number),
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
    add_lines(block, "contractLine", deal, number)
    for each in plan:
        _add_instalment(block, deal, number, each)
    if approved and number % CONTRACTS_PER_BLOCK < world.scale.visits:
        _add_visit(block, deal, number, signed_at)


def _instalments(
    block: Block, amount: int, signed_on: int, approved: bool
) -> tuple[Instalment, ...]:
    deck, today = block.deck, block.world.calendar.today
    count = deck.between(1, block.world.scale.instalments)
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
    world, client = block.world, deal.client
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
    if each.paid_on is not None:
        _add_payment(block, deal, (contract, number, each), method)


def _add_payment(block: Block, deal: Deal, paid: tuple[int, int, Instalment], method: str) -> None:
    """The payment of an instalment, and for half of them an invoice."""
    client, (contract, number, each) = deal.client, paid
    assert each.paid_on is not None
    at = block.world.calendar.working_time(each.paid_on, block.deck.below(540))
    stamp = (client.owner, client.owner, at, at, 1)
    block.add(
        "payment",
        number,
        block.numbered(at, number),
        client.number,
        contract,
        number,
        each.paid_on,
        each.amount,
        method,
        "APPROVED",
        *stamp,
    )
    if block.deck.chance(0.5):
        _add_invoice(block, deal, paid, stamp)


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
        block.numbered(stamp[2], number),
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
        block.numbered(at, contract),
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
