"""The people of the demo: documented accounts, a tree of departments, no circles."""

from demo.accounts import ACCOUNTS
from demo.deck import Deck
from demo.staff import DEPARTMENTS, hire
from metadata.standard import STANDARD

STAFF = hire(Deck("staff"))


def test_the_documented_accounts_are_the_first_users() -> None:
    for number, (account, user) in enumerate(zip(ACCOUNTS, STAFF.users, strict=False), 1):
        assert user.number == number
        assert (user.mobile, user.name.text) == (account.mobile, account.name)
        assert (user.department, user.role) == (account.department, account.role)


def test_numbers_mobiles_and_addresses_are_unique() -> None:
    assert [user.number for user in STAFF.users] == list(range(1, len(STAFF.users) + 1))
    assert len({user.mobile for user in STAFF.users}) == len(STAFF.users)
    assert len({user.email for user in STAFF.users}) == len(STAFF.users)


def test_superiors_end_at_the_general_manager() -> None:
    by_number = {user.number: user for user in STAFF.users}
    for user in STAFF.users:
        steps = 0
        while user.superior is not None:
            user, steps = by_number[user.superior], steps + 1
            assert steps < len(DEPARTMENTS)
        assert user.number == 1


def test_roles_are_those_that_ship() -> None:
    known = {role.key for role in STANDARD.roles}
    assert {user.role for user in STAFF.users} <= known


def test_sellers_are_neither_documented_nor_leaders() -> None:
    assert len(STAFF.sellers) > 20
    assert not set(STAFF.sellers) & {*range(1, len(ACCOUNTS) + 1), *STAFF.leaders.values()}
