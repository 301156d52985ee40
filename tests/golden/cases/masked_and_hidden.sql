-- nodes 21
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant 1
-- $5 principal 'user_id'
-- $6 constant ['attachment.storageKey', 'customer.email', 'customer.mobile', 'customer.region', 'customer.website', 'opportunity.amount']
select coalesce(((select row_to_json(a17)
from (select a1."name" as "name", case when length(a1."mobile") > 7 then left(a1."mobile", 3) || '****' || right(a1."mobile", 4) when a1."mobile" is not null then '***' end as "mobile", case when strpos(a1."email", '@') > 0 then left(split_part(a1."email", '@', 1), 2) || '***@' || split_part(a1."email", '@', 2) when a1."email" is not null then '***' end as "email", null as "website", case when a1."region" is not null then (select row_to_json(masked)
from (select (a1."region"->>'province') as "province", case when (a1."region"->>'detail') is not null then '***' end as "detail") masked) end as "region", (select row_to_json(a9)
from (select (select coalesce(json_agg(a8), '[]'::json)
from (select a3."action" as "action", (select coalesce(json_agg(a7), '[]'::json)
from jsonb_array_elements(a3."changes") as a7
where (a3."record_object" || '.' || (a7->>'field')) <> all($6::text[])) as "changes"
from "t_0"."operation_log" a3
where a3."record_object" = 'customer' and a3."record_id" = a1.id
order by a3.id asc limit 10) a8) as "nodes") a9) as "operationLog", (select row_to_json(a16)
from (select (select coalesce(json_agg(a15), '[]'::json)
from (select null as "amount"
from "t_0"."opportunity" a10
where a10."customer_id" = a1.id and a10."deleted_at" is null and (a10."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a11
where a11."record_id" = a10.id and a11."record_object" = 'opportunity' and a11."user_id" = $5::bigint and (a11."until" is null or a11."until" > now())))
order by a10."created_at" desc, a10.id desc limit 10) a15) as "nodes") a16) as "opportunities"
from "t_0"."customer" a1
where a1.id = $4::bigint and a1."deleted_at" is null and (a1."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a2
where a2."record_id" = a1.id and a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now())))) a17))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
