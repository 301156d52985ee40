"""What clients really send is kept as hashes, with the fields it touches, within bounds."""

import hashlib

import pytest

from metadata.changes import client_operations
from metadata.changes.client_operations import Operation, save_operations
from tests.conftest import Services
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, applied, change, field, of_field
from tests.harness.servers import start_server

QUERY = """query Levels($w: CustomerWhere, $o: [CustomerOrder!]) {
  customers(where: $w, orderBy: $o) { nodes { id owner { mobile } contacts { totalCount } } } }"""


def test_a_server_notes_what_it_was_sent_and_what_that_touches(
    services: Services, company: TestCompany
) -> None:
    server = start_server(services.folder, services.database_url, services.redis_url)
    client = company.client("admin").at(server.url)
    filters = {"and": [{"level": {"eq": "A"}}, {"parent": {"is": {"name": {"contains": "密"}}}}]}
    for _ in range(3):
        client.run(QUERY, w=filters, o=[{"createdAt": "DESC"}])
    server.stop()
    (row,) = company.sql("select name, fields, hash from {s}.client_operation")
    assert row["name"] == "Levels"
    assert set(row["fields"]) == {
        "customer",
        "customer.level",
        "customer.parent",
        "customer.name",
        "customer.createdAt",
        "customer.owner",
        "customer.contacts",
        "contact",
        "user",
        "user.mobile",
    }
    assert len(bytes(row["hash"])) == hashlib.sha256().digest_size
    # a field that ships cannot go, but what would break by hiding it is told
    hide = """mutation { updateField(object: "customer", name: "level", input: {hidden: true},
      dryRun: true) { impact { kind name } } }"""
    told = company.client("admin").run(hide)["updateField"]["impact"]
    assert {"kind": "operation", "name": "Levels"} in told
    assert not change(company.client("admin"), of_field("deleteField"), o="customer", n="level")[
        "applied"
    ]


def test_what_is_kept_is_bounded(company: TestCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_operations, "MOST_OPERATIONS", 3)
    for n in range(6):
        with company.engine.begin() as connection:
            sent = [Operation(bytes([n]) * 32, f"n{n}", ("lead",))]
            save_operations(connection, company.company.schema, sent)
    assert company.value("select count(*) from {s}.client_operation") == 3
    company.sql("update {s}.client_operation set last_seen_at = now() - interval '31 days'")
    with company.engine.begin() as connection:
        save_operations(connection, company.company.schema, [Operation(b"x" * 32, "new", ())])
    names = company.sql("select name from {s}.client_operation")
    assert [each["name"] for each in names] == ["new"]


def test_operations_are_noted_by_the_schema_they_were_sent_to(
    services: Services, company: TestCompany
) -> None:
    """Two changes later nobody else has that schema any more."""
    server = start_server(services.folder, services.database_url, services.redis_url)
    client = company.client("admin").at(server.url)
    client.run("query First { leads { nodes { name } } }")
    for name in ("one", "two"):
        applied(client, CREATE, o="lead", f=field(name, "text", name=f"{name}OfTwo"))
    client.run("query Second { leads { nodes { oneOfTwo } } }")
    server.stop()
    noted = {
        row["name"]: row["fields"]
        for row in company.sql(
            "select name, fields from {s}.client_operation where name in ('First', 'Second')"
        )
    }
    assert noted == {"First": ["lead", "lead.name"], "Second": ["lead", "lead.oneOfTwo"]}
