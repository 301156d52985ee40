"""An administrator sees what is hidden or deleted, and what values an input takes (FLD-01, FLD-03)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.harness.company import TestCompany
from tests.harness.metadata import (
    CREATE,
    CREATE_OBJECT,
    UPDATE,
    applied,
    change,
    field,
    of_field,
    of_object,
)

FIELD = "object name label type deletedAt purgedAt deletedWith"
ABSENT = f"""{{ metadataAbsent {{ hiddenFields {{ {FIELD} }} deletedFields {{ {FIELD} }}
  deletedObjects {{ name label deletedAt purgedAt }} }} }}"""
TYPE = "query($n: String!) { __type(name: $n) { inputFields { name description } } }"


def test_what_is_hidden_or_deleted_is_listed_until_it_is_back_or_purged(
    company: TestCompany,
) -> None:
    admin = company.client("admin")
    applied(admin, CREATE_OBJECT, f={"label": {"zh": "设备", "en": "Device"}, "name": "device"})
    for name, given in {
        "fax": field("传真", "text"),
        "pager": field("呼机", "text"),
        "device": field("设备", "relation", target="device"),
    }.items():
        applied(admin, CREATE, o="customer", f={**given, "name": name})
    applied(admin, UPDATE, o="customer", n="industry", f={"hidden": True})
    applied(admin, UPDATE, o="customer", n="fax", f={"hidden": True})
    applied(admin, of_field("deleteField"), o="customer", n="pager")
    applied(admin, of_object("deleteObject"), n="device")
    found = replace(company.client("admin", 1), language="zh").run(ABSENT)["metadataAbsent"]
    assert [(e["name"], e["label"], e["type"]) for e in found["hiddenFields"]] == [
        ("industry", "客户行业", "choice"),
        ("fax", "传真", "text"),
    ]
    assert all(each["deletedAt"] is None for each in found["hiddenFields"])
    deleted = found["deletedFields"]
    assert [(e["object"], e["name"], e["deletedWith"]) for e in deleted] == [
        ("customer", "device", "device"),
        ("customer", "pager", None),
    ]
    (gone,) = found["deletedObjects"]
    assert (gone["name"], gone["label"]) == ("device", "设备")
    assert moment(gone["purgedAt"]) - moment(gone["deletedAt"]) == timedelta(days=30)
    applied(admin, UPDATE, o="customer", n="industry", f={"hidden": False})
    applied(admin, UPDATE, o="customer", n="fax", f={"hidden": False})
    applied(admin, of_object("restoreObject"), n="device")
    applied(admin, of_field("purgeField"), o="customer", n="pager")
    nothing: dict[str, Any] = {"hiddenFields": [], "deletedFields": [], "deletedObjects": []}
    assert admin.run(ABSENT)["metadataAbsent"] == nothing


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_only_who_may_change_the_configuration_sees_what_is_absent(company: TestCompany) -> None:
    for person in ("alice", "manager", ""):
        refused = company.client(person).refused(ABSENT)
        assert refused.code == ("FORBIDDEN" if person else "UNAUTHENTICATED")


def test_the_types_of_fields_and_how_defaults_are_written_are_told(company: TestCompany) -> None:
    admin = company.client("admin")
    described = {
        (kind, each["name"]): each["description"]
        for kind in ("FieldInput", "FieldPatch", "RowFieldInput")
        for each in admin.run(TYPE, n=kind)["__type"]["inputFields"]
    }
    (unknown,) = change(admin, CREATE, o="lead", f=field("无", "string"))["problems"]
    assert unknown["message"].startswith("There is no field type string; there are: amount, auto")
    listed = unknown["message"].partition("there are: ")[2]
    assert described["FieldInput", "type"] == described["FieldPatch", "type"] == f"One of {listed}."
    assert "date, dateRange, dateTime" in described["RowFieldInput", "type"]
    assert "subTable" not in described["RowFieldInput", "type"]
    for kind in ("FieldInput", "FieldPatch"):
        assert "`=gold`" in described[kind, "default"]
    for type, given, text in (
        ("text", "gold", "=value"),
        ("date", "tomorrow", "=value, today"),
        ("user", "me", "=value, currentUser"),
    ):
        made = field("默认", type, default=given)
        (problem,) = change(admin, CREATE, o="lead", f=made)["problems"]
        assert problem["message"] == f"A default is written as one of: {text}"
