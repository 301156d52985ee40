"""`--part memory`: what a process holds with one company, what each further one adds, what 100 do.

Builds are counted in the server's log, so that a company that had to be built again is seen.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.asking import Asking
from bench.bounds import Line, median, nearly_worst
from bench.companies import Signed, own_companies, schemas_built, standard_companies
from bench.contenders import ours, serve_command
from bench.database import Measured
from bench.measure import drive
from bench.processes import Running, free_port, running
from bench.queries import QUERIES, SCREEN
from engine.base.settings import Settings
from engine.db.write_engine import make_engine

STANDARD_COMPANIES = 20
OWN_COMPANIES = 100
HOT = 10
TURNS = 2
LOAD_SECONDS = 2.0
_WRITE = 'mutation { createCustomer(input: {mobile: "12"}) { record { id } } }'


def measure_memory(services: Mapping[str, str], measured: Measured, folder: Path) -> list[Line]:
    """All figures of memory. The companies that it needs are made at the first run."""
    engine = make_engine(Settings(database_url=services["DATABASE_URL"], write_connections=4))
    try:
        equal = standard_companies(engine, STANDARD_COMPANIES)
        own = own_companies(engine, OWN_COMPANIES)
    finally:
        engine.dispose()
    port, log = free_port(), folder / "memory.log"
    with running(serve_command(port), port, services, log) as server:
        lines = [Line("process after its start", _megabytes(server), "MB")]
        contender = ours(
            "admin", "ours", measured.admin, {"X-Company": measured.company.domain or ""}
        )
        for query in (*QUERIES, SCREEN):
            drive(contender, server, query, LOAD_SECONDS)
        lines.append(Line("process with one company under load", _megabytes(server), "MB", 150))
        lines += _equal_lines(server, equal, measured, log)
        lines += _own_lines(server, own, measured, log)
    return lines


def _equal_lines(
    server: Running, companies: Sequence[Signed], measured: Measured, log: Path
) -> list[Line]:
    asking = Asking(server.port)
    before, built = _megabytes(server), schemas_built(log)
    for each in companies:
        _use(asking, each, measured)
    asking.close()
    each_adds = (_megabytes(server) - before) / len(companies)
    return [
        Line("each further company with the standard metadata", each_adds, "MB"),
        Line("schemas built for those", schemas_built(log) - built, ""),
    ]


def _own_lines(
    server: Running, companies: Sequence[Signed], measured: Measured, log: Path
) -> list[Line]:
    asking = Asking(server.port)
    hot, others = companies[:HOT], companies[HOT:]
    before = _megabytes(server)
    for each in hot:
        _use(asking, each, measured)
    adds = (_megabytes(server) - before) / len(hot)
    built = schemas_built(log)
    waits, most = [], 0.0
    for _ in range(TURNS):
        for at, each in enumerate(others):
            _use(asking, each, measured)
            waits += [asking.ask(one, QUERIES[-1].document)[0] for one in (hot[at % HOT], hot[0])]
            most = max(most, _megabytes(server))
    visits = TURNS * len(others)
    rebuilt = schemas_built(log) - built
    built = schemas_built(log)
    for each in hot:
        _use(asking, each, measured)
    asking.close()
    return [
        Line("each further company with metadata of its own", adds, "MB"),
        Line(f"{len(companies)} companies in turn, {TURNS} times: most memory", most, "MB", 1_000),
        Line(f"schemas built in {visits} visits", rebuilt, ""),
        Line("hot companies that had to be built again", schemas_built(log) - built, "", 0),
        Line("hot companies beside: median", median(waits), "ms"),
        Line("hot companies beside: nine of ten", nearly_worst(waits), "ms"),
    ]


def _use(asking: Asking, company: Signed, measured: Measured) -> None:
    """What a visit is: the five documents, and an input that is refused (its model stays)."""
    for query in (*QUERIES, SCREEN):
        asking.ask(company, query.document, measured.admin.sample.variables(query)[0])
    asking.refused(company, _WRITE)


def _megabytes(server: Running) -> float:
    return server.memory_bytes() / 1e6
