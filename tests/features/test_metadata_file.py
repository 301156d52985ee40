"""The configuration as a file: exported, compared, applied elsewhere, and taken back (FLD-12)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.root import root
from metadata.check import check_company
from tests.conftest import Services
from tests.harness.client import Client
from tests.harness.company import TestCompany

PAYLOAD = "applied version problems { path code message } impact { kind name detail }"
APPLY = f"""mutation($file: String!, $dry: Boolean = false) {{
  applyMetadataFile(file: $file, dryRun: $dry) {{ {PAYLOAD} }} }}"""
ROLL_BACK = f"""mutation($version: Int!, $dry: Boolean = false) {{
  rollBackMetadata(version: $version, dryRun: $dry) {{ {PAYLOAD} }} }}"""
DIFFERENCE = """query($file: String!) { metadataDifference(file: $file) {
  object field attribute before after } }"""
HISTORY = """query($first: Int!, $after: String) { metadataHistory(first: $first, after: $after) {
  nodes { version at kind user { name } differences { object field attribute before after } }
  hasNextPage endCursor } }"""
COLOR = """      color:
        type: choice
        label: {zh: 颜色, en: Color}
        custom: true
        choices:
          RED: {label: {zh: 红, en: Red}}
          BLUE: {label: {zh: 蓝, en: Blue}}
"""
CAR = """  car:
    plural: cars
    label: {zh: 车辆, en: Car}
"""

Qiansi = Callable[..., Result]


@pytest.fixture
def qiansi(services: Services) -> Qiansi:
    """The command line, with the database of this run."""

    def run(*arguments: str) -> Result:
        environment = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
        return CliRunner().invoke(root, ["metadata", *arguments], env=environment)

    return run


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company that the test may reshape."""
    return make_company()


def export(company: TestCompany) -> str:
    text: str = company.client("admin").run("{ metadataFile }")["metadataFile"]
    return text


def only(client: Client, query: str, **variables: Any) -> Any:
    (found,) = client.run(query, **variables).values()
    return found


def applied(company: TestCompany, file: str) -> dict[str, Any]:
    found: dict[str, Any] = only(company.client("admin"), APPLY, file=file)
    assert found["applied"], found
    return found


def with_color(file: str) -> str:
    """The file with one more field of customers, and another label of their names."""
    head, _, rest = file.partition("  customer:\n")
    rest = rest.replace("    fields:\n", f"    fields:\n{COLOR}", 1)
    return f"{head}  customer:\n{rest}".replace("zh: 客户名称, en: Name", "zh: 客户全称, en: Name")


def check(company: TestCompany) -> list[str]:
    with company.engine.begin() as connection:
        return check_company(connection, company.company.schema)


def domain(company: TestCompany) -> str:
    return company.company.domain or ""


def make_custom(company: TestCompany) -> None:
    """A field, an object with a relation to customers, a right, as an administrator makes them."""
    admin = company.client("admin")
    for mutation in (
        'createField(object: "customer", input: {label: {zh: "备注二", en: "Second"}, type: "text"}) { applied }',
        'createObject(input: {name: "car", label: {zh: "车辆", en: "Car"}}) { applied }',
        'createField(object: "car", input: {name: "keeper", label: {zh: "车主", en: "Keeper"}, type: "relation", target: "customer", inverse: "cars"}) { applied }',
    ):
        assert only(admin, f"mutation {{ {mutation} }}")["applied"]
    role = company.value("select id from {s}.role where key = 'salesperson'")
    admin.run(
        'mutation($r: ID!) { setRoleActions(role: $r, actions: [{object: "car", actions: ["read"]}]) }',
        r=f"Role:{role}",
    )


def make_computed(company: TestCompany) -> None:
    """A formula, a roll-up and a number, and then an order in which nothing is where it was made:
    each field stands before those that it is computed from."""
    admin = company.client("admin")
    for item, name, rest in (
        ("customer", "carCount", 'type: "integer", rollUp: {relation: "cars", function: "count"}'),
        ("customer", "twice", 'type: "number", formula: "carCount * 2"'),
        ("customer", "fourTimes", 'type: "number", formula: "twice * 2"'),
        (
            "car",
            "code",
            'type: "autoNumber", unique: true, numberRule: {digits: 3, parts: [{kind: TEXT, text: "C-"}, {kind: COUNTER}]}',
        ),
    ):
        made = f'name: "{name}", label: {{zh: "{name}"}}, {rest}'
        found = only(
            admin,
            f'mutation {{ createField(object: "{item}", input: {{{made}}}) {{ {PAYLOAD} }} }}',
        )
        assert found["applied"], found
    order = '["fourTimes", "twice", "carCount"]'
    assert only(
        admin, f'mutation {{ reorderFields(object: "customer", names: {order}) {{ applied }} }}'
    )["applied"]


