"""M8, C9: whatever goes wrong in the database, client and log learn no SQL and no value.

A view that raises stands in for a table that is read, a trigger for one that is written; both
raise the SQLSTATE asked for, with a secret in message, detail and hint.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.harness.company import TestCompany
from tests.harness.servers import wait_until

SECRET = "SALARY-98765.43"
OURS = {"INTERNAL", "SCHEMA_CHANGED", "TIMEOUT", "CONFLICT", "UNAVAILABLE", "RULE_VIOLATED"}
STATES = {
    "0A000": "SCHEMA_CHANGED",
    "22001": "INTERNAL",
    "22003": "INTERNAL",
    "22007": "INTERNAL",
    "22008": "INTERNAL",
    "22012": "INTERNAL",
    "22021": "INTERNAL",
    "22023": "INTERNAL",
    "22P02": "INTERNAL",
    "22P05": "INTERNAL",
    "23502": "INTERNAL",
    "23503": "INTERNAL",
    "23505": "INTERNAL",
    "23514": "INTERNAL",
    "23P01": "INTERNAL",
    "25006": "INTERNAL",
    "26000": "SCHEMA_CHANGED",
    "2BP01": "INTERNAL",
    "3F000": "SCHEMA_CHANGED",
    "42501": "INTERNAL",
    "42601": "INTERNAL",
    "42703": "SCHEMA_CHANGED",
    "42804": "INTERNAL",
    "42883": "INTERNAL",
    "42P01": "SCHEMA_CHANGED",
    "53100": "UNAVAILABLE",
    "53200": "UNAVAILABLE",
    "53300": "UNAVAILABLE",
    "54001": "INTERNAL",
    "54011": "INTERNAL",
    "55P03": "CONFLICT",
    "57014": "TIMEOUT",
    "58030": "INTERNAL",
    "P0001": "INTERNAL",
    "XX000": "INTERNAL",
    "XX001": "INTERNAL",
}
# What a write makes of constraints that others' rows may have broken in the meantime.
WRITING = {"23503": "STILL_REFERENCED", "23505": "CONFLICT", "23P01": "CONFLICT"}
READ = f'{{ leads(where: {{name: {{contains: "{SECRET}"}}}}) {{ nodes {{ id name }} }} }}'
GROUPS = "{ leadGroups(groupBy: [{ level: true }]) { count } }"
WRITE = f'mutation {{ createCampaign(input: {{name: "{SECRET}"}}) {{ record {{ id }} }} }}'
BATCH = (
    "mutation($ids: [ID!]!) { batchUpdateCampaigns(ids: $ids, input: {description: "
    f'"{SECRET}"}}) {{ done failed {{ id code message }} }} }}'
)


@pytest.fixture(scope="module")
def raising(company: TestCompany) -> Iterator[TestCompany]:
    alice = company.people["manager"].number
    company.insert("lead", name=f"{SECRET} 公司", owner=alice)
    campaign = company.insert("campaign", name="活动", owner=alice)
    company.sql(
        f"""create function {{s}}.boom(state text) returns boolean language plpgsql as $$
        begin
          if state = '' then return true; end if;
          raise exception 'select {SECRET}' using errcode = state,
            detail = 'Key (name)=({SECRET})', hint = 'Failing row contains ({SECRET})';
        end $$"""
    )
    company.sql("create table {s}.forced (state text)")
    company.sql("insert into {s}.forced values ('')")
    company.sql("alter table {s}.lead rename to lead_behind")
    company.sql(
        "create view {s}.lead as select l.* from {s}.lead_behind l"
        " where {s}.boom((select state from {s}.forced))"
    )
    company.sql(
        """create function {s}.boom_on_write() returns trigger language plpgsql as $$
        begin perform {s}.boom((select state from {s}.forced)); return new; end $$"""
    )
    company.sql(
        "create trigger boom before insert or update on {s}.campaign"
        " for each row execute function {s}.boom_on_write()"
    )
    company.people["campaign"] = company.people["manager"].__class__("campaign", campaign, "")
    yield company
    company.sql("drop view {s}.lead")
    company.sql("alter table {s}.lead_behind rename to lead")
    company.sql("drop table {s}.forced")
    company.sql("drop function {s}.boom, {s}.boom_on_write cascade")


def force(company: TestCompany, state: str) -> None:
    company.sql("update {s}.forced set state = :state", state=state)


def error_of(company: TestCompany, query: str, **variables: Any) -> dict[str, Any]:
    answer = company.client("manager").post(query, variables)
    assert SECRET not in answer.text
    for word in ("select ", "insert ", "psycopg", "Traceback", company.company.schema):
        assert word not in answer.text
    (error,) = answer.json()["errors"]
    found: dict[str, Any] = error
    return found


def check(error: dict[str, Any], code: str) -> None:
    extensions = error["extensions"]
    assert (extensions["code"], set(extensions)) == (code, {"code", "requestId"})
    assert error["message"]


@pytest.mark.parametrize("state", STATES)
def test_an_error_while_reading_is_told_by_its_request_id(raising: TestCompany, state: str) -> None:
    force(raising, state)
    for query in (READ, GROUPS):
        check(error_of(raising, query), STATES[state])


@pytest.mark.parametrize("state", STATES)
def test_an_error_while_writing_is_told_by_its_request_id(raising: TestCompany, state: str) -> None:
    force(raising, state)
    before = raising.value("select count(*) from {s}.operation_log")
    check(error_of(raising, WRITE), WRITING.get(state, STATES[state]))
    assert raising.value("select count(*) from {s}.operation_log") == before


@pytest.mark.parametrize("state", ["22001", "23514", "XX000"])
def test_an_error_within_a_batch_tells_no_more(raising: TestCompany, state: str) -> None:
    force(raising, state)
    answer = raising.client("manager").post(
        BATCH, {"ids": [f"Campaign:{raising.people['campaign'].number}"]}
    )
    assert SECRET not in answer.text
    assert "INTERNAL" in answer.text


def test_conflicts_among_transactions_are_tried_again_and_then_told(
    raising: TestCompany,
) -> None:
    for state in ("40001", "40P01"):
        force(raising, state)
        assert error_of(raising, WRITE)["extensions"]["code"] in OURS
        assert error_of(raising, READ)["extensions"]["code"] in OURS


def test_the_log_knows_the_request_but_no_value(services: Any, raising: TestCompany) -> None:
    force(raising, "23514")
    ids = [error_of(raising, query)["extensions"]["requestId"] for query in (READ, WRITE)]
    log = raising.servers[0].log
    wait_until(lambda: all(id in log.read_text() for id in ids), "both requests are logged", 5)
    lines = [line for line in log.read_text().splitlines() if any(id in line for id in ids)]
    for line in lines:
        entry = json.loads(line)
        assert entry["request_id"] in ids
        assert "23514" in line
    assert SECRET not in log.read_text()


def test_a_renamed_column_is_a_schema_that_changed(make_company: Callable[[], TestCompany]) -> None:
    company = make_company()
    company.client("alice").run("{ customers { nodes { remark } } }")
    company.sql("alter table {s}.customer rename column remark to remark_x")
    check(error_of_alice(company, "{ customers { nodes { remark } } }"), "SCHEMA_CHANGED")
    check(
        error_of_alice(
            company, 'mutation { createCustomer(input: {name: "甲"}) { record { id } } }'
        ),
        "SCHEMA_CHANGED",
    )
    company.sql("alter table {s}.customer rename column remark_x to remark")
    company.client("alice").run("{ customers { nodes { remark } } }")


def test_a_lost_table_is_a_schema_that_changed(make_company: Callable[[], TestCompany]) -> None:
    company = make_company()
    company.sql("alter table {s}.visit rename to visit_x")
    check(error_of_alice(company, "{ visits { totalCount } }"), "SCHEMA_CHANGED")
    company.sql("alter table {s}.visit_x rename to visit")


def error_of_alice(company: TestCompany, query: str) -> dict[str, Any]:
    (error,) = company.client("alice").post(query).json()["errors"]
    found: dict[str, Any] = error
    return found
