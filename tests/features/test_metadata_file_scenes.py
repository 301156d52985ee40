"""The scenes that everybody has are part of the configuration's file (FLD-12, SCN-05)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.root import root
from tests.conftest import Services
from tests.features.test_metadata_file import (
    APPLY,
    DIFFERENCE,
    ROLL_BACK,
    applied,
    domain,
    export,
    only,
    with_color,
)
from tests.features.test_scenes import CREATE, LIST, SCENES, SHARE
from tests.harness.company import TestCompany

WHERE = {"level": {"eq": "A"}, "or": [{"owner": {"me": True}}, {"name": {"contains": "3"}}]}
WRITTEN = """    scenes:
      重点客户:
        where:
          or: [{owner: {me: true}}, {name: {contains: "3"}}]
          level: {eq: A}
        search: 上海
        orderBy:
          - {name: ASC}
"""
SECOND = """      "2026":
        where: {name: {startsWith: "2026"}}
"""


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company that the test may reshape."""
    return make_company()


def qiansi(services: Services, *arguments: str) -> Result:
    environment = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
    return CliRunner().invoke(root, ["metadata", *arguments], env=environment)


def create(company: TestCompany, person: str, name: str, **values: Any) -> str:
    given = {"name": name, **values}
    made = only(company.client(person), CREATE, o="customer", i=given)
    return str(made["scene"]["id"])


def shared(company: TestCompany, name: str = "重点客户", **values: Any) -> str:
    """A salesperson's scene that everybody has."""
    given = values or {"where": WHERE, "search": "上海", "orderBy": [{"name": "ASC"}]}
    made = create(company, "alice", name, **given)
    company.client("alice").run(SHARE, id=made, e=True)
    return made


def of_user(company: TestCompany, person: str) -> dict[str, Any]:
    """The stored scenes of customers that the person may use, by name."""
    found = only(company.client(person, 1), SCENES, o="customer")
    return {each["name"]: each for each in found if not each["system"]}


def with_scenes(file: str, written: str) -> str:
    """The file of a company without scenes, with these of customers."""
    assert "scenes:" not in file
    found = re.search(r"^  customer:\n(?:    .*\n)+", file, re.M)
    assert found is not None
    return f"{file[: found.end()]}{written}{file[found.end() :]}"


def problems(company: TestCompany, file: str, person: str = "admin") -> list[tuple[str, str]]:
    """Path below the scenes of customers, and code, of all problems; nothing was changed."""
    before = export(company)
    refused = only(company.client(person), APPLY, file=file)
    assert not refused["applied"]
    assert export(company) == before
    top = ["objects", "customer", "scenes"]
    return [
        (".".join(each["path"]).removeprefix(".".join(top)), each["code"])
        for each in refused["problems"]
    ]


def test_what_everybody_has_is_exported_and_what_is_a_persons_own_is_not(
    fresh: TestCompany,
) -> None:
    """Filter, search and order in lines of their own; the file of a company changes nothing in it."""
    without = export(fresh)
    shared(fresh)
    create(fresh, "alice", "自用", where={"level": {"eq": "B"}})
    for_one = create(fresh, "alice", "给张伟", where={"level": {"eq": "C"}})
    fresh.client("alice").run(SHARE, id=for_one, u=[fresh.people["bob"].id])
    file = export(fresh)
    assert WRITTEN in file
    assert file.replace(WRITTEN, "") == without
    admin = fresh.client("admin")
    assert only(admin, DIFFERENCE, file=file) == []
    assert applied(fresh, file) == {"applied": True, "version": 1, "problems": [], "impact": []}


def test_an_empty_company_gets_the_scenes_of_a_file_and_exports_them_the_same(
    fresh: TestCompany, make_company: Callable[[], TestCompany], services: Services, tmp_path: Path
) -> None:
    """By the command line as by the API; a salesperson uses one at once, in either server."""
    applied(fresh, with_color(export(fresh)))
    shared(fresh)
    shared(fresh, "红的", where={"color": {"eq": "RED"}, "nothing": None, "owner": {"eq": None}})
    other, file = make_company(), str(tmp_path / "crm.yaml")
    assert qiansi(services, "export", "--company", domain(fresh), "--out", file).exit_code == 0
    differing = qiansi(services, "diff", file, "--company", domain(other))
    assert "+ customer.scene 重点客户: {where: {or: [" in differing.stdout
    tried = qiansi(services, "apply", file, "--company", domain(other))
    assert "! scene customer: 红的: added" in tried.stdout
    assert "scenes:" not in export(other)
    done = qiansi(services, "apply", file, "--company", domain(other), "--yes")
    assert done.exit_code == 0, done.output
    assert export(other) == export(fresh) == Path(file).read_text()
    owner = other.people["alice"].number
    other.insert("customer", name="上海一厂", level="A", owner=owner)
    other.insert("customer", name="上海二厂", level="B", owner=owner)
    for server in (0, 1):
        alice = other.client("alice", server)
        found = only(alice, LIST, s=of_user(other, "alice")["重点客户"]["id"])
        assert found == {"nodes": [{"name": "上海一厂"}]}
    made = of_user(other, "admin")["红的"]
    assert (made["mine"], made["everyone"]) == (True, True)


