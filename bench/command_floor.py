"""The floor of commands: each one written by hand as one statement that writes and returns JSON.

The same rows as the product writes: the record with its companion columns, the operation log,
the outbox. No sign-in, no rights, no validation, no check but the database's own; one round
trip and one commit. Run as `uvicorn bench.command_floor:app`.
"""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.asynchronous import Pool
from bench.database import ADMIN
from engine.base.text import search_text, sort_key
from engine.db.quoting import quote

_SCHEMA = quote(os.environ.get("BENCH_SCHEMA", "t_1"))
_LOG = f"""insert into {_SCHEMA}.operation_log
    (record_object, record_id, action, action_sort, actor_id, at, changes,
     address, address_sort, request_id, request_id_sort)"""
_OUTBOX = f"""insert into {_SCHEMA}.outbox
    (kind, payload, cause, created_at, available_at, attempts)"""
# field → column, in the order of the log
_CREATED = {
    "locked": "locked",
    "name": "name",
    "source": "source",
    "mobile": "mobile",
    "telephone": "telephone",
    "email": "email",
    "industry": "industry",
    "level": "level",
    "remark": "remark",
    "dealStatus": "deal_status",
    "owner": "owner_id",
}


def _created_changes() -> str:
    """`[{"field": …, "old": null, "new": …}, …]` of the row `c`; the owner by its global id."""
    values = {**{field: f"c.{column}" for field, column in _CREATED.items()}}
    values["owner"] = "'User:' || c.owner_id"
    each = ", ".join(
        f"jsonb_build_object('field', '{field}', 'old', null, 'new', {value})"
        for field, value in values.items()
    )
    return f"jsonb_build_array({each})"


_FIELDS = orjson.dumps(list(_CREATED)).decode()
_STATEMENTS = {
    "create": (
        ", ".join(["text"] * 12),
        f"""
        with c as (
          insert into {_SCHEMA}.customer (name, name_sort, name_search, source, mobile, telephone,
            email, industry, level, remark, deal_status, locked, owner_id, created_by_id,
            created_at, updated_at, version)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'NOT_DEALT', false, {ADMIN}, {ADMIN},
            now(), now(), 1)
          returning *
        ), l as (
          {_LOG} select 'customer', c.id, 'create', 'create', {ADMIN}, now(), {_created_changes()},
            $12, $12, $11, $11 from c
        ), o as (
          {_OUTBOX} select 'record.created', jsonb_build_object('object', 'customer',
            'id', 'Customer:' || c.id, 'fields', '{_FIELDS}'::jsonb), $11, now(), now(), 0 from c
        )
        select json_build_object('data', json_build_object('createCustomer',
          json_build_object('record', json_build_object('id', 'Customer:' || id, 'name', name,
            'mobile', mobile, 'telephone', telephone, 'email', email, 'level', level,
            'industry', industry, 'source', source, 'remark', remark, 'createdAt', created_at,
            'version', version))))::text from c
        """,
    ),
    "update": (
        "bigint, text, text, text, text",
        f"""
        with b as (
          select id, email, remark, version from {_SCHEMA}.customer
          where id = $1 and deleted_at is null for no key update
        ), c as (
          update {_SCHEMA}.customer r set email = $2, remark = $3, version = b.version + 1,
            updated_at = now() from b where r.id = b.id
          returning r.*, b.email as old_email, b.remark as old_remark
        ), l as (
          {_LOG} select 'customer', c.id, 'update', 'update', {ADMIN}, now(), jsonb_build_array(
            jsonb_build_object('field', 'email', 'old', c.old_email, 'new', c.email),
            jsonb_build_object('field', 'remark', 'old', c.old_remark, 'new', c.remark)),
            $5, $5, $4, $4 from c
        ), o as (
          {_OUTBOX} select 'record.updated', jsonb_build_object('object', 'customer',
            'id', 'Customer:' || c.id, 'fields', '["email", "remark"]'::jsonb),
            $4, now(), now(), 0 from c
        )
        select json_build_object('data', json_build_object('updateCustomer',
          json_build_object('record', json_build_object('id', 'Customer:' || id, 'name', name,
            'email', email, 'remark', remark, 'updatedAt', updated_at, 'version', version))
          ))::text from c
        """,
    ),
    "batch": (
        "bigint[], text, text, text",
        f"""
        with b as (
          select id, remark, version from {_SCHEMA}.customer
          where id = any($1) and deleted_at is null order by id for no key update
        ), c as (
          update {_SCHEMA}.customer r set remark = $2, version = b.version + 1, updated_at = now()
          from b where r.id = b.id returning r.id, b.remark as old_remark, r.remark
        ), l as (
          {_LOG} select 'customer', c.id, 'update', 'update', {ADMIN}, now(), jsonb_build_array(
            jsonb_build_object('field', 'remark', 'old', c.old_remark, 'new', c.remark)),
            $4, $4, $3, $3 from c order by array_position($1, c.id)
        ), o as (
          {_OUTBOX} select 'record.updated', jsonb_build_object('object', 'customer',
            'id', 'Customer:' || c.id, 'fields', '["remark"]'::jsonb),
            $3, now(), now(), 0 from c order by array_position($1, c.id)
        )
        select json_build_object('data', json_build_object('batchUpdateCustomers',
          json_build_object('done',
            json_agg('Customer:' || id order by array_position($1, id)), 'failed', '[]'::json)
          ))::text from c
        """,
    ),
}
_pool = Pool(_STATEMENTS)
_INPUTS = ("source", "mobile", "telephone", "email", "industry", "level", "remark")


def _create(given: Mapping[str, Any]) -> Sequence[Any]:
    name = given["input"]["name"]
    return name, sort_key(name), search_text(name), *(given["input"][each] for each in _INPUTS)


def _update(given: Mapping[str, Any]) -> Sequence[Any]:
    return _number(given["id"]), given["input"]["email"], given["input"]["remark"]


def _batch(given: Mapping[str, Any]) -> Sequence[Any]:
    return [_number(each) for each in given["ids"]], given["input"]["remark"]


def _number(id: str) -> int:
    return int(id.removeprefix("Customer:"))


_ARGUMENTS: Mapping[str, Callable[[Mapping[str, Any]], Sequence[Any]]] = {
    "create": _create,
    "update": _update,
    "batch": _batch,
}


async def _answer(request: Request) -> Response:
    name: str = request.path_params["name"]
    given = orjson.loads(await request.body())
    assert request.client is not None
    made_by = (secrets.token_hex(8), request.client.host)
    text = await _pool.fetch(name, (*_ARGUMENTS[name](given), *made_by))
    return Response(text, media_type="application/json")


app = Starlette(routes=[Route("/{name}", _answer, methods=["POST"])], lifespan=_pool)
