"""Tags and sub-tables through HTTP (FLD-01, FLD-05): stored, filtered, and told all at once."""

from typing import Any

import pytest

from metadata.model import Choice, Label
from tests.harness.client import Client, GraphQLFailure
from tests.harness.company import TestCompany
from tests.harness.fields import change_fields, custom, options, problems_of_company

CREATE = """mutation($i: CustomerInput!) {
  createCustomer(input: $i) { record { id marks items } }
}"""
VALUE = Label("客户价值", "Value")


@pytest.fixture(scope="module", autouse=True)
def fields(company: TestCompany) -> None:
    marks = custom(
        "marks",
        "tag",
        choices=(
            Choice("KEY", Label("重点", "Key"), color="#f00", group=VALUE),
            Choice("NEW", Label("新客", "New"), color="#0f0"),
            Choice("LOST", Label("流失", "Lost")),
        ),
    )
    items = custom(
        "items",
        "subTable",
        max_length=5,
        rows=(
            custom("title", "text", required=True, max_length=10),
            custom("price", "amount", minimum=0),
            custom("due", "date"),
            custom("level", "choice", choices=options("A", "B")),
            custom("who", "user", target="user"),
        ),
    )
    change_fields(company, "customer", marks, items)


@pytest.fixture
def alice(company: TestCompany) -> Client:
    return company.client("alice")


def create(client: Client, name: str, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = client.run(CREATE, i={"name": name, **values})["createCustomer"][
        "record"
    ]
    return made


def told(failure: GraphQLFailure) -> list[tuple[str, str]]:
    return [(".".join(map(str, p["path"])), p["code"]) for p in failure.problems]


def test_tags_are_kept_once_in_the_order_of_their_list(alice: Client) -> None:
    assert create(alice, "标签 1", marks=["NEW", "KEY", "NEW"])["marks"] == ["KEY", "NEW"]
    assert create(alice, "标签 2", marks=[])["marks"] is None


def test_only_tags_of_the_list_are_taken(alice: Client) -> None:
    failure = alice.refused(CREATE, i={"name": "标签 3", "marks": ["KEY", "自己想的"]})
    assert told(failure) == [("input.marks", "UNKNOWN_OPTION")]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({"anyOf": ["KEY", "LOST"]}, ["筛 1", "筛 2", "筛 3"]),
        ({"allOf": ["KEY", "NEW"]}, ["筛 2"]),
        ({"noneOf": ["KEY"]}, ["筛 3", "筛 4"]),
        ({"exactly": ["KEY"]}, ["筛 1"]),
        ({"isEmpty": True}, ["筛 4"]),
    ],
)
def test_tags_are_filtered_as_sets(
    company: TestCompany, alice: Client, where: dict[str, Any], names: list[str]
) -> None:
    if not company.value("select count(*) from {s}.customer where name like '筛%'"):
        for at, marks in enumerate((["KEY"], ["KEY", "NEW"], ["LOST"], None), start=1):
            create(alice, f"筛 {at}", marks=marks)
    query = """query($w: CustomerWhere) {
      customers(where: $w, first: 50) { nodes { name } } }"""
    given = {"and": [{"name": {"startsWith": "筛"}}, {"marks": where}]}
    found = alice.run(query, w=given)["customers"]["nodes"]
    assert sorted(each["name"] for each in found) == names


def test_tags_are_told_with_colour_and_heading(alice: Client) -> None:
    query = "{ metadata { objects { name fields { name operators choices { value label color group } } } } }"
    objects = alice.run(query)["metadata"]["objects"]
    (fields,) = [item["fields"] for item in objects if item["name"] == "customer"]
    (marks,) = [field for field in fields if field["name"] == "marks"]
    assert marks["choices"][:2] == [
        {"value": "KEY", "label": "Key", "color": "#f00", "group": "Value"},
        {"value": "NEW", "label": "New", "color": "#0f0", "group": None},
    ]
    assert marks["operators"] == ["anyOf", "allOf", "noneOf", "exactly", "isEmpty"]


def test_rows_come_back_as_they_were_given_without_blank_ones(
    company: TestCompany, alice: Client
) -> None:
    who = company.people["bob"].id
    rows = [
        {"title": " 床 ", "price": "12.50", "due": "2026-03-31", "level": "A", "who": who},
        {"title": None, "price": None},
        {},
        {"title": "桌", "price": 3},
    ]
    assert create(alice, "表格 1", items=rows)["items"] == [
        {"title": "床", "price": "12.50", "due": "2026-03-31", "level": "A", "who": who},
        {"title": "桌", "price": "3.00"},
    ]
    assert create(alice, "表格 2", items=[{}, {"title": ""}])["items"] is None
    assert problems_of_company(company) == []


