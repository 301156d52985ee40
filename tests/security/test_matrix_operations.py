"""B8 for the hand-written mutations: role × operation, as `matrix.json` says.

Each is tried on what is one's own and on what is another's, like the generated ones in
`test_matrix.py`. What is refused leaves roles, teams, sessions, log and outbox as they were.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.access.passwords import password_hashing
from engine.access.sign_in import write_password
from engine.base.identifiers import RecordId
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.security.matrix_rows import Rows
from tests.security.test_matrix import (
    FOREIGN,
    MATRIX,
    NOBODY,
    Run,
    answered,
    expected,
    outcome,
    people_all_roles,
)

PASSWORD = "correct horse"
WATCHED = ("user_role", "role", "role_permission", "field_access", "team_member", "follower")
SCENES = ("scene", "list_setting")


@pytest.fixture(scope="module")
def peopled(make_company: Callable[[], TestCompany]) -> TestCompany:
    company = make_company()
    people_all_roles(company)
    return company


@pytest.mark.parametrize("name", MATRIX["operations"])
def test_roles_may_run_exactly_what_the_matrix_says(peopled: TestCompany, name: str) -> None:
    wrong = []
    for role, answer in expected(MATRIX["operations"][name]).items():
        found = attempt(peopled, name, role)
        if found != answer:
            wrong.append(f"{role}: {found}, not {answer}")
    assert not wrong


def attempt(company: TestCompany, name: str, role: str) -> str:
    me = company.people[role if role != NOBODY else "bob"].number
    reached = set()
    for whose, owner in {"own": me, "foreign": company.people[FOREIGN].number}.items():
        run = OPERATIONS[name](company, owner, me)
        before = traces(company)
        if run(company.client(role)):
            reached.add(whose)
        else:
            assert traces(company) == before, (role, whose)
    if name == "signOut" and role != NOBODY:
        company.sign_in(role)
    return outcome(reached)


def traces(company: TestCompany) -> list[Any]:
    tables = (*WATCHED, *SCENES, "credential", "outbox", "operation_log", "follow_up")
    found = [
        company.value(f"select md5(string_agg(t::text, '' order by t::text)) from {{s}}.{each} t")
        for each in tables
    ]
    found.append(company.sql('select id, status, version from {s}."user" order by id'))
    found.append(company.value("select count(*) from {s}.session where revoked_at is null"))
    return found


def write_passwords(company: TestCompany, number: int) -> None:
    company.sql("delete from {s}.sign_in_attempt")
    with company.engine.begin() as connection:
        write_password(
            connection, company.company.schema, number, password_hashing(2).hash(PASSWORD)
        )


def sign_in(company: TestCompany, owner: int, me: int) -> Run:
    write_passwords(company, owner)
    account = company.value('select mobile from {s}."user" where id = :id', id=owner)
    query = "mutation($a: String!, $p: String!) { signIn(account: $a, password: $p) { token } }"
    return lambda client: answered(client, query, a=account, p=PASSWORD) is not None


def sign_out(company: TestCompany, owner: int, me: int) -> Run:
    key = next(key for key, person in company.people.items() if person.number == me)
    company.sign_in(key)
    token = company.tokens[key]

    def run(client: Client) -> bool:
        own = Client(client.http, client.url, client.company, client.token and token)
        return answered(own, "mutation { signOut }") is True

    return run


def revoke_session(company: TestCompany, owner: int, me: int) -> Run:
    session = company.value(
        "insert into {s}.session (token_hash, user_id, created_at, last_used_at, expires_at,"
        " idle_expires_at, cookie) values (sha256(random()::text::bytea), :user, now(), now(),"
        " now() + interval '1 day', now() + interval '1 day', false) returning id",
        user=owner,
    )
    query = "mutation($s: ID!) { revokeSession(id: $s) }"
    return lambda client: answered(client, query, s=f"Session:{session}") is True


def change_password(company: TestCompany, owner: int, me: int) -> Run:
    write_passwords(company, me)
    query = (
        "mutation($o: String!, $n: String!) { changePassword(oldPassword: $o, newPassword: $n) }"
    )
    return lambda client: answered(client, query, o=PASSWORD, n="another horse") is True


def set_password(company: TestCompany, owner: int, me: int) -> Run:
    """The token is the right: whoever holds it may."""
    company.sign_in("admin")
    token = company.client("admin").run(
        "mutation($u: ID!) { resetPassword(user: $u) { token } }", u=f"User:{scratch_user(company)}"
    )["resetPassword"]["token"]
    query = "mutation($t: String!, $p: String!) { setPassword(token: $t, password: $p) }"
    return lambda client: answered(client, query, t=token, p="another horse") is True


def scratch_user(company: TestCompany) -> int:
    return Rows(company).target("user", company.people["admin"].number)


def on_user(query: str, **more: Any) -> Callable[[TestCompany, int, int], Run]:
    """An operation on a user nobody else is."""

    def prepare(company: TestCompany, owner: int, me: int) -> Run:
        user = f"User:{scratch_user(company)}"
        values = {key: value(company) for key, value in more.items()}
        return lambda client: succeeded(answered(client, query, u=user, **values))

    return prepare


def on_role(query: str) -> Callable[[TestCompany, int, int], Run]:
    def prepare(company: TestCompany, owner: int, me: int) -> Run:
        role = company.insert("role", name="试用角色", family="CRM", dataScope="OWN")
        return lambda client: succeeded(answered(client, query, r=f"Role:{role}"))

    return prepare


def on_customer(query: str, member: str = "") -> Callable[[TestCompany, int, int], Run]:
    """An operation on a customer of `owner`; `member`: who is in its team already."""

    def prepare(company: TestCompany, owner: int, me: int) -> Run:
        if member == "me":  # nobody is a member of the team of what he owns
            owner = company.people[FOREIGN].number
        number = Rows(company).target("customer", owner)
        users = {"me": me, "bob": company.people["bob"].number}
        if member:
            company.insert(
                "teamMember", record=RecordId("customer", number), user=users[member], access="READ"
            )
        id, bob = f"Customer:{number}", company.people["bob"].id
        values: dict[str, Any] = {"r": [id] if "$r: [ID!]!" in query else id}
        if "$u" in query:
            values["u"] = [bob] if "$u: [ID!]!" in query else bob
        return lambda client: succeeded(answered(client, query, **values))

    return prepare


def on_scene(call: str) -> Callable[[TestCompany, int, int], Run]:
    """An operation on a scene that `owner` made."""

    def prepare(company: TestCompany, owner: int, me: int) -> Run:
        scene = company.value(
            "insert into {s}.scene (user_id, object, name, filter, order_by)"
            " values (:user, 'customer', 'x', '{}', '[]') returning id",
            user=owner,
        )
        query = f"mutation($s: ID!) {{ {call} }}"
        return lambda client: succeeded(answered(client, query, s=f"Scene:{scene}"))

    return prepare


def tried(call: str) -> Callable[[TestCompany, int, int], Run]:
    """A dry run of a change of metadata: being answered, with problems or without, is the right."""
    query = f"mutation {{ {call.removesuffix(')')}, dryRun: true) {{ applied }} }}"
    return lambda company, owner, me: lambda client: answered(client, query) is not None


def on_lists(call: str) -> Callable[[TestCompany, int, int], Run]:
    """An operation on one's own view of the lists of customers."""
    return lambda company, owner, me: (
        lambda client: succeeded(answered(client, f"mutation {{ {call} }}"))
    )


