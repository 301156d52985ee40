-- nodes 40
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'scope_users:SUB_DEPARTMENTS'
-- $5 principal 'user_id'
-- $6 constant '%千%'
-- $7 principal 'subordinate_ids'
select coalesce(((with a6 as (select count(*) as "a13"
from "t_0"."customer" a1
where a1."deleted_at" is null and lower(a1."name") like lower($6::text) and a1."owner_id" = any($7::bigint[]) and a1."owner_id" is not null and (a1."owner_id" = any($4::bigint[]) or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now()))))) select (select row_to_json(a14)
from (select (select coalesce(json_agg(a12), '[]'::json)
from (select a1."name" as "name", (select row_to_json(a9)
from (select a8."name" as "name"
from "t_0"."user" a8
where a8.id = a1."owner_id") a9) as "owner"
from ((select a1.id, a1."name", a1."owner_id", a1."created_at" as a10, a1.id as a11
from "t_0"."customer" a1
where a1."deleted_at" is null and lower(a1."name") like lower($6::text) and a1."owner_id" = any($7::bigint[]) and a1."owner_id" is not null and a1."owner_id" = any($4::bigint[])
order by a1."created_at" desc, a1.id desc limit 20) union all (select a1.id, a1."name", a1."owner_id", a1."created_at" as a10, a1.id as a11
from "t_0"."customer" a1
where a1."deleted_at" is null and lower(a1."name") like lower($6::text) and a1."owner_id" = any($7::bigint[]) and a1."owner_id" is not null and a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now()))) and (a1."owner_id" = any($4::bigint[])) is not true
order by a1."created_at" desc, a1.id desc limit 20)) a1
order by a10 desc, a11 desc limit 20) a12) as "nodes", (select a13
from a6) as "totalCount") a14)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
