"""What a change of a large table leaves to be done beside the traffic is told until it is done:
by the change itself, by `metadataWork`, and by the reads that would be wrong meanwhile."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.base.settings import Settings
from jobs.actors import complete_metadata
from jobs.context import JobContext
from tests.conftest import Services
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, change, differences, field, of_field

ROWS = 6_000  # more than are filled within a change, of a table of more bytes
Work = Callable[[], None]
WORK = "{ metadataWork { kind object name percent problem { code message ids } } }"
WRITE = """mutation($id: ID!) {
  updateCustomer(id: $id, input: {wechat: "same"}) { record { wechat } } }"""
REMARK = """mutation($id: ID!, $r: String!) {
  updateCustomer(id: $id, input: {remark: $r}) { record { deals } } }"""
SCENE = """mutation($w: JSON!) {
  createScene(object: "customer", input: {name: "s", where: $w}) { scene { id } } }"""
COUNT = {"relation": "opportunities", "function": "count"}


@pytest.fixture
def large(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company with many customers, two opportunities of one of them, and nobody who completes
    what changes leave but `complete`."""
    company = make_company()
    owner = company.people["alice"].number
    fill(company, ROWS)
    for name in "ab":
        company.insert("opportunity", name=name, customer=first(company), owner=owner)
    return company


@pytest.fixture(autouse=True)
def complete(large: TestCompany, services: Services) -> Iterator[Work]:
    """Does what is left, as the worker would; at the end of each test, too."""
    settings = Settings(database_url=services.database_url)

    def run() -> None:
        complete_metadata.run(JobContext(large.engine, settings), large.company.schema)

    yield run
    run()
    assert differences(large) == []


def fill(company: TestCompany, rows: int) -> None:
    company.sql(
        "insert into {s}.customer (name, remark, owner_id, version, created_at, updated_at)"
        " select 'c' || n, (select string_agg(md5(n || ':' || part), '')"
        "   from generate_series(1, 45) part), :owner, 1, now(), now()"
        " from generate_series(1, :rows) n",
        owner=company.people["alice"].number,
        rows=rows,
    )


def first(company: TestCompany) -> int:
    found: int = company.value("select min(id) from {s}.customer")
    return found


def work(company: TestCompany) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = company.client("admin").run(WORK)["metadataWork"]
    return found


def add(company: TestCompany, name: str, type: str = "integer", **rest: Any) -> dict[str, Any]:
    given = field(name, type, name=name, **rest)
    return applied(company.client("admin"), CREATE, o="customer", f=given)


def notices(client: Client, query: str, **variables: Any) -> tuple[Any, Any]:
    """Data and notices of the answer, which has no errors."""
    answer = client.post(query, variables).json()
    assert "errors" not in answer, answer
    return answer["data"], answer.get("extensions", {}).get("notices")


def test_a_field_that_is_still_computed_is_told_by_change_and_work_and_reads(
    large: TestCompany, complete: Work
) -> None:
    """Shown it is null with a notice, anything else by it is refused as long."""
    made = add(large, "deals", rollUp=COUNT)
    assert made["impact"] == [
        {
            "kind": "background",
            "name": "customer.deals",
            "detail": "is blank and cannot be used until it is computed",
        }
    ]
    step = {"kind": "values", "object": "customer", "name": "deals"}
    assert work(large) == [{**step, "percent": None, "problem": None}]
    for server in (0, 1):
        client = large.client("admin", server)
        for query in (
            "{ customers(where: {deals: {gt: 0}}) { totalCount } }",
            "{ customers(orderBy: [{deals: DESC}]) { totalCount } }",
            "{ customers { aggregate { sum { deals } } } }",
            "{ customerGroups(groupBy: [{deals: true}]) { count } }",
            "{ opportunities(where: {customer: {is: {deals: {gt: 0}}}}) { totalCount } }",
        ):
            assert client.refused(query).code == "STILL_COMPUTING", query
        shown, told = notices(client, "{ all: customers(first: 1) { nodes { deals } } }")
        assert shown == {"all": {"nodes": [{"deals": None}]}}
        message = "The values of customer.deals are still being computed; try again later"
        problem = {"path": ["customer", "deals"], "code": "STILL_COMPUTING", "message": message}
        assert told == [{"path": ["all"], "problems": [problem]}]
        _, told = notices(client, "{ customers(first: 1) { nodes { name } } }")
        assert told is None
        written, told = notices(client, REMARK, id=f"Customer:{first(large)}", r=f"by {server}")
        assert written == {"updateCustomer": {"record": {"deals": None}}}
        assert told == [{"path": ["updateCustomer"], "problems": [problem]}]
    complete()
    assert work(large) == []
    for server in (0, 1):
        client = large.client("admin", server)
        found, told = notices(client, "{ customers(where: {deals: {gt: 0}}) { nodes { deals } } }")
        assert (found, told) == ({"customers": {"nodes": [{"deals": 2}]}}, None)


