"""A cursor is input like any other: whatever it says, the answer is a page or BAD_CURSOR (D1)."""

import base64
import json
from typing import Any

import pytest

from tests.harness.company import TestCompany

LIST = (
    "query($after: String) { customers(first: 1, after: $after,"
    " orderBy: [{nextContactAt: ASC}, {name: ASC}]) { nodes { id } pageInfo { endCursor } } }"
)


@pytest.fixture(scope="module")
def issued(company: TestCompany) -> list[Any]:
    """What the cursor of one customer holds."""
    alice = company.client("alice")
    alice.run('mutation { createCustomer(input: {name: "游标"}) { record { id } } }')
    cursor = alice.run(LIST)["customers"]["pageInfo"]["endCursor"]
    found: list[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return found


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-01-01T00:00:00+00:00:00.5",
        "2026-01-01T00:00:00",
        "infinity",
        "-infinity",
        "now",
        "",
        5,
        1e300,
        True,
        {},
        [[]],
    ],
)
@pytest.mark.parametrize("number", ["1", "-1", "9" * 18, "9" * 40, 1, None, "1; select 1"])
def test_a_forged_cursor_gives_a_page_or_is_refused(
    company: TestCompany, issued: list[Any], moment: Any, number: Any
) -> None:
    signature, _, *names, _ = issued
    forged = json.dumps([signature, moment, *names, number]).encode()
    cursor = base64.urlsafe_b64encode(forged).decode().rstrip("=")
    answer = company.client("alice").post(LIST, {"after": cursor}).json()
    codes = [each["extensions"]["code"] for each in answer.get("errors", ())]
    assert codes in ([], ["INVALID_INPUT"]), answer
