"""Who takes part: how each is started, where it is asked and as whom.

All take one JSON body per request: GraphQL's, or at the floor the variables alone.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.database import Viewer
from bench.processes import HOST, uvicorn_command
from bench.queries import Asks, Query


@dataclass(frozen=True)
class Contender:
    """`sample` holds what its viewer sees; `token` signs its requests in."""

    key: str
    title: str
    command: Callable[[int], Sequence[str]]
    sample: Asks
    bare: bool = False
    token: str = ""
    extra_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**self.extra_headers, **signed}

    def path(self, query: Query) -> str:
        return f"/{query.name}" if self.bare else "/graphql"

    def body(self, query: Query, variables: Mapping[str, Any]) -> str:
        if self.bare:
            return json.dumps(variables)
        document = " ".join(query.document.split())
        return json.dumps({"query": document, "variables": variables})

    def bodies(self, query: Query) -> list[str]:
        return [self.body(query, variables) for variables in self.sample.variables(query)]


def serve_command(port: int) -> list[str]:
    return [sys.executable, "-m", "qiansi", "serve", "--host", HOST, "--port", str(port)]


def floor(sample: Asks, app: str = "bench.floor:app") -> Contender:
    return Contender(
        "floor",
        "SQL by hand, bare endpoint",
        lambda port: uvicorn_command(app, port),
        sample,
        bare=True,
    )


def by_hand(sample: Asks) -> Contender:
    return Contender(
        "byHand",
        "strawberry by hand",
        lambda port: uvicorn_command("bench.by_hand:app", port),
        sample,
    )


def ours(
    key: str, title: str, viewer: Viewer, headers: Mapping[str, str], asks: Asks | None = None
) -> Contender:
    """`asks` is what the viewer asks instead of reads of its sample."""
    sample = viewer.sample if asks is None else asks
    return Contender(key, title, serve_command, sample, token=viewer.token, extra_headers=headers)
