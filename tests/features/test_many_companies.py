"""What a process keeps of companies is bounded in bytes, and never mixed up (ARCHITECTURE, state)."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import Engine

from metadata.model import FieldDef, Label
from metadata.provision import create_company
from metadata.standard import STANDARD
from tests.conftest import Services
from tests.harness.company import TestCompany, open_company
from tests.harness.metadata import CREATE, applied, field, of_field
from tests.harness.servers import Server, start_server

BUILT = '"schema built"'
TWO_SCHEMAS = 9_000_000  # a schema of the standard CRM is about 4,000,000 bytes


@pytest.fixture(scope="module")
def server(services: Services, engine: Engine) -> Iterator[Server]:
    """A process with room for two schemas."""
    settings = {"QIANSI_SCHEMAS_LIMIT_BYTES": str(TWO_SCHEMAS), "QIANSI_LOG_FORMAT": "json"}
    started = start_server(services.folder, services.database_url, services.redis_url, settings)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def own(engine: Engine, server: Server, http: httpx.Client) -> list[TestCompany]:
    """Three companies, each with a field of customers that the others have not."""
    return [_own_company(engine, server, http, name) for name in ("wool", "silk", "jute")]


def _own_company(engine: Engine, server: Server, http: httpx.Client, name: str) -> TestCompany:
    field = FieldDef(name=name, type="text", label=Label(name, name), column=name, custom=True)
    objects = tuple(
        replace(each, fields=(*each.fields, field)) if each.name == "customer" else each
        for each in STANDARD.objects
    )
    standard = replace(STANDARD, objects=objects)
    domain = f"{name}-{os.getpid()}.test"
    made = create_company(engine, name, domain=domain, standard=standard)
    opened = open_company(engine, made, [server], http)
    opened.insert("customer", name=f"客户 {name}", **{name: f"value of {name}"})
    return opened


def builds(server: Server) -> int:
    return server.log.read_text().count(BUILT)


def visit(company: TestCompany) -> None:
    """The company's own field is there, with its own row, and the others' fields are not."""
    name = company.company.name
    client = company.client("admin")
    found = client.run(f"{{ customers {{ nodes {{ name {name} }} }} }}")
    assert found["customers"]["nodes"] == [{"name": f"客户 {name}", name: f"value of {name}"}]
    other = "silk" if name == "wool" else "wool"
    assert client.refused(f"{{ customers {{ nodes {{ {other} }} }} }}")


def test_a_company_that_is_asked_again_and_again_stays(
    server: Server, own: list[TestCompany]
) -> None:
    hot, first, second = own
    visit(hot)
    for each in (first, second, first, second):
        visit(each)
        before = builds(server)
        visit(hot)
        assert builds(server) == before


def test_a_company_that_was_let_go_answers_again_rightly(
    server: Server, own: list[TestCompany]
) -> None:
    for each in own:
        visit(each)
    before = builds(server)
    for each in own:
        visit(each)
    assert builds(server) == before + len(own)


def test_companies_with_equal_objects_share_one_schema(
    server: Server,
    engine: Engine,
    http: httpx.Client,
    make_company: Callable[[], TestCompany],
) -> None:
    made = [make_company() for _ in range(2)]
    equal = [replace(each, servers=[server]) for each in made]
    for at, each in enumerate(equal):
        each.insert("customer", name=f"公司 {at}")
    before = builds(server)
    for at, each in enumerate(equal):
        found = each.client("admin").run("{ customers { nodes { name } } }")
        assert found["customers"]["nodes"] == [{"name": f"公司 {at}"}]
    assert builds(server) <= before + 1


def test_a_new_version_of_one_company_leaves_its_equal_alone(
    server: Server, make_company: Callable[[], TestCompany]
) -> None:
    changing, staying = (replace(make_company(), servers=[server]) for _ in range(2))
    document = "{ customers { nodes { equalOne } } }"
    for each in (changing, staying):
        applied(each.client("admin"), CREATE, o="customer", f=field("同", "text", name="equalOne"))
        assert each.client("admin").run(document) == {"customers": {"nodes": []}}
    applied(changing.client("admin"), of_field("deleteField"), o="customer", n="equalOne")
    # valid a moment ago: whoever sent it could not know (decision 39)
    assert changing.client("admin").refused(document).code == "SCHEMA_CHANGED"
    assert staying.client("admin").run(document) == {"customers": {"nodes": []}}
