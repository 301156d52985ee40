-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
select coalesce(((with a3 as (select count(*) as "a6"
from "t_0"."customer" a1
where a1."deleted_at" is not null) select (select row_to_json(a7)
from (select (select coalesce(json_agg(a5), '[]'::json)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1."deleted_at" is not null
order by a1."created_at" desc, a1.id desc limit 20) a5) as "nodes", (select a6
from a3) as "totalCount") a7)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 1
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant 6
select coalesce(((select row_to_json(a2)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1.id = $4::bigint and a1."deleted_at" is null) a2))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
