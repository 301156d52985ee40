"""Several administrators change the metadata at once, through two server processes (E5, E7)."""

import threading
from typing import Any

import httpx
from sqlalchemy import text

from metadata.changes.run import apply_change
from metadata.changes.update_field import UpdateField
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import (
    CREATE,
    UPDATE,
    applied,
    change,
    differences,
    field,
    of_field,
)
from tests.harness.servers import wait_until
from tests.races.test_writes import code, request, together

PARALLEL = 20


def histories(company: TestCompany) -> list[int]:
    rows = company.sql("select version from {s}.metadata_version order by version")
    return [row["version"] for row in rows]


def fields(company: TestCompany, name: str) -> list[dict[str, Any]]:
    found = company.client("admin").run("{ metadata { objects { name fields { name } } } }")
    return next(o["fields"] for o in found["metadata"]["objects"] if o["name"] == name)


def is_idle(company: TestCompany) -> bool:
    busy: int = company.value(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and xact_start is not null and pid <> pg_backend_pid()"
    )
    return busy == 0


def test_twenty_fields_of_different_names_all_come(company: TestCompany) -> None:
    before = histories(company)
    answers = together(
        [
            lambda n=n: request(  # type: ignore[misc]
                company.client("admin", n % 2),
                CREATE,
                {"o": "customer", "f": field(f"并发 {n}", "integer", name=f"parallel{n}")},
            )
            for n in range(PARALLEL)
        ]
    )
    # on a busy machine the last ones may find their time over
    assert {code(each) for each in answers} <= {None, "TIMEOUT", "CONFLICT"}
    made = [each["data"]["createField"] for each in answers if code(each) is None]
    assert all(each["applied"] for each in made)
    versions = {each["version"] for each in made}
    assert len(versions) == len(made) > PARALLEL / 2
    wait_until(lambda: is_idle(company), "those that timed out are done")
    after = histories(company)
    assert after == list(range(1, len(after) + 1))
    present = {each["name"] for each in fields(company, "customer")}
    assert {each["name"] for each in made} <= present
    assert len(after) - len(before) == len([n for n in present if n.startswith("parallel")])
    assert differences(company) == []


def test_of_twenty_fields_of_one_name_one_comes(company: TestCompany) -> None:
    answers = together(
        [
            lambda n=n: request(  # type: ignore[misc]
                company.client("admin", n % 2),
                CREATE,
                {"o": "contact", "f": field(f"同名 {n}", "text", name="same")},
            )
            for n in range(PARALLEL)
        ]
    )
    told = [each["data"]["createField"] for each in answers if code(each) is None]
    assert [each["applied"] for each in told].count(True) == 1
    refused = {p["code"] for each in told if not each["applied"] for p in each["problems"]}
    assert refused == {"NAME_TAKEN"}
    assert differences(company) == []


def test_requests_beside_changes_are_never_wrong(company: TestCompany) -> None:
    """Requests on a field that comes and goes get data or SCHEMA_CHANGED; others always data."""
    admin = company.client("admin")
    name = applied(admin, CREATE, o="lead", f=field("来去", "text", name="comes"))["name"]
    admin.run(
        f'mutation {{ createLead(input: {{name: "甲", {name}: "值"}}) {{ record {{ id }} }} }}'
    )
    seen: dict[str, set[Any]] = {"touched": set(), "other": set()}
    stop = threading.Event()

    def ask(kind: str, query: str, server: int) -> None:
        with httpx.Client(timeout=30) as http:
            client = company.client("alice" if kind == "" else "admin", server)
            own = Client(http, client.url, client.company, client.token)
            while not stop.is_set():
                body = own.post(query).json()
                seen[kind].add(code(body) or str(body["data"]))

    touched, other = f"{{ leads {{ nodes {{ {name} }} }} }}", "{ leads { nodes { name } } }"
    threads = [
        threading.Thread(target=ask, args=(kind, query, server))
        for kind, query in (("touched", touched), ("other", other))
        for server in (0, 1)
    ]
    for each in threads:
        each.start()
    for _ in range(3):
        applied(admin, UPDATE, o="lead", n=name, f={"label": {"zh": "改名"}})
        applied(admin, of_field("deleteField"), o="lead", n=name)
        wait_until(lambda: "SCHEMA_CHANGED" in seen["touched"], "the deletion was noticed")
        applied(admin, of_field("restoreField"), o="lead", n=name)
    stop.set()
    for each in threads:
        each.join()
    data = str({"leads": {"nodes": [{name: "值"}]}})
    assert seen["touched"] == {data, "SCHEMA_CHANGED"}
    assert seen["other"] == {str({"leads": {"nodes": [{"name": "甲"}]}})}
    assert differences(company) == []


