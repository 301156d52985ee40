"""A process killed in the middle of a change of metadata: all of it is there, or nothing (E3)."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from metadata.changes import background, size
from metadata.changes.create_field import CreateField
from metadata.changes.run import apply_change
from metadata.changes.update_field import UpdateField
from metadata.model import FieldDef, Label
from metadata.store import load_snapshot
from tests.conftest import Services
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, differences, field, of_field
from tests.harness.servers import start_server, wait_until

STEPS = ("metadata-validated", "metadata-tables", "metadata-committed")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("verb", ["add", "change", "delete", "restore"])
def test_a_server_killed_at_any_step_leaves_all_or_nothing(
    services: Services, company: TestCompany, step: str, verb: str
) -> None:
    admin = company.client("admin")
    name = f"{verb}{STEPS.index(step)}"
    if verb != "add":
        applied(admin, CREATE, o="lead", f=field(name, "mobile", name=name))
    if verb == "restore":
        applied(admin, of_field("deleteField"), o="lead", n=name)
    before = version(company)
    doomed = start_server(
        services.folder, services.database_url, services.redis_url, {"QIANSI_FAILPOINT": step}
    )
    query, variables = work(verb, name)
    with httpx.Client(timeout=30) as http, pytest.raises(httpx.TransportError):
        Client(http, doomed.url, admin.company, admin.token).run(query, **variables)
    doomed.process.wait(10)
    wait_until(lambda: not open_transactions(company), "the database noticed", 15)
    assert version(company) == before + (step == "metadata-committed")
    assert differences(company) == []
    done = step == "metadata-committed"
    for server in (0, 1):
        shown = names(company.client("admin", server))
        assert (name in shown) == (
            done if verb in ("add", "restore") else not (done and verb == "delete")
        )
    if not done:
        assert admin.run(query, **variables)
        assert version(company) == before + 1
    assert differences(company) == []


def work(verb: str, name: str) -> tuple[str, dict[str, Any]]:
    if verb == "add":
        return CREATE, {"o": "lead", "f": field(name, "text", name=name)}
    if verb == "change":
        return UPDATE, {"o": "lead", "n": name, "f": {"type": "text"}}
    return of_field(f"{verb}Field"), {"o": "lead", "n": name}


def names(client: Client) -> list[str]:
    found = client.run("{ metadata { objects { name fields { name } } } }")
    (lead,) = [each for each in found["metadata"]["objects"] if each["name"] == "lead"]
    return [each["name"] for each in lead["fields"]]


def version(company: TestCompany) -> int:
    found: int = company.value("select metadata_version from {s}.state")
    return found


def open_transactions(company: TestCompany) -> int:
    count: int = company.value(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and xact_start is not null and pid <> pg_backend_pid()"
    )
    return count


def test_an_index_build_killed_in_the_middle_is_mended(
    services: Services, company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index of a large table is made beside the traffic; killed, it is begun again."""
    monkeypatch.setattr(size, "LARGE_TABLE_BYTES", -1)
    change = CreateField(
        "customer",
        FieldDef(name="code", type="text", label=Label("编码", "Code"), column="", unique=True),
    )
    assert apply_change(company.engine, company.company, change, user_id=None).applied
    assert [each for each in differences(company) if "is missing" in each]
    with company.engine.connect() as writer:
        # the build has to wait for this transaction, and is killed while it does
        writer.execute(text(f"delete from {company.company.schema}.customer where false"))
        writer.execute(text("select txid_current()"))
        builder = subprocess.Popen(
            [sys.executable, "-c", _COMPLETE, services.database_url, company.company.schema],
            cwd=ROOT,
        )
        wait_until(lambda: any("is invalid" in d for d in differences(company)), "the build began")
        steps = company.client("admin").run("{ metadataWork { object name percent } }")
        assert [each["object"] for each in steps["metadataWork"]] == ["customer"]
        builder.kill()
        builder.wait()
        wait_until(lambda: not builds(company), "the database ended the build", 15)
    assert [each for each in differences(company) if "is invalid" in each]
    background.complete_tables(company.engine, company.company.schema)
    assert differences(company) == []
    assert company.client("admin").run("{ metadataWork { name } }")["metadataWork"] == []


def builds(company: TestCompany) -> int:
    found: int = company.value(
        "select count(*) from pg_stat_activity where query ilike 'create unique index%'"
        " and state = 'active'"
    )
    return found


_COMPLETE = """
import sys
from engine.base.settings import Settings
from engine.db.write_engine import make_engine
from metadata.changes import background, size
size.LARGE_TABLE_BYTES = -1
background.complete_tables(make_engine(Settings(database_url=sys.argv[1])), sys.argv[2])
"""


def test_rows_that_become_equal_before_the_index_is_there_undo_uniqueness(
    company: TestCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no check could know: the field is not unique then, and the history says so."""
    from engine.base.settings import Settings
    from jobs.actors import complete_metadata
    from jobs.context import JobContext

    admin = company.client("admin")
    name = applied(admin, CREATE, o="contact", f=field("证件号", "text"))["name"]
    monkeypatch.setattr(size, "LARGE_TABLE_BYTES", -1)
    change = UpdateField("contact", name, {"unique": True})
    assert apply_change(company.engine, company.company, change, user_id=None).applied
    column = load(company, name).column
    for _ in range(2):
        company.sql(f"insert into {{s}}.contact (name, {column}) values ('甲', '1')")
    complete_metadata.run(JobContext(company.engine, Settings()), company.company.schema)
    assert not load(company, name).unique
    assert differences(company) == []


def load(company: TestCompany, name: str) -> FieldDef:
    with company.engine.begin() as connection:
        return load_snapshot(connection, company.company.schema).field("contact", name)


def test_a_process_whose_listening_was_cut_serves_no_old_version(company: TestCompany) -> None:
    """E6: it hears nothing, yet the check of its next statement does."""
    admin, other = company.client("admin"), company.client("admin", 1)
    other.run("{ leads { totalCount } }")
    company.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %'"
    )
    name = applied(admin, CREATE, o="lead", f=field("断线", "text"))["name"]
    assert other.run(f"{{ leads {{ nodes {{ {name} }} }} }}")["leads"] is not None
    wait_until(lambda: listeners(company) >= 2, "both listen again")


def listeners(company: TestCompany) -> int:
    found: int = company.value(
        "select count(*) from pg_stat_activity where query ilike 'listen %' or query = 'select 1'"
    )
    return found