def test_what_is_computed_from_it_waits_with_it(large: TestCompany, complete: Work) -> None:
    """A formula of the same object, one that moves with time, and a changed one; others do not."""
    add(large, "size", "number", formula="LEN(name)")
    complete()
    add(large, "deals", rollUp=COUNT)
    add(large, "late", "boolean", formula="deals > DAY(TODAY())")
    names = {each["name"] for each in work(large)}
    assert names == {"deals", "late"}
    client = large.client("admin")
    assert client.refused("{ customers(where: {late: {eq: true}}) { totalCount } }").code == (
        "STILL_COMPUTING"
    )
    assert client.run("{ customers(where: {size: {gt: 3}}) { totalCount } }")["customers"] == {
        "totalCount": ROWS - 99
    }
    new = {"formula": "LEN(name) + 1"}
    applied(client, UPDATE, o="customer", n="size", f=new)
    refused = client.refused("{ customers(where: {size: {gt: 3}}) { totalCount } }")
    assert refused.code == "STILL_COMPUTING"
    complete()
    found = client.run("{ customers(where: {size: {gt: 3}}) { totalCount } }")
    assert found["customers"] == {"totalCount": ROWS - 9}


def test_a_field_that_goes_leaves_nothing_to_be_computed(
    large: TestCompany, complete: Work
) -> None:
    """The values of the others stay as they are."""
    add(large, "size", "number", formula="LEN(name)")
    add(large, "deals", rollUp=COUNT)
    complete()
    gone = applied(large.client("admin"), of_field("deleteField"), o="customer", n="deals")
    assert [each for each in gone["impact"] if each["kind"] == "background"] == []
    assert work(large) == []
    back = applied(large.client("admin"), of_field("restoreField"), o="customer", n="deals")
    assert [each["name"] for each in back["impact"]] == ["customer.deals"]
    assert [each["name"] for each in work(large)] == ["deals"]


def test_a_table_of_few_rows_is_filled_within_the_change_however_long_it_became(
    large: TestCompany,
) -> None:
    """Its former versions of rows make it long."""
    large.sql("delete from {s}.opportunity")
    large.sql("delete from {s}.customer where id > :last", last=first(large) + 1_999)
    assert large.value("select pg_relation_size('{s}.customer')") > 8_000_000
    assert add(large, "size", "number", formula="LEN(name)")["impact"] == []
    assert work(large) == []
    found = large.client("admin").run("{ customers(where: {size: {gt: 0}}) { totalCount } }")
    assert found["customers"] == {"totalCount": 2_000}


def test_uniqueness_that_is_not_enforced_yet_is_told(large: TestCompany, complete: Work) -> None:
    """With the API name; once its index is there, nothing is told any more."""
    client = large.client("admin")
    add(large, "wechat", "text")
    made = applied(client, UPDATE, o="customer", n="wechat", f={"unique": True})
    assert {
        "kind": "background",
        "name": "customer.wechat",
        "detail": "may have equal values until its index is built",
    } in made["impact"]
    step = {"kind": "unique", "object": "customer", "name": "wechat"}
    assert work(large) == [{**step, "percent": None, "problem": None}]
    complete()
    assert work(large) == []
    history = "{ metadataHistory(first: 1) { nodes { kind problem { code } } } }"
    (newest,) = client.run(history)["metadataHistory"]["nodes"]
    assert newest == {"kind": "updateField", "problem": None}