def test_what_is_exported_differs_in_nothing_and_says_so(fresh: TestCompany) -> None:
    """The same bytes again, no difference, and applying it makes no version."""
    file = export(fresh)
    assert file == export(fresh)
    admin = fresh.client("admin")
    assert only(admin, DIFFERENCE, file=file) == []
    assert applied(fresh, file) == {"applied": True, "version": 1, "problems": [], "impact": []}


def test_a_file_is_tried_then_applied_and_live_in_both_servers(fresh: TestCompany) -> None:
    """The dry run changes nothing; afterwards the company is what the file says."""
    file = with_color(export(fresh))
    admin = fresh.client("admin")
    expected = [
        {
            "object": "customer",
            "field": "color",
            "attribute": None,
            "before": None,
            "after": "{type: choice, label: {zh: 颜色, en: Color}, custom: true, choices:"
            " {RED: {label: {zh: 红, en: Red}}, BLUE: {label: {zh: 蓝, en: Blue}}}}",
        },
        {
            "object": "customer",
            "field": "name",
            "attribute": "label.zh",
            "before": "客户名称",
            "after": "客户全称",
        },
    ]
    assert only(admin, DIFFERENCE, file=file) == expected
    tried = only(admin, APPLY, file=file, dry=True)
    assert (tried["applied"], tried["version"], tried["problems"]) == (False, 1, [])
    assert applied(fresh, file)["version"] == 2
    assert export(fresh) == file
    for server in (0, 1):
        fresh.client("admin", server).run("{ customers(first: 1) { nodes { color } } }")
    assert check(fresh) == []


def test_a_company_becomes_like_another_by_its_file(
    fresh: TestCompany, make_company: Callable[[], TestCompany], qiansi: Qiansi, tmp_path: Path
) -> None:
    """Fields, objects, relations and rights; then both export the same bytes."""
    make_custom(fresh)
    make_computed(fresh)
    other, file = make_company(), str(tmp_path / "crm.yaml")
    assert qiansi("export", "--company", domain(fresh), "--out", file).exit_code == 0
    differing = qiansi("diff", file, "--company", domain(other))
    assert differing.exit_code == 1
    assert "+ customer.beiZhuEr: {type: text" in differing.stdout
    assert "+ car: {plural: cars" in differing.stdout
    assert "~ role salesperson.actions.car: not set → [read]" in differing.stdout
    same = qiansi("diff", "--against", domain(fresh), "--company", domain(other))
    assert (same.exit_code, same.stdout) == (1, differing.stdout)
    tried = qiansi("apply", file, "--company", domain(other))
    assert tried.exit_code == 0, tried.output
    assert "nothing was changed yet" in tried.stderr
    assert export(other) != export(fresh)
    done = qiansi("apply", file, "--company", domain(other), "--yes")
    assert done.exit_code == 0, done.output
    assert "is at metadata version 2" in done.stderr
    assert export(other) == export(fresh) == Path(file).read_text()
    assert qiansi("diff", file, "--company", domain(other)).exit_code == 0
    assert check(other) == []
    admin = other.client("admin", server=1)
    keeper = only(admin, 'mutation { createCustomer(input: {name: "甲"}) { record { id } } }')
    car = 'mutation($k: ID) { createCar(input: {name: "卡车", keeper: $k}) { record { code } } }'
    assert only(admin, car, k=keeper["record"]["id"]) == {"record": {"code": "C-001"}}
    found = only(admin, "{ customers { nodes { fourTimes cars { nodes { name } } } } }")
    assert found == {"nodes": [{"fourTimes": "4.0000", "cars": {"nodes": [{"name": "卡车"}]}}]}


def test_a_company_that_was_changed_differs_from_the_release(
    fresh: TestCompany, qiansi: Qiansi
) -> None:
    """Nothing before, the field as gone afterwards: becoming like the release would delete it."""
    assert qiansi("diff", "--release", "--company", domain(fresh)).exit_code == 0
    applied(fresh, with_color(export(fresh)))
    found = qiansi("diff", "--release", "--company", domain(fresh))
    assert (found.exit_code, found.stdout) == (
        1,
        "~ customer.name.label.zh: 客户全称 → 客户名称\n- customer.color\n",
    )


