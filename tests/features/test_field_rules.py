"""Number rules, option logic, tags and sub-tables made by mutation, and what refuses them."""

from typing import Any

from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, change, differences, field, of_field

COUNTER = {"kind": "COUNTER"}


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "label": {"zh": value, "en": value}, **more}


def told(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(each["path"]), each["code"]) for each in answer["problems"]]


def test_an_auto_number_is_added_and_counts_at_both_servers(company: TestCompany) -> None:
    rule = {
        "parts": [{"kind": "TEXT", "text": "XS-"}, {"kind": "DATE", "format": "yyyy"}, COUNTER],
        "reset": "YEARLY",
        "digits": 3,
    }
    made = field("线索编号", "autoNumber", name="code", unique=True, numberRule=rule)
    applied(company.client("admin"), CREATE, o="lead", f=made)
    query = 'mutation { createLead(input: {name: "线索"}) { record { code } } }'
    codes = [
        company.client("alice", server).run(query)["createLead"]["record"]["code"]
        for server in (0, 1)
    ]
    assert [code[-3:] for code in codes] == ["001", "002"]
    assert {code[:3] for code in codes} == {"XS-"}
    assert differences(company) == []


def test_a_wrong_rule_is_told_by_a_dry_run(company: TestCompany) -> None:
    rule = {"parts": [{"kind": "FIELD", "field": "level"}], "reset": "DAILY", "step": 0}
    made = field("坏编号", "autoNumber", numberRule=rule)
    answer = change(company.client("admin"), CREATE, o="customer", f=made, dry=True)
    assert told(answer) == [
        ("input.unique", "NUMBER_NOT_UNIQUE"),
        ("input.numberRule.parts", "NUMBER_COUNTER"),
        ("input.numberRule.reset", "NUMBER_RESET"),
        ("input.numberRule.step", "OUT_OF_RANGE"),
        ("input.numberRule.parts.0", "FIELD_NOT_ALLOWED"),
    ]
    plain = field("无编号", "text", numberRule={"parts": [COUNTER]})
    answer = change(company.client("admin"), CREATE, o="customer", f=plain, dry=True)
    assert told(answer) == [("input.numberRule", "FIELD_NOT_ALLOWED")]


def test_the_rule_of_contracts_can_be_changed(company: TestCompany) -> None:
    rule = {"parts": [{"kind": "TEXT", "text": "HT"}, COUNTER], "start": 900, "manual": True}
    admin = company.client("admin")
    applied(admin, UPDATE, o="contract", n="number", f={"numberRule": rule})
    customer = company.insert("customer", name="规则客户", owner=company.people["admin"].number)
    made = company.client("admin", 1).run(
        "mutation($i: ContractInput!) { createContract(input: $i) { record { number } } }",
        i={
            "name": "合同",
            "customer": f"Customer:{customer}",
            "amount": "1",
            "signedOn": "2026-03-31",
        },
    )
    assert made["createContract"]["record"]["number"] == "HT0900"
    answer = change(admin, UPDATE, o="contract", n="number", f={"unique": False})
    assert told(answer) == [("input.unique", "NOT_CHANGEABLE")]


def test_a_text_becomes_an_auto_number_that_goes_on_after_it(company: TestCompany) -> None:
    admin = company.client("admin")
    applied(admin, CREATE, o="product", f=field("旧号", "text", name="mark", unique=True))
    query = "mutation($i: ProductInput!) { createProduct(input: $i) { record { mark } } }"
    category = company.insert("productCategory", name="类")
    values = {"category": f"ProductCategory:{category}", "price": "1"}
    for mark in ("M0041", "旧货"):
        admin.run(query, i={"name": mark, "code": mark, "mark": mark, **values})
    patch = {
        "type": "autoNumber",
        "numberRule": {"parts": [{"kind": "TEXT", "text": "M"}, COUNTER]},
    }
    applied(admin, UPDATE, o="product", n="mark", f=patch)
    made = company.client("admin", 1).run(query, i={"name": "新", "code": "新", **values})
    assert made["createProduct"]["record"]["mark"] == "M0042"
    assert differences(company) == []


