"""A dry run names the scenes and list settings that a change of a field would break."""

from dataclasses import replace
from typing import Any

from tests.harness.company import TestCompany

CREATE = """mutation($n: String!, $w: JSON, $o: JSON) {
  createScene(object: "customer", input: {name: $n, where: $w, orderBy: $o}) { scene { id } } }"""
MUTATIONS = """mutation($c: [ListColumnInput!]!, $f: [PinnedFilterInput!]!) {
  setColumns(object: "customer", columns: $c) { pageSize }
  setPinnedFilters(object: "customer", filters: $f) { pageSize } }"""
ADD = """mutation { createField(object: "customer",
  input: {name: "fax", label: {zh: "传真"}, type: "text"}) {
    applied problems { code message } } }"""
DELETE = """mutation($dry: Boolean!) { deleteField(object: "customer", name: "fax", dryRun: $dry) {
  applied impact { kind name detail } } }"""


def test_scenes_and_settings_are_named_before_the_field_goes_and_work_without_it_after(
    company: TestCompany,
) -> None:
    admin, alice = company.client("admin"), company.client("alice", 1)
    assert admin.run(ADD)["createField"]["applied"]
    shared = alice.run(CREATE, n="有传真", w={"not": {"fax": {"isEmpty": True}}})
    scene = shared["createScene"]["scene"]["id"]
    alice.run(
        "mutation($id: ID!) { shareScene(id: $id, everyone: true) { scene { id } } }", id=scene
    )
    alice.run(CREATE, n="秘密", o=[{"fax": "ASC"}])
    alice.run(CREATE, n="别的", w={"name": {"eq": "x"}})
    alice.run(MUTATIONS, c=[{"field": "fax"}], f=[{"field": "fax"}])
    wanted = [
        {"kind": "scene", "name": "customer: 有传真"},
        {"kind": "scene", "name": "1 scenes of users"},
        {"kind": "columns", "name": "1 users"},
        {"kind": "pinned filters", "name": "1 users"},
    ]
    chinese = replace(admin, language="zh").run(DELETE, dry=True)["deleteField"]["impact"]
    assert [(each["name"], each["detail"]) for each in chinese] == [
        ("customer: 有传真", "该条件将被忽略，并告知使用者"),
        ("1 个员工自己的场景", "该条件将被忽略，并告知使用者"),
        ("1 名员工", "将从列表中去掉"),
        ("1 名员工", "将从列表中去掉"),
    ]
    for dry in (True, False):
        found: dict[str, Any] = admin.run(DELETE, dry=dry)["deleteField"]
        assert found["applied"] is not dry
        assert [{"kind": e["kind"], "name": e["name"]} for e in found["impact"]] == wanted
    answer = alice.post(
        "query($s: ID!) { customers(scene: $s) { totalCount } }", {"s": scene}
    ).json()
    assert answer["data"] == {"customers": {"totalCount": 0}}
    (notice,) = answer["extensions"]["notices"]
    assert [(p["code"], p["path"]) for p in notice["problems"]] == [
        ("FIELD_GONE", ["where", "not", "fax"])
    ]
    settings = alice.run(
        '{ listSettings(object: "customer") { columns { field } problems { code } } }'
    )["listSettings"]
    assert settings == {"columns": [], "problems": [{"code": "FIELD_GONE"}] * 2}
