"""Rows that every size has once: departments, users and roles, products, campaigns, phrases."""

from collections.abc import Mapping

from demo.catalogue import categories, products
from demo.scale import BLOCK
from demo.staff import DEPARTMENTS, Staff
from demo.vocabulary import CAMPAIGNS, PHRASES
from demo.world import Block

ADMIN = 1
_FOUNDED_DAYS_AGO = 3 * 365 + 60


def add_organisation(block: Block, staff: Staff, roles: Mapping[str, int], root: int) -> None:
    """Departments below the `root` that the company was made with, users, their roles.

    `roles` are the numbers of roles by key.
    """
    calendar = block.world.calendar
    founded = calendar.working_time(calendar.today - _FOUNDED_DAYS_AGO, 0)
    numbers = _department_numbers(root)
    for key, (name, parent, *_) in DEPARTMENTS.items():
        if parent is not None:
            leader = staff.leaders[key]
            row = (numbers[key], name, numbers[parent], leader, founded, founded, 1)
            block.add("department", *row)
    for user in staff.users:
        block.add(
            "user",
            user.number,
            user.name,
            user.mobile,
            user.email,
            user.gender,
            user.position,
            numbers[user.department],
            user.superior,
            "ACTIVE",
            founded,
            founded,
            founded,
            1,
        )
        block.add("userRole", user.number, roles[user.role], founded)


def _department_numbers(root: int) -> Mapping[str, int]:
    numbers = {key: root + at for at, key in enumerate(DEPARTMENTS)}
    assert numbers["headquarters"] == root
    return numbers


def add_catalogue(block: Block) -> None:
    """Product categories and products; they have been there from the start."""
    calendar, deck = block.world.calendar, block.deck
    founded = calendar.working_time(calendar.today - _FOUNDED_DAYS_AGO, 30)
    stamp = (ADMIN, founded, founded, 1)
    for category in categories():
        block.add("productCategory", category.number, category.name, category.parent, *stamp)
    for product in products():
        cost = product.price * deck.between(35, 70) // 100
        block.add(
            "product",
            product.number,
            product.name,
            product.code,
            product.category,
            product.unit,
            product.price,
            cost,
            True,
            ADMIN,
            *stamp,
        )


def add_campaigns(block: Block) -> None:
    """One campaign every few weeks, the last of them still running."""
    calendar, deck = block.world.calendar, block.deck
    for at, (name, budget) in enumerate(CAMPAIGNS):
        starts_on = calendar.today - (len(CAMPAIGNS) - at) * 40
        ended = at < len(CAMPAIGNS) - 1
        cost = budget * deck.between(60, 110)
        moment = calendar.working_time(starts_on - 14, 60)
        block.add(
            "campaign",
            at + 1,
            name,
            block.option("campaign", "type"),
            "ENDED" if ended else "RUNNING",
            starts_on,
            starts_on + deck.between(5, 45),
            budget * 100,
            cost,
            budget * 500,
            cost * deck.between(1, 6) if ended else 0,
            ADMIN,
            ADMIN,
            moment,
            moment,
            1,
        )


def add_phrases(block: Block, users: int) -> None:
    """A list of phrases for each of the first users."""
    moment = block.world.calendar.working_time(block.world.calendar.today - BLOCK, 0)
    for user in range(1, users + 1):
        for sequence, text in enumerate(PHRASES, 1):
            block.add("phrase", user, text, sequence, user, moment, moment, 1)
