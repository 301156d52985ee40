"""Scenes and list settings (SCN-01 to SCN-05) over HTTP, through two server processes."""

from datetime import timedelta
from typing import Any

import pytest

from engine.base.clock import now
from engine.base.identifiers import RecordId
from engine.base.zones import period_days, today
from metadata.scenes import scenes_of
from tests.harness.client import Client
from tests.harness.company import TestCompany

PEOPLE = ("admin", "manager", "alice", "bob", "carol")
OWNERS = ("manager", "alice", "bob", "carol")
SCENES = """query($o: String!) { scenes(object: $o) {
  id name system mine place default version where search orderBy everyone
  owner { id } users departments problems { path code message } } }"""
CREATE = """mutation($o: String!, $i: SceneInput!) { createScene(object: $o, input: $i) {
  scene { id name version mine where problems { code } } } }"""
UPDATE = """mutation($id: ID!, $i: ScenePatch!, $v: Int) { updateScene(id: $id, input: $i, version: $v) {
  scene { id name version where } } }"""
SHARE = """mutation($id: ID!, $e: Boolean! = false, $u: [ID!], $d: [ID!]) {
  shareScene(id: $id, everyone: $e, users: $u, departments: $d) {
    scene { everyone users departments } } }"""
DELETE = "mutation($id: ID!) { deleteScene(id: $id) }"
ORDER = """mutation($o: String!, $s: [ID!]!, $h: [ID!]) {
  orderScenes(object: $o, shown: $s, hidden: $h) { id place default } }"""
DEFAULT = "mutation($o: String!, $s: ID) { setDefaultScene(object: $o, scene: $s) { id default } }"
LIST = "query($s: ID, $w: CustomerWhere) { customers(scene: $s, where: $w) { nodes { name } } }"
SETTINGS = """{ pinnedFilters { field value } columns { field hidden width frozen } pageSize guideLines
  problems { path code } }"""


@pytest.fixture(scope="module", autouse=True)
def rows(company: TestCompany) -> None:
    """For every owner: records in every state that a system scene asks for."""
    people, day = company.people, today(now(), "Asia/Shanghai")
    category = company.insert("productCategory", name="类别")
    for at, on_sale in enumerate((True, False, True)):
        company.insert(
            "product", name=f"产品 {at}", code=f"P{at}", category=category, price=1, onSale=on_sale
        )
    for key in OWNERS:
        owner = {"owner": people[key].number, "createdBy": people[key].number}
        customer = company.insert("customer", name=f"客户 {key}", level="A", **owner)
        contract = company.insert(
            "contract", name=f"合同 {key}", number=f"C-{key}", customer=customer, amount=1, **owner
        )
        for converted in (None, now()):
            company.insert("lead", name=f"线索 {key} {converted}", convertedAt=converted, **owner)
        for outcome in ("RUNNING", "WON", "LOST", "INVALID"):
            company.insert(
                "opportunity", name=f"{key} {outcome}", customer=customer, outcome=outcome, **owner
            )
        for status in ("PENDING", "PARTLY_RECEIVED", "RECEIVED", "VOID"):
            for days in (-4000, -40, -8, -1, 0, 1, 8, 40):
                company.insert(
                    "paymentPlan",
                    customer=customer,
                    contract=contract,
                    amount=1,
                    dueOn=day + timedelta(days=days),
                    status=status,
                    **owner,
                )
    pooled = company.insert("customer", name="公海客户")
    for record in (pooled, customer):
        company.insert("follower", record=RecordId("customer", record), user=people["admin"].number)


