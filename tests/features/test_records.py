"""OBJ-01, OBJ-02, OBJ-11, OBJ-12, OBJ-19, OBJ-20, OBJ-21: writing records over HTTP."""

import pytest

from tests.harness.company import TestCompany

CREATE = """mutation($input: CustomerInput!) {
  createCustomer(input: $input) { record { id version name mobile level owner { id } createdBy { id } } }
}"""
UPDATE = """mutation($id: ID!, $input: CustomerPatch!, $version: Int) {
  updateCustomer(id: $id, input: $input, version: $version) { record { id version name mobile level } }
}"""
DELETE = """mutation($ids: [ID!]!) {
  deleteCustomers(ids: $ids) { done failed { id code message } }
}"""


def create(company: TestCompany, person: str, **values: object) -> str:
    """Creates a customer as a person and returns its id."""
    data = company.client(person).run(CREATE, input=values)
    found: str = data["createCustomer"]["record"]["id"]
    return found


def traces(company: TestCompany) -> tuple[int, int, int]:
    """How many customers, log rows and outbox rows there are: a refusal changes none."""
    return (
        company.value("select count(*) from {s}.customer"),
        company.value("select count(*) from {s}.operation_log"),
        company.value("select count(*) from {s}.outbox"),
    )


def test_the_creator_becomes_owner(company: TestCompany) -> None:
    data = company.client("alice").run(
        CREATE, input={"name": "创建人公司", "mobile": "13811112222"}
    )
    record = data["createCustomer"]["record"]
    alice = company.people["alice"].id
    assert (record["version"], record["owner"]["id"], record["createdBy"]["id"]) == (
        1,
        alice,
        alice,
    )


def test_all_problems_of_an_input_come_together(company: TestCompany) -> None:
    before = traces(company)
    failure = company.client("alice").refused(
        CREATE, input={"name": "  ", "mobile": "12", "level": "ZZZ", "email": "nobody"}
    )
    assert failure.code == "INVALID_INPUT"
    found = {(tuple(p["path"]), p["code"]) for p in failure.problems}
    assert found == {
        (("input", "name"), "REQUIRED"),
        (("input", "mobile"), "BAD_FORMAT"),
        (("input", "level"), "UNKNOWN_OPTION"),
        (("input", "email"), "BAD_FORMAT"),
    }
    assert traces(company) == before


def test_problems_speak_the_language_of_the_request(company: TestCompany) -> None:
    client = company.client("alice")
    chinese = client.post(CREATE, {"input": {}}, {"Accept-Language": "zh-CN"}).json()
    assert any(
        "一" <= c <= "鿿" for c in chinese["errors"][0]["extensions"]["problems"][0]["message"]
    )


def test_an_update_changes_what_it_names_and_nothing_else(company: TestCompany) -> None:
    id = create(company, "alice", name="更新公司", mobile="13833334444", level="A")
    data = company.client("alice").run(UPDATE, id=id, input={"level": "B"})
    record = data["updateCustomer"]["record"]
    assert (record["version"], record["level"], record["mobile"]) == (2, "B", "13833334444")


def test_null_empties_a_field(company: TestCompany) -> None:
    id = create(company, "alice", name="清空公司", mobile="13833334445")
    data = company.client("alice").run(UPDATE, id=id, input={"mobile": None})
    assert data["updateCustomer"]["record"]["mobile"] is None


def test_an_update_without_a_change_writes_nothing(company: TestCompany) -> None:
    id = create(company, "alice", name="不变公司", level="A")
    before = traces(company)
    data = company.client("alice").run(UPDATE, id=id, input={"level": "A"})
    assert data["updateCustomer"]["record"]["version"] == 1
    assert traces(company) == before


def test_an_old_version_is_refused_and_names_the_changed_fields(company: TestCompany) -> None:
    id = create(company, "alice", name="版本公司", level="A")
    company.client("alice").run(UPDATE, id=id, input={"level": "B"}, version=1)
    failure = company.client("alice", 1).refused(UPDATE, id=id, input={"level": "C"}, version=1)
    assert failure.code == "CONFLICT"
    extensions = failure.errors[0]["extensions"]
    assert (extensions["currentVersion"], extensions["changedFields"]) == (2, ["level"])