def test_uniqueness_that_is_given_up_says_why_until_the_field_changes(
    large: TestCompany, complete: Work
) -> None:
    """In the history for good, among the work until the next change of this field."""
    client = large.client("admin")
    add(large, "wechat", "text")
    applied(client, UPDATE, o="customer", n="wechat", f={"unique": True})
    ids = [first(large), first(large) + 1]
    for each in ids:
        client.run(WRITE, id=f"Customer:{each}")
    complete()
    problem = {
        "code": "NOT_UNIQUE_ROWS",
        "message": f"wechat has values that are not unique: Customer:{ids[0]}, Customer:{ids[1]}",
        "ids": [f"Customer:{each}" for each in ids],
    }
    failed = {"kind": "unique", "object": "customer", "name": "wechat", "percent": None}
    assert work(large) == [{**failed, "problem": problem}]
    history = """{ metadataHistory(first: 1) { nodes { kind user { id } problem { code message ids }
      differences { object field attribute before after } } } }"""
    (newest,) = client.run(history)["metadataHistory"]["nodes"]
    lost = {"attribute": "unique", "before": "true", "after": None}
    assert newest == {
        "kind": "withdrawUnique",
        "user": None,
        "problem": problem,
        "differences": [{"object": "customer", "field": "wechat", **lost}],
    }
    applied(client, UPDATE, o="customer", n="mobile", f={"help": {"zh": "手机"}})
    assert [each["problem"] for each in work(large)] == [problem]
    again = change(client, UPDATE, o="customer", n="wechat", f={"unique": True})
    assert [each["code"] for each in again["problems"]] == ["NOT_UNIQUE_ROWS"]
    applied(client, UPDATE, o="customer", n="wechat", f={"help": {"zh": "微信"}})
    assert work(large) == []


def test_a_version_before_the_fill_can_be_gone_back_to(large: TestCompany, complete: Work) -> None:
    """That values were not there yet is no part of a version."""
    made = add(large, "deals", rollUp=COUNT)
    complete()
    client = large.client("admin")
    applied(client, of_field("deleteField"), o="customer", n="deals")
    back = client.run(
        "mutation($v: Int!) { rollBackMetadata(version: $v) { applied problems { code } } }",
        v=made["version"],
    )
    assert back["rollBackMetadata"] == {"applied": True, "problems": []}
    complete()
    found = client.run("{ customers(where: {deals: {gt: 0}}) { totalCount } }")
    assert found["customers"] == {"totalCount": 1}
    kinds = client.run("{ metadataHistory(first: 9) { nodes { kind differences { object } } } }")
    nodes = kinds["metadataHistory"]["nodes"]
    assert {"kind": "fillFields", "differences": []} in nodes


def test_a_scene_leaves_out_a_condition_on_values_that_are_not_there_yet(
    large: TestCompany, complete: Work
) -> None:
    """And says so, as of a field that is gone."""
    add(large, "deals", rollUp=COUNT)
    complete()
    client = large.client("admin")
    scene = client.run(SCENE, w={"deals": {"gt": 0}})["createScene"]["scene"]["id"]
    shown = f'{{ customers(scene: "{scene}") {{ totalCount }} }}'
    assert notices(client, shown) == ({"customers": {"totalCount": 1}}, None)
    only_some = {**COUNT, "where": '{"name": {"eq": "a"}}'}
    applied(client, UPDATE, o="customer", n="deals", f={"rollUp": only_some})
    found, (told,) = notices(client, shown)
    assert found == {"customers": {"totalCount": ROWS}}
    assert [each["code"] for each in told["problems"]] == ["STILL_COMPUTING"]
    assert told["scene"] == scene
    complete()
    assert notices(client, shown) == ({"customers": {"totalCount": 1}}, None)


def test_what_is_made_and_emptied_is_told_by_the_names_of_fields(
    large: TestCompany, complete: Work
) -> None:
    """Never by those of columns, indexes and keys; each field's work once."""
    add(large, "referrer", "relation", target="contact")
    assert {(each["kind"], each["name"]) for each in work(large)} == {
        ("index", "referrer"),
        ("relation", "referrer"),
    }
    complete()
    add(large, "note", "text")
    client = large.client("admin")
    for verb in ("deleteField", "purgeField"):
        applied(client, of_field(verb), o="customer", n="note")
    step = {"kind": "purged", "object": "customer", "name": "note"}
    assert work(large) == [{**step, "percent": None, "problem": None}]
    complete()
    assert work(large) == []