def oracle(name: str, scene: str) -> str:
    """What the scene says, in SQL about `t`, with `:me` and `:day` (written anew here)."""
    month, week = ("between :m1 and :m2", "between :w1 and :w2")
    still_due = "t.status in ('PENDING', 'PARTLY_RECEIVED')"
    of_object = {
        "lead": "t.converted_at is null" if scene != "converted" else "t.converted_at is not null",
        "customer": "t.owner_id is not null",
    }.get(name, "true")
    followed = (
        "exists (select 1 from {s}.follower f where f.user_id = :me"
        f" and f.record_object = '{name}' and f.record_id = t.id)"
    )
    of_scene = {
        "mine": "t.owner_id = :me",
        "subordinates": "t.owner_id = any(:below)",
        "followed": followed,
        "won": "t.outcome = 'WON'",
        "lost": "t.outcome = 'LOST'",
        "invalid": "t.outcome = 'INVALID'",
        "running": "t.outcome = 'RUNNING'",
        "overdue": f"{still_due} and t.due_on < :day",
        "dueThisMonth": f"{still_due} and t.due_on {month}",
        "dueThisWeek": f"{still_due} and t.due_on {week}",
        "received": "t.status = 'RECEIVED'",
        "receivedThisMonth": f"t.status = 'RECEIVED' and t.due_on {month}",
        "receivedThisWeek": f"t.status = 'RECEIVED' and t.due_on {week}",
        "partlyReceived": "t.status = 'PARTLY_RECEIVED'",
        "onSale": "t.on_sale",
        "offSale": "not t.on_sale",
    }.get(scene, "true")
    return f"{of_object} and {of_scene}"


@pytest.mark.parametrize("person", PEOPLE)
def test_a_system_scene_is_what_the_oracle_says(company: TestCompany, person: str) -> None:
    """Rows of the scene are the rows one sees anyway that meet the condition in SQL."""
    client, me = company.client(person), company.people[person].number
    below = company.sql('select id from {s}."user" where superior_id = :me', me=me)
    day = today(now(), "Asia/Shanghai")
    (m1, m2), (w1, w2) = (period_days(f"THIS_{unit}", day) for unit in ("MONTH", "WEEK"))
    values = {
        "me": me,
        "below": [row["id"] for row in below],
        "day": day,
        "m1": m1,
        "m2": m2 - timedelta(days=1),
        "w1": w1,
        "w2": w2 - timedelta(days=1),
    }
    found = 0
    for item in company.snapshot.objects:
        if item.name not in ("lead", "customer", "opportunity", "paymentPlan", "product"):
            continue
        seen = ids(client.run(f"{{ {item.plural}(first: 200) {{ nodes {{ id }} }} }}"))
        for scene in scenes_of(item):
            query = f"query($s: ID) {{ {item.plural}(scene: $s, first: 200) {{ nodes {{ id }} }} }}"
            sql = f'select t.id from {{s}}."{item.table}" t where {oracle(item.name, scene.key)}'
            used = {name: each for name, each in values.items() if f":{name}" in sql}
            wanted = {RecordId(item.name, row["id"]) for row in company.sql(sql, **used)}
            answer = ids(client.run(query, s=scene.key))
            assert answer == seen & {str(each) for each in wanted}, (item.name, scene.key)
            found += len(answer)
    assert found > 20


def ids(data: dict[str, Any]) -> set[str]:
    (connection,) = data.values()
    return {node["id"] for node in connection["nodes"]}


def names(client: Client, scene: str | None, **variables: Any) -> list[str]:
    nodes = client.run(LIST, s=scene, **variables)["customers"]["nodes"]
    return [node["name"] for node in nodes]


def made(client: Client, name: str = "场景", **values: Any) -> str:
    given = {"name": name, **values}
    scene: str = client.run(CREATE, o="customer", i=given)["createScene"]["scene"]["id"]
    return scene


def listed(client: Client, object: str = "customer") -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in client.run(SCENES, o=object)["scenes"]}