def test_a_field_that_holds_values_goes_only_after_it_was_told(
    fresh: TestCompany, qiansi: Qiansi, tmp_path: Path
) -> None:
    """The look says how many rows have values; the field can be restored with them."""
    before, file = export(fresh), tmp_path / "crm.yaml"
    applied(fresh, with_color(before))
    admin = fresh.client("admin")
    admin.run('mutation { createCustomer(input: {name: "甲", color: "RED"}) { record { id } } }')
    tried = only(admin, APPLY, file=before, dry=True)
    assert {"kind": "deleted", "name": "customer.color", "detail": "1 rows have values"} in tried[
        "impact"
    ]
    file.write_text(before)
    looked = qiansi("apply", str(file), "--company", domain(fresh))
    assert "! deleted customer.color: 1 rows have values" in looked.stdout
    assert "color" in export(fresh)
    assert qiansi("apply", str(file), "--company", domain(fresh), "--yes").exit_code == 0
    assert export(fresh) == before
    assert applied(fresh, with_color(before))["version"] == 4
    assert only(admin, "{ customers { nodes { name color } } }") == {
        "nodes": [{"name": "甲", "color": "RED"}]
    }
    assert check(fresh) == []


def test_history_tells_who_changed_what_and_when(fresh: TestCompany, qiansi: Qiansi) -> None:
    """Every way of changing is in it, page by page."""
    applied(fresh, with_color(export(fresh)))
    admin = fresh.client("admin")
    only(admin, 'mutation { deleteField(object: "customer", name: "color") { applied } }')
    page = only(admin, HISTORY, first=2)
    assert [(each["version"], each["kind"]) for each in page["nodes"]] == [
        (3, "deleteField"),
        (2, "applyFile"),
    ]
    assert page["nodes"][1]["user"] == {"name": "管理员"}
    told = [
        (each["object"], each["field"], each["attribute"])
        for each in page["nodes"][1]["differences"]
    ]
    assert ("customer", "color", None) in told
    assert ("customer", "name", "label.zh") in told
    assert (page["hasNextPage"], page["endCursor"]) == (True, "2")
    (first,) = only(admin, HISTORY, first=2, after="2")["nodes"]
    assert (first["version"], first["kind"], first["user"]) == (1, "release", None)
    lines = qiansi("history", "--company", domain(fresh)).stdout
    assert re.search(r"^2  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*  applyFile by 管理员$", lines, re.M)
    assert "    ~ customer.name.label.zh: 客户名称 → 客户全称\n" in lines


def test_going_back_keeps_rows_and_brings_deleted_fields_back(
    fresh: TestCompany, qiansi: Qiansi
) -> None:
    """A version before a deletion has the field again, with its values."""
    applied(fresh, with_color(export(fresh)))
    wanted, admin = export(fresh), fresh.client("admin")
    admin.run('mutation { createCustomer(input: {name: "甲", color: "RED"}) { record { id } } }')
    only(admin, 'mutation { deleteField(object: "customer", name: "color") { applied } }')
    make_custom(fresh)
    tried = only(admin, ROLL_BACK, version=2, dry=True)
    assert (tried["applied"], tried["problems"]) == (False, [])
    assert {"deleted"} <= {each["kind"] for each in tried["impact"]}
    done = qiansi("rollback", "2", "--company", domain(fresh), "--yes")
    assert done.exit_code == 0, done.output
    without_rights = re.sub(r"      car: \[read\]\n", "", export(fresh))
    assert without_rights == wanted
    assert only(admin, "{ customers { nodes { name color } } }") == {
        "nodes": [{"name": "甲", "color": "RED"}]
    }
    assert check(fresh) == []


def test_going_back_is_refused_where_values_would_be_lost(
    fresh: TestCompany, qiansi: Qiansi
) -> None:
    """Every field and object with values is told, with the number of rows; nothing changes."""
    applied(fresh, with_color(export(fresh)))
    make_custom(fresh)
    admin = fresh.client("admin")
    admin.run('mutation { createCustomer(input: {name: "甲", color: "RED"}) { record { id } } }')
    admin.run('mutation { createCar(input: {name: "卡车"}) { record { id } } }')
    before = export(fresh)
    refused = only(admin, ROLL_BACK, version=1)
    assert not refused["applied"]
    assert [(each["code"], each["message"]) for each in refused["problems"]] == [
        ("VALUES_LOST", "car has values in 1 rows, which would be lost"),
        ("VALUES_LOST", "customer.color has values in 1 rows, which would be lost"),
    ]
    told = qiansi("rollback", "1", "--company", domain(fresh), "--yes")
    assert told.exit_code == 2
    assert "objects.car: car has values in 1 rows, which would be lost" in told.stdout
    assert export(fresh) == before


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_version_that_is_not_known_is_told(company: TestCompany, version: int) -> None:
    """Neither the future nor before the first one."""
    refused = only(company.client("admin"), ROLL_BACK, version=version)
    assert [each["code"] for each in refused["problems"]] == ["UNKNOWN_VERSION"]


