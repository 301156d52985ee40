"""Each operator leaves exactly the rows it says; five customers are there."""

from datetime import UTC, datetime

import pytest

from engine.base.errors import FieldForbidden, InvalidInput, TooComplex
from tests.golden.company import Crm


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ('{ name: { eq: "Bolt 50%_x" } }', 1),
        ('{ name: { eq: "bolt 50%_x" } }', 0),
        ('{ name: { ne: "Bolt 50%_x" } }', 4),
        ('{ name: { contains: "BOLT" } }', 1),
        ('{ name: { contains: "%" } }', 1),
        ('{ name: { contains: "5_" } }', 0),
        ('{ name: { notContains: "里" } }', 3),
        ('{ name: { startsWith: "千" } }', 2),
        ('{ name: { endsWith: "_x" } }', 1),
        ("{ mobile: { isEmpty: true } }", 1),
        ("{ mobile: { isEmpty: false } }", 4),
        ('{ mobile: { notContains: "1" } }', 1),
        ('{ level: { eq: "A" } }', 2),
        ("{ level: { eq: null } }", 2),
        ('{ level: { ne: "A" } }', 3),
        ("{ level: { ne: null } }", 3),
        ('{ level: { in: ["A", null] } }', 4),
        ('{ level: { notIn: ["A"] } }', 3),
        ('{ level: { notIn: ["A", null] } }', 1),
        ("{ level: { in: [] } }", 0),
        ("{ level: { isNull: false } }", 3),
        ('{ not: { level: { eq: "A" } } }', 3),
        ("{ and: [] }", 5),
        ("{ or: [] }", 0),
        ("{}", 5),
        ('{ id: { in: ["Customer:1", "Customer:6"] } }', 1),
        ('{ id: { ne: "Customer:1" } }', 4),
        ('{ region: { city: { eq: "深圳市" } } }', 5),
        ("{ owner: { me: false } }", 5),
        ('{ contacts: { some: { name: { eq: "联系人1" } } } }', 1),
        ("{ contacts: { count: { gte: 2 } } }", 4),
        ("{ opportunities: { none: {} } }", 1),
        ("{ opportunities: { every: { amount: { isNull: false } } } }", 3),
        ("{ primaryContact: { isNull: true } }", 5),
        ("{ followUps: { some: {} } }", 2),
    ],
)
def test_a_condition_leaves_the_rows_it_names(crm: Crm, conditions: str, expected: int) -> None:
    """The condition leaves that many customers."""
    assert crm.count(conditions) == expected


def test_moments_compare_exactly(crm: Crm) -> None:
    """Microseconds count; periods are half-open."""
    moment = datetime(2026, 1, 21, 0, 30, 0, 1, tzinfo=UTC).isoformat()
    assert crm.count("{ createdAt: { eq: $moment } }", moment=moment) == 1
    assert crm.count("{ createdAt: { lt: $moment } }", moment=moment) == 1
    assert crm.count("{ createdAt: { gte: $moment } }", moment=moment) == 4


def test_relative_periods_are_bound_when_run(crm: Crm) -> None:
    """No row of the far past lies in this year's next days."""
    assert crm.count("{ createdAt: { during: NEXT_YEAR } }") == 0
    assert crm.count("{ createdAt: { lastDays: $n } }", n=3660) in (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("conditions", "path", "code"),
    [
        ('{ id: { eq: "Contact:1" } }', ("where", "id", "eq"), "BAD_ID"),
        ('{ id: { in: ["Customer:01"] } }', ("where", "id", "in", 0), "BAD_ID"),
        ('{ owner: { eq: "7" } }', ("where", "owner", "eq"), "BAD_ID"),
        ("{ name: { contains: null } }", ("where", "name", "contains"), "REQUIRED"),
        ('{ name: { eq: "a\\u0000" } }', ("where", "name", "eq"), "BAD_FORMAT"),
        ("{ createdAt: { lastDays: 0 } }", ("where", "createdAt", "lastDays"), "OUT_OF_RANGE"),
    ],
)
def test_wrong_values_are_refused(
    crm: Crm, conditions: str, path: tuple[str | int, ...], code: str
) -> None:
    """A wrong value names its place in the argument."""
    with pytest.raises(InvalidInput) as refused:
        crm.count(conditions)
    (problem,) = refused.value.problems
    assert (problem.path, problem.code) == (path, code)


def test_limits_hold_before_any_statement(crm: Crm) -> None:
    """Too deep, too long, too many: refused while planning (C5)."""
    deep = "{ not: " * 7 + "{}" + " }" * 7
    with pytest.raises(TooComplex):
        crm.count(deep)
    with pytest.raises(TooComplex):
        crm.count("{ level: { in: $list } }", list=["A"] * 1_001)
    nested = "contacts(first: 100) { nodes { customer { contacts(first: 100) { nodes { id } } } } }"
    with pytest.raises(TooComplex):
        crm.run(f"{{ customers(first: 200) {{ nodes {{ {nested} }} }} }}")


@pytest.mark.parametrize(
    "document",
    [
        '{ customers(where: { website: { eq: "x" } }) { totalCount } }',
        '{ customers(where: { not: { or: [{ mobile: { contains: "1" } }] } }) { totalCount } }',
        '{ contacts(where: { customer: { is: { website: { eq: "x" } } } }) { totalCount } }',
        "{ customers(orderBy: [{ mobile: ASC }]) { totalCount } }",
        "{ contacts(orderBy: [{ customer: { website: ASC } }]) { nodes { id } } }",
        "{ customerGroups(groupBy: { website: true }) { count } }",
        "{ opportunities { aggregate { sum { amount } } } }",
        "{ opportunityGroups(groupBy: { stage: true }, having: { sum: { amount: { gt: 1 } } }) { count } }",
    ],
)
def test_what_is_not_seen_clearly_is_never_referred_to(crm: Crm, document: str) -> None:
    """Hidden and masked fields are refused in every position but the selection (B4-B6)."""
    with pytest.raises(FieldForbidden):
        crm.run(document, "alice")


def test_search_leaves_out_what_is_masked(crm: Crm) -> None:
    """A masked number cannot be found digit by digit."""
    assert crm.run('{ customers(search: "13800000000") { totalCount } }')["totalCount"] == 1
    found = crm.run('{ customers(search: "13800000000") { totalCount } }', "alice")
    assert found["totalCount"] == 0


def test_invisible_targets_are_as_if_absent(crm: Crm) -> None:
    """Filters through a relation meet only what the viewer sees."""
    asked = "{ contacts(where: { customer: { isNull: true } }) { nodes { name customer { id } } } }"
    for node in crm.run(asked, "alice")["nodes"]:
        assert node["customer"] is None
