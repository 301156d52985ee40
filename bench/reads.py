"""`--part reads`: the four queries, asked of the floor, of a server by hand and of this product."""

from collections.abc import Sequence
from typing import Any

from bench.answers import answer, check_same
from bench.contenders import Contender, by_hand, floor, ours
from bench.contest import RESULTS, Asked, Run, contest, started, tell
from bench.database import Measured, prepare
from bench.queries import QUERIES

CHECKED = 5  # variants of each query whose answers are compared before anything is timed


def run_reads(run: Run) -> None:
    """Prepares, compares the answers, measures, reports."""
    measured = prepare(run.services["DATABASE_URL"], run.size, tell)
    taking_part = [each for each in contenders(measured) if each.key in run.only]
    with started(run, measured, taking_part) as servers:
        _compare([each for each in servers if each.contender.key != "salesperson"])
        contest(run, servers, QUERIES, RESULTS / "latest.json")


def contenders(measured: Measured) -> list[Contender]:
    company = {"X-Company": measured.company.domain or ""}
    admin, seller = measured.admin, measured.salesperson
    return [
        floor(admin.sample),
        by_hand(admin.sample),
        ours("admin", "ours, super admin", admin, company),
        ours("salesperson", "ours, salesperson", seller, company),
    ]


def _compare(servers: Sequence[Asked]) -> None:
    """RuntimeError unless all give the same answers to every query."""
    if not servers:
        return
    for query in QUERIES:
        for variables in servers[0].contender.sample.variables(query)[:CHECKED]:
            found: dict[str, Any] = {
                contender.key: answer(contender, server.port, query, variables)
                for contender, server in servers
            }
            check_same(query, found)
    tell(f"same answers from: {', '.join(each.contender.title for each in servers)}")