def test_a_scene_of_ones_own_filters_searches_and_orders_in_both_processes(
    company: TestCompany,
) -> None:
    alice = company.client("manager")
    scene = made(
        alice,
        where={"or": [{"owner": {"me": True}}, {"name": {"contains": "bob"}}]},
        search="客户",
        orderBy=[{"name": "DESC"}],
    )
    for server in (0, 1):
        client = company.client("manager", server)
        assert names(client, scene) == ["客户 manager", "客户 bob"]
        assert names(client, scene, w={"name": {"contains": "man"}}) == ["客户 manager"]
        query = "query($s: ID) { customers(scene: $s, orderBy: {name: ASC}) { nodes { name } } }"
        nodes = client.run(query, s=scene)["customers"]["nodes"]
        assert [node["name"] for node in nodes] == ["客户 bob", "客户 manager"]
    groups = "query($s: ID) { customerGroups(scene: $s, groupBy: [{level: true}]) { count } }"
    assert alice.run(groups, s=scene)["customerGroups"] == [{"count": 2}]
    both = """query($s: ID) { a: customers(scene: $s) { totalCount }
      b: customers(scene: "mine") { totalCount } viewer { language } }"""
    answer = alice.run(both, s=scene)
    assert (answer["a"]["totalCount"], answer["b"]["totalCount"]) == (2, 1)


def test_the_change_of_a_shared_scene_holds_at_once_in_the_other_process(
    company: TestCompany,
) -> None:
    manager, admin = company.client("manager"), company.client("admin", 1)
    scene = made(manager, where={"name": {"contains": "bob"}})
    assert admin.refused(LIST, s=scene).code == "NOT_FOUND"
    manager.run(SHARE, id=scene, u=[company.people["admin"].id])
    for word in ("alice", "carol", "bob"):
        manager.run(UPDATE, id=scene, i={"where": {"name": {"contains": word}}})
        assert names(admin, scene) == [f"客户 {word}"]
    manager.run(SHARE, id=scene)
    assert admin.refused(LIST, s=scene).code == "NOT_FOUND"
    manager.run(SHARE, id=scene, e=True)
    assert names(admin, scene) == ["客户 bob"]
    manager.run(DELETE, id=scene)
    assert admin.refused(LIST, s=scene).code == "NOT_FOUND"
    assert manager.refused(LIST, s=scene).code == "NOT_FOUND"


def test_a_scene_is_shared_with_a_department_and_what_is_below_it(company: TestCompany) -> None:
    admin = company.client("admin")
    scene = made(admin, name="部门")
    admin.run(SHARE, id=scene, d=[f"Department:{company.departments['sales']}"])
    assert scene in listed(company.client("alice"))
    assert scene not in listed(company.client("carol"))
    admin.run(SHARE, id=scene, d=[f"Department:{company.departments['head']}"])
    assert scene in listed(company.client("carol", 1))
    assert names(company.client("carol"), scene) == ["客户 carol"]


def test_nobody_changes_or_finds_the_scene_of_another(company: TestCompany) -> None:
    """A refusal leaves rows and outbox as they are; shared with is not owned by."""
    alice, bob = company.client("alice"), company.client("bob")
    scene = made(alice, where={"name": {"eq": "x"}})
    before = trace(company)
    for query, given in ((UPDATE, {"i": {"name": "y"}}), (DELETE, {}), (SHARE, {"e": True})):
        assert bob.refused(query, id=scene, **given).code == "NOT_FOUND"
        assert bob.refused(query, id="Scene:999999", **given).code == "NOT_FOUND"
    assert scene not in listed(bob)
    assert trace(company) == before
    alice.run(SHARE, id=scene, u=[company.people["bob"].id])
    before = trace(company)
    for query, given in ((UPDATE, {"i": {"name": "y"}}), (DELETE, {}), (SHARE, {"e": True})):
        assert bob.refused(query, id=scene, **given).code == "FORBIDDEN"
    assert trace(company) == before
    assert not listed(bob)[scene]["mine"] and listed(bob)[scene]["users"] == []


