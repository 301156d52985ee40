"""The opportunities of a customer; the first of some of them led to a contract."""

from demo.contracts import CONTRACTS_PER_BLOCK, add_contract
from demo.customers import Client
from demo.deals import Deal, Line, add_lines
from demo.names import compose, spoken
from demo.scale import BLOCK, CONTRACTS, OPPORTUNITIES
from demo.vocabulary import NEEDS, REASONS
from demo.world import Block

OPPORTUNITIES_PER_BLOCK = BLOCK // len(OPPORTUNITIES) * sum(OPPORTUNITIES)
DISCOUNTS = (0, 0, 0, 5, 10, 15)  # percent off


def add_deals(block: Block, client: Client) -> int | None:
    """All deals of a customer; returns the moment of the first contract."""
    dealt_at = None
    for deal in _deals(block, client):
        signed_at = None
        if deal.contract is not None:
            signed_at = block.world.later(block.deck, deal.since, 60)
            dealt_at = dealt_at or signed_at
            add_contract(block, deal, deal.contract, signed_at)
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
    add_lines(block, "opportunityLine", deal, deal.number)
    stamp = (client.owner, deal.since, deal.since, 1)
    block.add("opportunityContact", deal.number, client.contacts[0], *stamp)
