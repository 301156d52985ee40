"""What a file amounts to, as changes with their own rules."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from metadata.changes.change import Objects, Refused
from metadata.changes.create_field import CreateField
from metadata.changes.create_object import CreateObject
from metadata.changes.replace_all import ReplaceAll
from metadata.model import Choice, FieldDef, Label, ObjectDef
from metadata.snapshot import Snapshot, living
from metadata.standard import STANDARD

SHIPPED = STANDARD.objects
COLOR = FieldDef(
    name="color",
    type="choice",
    label=Label("颜色", "Color"),
    column="",
    choices=(Choice("RED", Label("红", "Red")), Choice("BLUE", Label("蓝", "Blue"))),
)
COLORED = CreateField("customer", COLOR).apply(SHIPPED)


def customer(objects: Objects) -> ObjectDef:
    return Snapshot(0, living(objects)).by_name["customer"].definition


def color(objects: Objects) -> FieldDef:
    return Snapshot(0, living(objects)).field("customer", "color")


def changed(
    objects: Objects, name: str, how: Callable[[FieldDef], FieldDef], item: str = "customer"
) -> Objects:
    """The objects with one field as `how` says."""
    return tuple(
        replace(each, fields=tuple(how(f) if f.name == name else f for f in each.fields))
        if each.name == item
        else each
        for each in objects
    )


def refusals(wanted: Objects, present: Objects = SHIPPED) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        ReplaceAll(wanted).apply(present)
    return sorted((".".join(map(str, each.path)), each.code) for each in caught.value.problems)


def test_what_is_so_already_stays_to_the_letter() -> None:
    """Whatever physical names the wanted objects have."""
    foreign = changed(COLORED, "color", lambda field: replace(field, column="other"))
    assert ReplaceAll(foreign).apply(COLORED) == COLORED


def test_a_field_of_the_file_gets_a_column_of_this_company() -> None:
    """And stands where the file has it."""
    moved = (replace(each, position=each.position + 1) for each in customer(SHIPPED).fields)
    fields = (replace(COLOR, custom=True, position=0), *moved)
    wanted = tuple(
        replace(each, fields=fields) if each.name == "customer" else each for each in SHIPPED
    )
    after = customer(ReplaceAll(wanted).apply(SHIPPED))
    assert min(after.fields, key=lambda each: each.position).name == "color"
    assert {each.name: each.column for each in after.fields}["color"] == "c1"
    assert [each.name for each in after.fields if each.name != "color"] == [
        each.name for each in customer(SHIPPED).fields
    ]


def test_a_field_that_the_file_does_not_know_is_deleted_and_comes_back_with_its_column() -> None:
    """It can be restored by another file as well."""
    gone = ReplaceAll(SHIPPED).apply(COLORED)
    assert [each.name for each in customer(gone).deleted_fields] == ["color"]
    assert color(ReplaceAll(COLORED).apply(gone)).column == color(COLORED).column


def test_an_option_that_the_file_does_not_know_is_retired() -> None:
    """Rows may have it."""
    wanted = changed(COLORED, "color", lambda field: replace(field, choices=field.choices[1:]))
    after = color(ReplaceAll(wanted).apply(COLORED))
    assert [(each.value, each.retired) for each in after.choices] == [
        ("BLUE", False),
        ("RED", True),
    ]


def test_rules_of_single_changes_hold_for_files() -> None:
    """Every problem is told at once, where the file says it."""
    wanted = changed(COLORED, "color", lambda field: replace(field, type="amount", choices=()))
    wanted = changed(wanted, "name", lambda field: replace(field, searchable=False))
    wanted = changed(wanted, "amount", lambda field: replace(field, precision=4), "payment")
    assert refusals(wanted, COLORED) == [
        ("objects.customer.fields.color.type", "TYPE_LOSES_VALUES"),
        ("objects.customer.fields.name.searchable", "NOT_CHANGEABLE"),
        ("objects.payment.fields.amount.precision", "NOT_CHANGEABLE"),
    ]


def test_what_another_release_ships_is_told() -> None:
    """Only what is marked as the company's own can be made."""
    later = replace(customer(SHIPPED), name="vessel", plural="vessels")
    wanted = (*changed(COLORED, "color", lambda field: replace(field, custom=False)), later)
    assert refusals(wanted) == [
        ("objects.customer.fields.color", "NOT_SHIPPED"),
        ("objects.vessel", "NOT_SHIPPED"),
    ]


def test_going_back_leaves_to_the_release_what_only_it_can_change() -> None:
    """An older release had other objects, and fields that behaved otherwise."""
    older = changed(SHIPPED, "name", lambda field: replace(field, searchable=False))
    older = tuple(each for each in older if each.name != "campaign")
    back = ReplaceAll(older, going_back=True).apply(COLORED)
    assert customer(back).fields == customer(SHIPPED).fields


def test_objects_that_refer_to_each_other_come_together() -> None:
    """Whichever stands first in the file."""
    made = CreateObject(Label("船", "Ship"), "ship").apply(SHIPPED)
    made = CreateObject(Label("港", "Port"), "port").apply(made)
    lead = FieldDef(name="x", type="relation", label=Label("指向", "To"), column="")
    made = CreateField("ship", replace(lead, name="home", target="port")).apply(made)
    made = CreateField("port", replace(lead, name="flag", target="ship")).apply(made)
    after = Snapshot(0, living(ReplaceAll(living(made)).apply(SHIPPED)))
    assert after.field("ship", "home").target == "port"
    assert after.field("port", "flag").target == "ship"
    assert ReplaceAll(SHIPPED).deletions(made)[0][1].concerns == ("ship", "")