def test_option_logic_is_made_by_mutation_and_told_when_its_field_goes(
    company: TestCompany,
) -> None:
    admin = company.client("admin")
    applied(admin, CREATE, o="lead", f=field("原因", "text", name="reason"))
    kind = field("类型", "choice", name="kind")
    kind["choices"] = [option("GOOD"), option("BAD")]
    kind["shows"] = [{"option": "BAD", "fields": ["reason"]}]
    applied(admin, CREATE, o="lead", f=kind)
    query = "mutation($i: LeadInput!) { createLead(input: $i) { record { reason } } }"
    for server, (chosen, kept) in enumerate((("GOOD", None), ("BAD", "贵"))):
        values = {"name": "逻辑", "kind": chosen, "reason": "贵"}
        made = company.client("alice", server).run(query, i=values)
        assert made["createLead"]["record"]["reason"] == kept
    gone = applied(admin, of_field("deleteField"), o="lead", n="reason")
    assert [(each["kind"], each["name"]) for each in gone["impact"]] == [
        ("optionLogic", "lead.kind")
    ]
    assert differences(company) == []


def test_a_cycle_of_options_is_refused(company: TestCompany) -> None:
    admin = company.client("admin")
    first, second = field("甲", "choice", name="first"), field("乙", "choice", name="second")
    first["choices"] = [option("A")]
    second["choices"] = [option("A")]
    second["shows"] = [{"option": "A", "fields": ["first"]}]
    applied(admin, CREATE, o="customer", f=first)
    applied(admin, CREATE, o="customer", f=second)
    patch = {"shows": [{"option": "A", "fields": ["second"]}]}
    answer = change(admin, UPDATE, o="customer", n="first", f=patch, dry=True)
    assert sorted(told(answer)) == [
        ("fields.second.shows", "OPTION_CYCLE"),
        ("input.shows", "OPTION_CYCLE"),
    ]


def test_tags_and_sub_tables_are_made_by_mutation(company: TestCompany) -> None:
    admin = company.client("admin")
    tag = field("标签", "tag", name="marks")
    tag["choices"] = [option("KEY", color="#f00", group={"zh": "价值", "en": "Value"})]
    applied(admin, CREATE, o="customer", f=tag)
    rows = field("明细", "subTable", name="items")
    rows["rows"] = [
        field("品名", "text", name="title", required=True),
        field("经办人", "user", name="who"),
    ]
    applied(admin, CREATE, o="customer", f=rows)
    query = "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { marks items } } }"
    who = company.people["bob"].id
    items = [{"title": "床", "who": who}]
    values = {"name": "一", "marks": ["KEY"], "items": items}
    made = company.client("alice", 1).run(query, i=values)
    assert made["createCustomer"]["record"] == {"marks": ["KEY"], "items": items}
    bad = company.client("alice").refused(
        query, i={**values, "name": "二", "items": [{"who": who}]}
    )
    assert [(p["path"], p["code"]) for p in bad.problems] == [
        (["input", "items", 0, "title"], "REQUIRED")
    ]
    wrong = field("坏明细", "subTable")
    wrong["rows"] = [field("签名", "signature", name="sign"), field("号", "autoNumber", name="n")]
    answer = change(admin, CREATE, o="customer", f=wrong, dry=True)
    assert [code for _, code in told(answer)] == ["FIELD_NOT_ALLOWED", "FIELD_NOT_ALLOWED"]


def test_a_sub_table_has_no_column_of_relations(company: TestCompany) -> None:
    admin = company.client("admin")
    relation = field("客户", "relation", name="other")
    wrong = field("明细", "subTable", name="lines", rows=[relation])
    answer = change(admin, CREATE, o="lead", f=wrong)
    assert told(answer) == [("input.rows.other.type", "FIELD_NOT_ALLOWED")]
    people = [field("部门", "department", name="unit"), field("参与人", "users", name="who")]
    applied(admin, CREATE, o="lead", f={**wrong, "rows": people})
    answer = change(admin, UPDATE, o="lead", n="lines", f={"rows": [*people, relation]})
    assert told(answer) == [("input.rows.other.type", "FIELD_NOT_ALLOWED")]
