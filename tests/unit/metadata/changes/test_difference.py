"""Steps from the tables that are to those that shall be."""

from collections.abc import Sequence

import pytest

from metadata.changes.difference import difference, is_wider
from metadata.changes.steps import AddColumn, AddForeignKey, AddTable
from metadata.model import ObjectDef
from metadata.physical import physical_tables
from tests.unit.metadata.sample import CUSTOMER, OBJECTS, USER, field, with_fields, without_field


def said(before: Sequence[ObjectDef], after: Sequence[ObjectDef]) -> list[str]:
    return [str(step) for step in difference(physical_tables(before), physical_tables(after))]


def test_equal_tables_need_no_step() -> None:
    assert said(OBJECTS, OBJECTS) == []


def test_a_new_object_is_a_table_then_its_keys() -> None:
    steps = difference(physical_tables([USER]), physical_tables(OBJECTS))
    assert [type(step) for step in steps] == [AddTable, AddForeignKey]


def test_a_new_field_is_its_columns() -> None:
    after = [with_fields(CUSTOMER, field("nickname")), USER]
    assert said(OBJECTS, after) == [
        "column customer.nickname added",
        "column customer.nickname_sort added",
    ]


def test_a_field_that_becomes_searchable_gets_its_companion_and_a_new_index() -> None:
    before = [with_fields(CUSTOMER, field("remark")), USER]
    after = [with_fields(CUSTOMER, field("remark", searchable=True)), USER]
    assert said(before, after) == ["column customer.remark_search added"]


def test_a_field_that_is_gone_leaves_its_column() -> None:
    after = [without_field(CUSTOMER, "amount"), USER]
    assert said(OBJECTS, after) == []


def test_a_field_no_longer_unique_loses_its_index() -> None:
    after = [with_fields(CUSTOMER, field("mobile", "mobile", searchable=True)), USER]
    assert said(OBJECTS, after) == ["index customer_mobile_key removed"]


def test_a_wider_number_widens_its_column() -> None:
    after = [with_fields(CUSTOMER, field("amount", "number", precision=14, scale=4)), USER]
    (line,) = said(OBJECTS, after)
    assert line.startswith("column customer.amount widened to numeric(14")


def test_steps_tell_their_statements() -> None:
    after = [with_fields(CUSTOMER, field("visits", "integer")), USER]
    (step,) = difference(physical_tables(OBJECTS), physical_tables(after))
    assert isinstance(step, AddColumn)
    assert list(step.statements("t_1")) == ['alter table "t_1"."customer" add "visits" bigint']


@pytest.mark.parametrize(
    ("new", "old", "wider"),
    [
        ("text", "text", True),
        ("numeric(12,4)", "numeric(10,2)", True),
        ("numeric(11,4)", "numeric(10,2)", False),
        ("numeric(10,1)", "numeric(10,2)", False),
        ("bigint", "text", False),
    ],
)
def test_wider_means_that_no_digit_is_lost(new: str, old: str, wider: bool) -> None:
    assert is_wider(new, old) is wider