def trace(company: TestCompany) -> Any:
    return company.sql(
        "select (select md5(string_agg(t::text, '' order by id)) from {s}.scene t) as scenes,"
        " (select md5(string_agg(l::text, '' order by user_id)) from {s}.list_setting l) as lists,"
        " (select max(id) from {s}.outbox) as outbox"
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"where": {"nope": {"eq": 1}}}, "FIELD_GONE"),
        ({"where": {"name": {"nope": 1}}}, "BAD_FORMAT"),
        ({"where": {"createdAt": {"during": "SOON"}}}, "BAD_FORMAT"),
        ({"where": {"level": {"eq": "NOPE"}}}, "UNKNOWN_OPTION"),
        ({"where": []}, "BAD_FORMAT"),
        ({"orderBy": [{"name": "UP"}]}, "BAD_FORMAT"),
        ({"orderBy": {"name": "ASC"}}, "BAD_FORMAT"),
        ({"where": {"name": {"eq": "a\x00"}}}, "BAD_FORMAT"),
        ({"where": {"or": [{"name": {"in": ["\x00"]}}]}}, "BAD_FORMAT"),
        ({"where": {"amountDealt": {"gt": "1e9999"}}}, "FIELD_GONE"),
        ({"search": "\x00"}, "BAD_FORMAT"),
        ({"name": "\x00"}, "BAD_FORMAT"),
        ({"where": {"name": {"in": ["长" * 300] * 80}}}, "TOO_LONG"),
        (
            {"where": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}}}},
            "TOO_COMPLEX",
        ),
        ({"name": "  "}, "REQUIRED"),
        ({"name": "长" * 51}, "TOO_LONG"),
    ],
)
def test_what_is_no_scene_is_refused(company: TestCompany, given: Any, code: str) -> None:
    before = trace(company)
    failure = company.client("alice").refused(CREATE, o="customer", i={"name": "n", **given})
    assert failure.code == "INVALID_INPUT" and failure.problems[0]["code"] == code
    assert trace(company) == before


def test_a_filter_of_any_depth_is_refused_with_a_code(company: TestCompany) -> None:
    for name in ("not", "and"):
        where: Any = {"name": {"eq": "x"}}
        for _ in range(300):
            where = {name: [where] if name == "and" else where}
        answer = company.client("alice").post(
            CREATE, {"o": "customer", "i": {"name": "n", "where": where}}
        )
        codes = {each["extensions"]["code"] for each in answer.json()["errors"]}
        assert codes <= {"TOO_COMPLEX", "TOO_LARGE", "INVALID_INPUT"}


def test_a_scene_by_a_hidden_field_is_refused_and_a_shared_one_says_so(
    company: TestCompany,
) -> None:
    """B4: sharing gives no right; the list answers without the condition and tells which."""
    admin, alice = company.client("admin"), company.client("alice")
    where = {"and": [{"name": {"startsWith": "客户"}}, {"level": {"eq": "B"}}]}
    scene = made(admin, name="B 级", where=where, orderBy=[{"level": "ASC"}, {"name": "ASC"}])
    admin.run(SHARE, id=scene, e=True)
    assert names(alice, scene) == []
    hide(company, "level")
    try:
        assert alice.refused(CREATE, o="customer", i={"name": "n", "where": where}).code == (
            "FIELD_FORBIDDEN"
        )
        for query in (LIST, LIST.replace("nodes", "edges { node { id } } nodes")):
            answer = alice.post(query, {"s": scene}).json()
            assert [n["name"] for n in answer["data"]["customers"]["nodes"]] == ["客户 alice"]
            (notice,) = answer["extensions"]["notices"]
            assert notice["path"] == ["customers"] and notice["scene"] == scene
            by_executor = query.replace("where: $w)", "where: $w) @include(if: true)")
            assert alice.post(by_executor, {"s": scene}).json() == answer
            assert [(p["code"], p["path"]) for p in notice["problems"]] == [
                ("FIELD_FORBIDDEN", ["where", "and", 1, "level"]),
                ("FIELD_FORBIDDEN", ["orderBy", 0, "level"]),
            ]
        found = listed(alice)[scene]
        assert [p["code"] for p in found["problems"]] == ["FIELD_FORBIDDEN"] * 2
        assert found["where"] == {"and": [{"name": {"startsWith": "客户"}}]}
        assert found["orderBy"] == [{"name": "ASC"}]
        both = "query($s: ID) { customers(scene: $s) { nodes { name } } viewer { language } }"
        answer = alice.post(both, {"s": scene}).json()
        assert [n["name"] for n in answer["data"]["customers"]["nodes"]] == ["客户 alice"]
        assert answer["extensions"]["notices"] == [notice]
        assert "extensions" not in admin.post(LIST, {"s": scene}).json()
    finally:
        hide(company, "level", "WRITE")
    assert names(alice, scene) == []


