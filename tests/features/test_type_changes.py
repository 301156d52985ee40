"""A type changes where no value is lost, and every value says the same afterwards (FLD-03)."""

from itertools import count
from typing import Any

import pytest

from metadata.changes.converted_values import MOST_VALUES
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import (
    CREATE,
    UPDATE,
    applied,
    change,
    differences,
    field,
    of_field,
    options,
    problems,
)

NEW = "mutation($i: LeadInput!) { createLead(input: $i) { record { id } } }"
_labels = count(1)  # no two fields of an object have the same
METALS = {"choices": options("gold", "tin")}


def made(client: Client, name: str, *values: Any) -> list[str]:
    """A record for each of the values of the field."""
    return [
        client.run(NEW, i={"name": "值", name: each})["createLead"]["record"]["id"]
        for each in values
    ]


def read(client: Client, id: str, name: str, rest: str = "") -> Any:
    found = client.run(f"query($i: ID!) {{ lead(id: $i) {{ {name} {rest} version }} }}", i=id)
    assert found["lead"]["version"] == 1
    return found["lead"][name]


@pytest.mark.parametrize(
    ("types", "rest", "value", "becomes", "where"),
    [
        (("integer", "number"), {"minimum": "1"}, 7, "7.0000", {"gt": "6.5"}),
        (("integer", "amount"), {"unique": True}, 2**31 - 1, "2147483647.00", {"gt": "6.5"}),
        (("integer", "text"), {"unique": True}, -7, "-7", {"startsWith": "-"}),
        (("integer", "longText"), {"minimum": "1"}, 7, "7", {"eq": "7"}),
        (("number", "amount"), {}, "7.25", "7.25", {"eq": "7.25"}),
        (("amount", "number"), {}, "7.25", "7.2500", {"eq": "7.25"}),
        (("amount", "text"), {"minimum": "1"}, "7.25", "7.25", {"eq": "7.25"}),
        (("date", "text"), {}, "1000-03-31", "1000-03-31", {"contains": "-03-"}),
        (
            ("dateTime", "text"),
            {},
            "2026-03-31T16:00:00.120000+08:00",
            "2026-03-31T08:00:00.12+00:00",
            {"startsWith": "2026"},
        ),
        (("choice", "text"), METALS, "gold", "gold", {"contains": "ol"}),
        (("choice", "multipleChoice"), METALS, "gold", ["gold"], {"anyOf": ["gold"]}),
        (("longText", "text"), {}, "一行", "一行", {"eq": "一行"}),
        (("mobile", "text"), {}, "13800000000", "13800000000", {"contains": "138"}),
    ],
)
def test_a_value_says_the_same_in_another_type(
    company: TestCompany,
    types: tuple[str, str],
    rest: dict[str, Any],
    value: Any,
    becomes: Any,
    where: dict[str, Any],
) -> None:
    admin, other = company.client("admin"), company.client("admin", 1)
    name = "t" + types[0] + types[1]
    applied(admin, CREATE, o="lead", f=field(name, types[0], name=name, **rest))
    (id, blank) = made(admin, name, value, None)
    before = read(other, id, name)
    dry = change(admin, UPDATE, o="lead", n=name, f={"type": types[1]}, dry=True)
    assert (dry["applied"], dry["problems"]) == (False, [])
    assert read(other, id, name) == before
    applied(admin, UPDATE, o="lead", n=name, f={"type": types[1]})
    assert (read(other, id, name), read(other, blank, name)) == (becomes, None)
    if types[1] == "text" and types[0] != "choice":
        assert becomes == str(before)
    found = other.run("query($w: LeadWhere) { leads(where: $w) { nodes { id } } }", w={name: where})
    assert found["leads"]["nodes"] == [{"id": id}]
    saved = f"mutation($i: ID!, $f: LeadPatch!) {{ updateLead(id: $i, input: $f) {{ record {{ {name} }} }} }}"
    assert other.run(saved, i=id, f={name: becomes})["updateLead"]["record"] == {name: becomes}
    assert differences(company) == []


@pytest.mark.parametrize("kind", ["user", "department"])
def test_one_becomes_several(company: TestCompany, kind: str) -> None:
    admin, other = company.client("admin"), company.client("admin", 1)
    name = f"{kind}Before"
    applied(admin, CREATE, o="lead", f=field(name, kind, name=name))
    number = company.value(f"select min(id) from {{s}}.{kind}")
    target = f"{kind.capitalize()}:{number}"
    (id,) = made(admin, name, target)
    applied(admin, UPDATE, o="lead", n=name, f={"type": f"{kind}s"})
    assert read(other, id, name, "{ id }") == [{"id": target}]
    where = {name: {"anyOf": [target]}}
    found = other.run("query($w: LeadWhere) { leads(where: $w) { nodes { id } } }", w=where)
    assert found["leads"]["nodes"] == [{"id": id}]
    assert differences(company) == []


