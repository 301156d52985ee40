"""What every type promises: columns, blanks, round trips through row, log and cell (FLD-01)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.registry import FIELD_TYPES
from metadata.model import FieldDef
from tests.unit.metadata.field_types.fields import of, parsed
from tests.unit.metadata.field_types.samples import CASES, SAMPLES

FIELDS = [field for field, _ in SAMPLES.values()]
STORED = [field for field in FIELDS if field.type != "description"]
INPUTS = [field for field in STORED if field.type != "changes"]
# a cell of a spreadsheet says no zone, so moments are not read back
WRITTEN = [case for case in CASES if case[0].type not in ("changes", "subTable", "json")]

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.decimals(allow_nan=True),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def test_every_type_has_samples() -> None:
    assert SAMPLES.keys() == FIELD_TYPES.keys()


@pytest.mark.parametrize("key", FIELD_TYPES)
def test_a_type_knows_itself(key: str) -> None:
    found = FIELD_TYPES[key]
    assert found.key == key
    assert found.label.zh and found.label.en
    assert len(set(found.operators)) == len(found.operators)
    assert found.mask in (None, "mobile", "email", "amount", "region")


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.type)
def test_columns_begin_with_the_fields_own(field: FieldDef) -> None:
    names = [column.name for column in of(field).columns(field)]
    assert len(set(names)) == len(names)
    assert all(name.startswith("value") for name in names)
    assert bool(names) is (of(field).kind is not ValueKind.NONE)


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.type)
def test_blank_is_null_in_every_column(field: FieldDef) -> None:
    assert parsed(field, None) is None
    stored = of(field).store(field, None)
    assert dict(stored) == {column.name: None for column in of(field).columns(field)}
    if field in STORED:
        assert of(field).load(field, stored) is None
        assert of(field).log(field, None) is None
        assert of(field).export(field, None) == ""


@pytest.mark.parametrize("field", INPUTS, ids=lambda f: f.type)
def test_an_empty_cell_is_blank(field: FieldDef) -> None:
    assert of(field).from_text(field, "  ") is None


@pytest.mark.parametrize(("field", "value"), CASES)
def test_what_is_stored_is_loaded(field: FieldDef, value: Any) -> None:
    found = parsed(field, value)
    stored = of(field).store(field, found)
    assert list(stored) == [column.name for column in of(field).columns(field)]
    assert found is not None and of(field).load(field, stored) == found


@pytest.mark.parametrize(("field", "value"), CASES)
def test_a_logged_value_is_json(field: FieldDef, value: Any) -> None:
    logged = of(field).log(field, parsed(field, value))
    assert json.loads(json.dumps(logged)) == logged


@pytest.mark.parametrize(("field", "value"), WRITTEN)
def test_an_exported_value_can_be_imported(field: FieldDef, value: Any) -> None:
    found = parsed(field, value)
    cell = of(field).export(field, found)
    assert cell
    if field.type == "region":
        return  # three parts of four are not told from one another
    assert parsed(field, of(field).from_text(field, cell)) == found


@given(st.sampled_from(INPUTS), ANYTHING)
def test_any_input_is_taken_or_refused(field: FieldDef, value: Any) -> None:
    """Nothing but a FieldProblem, and what is taken stays the same when parsed again."""
    try:
        found = parsed(field, value)
    except FieldProblem:
        return
    of(field).store(field, found)
    if found is not None and of(field).kind in (ValueKind.TEXT, ValueKind.DECIMAL):
        assert parsed(field, found) == found


@given(st.sampled_from(INPUTS), st.text())
def test_any_cell_is_taken_or_refused(field: FieldDef, text: str) -> None:
    try:
        parsed(field, of(field).from_text(field, text))
    except FieldProblem:
        return