def test_scenes_are_added_changed_and_removed_by_a_file(fresh: TestCompany) -> None:
    """Each is told before; one that changes keeps its id and owner; people's own stay."""
    empty, made = export(fresh), shared(fresh)
    create(fresh, "bob", "重点客户", where={"level": {"eq": "C"}})
    admin = fresh.client("admin")
    changed = with_scenes(empty, WRITTEN.replace("eq: A", "eq: B") + SECOND)
    told = only(admin, DIFFERENCE, file=changed)
    assert [(e["object"], e["field"], e["attribute"], e["after"]) for e in told] == [
        (
            "customer",
            "scene 重点客户",
            "where",
            '{or: [{owner: {me: true}}, {name: {contains: "3"}}], level: {eq: B}}',
        ),
        ("customer", "scene 2026", None, '{where: {name: {startsWith: "2026"}}}'),
    ]
    tried = only(admin, APPLY, file=changed, dry=True)
    assert [(each["name"], each["detail"]) for each in tried["impact"]] == [
        ("customer: 重点客户", "changed"),
        ("customer: 2026", "added"),
    ]
    assert of_user(fresh, "alice")["重点客户"]["where"] == WHERE
    result = applied(fresh, changed)
    assert (result["version"], result["impact"]) == (2, tried["impact"])
    now = of_user(fresh, "alice")["重点客户"]
    assert (now["id"], now["mine"], now["where"]) == (made, True, {**WHERE, "level": {"eq": "B"}})
    assert now["version"] == 3
    blanks = changed.replace("search: 上海", 'search: " 上海 "')
    assert blanks != changed
    assert applied(fresh, blanks)["version"] == 2
    gone = only(admin, DIFFERENCE, file=empty)
    assert [(each["field"], each["attribute"], each["after"]) for each in gone] == [
        ("scene 2026", None, None),
        ("scene 重点客户", None, None),
    ]
    result = applied(fresh, empty)
    assert [each["detail"] for each in result["impact"]] == ["deleted", "deleted"]
    assert export(fresh) == empty
    assert of_user(fresh, "alice") == {}
    assert of_user(fresh, "bob")["重点客户"]["where"] == {"level": {"eq": "C"}}


def test_every_problem_of_the_scenes_of_a_file_is_told_with_its_path(fresh: TestCompany) -> None:
    """Names, types, records that are not there, texts that are too long: as for one's own scene."""
    nobody = max(each.number for each in fresh.people.values()) + 100
    file = with_scenes(
        export(fresh),
        f"""    scenes:
      一:
        where: {{colour: {{eq: RED}}, level: {{eq: [A]}}, name: {{contains: x}}}}
        orderBy: [{{name: ASC}}, {{nowhere: ASC}}]
      二:
        where:
          owner: {{in: ["{fresh.people["bob"].id}", "User:{nobody}"]}}
          contacts: {{some: {{createdBy: {{eq: "User:{nobody}"}}}}}}
          or: [{{owner: {{is: {{department: {{withChildrenOf: "Department:{nobody}"}}}}}}}}]
      三: {{where: {{owner: {{eq: "Customer:1"}}}}}}
      四: {{search: {"很" * 201}}}
      " 五": {{}}
""",
    )
    assert problems(fresh, file) == [
        (".四.search", "TOO_LONG"),
        (". 五.name", "BAD_FORMAT"),
        (".一.where.colour", "FIELD_GONE"),
        (".一.where.level.eq", "BAD_FORMAT"),
        (".一.orderBy.1.nowhere", "FIELD_GONE"),
        (".二.where.owner.in.1", "BAD_REFERENCE"),
        (".二.where.contacts.some.createdBy.eq", "BAD_REFERENCE"),
        (".二.where.or.0.owner.is.department.withChildrenOf", "BAD_REFERENCE"),
        (".三.where.owner.eq", "BAD_ID"),
    ]


