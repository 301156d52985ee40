"""A computed value tells of what it is computed from: who may not know that may not know it."""

from collections.abc import Callable
from typing import Any

import pytest

from metadata.model import FieldDef, Label, RollUpDef
from tests.harness.company import TestCompany
from tests.harness.objects import Objects, change_objects, with_fields

SET = """mutation($r: ID!, $f: [FieldAccessRuleInput!]!) { setFieldAccess(role: $r, fields: $f) }"""


def computed(name: str, type: str, formula: str = "", **roll_up: str) -> FieldDef:
    made = RollUpDef(relation="opportunities", **roll_up) if roll_up else None
    column = name.lower()
    return FieldDef(
        name=name, type=type, label=Label(name, name), column=column, formula=formula, roll_up=made
    )


FIELDS = (
    computed("hint", "text", "LEFT(remark, 2)"),
    computed("hinted", "boolean", "NOTEMPTY(hint)"),
    computed("recent", "boolean", "NOTEMPTY(remark) = (YEAR(TODAY()) > 2000)"),
    computed("tail", "text", "MID(mobile, 8, 4)"),
    computed("deals", "integer", function="count"),
    computed("volume", "amount", function="sum", field="amount"),
    computed("doubled", "amount", "volume * 2"),
    computed("rich", "integer", function="count", where='{"amount": {"gt": "100"}}'),
)
ALL = {
    "hint": "绝密",
    "hinted": True,
    "recent": True,
    "tail": "5678",
    "deals": 2,
    "volume": "500.00",
    "doubled": "1000.00",
    "rich": 1,
}


def add(objects: Objects) -> Objects:
    return with_fields(objects, "customer", *FIELDS)


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A customer of alice with a deal of hers and one that only another department sees."""
    company = make_company()
    change_objects(company, add)
    alice, carol = company.people["alice"].number, company.people["carol"].number
    number = company.insert(
        "customer", name="千丝", remark="绝密备注", mobile="13812345678", owner=alice
    )
    for owner, amount in ((alice, 100), (carol, 400)):
        company.insert("opportunity", name="商机", customer=number, owner=owner, amount=amount)
    return company


def allow(company: TestCompany, key: str, object: str, **fields: tuple[str, bool]) -> None:
    role = company.value("select id from {s}.role where key = :key", key=key)
    rules = [
        {"object": object, "field": name, "access": access, "masked": masked}
        for name, (access, masked) in fields.items()
    ]
    company.client("admin").run(SET, r=f"Role:{role}", f=rules)


def seen(company: TestCompany, person: str = "alice") -> Any:
    (node,) = company.client(person).run(
        f"{{ customers {{ nodes {{ {' '.join(each.name for each in FIELDS)} }} }} }}"
    )["customers"]["nodes"]
    return node


def refused(company: TestCompany, name: str, value: str, person: str = "alice") -> set[str]:
    """The codes that any use of the field but a selection gives."""
    ask = company.client(person).refused
    return {
        ask(f"{{ customers(where: {{{name}: {{{value}}}}}) {{ nodes {{ id }} }} }}").code,
        ask(f"{{ customers(orderBy: [{{{name}: ASC}}]) {{ nodes {{ id }} }} }}").code,
        ask(f"{{ customerGroups(groupBy: {{{name}: true}}) {{ count }} }}").code,
        ask(f"{{ customers {{ aggregate {{ countDistinct {{ {name} }} }} }} }}").code,
    }


def test_who_may_read_all_inputs_sees_all(fresh: TestCompany) -> None:
    assert seen(fresh) == seen(fresh, "admin") == ALL


def test_a_roll_up_tells_the_whole_truth_of_rows_one_does_not_see(fresh: TestCompany) -> None:
    found = fresh.client("alice").run(
        "{ customers { nodes { deals volume opportunities { nodes { amount } } } } }"
    )["customers"]["nodes"]
    assert found == [
        {"deals": 2, "volume": "500.00", "opportunities": {"nodes": [{"amount": "100.00"}]}}
    ]


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        (("customer", "remark", ("HIDDEN", False)), {"hint", "hinted", "recent"}),
        (("customer", "hint", ("HIDDEN", False)), {"hint", "hinted"}),
        (("customer", "mobile", ("READ", True)), {"tail"}),
        (("customer", "volume", ("HIDDEN", False)), {"volume", "doubled"}),
        (("opportunity", "amount", ("HIDDEN", False)), {"volume", "doubled", "rich"}),
        (("opportunity", "customer", ("HIDDEN", False)), {"deals", "volume", "doubled", "rich"}),
    ],
)
def test_what_one_may_not_know_is_not_told_by_what_is_made_of_it(
    fresh: TestCompany, rule: tuple[str, str, tuple[str, bool]], gone: set[str]
) -> None:
    object, field, access = rule
    allow(fresh, "salesperson", object, **{field: access})
    assert seen(fresh) == {name: None if name in gone else each for name, each in ALL.items()}
    assert seen(fresh, "admin") == ALL
    values = {"text": 'eq: "x"', "boolean": "eq: true", "integer": "eq: 1", "amount": 'eq: "1"'}
    for each in FIELDS:
        if each.name in gone:
            assert refused(fresh, each.name, values[each.type]) == {"FIELD_FORBIDDEN"}


def test_a_role_without_the_object_sees_no_roll_up_over_it(fresh: TestCompany) -> None:
    found = seen(fresh, "finance")
    assert {name for name, each in found.items() if each is None} == {
        "deals",
        "volume",
        "doubled",
        "rich",
    }


def test_the_description_of_fields_leaves_them_out(fresh: TestCompany) -> None:
    allow(fresh, "salesperson", "customer", remark=("HIDDEN", False))
    described = fresh.client("alice").run("{ metadata { objects { name fields { name } } } }")
    (fields,) = [o["fields"] for o in described["metadata"]["objects"] if o["name"] == "customer"]
    names = {each["name"] for each in fields}
    assert not names & {"hint", "hinted", "recent"}
    assert "deals" in names
