"""`--part changes`: an administrator changes the fields of a million customers while others read.

16 clients ask the list with pauses, about 200 requests per second together: first alone, then
during each change and what it leaves to the worker beside the traffic; how far that is, the
administrator asks like a page that shows it. A window of the load lasts some seconds; of the
windows of a change the worst one counts. Two server processes run: those who read ask the one that
makes the changes, and then, in a second turn, the other.
"""

import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.asking import Asking
from bench.bounds import Line, median
from bench.companies import Signed
from bench.contenders import Contender, ours, serve_command
from bench.contest import tell
from bench.database import Measured
from bench.measure import drive
from bench.million_fields import SERIAL, add_fields
from bench.processes import Running, free_port, running, spawned
from bench.queries import LIST
from engine.base.settings import Settings
from engine.db.write_engine import make_engine

WINDOW_SECONDS = 3.0
PAUSE_SECONDS = 0.075  # of each client after an answer
ASKED_SECONDS = 0.5  # how often the administrator's page asks how far the work is
ALONE = 5  # windows without a change
ALLOWED = 3  # p99 during a change to p99 without
_WORKER = (sys.executable, "-m", "qiansi", "worker")  # does what changes leave
WORK = "{ metadataWork { problem { code } } }"
_TOLD = "{ applied problems { code } }"
_CREATE = f'mutation($f: FieldInput!) {{ createField(object: "customer", input: $f) {_TOLD} }}'
_UPDATE = (
    "mutation($n: String!, $f: FieldPatch!)"
    f' {{ updateField(object: "customer", name: $n, input: $f) {_TOLD} }}'
)
_DELETE = f'mutation($n: String!) {{ deleteField(object: "customer", name: $n) {_TOLD} }}'


class _Change(NamedTuple):
    title: str
    document: str
    variables: Mapping[str, Any]


def _changes(new: str) -> tuple[_Change, ...]:
    """In this order; `new` is a name that no field has."""
    searched, relation = f"{new}s", f"{new}r"
    relating = {"type": "relation", "target": "campaign", "inverse": f"{new}i"}
    options = [{"value": each, "label": {"zh": each}} for each in ("A", "B", "C")]
    choice = {"type": "choice", "choices": options[:2]}
    return (
        _Change("a field added", _CREATE, {"f": {"name": new, "label": {"zh": new}, **choice}}),
        _Change(
            "a searched field added, with its index",
            _CREATE,
            {
                "f": {
                    "name": searched,
                    "label": {"zh": searched},
                    "type": "text",
                    "searchable": True,
                }
            },
        ),
        _Change(
            "a relation added, with index and key",
            _CREATE,
            {"f": {"name": relation, "label": {"zh": relation}, **relating}},
        ),
        _Change("an option added", _UPDATE, {"n": new, "f": {"choices": options}}),
        _Change(
            "uniqueness of a million values", _UPDATE, {"n": SERIAL.name, "f": {"unique": True}}
        ),
        _Change("uniqueness taken back", _UPDATE, {"n": SERIAL.name, "f": {"unique": False}}),
        _Change("a field deleted", _DELETE, {"n": new}),
        _Change("a searched field deleted", _DELETE, {"n": searched}),
        _Change("a relation deleted", _DELETE, {"n": relation}),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Two servers, who asks the first all the time, and the administrator, who asks `changing`."""

    server: Running
    changing: Running
    reader: Contender
    admin: Signed

    def p99(self) -> float:
        return drive(self.reader, self.server, LIST, WINDOW_SECONDS, PAUSE_SECONDS).p99_ms


def measure_changes(services: Mapping[str, str], measured: Measured, folder: Path) -> list[Line]:
    """A line for each change: its time, that of what it left, and p99 of others to the normal."""
    engine = make_engine(Settings(database_url=services["DATABASE_URL"], write_connections=2))
    try:
        add_fields(engine, measured.company, tell)
    finally:
        engine.dispose()
    with _places(services, measured, folder) as places:
        return [line for where, place in places.items() for line in _turn(where, place)]


def _turn(where: str, place: _Place) -> Iterator[Line]:
    tell(f"{where}:")
    place.p99()  # warms up
    normal = median([place.p99() for _ in range(ALONE)])
    yield Line(f"{where}: p99 of others without a change", normal, "ms")
    for change in _changes(f"n{int(time.time())}"):
        yield from _changed(where, place, change, normal)


def _changed(where: str, place: _Place, change: _Change, normal: float) -> list[Line]:
    tell(f"measuring {change.title}")
    over = threading.Event()
    with ThreadPoolExecutor(1) as beside:
        load = beside.submit(_windows, place, over)
        try:
            time.sleep(WINDOW_SECONDS / 3)  # the load has begun
            taken, left = _applied(place, change)
        finally:
            over.set()
        worst = max(load.result()) / normal
    title = f"{where}: {change.title}"
    return [
        Line(f"{title}: until applied", taken, "ms"),
        Line(f"{title}: until nothing is left to do", left, "s"),
        Line(f"{title}: p99 of others to that without", worst, "×", ALLOWED),
    ]


def _windows(place: _Place, over: threading.Event) -> list[float]:
    """The p99 of one window after the other, the last one begun before it is over."""
    found = [place.p99()]
    while not over.is_set():
        found.append(place.p99())
    return found


def _applied(place: _Place, change: _Change) -> tuple[float, float]:
    """How long the change took, in ms, and what it left to the worker, in s."""
    with closing(Asking(place.changing.port)) as asking:
        taken, data = asking.ask(place.admin, change.document, change.variables)
        (told,) = data.values()
        if not told["applied"]:
            raise RuntimeError(f"{change.title}: {told}")
        started = time.perf_counter()
        while any(not each["problem"] for each in asking.ask(place.admin, WORK)[1]["metadataWork"]):
            time.sleep(ASKED_SECONDS)
        return taken, time.perf_counter() - started


@contextmanager
def _places(
    services: Mapping[str, str], measured: Measured, folder: Path
) -> Iterator[Mapping[str, _Place]]:
    company = {"X-Company": measured.company.domain or ""}
    reader = ours("admin", "ours", measured.admin, company)
    admin = Signed(measured.company, measured.admin.token)
    with (
        _served(services, folder / "changes.log") as first,
        _served(services, folder / "beside.log") as second,
        spawned(_WORKER, services, folder / "worker.log"),
    ):
        yield {
            "same process": _Place(first, first, reader, admin),
            "other process": _Place(second, first, reader, admin),
        }


@contextmanager
def _served(services: Mapping[str, str], log: Path) -> Iterator[Running]:
    port = free_port()
    with running(serve_command(port), port, services, log) as server:
        yield server
