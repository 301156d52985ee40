"""The same key and body give the same answer, once done (F8).

`idempotency_key(user_id, key, body_hash, field_index, outcome, response, created_at)`: the row
is written first, in the transaction of the effect. The cases, as they end here:

1. a first request: the row and the effect commit together
2. the same again, after success: the stored outcome, no effect
3. the same again, after a refusal: nothing was stored, the command runs
4. the same again, after a crash: as 3
5. the same at the same time: waits for the first; a wait past the lock timeout is CONFLICT busy
6. the same key with another body: CONFLICT idempotency_mismatch, no effect
7. the same key from another user or company: another key
8. several mutations in one request: one row for each, by `field_index`
9. the same again after a day: the row has expired and is taken over
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, text

from engine.base import errors
from engine.base.errors import AppError, Conflict, InvalidInput, Problem
from engine.base.identifiers import parse_id
from engine.commands.actor import IdempotencyKey
from engine.commands.command import Failure, Outcome
from engine.commands.work import Work
from engine.db.quoting import table
from metadata.model import Label

LIFE = timedelta(hours=24)
# the answer of the HTTP layer to the whole request, beside those of its mutations
RESPONSE = -1


def claim_key(work: Work) -> Outcome | None:
    """Takes the key for this command; the stored outcome when it was done before.

    Raises Conflict when the key came with another body.
    """
    given = work.actor.idempotency
    if given is None or _claim(
        work.connection, work.schema, work.principal.user_id, given, work.at
    ):
        return None
    stored = _stored(work.connection, work.schema, work.principal.user_id, given)
    return _outcome(stored["outcome"]) if stored["outcome"] is not None else Outcome()


def store_outcome(work: Work, outcome: Outcome) -> None:
    given = work.actor.idempotency
    if given is None:
        return
    work.connection.execute(
        text(
            f"update {table(work.schema, 'idempotency_key')}"
            " set outcome = cast(:outcome as jsonb)"
            " where user_id = :user and key = :key and field_index = :field"
        ),
        {
            "outcome": orjson.dumps(_to_json(outcome)).decode(),
            "user": work.principal.user_id,
            "key": given.key,
            "field": given.field_index,
        },
    )


def load_response(
    connection: Connection, schema: str, user_id: int, given: IdempotencyKey, at: datetime
) -> bytes | None:
    """The whole answer given before to this key and body. Raises Conflict for another body."""
    row = connection.execute(
        text(
            f"select body_hash, response from {table(schema, 'idempotency_key')}"
            " where user_id = :user and key = :key and field_index = :field and created_at > :limit"
        ),
        {"user": user_id, "key": given.key, "field": RESPONSE, "limit": at - LIFE},
    ).first()
    if row is None:
        return None
    _check_body(bytes(row.body_hash), given)
    return bytes(row.response)


def store_response(
    connection: Connection, schema: str, user_id: int, given: IdempotencyKey, response: bytes
) -> None:
    """Keeps the whole answer; the first one stays, a day. The caller stores only what is final."""
    keys = table(schema, "idempotency_key")
    connection.execute(
        text(
            f"insert into {keys} as k (user_id, key, body_hash, field_index, response, created_at)"
            " values (:user, :key, :hash, :field, :response, now())"
            " on conflict (user_id, key, field_index) do update"
            " set body_hash = excluded.body_hash, response = excluded.response,"
            " created_at = excluded.created_at where k.created_at < now() - :life"
        ),
        {
            "user": user_id,
            "key": given.key,
            "hash": given.body_hash,
            "field": RESPONSE,
            "response": response,
            "life": LIFE,
        },
    )


def _claim(
    connection: Connection, schema: str, user_id: int, given: IdempotencyKey, at: datetime
) -> bool:
    keys = table(schema, "idempotency_key")
    return (
        connection.execute(
            text(
                f"insert into {keys} as k (user_id, key, body_hash, field_index, created_at)"
                " values (:user, :key, :hash, :field, :at)"
                " on conflict (user_id, key, field_index) do update"
                " set body_hash = excluded.body_hash, outcome = null, response = null,"
                " created_at = excluded.created_at"
                " where k.created_at < :limit returning 1"
            ),
            {
                "user": user_id,
                "key": given.key,
                "hash": given.body_hash,
                "field": given.field_index,
                "at": at,
                "limit": at - LIFE,
            },
        ).first()
        is not None
    )


def _stored(
    connection: Connection, schema: str, user_id: int, given: IdempotencyKey
) -> Mapping[str, Any]:
    row = (
        connection.execute(
            text(
                f"select body_hash, outcome from {table(schema, 'idempotency_key')}"
                " where user_id = :user and key = :key and field_index = :field"
            ),
            {"user": user_id, "key": given.key, "field": given.field_index},
        )
        .mappings()
        .one()
    )
    _check_body(bytes(row["body_hash"]), given)
    return dict(row)


def _check_body(stored: bytes, given: IdempotencyKey) -> None:
    if stored != given.body_hash:
        raise Conflict("idempotency_mismatch")


def _to_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "done": [str(id) for id in outcome.done],
        "created": outcome.created,
        "failures": [
            {"id": str(each.id), "error": _error_to_json(each.error)} for each in outcome.failures
        ],
    }


def _outcome(stored: Mapping[str, Any]) -> Outcome:
    return Outcome(
        done=tuple(parse_id(id) for id in stored["done"]),
        failures=tuple(
            Failure(parse_id(each["id"]), _error(each["error"])) for each in stored["failures"]
        ),
        created=stored["created"],
    )


def _error_to_json(error: AppError) -> dict[str, Any]:
    problems = error.problems if isinstance(error, InvalidInput) else ()
    return {
        "type": type(error).__name__,
        "reason": error.reason,
        "params": _plain(error.params),
        "extensions": _plain(error.extensions),
        "problems": [
            {"path": list(p.path), "code": p.code, "params": _plain(p.params)} for p in problems
        ],
    }


def _error(stored: Mapping[str, Any]) -> AppError:
    if stored["type"] == InvalidInput.__name__:
        return InvalidInput(
            [
                Problem(tuple(p["path"]), p["code"], _labelled(p["params"]))
                for p in stored["problems"]
            ]
        )
    made: AppError = getattr(errors, stored["type"])(
        stored["reason"], extensions=stored["extensions"], **_labelled(stored["params"])
    )
    return made


def _plain(value: Any) -> Any:
    """JSON of a parameter; labels keep both languages, anything unknown becomes text."""
    if isinstance(value, Label):
        return {"$label": [value.zh, value.en]}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    return str(value)


def _labelled(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"$label"}:
            return Label(*value["$label"])
        return {name: _labelled(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_labelled(each) for each in value]
    return value