def succeeded(value: Any) -> bool:
    if isinstance(value, dict) and "done" in value:
        return bool(value["done"]) and not value["failed"]
    return value is not None


def default_role(company: TestCompany) -> list[str]:
    return [f"Role:{company.value('select id from {s}.role where key = :k', k='default')}"]


BATCH = "{ done failed { code } }"
OPERATIONS: Mapping[str, Callable[[TestCompany, int, int], Run]] = {
    "signIn": sign_in,
    "signOut": sign_out,
    "revokeSession": revoke_session,
    "changePassword": change_password,
    "setPassword": set_password,
    "resetPassword": on_user("mutation($u: ID!) { resetPassword(user: $u) { token } }"),
    "setUserRoles": on_user(
        "mutation($u: ID!, $r: [ID!]!) { setUserRoles(user: $u, roles: $r) { user { id } } }",
        r=default_role,
    ),
    "setUserStatus": on_user(
        f"mutation($u: ID!) {{ setUserStatus(users: [$u], status: ACTIVE) {BATCH} }}"
    ),
    "setRoleActions": on_role(
        'mutation($r: ID!) { setRoleActions(role: $r, actions: [{object: "lead", actions: ["read"]}]) }'
    ),
    "setFieldAccess": on_role(
        'mutation($r: ID!) { setFieldAccess(role: $r, fields: [{object: "lead", field: "level",'
        " access: READ}]) }"
    ),
    "copyRole": on_role('mutation($r: ID!) { copyRole(role: $r, name: "副本") { role { id } } }'),
    "addTeamMembers": on_customer(
        f"mutation($r: [ID!]!, $u: [ID!]!) {{ addTeamMembers(ids: $r, users: $u) {BATCH} }}"
    ),
    "updateTeamMember": on_customer(
        "mutation($r: ID!, $u: ID!) { updateTeamMember(record: $r, user: $u, access: WRITE)"
        " { record { id } } }",
        member="bob",
    ),
    "removeTeamMembers": on_customer(
        f"mutation($r: [ID!]!, $u: [ID!]!) {{ removeTeamMembers(ids: $r, users: $u) {BATCH} }}",
        member="bob",
    ),
    "leaveTeam": on_customer(f"mutation($r: [ID!]!) {{ leaveTeam(ids: $r) {BATCH} }}", member="me"),
    "follow": on_customer(f"mutation($r: [ID!]!) {{ follow(ids: $r) {BATCH} }}"),
    "unfollow": on_customer(f"mutation($r: [ID!]!) {{ unfollow(ids: $r) {BATCH} }}"),
    "addFollowUp": on_customer(
        'mutation($r: ID!) { addFollowUp(record: $r, text: "电话") { record { id } } }'
    ),
    "createScene": on_lists('createScene(object: "customer", input: {name: "n"}) { scene { id } }'),
    "updateScene": on_scene('updateScene(id: $s, input: {name: "n"}) { scene { id } }'),
    "deleteScene": on_scene("deleteScene(id: $s)"),
    "shareScene": on_scene("shareScene(id: $s, everyone: false) { scene { id } }"),
    "orderScenes": on_lists('orderScenes(object: "customer", shown: ["mine"]) { id }'),
    "setDefaultScene": on_lists('setDefaultScene(object: "customer", scene: "mine") { id }'),
    "setPinnedFilters": on_lists(
        'setPinnedFilters(object: "customer", filters: [{field: "name"}]) { pageSize }'
    ),
    "setColumns": on_lists(
        'setColumns(object: "customer", columns: [{field: "name"}]) { pageSize }'
    ),
    "setPageSize": on_lists('setPageSize(object: "customer", size: 10) { pageSize }'),
    "setGuideLines": on_lists('setGuideLines(object: "customer", shown: true) { pageSize }'),
    "createField": tried(
        'createField(object: "lead", input: {label: {zh: "甲"}, name: "jia", type: "text"})'
    ),
    "updateField": tried('updateField(object: "lead", name: "name", input: {label: {zh: "乙"}})'),
    "copyField": tried('copyField(object: "lead", name: "name", input: {label: {zh: "丙"}})'),
    "reorderFields": tried('reorderFields(object: "lead", names: ["name"])'),
    "deleteField": tried('deleteField(object: "lead", name: "name")'),
    "restoreField": tried('restoreField(object: "lead", name: "name")'),
    "purgeField": tried('purgeField(object: "lead", name: "name")'),
    "createObject": tried('createObject(input: {name: "boat", label: {zh: "船"}})'),
    "updateObject": tried('updateObject(name: "lead", input: {label: {zh: "线索"}})'),
    "deleteObject": tried('deleteObject(name: "lead")'),
    "restoreObject": tried('restoreObject(name: "lead")'),
    "purgeObject": tried('purgeObject(name: "lead")'),
    "applyMetadataFile": tried('applyMetadataFile(file: "format: 1")'),
    "rollBackMetadata": tried("rollBackMetadata(version: 1)"),
}
