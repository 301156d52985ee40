"""Objects as JSON and back."""

from decimal import Decimal

import orjson
import pytest

from metadata.history import release_change
from metadata.model import ObjectDef, OnDelete, Standard
from metadata.standard import STANDARD
from metadata.store import dump_object, dump_standard, parse_object, parse_standard
from tests.unit.metadata.sample import CUSTOMER, field, label, with_fields


def through_json(item: ObjectDef) -> ObjectDef:
    return parse_object(orjson.loads(orjson.dumps(dump_object(item))))


def test_all_that_ships_survives_being_written_down() -> None:
    written = orjson.dumps(dump_standard(STANDARD))
    assert parse_standard(orjson.loads(written)) == STANDARD


def test_every_kind_of_attribute_survives() -> None:
    odd = with_fields(
        CUSTOMER,
        field(
            "odd",
            help=label("help"),
            minimum=Decimal("-0.10"),
            maximum=Decimal("1E+2"),
            targets=("a", "b"),
            inverse_label=label("back"),
            on_delete=OnDelete.SET_NULL,
            rows=(field("inner", "integer"),),
            custom=True,
        ),
    )
    assert through_json(odd) == odd


def test_defaults_are_left_out() -> None:
    document = dump_object(CUSTOMER)
    assert document["shape"] == 1
    assert document["fields"][0] == {
        "name": "name",
        "type": "text",
        "label": {"zh": "name", "en": "name"},
        "column": "name",
        "searchable": True,
    }


def test_attributes_of_a_later_release_are_passed_over() -> None:
    document = {**dump_object(CUSTOMER), "colour": "red"}
    assert parse_object(document) == CUSTOMER


def test_a_later_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="later release"):
        parse_object({**dump_object(CUSTOMER), "shape": 2})


def test_the_change_of_a_release_holds_what_it_shipped() -> None:
    change = release_change(Standard("9", (CUSTOMER,), ()), ["a note"])
    assert (change["kind"], change["release"], change["notes"]) == ("release", "9", ["a note"])
    assert parse_standard(change["standard"]) == Standard("9", (CUSTOMER,), ())
