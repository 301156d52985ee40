"""A GraphQL client for tests: one signed-in person against one server process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx


class GraphQLFailure(AssertionError):
    """The answer has errors; `errors` are as received."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors

    @property
    def code(self) -> str:
        code: str = self.errors[0]["extensions"]["code"]
        return code

    @property
    def problems(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.errors[0]["extensions"].get("problems", [])
        return found


@dataclass(frozen=True)
class Client:
    """`url` is a server's root; `company` its domain; `token` empty for nobody."""

    http: httpx.Client
    url: str
    company: str
    token: str = ""
    language: str = "en"

    def post(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The raw answer of one request."""
        return self.http.post(
            f"{self.url}/graphql",
            json={"query": query, "variables": dict(variables or {})},
            headers={**self.headers(), **(headers or {})},
        )

    def run(self, query: str, **variables: Any) -> dict[str, Any]:
        """`data`; raises GraphQLFailure when there are errors."""
        answer = self.post(query, variables).json()
        if answer.get("errors"):
            raise GraphQLFailure(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    def refused(self, query: str, **variables: Any) -> GraphQLFailure:
        """The failure of a request that must be refused; its data must hold nothing."""
        answer = self.post(query, variables).json()
        assert answer.get("errors"), f"not refused: {answer}"
        data = answer.get("data")
        assert data is None or all(value is None for value in data.values()), data
        return GraphQLFailure(answer["errors"])

    def headers(self) -> dict[str, str]:
        headers = {"X-Company": self.company, "Accept-Language": self.language}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def at(self, url: str) -> "Client":
        """The same person at another server process."""
        return Client(self.http, url, self.company, self.token, self.language)