def test_a_file_cannot_take_a_field_from_under_its_own_scenes(fresh: TestCompany) -> None:
    """It is told; what was broken before, by other means, stays as it is and hinders nothing."""
    before = export(fresh)
    applied(fresh, with_color(before))
    shared(fresh, where={"color": {"eq": "RED"}})
    written = "    scenes:\n      重点客户:\n        where:\n          color: {eq: RED}\n"
    assert written in export(fresh)
    assert problems(fresh, with_scenes(before, written)) == [
        (".重点客户.where.color", "FIELD_GONE")
    ]
    delete = 'mutation { deleteField(object: "customer", name: "color") { applied } }'
    assert only(fresh.client("admin"), delete)["applied"]
    renamed = export(fresh).replace("zh: 客户名称, en: Name", "zh: 客户全称, en: Name")
    assert written in renamed
    applied(fresh, renamed)
    assert export(fresh) == renamed


def test_who_reads_an_object_may_bring_scenes_of_it_and_who_does_not_may_not(
    fresh: TestCompany,
) -> None:
    """A file gives whoever applies it no more than his own scenes could have."""
    file = with_scenes(export(fresh), WRITTEN)
    assert fresh.client("alice").refused(APPLY, file=file).code == "FORBIDDEN"
    assert problems(fresh, file, "clerk") == [(".重点客户", "OBJECT_FORBIDDEN")]
    admin = fresh.client("admin")
    role = fresh.value("select id from {s}.role where key = 'departmentUserAdmin'")
    give = """mutation($r: ID!) {
      setRoleActions(role: $r, actions: [{object: "customer", actions: ["read"]},
        {object: "role", actions: ["read", "update"]}]) }"""
    admin.run(give, r=f"Role:{role}")
    hide = """mutation($r: ID!) { setFieldAccess(role: $r, fields: [
      {object: "customer", field: "level", access: HIDDEN}]) }"""
    admin.run(hide, r=f"Role:{role}")
    hidden = with_scenes(export(fresh), WRITTEN)
    assert problems(fresh, hidden, "clerk") == [(".重点客户.where.level", "FIELD_FORBIDDEN")]
    allowed = with_scenes(export(fresh), f"    scenes:\n{SECOND}")
    assert only(fresh.client("clerk"), APPLY, file=allowed)["applied"]
    assert of_user(fresh, "clerk")["2026"]["mine"]


def test_a_file_brings_no_more_scenes_than_a_user_may_have(fresh: TestCompany) -> None:
    """A hundred of an object, those that he has already among them."""
    create(fresh, "admin", "自用")
    many = "".join(f"      场景{at}: {{}}\n" for at in range(100))
    assert problems(fresh, with_scenes(export(fresh), f"    scenes:\n{many}")) == [
        ("", "TOO_MANY_SCENES")
    ]
    one_less = many.replace("      场景99: {}\n", "")
    applied(fresh, with_scenes(export(fresh), f"    scenes:\n{one_less}"))
    assert len(of_user(fresh, "alice")) == 99


def test_going_back_leaves_scenes_as_they_are(fresh: TestCompany) -> None:
    """They change beside the versions, like rights of roles."""
    empty = export(fresh)
    applied(fresh, with_scenes(with_color(empty), WRITTEN))
    assert only(fresh.client("admin"), ROLL_BACK, version=1)["applied"]
    assert export(fresh) == with_scenes(empty, WRITTEN)


def test_of_two_scenes_of_one_name_the_older_is_told_and_both_go(fresh: TestCompany) -> None:
    """The file tells scenes apart by object and name."""
    empty, older = export(fresh), shared(fresh)
    younger = create(fresh, "bob", "重点客户")
    fresh.client("bob").run(SHARE, id=younger, e=True)
    file = export(fresh)
    assert file == with_scenes(empty, WRITTEN)
    assert applied(fresh, file)["version"] == 1
    changed = file.replace("eq: A}", "eq: B}")
    applied(fresh, changed)
    assert export(fresh) == changed
    rows = fresh.sql("select id, version from {s}.scene order by id")
    assert [f"Scene:{row['id']}" for row in rows] == [older, younger]
    applied(fresh, empty)
    assert fresh.value("select count(*) from {s}.scene") == 0
