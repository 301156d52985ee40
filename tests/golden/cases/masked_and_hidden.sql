-- nodes 21
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant 1
-- $5 principal 'user_id'
-- $6 constant ['lead.customer', 'customer.parent', 'contact.customer', 'opportunity.customer', 'contract.customer', 'payment.customer', 'paymentPlan.customer', 'invoice.customer', 'visit.customer']
-- $7 constant ['customer.primaryContact', 'contact.reportsTo', 'opportunity.primaryContact', 'contract.customerSigner', 'visit.contact']
-- $8 constant ['contract.opportunity']
-- $9 constant ['payment.contract', 'paymentPlan.contract', 'invoice.contract', 'visit.contract']
-- $10 constant ['payment.plan']
-- $11 constant ['product.category']
-- $12 constant ['campaign.parent']
-- $13 constant ['attachment.storageKey', 'customer.email', 'customer.mobile', 'customer.region', 'customer.website', 'opportunity.amount']
select coalesce(((select row_to_json(a98)
from (select a1."name" as "name", case when length(a1."mobile") > 7 then left(a1."mobile", 3) || '****' || right(a1."mobile", 4) when a1."mobile" is not null then '***' end as "mobile", case when strpos(a1."email", '@') > 0 then left(split_part(a1."email", '@', 1), 2) || '***@' || split_part(a1."email", '@', 2) when a1."email" is not null then '***' end as "email", null as "website", case when a1."region" is not null then (select row_to_json(masked)
from (select (a1."region"->>'province') as "province", case when (a1."region"->>'detail') is not null then '***' end as "detail") masked) end as "region", (select row_to_json(a90)
from (select (select coalesce(json_agg(a89), '[]'::json)
from (select a3."action" as "action", (select coalesce(json_agg(case when (a3."record_object" || '.' || (a7->>'field')) = any($6::text[]) then a7 || jsonb_build_object('old', case when exists (select 1
from "t_0"."customer" a69
where a69.id = (case when (a7->>'old') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'old'), ':', 2)::bigint end) and a69."deleted_at" is null and (a69."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a70
where a70."record_id" = a69.id and a70."record_object" = 'customer' and a70."user_id" = $5::bigint and (a70."until" is null or a70."until" > now())))) then (a7->>'old') end, 'new', case when exists (select 1
from "t_0"."customer" a71
where a71.id = (case when (a7->>'new') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'new'), ':', 2)::bigint end) and a71."deleted_at" is null and (a71."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a72
where a72."record_id" = a71.id and a72."record_object" = 'customer' and a72."user_id" = $5::bigint and (a72."until" is null or a72."until" > now())))) then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($7::text[]) then a7 || jsonb_build_object('old', case when exists (select 1
from "t_0"."contact" a73
where a73.id = (case when (a7->>'old') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'old'), ':', 2)::bigint end) and a73."deleted_at" is null and (a73."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a74
where a74."record_id" = a73.id and a74."record_object" = 'contact' and a74."user_id" = $5::bigint and (a74."until" is null or a74."until" > now())))) then (a7->>'old') end, 'new', case when exists (select 1
from "t_0"."contact" a75
where a75.id = (case when (a7->>'new') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'new'), ':', 2)::bigint end) and a75."deleted_at" is null and (a75."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a76
where a76."record_id" = a75.id and a76."record_object" = 'contact' and a76."user_id" = $5::bigint and (a76."until" is null or a76."until" > now())))) then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($8::text[]) then a7 || jsonb_build_object('old', case when exists (select 1
from "t_0"."opportunity" a77
where a77.id = (case when (a7->>'old') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'old'), ':', 2)::bigint end) and a77."deleted_at" is null and (a77."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a78
where a78."record_id" = a77.id and a78."record_object" = 'opportunity' and a78."user_id" = $5::bigint and (a78."until" is null or a78."until" > now())))) then (a7->>'old') end, 'new', case when exists (select 1
from "t_0"."opportunity" a79
where a79.id = (case when (a7->>'new') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'new'), ':', 2)::bigint end) and a79."deleted_at" is null and (a79."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a80
where a80."record_id" = a79.id and a80."record_object" = 'opportunity' and a80."user_id" = $5::bigint and (a80."until" is null or a80."until" > now())))) then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($9::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($10::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($11::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($12::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) else a7 end), '[]'::json)
from jsonb_array_elements(a3."changes") as a7
where (a3."record_object" || '.' || (a7->>'field')) <> all($13::text[])) as "changes"
from "t_0"."operation_log" a3
where a3."record_object" = 'customer' and a3."record_id" = a1.id
order by a3.id asc limit 10) a89) as "nodes") a90) as "operationLog", (select row_to_json(a97)
from (select (select coalesce(json_agg(a96), '[]'::json)
from (select null as "amount"
from "t_0"."opportunity" a91
where a91."customer_id" = a1.id and a91."deleted_at" is null and (a91."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a92
where a92."record_id" = a91.id and a92."record_object" = 'opportunity' and a92."user_id" = $5::bigint and (a92."until" is null or a92."until" > now())))
order by a91."created_at" desc, a91.id desc limit 10) a96) as "nodes") a97) as "opportunities"
from "t_0"."customer" a1
where a1.id = $4::bigint and a1."deleted_at" is null and (a1."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a2
where a2."record_id" = a1.id and a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now())))) a98))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
