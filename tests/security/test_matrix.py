"""B8: role × object × action, and role × hand-written mutation, as `matrix.json` says.

Each cell is tried on a row of one's own and on one of somebody in another department: "yes"
reaches both, "own" the first alone (whatever the width of the scope between), "no" neither.
What is refused leaves no trace in rows, operation log or outbox.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from metadata.model import ObjectDef
from metadata.standard import STANDARD
from tests.harness.client import Client
from tests.harness.company import Person, TestCompany, grant_role
from tests.security.matrix_rows import (
    Rows,
    global_id,
    patch_of,
    scalar,
    traces,
    unique_field,
)

MATRIX = json.loads((Path(__file__).parent / "matrix.json").read_text())
ROLES: list[str] = MATRIX["roles"].split()
CAST_OF = {
    "superAdmin": "admin",
    "salesManager": "manager",
    "salesperson": "alice",
    "finance": "finance",
    "departmentUserAdmin": "clerk",
}
NOBODY = "nobody"
FOREIGN = "carol"
Reached = set[str]


@pytest.fixture(scope="module")
def peopled(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company with a person for each factory role, by the role's key."""
    company = make_company()
    people_all_roles(company)
    return company


def people_all_roles(company: TestCompany) -> None:
    """Gives each factory role a signed-in person, nobody an empty token."""
    for position, role in enumerate(ROLES):
        if role == NOBODY:
            company.tokens[role] = ""
            continue
        person = company.people.get(CAST_OF.get(role, "")) or _hire(company, role, position)
        company.people[role] = person
        company.sign_in(role)
    company.sql("update {s}.state set access_version = access_version + 1")


def _hire(company: TestCompany, role: str, position: int) -> Person:
    number = company.insert(
        "user",
        name=f"员工 {role}",
        mobile=f"1370000{position:04d}",
        department=company.departments["finance"],
        status="ACTIVE",
    )
    grant_role(company, number, role)
    return Person(role, number, role)


def mutation_names(definition: ObjectDef) -> dict[str, str]:
    """Action → root field, for what the schema should generate for an object."""
    suffix = definition.type_name
    many = definition.plural[0].upper() + definition.plural[1:]
    names = {
        "create": f"create{suffix}",
        "update": f"update{suffix}",
        "upsert": f"upsert{suffix}",
        "batchUpdate": f"batchUpdate{many}",
        "delete": f"delete{many}",
        "restore": f"restore{many}",
        "purge": f"purge{many}",
    }
    return {
        action: names[action] for action in MATRIX["objects"][definition.name] if action in names
    }


def expected(line: str) -> dict[str, str]:
    return dict(zip(ROLES, line.split(), strict=True))


def test_every_role_object_and_mutation_has_its_row(peopled: TestCompany) -> None:
    data = peopled.client("admin").run("{ __schema { mutationType { fields { name } } } }")
    exposed = {each["name"] for each in data["__schema"]["mutationType"]["fields"]}
    known = set(MATRIX["operations"])
    for definition in peopled.snapshot.objects:
        known |= set(mutation_names(definition).values())
    assert exposed == known
    assert set(MATRIX["objects"]) == {each.name for each in peopled.snapshot.objects}
    assert [*ROLES] == [*(role.key for role in STANDARD.roles), NOBODY]


@pytest.mark.parametrize("object", MATRIX["objects"])
def test_roles_reach_exactly_what_the_matrix_says(peopled: TestCompany, object: str) -> None:
    definition, made = peopled.snapshot.object(object).definition, Rows(peopled)
    wrong = []
    for action, line in MATRIX["objects"][object].items():
        for role, answer in expected(line).items():
            found = outcome(attempt(made, definition, role, action))
            if found != answer:
                wrong.append(f"{role} {action}: {found}, not {answer}")
    assert not wrong


def outcome(reached: Reached) -> str:
    return {0: "no", 1: "own", 2: "yes"}[len(reached)] if reached != {"foreign"} else "foreign"


