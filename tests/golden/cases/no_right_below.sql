-- nodes 11
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant 1
select coalesce(((select row_to_json(a9)
from (select a1."name" as "name", (with a4 as (select count(*) as "a7"
from "t_0"."contact" a2
where a2."customer_id" = a1.id and false) select (select row_to_json(a8)
from (select (select coalesce(json_agg(a6), '[]'::json)
from (select 'Contact:' || a2.id as "id"
from "t_0"."contact" a2
where a2."customer_id" = a1.id and false
order by a2."created_at" desc, a2.id desc limit 10) a6) as "nodes", (select a7
from a4) as "totalCount") a8)) as "contacts"
from "t_0"."customer" a1
where a1.id = $4::bigint and a1."deleted_at" is null) a9))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
