"""One keep-alive client that asks a server and says how long each answer took."""

import json
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any

from bench.companies import Signed
from bench.processes import HOST

PATIENCE_SECONDS = 60


class Asking:
    """Requests one after the other over one connection. RuntimeError for an answer with errors."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)

    def ask(
        self, signed: Signed, document: str, variables: Mapping[str, Any] | None = None
    ) -> tuple[float, Any]:
        """Milliseconds and data."""
        milliseconds, status, text = self._send(signed, document, variables)
        parsed = json.loads(text)
        if status != 200 or parsed.get("errors"):
            raise RuntimeError(f"{signed.company.domain}: {status} {text[:800]!r}")
        return milliseconds, parsed["data"]

    def refused(self, signed: Signed, document: str) -> None:
        """Asks for what the input's validation has to refuse."""
        _, status, text = self._send(signed, document, None)
        if b"INVALID_INPUT" not in text:
            raise RuntimeError(f"{signed.company.domain}: {status} {text[:800]!r}")

    def _send(
        self, signed: Signed, document: str, variables: Mapping[str, Any] | None
    ) -> tuple[float, int, bytes]:
        body = json.dumps({"query": document, "variables": variables or {}}).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Company": signed.company.domain or "",
            "Authorization": f"Bearer {signed.token}",
        }
        started = time.perf_counter()
        self._connection.request("POST", "/graphql", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        return (time.perf_counter() - started) * 1_000, answer.status, text

    def close(self) -> None:
        self._connection.close()
