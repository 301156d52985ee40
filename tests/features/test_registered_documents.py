"""Who deletes or changes a field is told which of the documents registered with the servers use it."""

import hashlib
import json
import re
from pathlib import Path

from click.testing import CliRunner

from cli.root import root
from tests.conftest import Services
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, change, field, of_field, of_object
from tests.harness.servers import start_server

CREATE_OBJECT = """mutation { createObject(
  input: {name: "wish", plural: "wishes", label: {zh: "心愿"}}) { applied } }"""
QUERIES = (
    'query Wanted { customers(where: {not: {wanted: {eq: "x"}}}) { totalCount } }',
    "{ contacts { nodes { customer { wanted } } } }",
    "mutation Write($id: ID!) { updateCustomer(id: $id, input: {wanted: null}) { record { id } } }",
    "query Other { leads { nodes { name } } }",
    "query Wishes { wishes { totalCount } }",
    "no document",
)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_registered_documents_are_told_before_what_they_use_is_changed_or_deleted(
    services: Services, company: TestCompany
) -> None:
    admin = company.client("admin")
    applied(admin, CREATE, o="customer", f=field("心仪", "text", name="wanted"))
    admin.run(CREATE_OBJECT)
    texts = [*QUERIES, UPDATE, of_field("deleteField"), of_object("deleteObject")]
    file = services.folder / "registered.json"
    file.write_text(json.dumps({digest(each): each for each in texts}))
    settings = {"QIANSI_TRUSTED_DOCUMENTS": f"only:{file}"}
    server = start_server(services.folder, services.database_url, services.redis_url, settings)
    client = company.client("admin").at(server.url)

    def told(mutation: str, **variables: object) -> list[tuple[str, str]]:
        found = change(client, mutation, dry=True, **variables)
        of_kind = [each for each in found["impact"] if each["kind"] == "document"]
        return [(each["name"], each["detail"]) for each in of_kind]

    short = {text: digest(text)[:16] for text in QUERIES}
    wanted = [
        (short[QUERIES[1]], f"registered as {short[QUERIES[1]]}"),
        ("Wanted", f"registered as {short[QUERIES[0]]}"),
        ("Write", f"registered as {short[QUERIES[2]]}"),
    ]
    try:
        assert told(of_field("deleteField"), o="customer", n="wanted") == wanted
        assert told(UPDATE, o="customer", n="wanted", f={"hidden": True}) == wanted
        assert told(UPDATE, o="customer", n="wanted", f={"type": "longText"}) == wanted
        assert told(of_object("deleteObject"), n="wish") == [
            ("Wishes", f"registered as {short[QUERIES[4]]}")
        ]
        # a server without registered documents has nothing to tell of them
        elsewhere = change(admin, of_field("deleteField"), o="customer", n="wanted", dry=True)
        assert elsewhere["impact"] == []
    finally:
        server.stop()


def test_the_command_line_tells_them_too(
    services: Services, company: TestCompany, tmp_path: Path
) -> None:
    """With the setting of the servers."""
    admin, query = company.client("admin"), "query Faxes { customers { nodes { fax } } }"
    without: str = admin.run("{ metadataFile }")["metadataFile"]
    applied(admin, CREATE, o="customer", f=field("传真", "text", name="fax"))
    registered, file = tmp_path / "registered.json", tmp_path / "crm.yaml"
    registered.write_text(json.dumps({digest(query): query}))
    file.write_text(without)
    told = CliRunner().invoke(
        root,
        ["metadata", "apply", str(file), "--company", company.company.domain or ""],
        env={
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
            "QIANSI_TRUSTED_DOCUMENTS": f"only:{registered}",
        },
    )
    assert told.exit_code == 0, told.output
    line = f"! document Faxes: registered as {digest(query)[:16]}"
    assert re.findall(r"^! document .*$", told.stdout, re.M) == [line]
    assert "! deleted customer.fax" in told.stdout
