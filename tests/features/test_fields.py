"""An administrator changes fields while everybody works (FLD-02, FLD-03, FLD-10, E1)."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import parse

from metadata.changes.client_operations import save_operations
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot
from resolvers.sent_operations import Sent, operation_of
from schema.build import build_schema
from tests.harness.company import TestCompany
from tests.harness.metadata import (
    COPY,
    CREATE,
    REORDER,
    UPDATE,
    applied,
    change,
    differences,
    field,
    is_gone,
    of_field,
    options,
    problems,
)


def test_a_new_field_is_in_every_part_of_the_api_of_both_servers(company: TestCompany) -> None:
    admin = company.client("admin")
    made = applied(admin, CREATE, o="customer", f=field("预计年采购额", "amount"))
    name = made["name"]
    assert name == "yuJiNianCaiGouE"
    id = admin.run(
        f'mutation {{ createCustomer(input: {{name: "采购大户", {name}: "12.50"}}) {{ record {{ id }} }} }}'
    )["createCustomer"]["record"]["id"]
    for server in (0, 1):
        client = company.client("admin", server)
        found = client.run(
            f"""{{ customers(where: {{{name}: {{gte: "10"}}}}, orderBy: [{{{name}: DESC}}]) {{
                 nodes {{ id {name} }} aggregate {{ sum {{ {name} }} }} }}
               customerGroups(groupBy: [{{{name}: true}}]) {{ key {{ {name} }} count }} }}"""
        )
        assert found["customers"]["nodes"] == [{"id": id, name: "12.50"}]
        assert found["customers"]["aggregate"] == {"sum": {name: "12.50"}}
        assert {"key": {name: "12.50"}, "count": 1} in found["customerGroups"]
    assert differences(company) == []


def test_the_process_that_makes_a_change_builds_its_schema_once(company: TestCompany) -> None:
    """For the rehearsal; nobody waits for it a second time."""
    admin, log = company.client("admin", 0), company.servers[0].log
    admin.run("{ leads { totalCount } }")
    before = log.read_text().count("schema built")
    applied(admin, CREATE, o="lead", f={"label": {"zh": "一次"}, "name": "once", "type": "text"})
    admin.run("{ leads { nodes { once } } }")
    assert log.read_text().count("schema built") == before + 1


def test_a_field_that_is_used_says_by_what_before_it_goes(company: TestCompany) -> None:
    admin = company.client("admin")
    name = applied(admin, CREATE, o="customer", f=field("备用电话", "telephone"))["name"]
    role = company.value("select id from {s}.role where key = 'salesperson'")
    admin.run(
        """mutation($r: ID!, $n: String!) { setFieldAccess(role: $r, fields:
             [{object: "customer", field: $n, access: READ}]) }""",
        r=f"Role:{role}",
        n=name,
    )
    dry = change(admin, of_field("deleteField"), o="customer", n=name, dry=True)
    assert (dry["applied"], [each["kind"] for each in dry["impact"]]) == (False, ["role"])
    assert applied(admin, of_field("deleteField"), o="customer", n=name)["impact"] == dry["impact"]
    assert is_gone(admin, f"{{ customers {{ nodes {{ {name} }} }} }}")
    assert differences(company) == []


def test_a_restored_field_has_its_values_again(company: TestCompany) -> None:
    admin = company.client("admin")
    name = applied(admin, CREATE, o="lead", f=field("渠道", "text"))["name"]
    query = f'{{ leads(where: {{{name}: {{eq: "展会"}}}}) {{ totalCount }} }}'
    admin.run(
        f'mutation {{ createLead(input: {{name: "甲", {name}: "展会"}}) {{ record {{ id }} }} }}'
    )
    applied(admin, of_field("deleteField"), o="lead", n=name)
    assert differences(company) == []
    applied(company.client("admin", 1), of_field("restoreField"), o="lead", n=name)
    for server in (0, 1):
        assert company.client("admin", server).run(query)["leads"]["totalCount"] == 1
    assert differences(company) == []


@pytest.mark.parametrize(
    ("type", "rest", "value", "where"),
    [
        ("text", {"searchable": True}, "甲", {"contains": "甲"}),
        ("longText", {}, "多\n行", {"contains": "行"}),
        ("integer", {"minimum": "1"}, 7, {"eq": 7}),
        ("number", {"scale": 3}, "1.125", {"gt": "1"}),
        ("percent", {}, "12.50", {"lt": "13"}),
        ("boolean", {}, True, {"eq": True}),
        ("choice", {"choices": options("一级", "二级")}, "一级", {"eq": "一级"}),
        ("multipleChoice", {"choices": options("红", "蓝")}, ["红"], {"anyOf": ["红"]}),
        ("date", {}, "2026-03-31", {"eq": "2026-03-31"}),
        ("dateTime", {}, "2026-03-31T08:00:00Z", {"isNull": False}),
        ("mobile", {"maskable": True}, "13800000000", {"eq": "13800000000"}),
        ("email", {"unique": True}, "a@example.com", {"eq": "a@example.com"}),
        ("website", {}, "https://example.com", {"isEmpty": False}),
    ],
)
def test_every_type_can_be_added_written_and_filtered(
    company: TestCompany, type: str, rest: dict[str, Any], value: Any, where: dict[str, Any]
) -> None:
    admin = company.client("admin")
    name = applied(admin, CREATE, o="lead", f=field(f"新 {type}", type, **rest))["name"]
    made = admin.run(
        "mutation($i: LeadInput!) { createLead(input: $i) { record { id } } }",
        i={"name": f"产品 {type}", name: value},
    )
    found = company.client("admin", 1).run(
        "query($w: LeadWhere) { leads(where: $w) { nodes { id } } }", w={name: where}
    )
    assert found["leads"]["nodes"] == [made["createLead"]["record"]]
    assert differences(company) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "foo_bar"}, "BAD_NAME"),
        ({"name": "__x"}, "BAD_NAME"),
        ({"name": "Upper"}, "BAD_NAME"),
        ({"name": "%(x)s"}, "BAD_NAME"),
        ({"name": '"quoted"'}, "BAD_NAME"),
        ({"name": "x" * 41}, "BAD_NAME"),
        ({"name": "id"}, "BAD_NAME"),
        ({"name": "node"}, "BAD_NAME"),
        ({"name": "and"}, "BAD_NAME"),
        ({"name": "名称"}, "BAD_NAME"),
        ({"name": "WEBSITE"}, "BAD_NAME"),
        ({"name": "website"}, "NAME_TAKEN"),
        ({"name": "webSite"}, "NAME_TAKEN"),
        ({"name": "followUps"}, "NAME_TAKEN"),
        ({"label": {"zh": " "}}, "REQUIRED"),
        ({"label": {"zh": "长" * 251}}, "TOO_LONG"),
        ({"type": "record"}, "UNKNOWN_TYPE"),
        ({"type": "nothing"}, "UNKNOWN_TYPE"),
        ({"type": "choice"}, "REQUIRED"),
        ({"type": "choice", "choices": options("甲", "甲")}, "NOT_UNIQUE"),
        ({"type": "boolean", "unique": True}, "NOT_FOR_TYPE"),
        ({"type": "text", "minimum": "1"}, "NOT_FOR_TYPE"),
        ({"type": "number", "minimum": "2", "maximum": "1"}, "OUT_OF_RANGE"),
        ({"type": "number", "scale": 15}, "OUT_OF_RANGE"),
        ({"type": "integer", "default": "=x"}, "BAD_FORMAT"),
        ({"type": "integer", "default": "today"}, "BAD_FORMAT"),
        ({"required": True, "hidden": True}, "REQUIRED_HIDDEN"),
        ({"type": "relation"}, "UNKNOWN_OBJECT"),
        ({"type": "relation", "target": "contact", "inverse": "customer"}, "NAME_TAKEN"),
        ({"type": "subTable"}, "REQUIRED"),
        ({"width": 33}, "UNKNOWN_OPTION"),
    ],
)
def test_what_cannot_be_is_refused_with_its_path(
    company: TestCompany, given: dict[str, Any], code: str
) -> None:
    found = problems(
        company.client("admin"), CREATE, o="customer", f={**field("坏", "text"), **given}
    )
    assert code in [each for _, each in found], found
    assert all(path.startswith("input.") for path, _ in found)


def test_labels_are_free_text_and_never_become_names_of_columns(company: TestCompany) -> None:
    """Two labels of 69 bytes that differ in the last character, quotes, emoji (M12)."""
    admin = company.client("admin")
    labels = ["客" * 22 + "甲", "客" * 22 + "乙", '\'; drop table "x" --', "😀", "%(x)s", "id"]
    names = [applied(admin, CREATE, o="contact", f=field(zh, "text"))["name"] for zh in labels]
    assert len({name.lower() for name in names}) == len(labels)
    found = replace(admin, language="zh").run(
        "{ metadata { objects { name fields { name label } } } }"
    )
    (contact,) = [o for o in found["metadata"]["objects"] if o["name"] == "contact"]
    shown = {each["name"]: each["label"] for each in contact["fields"]}
    assert [shown[name] for name in names] == labels
    columns = company.sql(
        "select attname from pg_attribute where attrelid = (:schema || '.contact')::regclass"
        " and attnum > 0 and attname ~ '^c[0-9]'",
        schema=company.company.schema,
    )
    assert all(each["attname"].isascii() and len(each["attname"]) < 12 for each in columns)
    assert differences(company) == []


def test_options_change_while_stored_values_stay(company: TestCompany) -> None:
    admin = company.client("admin")
    choices = options("A", "B")
    name = applied(admin, CREATE, o="lead", f=field("档次", "choice", choices=choices))["name"]
    create = "mutation($i: LeadInput!) { createLead(input: $i) { record { id } } }"
    id = admin.run(create, i={"name": "甲", name: "A"})["createLead"]["record"]["id"]
    changed = [
        {"value": "C", "label": {"zh": "丙"}},
        {"value": "A", "label": {"zh": "甲等"}, "color": "#ff0000", "retired": True},
        {"value": "B", "label": {"zh": "乙等"}},
    ]
    applied(admin, UPDATE, o="lead", n=name, f={"choices": changed})
    assert problems(admin, UPDATE, o="lead", n=name, f={"choices": options("C")}) == [
        ("input.choices", "OPTION_GONE")
    ]
    other = company.client("admin", 1)
    read = other.run(f"query($i: ID!) {{ lead(id: $i) {{ {name} }} }}", i=id)
    assert read["lead"] == {name: "A"}
    assert (
        other.refused(create, i={"name": "乙", name: "A"}).problems[0]["code"] == "UNKNOWN_OPTION"
    )
    assert other.run(create, i={"name": "丙", name: "C"})["createLead"]


def test_unique_and_required_name_the_rows_that_stand_against_them(company: TestCompany) -> None:
    admin = company.client("admin")
    name = applied(admin, CREATE, o="campaign", f=field("编码", "text"))["name"]
    create = "mutation($i: CampaignInput!) { createCampaign(input: $i) { record { id } } }"
    ids = [
        admin.run(create, i={"name": f"活动 {n}", name: value})["createCampaign"]["record"]["id"]
        for n, value in enumerate(["x", "X", None])
    ]
    refused = change(admin, UPDATE, o="campaign", n=name, f={"unique": True, "required": True})
    assert [(each["code"], each["ids"]) for each in refused["problems"]] == [
        ("NOT_UNIQUE_ROWS", ids[:2]),
        ("REQUIRED_ROWS", ids[2:]),
    ]
    update = """mutation($i: ID!, $f: CampaignPatch!) {
      updateCampaign(id: $i, input: $f) { record { id } } }"""
    for id, value in zip(ids, "abc", strict=True):
        admin.run(update, i=id, f={name: value})
    applied(admin, UPDATE, o="campaign", n=name, f={"unique": True, "required": True})
    other = company.client("admin", 1)
    assert other.refused(create, i={"name": "又", name: "A"}).problems[0]["code"] == "NOT_UNIQUE"
    assert other.refused(create, i={"name": "空"}).problems[0]["code"] == "REQUIRED"
    assert differences(company) == []


def test_a_type_changes_only_where_no_value_is_lost(company: TestCompany) -> None:
    admin = company.client("admin")
    name = applied(admin, CREATE, o="lead", f=field("联系方式", "mobile"))["name"]
    admin.run(
        f'mutation {{ createLead(input: {{name: "电", {name}: "13800000000"}}) {{ record {{ id }} }} }}'
    )
    assert problems(admin, UPDATE, o="lead", n=name, f={"type": "integer"}) == [
        ("input.type", "TYPE_LOSES_VALUES")
    ]
    applied(admin, UPDATE, o="lead", n=name, f={"type": "text"})
    found = company.client("admin", 1).run(
        f"{{ leads(first: 1, orderBy: [{{{name}: ASC}}]) {{ nodes {{ {name} }} }} }}"
    )
    assert found["leads"]["nodes"] == [{name: "13800000000"}]
    amount = applied(admin, CREATE, o="lead", f=field("费用", "amount", precision=10))["name"]
    applied(admin, UPDATE, o="lead", n=amount, f={"precision": 12})
    admin.run(
        f'mutation {{ createLead(input: {{name: "钱", {amount}: "1234567.5"}}) {{ record {{ id }} }} }}'
    )
    assert problems(admin, UPDATE, o="lead", n=amount, f={"precision": 8})[0][1] == (
        "TYPE_LOSES_ROWS"
    )
    assert differences(company) == []


def test_what_ships_changes_as_far_as_it_says(company: TestCompany) -> None:
    admin = company.client("admin")
    applied(admin, UPDATE, o="customer", n="website", f={"label": {"zh": "官网"}, "hidden": True})
    assert is_gone(company.client("admin", 1), "{ customers { nodes { website } } }")
    applied(admin, UPDATE, o="customer", n="website", f={"hidden": False})
    company.client("admin", 1).run("{ customers { nodes { website } } }")
    for name, patch in (
        ("name", {"hidden": True}),
        ("name", {"required": False}),
        ("website", {"type": "text"}),
        ("dealStatus", {"choices": options("X")}),
        ("createdAt", {"required": False}),
    ):
        assert problems(admin, UPDATE, o="customer", n=name, f=patch), (name, patch)
    assert problems(admin, of_field("deleteField"), o="customer", n="website") == [
        ("name", "NOT_DELETABLE")
    ]
    assert problems(admin, UPDATE, o="customer", n="nothing", f={})[0][1] == "UNKNOWN_FIELD"


def test_fields_are_copied_and_put_in_order(company: TestCompany) -> None:
    admin = company.client("admin")
    first = applied(
        admin,
        CREATE,
        o="contact",
        f=field("血型", "choice", choices=options("A", "B"), group="个人"),
    )["name"]
    copy = {"label": {"zh": "配偶血型"}, "to": "customer"}
    copied = applied(admin, COPY, o="contact", n=first, f=copy)["name"]
    applied(admin, REORDER, o="contact", n=[first, "name"])
    found = company.client("admin", 1).run(
        "{ metadata { objects { name fields { name group choices { value } } } } }"
    )
    fields = {o["name"]: o["fields"] for o in found["metadata"]["objects"]}
    assert [each["name"] for each in fields["contact"]][:2] == [first, "name"]
    assert fields["contact"][0]["group"] == "个人"
    (made,) = [each for each in fields["customer"] if each["name"] == copied]
    assert [each["value"] for each in made["choices"]] == ["A", "B"]


def test_a_dry_run_changes_nothing(company: TestCompany) -> None:
    admin = company.client("admin")
    version = admin.run("{ metadata { version } }")["metadata"]["version"]
    dry = change(admin, CREATE, o="lead", f=field("试", "text"), dry=True)
    assert (dry["applied"], dry["version"], dry["name"]) == (False, version, "shi")
    assert admin.run("{ metadata { version } }")["metadata"]["version"] == version
    assert problems(admin, CREATE, o="lead", f=field(" ", "text"), dry=True)


def test_only_those_who_write_roles_change_metadata(company: TestCompany) -> None:
    for person in ("alice", "manager", "finance", ""):
        refused = company.client(person).refused(CREATE, o="lead", f=field("无权", "text"))
        assert refused.code == ("FORBIDDEN" if person else "UNAUTHENTICATED")


def test_operations_that_clients_sent_are_told_before_a_field_goes(company: TestCompany) -> None:
    admin = company.client("admin")
    name = applied(admin, CREATE, o="invoice", f=field("抬头备注", "text"))["name"]
    sent = Sent(
        parse(f"query Report($w: InvoiceWhere) {{ invoices(where: $w) {{ nodes {{ {name} }} }} }}"),
        "Report",
        (),
        build_schema(load(company)).graphql,
        load(company),
    )
    with company.engine.begin() as connection:
        save_operations(connection, company.company.schema, [operation_of(sent)])
    dry = change(admin, of_field("deleteField"), o="invoice", n=name, dry=True)
    assert [(each["kind"], each["name"]) for each in dry["impact"]] == [("operation", "Report")]


def load(company: TestCompany) -> Snapshot:
    with company.engine.begin() as connection:
        return load_snapshot(connection, company.company.schema)


def test_number_rules_and_option_logic_come_with_their_fields(company: TestCompany) -> None:
    admin = company.client("admin")
    rule = {
        "parts": [{"kind": "TEXT", "text": "XS-"}, {"kind": "COUNTER"}],
        "digits": 3,
    }
    number = field("线索编号", "autoNumber", unique=True, numberRule=rule)
    name = applied(admin, CREATE, o="lead", f=number)["name"]
    id = admin.run('mutation { createLead(input: {name: "编号"}) { record { id } } }')
    found = company.client("admin", 1).run(
        f"query($i: ID!) {{ lead(id: $i) {{ {name} }} }}", i=id["createLead"]["record"]["id"]
    )
    assert found["lead"] == {name: "XS-001"}
    assert problems(admin, CREATE, o="lead", f=field("坏编号", "autoNumber")) != []
    shown = applied(admin, CREATE, o="lead", f=field("说明", "text"))["name"]
    logic = {
        "choices": options("其他", "无"),
        "shows": [{"option": "其他", "fields": [shown]}],
    }
    applied(admin, CREATE, o="lead", f=field("原因", "choice", **logic))
    dry = change(admin, of_field("deleteField"), o="lead", n=shown, dry=True)
    assert [each["kind"] for each in dry["impact"]] == ["optionLogic"]
    applied(admin, of_field("deleteField"), o="lead", n=shown)
    assert differences(company) == []
