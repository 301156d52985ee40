"""Before anything is timed: do the contenders give the same answer to the same question?

Two freedoms only: groups come in any order, and moments may be written with `Z` or `+00:00`
and with or without a zero fraction.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from bench.contenders import Contender
from bench.processes import HOST
from bench.queries import Query

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)")


def answer(contender: Contender, port: int, query: Query, variables: Mapping[str, Any]) -> Any:
    """The normalised `data` of one request. RuntimeError when it is refused."""
    request = urllib.request.Request(
        f"http://{HOST}:{port}{contender.path(query)}",
        data=contender.body(query, variables).encode(),
        headers={"Content-Type": "application/json", **contender.headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            parsed = json.loads(response.read())
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{contender.key} {query.name}: {error.read()[:2000]!r}") from None
    if parsed.get("errors"):
        raise RuntimeError(f"{contender.key} {query.name}: {parsed['errors']}")
    return normalise(parsed["data"])


def normalise(value: Any) -> Any:
    """A JSON value in the one form that is compared."""
    if isinstance(value, dict):
        found = {key: normalise(each) for key, each in value.items()}
        groups = found.get("customerGroups")
        if groups is not None:
            found["customerGroups"] = sorted(groups, key=json.dumps)
        return found
    if isinstance(value, list):
        return [normalise(each) for each in value]
    if isinstance(value, str) and (moment := _MOMENT.fullmatch(value)):
        fraction = (moment[2] or "").rstrip("0")
        return f"{moment[1]}.{fraction}" if fraction else moment[1]
    return value


def check_same(query: Query, answers: Mapping[str, Any]) -> None:
    """RuntimeError naming the contenders that differ."""
    (first, expected), *others = answers.items()
    for key, found in others:
        if found != expected:
            raise RuntimeError(
                f"{key} and {first} differ on {query.name}:\n"
                f"{json.dumps(found, ensure_ascii=False)[:1500]}\n"
                f"{json.dumps(expected, ensure_ascii=False)[:1500]}"
            )
