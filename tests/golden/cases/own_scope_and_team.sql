-- nodes 440
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'user_id'
select coalesce(((with a4 as (select count(*) as "a18"
from "t_0"."customer" a1
where a1."deleted_at" is null and (a1."owner_id" = $4::bigint or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $4::bigint and (a2."until" is null or a2."until" > now()))))) select (select row_to_json(a19)
from (select (select coalesce(json_agg(a17), '[]'::json)
from (select 'Customer:' || a1.id as "id", a1."name" as "name", (select row_to_json(a7)
from (select a6."name" as "name"
from "t_0"."user" a6
where a6.id = a1."owner_id") a7) as "owner", (select row_to_json(a15)
from (select (select coalesce(json_agg(a14), '[]'::json)
from (select (select row_to_json(a13)
from (select a12."name" as "name"
from "t_0"."user" a12
where a12.id = a8."user_id") a13) as "user", a8."access" as "access"
from "t_0"."team_member" a8
where a8."record_object" = 'customer' and a8."record_id" = a1.id
order by a8."created_at" desc, a8.id desc limit 10) a14) as "nodes") a15) as "teamMembers"
from ((select a1.id, a1."name", a1."owner_id", a1.id as a16
from "t_0"."customer" a1
where a1."deleted_at" is null and a1."owner_id" = $4::bigint
order by a1.id asc limit 20) union all (select a1.id, a1."name", a1."owner_id", a1.id as a16
from "t_0"."customer" a1
where a1."deleted_at" is null and a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $4::bigint and (a2."until" is null or a2."until" > now()))) and (a1."owner_id" = $4::bigint) is not true
order by a1.id asc limit 20)) a1
order by a16 asc limit 20) a17) as "nodes", (select a18
from a4) as "totalCount") a19)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
