"""The history of a company's metadata: why each version came about, what releases shipped.

The rows of the present version are `metadata/store.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, text

from engine.base.errors import Problem
from engine.db.quoting import table
from metadata.model import Label, Standard
from metadata.store import Json, dump_standard, parse_standard

PROBLEM = "problem"  # where the change of a version that nobody wanted says why it came about

_FAILURES = """
select v.change->>'object' as object, v.change->>'field' as field, v.change->'problem' as problem
from {history} v where v.change->'problem' is not null and not exists (
  select 1 from {history} l where l.version > v.version and strpos(l.change->>'differences',
    '["objects","' || (v.change->>'object') || '","fields","' || (v.change->>'field') || '"') > 0)
order by v.version
"""


@dataclass(frozen=True, slots=True)
class Release:
    """What a release shipped when it reached the company, and at which version that was."""

    version: int
    standard: Standard


def write_version(
    connection: Connection,
    schema: str,
    version: int,
    change: Mapping[str, Any],
    *,
    user_id: int | None = None,
) -> None:
    """Notes why `version` came about; `change` has at least a `kind`."""
    connection.execute(
        text(
            f"insert into {table(schema, 'metadata_version')} (version, user_id, change)"
            " values (:version, :user, cast(:change as jsonb))"
        ),
        {"version": version, "user": user_id, "change": orjson.dumps(change).decode()},
    )


def release_change(standard: Standard, notes: Sequence[str] = ()) -> Json:
    """The change of a version that a release made; the next release is compared with it."""
    return {
        "kind": "release",
        "release": standard.release,
        "notes": list(notes),
        "standard": dump_standard(standard),
    }


def dump_problem(problem: Problem) -> Json:
    """Why a version came about, about a field; read back by `parse_problem`."""
    label: Label = problem.params["field"]
    return {
        "code": problem.code,
        "label": {"zh": label.zh, "en": label.en},
        "ids": list(problem.params["ids"]),
    }


def parse_problem(place: tuple[str, str], document: Mapping[str, Any]) -> Problem:
    """The problem of the field at `place` (object, field)."""
    label = Label(**document["label"])
    return Problem(place, document["code"], {"field": label, "ids": document["ids"]})


def load_failures(connection: Connection, schema: str) -> tuple[Problem, ...]:
    """What could not be done beside the traffic, at (object, field): until the field changes."""
    history = table(schema, "metadata_version")
    rows = connection.execute(text(_FAILURES.format(history=history)))
    return tuple(parse_problem((row.object, row.field), row.problem) for row in rows)


def load_release(connection: Connection, schema: str) -> Release | None:
    """What the last release shipped to the company; None when that was not noted."""
    row = connection.execute(
        text(
            "select version, cast(change->'standard' as text) as standard"
            f" from {table(schema, 'metadata_version')} where change->>'kind' = 'release'"
            " order by version desc limit 1"
        )
    ).one_or_none()
    if row is None or row.standard is None:
        return None
    return Release(row.version, parse_standard(orjson.loads(row.standard)))


def count_states(connection: Connection, schema: str) -> tuple[int, int, int]:
    """Rows of `state` (there must be one), the last version of the history, the present one."""
    row = connection.execute(
        text(
            "select (select count(*) from {state}) as states,"
            " (select coalesce(max(version), 0) from {history}) as last,"
            " (select coalesce(max(metadata_version), 0) from {state}) as present".format(
                state=table(schema, "state"), history=table(schema, "metadata_version")
            )
        )
    ).one()
    return row.states, row.last, row.present
