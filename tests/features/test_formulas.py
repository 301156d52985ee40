"""FLD-08 through HTTP: formulas and roll-ups in every way in, in every use, as the rights allow."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from metadata.migrate import migrate_company
from metadata.model import FieldDef, Label, RollUpDef
from metadata.standard import STANDARD
from tests.harness.company import TestCompany
from tests.harness.objects import Objects, change_objects, differences, with_fields

LARGE = json.dumps({"amount": {"gte": "100"}, "name": {"notContains": "test"}})


def formula(name: str, type: str, text: str, **more: Any) -> FieldDef:
    column = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return FieldDef(
        name=name, type=type, label=Label(name, name), column=column, formula=text, **more
    )


def roll_up(name: str, type: str, function: str, field: str = "", where: str = "") -> FieldDef:
    made = RollUpDef(relation="opportunities", function=function, field=field, where=where)
    return replace(formula(name, type, ""), roll_up=made)


CUSTOMER = (
    formula("greeting", "text", 'IF(ISNULL(remark), "无备注", name & "·" & LEFT(remark, 2))'),
    formula("score", "number", "LEN(name) * 10 / (LEN(name) - 2)"),
    formula("doubled", "number", "score * 2"),
    formula("short", "boolean", "score > 20"),
    formula("createdDay", "date", "DATE(createdAt)"),
    formula("ageDays", "integer", "DAYS(TODAY(), createdAt)"),
    formula("older", "boolean", "ageDays >= 1"),
)


ROLL_UPS = (
    roll_up("deals", "integer", "count"),
    roll_up("volume", "amount", "sum", "amount"),
    roll_up("largeVolume", "amount", "sum", "amount", LARGE),
    roll_up("smallest", "amount", "min", "amount"),
    roll_up("latestClose", "date", "max", "expectedCloseOn"),
    roll_up("meanDeal", "number", "avg", "amount"),
    roll_up("weighted", "number", "sum", "halfAmount"),
    formula("perDeal", "amount", "volume / deals"),
)
VALUES = "deals volume largeVolume smallest latestClose meanDeal weighted perDeal"
NONE = {
    "deals": 0,
    "volume": "0.00",
    "largeVolume": "0.00",
    "smallest": None,
    "latestClose": None,
    "meanDeal": None,
    "weighted": "0.0000",
    "perDeal": None,
}


def add_all(objects: Objects) -> Objects:
    objects = with_fields(objects, "opportunity", formula("halfAmount", "number", "amount / 2"))
    return with_fields(objects, "customer", *CUSTOMER, *ROLL_UPS)


@pytest.fixture(scope="module")
def shop(make_company: Callable[[], TestCompany]) -> TestCompany:
    company = make_company()
    alice = company.people["alice"].number
    old = company.insert("customer", name="甲乙丙", owner=alice)
    company.insert("opportunity", name="旧", customer=old, owner=alice, amount=Decimal(40))
    change_objects(company, add_all)
    return company


def create(company: TestCompany, **values: object) -> str:
    made: str = company.client("alice").run(
        "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }", i=values
    )["createCustomer"]["record"]["id"]
    return made


def customer(company: TestCompany, id: str, fields: str, person: str = "alice") -> Any:
    return company.client(person).run(
        f"query($id: ID!) {{ customer(id: $id) {{ {fields} }} }}", id=id
    )["customer"]


def names(company: TestCompany, arguments: str, person: str = "alice") -> list[str]:
    found = company.client(person, server=1).run(
        f"{{ customers({arguments}) {{ nodes {{ name }} }} }}"
    )
    return [node["name"] for node in found["customers"]["nodes"]]


def test_rows_that_were_there_have_values_at_once(shop: TestCompany) -> None:
    assert customer(shop, "Customer:1", f"greeting score doubled short {VALUES}") == {
        "greeting": "无备注",
        "score": "30.0000",
        "doubled": "60.0000",
        "short": True,
        **NONE,
        "deals": 1,
        "volume": "40.00",
        "smallest": "40.00",
        "meanDeal": "40.0000",
        "weighted": "20.0000",
        "perDeal": "40.00",
    }


def deal(company: TestCompany, customer: str, name: str = "商机", **values: object) -> str:
    made: str = company.client("alice").run(
        "mutation($i: OpportunityInput!) { createOpportunity(input: $i) { record { id } } }",
        i={"name": name, "customer": customer, **values},
    )["createOpportunity"]["record"]["id"]
    return made


def change(company: TestCompany, id: str, **values: object) -> None:
    company.client("alice").run(
        "mutation($id: ID!, $i: OpportunityPatch!) {"
        " updateOpportunity(id: $id, input: $i) { record { id } } }",
        id=id,
        i=values,
    )


def each_way(company: TestCompany, verb: str, *ids: str) -> None:
    done = company.client("admin").run(
        f"mutation($ids: [ID!]!) {{ {verb}(ids: $ids) {{ done failed {{ code }} }} }}",
        ids=list(ids),
    )[verb]
    assert done == {"done": list(ids), "failed": []}


def test_a_formula_follows_its_fields_through_create_update_and_batch(shop: TestCompany) -> None:
    id = create(shop, name="abc", remark="第一")
    assert customer(shop, id, "greeting score")["greeting"] == "abc·第一"
    client = shop.client("alice")
    client.run(
        'mutation($id: ID!) { updateCustomer(id: $id, input: {name: "abcd"})'
        " { record { score doubled } } }",
        id=id,
    )
    assert customer(shop, id, "greeting score doubled") == {
        "greeting": "abcd·第一",
        "score": "20.0000",
        "doubled": "40.0000",
    }
    client.run(
        "mutation($ids: [ID!]!) { batchUpdateCustomers(ids: $ids, input: {remark: null}) { done } }",
        ids=[id],
    )
    assert customer(shop, id, "greeting") == {"greeting": "无备注"}


def test_what_has_no_result_is_blank_and_hinders_no_write(shop: TestCompany) -> None:
    id = create(shop, name="xy")
    assert customer(shop, id, "score doubled short") == {
        "score": None,
        "doubled": None,
        "short": False,
    }


def test_sql_past_the_product_cannot_make_them_wrong(shop: TestCompany) -> None:
    id = create(shop, name="direct")
    number = int(id.removeprefix("Customer:"))
    shop.sql(
        "update {s}.customer set score = 1, deals = 7, name = 'direct!' where id = :i", i=number
    )
    assert customer(shop, id, "score deals") == {"score": "14.0000", "deals": 0}


def test_a_client_cannot_write_them(shop: TestCompany) -> None:
    document = 'mutation { createCustomer(input: {name: "x", score: "1"}) { record { id } } }'
    refused = shop.client("alice").refused(document)
    assert refused.code == "GRAPHQL_VALIDATION_FAILED"
    assert "score" in refused.errors[0]["message"]


def test_they_filter_sort_group_and_aggregate_like_any_field(shop: TestCompany) -> None:
    for name in ("sort-a", "sort-bbb", "sort-cc"):
        create(shop, name=name)
    mine = '{name: {startsWith: "sort-"}'
    assert names(shop, f"where: {mine}}}, orderBy: [{{score: DESC}}]") == [
        "sort-a",
        "sort-cc",
        "sort-bbb",
    ]
    assert names(shop, f"where: {mine}, score: {{gt: 14}}}}, orderBy: [{{greeting: ASC}}]") == [
        "sort-a"
    ]
    found = shop.client("alice").run(
        f"{{ customerGroups(where: {mine}}}, groupBy: {{short: true}})"
        " { key { short } count sum { score } max { doubled } } }"
    )["customerGroups"]
    assert found == [
        {
            "key": {"short": False},
            "count": 3,
            "sum": {"score": "42.3333"},
            "max": {"doubled": "30.0000"},
        }
    ]


def test_a_formula_over_today_is_computed_when_asked(shop: TestCompany) -> None:
    id = create(shop, name="yesterday")
    shop.sql(
        "update {s}.customer set created_at = created_at - interval '1 day' where id = :i",
        i=int(id.removeprefix("Customer:")),
    )
    assert customer(shop, id, "ageDays older") == {"ageDays": 1, "older": True}
    assert names(shop, "where: {older: {eq: true}}, orderBy: [{ageDays: DESC}]") == ["yesterday"]
    found = shop.client("alice").run(
        "{ customerGroups(where: {ageDays: {between: [1, 9]}}, groupBy: {older: true})"
        " { key { older } count avg { ageDays } } }"
    )["customerGroups"]
    assert found == [{"key": {"older": True}, "count": 1, "avg": {"ageDays": "1"}}]


def test_a_day_of_a_moment_is_that_of_the_companys_time_zone(shop: TestCompany) -> None:
    id = create(shop, name="midnight")
    shop.sql(
        "update {s}.customer set created_at = '2026-03-01T16:00:00Z' where id = :i",
        i=int(id.removeprefix("Customer:")),
    )
    assert customer(shop, id, "createdDay") == {"createdDay": "2026-03-02"}


def test_roll_ups_follow_children_as_they_come_change_and_move(shop: TestCompany) -> None:
    first, second = create(shop, name="first"), create(shop, name="second")
    assert customer(shop, first, VALUES) == NONE
    small = deal(shop, first, amount="50", expectedCloseOn="2026-05-01")
    deal(shop, first, amount="250.5", expectedCloseOn="2026-04-01")
    deal(shop, first, "a test", amount="1000")
    deal(shop, first)
    assert customer(shop, first, VALUES) == {
        "deals": 4,
        "volume": "1300.50",
        "largeVolume": "250.50",
        "smallest": "50.00",
        "latestClose": "2026-05-01",
        "meanDeal": "433.5000",
        "weighted": "650.2500",
        "perDeal": "325.13",
    }
    change(shop, small, amount="150")
    assert customer(shop, first, "largeVolume perDeal") == {
        "largeVolume": "400.50",
        "perDeal": "350.13",
    }
    change(shop, small, customer=second)
    assert customer(shop, first, "deals latestClose") == {"deals": 3, "latestClose": "2026-04-01"}
    assert customer(shop, second, "deals volume perDeal") == {
        "deals": 1,
        "volume": "150.00",
        "perDeal": "150.00",
    }


def test_the_answer_of_the_change_itself_has_the_new_value(shop: TestCompany) -> None:
    id = create(shop, name="at once")
    made = shop.client("alice").run(
        "mutation($i: OpportunityInput!) { createOpportunity(input: $i)"
        " { record { customer { deals volume } } } }",
        i={"name": "新", "customer": id, "amount": "9"},
    )["createOpportunity"]["record"]
    assert made == {"customer": {"deals": 1, "volume": "9.00"}}


def test_the_trash_does_not_count_and_comes_back(shop: TestCompany) -> None:
    id = create(shop, name="trash")
    gone = deal(shop, id, amount="10")
    deal(shop, id, amount="20")
    each_way(shop, "deleteOpportunities", gone)
    assert customer(shop, id, "deals volume") == {"deals": 1, "volume": "20.00"}
    each_way(shop, "restoreOpportunities", gone)
    assert customer(shop, id, "deals volume") == {"deals": 2, "volume": "30.00"}
    each_way(shop, "deleteOpportunities", gone)
    each_way(shop, "purgeOpportunities", gone)
    assert customer(shop, id, "deals volume") == {"deals": 1, "volume": "20.00"}


def test_a_roll_up_moves_neither_version_nor_log_of_the_parent(shop: TestCompany) -> None:
    id = create(shop, name="quiet")
    deal(shop, id, amount="1")
    assert customer(shop, id, "deals version") == {"deals": 1, "version": 1}


def test_a_sum_that_no_column_holds_is_blank_until_it_fits(shop: TestCompany) -> None:
    id = create(shop, name="huge")
    most = "9999999999999999.99"
    deal(shop, id, amount=most)
    second = deal(shop, id, amount=most)
    assert customer(shop, id, "deals volume perDeal") == {
        "deals": 2,
        "volume": None,
        "perDeal": None,
    }
    change(shop, second, amount="0")
    assert customer(shop, id, "volume") == {"volume": most}


def test_the_checker_finds_nothing(shop: TestCompany) -> None:
    assert differences(shop) == []


def test_the_checker_tells_what_somebody_changed_by_hand_and_migrating_mends_it(
    make_company: Callable[[], TestCompany],
) -> None:
    company = make_company()
    change_objects(company, add_all)
    company.sql("drop trigger tell_update on {s}.opportunity")
    company.sql("alter table {s}.customer disable trigger compute")
    company.sql("drop function {s}.customer_opportunities_roll_up(bigint[])")
    company.sql(
        "create or replace function {s}.opportunity_compute() returns trigger"
        " language plpgsql as $$ begin return new; end $$"
    )
    found = differences(company)
    assert [line.split(" is ")[0] for line in found] == [
        "table customer: trigger compute",
        "table opportunity: trigger tell_update",
        "function customer_opportunities_roll_up",
        "function opportunity_compute",
    ]
    number = company.insert("customer", name="unseen", owner=company.people["alice"].number)
    migrate_company(company.engine, company.company, STANDARD)
    assert differences(company) == []
    assert customer(company, f"Customer:{number}", "score deals") == {
        "score": "15.0000",
        "deals": 0,
    }


def test_what_is_no_longer_computed_leaves_no_trigger(
    make_company: Callable[[], TestCompany],
) -> None:
    company = make_company()
    change_objects(company, add_all)
    names = {each.name for each in (*CUSTOMER, *ROLL_UPS)} | {"halfAmount"}
    plain = [f for f in (*CUSTOMER, *ROLL_UPS) if f.name not in ("ageDays", "older", "greeting")]

    def remove(objects: Objects) -> Objects:
        objects = tuple(
            replace(
                o,
                fields=tuple(f for f in o.fields if f.name not in names),
                deleted_fields=tuple(f for f in o.fields if f.name == "greeting"),
            )
            for o in objects
        )
        objects = with_fields(
            objects, "customer", *(replace(f, formula="", roll_up=None) for f in plain)
        )
        return with_fields(
            objects, "opportunity", replace(formula("halfAmount", "number", ""), formula="")
        )

    change_objects(company, remove)
    assert (
        company.sql(
            "select tgname from pg_trigger where not tgisinternal and tgname <> 'refuse_change'"
            " and tgrelid::regclass::text like :prefix",
            prefix=f"{company.company.schema}.%",
        )
        == []
    )


def test_a_changed_formula_gives_old_rows_new_values(
    make_company: Callable[[], TestCompany],
) -> None:
    company = make_company()
    alice = company.people["alice"].number
    change_objects(company, lambda objects: with_fields(objects, "customer", CUSTOMER[1]))
    company.insert("customer", name="abcde", owner=alice)
    assert customer(company, "Customer:1", "score") == {"score": "16.6667"}
    changed = formula("score", "number", "LEN(name)")
    change_objects(company, lambda objects: with_fields(objects, "customer", changed))
    assert customer(company, "Customer:1", "score") == {"score": "5.0000"}
    assert differences(company) == []