def test_all_problems_of_all_rows_come_together_with_their_paths(alice: Client) -> None:
    rows = [
        {"title": "好"},
        {"title": "x" * 11, "price": "-1", "level": "C"},
        {"price": "many", "due": "2026-02-30", "other": 1},
        "no row",
    ]
    failure = alice.refused(CREATE, i={"name": None, "items": rows})
    assert sorted(told(failure)) == [
        ("input.items.1.level", "UNKNOWN_OPTION"),
        ("input.items.1.price", "OUT_OF_RANGE"),
        ("input.items.1.title", "TOO_LONG"),
        ("input.items.2.due", "BAD_FORMAT"),
        ("input.items.2.other", "BAD_FORMAT"),
        ("input.items.2.price", "BAD_FORMAT"),
        ("input.items.2.title", "REQUIRED"),
        ("input.items.3", "BAD_FORMAT"),
        ("input.name", "REQUIRED"),
    ]
    messages = {tuple(p["path"]): p["message"] for p in failure.problems}
    assert messages["input", "items", 2, "title"] == "Row 3: title is required"


def test_more_rows_than_the_field_takes_are_refused(alice: Client) -> None:
    rows = [{"title": str(n)} for n in range(6)]
    failure = alice.refused(CREATE, i={"name": "表格 3", "items": rows})
    assert told(failure) == [("input.items", "TOO_LONG")]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("User:999999", "BAD_REFERENCE"),
        ("Customer:1", "BAD_ID"),
        ("nobody", "BAD_ID"),
        (7, "BAD_ID"),
    ],
)
def test_a_row_refers_to_people_of_the_company_only(alice: Client, who: Any, code: str) -> None:
    failure = alice.refused(CREATE, i={"name": "表格 4", "items": [{}, {"title": "a", "who": who}]})
    assert told(failure) == [("input.items.1.who", code)]


def test_unknown_people_are_told_with_all_other_problems_of_the_rows(
    company: TestCompany, alice: Client
) -> None:
    """A blank row counts: the client knows its rows as it sent them."""
    id = create(alice, "表格 6", items=[{"title": "前"}])["id"]
    rows = [{}, {"title": "x" * 11, "who": "User:999999"}, {"title": "好", "who": "User:999998"}]
    update = "mutation($id: ID!, $i: CustomerPatch!) { updateCustomer(id: $id, input: $i) { record { id } } }"
    wanted = [
        ("input.items.1.title", "TOO_LONG"),
        ("input.items.1.who", "BAD_REFERENCE"),
        ("input.items.2.who", "BAD_REFERENCE"),
        ("input.mobile", "BAD_FORMAT"),
    ]
    for failure in (
        alice.refused(CREATE, i={"name": "表格 7", "mobile": "1", "items": rows}),
        alice.refused(update, id=id, i={"mobile": "1", "items": rows}),
    ):
        assert sorted(told(failure)) == wanted
        messages = {tuple(p["path"]): p["message"] for p in failure.problems}
        assert messages["input", "items", 2, "who"].startswith("Row 3: who refers to a record")
    assert company.value("select version from {s}.customer where id = :i", i=int(id[9:])) == 1


def test_a_change_of_rows_is_logged_as_a_whole(company: TestCompany, alice: Client) -> None:
    id = create(alice, "表格 5", items=[{"title": "前"}])["id"]
    query = "mutation($id: ID!, $i: CustomerPatch!) { updateCustomer(id: $id, input: $i) { record { items } } }"
    rows = [{"title": "后", "price": "1.00"}]
    made = alice.run(query, id=id, i={"items": [{"title": "后", "price": "1"}]})
    assert made["updateCustomer"]["record"]["items"] == rows
    (row,) = company.sql(
        "select changes from {s}.operation_log where action = 'update' and record_id = :id",
        id=int(id[9:]),
    )
    assert row["changes"] == [{"field": "items", "old": [{"title": "前"}], "new": rows}]
    alice.run(query, id=id, i={"items": rows})
    assert company.value("select version from {s}.customer where id = :i", i=int(id[9:])) == 2


def test_the_columns_of_the_table_are_told(alice: Client) -> None:
    query = "{ metadata { objects { name fields { name rows { name type required choices { value } } } } } }"
    objects = alice.run(query)["metadata"]["objects"]
    (fields,) = [item["fields"] for item in objects if item["name"] == "customer"]
    (items,) = [field for field in fields if field["name"] == "items"]
    assert [(row["name"], row["type"], row["required"]) for row in items["rows"]] == [
        ("title", "text", True),
        ("price", "amount", False),
        ("due", "date", False),
        ("level", "choice", False),
        ("who", "user", False),
    ]