@pytest.mark.parametrize(
    ("types", "patch", "fits", "lost", "path"),
    [
        (("number", "amount"), {}, ["1.5"], ["1.2345", "0.001"], "input.type"),
        (("amount", "number"), {"precision": 8}, ["9999"], ["10000"], "input.type"),
        (("integer", "number"), {"precision": 6}, [99], [100, -100], "input.type"),
        (("amount", "amount"), {"precision": 5}, ["999.99"], ["-1000"], "input.precision"),
        (("amount", "amount"), {"scale": 1}, ["1.5"], ["1.55"], "input.scale"),
        (("longText", "text"), {}, ["字" * 255], ["字" * 256, "两\n行"], "input.type"),
    ],
)
def test_values_that_would_be_lost_are_named(
    company: TestCompany,
    types: tuple[str, str],
    patch: dict[str, Any],
    fits: list[Any],
    lost: list[Any],
    path: str,
) -> None:
    """In the trash too; without them the type changes."""
    admin = company.client("admin")
    name = applied(admin, CREATE, o="lead", f=field(f"会丢失 {next(_labels)}", types[0]))["name"]
    kept, gone = made(admin, name, *fits), made(admin, name, *lost)
    trash = "mutation($i: [ID!]!) { deleteLeads(ids: $i) { done } }"
    admin.run(trash, i=gone[:1])
    given = {"type": types[1], **patch} if types[0] != types[1] else patch
    for dry in (True, False):
        found = change(admin, UPDATE, o="lead", n=name, f=given, dry=dry)
        told = [(".".join(e["path"]), e["code"], e["ids"]) for e in found["problems"]]
        assert told == [(path, "TYPE_LOSES_ROWS", gone)]
    assert read(admin, kept[0], name) is not None
    purge = "mutation($i: [ID!]!) { purgeLeads(ids: $i) { done } }"
    admin.run(trash, i=gone[1:])
    admin.run(purge, i=gone)
    applied(admin, UPDATE, o="lead", n=name, f=given)
    assert read(company.client("admin", 1), kept[0], name) is not None
    assert differences(company) == []


@pytest.mark.parametrize(
    ("types", "code"),
    [
        (("text", "integer"), "TYPE_LOSES_VALUES"),
        (("number", "integer"), "TYPE_LOSES_VALUES"),
        (("users", "user"), "TYPE_LOSES_VALUES"),
        (("boolean", "text"), "TYPE_NOT_OFFERED"),
        (("date", "dateTime"), "TYPE_NOT_OFFERED"),
    ],
)
def test_a_refusal_says_whether_values_would_be_lost(
    company: TestCompany, types: tuple[str, str], code: str
) -> None:
    admin = company.client("admin")
    name = applied(admin, CREATE, o="lead", f=field(f"不可改 {next(_labels)}", types[0]))["name"]
    assert problems(admin, UPDATE, o="lead", n=name, f={"type": types[1]}) == [("input.type", code)]


def test_what_is_computed_from_a_field_follows_it(company: TestCompany) -> None:
    admin, other = company.client("admin"), company.client("admin", 1)
    applied(admin, CREATE, o="lead", f=field("数量", "integer", name="pieces"))
    twice = field("两倍", "number", name="twice", formula="pieces * 2")
    applied(admin, CREATE, o="lead", f=twice)
    total = {"relation": "leads", "function": "sum", "field": "pieces"}
    rolled = field("合计", "integer", name="allPieces", rollUp=total)
    applied(admin, CREATE, o="customer", f=rolled)
    (id,) = made(admin, "pieces", 3)
    assert read(other, id, "twice") == "6.0000"
    assert problems(admin, UPDATE, o="lead", n="pieces", f={"type": "text"}) != []
    applied(admin, of_field("deleteField"), o="customer", n="allPieces")
    applied(admin, UPDATE, o="lead", n="pieces", f={"type": "number"})
    assert read(other, id, "twice") == "6.0000"
    saved = 'mutation($i: ID!) { updateLead(id: $i, input: {pieces: "1.5"}) { record { twice } } }'
    assert other.run(saved, i=id)["updateLead"]["record"] == {"twice": "3.0000"}
    assert differences(company) == []


def test_many_values_are_not_written_anew(company: TestCompany) -> None:
    """Everybody would wait for it; few in a small table are."""
    admin = company.client("admin")
    name = applied(admin, CREATE, o="product", f=field("件数", "integer"))["name"]
    (column,) = [
        each["attname"]
        for each in company.sql(
            "select attname from pg_attribute where attrelid = (:schema || '.product')::regclass"
            " and attname ~ '^c[0-9]'",
            schema=company.company.schema,
        )
    ]
    company.sql(
        f"insert into {{s}}.product (name, version, created_at, updated_at, {column})"
        f" select 'n' || n, 1, now(), now(), n from generate_series(1, {MOST_VALUES + 1}) n"
    )
    for patch in ({"type": "text"}, {"type": "number"}):
        assert problems(admin, UPDATE, o="product", n=name, f=patch) == [
            ("input.type", "TYPE_TABLE_TOO_LARGE")
        ]
    company.sql(f"update {{s}}.product set {column} = null where {column} = 1")
    applied(admin, UPDATE, o="product", n=name, f={"type": "text"})
    found = company.client("admin", 1).run(
        f'{{ products(where: {{{name}: {{eq: "{MOST_VALUES}"}}}}) {{ nodes {{ name {name} }} }} }}'
    )
    nodes = [{"name": f"n{MOST_VALUES}", name: str(MOST_VALUES)}]
    assert found["products"]["nodes"] == nodes
    assert differences(company) == []