def test_requests_beside_a_change_of_type_are_never_wrong(company: TestCompany) -> None:
    """They read and write the former type or the new one, or are told; nobody else notices."""
    admin = company.client("admin")
    name = applied(admin, CREATE, o="lead", f=field("变类", "number", name="turns"))["name"]
    made = admin.run(
        f'mutation {{ createLead(input: {{name: "乙", {name}: "1.5"}}) {{ record {{ id }} }} }}'
    )
    id = made["createLead"]["record"]["id"]
    seen: dict[str, set[Any]] = {"read": set(), "written": set(), "other": set()}
    stop = threading.Event()
    queries = {
        "read": f'{{ leads(where: {{{name}: {{gt: "1"}}}}) {{ nodes {{ {name} }} }} }}',
        "written": f'mutation {{ updateLead(id: "{id}", input: {{{name}: "1.5"}}) {{ record {{ {name} }} }} }}',
        "other": f'{{ lead(id: "{id}") {{ name }} }}',
    }

    def ask(kind: str, server: int) -> None:
        with httpx.Client(timeout=30) as http:
            client = company.client("admin", server)
            own = Client(http, client.url, client.company, client.token)
            while not stop.is_set():
                body = own.post(queries[kind]).json()
                seen[kind].add(code(body) or str(body["data"]))

    threads = [threading.Thread(target=ask, args=(each, n)) for each in queries for n in (0, 1)]
    for each in threads:
        each.start()
    for type in ("amount", "number") * 3:
        applied(admin, UPDATE, o="lead", n=name, f={"type": type})
    stop.set()
    for each in threads:
        each.join()
    values = [{name: "1.5000"}, {name: "1.50"}]
    assert seen["read"] <= {str({"leads": {"nodes": [each]}}) for each in values}
    told = {str({"updateLead": {"record": each}}) for each in values}
    assert seen["written"] <= {*told, "SCHEMA_CHANGED"}
    assert seen["other"] == {str({"lead": {"name": "乙"}})}
    assert differences(company) == []


def test_a_change_that_gets_no_lock_says_so_and_holds_nobody_up(company: TestCompany) -> None:
    """E4, M6: behind a transaction that stays open the change gives up; reads go on meanwhile."""
    admin, other = company.client("admin"), company.client("admin", 1)
    given = {"o": "visit", "f": field("等待", "integer", name="waits")}
    with company.engine.connect() as holder:
        holder.execute(text(f"select count(*) from {company.company.schema}.visit"))
        refused = admin.refused(CREATE, **given)
        assert refused.code == "CONFLICT"
        assert other.run("{ visits { totalCount } }") == {"visits": {"totalCount": 0}}
    assert differences(company) == []
    assert applied(admin, CREATE, **given)["name"] == "waits"
    assert differences(company) == []


def test_a_dry_run_of_required_waits_for_no_writer(company: TestCompany) -> None:
    number = company.insert("campaign", name="写着")
    table = f"{company.company.schema}.campaign"
    given: dict[str, Any] = {"o": "campaign", "n": "budget", "f": {"required": True}}
    with company.engine.begin() as writer:
        writer.execute(text(f"update {table} set budget = 1 where id = {number}"))
        told = change(company.client("admin"), UPDATE, **given, dry=True)
    assert [each["code"] for each in told["problems"]] == ["REQUIRED_ROWS"]
    with company.engine.begin() as writer:
        writer.execute(text(f"update {table} set name = name where id = {number}"))
        assert change(company.client("admin"), UPDATE, **given, dry=True)["problems"] == []


def test_rows_may_be_written_while_the_schema_is_rehearsed(company: TestCompany) -> None:
    """A blank that comes meanwhile is told as one that was there, and nothing is changed."""
    number = company.insert("campaign", name="迟到", cost=1)
    table = f"{company.company.schema}.campaign"

    def rehearse(*_: object) -> tuple[()]:
        with company.engine.begin() as writer:
            writer.execute(text("set local lock_timeout = '2s'"))
            writer.execute(text(f"update {table} set cost = null where id = {number}"))
        return ()

    company.sql("update {s}.campaign set cost = 1")
    required = UpdateField("campaign", "cost", {"required": True})
    before = histories(company)
    found = apply_change(company.engine, company.company, required, user_id=None, rehearse=rehearse)
    (problem,) = found.problems
    assert (problem.path, problem.code) == (("input", "required"), "REQUIRED_ROWS")
    assert problem.params["ids"] == [f"Campaign:{number}"]
    assert (found.applied, histories(company)) == (False, before)
    company.sql("update {s}.campaign set cost = 1")
    assert apply_change(company.engine, company.company, required, user_id=None).applied
    assert differences(company) == []
