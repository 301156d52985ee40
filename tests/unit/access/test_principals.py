"""Who is behind a token, whom a scope covers, and what a process remembers of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.access.model import Principal, Scope
from engine.access.place import AccessPlace, Caller
from engine.access.principals import PrincipalCache, check_principal, load_principal
from engine.access.sessions import SessionUse, open_session, token_hash
from engine.base.errors import StaleVersion, Unauthenticated
from tests.unit.access.conftest import People

Tree = dict[str, int]


@pytest.fixture(scope="module")
def tree(people: People) -> Tree:
    """head ← sales ← north; boss (sales) ← anna (sales) ← ben (north), and zoe in head."""
    found: Tree = {"head": department(people, "head", None)}
    found["sales"] = department(people, "sales", found["head"])
    found["north"] = department(people, "north", found["sales"])
    for position, (name, place, superior) in enumerate(
        [
            ("zoe", "head", None),
            ("boss", "sales", None),
            ("anna", "sales", "boss"),
            ("ben", "north", "anna"),
        ]
    ):
        found[name] = people.add(f"1370000000{position}", password=None)
        people.sql(
            'update {s}."user" set department_id = :d, superior_id = :s where id = :id',
            d=found[place],
            s=found.get(superior or ""),
            id=found[name],
        )
    return found


def department(people: People, name: str, parent: int | None) -> int:
    number = people.sql(
        "insert into {s}.department (name, parent_id, version, created_at, updated_at)"
        " values (:name, :parent, 1, now(), now()) returning id",
        name=name,
        parent=parent,
    )
    assert isinstance(number, int)
    return number


def load(place: AccessPlace, user: int) -> Principal:
    with place.engine.begin() as connection:
        token = open_session(connection, place, user, Caller("10.0.0.1")).token
        return load_principal(connection, place.company, token_hash(token))


def test_scopes_cover_subordinates_departments_and_what_is_below(
    place: AccessPlace, tree: Tree
) -> None:
    boss = load(place, tree["boss"])
    names = {number: name for name, number in tree.items()}
    covered = {
        scope: {
            names[number] for number in users if names.get(number) in ("zoe", "boss", "anna", "ben")
        }
        for scope, users in boss.scope_users.items()
    }
    assert covered[Scope.OWN] == {"boss"}
    assert covered[Scope.SUBORDINATES] == {"boss", "anna", "ben"}
    assert covered[Scope.DEPARTMENT] == {"boss", "anna"}
    assert covered[Scope.SUB_DEPARTMENTS] == {"boss", "anna", "ben"}
    assert Scope.ALL not in covered
    assert set(boss.subordinate_ids) == {tree["anna"], tree["ben"]}
    assert set(boss.department_tree) == {tree["sales"], tree["north"]}


def test_somebody_without_a_department_covers_only_themselves(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    user = people.add(mobile(), password=None)
    found = load(place, user)
    assert set(found.scope_users.values()) == {(user,)}
    assert found.department_tree == ()


def test_a_circle_of_superiors_ends(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    one, two = (people.add(mobile(), password=None) for _ in range(2))
    for user, superior in ((one, two), (two, one)):
        people.sql('update {s}."user" set superior_id = :s where id = :id', s=superior, id=user)
    assert load(place, one).subordinate_ids == (two,)


@pytest.mark.parametrize("status", ["DISABLED", "NEW"])
def test_a_user_who_is_not_active_has_no_principal(
    place: AccessPlace, people: People, mobile: Callable[[], str], status: str
) -> None:
    user = people.add(mobile(), password=None)
    load(place, user)
    people.sql('update {s}."user" set status = :status where id = :id', status=status, id=user)
    with pytest.raises(Unauthenticated):
        load(place, user)


def test_each_of_the_three_checks_makes_a_principal_stale(place: AccessPlace, tree: Tree) -> None:
    me = load(place, tree["anna"])
    with place.engine.begin() as connection:
        check_principal(connection, me)
        for stale in (
            replace(me, access_version=me.access_version - 1),
            replace(me, metadata_version=me.metadata_version + 1),
            replace(me, session_hash=b"another"),
        ):
            with pytest.raises(StaleVersion):
                check_principal(connection, stale)


def test_the_cache_forgets_what_was_used_least_recently(place: AccessPlace, tree: Tree) -> None:
    one, two, three = (load(place, tree[name]) for name in ("zoe", "boss", "anna"))
    cache = PrincipalCache(size=2)
    cache.put(one)
    cache.put(two)
    assert cache.get(one.company_id, one.session_hash) is one
    cache.put(three)
    assert cache.get(two.company_id, two.session_hash) is None
    cache.drop(one.company_id, one.session_hash)
    assert cache.get(one.company_id, one.session_hash) is None
    assert cache.get(three.company_id + 1, three.session_hash) is None
    assert len(cache) == 1


def test_a_session_is_due_once_a_minute() -> None:
    use = SessionUse(size=2)
    assert [use.is_due(b"a"), use.is_due(b"a"), use.is_due(b"b")] == [True, False, True]
