"""B1, B2: who sees which rows, on every path, against an oracle in plain SQL (`oracle.sql`)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.base.clock import now
from engine.base.identifiers import RecordId
from engine.db.quoting import quote
from metadata.model import Capability, ObjectDef, RowScope
from tests.harness.company import CAST, TestCompany

ORACLE = (Path(__file__).parent / "oracle.sql").read_text()
OBJECTS = ("lead", "customer", "contact", "opportunity", "contract", "payment")
PEOPLE = tuple(CAST)
REQUIRED: dict[str, dict[str, Any]] = {
    "contract": {"number": "HT-{n}"},
    "payment": {"number": "HK-{n}"},
}


def owned_objects(company: TestCompany) -> Iterator[ObjectDef]:
    for name in OBJECTS:
        yield company.snapshot.object(name).definition


@pytest.fixture(scope="module")
def filled(company: TestCompany) -> TestCompany:
    """Three rows of each object for each person, memberships alive, over, read and write."""
    moment = now()
    keys = list(CAST)
    for definition in owned_objects(company):
        for position, key in enumerate(keys * 3):
            owner = company.people[key].number
            number = _insert(company, definition, owner, position)
            if definition.can(Capability.TEAM):
                other = company.people[keys[(position + 2 + position // len(keys)) % len(keys)]]
                company.insert(
                    "teamMember",
                    record=RecordId(definition.name, number),
                    user=other.number,
                    access="WRITE" if position % 2 else "READ",
                    until=(None, moment + timedelta(days=1), moment - timedelta(days=1))[
                        position % 3
                    ],
                )
    return company


def _insert(company: TestCompany, definition: ObjectDef, owner: int, position: int) -> int:
    values: dict[str, Any] = {"owner": owner, "createdBy": owner}
    for name, value in REQUIRED.get(definition.name, {}).items():
        values[name] = value.format(n=position)
    if "name" in {f.name for f in definition.fields}:
        values["name"] = f"{definition.label.zh} {position}"
    if any(f.name == "customer" and f.required for f in definition.fields):
        values["customer"] = company.value(
            "select id from {s}.customer where owner_id = :o order by id limit 1", o=owner
        )
    if definition.name == "payment":
        values["contract"] = company.value(
            "select id from {s}.contract where owner_id = :o order by id limit 1", o=owner
        )
    return company.insert(definition.name, **values)


def allowed(company: TestCompany, person: str, definition: ObjectDef, action: str) -> list[int]:
    rows = company.sql(
        ORACLE.replace("{t}", quote(definition.table)),
        me=company.people[person].number,
        object=definition.name,
        action=action,
    )
    return [row["id"] for row in rows]


def may_at_all(company: TestCompany, person: str, definition: ObjectDef, action: str) -> bool:
    count: int = company.value(
        "select count(*) from {s}.user_role ur join {s}.role r on r.id = ur.role_id"
        " where ur.user_id = :me and (r.is_super or exists (select 1 from {s}.role_permission p"
        " where p.role_id = r.id and p.object = :object and p.action = :action))",
        me=company.people[person].number,
        object=definition.name,
        action=action,
    )
    return count > 0


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("object", OBJECTS)
def test_a_list_its_count_and_its_aggregate_show_exactly_the_allowed_rows(
    filled: TestCompany, person: str, object: str
) -> None:
    definition = filled.snapshot.object(object).definition
    assert definition.row_scope is RowScope.OWNED
    query = f"{{ {definition.plural}(first: 200) {{ totalCount aggregate {{ count }} nodes {{ id }} }} }}"
    client = filled.client(person)
    if not may_at_all(filled, person, definition, "read"):
        assert client.refused(query).code == "FORBIDDEN"
        return
    expected = allowed(filled, person, definition, "read")
    found = client.run(query)[definition.plural]
    assert sorted(int(node["id"].split(":")[1]) for node in found["nodes"]) == expected
    assert (found["totalCount"], found["aggregate"]["count"]) == (len(expected), len(expected))


@pytest.mark.parametrize("person", PEOPLE)
def test_a_record_out_of_scope_is_not_found_by_its_id(filled: TestCompany, person: str) -> None:
    definition = filled.snapshot.object("customer").definition
    if not may_at_all(filled, person, definition, "read"):
        failure = filled.client(person).refused('{ customer(id: "Customer:1") { id } }')
        assert failure.code == "FORBIDDEN"
        return
    expected = set(allowed(filled, person, definition, "read"))
    for row in filled.sql("select id from {s}.customer order by id"):
        id = f"Customer:{row['id']}"
        data = filled.client(person).run(
            "query($id: ID!) { customer(id: $id) { id } node(id: $id) { id } }", id=id
        )
        shown = {"id": id} if row["id"] in expected else None
        assert (data["customer"], data["node"]) == (shown, shown)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", ["update", "delete"])
def test_writing_reaches_exactly_the_allowed_rows(
    filled: TestCompany, person: str, action: str
) -> None:
    definition = filled.snapshot.object("lead").definition
    every = [f"Lead:{row['id']}" for row in filled.sql("select id from {s}.lead order by id")]
    document = {
        "update": "mutation($ids: [ID!]!) { done: batchUpdateLeads(ids: $ids,"
        f' input: {{remark: "{person}"}}) {{ done failed {{ id code }} }} }}',
        "delete": "mutation($ids: [ID!]!) { done: deleteLeads(ids: $ids) { done failed { id code } } }",
    }[action]
    if not may_at_all(filled, person, definition, action):
        assert filled.client(person).refused(document, ids=every).code == "FORBIDDEN"
        return
    expected = [f"Lead:{number}" for number in allowed(filled, person, definition, action)]
    result = filled.client(person).run(document, ids=every)["done"]
    assert sorted(result["done"]) == sorted(expected)
    assert {f["code"] for f in result["failed"]} <= {"NOT_FOUND", "FORBIDDEN"}
    if action == "delete":
        filled.sql("update {s}.lead set deleted_at = null")


@pytest.mark.parametrize("person", PEOPLE)
def test_no_path_of_relations_reaches_a_foreign_row(filled: TestCompany, person: str) -> None:
    definitions = {d.name: d for d in owned_objects(filled)}
    sees = {
        name: {f"{d.type_name}:{n}" for n in allowed(filled, person, d, "read")}
        for name, d in definitions.items()
    }
    if not may_at_all(filled, person, definitions["contact"], "read"):
        assert filled.client(person).refused("{ contacts { totalCount } }").code == "FORBIDDEN"
        return
    data = filled.client(person).run(
        "{ contacts(first: 100) { nodes { id customer { id"
        " contacts(first: 5) { nodes { id customer { id } } }"
        " opportunities(first: 5) { nodes { id customer { id } } }"
        " contracts(first: 5) { nodes { id customer { id } } } } } } }"
    )
    found = set(_ids(data))
    assert found <= set().union(*sees.values())


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "id":
                yield item
            else:
                yield from _ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)