@pytest.mark.parametrize("person", ["bob", "carol", "finance"])
def test_who_may_not_change_a_customer_leaves_no_trace(company: TestCompany, person: str) -> None:
    id = create(company, "alice", name=f"别人的公司 {person}")
    before = traces(company)
    failure = company.client(person).refused(UPDATE, id=id, input={"name": "改名"})
    assert failure.code in ("NOT_FOUND", "FORBIDDEN")
    assert traces(company) == before


def test_nobody_can_write_without_signing_in(company: TestCompany) -> None:
    before = traces(company)
    assert company.client("").refused(CREATE, input={"name": "匿名"}).code == "UNAUTHENTICATED"
    assert traces(company) == before


@pytest.mark.parametrize("field", ["id", "version", "createdAt", "owner", "createdBy", "dealtAt"])
def test_system_fields_are_no_part_of_an_input(company: TestCompany, field: str) -> None:
    answer = company.client("admin").post(
        "mutation($input: CustomerInput!) { createCustomer(input: $input) { record { id } } }",
        {"input": {"name": "系统字段", field: "1"}},
    )
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] in ("GRAPHQL_VALIDATION_FAILED", "INVALID_INPUT")


def test_the_log_says_who_changed_what_from_what_to_what(company: TestCompany) -> None:
    id = create(company, "alice", name="日志公司", level="A")
    company.client("alice").run(UPDATE, id=id, input={"level": "B"})
    data = company.client("alice").run(
        "query($id: ID!) { customer(id: $id) { operationLog(orderBy: [{at: ASC}]) {"
        " nodes { action actor { id } changes } } } }",
        id=id,
    )
    created, updated = data["customer"]["operationLog"]["nodes"]
    assert created["action"] == "create" or created["action"] == "CREATE"
    assert updated["changes"] == [{"field": "level", "old": "A", "new": "B"}]
    assert updated["actor"]["id"] == company.people["alice"].id


@pytest.mark.parametrize(
    "statement",
    [
        "update {s}.operation_log set action = 'x'",
        "delete from {s}.operation_log",
        "truncate {s}.operation_log",
    ],
)
def test_the_log_cannot_be_altered_by_the_database_role(
    company: TestCompany, statement: str
) -> None:
    create(company, "alice", name=f"追加公司 {statement[:8]}")
    before = company.value("select count(*) from {s}.operation_log")
    with pytest.raises(Exception, match="append"):
        company.sql(statement)
    assert company.value("select count(*) from {s}.operation_log") == before


def test_deleting_moves_to_the_trash_and_restoring_brings_back(company: TestCompany) -> None:
    client = company.client("alice")
    id = create(company, "alice", name="回收公司")
    assert client.run(DELETE, ids=[id])["deleteCustomers"] == {"done": [id], "failed": []}
    assert client.run("query($id: ID!) { customer(id: $id) { id } }", id=id)["customer"] is None
    done = client.run(
        "mutation($ids: [ID!]!) { restoreCustomers(ids: $ids) { done failed { code } } }", ids=[id]
    )
    assert done["restoreCustomers"]["done"] == [id]
    found = client.run("query($id: ID!) { customer(id: $id) { id } }", id=id)
    assert found["customer"] == {"id": id}


def test_purging_needs_the_trash_first(company: TestCompany) -> None:
    client = company.client("alice")
    purge = "mutation($ids: [ID!]!) { purgeCustomers(ids: $ids) { done failed { id code } } }"
    id = create(company, "alice", name="清除公司")
    assert client.run(purge, ids=[id])["purgeCustomers"]["done"] == []
    client.run(DELETE, ids=[id])
    assert client.run(purge, ids=[id])["purgeCustomers"]["done"] == [id]
    number = int(id.split(":")[1])
    assert company.value("select count(*) from {s}.customer where id = :id", id=number) == 0


def test_a_customer_with_a_contact_is_not_deleted_and_says_so(company: TestCompany) -> None:
    client = company.client("alice")
    id = create(company, "alice", name="有联系人公司")
    client.run(
        'mutation($c: ID!) { createContact(input: {name: "联系人", customer: $c}) { record { id } } }',
        c=id,
    )
    result = client.run(DELETE, ids=[id])["deleteCustomers"]
    assert result["done"] == []
    (failure,) = result["failed"]
    assert (failure["id"], failure["code"]) == (id, "STILL_REFERENCED")


