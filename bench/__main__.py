"""`python -m bench`: measures this product, part by part; reads and commands when none is named.

Uses DATABASE_URL and REDIS_URL, or embedded servers in `--data`; companies are loaded once.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.attacks import run_attacks
from bench.bounds import run_bounds
from bench.changes import measure_changes
from bench.cold import measure_cold
from bench.commands import run_commands
from bench.contest import Run
from bench.memory import measure_memory
from bench.million import run_million
from bench.reads import run_reads

PARTS: Mapping[str, Callable[[Run], None]] = {
    "reads": run_reads,
    "commands": run_commands,
    "million": run_million,
    "changes": partial(run_bounds, "changes", measure_changes, size="1m"),
    "attacks": run_attacks,
    "cold": partial(run_bounds, "cold", measure_cold),
    "memory": partial(run_bounds, "memory", measure_memory),
}


def main() -> None:
    """Starts what is missing and runs the parts one after the other."""
    given = _arguments()
    folder = Path(given.data)
    folder.mkdir(parents=True, exist_ok=True)
    with _services(folder) as services:
        run = Run(services, folder, given.size, given.seconds, given.rounds, given.only)
        for part in given.part:
            PARTS[part](run)


@contextmanager
def _services(folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of PostgreSQL and Redis: given ones, else embedded ones for this run."""
    given = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    if all(given.values()):
        yield given
        return
    from engine.db.embedded import start_embedded

    embedded = start_embedded(folder)
    try:
        yield {
            "DATABASE_URL": given["DATABASE_URL"] or embedded.database_url,
            "REDIS_URL": given["REDIS_URL"] or embedded.redis_url,
        }
    finally:
        embedded.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    keys = ("floor", "byHand", "admin", "salesperson")
    parser.add_argument("--data", default=".qiansi/bench", help="folder of data and logs")
    parser.add_argument("--part", nargs="+", default=["reads", "commands"], choices=tuple(PARTS))
    parser.add_argument("--size", default="100k", choices=("small", "100k", "1m"))
    parser.add_argument("--seconds", type=float, default=4.0, help="per contender and query")
    parser.add_argument("--rounds", type=int, default=2, help="turns that every contender has")
    parser.add_argument("--only", nargs="+", default=keys, choices=keys, metavar="CONTENDER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
