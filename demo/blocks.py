"""One block of a thousand customers with everything that hangs on them, and its leads."""

from demo.activity import add_company_around, add_follow_ups, add_leads
from demo.customers import Standing, add_contacts, add_customer, add_details, new_client
from demo.opportunities import add_deals
from demo.scale import BLOCK
from demo.world import Block


def add_block(block: Block) -> None:
    """Makes the rows of a block; what a customer's own row sums up is made before it."""
    add_leads(block)
    for place in range(BLOCK):
        client = new_client(block, place)
        add_contacts(block, client)
        dealt_at = add_deals(block, client)
        spoken_last = add_follow_ups(block, client)
        add_customer(block, client, Standing(dealt_at, spoken_last))
        add_details(block, client)
        add_company_around(block, client)
