-- nodes 2
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant '8ade0e4eb6e1'
select coalesce(((with a2 as (select a6, a7, row_number() over () as a4
from (select (select row_to_json(a5)
from (select a1."name" as "name", a1."mobile" as "mobile") a5) as a6, translate(encode(convert_to(json_build_array($4::text, (a1."mobile" collate "C")::text, (a1.id)::text)::text, 'UTF8'), 'base64'), E'+/=\n', '-_') as a7
from "t_0"."customer" a1
where a1."deleted_at" is null
order by a1."mobile" collate "C" desc, a1.id desc limit 3) a9) select (select row_to_json(a10)
from (select (select coalesce(json_agg(a6
order by a4 desc) filter (where a4 <= 2), '[]'::json)
from a2) as "nodes", (select row_to_json(a8)
from (select false as "hasNextPage", exists (select 1
from a2
where a4 > 2) as "hasPreviousPage") a8) as "pageInfo") a10)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