def hide(company: TestCompany, field: str, access: str = "HIDDEN") -> None:
    role = company.value("select id from {s}.role where key = 'salesperson'")
    company.client("admin").run(
        """mutation($r: ID!, $f: String!, $a: FieldAccessLevel!) {
          setFieldAccess(role: $r, fields: [{object: "customer", field: $f, access: $a}]) }""",
        r=f"Role:{role}",
        f=field,
        a=access,
    )


def test_a_field_that_is_gone_breaks_no_list(company: TestCompany) -> None:
    """Written past the API, as a deleted field leaves it behind."""
    alice = company.client("alice")
    scene = made(alice)
    company.sql(
        """update {s}.scene set version = version + 1, filter = cast(:f as jsonb) where id = :id""",
        f='{"or": [{"gone": {"eq": 1}}, {"name": {"eq": "x"}}], "level": {"in": ["A", "OLD"]}}',
        id=int(scene.split(":")[1]),
    )
    answer = alice.post(LIST, {"s": scene}).json()
    assert [n["name"] for n in answer["data"]["customers"]["nodes"]] == ["客户 alice"]
    problems = answer["extensions"]["notices"][0]["problems"]
    assert [(p["code"], p["path"]) for p in problems] == [
        ("FIELD_GONE", ["where", "or", 0, "gone"]),
        ("UNKNOWN_OPTION", ["where", "level", "in"]),
    ]


def test_scenes_are_ordered_hidden_and_chosen(company: TestCompany) -> None:
    bob = company.client("bob")
    own = [made(bob, name=f"场景 {at}") for at in range(3)]
    order = [own[2], "mine", "all", own[0], own[1], "followed"]
    bob.run(ORDER, o="customer", s=order, h=["subordinates"])
    bob.run(DEFAULT, o="customer", s="mine")
    found = company.client("bob", 1).run(SCENES, o="customer")["scenes"]
    ours = [each for each in found if each["system"] or each["mine"]]
    assert [each["id"] for each in ours] == [*order, "subordinates"]
    assert [s["id"] for s in found if s["place"] == "BAR"] == order[:5]
    assert ours[-2]["place"] == "MENU" and ours[-1]["place"] == "HIDDEN"
    assert [s["id"] for s in found if s["default"]] == ["mine"]
    bob.run(DELETE, id=own[2])
    bob.run(ORDER, o="customer", s=["all"], h=["mine"])
    assert [s["id"] for s in listed(bob).values() if s["default"]] == ["all"]
    assert listed(company.client("alice"))["mine"]["place"] == "BAR"
    before = trace(company)
    everything = list(listed(bob))
    failure = bob.refused(ORDER, o="customer", s=[], h=everything)
    assert failure.errors[0]["extensions"]["rule"] == "scene_stays"
    assert bob.refused(ORDER, o="customer", s=["nope"]).problems[0]["code"] == "BAD_ID"
    assert bob.refused(DEFAULT, o="customer", s="Scene:99999").problems[0]["code"] == "BAD_ID"
    (hidden,) = bob.refused(DEFAULT, o="customer", s="mine").problems
    assert (hidden["path"], hidden["code"]) == (["scene"], "HIDDEN_SCENE")
    assert trace(company) == before


@pytest.mark.parametrize("id", ["mine", "all", "overdue"])
def test_a_scene_of_the_system_is_told_as_one(company: TestCompany, id: str) -> None:
    alice, before = company.client("alice"), trace(company)
    share = "mutation($id: ID!) { shareScene(id: $id, everyone: true) { scene { id } } }"
    refused = [
        alice.refused(UPDATE, id=id, i={"name": "neu"}),
        alice.refused(DELETE, id=id),
        alice.refused(share, id=id),
    ]
    for each in refused:
        assert [(p["path"], p["code"]) for p in each.problems] == [(["id"], "SYSTEM_SCENE")]
    assert trace(company) == before


