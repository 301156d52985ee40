-- nodes 220
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'user_id'
select coalesce(((select row_to_json(a16)
from (select (select coalesce(json_agg(a15), '[]'::json)
from (select 'Customer:' || a1.id as "id", (with a9 as (select count(*) as "a12"
from "t_0"."contact" a6
where a6."customer_id" = a1.id and a6."deleted_at" is null and (a6."owner_id" = $4::bigint or exists (select 1
from "t_0"."team_member" a7
where a7."record_id" = a6.id and a7."record_object" = 'contact' and a7."user_id" = $4::bigint and (a7."until" is null or a7."until" > now())))) select (select row_to_json(a13)
from (select (select coalesce(json_agg(a11), '[]'::json)
from (select 'Contact:' || a6.id as "id"
from "t_0"."contact" a6
where a6."customer_id" = a1.id and a6."deleted_at" is null and (a6."owner_id" = $4::bigint or exists (select 1
from "t_0"."team_member" a7
where a7."record_id" = a6.id and a7."record_object" = 'contact' and a7."user_id" = $4::bigint and (a7."until" is null or a7."until" > now())))
order by a6."created_at" desc, a6.id desc limit 10) a11) as "nodes", (select a12
from a9) as "totalCount") a13)) as "contacts"
from ((select a1.id, a1.id as a14
from "t_0"."customer" a1
where a1."deleted_at" is null and a1."owner_id" = $4::bigint
order by a1.id asc limit 20) union all (select a1.id, a1.id as a14
from "t_0"."customer" a1
where a1."deleted_at" is null and a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $4::bigint and (a2."until" is null or a2."until" > now()))) and (a1."owner_id" = $4::bigint) is not true
order by a1.id asc limit 20)) a1
order by a14 asc limit 20) a15) as "nodes") a16))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 40
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'user_id'
select coalesce(((select row_to_json(a12)
from (select (select coalesce(json_agg(a11), '[]'::json)
from (select a1."name" as "name", (select row_to_json(a8)
from (select a6."name" as "name"
from "t_0"."customer" a6
where a6.id = a1."customer_id" and a6."deleted_at" is null and (a6."owner_id" = $4::bigint or exists (select 1
from "t_0"."team_member" a7
where a7."record_id" = a6.id and a7."record_object" = 'customer' and a7."user_id" = $4::bigint and (a7."until" is null or a7."until" > now())))) a8) as "customer"
from ((select a1.id, a1."name", a1."customer_id", a1."created_at" as a9, a1.id as a10
from "t_0"."contact" a1
where a1."deleted_at" is null and a1."owner_id" = $4::bigint
order by a1."created_at" desc, a1.id desc limit 20) union all (select a1.id, a1."name", a1."customer_id", a1."created_at" as a9, a1.id as a10
from "t_0"."contact" a1
where a1."deleted_at" is null and a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'contact' and a2."user_id" = $4::bigint and (a2."until" is null or a2."until" > now()))) and (a1."owner_id" = $4::bigint) is not true
order by a1."created_at" desc, a1.id desc limit 20)) a1
order by a9 desc, a10 desc limit 20) a11) as "nodes") a12))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
