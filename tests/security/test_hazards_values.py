"""M7, M15, M16, M24, M25: values and questions that other systems let through.

Here they go in by inputs of every kind; filters are the subject of `test_rude_requests.py`.
"""

import json
from typing import Any

import pytest

from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef
from tests.harness.company import TestCompany
from tests.security.matrix_rows import Rows, global_id, traces

REFUSALS = {"INVALID_INPUT", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
DECIMALS = ["NaN", "Infinity", "1E+9", "1e3", "1_000", " 1", "１", "٣", "+1", "0x10", "1,000", ""]
INTEGERS = ["1", 1.5, 2**31, -(2**31) - 1, True, "１", None]
IDS = ["1_000", "１２", "٣", " 7 ", "7", "Customer:", "Customer:07", "Customer:1_0", "Customer:１"]
IDS += ["customer:1", "Customer:-1", "Customer:1 ", "Customer:9999999999999999999999", "Lead:1", ""]
TEXTS = ["a\x00b", "\ud800", "a\udfffb"]
TEXT_KINDS = {ValueKind.TEXT, ValueKind.CHOICE, ValueKind.DATE, ValueKind.DATE_TIME}
TEXT_KINDS |= {ValueKind.DECIMAL, ValueKind.RELATION, ValueKind.RECORD}


def send(company: TestCompany, query: str, **variables: Any) -> dict[str, Any]:
    """Like Client.post, but lone surrogates arrive at the server as JSON escapes."""
    client = company.client("admin")
    answer = client.http.post(
        f"{client.url}/graphql",
        content=json.dumps({"query": query, "variables": variables}).encode(),
        headers={**client.headers(), "Content-Type": "application/json"},
    )
    assert answer.status_code < 500
    found: dict[str, Any] = answer.json()
    return found


def refused(company: TestCompany, query: str, **variables: Any) -> None:
    body = send(company, query, **variables)
    assert body.get("errors"), (query, variables, body)
    assert {error["extensions"]["code"] for error in body["errors"]} <= REFUSALS, body


def create(definition: ObjectDef) -> str:
    suffix = definition.type_name
    return f"mutation($i: {suffix}Input!) {{ create{suffix}(input: $i) {{ record {{ id }} }} }}"


def update(definition: ObjectDef) -> str:
    suffix = definition.type_name
    return (
        f"mutation($id: ID!, $i: {suffix}Patch!)"
        f" {{ update{suffix}(id: $id, input: $i) {{ record {{ id }} }} }}"
    )


def writable(definition: ObjectDef, kinds: set[ValueKind]) -> list[FieldDef]:
    return [
        each
        for each in definition.fields
        if field_type(each.type).kind in kinds and not each.read_only and not each.hidden
    ]


def test_a_decimal_has_one_grammar_in_inputs_too(company: TestCompany) -> None:
    definition = company.snapshot.object("opportunity").definition
    made = Rows(company)
    admin = company.people["admin"].number
    id = global_id(definition, made.target("opportunity", admin))
    before = traces(company, definition)
    for value in DECIMALS:
        refused(company, update(definition), id=id, i={"amount": value})
        refused(
            company,
            create(definition),
            i={**made.input_of("opportunity", admin), "amount": value},
        )
    assert traces(company, definition)[1:] == before[1:]
    beyond: tuple[Any, ...] = (1.5, 10**40, "9" * 40, "1." + "0" * 30 + "1")
    for value in beyond:
        refused(company, update(definition), id=id, i={"amount": value})


def test_money_keeps_its_last_cent(company: TestCompany) -> None:
    definition = company.snapshot.object("opportunity").definition
    id = global_id(definition, Rows(company).target("opportunity", company.people["admin"].number))
    for value in ("9007199254740993.01", "0.10", "-0", "123456789012345.67"):
        body = send(
            company,
            "mutation($id: ID!, $a: Decimal) { updateOpportunity(id: $id, input: {amount: $a})"
            " { record { amount } } }",
            id=id,
            a=value,
        )
        if body.get("errors"):
            assert value == "-0" or body["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
        else:
            shown = body["data"]["updateOpportunity"]["record"]["amount"]
            assert shown in (value, value.rstrip("0").rstrip("."), "0", "0.00")


def test_an_integer_is_one_in_inputs_too(company: TestCompany) -> None:
    definition = company.snapshot.object("phrase").definition
    for value in INTEGERS[:-1]:
        refused(company, create(definition), i={"text": "短语", "sequence": value})
    assert company.value("select count(*) from {s}.phrase") == 0


@pytest.mark.parametrize("id", IDS)
def test_an_id_is_taken_as_issued_or_not_at_all(company: TestCompany, id: str) -> None:
    """M16: as the record of a mutation, as a relation, in a list, in a team, in a filter."""
    Rows(company).target("customer", company.people["admin"].number)
    user = company.people["bob"].id
    contact = company.snapshot.object("contact").definition
    refused(
        company,
        'mutation($i: ID!) { updateCustomer(id: $i, input: {remark: "x"}) { record { id } } }',
        i=id,
    )
    refused(
        company, "mutation($i: ID!) { deleteCustomers(ids: [$i]) { done failed { code } } }", i=id
    )
    refused(company, create(contact), i={"name": "甲", "customer": id})
    refused(company, "query($i: ID!) { customer(id: $i) { id } }", i=id)
    refused(
        company, "query($i: ID!) { contacts(where: {customer: {eq: $i}}) { totalCount } }", i=id
    )
    if not id.startswith("Lead:"):
        refused(company, "query($i: ID!) { node(id: $i) { id } }", i=id)
        refused(
            company,
            "mutation($i: ID!, $u: [ID!]!) { addTeamMembers(ids: [$i], users: $u) { done failed { code } } }",
            i=id,
            u=[user],
        )


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_no_database_takes_is_refused_by_every_kind_of_input(
    company: TestCompany, text: str
) -> None:
    """M25: one field of each type, in create, update, batch update, upsert key, structures."""
    seen = set()
    made, admin = Rows(company), company.people["admin"].number
    for index in company.snapshot.by_name.values():
        definition = index.definition
        if not definition.writable:
            continue
        for each in writable(definition, TEXT_KINDS):
            if each.type in seen:
                continue
            seen.add(each.type)
            base = made.input_of(definition.name, admin)
            refused(company, create(definition), i={**base, each.name: text})
            id = global_id(definition, made.target(definition.name, admin))
            refused(company, update(definition), id=id, i={each.name: text})
    assert {"text", "longText", "mobile", "telephone", "email", "choice", "date"} <= seen
    refused(
        company,
        "mutation($t: String) { upsertCustomer(by: {name: $t}, input: {}) { record { id } } }",
        t=text,
    )
    for region in ({"province": text}, {"province": "广东省", "detail": text}):
        refused(
            company,
            'mutation($r: RegionInput) { createCustomer(input: {name: "区", region: $r}) { record { id } } }',
            r=region,
        )
    refused(
        company,
        'mutation($t: String!) { addFollowUp(record: "Customer:1", text: $t) { record { id } } }',
        t=text,
    )
    refused(
        company,
        'mutation($t: String!) { copyRole(role: "Role:2", name: $t) { role { id } } }',
        t=text,
    )


@pytest.mark.parametrize("text", TEXTS)
def test_signing_in_with_such_text_is_refused_like_any_other(
    company: TestCompany, text: str
) -> None:
    query = "mutation($a: String!, $p: String!) { signIn(account: $a, password: $p) { token } }"
    for given in ({"a": text, "p": "x" * 8}, {"a": "13800000001", "p": text}):
        body = send(company, query, **given)
        codes = {error["extensions"]["code"] for error in body["errors"]}
        assert codes <= {*REFUSALS, "UNAUTHENTICATED", "RATE_LIMITED"}
    company.sql("delete from {s}.sign_in_attempt")


@pytest.mark.parametrize("count", [400, 800, 5000])
def test_one_field_repeated_without_alias_is_refused_at_once(
    company: TestCompany, count: int
) -> None:
    """M24."""
    query = "{ customers { nodes { " + "owner { name } " * count + "} } }"
    body = send(company, query)
    assert body["errors"][0]["extensions"]["code"] in ("TOO_COMPLEX", "GRAPHQL_PARSE_FAILED")
    assert "aborted" not in json.dumps(body)


def test_a_hidden_salary_cannot_be_guessed_by_questions(company: TestCompany) -> None:
    """M7: no question about the field is answered, so none of 29 gets nearer."""
    role = company.value("select id from {s}.role where key = 'salesperson'")
    company.client("admin").run(
        'mutation($r: ID!) { setFieldAccess(role: $r, fields: [{object: "contract",'
        ' field: "amount", access: HIDDEN}]) }',
        r=f"Role:{role}",
    )
    Rows(company).target("contract", company.people["alice"].number)
    alice = company.client("alice")
    assert alice.run("{ contracts { totalCount nodes { amount } } }")["contracts"] == {
        "totalCount": 1,
        "nodes": [{"amount": None}],
    }
    conditions = [
        f'{{ amount: {{ {word}: "500" }} }}' for word in ("gt", "gte", "lt", "lte", "eq", "ne")
    ]
    conditions += ['{ amount: { between: ["1", "2"] } }', "{ amount: { isNull: true } }"]
    conditions += ['{ amount: { in: ["1"] } }', '{ amount: { notIn: ["1"] } }']
    questions = []
    for each in conditions:
        for where in (
            each,
            f"{{ not: {each} }}",
            f'{{ or: [{each}, {{ name: {{ contains: "甲" }} }}] }}',
        ):
            questions += [
                f"{{ contracts(where: {where}) {{ totalCount }} }}",
                f"{{ contractGroups(where: {where}, groupBy: [{{ type: true }}]) {{ count }} }}",
                f"{{ customers(where: {{ contracts: {{ some: {where} }} }}) {{ totalCount }} }}",
                f"{{ customers {{ nodes {{ contracts(where: {where}) {{ totalCount }} }} }} }}",
                f"{{ payments(where: {{ contract: {{ is: {where} }} }}) {{ totalCount }} }}",
            ]
    for word in ("sum", "avg", "min", "max", "countDistinct"):
        questions.append(f"{{ contracts {{ aggregate {{ {word} {{ amount }} }} }} }}")
        questions.append(
            f"{{ contractGroups(groupBy: [{{ type: true }}]) {{ {word} {{ amount }} }} }}"
        )
    questions += [
        "{ contracts(orderBy: [{ amount: ASC }]) { nodes { id } } }",
        "{ payments(orderBy: [{ contract: { amount: ASC } }]) { nodes { id } } }",
        '{ contractGroups(groupBy: [{ type: true }], having: { sum: { amount: { gt: "1" } } }) { count } }',
        "{ contractGroups(groupBy: [{ type: true }], orderBy: [{ sum: { amount: ASC } }]) { count } }",
    ]
    for question in questions:
        failure = alice.refused(question)
        assert [error["extensions"]["code"] for error in failure.errors] == ["FIELD_FORBIDDEN"], (
            question
        )
