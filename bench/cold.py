"""`--part cold`: what is done for the first time, and what it does to those beside it.

Start of a process, new documents, schemas of further companies while others are asked, and
companies that are much wider than what ships.
"""

import itertools
import statistics
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.asking import Asking
from bench.bounds import Line, median, nearly_worst
from bench.companies import (
    Signed,
    custom_selection,
    many_objects,
    own_companies,
    schemas_built,
    wide_object,
)
from bench.contenders import ours, serve_command
from bench.database import Measured
from bench.load import Result
from bench.measure import drive
from bench.processes import HOST, Running, free_port, running
from bench.queries import LIST, QUERIES, SCREEN, Query
from engine.base.settings import Settings
from engine.db.write_engine import make_engine

STARTS = 3
NEW_DOCUMENTS = 30
OWN_COMPANIES = 40
LOAD_SECONDS = 4.0
LOG = "cold.log"
# a few schemas: that of the company under load stays, each visited one has to be built again
SMALL_CACHE = {"QIANSI_SCHEMAS_LIMIT_BYTES": "20000000"}
VISIT = "{ customers(first: 1) { nodes { id } } }"
_numbers = itertools.count()


def measure_cold(services: Mapping[str, str], measured: Measured, folder: Path) -> list[Line]:
    """All cold figures. The companies that it needs are made at the first run."""
    engine = make_engine(Settings(database_url=services["DATABASE_URL"], write_connections=4))
    try:
        wide, many = wide_object(engine), many_objects(engine)
        others = own_companies(engine, OWN_COMPANIES)
    finally:
        engine.dispose()
    standard = Signed(measured.company, measured.admin.token)
    lines = _start_lines(services, folder)
    with _server(services, folder) as server:
        lines += _document_lines(server, standard, measured)
        lines += _wide_lines(server, wide, many)
    lines += _build_lines(services, folder, measured, others)
    return lines


@contextmanager
def _server(services: Mapping[str, str], folder: Path, **more: str) -> Iterator[Running]:
    port = free_port()
    with running(serve_command(port), port, {**services, **more}, folder / LOG) as server:
        yield server


def _start_lines(services: Mapping[str, str], folder: Path) -> list[Line]:
    taken = []
    for _ in range(STARTS):
        started = time.perf_counter()
        with _server(services, folder) as server:
            while not _ready(server):
                time.sleep(0.01)
            taken.append(time.perf_counter() - started)
    return [Line("start of a process until it is ready", max(taken), "s", 3)]


def _ready(server: Running) -> bool:
    return httpx.get(f"http://{HOST}:{server.port}/readyz", timeout=5).status_code == 200


def _document_lines(server: Running, standard: Signed, measured: Measured) -> list[Line]:
    asking = Asking(server.port)
    lines = []
    for query in (*QUERIES, SCREEN):
        variables = measured.admin.sample.variables(query)[0]
        documents = [_new(query) for _ in range(NEW_DOCUMENTS)]
        before = server.cpu_seconds()
        first = [asking.ask(standard, each, variables)[0] for each in documents]
        between = server.cpu_seconds()
        again = [asking.ask(standard, each, variables)[0] for each in documents]
        after = server.cpu_seconds()
        added = [new - old for new, old in zip(first, again, strict=True)]
        cpu = (between - before - (after - between)) * 1_000 / NEW_DOCUMENTS
        title = f"new document, {query.title}"
        lines += [
            Line(f"{title}: what its newness adds, median", median(added), "ms", 10),
            Line(f"{title}: what its newness adds, nine of ten", nearly_worst(added), "ms"),
            Line(f"{title}: what its newness adds, CPU of the server", cpu, "ms"),
            Line(f"{title}: whole request, median", median(first), "ms"),
            Line(f"{title}: asked again, median", median(again), "ms"),
        ]
    asking.close()
    return lines


def _new(query: Query) -> str:
    """The document with another alias, so that text, plan and statement are all new."""
    number = next(_numbers)
    document = " ".join(query.document.split())
    head, name, rest = document.partition(" id " if " id " in document else " count ")
    return f"{head} new{number}: {name.strip()} {rest}"


def _wide_lines(server: Running, wide: Signed, many: Signed) -> list[Line]:
    documents = {
        "200 custom fields": (wide, f"{{ customers {{ nodes {{ id {custom_selection()} }} }} }}"),
        "100 custom objects": (many, "{ thing7s { nodes { name customer { name } own3 } } }"),
    }
    lines = []
    for title, (signed, document) in documents.items():
        asking = Asking(server.port)
        before = server.memory_bytes()
        first, _ = asking.ask(signed, VISIT)
        grown = (server.memory_bytes() - before) / 1e6
        new, _ = asking.ask(signed, document)
        again = median([asking.ask(signed, document)[0] for _ in range(20)])
        asking.close()
        lines += [
            Line(f"{title}: first request, schema and all", first, "ms", 1_000),
            Line(f"{title}: memory", grown, "MB"),
            Line(f"{title}: new document over it", new, "ms"),
            Line(f"{title}: asked again, median", again, "ms"),
        ]
    return lines


def _build_lines(
    services: Mapping[str, str], folder: Path, measured: Measured, others: list[Signed]
) -> list[Line]:
    """16 clients ask one company, first alone, then while schemas are built all the time."""
    company = {"X-Company": measured.company.domain or ""}
    contender = ours("admin", "ours", measured.admin, company)
    with _server(services, folder, **SMALL_CACHE) as server, ThreadPoolExecutor(1) as beside:
        drive(contender, server, LIST, 1.0)
        before = schemas_built(folder / LOG)
        alone = [drive(contender, server, LIST, LOAD_SECONDS / 2)]
        under = beside.submit(drive, contender, server, LIST, LOAD_SECONDS)
        visits = _visit(server, others, under)
        built = schemas_built(folder / LOG) - before
        if built != len(visits):
            raise RuntimeError(f"{built} schemas were built for {len(visits)} visits")
        alone.append(drive(contender, server, LIST, LOAD_SECONDS / 2))
    normal = statistics.mean(each.p99_ms for each in alone)
    ratio = under.result().p99_ms / normal
    return [
        Line("schema of a company, with load beside: median", median(visits), "ms", 1_000),
        Line("schema of a company, with load beside: worst", max(visits), "ms", 1_000),
        Line("schemas built during the load", len(visits), ""),
        Line("p99 of others without a build", normal, "ms"),
        Line("p99 of others during builds", under.result().p99_ms, "ms"),
        Line("p99 during builds to p99 without", ratio, "×", 3),
    ]


def _visit(server: Running, others: list[Signed], until: "Future[Result]") -> list[float]:
    asking = Asking(server.port)
    taken = []
    for signed in itertools.cycle(others):
        if until.done():
            break
        taken.append(asking.ask(signed, VISIT)[0])
    asking.close()
    return taken
