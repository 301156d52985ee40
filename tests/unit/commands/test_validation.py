"""FLD-02, FLD-05, FLD-09, B7: generated input models, defaults, fields a role may not write."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.base.errors import FieldForbidden, InvalidInput
from engine.base.identifiers import RecordId
from engine.commands.command import (
    FieldRule,
    SetFieldAccess,
    SetUserRoles,
    UpdateRecord,
    UpsertRecord,
)
from engine.commands.validation import input_model, is_input
from metadata.snapshot import Snapshot
from tests.unit.commands.company import Office


def refused(
    office: Office, person: str, record: RecordId, /, **values: object
) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        office.run(person, UpdateRecord(id=record, values=values))
    return {(str(each.path[-1]), each.code) for each in caught.value.problems}


def make_product(office: Office, code: str, price: str) -> RecordId:
    category = office.create("admin", "productCategory", name=f"类别 {code}")
    return office.create(
        "admin", "product", name=code, code=code, category=str(category), price=price
    )


def test_every_object_has_an_input_model_per_action(office: Office) -> None:
    for index in office.snapshot.by_name.values():
        for action in ("create", "update"):
            model = input_model(index, action)
            aliases = {each.alias for each in model.model_fields.values()}
            assert aliases == {f.name for f in index.fields.values() if is_input(f)}


def test_models_are_made_once_per_definition(office: Office) -> None:
    index = office.snapshot.object("customer")
    again = Snapshot(2, office.snapshot.objects).object("customer")
    assert input_model(again, "create") is input_model(index, "create")
    changed = replace(index.definition, fields=index.definition.fields[:3])
    other = Snapshot(3, (changed,)).object("customer")
    assert len(input_model(other, "create").model_fields) < len(
        input_model(index, "create").model_fields
    )


def test_what_a_form_cannot_hold_is_refused_everywhere(office: Office) -> None:
    id = office.create("alice", "customer", name="越权一")
    names = ("id", "version", "owner", "createdBy", "deletedAt", "nothing", "lastFollowUpText")
    for name in names:
        assert refused(office, "alice", id, **{name: "1"}) == {(name, "READ_ONLY")}
    assert office.row(id)["version"] == 1


def test_blank_is_no_value_for_a_required_field(office: Office) -> None:
    id = office.create("alice", "customer", name="必填一")
    assert refused(office, "alice", id, name="   ") == {("name", "REQUIRED")}
    assert refused(office, "alice", id, name=None) == {("name", "REQUIRED")}


def test_hidden_and_masked_fields_are_not_writable(office: Office) -> None:
    id = office.create("alice", "customer", name="权限一", mobile="13822220000")
    number = office.value("select id from {s}.role where key = 'salesperson'")
    rules = (
        FieldRule(object="customer", field="remark", access="HIDDEN"),
        FieldRule(object="customer", field="mobile", access="WRITE", masked=True),
    )
    office.run("admin", SetFieldAccess(role=RecordId("role", number), fields=rules))
    problems = refused(office, "alice", id, remark="x", mobile="13822220001")
    assert problems == {("remark", "READ_ONLY"), ("mobile", "READ_ONLY")}
    assert office.row(id)["mobile"] == "13822220000"
    office.run("admin", UpdateRecord(id=id, values={"remark": "by admin"}))


def test_a_hidden_unique_field_cannot_be_probed(office: Office) -> None:
    number = office.value("select id from {s}.role where key = 'departmentUserAdmin'")
    rule = FieldRule(object="user", field="mobile", access="HIDDEN")
    office.run("admin", SetFieldAccess(role=RecordId("role", number), fields=(rule,)))
    command = UpsertRecord(object="user", by={"mobile": "13900000000"}, values={})
    with pytest.raises(FieldForbidden):
        office.run("clerk", command)
    rule = FieldRule(object="user", field="mobile", access="WRITE")
    office.run("admin", SetFieldAccess(role=RecordId("role", number), fields=(rule,)))


def test_lines_compute_their_amounts(office: Office) -> None:
    product = make_product(office, "P-101", "99.99")
    customer = office.create("alice", "customer", name="行客户")
    opportunity = office.create("alice", "opportunity", name="行商机", customer=str(customer))
    line = office.create(
        "alice",
        "opportunityLine",
        opportunity=str(opportunity),
        product=str(product),
        quantity="2",
        discount="12.5",
    )
    row = office.row(line)
    found = (row["price"], row["sale_price"], row["discount"], row["subtotal"])
    assert found == (Decimal("99.99"), Decimal("87.49"), Decimal("12.50"), Decimal("174.98"))
    office.run("alice", UpdateRecord(id=line, values={"quantity": "4"}))
    assert office.row(line)["subtotal"] == Decimal("349.96")


def test_a_line_needs_the_right_on_its_record(office: Office) -> None:
    customer = office.create("alice", "customer", name="行客户二")
    opportunity = office.create("alice", "opportunity", name="行商机二", customer=str(customer))
    product = make_product(office, "P-102", "1")
    values = {"opportunity": str(opportunity), "product": str(product), "quantity": "1"}
    with pytest.raises(InvalidInput) as caught:
        office.create("bob", "opportunityLine", **values)
    assert [each.code for each in caught.value.problems] == ["BAD_REFERENCE"]


def test_several_roles_unite(office: Office) -> None:
    roles = office.sql(
        "select id from {s}.role where key in ('salesperson', 'departmentUserAdmin')"
    )
    ids = tuple(RecordId("role", each["id"]) for each in roles)
    office.run("admin", SetUserRoles(user=office.user("clerk"), roles=ids))
    office.create("clerk", "customer", name="两个角色")
