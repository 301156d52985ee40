"""What happened with a customer: follow-ups, members of the team, stars, the operation log."""

from demo.customers import Client
from demo.names import customer_name, landline, mobile, person_name
from demo.vocabulary import FOLLOW_UPS, REMARKS
from demo.world import Block

MOST_FOLLOW_UPS = 3
LEAD_OWNERS = 3


def add_follow_ups(block: Block, client: Client) -> tuple[int, str] | None:
    """Follow-ups of a customer, oldest first; returns the moment and the text of the last."""
    deck, world = block.deck, block.world
    if not deck.chance(world.scale.follow_up_share):
        return None
    count = deck.between(1, MOST_FOLLOW_UPS)
    moments = sorted(_recent(block, client.since) for _ in range(count))
    text = ""
    for at in moments:
        text = deck.pick(FOLLOW_UPS)
        block.add(
            "followUp",
            ("customer", client.number),
            block.option("followUp", "type"),
            text,
            world.ahead(deck, 14) if deck.chance(0.3) else None,
            deck.pick(client.contacts),
            client.owner,
            client.owner,
            at,
            at,
            1,
        )
    return moments[-1], text


def _recent(block: Block, since: int) -> int:
    """A moment since then, mostly of the last months."""
    calendar, deck = block.world.calendar, block.deck
    day = calendar.today - deck.below(90) * deck.below(3)
    return max(since, calendar.working_time(day, deck.below(540)))


def add_company_around(block: Block, client: Client) -> None:
    """Team members, followers and the log entry of creation, for the shares of the scale."""
    deck, world, record = block.deck, block.world, ("customer", client.number)
    stamp = (client.owner, client.since, client.since, 1)
    if deck.chance(world.scale.detail_share / 3):
        member = deck.pick(world.sellers)
        if member != client.owner:
            until = world.ahead(deck, 60) if deck.chance(0.5) else None
            block.add("teamMember", record, member, deck.pick(("READ", "WRITE")), until, *stamp)
    if deck.chance(world.scale.detail_share / 3):
        block.add("follower", record, client.owner, *stamp)
    if deck.chance(world.scale.log_share):
        block.add("operationLog", record, "create", client.owner, client.since, [])


def add_leads(block: Block) -> None:
    """The leads of a block; some became one of its customers."""
    deck, world = block.deck, block.world
    for at in range(world.scale.leads):
        number = block.number * world.scale.leads + at + 1
        name, owner = customer_name(number * 7), world.owner(deck, number)
        since = world.customer_since(deck, block.number * 1_000 + at * 1_000 // world.scale.leads)
        converted = deck.chance(0.15)
        person = person_name(deck)
        block.add(
            "lead",
            number,
            person,
            block.option("lead", "source"),
            mobile(number * 4 + 2),
            landline(deck, name.city[2]),
            f"{person.pinyin}@{name.short.pinyin}{number}.example",
            block.option("lead", "industry"),
            block.option("lead", "level"),
            world.ahead(deck, 10) if deck.chance(0.4) else None,
            f"{name.full.text}，{deck.pick(REMARKS)}" if deck.chance(0.5) else name.full.text,
            world.later(deck, since, 30) if converted else None,
            block.number * 1_000 + at + 1 if converted else None,
            owner,
            owner,
            since,
            since,
            1,
        )
