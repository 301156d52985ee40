-- nodes 2
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant ['A', 'B', 'C']
-- $5 constant 'da9a2d3601f9'
-- tied to $size
-- tied to $after
select coalesce(((with a2 as (select a5, a7, row_number() over () as a4
from (select translate(encode(convert_to(json_build_array($5::text, (array_position($4::text[], a1."level"))::text, (a1."name_sort")::text, (a1."name" collate "C")::text, (a1.id)::text)::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as a5, (select row_to_json(a6)
from (select a1."name" as "name", a1."level" as "level") a6) as a7
from "t_0"."customer" a1
where a1."deleted_at" is null
order by array_position($4::text[], a1."level") desc nulls last, a1."name_sort" asc, a1."name" collate "C" asc, a1.id asc limit 3) a10) select (select row_to_json(a11)
from (select (select coalesce(json_agg((select row_to_json(a8)
from (select a5 as "cursor", a7 as "node") a8)
order by a4) filter (where a4 <= 2), '[]'::json)
from a2) as "edges", (select row_to_json(a9)
from (select exists (select 1
from a2
where a4 > 2) as "hasNextPage", false as "hasPreviousPage", (select a5
from a2
where a4 <= 2
order by a4 asc limit 1) as "startCursor", (select a5
from a2
where a4 <= 2
order by a4 desc limit 1) as "endCursor") a9) as "pageInfo") a11)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