def attempt(made: Rows, definition: ObjectDef, role: str, action: str) -> Reached:
    """Tries the action on both rows, one after the other; checks what refusals leave behind."""
    company = made.company
    me = company.people[role].number if role != NOBODY else company.people["bob"].number
    owners = {"own": me, "foreign": company.people[FOREIGN].number}
    reached = set()
    for whose, owner in owners.items():
        run = ATTEMPTS[action](made, definition, owner)
        before = traces(company, definition)
        if run(company.client(role)):
            reached.add(whose)
            if action != "read":
                made.consumed(definition.name, owner)
        else:
            assert traces(company, definition) == before, (role, action, whose)
    return reached


def answered(client: Client, query: str, **variables: Any) -> Any:
    """The only root field's value, None when it was refused; refusals have known codes."""
    body = client.post(query, variables).json()
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    refusals = {"UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "INVALID_INPUT", "RULE_VIOLATED"}
    assert codes <= refusals, body
    data = body.get("data") or {}
    return next(iter(data.values()), None)


Run = Callable[[Client], bool]


def _read(made: Rows, definition: ObjectDef, owner: int) -> Run:
    id = global_id(definition, made.target(definition.name, owner))
    query = f"query($id: ID!) {{ {definition.name}(id: $id) {{ id }} }}"
    return lambda client: answered(client, query, id=id) == {"id": id}


def _create(made: Rows, definition: ObjectDef, owner: int) -> Run:
    suffix = definition.type_name
    query = f"mutation($i: {suffix}Input!) {{ create{suffix}(input: $i) {{ record {{ id }} }} }}"
    given = made.input_of(definition.name, owner)
    return lambda client: answered(client, query, i=given) is not None


def _update(made: Rows, definition: ObjectDef, owner: int) -> Run:
    suffix = definition.type_name
    query = (
        f"mutation($id: ID!, $i: {suffix}Patch!)"
        f" {{ update{suffix}(id: $id, input: $i) {{ record {{ id }} }} }}"
    )
    id = global_id(definition, made.target(definition.name, owner))
    given = patch_of(definition)
    return lambda client: answered(client, query, id=id, i=given) is not None


def _upsert(made: Rows, definition: ObjectDef, owner: int) -> Run:
    suffix, key = definition.type_name, unique_field(definition)
    assert key is not None
    number = made.target(definition.name, owner)
    value = scalar(key)
    made.company.sql(
        f'update {{s}}."{definition.table}" set {key.column} = :value where id = :id',
        value=value,
        id=number,
    )
    query = (
        f"mutation($by: {suffix}Key!, $i: {suffix}Input!)"
        f" {{ upsert{suffix}(by: $by, input: $i) {{ record {{ id }} }} }}"
    )
    given = patch_of(definition)
    return lambda client: answered(client, query, by={key.name: value}, i=given) is not None


def _batch(action: str, *, trashed: bool = False) -> Callable[..., Run]:
    def prepare(made: Rows, definition: ObjectDef, owner: int) -> Run:
        number = made.target(definition.name, owner, trashed=trashed)
        id = global_id(definition, number)
        query = f"mutation($ids: [ID!]!) {{ {mutation_names(definition)[action]}(ids: $ids) {{ done }} }}"
        return lambda client: answered(client, query, ids=[id]) == {"done": [id]}

    return prepare


def _batch_update(made: Rows, definition: ObjectDef, owner: int) -> Run:
    id = global_id(definition, made.target(definition.name, owner))
    query = (
        f"mutation($ids: [ID!]!, $i: {definition.type_name}Patch!)"
        f" {{ {mutation_names(definition)['batchUpdate']}(ids: $ids, input: $i) {{ done }} }}"
    )
    given = patch_of(definition)
    return lambda client: answered(client, query, ids=[id], i=given) == {"done": [id]}


ATTEMPTS: Mapping[str, Callable[[Rows, ObjectDef, int], Run]] = {
    "create": _create,
    "read": _read,
    "update": _update,
    "upsert": _upsert,
    "batchUpdate": _batch_update,
    "delete": _batch("delete"),
    "restore": _batch("restore", trashed=True),
    "purge": _batch("purge", trashed=True),
}
