"""The floor: each query written by hand as SQL that returns JSON, behind a bare endpoint.

No sign-in, no rights, no metadata: what remains is HTTP, one prepared statement on an
asynchronous connection, and handing its text on. Run as `uvicorn bench.floor:app`.
"""

import os

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.asynchronous import Pool
from bench.queries import NESTED_PAGE, PAGE
from engine.db.quoting import quote

_SCHEMA = quote(os.environ.get("BENCH_SCHEMA", "t_1"))
_FILTER = f"""
    from {_SCHEMA}.customer c
    where c.level = $1 and c.created_at >= $2 and c.deleted_at is null
    order by c.created_at desc, c.id desc limit {PAGE}
"""
_STATEMENTS = {
    "one": (
        "bigint",
        f"""
        select json_build_object('data', json_build_object('customer', row_to_json(r)))::text from (
            select 'Customer:' || id as id, name, mobile, telephone, email, website, level,
                   industry, source, deal_status as "dealStatus", created_at as "createdAt",
                   updated_at as "updatedAt"
            from {_SCHEMA}.customer where id = $1 and deleted_at is null) r
        """,
    ),
    "list": (
        "text, timestamptz",
        f"""
        select '{{"data":{{"customers":{{"nodes":'
               || coalesce(json_agg(r), '[]'::json)::text || '}}}}}}'
        from (select 'Customer:' || c.id as id, c.name, c.level, c.created_at as "createdAt"
              {_FILTER}) r
        """,
    ),
    "nested": (
        "text, timestamptz",
        f"""
        select '{{"data":{{"customers":{{"nodes":'
               || coalesce(json_agg(r), '[]'::json)::text || '}}}}}}'
        from (
            select 'Customer:' || c.id as id, c.name, c.level, c.created_at as "createdAt",
              (select row_to_json(o) from (
                select 'User:' || u.id as id, u.name from {_SCHEMA}."user" u where u.id = c.owner_id
              ) o) as owner,
              json_build_object('nodes', (select coalesce(json_agg(p), '[]'::json) from (
                select 'Contact:' || x.id as id, x.name from {_SCHEMA}.contact x
                where x.customer_id = c.id and x.deleted_at is null
                order by x.created_at desc, x.id desc limit {NESTED_PAGE}) p)) as contacts,
              json_build_object('nodes', (select coalesce(json_agg(q), '[]'::json) from (
                select 'Opportunity:' || y.id as id, y.name from {_SCHEMA}.opportunity y
                where y.customer_id = c.id and y.deleted_at is null
                order by y.created_at desc, y.id desc limit {NESTED_PAGE}) q)) as opportunities
            {_FILTER}) r
        """,
    ),
    "groups": (
        "",
        f"""
        select '{{"data":{{"customerGroups":'
               || coalesce(json_agg(r), '[]'::json)::text || '}}}}' from (
            select json_build_object('level', level) as key, count(*) as count
            from {_SCHEMA}.customer where deleted_at is null group by level) r
        """,
    ),
}


_pool = Pool(_STATEMENTS)


async def _answer(request: Request) -> Response:
    name: str = request.path_params["name"]
    variables = orjson.loads(await request.body())
    if name == "one":
        variables = {"id": int(variables["id"].removeprefix("Customer:"))}
    text = await _pool.fetch(name, tuple(variables.values()))
    return Response(text, media_type="application/json")


app = Starlette(routes=[Route("/{name}", _answer, methods=["POST"])], lifespan=_pool)
