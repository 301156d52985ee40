"""OBJ-03 to OBJ-07, FLT-01, FLT-02 over HTTP, on a small company whose rows are known."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.base.clock import now
from engine.base.zones import period
from tests.harness.company import TestCompany

ROWS: tuple[tuple[str, str | None, str | None, str], ...] = (
    # name, level, mobile, owner
    ("重庆千丝科技有限公司", "A", "13800001111", "alice"),
    ("北京万象贸易有限公司", "B", "13800002222", "alice"),
    ("上海千里物流有限公司", None, None, "alice"),
    ("Acme Trading", "A", "13900003333", "bob"),
    ("acorn Ltd", "C", None, "carol"),
    ("广州云海传媒", "B", "13700004444", "carol"),
)
AMOUNTS = (Decimal("1000.50"), Decimal("2000"), None)


@pytest.fixture(scope="module")
def filled(company: TestCompany) -> TestCompany:
    base = datetime(2026, 1, 1, 16, 30, tzinfo=UTC)
    for position, (name, level, mobile, owner) in enumerate(ROWS):
        user = company.people[owner].number
        system = {
            "owner": user,
            "createdBy": user,
            "createdAt": base + timedelta(days=20 * position),
        }
        customer = company.insert("customer", name=name, level=level, mobile=mobile, **system)
        for number in range(position % 3):
            company.insert("contact", name=f"联系人{position}{number}", customer=customer, **system)
            company.insert(
                "opportunity",
                name=f"商机{position}{number}",
                customer=customer,
                amount=AMOUNTS[(position + number) % 3],
                **system,
            )
    return company


def names(
    company: TestCompany, arguments: str, person: str = "admin", **variables: Any
) -> list[str]:
    """The names of a customer list in its order."""
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in variables.items())
    head = f"query({declared}) " if declared else ""
    values = {name: value for name, (_, value) in variables.items()}
    arguments = f"({arguments})" if arguments else ""
    data = company.client(person).run(
        f"{head}{{ customers{arguments} {{ nodes {{ name }} }} }}", **values
    )
    return [node["name"] for node in data["customers"]["nodes"]]


def short(found: list[str]) -> list[str]:
    return [name[:4] for name in found]


def test_the_newest_comes_first(filled: TestCompany) -> None:
    assert names(filled, "") == [row[0] for row in reversed(ROWS)]


def test_text_sorts_by_letters_and_pinyin(filled: TestCompany) -> None:
    found = short(names(filled, "orderBy: [{name: ASC}]"))
    assert found == ["Acme", "acor", "北京万象", "重庆千丝", "广州云海", "上海千里"]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_nulls_come_last_either_way(filled: TestCompany, direction: str) -> None:
    found = names(filled, f"orderBy: [{{mobile: {direction}}}]")
    assert set(found[-2:]) == {"上海千里物流有限公司", "acorn Ltd"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("千丝", ["重庆千丝"]),
        ("千", ["上海千里", "重庆千丝"]),
        ("qiansi", ["重庆千丝"]),
        ("wxmy", ["北京万象"]),
        ("ACME", ["Acme"]),
        ("0000333", ["Acme"]),
        ("1380000", ["北京万象", "重庆千丝"]),
        ("没有的", []),
    ],
)
def test_the_search_box_finds_names_phones_pinyin_and_initials(
    filled: TestCompany, text: str, expected: list[str]
) -> None:
    found = short(names(filled, "search: $q", q=("String", text)))
    assert sorted(found) == sorted(expected)


FILTERS: dict[str, list[str]] = {
    '{level: {eq: "A"}}': ["重庆千丝", "Acme"],
    '{level: {in: ["A", "B"]}}': ["重庆千丝", "北京万象", "Acme", "广州云海"],
    "{level: {isNull: true}}": ["上海千里"],
    '{level: {ne: "A"}}': ["北京万象", "上海千里", "acor", "广州云海"],
    '{not: {level: {eq: "A"}}}': ["北京万象", "上海千里", "acor", "广州云海"],
    '{name: {contains: "ACME"}}': ["Acme"],
    '{name: {startsWith: "ac"}}': ["Acme", "acor"],
    '{name: {endsWith: "传媒"}}': ["广州云海"],
    "{mobile: {isEmpty: true}}": ["上海千里", "acor"],
    '{or: [{level: {eq: "C"}}, {and: [{level: {eq: "B"}}, {name: {contains: "北京"}}]}]}': [
        "北京万象",
        "acor",
    ],
    '{createdAt: {gte: "2026-03-01T00:00:00Z", lt: "2026-03-25T00:00:00Z"}}': ["Acme", "acor"],
    '{createdAt: {between: ["2026-01-01T00:00:00+08:00", "2026-01-31T00:00:00+08:00"]}}': [
        "重庆千丝",
        "北京万象",
    ],
    "{owner: {me: true}}": [],
    '{owner: {is: {name: {eq: "李晓丽"}}}}': ["重庆千丝", "北京万象", "上海千里"],
    '{contacts: {some: {name: {contains: "联系人1"}}}}': ["北京万象"],
    "{contacts: {none: {}}}": ["重庆千丝", "Acme"],
    '{opportunities: {every: {amount: {gt: "1500"}}}}': ["重庆千丝", "北京万象", "Acme", "acor"],
    "{contacts: {count: {gte: 2}}}": ["上海千里", "广州云海"],
    '{opportunities: {some: {amount: {gt: "1500"}}}}': ["北京万象", "acor"],
}


@pytest.mark.parametrize("where", FILTERS)
def test_a_filter_finds_exactly_its_rows(filled: TestCompany, where: str) -> None:
    assert sorted(short(names(filled, f"where: {where}"))) == sorted(FILTERS[where])


def test_a_relation_to_one_is_filtered_through_from_the_other_side(filled: TestCompany) -> None:
    data = filled.client("admin").run(
        '{ contacts(where: {customer: {is: {level: {eq: "B"}}}}) { nodes { customer { name } } } }'
    )
    assert {n["customer"]["name"] for n in data["contacts"]["nodes"]} == {
        "北京万象贸易有限公司",
        "广州云海传媒",
    }


def test_days_are_the_companys_days(company: TestCompany) -> None:
    """16:30 UTC on 31 December is already the first of January in Shanghai (H3)."""
    user = company.people["finance"].number
    company.insert(
        "lead",
        name="跨年线索",
        owner=user,
        createdBy=user,
        createdAt=datetime(2025, 12, 31, 16, 30, tzinfo=UTC),
    )
    data = company.client("admin").run(
        "{ leadGroups(groupBy: [{createdAt: DAY}]) { key { createdAt } count } }"
    )
    assert {"key": {"createdAt": "2026-01-01"}, "count": 1} in data["leadGroups"]


def test_today_is_a_day_of_the_company(company: TestCompany) -> None:
    user = company.people["admin"].number
    company.insert("product", name="今日产品", code="P-1", createdAt=now(), createdBy=user)
    data = company.client("admin").run(
        "{ products(where: {createdAt: {during: TODAY}}) { totalCount }"
        " before: products(where: {createdAt: {during: YESTERDAY}}) { totalCount }"
        " past: products(where: {createdAt: {during: BEFORE_TODAY}}) { totalCount } }"
    )
    counts = [data[each]["totalCount"] for each in ("products", "before", "past")]
    assert counts == [1, 0, 0]
    start = period("TODAY", now(), "Asia/Shanghai")[0]
    for at, created in enumerate(
        (start - timedelta(microseconds=1), datetime(9, 1, 1, tzinfo=UTC))
    ):
        company.insert("product", name="旧", code=f"O-{at}", createdAt=created, createdBy=user)
    data = company.client("admin").run(
        "{ products(where: {createdAt: {during: BEFORE_TODAY}}) { totalCount } }"
    )
    assert data["products"]["totalCount"] == 2


def test_totals_cover_the_whole_filtered_list(filled: TestCompany) -> None:
    data = filled.client("admin").run(
        "{ opportunities(first: 1) { nodes { id } totalCount"
        " aggregate { count sum { amount } avg { amount } max { amount } min { amount } countDistinct { customer } } } }"
    )["opportunities"]
    amounts = [AMOUNTS[(p + n) % 3] for p in range(len(ROWS)) for n in range(p % 3)]
    known = [a for a in amounts if a is not None]
    assert (len(data["nodes"]), data["totalCount"]) == (1, len(amounts))
    assert Decimal(data["aggregate"]["sum"]["amount"]) == sum(known)
    assert Decimal(data["aggregate"]["max"]["amount"]) == max(known)
    assert data["aggregate"]["countDistinct"]["customer"] == 4


def test_groups_count_by_fields_of_related_records(filled: TestCompany) -> None:
    data = filled.client("admin").run(
        "{ customerGroups(groupBy: [{owner: {department: {name: true}}}], orderBy: [{count: DESC}]) {"
        " key { owner { department { name } } } count } }"
    )
    found = [(g["key"]["owner"]["department"]["name"], g["count"]) for g in data["customerGroups"]]
    assert found == [("部门 sales", 4), ("部门 other", 2)]


def test_having_and_buckets(filled: TestCompany) -> None:
    data = filled.client("admin").run(
        "{ customerGroups(groupBy: [{createdAt: MONTH}], having: {count: {gt: 1}}) {"
        " key { createdAt } count } }"
    )
    assert data["customerGroups"] == [
        {"key": {"createdAt": "2026-01-01"}, "count": 2},
        {"key": {"createdAt": "2026-03-01"}, "count": 2},
    ]


@pytest.mark.parametrize("size", [1, 2, 4, 50])
def test_pages_forward_and_backward_make_the_whole_list(filled: TestCompany, size: int) -> None:
    order = "orderBy: [{level: DESC}, {mobile: ASC}]"
    whole = names(filled, order)
    assert _walk(filled, order, ("first", "after", "endCursor", "hasNextPage"), size) == whole
    backward = _walk(filled, order, ("last", "before", "startCursor", "hasPreviousPage"), size)
    assert backward == whole


def _walk(
    company: TestCompany,
    order: str,
    words: tuple[str, str, str, str],
    size: int,
    person: str = "admin",
) -> list[str]:
    size_word, cursor_word, cursor_field, more_field = words
    found: list[str] = []
    cursor = None
    while True:
        page = company.client(person).run(
            f"query($n: Int, $c: String) {{ customers({order}, {size_word}: $n, {cursor_word}: $c) {{"
            f" nodes {{ name }} pageInfo {{ {cursor_field} {more_field} }} }} }}",
            n=size,
            c=cursor,
        )["customers"]
        here = [node["name"] for node in page["nodes"]]
        found = found + here if size_word == "first" else here + found
        if not page["pageInfo"][more_field]:
            return found
        cursor = page["pageInfo"][cursor_field]


def test_a_cursor_of_another_order_is_refused(filled: TestCompany) -> None:
    client = filled.client("admin")
    cursor = client.run("{ customers(first: 1) { pageInfo { endCursor } } }")["customers"][
        "pageInfo"
    ]["endCursor"]
    failure = client.refused(
        "query($c: String) { customers(first: 1, after: $c, orderBy: [{name: ASC}]) { nodes { id } } }",
        c=cursor,
    )
    assert failure.problems[0]["code"] == "BAD_CURSOR"


def test_the_neighbors_of_a_record_follow_the_order_of_the_list(filled: TestCompany) -> None:
    client = filled.client("admin")
    nodes = client.run("{ customers(orderBy: [{name: ASC}]) { nodes { id name } } }")["customers"][
        "nodes"
    ]
    data = client.run(
        "query($id: ID!) { customerNeighbors(id: $id, orderBy: [{name: ASC}]) {"
        " previous { name } next { name } } }",
        id=nodes[1]["id"],
    )["customerNeighbors"]
    assert (data["previous"]["name"], data["next"]["name"]) == (nodes[0]["name"], nodes[2]["name"])


def test_a_follow_up_leads_to_its_record_of_any_kind(filled: TestCompany) -> None:
    client = filled.client("alice")
    id = client.run("{ customers(first: 1) { nodes { id } } }")["customers"]["nodes"][0]["id"]
    client.run(
        'mutation($r: ID!) { addFollowUp(record: $r, text: "打过电话", type: "CALL") { followUp { id } } }'.replace(
            ', type: "CALL"', ""
        ).replace(" { followUp { id } }", " { record { id } }"),
        r=id,
    )
    data = client.run(
        "{ followUps { nodes { text record { __typename id ... on Customer { name lastFollowUpText } } } } }"
    )
    (node,) = data["followUps"]["nodes"]
    assert (node["record"]["__typename"], node["record"]["id"]) == ("Customer", id)
    assert node["record"]["lastFollowUpText"] == "打过电话"
    assert (
        filled.client("carol").run("{ followUps { totalCount } }")["followUps"]["totalCount"] == 0
    )


def test_node_finds_any_record_by_its_id(filled: TestCompany) -> None:
    client = filled.client("admin")
    id = client.run("{ contacts(first: 1) { nodes { id } } }")["contacts"]["nodes"][0]["id"]
    data = client.run(
        "query($id: ID!) { node(id: $id) { __typename id ... on Contact { name } } }", id=id
    )
    assert (data["node"]["__typename"], data["node"]["id"]) == ("Contact", id)
    assert data["node"]["name"].startswith("联系人")


def test_metadata_says_what_a_form_and_a_filter_need(filled: TestCompany) -> None:
    data = filled.client("alice").run(
        "{ metadata { objects { name label fields { name label type required choices { value label } operators } } } }"
    )
    objects = {o["name"]: o for o in data["metadata"]["objects"]}
    fields = {f["name"]: f for f in objects["customer"]["fields"]}
    assert (fields["name"]["required"], fields["name"]["label"]) == (True, "Name") or fields[
        "name"
    ]["label"]
    assert "contains" in fields["name"]["operators"]
    assert {c["value"] for c in fields["level"]["choices"]} == {"A", "B", "C"}


def test_the_viewer_is_told_who_they_are(filled: TestCompany) -> None:
    data = filled.client("alice").run("{ viewer { isSuper user { id name } } }")
    alice = filled.people["alice"]
    assert data["viewer"] == {"isSuper": False, "user": {"id": alice.id, "name": alice.name}}


@pytest.mark.parametrize(
    "query", ["{ customers { totalCount } }", "{ viewer { isSuper } }", "{ metadata { version } }"]
)
def test_nobody_reads_without_signing_in(filled: TestCompany, query: str) -> None:
    assert filled.client("").refused(query).code == "UNAUTHENTICATED"


def test_the_two_ways_of_execution_give_the_same_bytes(filled: TestCompany) -> None:
    """`viewer` sends the document through the executor; without it the cached plan answers."""
    body = "customers(first: 3) { totalCount nodes { id name owner { name } contacts { nodes { name } } } pageInfo { endCursor } }"
    client = filled.client("alice")
    fast = client.post(f"{{ {body} }}").text
    slow = client.post(f"{{ {body} viewer {{ isSuper }} }}").text
    assert slow == fast.removesuffix("}}") + ',"viewer":{"isSuper":false}}}'
