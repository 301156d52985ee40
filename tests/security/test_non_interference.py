"""Two companies that differ only in what the viewer may not see answer with the same bytes.

The same generated corpus runs on both: select, filter, sort, group,
aggregate, search, through relations. Any difference is a leak.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.harness.company import TestCompany
from tests.security.corpus import Case, cases

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
MARKER = "秘密标记"
OBJECTS = ("customer", "contact", "opportunity", "contract", "payment", "followUp", "lead")
Twins = tuple[TestCompany, TestCompany]


def fill(company: TestCompany, secret: int) -> None:
    """The same visible rows everywhere; `secret` (1 or 2) decides what may not be seen."""
    alice, carol = company.people["alice"].number, company.people["carol"].number
    _hide(company, "customer", "remark", "HIDDEN", masked=False)
    _hide(company, "customer", "telephone", "HIDDEN", masked=False)
    _hide(company, "customer", "mobile", "READ", masked=True)
    _hide(company, "opportunity", "amount", "HIDDEN", masked=False)
    for number in range(1, 9):
        mine = number % 2 == 0
        visible = mine or secret == 1
        _customer(company, number, alice if mine else carol, secret, visible)
    company.sql("update {s}.state set access_version = 1000")


def _customer(company: TestCompany, number: int, owner: int, secret: int, same: bool) -> None:
    shown = f"客户 {number}" if same else f"{MARKER} {number}"
    mine = owner == company.people["alice"].number
    system = {"owner": owner, "createdBy": owner, "createdAt": MOMENT, "updatedAt": MOMENT}
    customer = company.insert(
        "customer",
        name=shown,
        level="A" if same else "B",
        mobile=f"138{secret}000567{number}" if mine else f"13900{secret}0000{number}",
        remark=f"{MARKER}{secret}" if mine else "x",
        telephone=f"0755-{secret}234567{number}",
        **system,
    )
    # alice sees contact 7, whose customer is carol's: the relation must read as empty
    contact_owner = company.people["alice"].number if number == 7 else owner
    company.insert(
        "contact",
        name=f"联系人 {number}" if mine or number == 7 else f"{MARKER}{secret}",
        customer=customer if number != 7 or secret == 1 else customer - 2,
        **{**system, "owner": contact_owner},
    )
    company.insert(
        "opportunity",
        name=f"商机 {number}" if mine else f"{MARKER}{secret}",
        customer=customer,
        amount=Decimal(secret * 1000 + number),
        expectedCloseOn=date(2026, 5, number),
        **system,
    )


def _hide(company: TestCompany, object: str, field: str, access: str, masked: bool) -> None:
    role = company.value("select id from {s}.role where key = 'salesperson'")
    company.insert(
        "fieldAccess", role=role, object=object, field=field, access=access, masked=masked
    )


@pytest.fixture(scope="module")
def twins(make_company: Callable[[], TestCompany]) -> Twins:
    pair = make_company(), make_company()
    for secret, company in enumerate(pair, start=1):
        fill(company, secret)
    return pair


def answer(company: TestCompany, case: Case) -> Any:
    """The answer without what differs by nature: request ids and the log's own times."""
    body = company.client("alice").post(case.query).json()
    for error in body.get("errors", []):
        error.get("extensions", {}).pop("requestId", None)
    return body


@pytest.mark.parametrize("object", OBJECTS)
def test_what_one_may_not_see_changes_no_byte(twins: Twins, object: str) -> None:
    snapshot = twins[0].snapshot
    for case in cases(snapshot, snapshot.object(object).definition, MARKER):
        first, second = (answer(company, case) for company in twins)
        assert json.dumps(first) == json.dumps(second), case
        assert MARKER not in json.dumps(first, ensure_ascii=False), case


FORBIDDEN = {
    ("customer", "remark"),
    ("customer", "telephone"),
    ("customer", "mobile"),
    ("opportunity", "amount"),
}


@pytest.mark.parametrize("object", ["customer", "opportunity"])
def test_a_hidden_or_masked_field_is_refused_in_every_position(twins: Twins, object: str) -> None:
    snapshot = twins[0].snapshot
    definition = snapshot.object(object).definition
    positions = [c for c in cases(snapshot, definition, MARKER) if (c.object, c.field) in FORBIDDEN]
    assert len(positions) >= 12
    for case in positions:
        body = answer(twins[0], case)
        assert [e["extensions"]["code"] for e in body["errors"]] == ["FIELD_FORBIDDEN"], case


def test_a_hidden_field_reads_as_null_and_a_masked_one_in_part(twins: Twins) -> None:
    data = twins[0].client("alice").run("{ customers { nodes { remark telephone mobile } } }")
    for node in data["customers"]["nodes"]:
        assert (node["remark"], node["telephone"]) == (None, None)
        assert "*" in node["mobile"]


def test_the_administrator_still_sees_everything(twins: Twins) -> None:
    data = twins[0].client("admin").run("{ customers { totalCount nodes { remark mobile } } }")
    assert data["customers"]["totalCount"] == 8
    assert any(MARKER in (n["remark"] or "") for n in data["customers"]["nodes"])