def test_all_problems_of_a_file_come_at_once(company: TestCompany) -> None:
    """Of the text with their lines; of what it means with their paths."""
    admin, file = company.client("admin"), export(company)
    text = file.replace("kind: record", "kind: recrod", 1).replace(
        "plural: leads", "plurals: leads"
    )
    found = only(admin, APPLY, file=text)["problems"]
    assert [each["message"] for each in found] == [
        "Line 5 lacks plural",
        "Line 5 has an unknown key: plurals",
        "recrod is none of: record, satellite, organisation",
    ]
    meant = with_color(file).replace(
        "type: choice\n        label: {zh: 颜色", "type: colour\n        label: {zh: 颜色"
    )
    meant = meant.replace(
        "  salesperson:\n", "  salesperson:\n    dataScope: EVERYTHING\n"
    ).replace(
        "    dataScope: EVERYTHING\n    name: 销售员\n    dataScope: OWN\n",
        "    dataScope: EVERYTHING\n    name: 销售员\n",
    )
    refused = only(admin, APPLY, file=meant)
    assert [(".".join(each["path"]), each["code"]) for each in refused["problems"]] == [
        ("objects.customer.fields.color.type", "UNKNOWN_TYPE")
    ]
    assert export(company) == file


def test_roles_become_those_of_the_file_but_never_from_under_their_users(
    fresh: TestCompany,
) -> None:
    """An added role, a right and a scope come at once; a role in use is not deleted."""
    admin, before = fresh.client("admin"), export(fresh)
    admin.run('mutation { createCustomer(input: {name: "甲"}) { record { id } } }')
    alice = fresh.client("alice", server=1)
    assert only(alice, "{ customers { totalCount } }") == {"totalCount": 0}
    added = "  实习生:\n    name: 实习生\n    custom: true\n    actions:\n      lead: [read]\n"
    head, _, tail = before.partition("  salesperson:\n")
    wider = (
        head
        + "  salesperson:\n"
        + tail.replace("name: 销售员", "name: 销售员\n    dataScope: ALL", 1)
    )
    result = applied(fresh, wider + added)
    assert [(each["name"], each["detail"]) for each in result["impact"]] == [
        ("销售员", "changed"),
        ("实习生", "added"),
    ]
    assert export(fresh) == wider + added
    assert only(alice, "{ customers { totalCount } }") == {"totalCount": 1}
    role = fresh.value("select id from {s}.role where name = '实习生'")
    user = fresh.people["bob"].id
    give = "mutation($u: ID!, $r: [ID!]!) { setUserRoles(user: $u, roles: $r) { user { id } } }"
    admin.run(give, u=user, r=[f"Role:{role}"])
    refused = only(admin, APPLY, file=before)
    assert [each["message"] for each in refused["problems"]] == [
        "The role 实习生 cannot be deleted: 1 users have it"
    ]
    role = fresh.value("select id from {s}.role where key = 'salesperson'")
    admin.run(give, u=user, r=[f"Role:{role}"])
    applied(fresh, before)
    assert export(fresh) == before


def test_only_who_may_change_metadata_sees_or_applies_a_file(company: TestCompany) -> None:
    """A salesperson gets nothing of it; who administers users may not grant rights by a file."""
    alice = company.client("alice")
    for query, variables in (
        ("{ metadataFile }", {}),
        (DIFFERENCE, {"file": ""}),
        (HISTORY, {"first": 1}),
        (APPLY, {"file": ""}),
        (ROLL_BACK, {"version": 1}),
    ):
        assert alice.refused(query, **variables).code == "FORBIDDEN", query
        assert company.client("").refused(query, **variables).code == "UNAUTHENTICATED"
    file = export(company)
    more = file.replace("name: 默认角色", "name: 基本角色")
    assert more != file
    refused = only(company.client("clerk"), APPLY, file=more)
    assert [each["code"] for each in refused["problems"]] == ["SUPER_ONLY"]
    nobody = file.replace("    isSuper: true\n", "")
    told = only(company.client("admin"), APPLY, file=nobody)["problems"]
    assert {each["code"] for each in told} == {"NOT_CHANGEABLE"}
    assert export(company) == file


def test_the_command_line_says_in_one_line_what_to_do(
    company: TestCompany, fresh: TestCompany, qiansi: Qiansi, tmp_path: Path
) -> None:
    """Exit code 2, and never a traceback."""
    for arguments, told in (
        (["export"], "say which company with --company DOMAIN"),
        (["export", "--company", "nobody.test"], "no company has the domain nobody.test"),
        (
            ["diff", "--company", domain(fresh)],
            "compare with one of: a FILE, --against DOMAIN, --release",
        ),
        (["apply", str(tmp_path / "none.yaml")], "cannot read"),
        (["export", "--company", domain(fresh), "--out", "/nowhere/x"], "cannot write /nowhere/x"),
        (
            ["rollback", "99", "--company", domain(fresh)],
            "nothing was changed: mend the 1 problems",
        ),
    ):
        found = qiansi(*arguments)
        assert found.exit_code == 2, found.output
        assert found.stderr.splitlines()[-1].startswith(f"qiansi: {told}")
