"""Of every type a field and inputs that it takes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from engine.base.identifiers import RecordId
from metadata.model import FieldDef
from tests.unit.metadata.field_types.fields import CHOICES, a_field

MOMENT = datetime(2026, 3, 31, 8, 0, 0, 5, tzinfo=UTC)
SUB_TABLE = a_field(
    "subTable",
    rows=(
        a_field("text"),
        FieldDef(name="price", type="amount", label=a_field("text").label, column="price"),
    ),
)
USERS = a_field("users", target="user")
DEPARTMENTS = a_field("departments", target="department")
ATTACHMENTS = ["Attachment:1", "Attachment:2"]

SAMPLES: Mapping[str, tuple[FieldDef, tuple[Any, ...]]] = {
    "text": (a_field("text", searchable=True), ("千思", "A b")),
    "autoNumber": (a_field("autoNumber"), ("202603310001",)),
    "longText": (a_field("longText"), ("第一行\n第二行",)),
    "integer": (a_field("integer"), (0, -5, 2**31 - 1)),
    "number": (a_field("number"), (Decimal("1.5"), 7)),
    "amount": (a_field("amount"), (Decimal("1234567890123456.78"), 0)),
    "percent": (a_field("percent"), (Decimal("12.5"),)),
    "boolean": (a_field("boolean"), (True, False)),
    "choice": (a_field("choice", choices=CHOICES), ("A", "B")),
    "multipleChoice": (a_field("multipleChoice", choices=CHOICES), (["B", "A"], ["A"])),
    "tag": (a_field("tag", choices=CHOICES), (["B"],)),
    "date": (a_field("date"), (date(2026, 3, 31), "2026-03-31")),
    "dateTime": (a_field("dateTime"), (MOMENT, "2026-03-31T16:00:00+08:00")),
    "dateRange": (a_field("dateRange"), ({"start": date(2026, 1, 1), "end": date(2026, 1, 31)},)),
    "mobile": (a_field("mobile"), ("13800000001",)),
    "telephone": (a_field("telephone"), ("0755-1234567 转 802",)),
    "email": (a_field("email"), ("a.b+c@example.com",)),
    "website": (a_field("website"), ("https://example.com/a?b=c#d",)),
    "user": (a_field("user", target="user"), ("User:7",)),
    "users": (USERS, (["User:7", "User:3"],)),
    "department": (a_field("department", target="department"), ("Department:2",)),
    "departments": (DEPARTMENTS, (["Department:2"],)),
    "relation": (a_field("relation", target="customer"), ("Customer:12",)),
    "record": (
        a_field("record", targets=("lead", "customer")),
        ("Lead:3", RecordId("customer", 4)),
    ),
    "file": (a_field("file"), (ATTACHMENTS,)),
    "image": (a_field("image"), (ATTACHMENTS,)),
    "signature": (a_field("signature"), (ATTACHMENTS[:1],)),
    "region": (
        a_field("region"),
        ({"province": "广东省", "city": "深圳市", "detail": "科技路 1 号"},),
    ),
    "location": (a_field("location"), ({"latitude": 22.5, "longitude": 113, "address": "南山"},)),
    "subTable": (SUB_TABLE, ([{"value": "a", "price": Decimal("1.5")}],)),
    "description": (a_field("description"), ()),
    "json": (a_field("json"), ({"a": [1, "b", None, True]}, [1])),
    "changes": (a_field("changes"), ([{"field": "name", "old": None, "new": "a"}],)),
}
CASES = [(field, value) for field, values in SAMPLES.values() for value in values]