def test_a_version_seen_long_ago_is_a_conflict(company: TestCompany) -> None:
    alice = company.client("alice")
    scene = made(alice)
    assert alice.run(UPDATE, id=scene, i={"name": "neu"}, v=1)["updateScene"]["scene"] == {
        "id": scene,
        "name": "neu",
        "version": 2,
        "where": {},
    }
    assert alice.refused(UPDATE, id=scene, i={"name": "alt"}, v=1).code == "CONFLICT"


@pytest.mark.parametrize("scene", ["nope", "Customer:1", "Scene:0", "Scene:12x"])
def test_what_is_no_id_of_a_scene_is_an_input_error(company: TestCompany, scene: str) -> None:
    failure = company.client("alice").refused(LIST, s=scene)
    assert failure.code == "INVALID_INPUT" and failure.problems[0]["path"] == ["scene"]


def test_a_scene_of_another_object_is_not_found(company: TestCompany) -> None:
    alice = company.client("alice")
    scene = made(alice)
    query = "query($s: ID) { leads(scene: $s) { totalCount } }"
    assert alice.refused(query, s=scene).code == "NOT_FOUND"


def test_who_does_not_read_an_object_has_no_scenes_of_it(company: TestCompany) -> None:
    finance = company.client("finance")
    assert finance.refused(SCENES, o="lead").code == "FORBIDDEN"
    assert finance.refused(CREATE, o="lead", i={"name": "n"}).code == "FORBIDDEN"
    assert finance.refused(SCENES, o="nope").code == "INVALID_INPUT"


def test_list_settings_are_kept_for_the_user_and_the_object(company: TestCompany) -> None:
    alice, other = company.client("alice"), company.client("alice", 1)
    columns = [
        {"field": "name", "hidden": False, "width": 240, "frozen": True},
        {"field": "level", "hidden": True, "width": None, "frozen": False},
    ]
    pinned = [{"field": "level", "value": {"in": ["A"]}}, {"field": "owner", "value": None}]
    set_columns = f'mutation($c: [ListColumnInput!]!) {{ setColumns(object: "customer", columns: $c) {SETTINGS} }}'
    set_pinned = f'mutation($f: [PinnedFilterInput!]!) {{ setPinnedFilters(object: "customer", filters: $f) {SETTINGS} }}'
    alice.run(set_columns, c=columns)
    alice.run(set_pinned, f=pinned)
    alice.run(f'mutation {{ setPageSize(object: "customer", size: 50) {SETTINGS} }}')
    alice.run(f'mutation {{ setGuideLines(object: "customer", shown: true) {SETTINGS} }}')
    query = f'{{ listSettings(object: "customer") {SETTINGS} }}'
    wanted = {
        "pinnedFilters": pinned,
        "columns": columns,
        "pageSize": 50,
        "guideLines": True,
        "problems": [],
    }
    assert other.run(query)["listSettings"] == wanted
    empty: dict[str, Any] = {
        "pinnedFilters": [],
        "columns": [],
        "pageSize": None,
        "guideLines": False,
    }
    assert company.client("bob").run(query)["listSettings"] == {**empty, "problems": []}
    hide(company, "level")
    try:
        found = other.run(query)["listSettings"]
        assert found["columns"] == columns[:1] and found["pinnedFilters"] == pinned[1:]
        assert [p["code"] for p in found["problems"]] == ["FIELD_FORBIDDEN"] * 2
        assert alice.refused(set_pinned, f=pinned).code == "FIELD_FORBIDDEN"
        assert alice.refused(set_columns, c=columns).code == "FIELD_FORBIDDEN"
    finally:
        hide(company, "level", "WRITE")
    assert other.run(query)["listSettings"] == wanted
    nul = [{"field": "name", "value": {"eq": "\x00"}}]
    assert alice.refused(set_pinned, f=nul).problems[0]["code"] == "BAD_FORMAT"
    wrong = [{"field": "nope"}, {"field": "name", "width": 1}, {"field": "name"}]
    codes = [p["code"] for p in alice.refused(set_columns, c=wrong).problems]
    assert codes == ["FIELD_GONE", "OUT_OF_RANGE", "NOT_UNIQUE"]
