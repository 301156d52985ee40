"""Demo rows as COPY text: as the field types store them, whatever is in them."""

from decimal import Decimal

import pytest

from demo.columns import NULL, Sheet, copy_text
from demo.names import customer_name
from metadata.field_types.registry import field_type
from metadata.model import ObjectDef
from metadata.standard import STANDARD


def definition(name: str) -> ObjectDef:
    return next(each for each in STANDARD.objects if each.name == name)


def test_a_name_brings_its_companions_as_its_type_stores_them() -> None:
    customer = definition("customer")
    (field,) = (each for each in customer.fields if each.name == "name")
    name = customer_name(7).full
    stored = field_type(field.type).store(field, name.text)
    line = Sheet("t_1", customer, ("id", "name")).line((7, name))
    assert line == "7\t" + "\t".join(stored.values()) + "\n"


def test_a_plain_text_is_stored_by_its_type() -> None:
    sheet = Sheet("t_1", definition("contact"), ("position",))
    assert sheet.columns == '"position", "position_sort"'
    assert sheet.line(("总经理",)) == "总经理\tzong jing li\n"


def test_null_empties_all_columns_of_a_field() -> None:
    assert Sheet("t_1", definition("customer"), ("name",)).line((None,)) == (
        f"{NULL}\t{NULL}\t{NULL}\n"
    )
    assert Sheet("t_1", definition("followUp"), ("record",)).line((("lead", 3),)) == "lead\t3\n"


def test_amounts_are_written_in_hundredths() -> None:
    sheet = Sheet("t_1", definition("contract"), ("amount",))
    assert Decimal(sheet.line((1_234_505,)).strip()) == Decimal("12345.05")


def test_a_row_that_lacks_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Sheet("t_1", definition("customer"), ("id", "name")).line((1,))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, r"\N"),
        (True, "t"),
        ("a\tb\\c\nd", r"a\tb\\c\nd"),
        (["甲", 'a"b'], '{"甲","a\\\\"b"}'),
        ({"city": "北京"}, '{"city": "北京"}'),
    ],
)
def test_values_are_escaped_for_copy(value: object, expected: str) -> None:
    assert copy_text(value) == expected
