"""A mutation of one generated write is answered without an executor, byte for byte like with one.

A directive on the root field sends the same document through the executor.
"""

import json
import re
from itertools import count
from typing import Any

import pytest

from tests.harness.company import TestCompany

VARYING = re.compile(r'"requestId":"[^"]*"|Customer:\d+|名\d+')
BELOW = "{ record { ...C } } } fragment C on Customer { id n: name level owner { name } version }"
CREATE = "mutation($input: CustomerInput!) { made: createCustomer(input: $input)%s " + BELOW
UPDATE = (
    "mutation($id: ID!, $input: CustomerPatch!, $version: Int)"
    " { updateCustomer(id: $id, input: $input, version: $version)%s " + BELOW
)
UPSERT = (
    "mutation($by: CustomerKey!, $input: CustomerInput!)"
    " { upsertCustomer(by: $by, input: $input)%s { record: record { id name } } }"
)
_PATCH = {"input": {"level": "A"}}
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "create": ("admin", CREATE, {"input": {"name": "名{n}", "level": "A"}}),
    "create with problems": ("admin", CREATE, {"input": {"name": "", "mobile": "12"}}),
    "update": ("admin", UPDATE, {**_PATCH, "id": "{id}"}),
    "update of an old version": ("admin", UPDATE, {**_PATCH, "id": "{id}", "version": 77}),
    "update with null as version": ("admin", UPDATE, {**_PATCH, "id": "{id}", "version": None}),
    "update of nothing": ("admin", UPDATE, {**_PATCH, "id": "Customer:999999"}),
    "update by a bad id": ("admin", UPDATE, {**_PATCH, "id": "nonsense"}),
    "update by a stranger": ("carol", UPDATE, {**_PATCH, "id": "{id}"}),
    "update by nobody": ("", UPDATE, {**_PATCH, "id": "{id}"}),
    "update with a right": ("alice", UPDATE, {**_PATCH, "id": "{id}"}),
    "upsert": ("admin", UPSERT, {"by": {"name": "名{n}"}, "input": {"name": "名{n}"}}),
}
ANSWERED = ("create", "update", "update with null as version", "update with a right", "upsert")
TRIGGER = """
create or replace function {s}.give_away() returns trigger language plpgsql as
  'begin new.owner_id := (select min(id) from {s}."user"); return new; end';
create trigger give_away before update on {s}.customer
  for each row execute function {s}.give_away()
"""
_serials = count(1)


def answered(company: TestCompany, case: str, directive: str) -> str:
    """The answer about a customer of alice's own, without what no two customers share."""
    person, document, variables = CASES[case]
    serial = f"{next(_serials):03d}"
    created = company.client("alice").run(CREATE % "", input={"name": f"名9{serial}"})
    filled = json.dumps(variables).replace("{id}", created["made"]["record"]["id"])
    answer = company.client(person).post(
        document % directive, json.loads(filled.replace("{n}", serial))
    )
    return VARYING.sub("", answer.text)


@pytest.mark.parametrize("case", CASES)
def test_both_ways_give_the_same_bytes(company: TestCompany, case: str) -> None:
    alone = answered(company, case, "")
    assert alone == answered(company, case, " @include(if: true)")
    refused = '"errors"' in alone
    assert refused == (case not in ANSWERED), alone


def test_a_record_that_is_out_of_sight_once_written_is_told_alike(company: TestCompany) -> None:
    """The write stays, and its answer says that there is nothing to show."""
    company.sql(TRIGGER)
    try:
        case = "update with a right"
        alone = answered(company, case, "")
        assert alone == answered(company, case, " @include(if: true)")
        assert "NOT_FOUND" in alone and '["updateCustomer","record"]' in alone
    finally:
        company.sql("drop function {s}.give_away cascade")