def test_a_batch_update_reports_each_record(company: TestCompany) -> None:
    mine = create(company, "alice", name="批量一")
    other = create(company, "carol", name="批量二")
    result = company.client("alice").run(
        'mutation($ids: [ID!]!) { batchUpdateCustomers(ids: $ids, input: {level: "C"}) {'
        " done failed { id code message } } }",
        ids=[mine, other],
    )["batchUpdateCustomers"]
    assert result["done"] == [mine]
    assert [(f["id"], f["code"]) for f in result["failed"]] == [(other, "NOT_FOUND")]


def test_an_atomic_batch_does_all_or_nothing(company: TestCompany) -> None:
    mine = create(company, "alice", name="原子一", level="A")
    other = create(company, "carol", name="原子二")
    before = traces(company)
    answer = (
        company.client("alice")
        .post(
            'mutation($ids: [ID!]!) { batchUpdateCustomers(ids: $ids, input: {level: "C"},'
            " atomic: true) { done failed { id code } } }",
            {"ids": [mine, other]},
        )
        .json()
    )
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert traces(company) == before


def test_an_upsert_by_a_unique_field_creates_then_updates(company: TestCompany) -> None:
    upsert = """mutation($name: String!, $level: String) {
      upsertCustomer(by: {name: $name}, input: {name: $name, level: $level}) {
        record { id version level } } }"""
    client = company.client("alice")
    first = client.run(upsert, name="合并插入", level="A")["upsertCustomer"]["record"]
    second = client.run(upsert, name="合并插入", level="B")["upsertCustomer"]["record"]
    assert first["id"] == second["id"]
    assert (second["version"], second["level"]) == (2, "B")


def test_an_upsert_does_not_reach_a_foreign_record(company: TestCompany) -> None:
    create(company, "carol", name="别人的唯一")
    before = traces(company)
    failure = company.client("alice").refused(
        'mutation { upsertCustomer(by: {name: "别人的唯一"}, input: {name: "别人的唯一",'
        ' level: "A"}) { record { id } } }'
    )
    assert failure.code in ("INVALID_INPUT", "NOT_FOUND", "FORBIDDEN")
    assert traces(company) == before


def test_unique_ignores_case_and_width_and_blank_and_trash(company: TestCompany) -> None:
    client = company.client("alice")
    id = create(company, "alice", name="Unique Ltd")
    for spelling in ("unique ltd", "UNIQUE LTD ", "Ｕnique Ltd", "Unique​ Ltd"):
        failure = client.refused(CREATE, input={"name": spelling})
        assert [p["code"] for p in failure.problems] == ["NOT_UNIQUE"], spelling
    client.run(DELETE, ids=[id])
    again = create(company, "alice", name="unique ltd")
    restored = client.run(
        "mutation($ids: [ID!]!) { restoreCustomers(ids: $ids) { done failed { code } } }", ids=[id]
    )["restoreCustomers"]
    assert (restored["done"], again != id) == ([], True)
    assert len(restored["failed"]) == 1


def test_a_relation_to_what_one_may_not_see_is_a_bad_reference(company: TestCompany) -> None:
    foreign = create(company, "carol", name="看不见的公司")
    before = traces(company)
    failure = company.client("alice").refused(
        'mutation($c: ID!) { createContact(input: {name: "某人", customer: $c}) { record { id } } }',
        c=foreign,
    )
    assert [(p["path"], p["code"]) for p in failure.problems] == [
        (["input", "customer"], "BAD_REFERENCE")
    ]
    assert traces(company) == before


@pytest.mark.parametrize("id", ["Customer:01", "customer:1", "Customer:１", "Customer:1 ", "1", ""])
def test_only_an_id_as_issued_is_an_id(company: TestCompany, id: str) -> None:
    failure = company.client("alice").refused("query($id: ID!) { customer(id: $id) { id } }", id=id)
    assert (failure.code, failure.problems[0]["code"]) == ("INVALID_INPUT", "BAD_ID")
