-- nodes 40
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
select coalesce(((select row_to_json(a8)
from (select (select coalesce(json_agg(a7), '[]'::json)
from (select 'Customer:' || a1.id as "id", a1."version" as "version", a1."created_at" as "createdAt", a1."name" as "name", a1."level" as "level", (select row_to_json(a6)
from (select 'User:' || a5.id as "id", a5."name" as "name"
from "t_0"."user" a5
where a5.id = a1."owner_id") a6) as "owner"
from "t_0"."customer" a1
where a1."deleted_at" is null
order by a1."created_at" desc, a1.id desc limit 20) a7) as "nodes") a8))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
