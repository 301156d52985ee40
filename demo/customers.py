"""Rows of one customer and what belongs to it alone: contacts, addresses, titles, expenses.

What is sold to it is `deals.py`, what happened with it is `activity.py`.
"""

from dataclasses import dataclass

from demo.names import CompanyName, customer_name, landline, mobile, person_name, street_address
from demo.scale import BLOCK, CONTACTS
from demo.vocabulary import BANKS, POSITIONS, REMARKS
from demo.world import Block

CONTACTS_PER_BLOCK = BLOCK // len(CONTACTS) * sum(CONTACTS)


@dataclass(frozen=True, slots=True)
class Client:
    """A customer being made: its number, place in the block, owner and the moment it came."""

    number: int
    place: int
    name: CompanyName
    owner: int
    since: int
    address: tuple[str, str]
    contacts: range


@dataclass(frozen=True, slots=True)
class Standing:
    """What later rows say of a customer: when it first signed, when it was last spoken to."""

    dealt_at: int | None
    last_spoken: tuple[int, str] | None


def new_client(block: Block, place: int) -> Client:
    deck, world = block.deck, block.world
    number = block.number * BLOCK + place + 1
    rounds, at = divmod(place, len(CONTACTS))
    first = block.number * CONTACTS_PER_BLOCK + rounds * sum(CONTACTS) + sum(CONTACTS[:at]) + 1
    return Client(
        number,
        place,
        customer_name(number),
        world.owner(deck, number),
        world.customer_since(deck, number),
        street_address(deck),
        range(first, first + CONTACTS[at]),
    )


def add_customer(block: Block, client: Client, standing: Standing) -> None:
    deck, name = block.deck, client.name
    site = f"{name.short.pinyin}{client.number}"
    spoken_at, spoken_text = standing.last_spoken or (None, None)
    block.add(
        "customer",
        client.number,
        name.full,
        block.option("customer", "source"),
        mobile(client.number * 4 + 1),
        landline(deck, name.city[2]),
        f"https://www.{site}.example",
        f"info@{site}.example",
        _industry(block, name.industry),
        deck.pick(block.world.options["customer", "level"]),
        block.world.ahead(deck, 14) if deck.chance(0.3) else None,
        deck.pick(REMARKS) if deck.chance(0.2) else None,
        _region(client),
        "DEALT" if standing.dealt_at is not None else "NOT_DEALT",
        standing.dealt_at,
        client.contacts[0],
        False,
        client.owner,
        client.owner,
        client.since,
        spoken_at or client.since,
        1,
        spoken_at,
        spoken_text,
    )


def add_contacts(block: Block, client: Client) -> None:
    deck, world = block.deck, block.world
    for at, number in enumerate(client.contacts):
        met = world.later(deck, client.since, 60) if at else client.since
        name = person_name(deck)
        block.add(
            "contact",
            number,
            name,
            client.number,
            mobile(number * 4),
            f"{name.pinyin}@{client.name.short.pinyin}{client.number}.example",
            deck.pick(POSITIONS),
            at == 0 or deck.chance(0.1),
            block.option("contact", "gender"),
            client.owner,
            client.owner,
            met,
            met,
            1,
        )


def add_details(block: Block, client: Client) -> None:
    """An address, an invoice title and an expense, for the share of customers that has them."""
    deck, world = block.deck, block.world
    if not deck.chance(world.scale.detail_share):
        return
    region, at = _region(client), world.later(deck, client.since, 90)
    stamp = (client.owner, at, at, 1)
    block.add(
        "customerAddress",
        client.number,
        block.option("customerAddress", "kind"),
        region,
        *stamp,
    )
    block.add(
        "invoiceTitle",
        client.number,
        "COMPANY",
        client.name.full,
        f"9131{client.number:014d}",
        f"{deck.pick(BANKS)}{client.name.city[0]}分行",
        f"6222{client.number:015d}",
        *stamp,
    )
    block.add(
        "expense",
        client.number,
        block.option("expense", "type"),
        deck.between(50, 3_000) * 100,
        world.calendar.day_of(at),
        client.owner,
        *stamp,
    )


def _region(client: Client) -> dict[str, str]:
    city, province, _ = client.name.city
    district, detail = client.address
    return {"province": province, "city": f"{city}市", "district": district, "detail": detail}


def _industry(block: Block, wanted: str) -> str:
    """The industry that fits the name, if the company still offers it."""
    offered = block.world.options["customer", "industry"]
    return wanted if wanted in offered else block.deck.pick(offered)
