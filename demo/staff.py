"""The people of the demo company: departments, users, superiors, roles. Numbers are fixed.

The documented accounts come first; their passwords are `demo/accounts.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from demo.accounts import ACCOUNTS
from demo.deck import Deck
from demo.names import Spoken, mobile, person_name, spoken

# key → (name, parent, leader's position, how many people, their position, their role)
DEPARTMENTS: Mapping[str, tuple[str, str | None, str, int, str, str]] = {
    "headquarters": ("总部", None, "总经理", 2, "总经理助理", "salesManager"),
    "sales": ("销售中心", "headquarters", "销售总监", 1, "销售运营", "salesManager"),
    "salesEast": ("华东区", "sales", "华东区销售经理", 6, "客户经理", "salesperson"),
    "salesSouth": ("华南区", "sales", "华南区销售经理", 6, "客户经理", "salesperson"),
    "salesNorth": ("华北区", "sales", "华北区销售经理", 6, "客户经理", "salesperson"),
    "salesWest": ("西部区", "sales", "西部区销售经理", 5, "客户经理", "salesperson"),
    "keyAccounts": ("大客户部", "sales", "大客户部经理", 3, "大客户经理", "salesperson"),
    "marketing": ("市场部", "headquarters", "市场部经理", 3, "市场专员", "salesperson"),
    "finance": ("财务部", "headquarters", "财务经理", 2, "会计", "finance"),
    "support": ("客户成功部", "headquarters", "客户成功经理", 3, "实施顾问", "salesperson"),
}
SELLING = frozenset({"salesEast", "salesSouth", "salesNorth", "salesWest", "keyAccounts"})
_ACCOUNT_LEADERS = {"headquarters": 1, "salesEast": 2, "finance": 6}


@dataclass(frozen=True, slots=True)
class User:
    """One user; `superior` is the number of another, `role` the key of a role."""

    number: int
    name: Spoken
    mobile: str
    email: str
    gender: str
    position: str
    department: str
    superior: int | None
    role: str


@dataclass(frozen=True, slots=True)
class Staff:
    """All users in the order of their numbers, and who leads which department."""

    users: tuple[User, ...]
    leaders: Mapping[str, int]

    @property
    def sellers(self) -> tuple[int, ...]:
        """Who owns customers, without the documented accounts (they have shares of their own)."""
        return tuple(
            user.number
            for user in self.users
            if user.department in SELLING
            and user.number > len(ACCOUNTS)
            and user.number not in self.leaders.values()
        )


def hire(deck: Deck) -> Staff:
    """The same forty-odd people every time."""
    leaders = dict(_ACCOUNT_LEADERS)
    number = len(ACCOUNTS)
    for key in DEPARTMENTS:
        if key not in leaders:
            number += 1
            leaders[key] = number
    users = [*_account_users(leaders)]
    for key in DEPARTMENTS:
        if leaders[key] > len(ACCOUNTS):
            role = "finance" if key == "finance" else "salesManager"
            position = DEPARTMENTS[key][2]
            users.append(_user(deck, leaders[key], (key, position, role), leaders))
    for key, (_, _, _, count, position, role) in DEPARTMENTS.items():
        for _ in range(count):
            number += 1
            users.append(_user(deck, number, (key, position, role), leaders))
    return Staff(tuple(sorted(users, key=lambda user: user.number)), leaders)


def _account_users(leaders: Mapping[str, int]) -> list[User]:
    return [
        User(
            number,
            spoken(account.name),
            account.mobile,
            f"{account.email}@qiansi.example",
            "FEMALE" if account.name in ("李晓丽", "陈静", "赵敏") else "MALE",
            account.position,
            account.department,
            _superior(number, account.department, leaders),
            account.role,
        )
        for number, account in enumerate(ACCOUNTS, 1)
    ]


def _user(deck: Deck, number: int, post: tuple[str, str, str], leaders: Mapping[str, int]) -> User:
    department, position, role = post
    name = person_name(deck)
    return User(
        number,
        name,
        mobile(number * 4 + 3),
        f"{name.pinyin}{number}@qiansi.example",
        deck.pick(("MALE", "FEMALE")),
        position,
        department,
        _superior(number, department, leaders),
        role,
    )


def _superior(number: int, department: str, leaders: Mapping[str, int]) -> int | None:
    """The leader of the department; a leader's is the leader of the one above."""
    if leaders[department] != number:
        return leaders[department]
    parent = DEPARTMENTS[department][1]
    return None if parent is None else leaders[parent]
