-- nodes 21
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant 1
-- $5 principal 'user_id'
-- $6 constant ['lead.name', 'lead.source', 'lead.mobile', 'lead.telephone', 'lead.email', 'lead.address', 'lead.industry', 'lead.level', 'lead.nextContactAt', 'lead.remark', 'lead.convertedAt', 'lead.customer', 'lead.owner', 'lead.lastFollowUpAt', 'lead.lastFollowUpText', 'lead.createdBy', 'lead.createdAt', 'lead.updatedAt', 'lead.version', 'lead.deletedAt', 'customer.name', 'customer.source', 'customer.telephone', 'customer.industry', 'customer.level', 'customer.nextContactAt', 'customer.remark', 'customer.location', 'customer.dealStatus', 'customer.dealtAt', 'customer.locked', 'customer.primaryContact', 'customer.parent', 'customer.receivedAt', 'customer.owner', 'customer.lastFollowUpAt', 'customer.lastFollowUpText', 'customer.createdBy', 'customer.createdAt', 'customer.updatedAt', 'customer.version', 'customer.deletedAt', 'contact.name', 'contact.customer', 'contact.mobile', 'contact.telephone', 'contact.email', 'contact.position', 'contact.decisionMaker', 'contact.gender', 'contact.address', 'contact.nextContactAt', 'contact.remark', 'contact.reportsTo', 'contact.owner', 'contact.lastFollowUpAt', 'contact.lastFollowUpText', 'contact.createdBy', 'contact.createdAt', 'contact.updatedAt', 'contact.version', 'contact.deletedAt', 'opportunity.name', 'opportunity.customer', 'opportunity.expectedCloseOn', 'opportunity.nextContactAt', 'opportunity.remark', 'opportunity.pipeline', 'opportunity.stage', 'opportunity.outcome', 'opportunity.outcomeReason', 'opportunity.discountRate', 'opportunity.primaryContact', 'opportunity.owner', 'opportunity.lastFollowUpAt', 'opportunity.lastFollowUpText', 'opportunity.createdBy', 'opportunity.createdAt', 'opportunity.updatedAt', 'opportunity.version', 'opportunity.deletedAt', 'contract.number', 'contract.name', 'contract.customer', 'contract.opportunity', 'contract.amount', 'contract.signedOn', 'contract.startsOn', 'contract.endsOn', 'contract.customerSigner', 'contract.companySigner', 'contract.type', 'contract.remark', 'contract.discountRate', 'contract.approvalStatus', 'contract.received', 'contract.outstanding', 'contract.owner', 'contract.lastFollowUpAt', 'contract.lastFollowUpText', 'contract.createdBy', 'contract.createdAt', 'contract.updatedAt', 'contract.version', 'contract.deletedAt', 'payment.number', 'payment.customer', 'payment.contract', 'payment.plan', 'payment.paidOn', 'payment.amount', 'payment.method', 'payment.remark', 'payment.approvalStatus', 'payment.owner', 'payment.lastFollowUpAt', 'payment.lastFollowUpText', 'payment.createdBy', 'payment.createdAt', 'payment.updatedAt', 'payment.version', 'payment.deletedAt', 'paymentPlan.customer', 'paymentPlan.contract', 'paymentPlan.sequence', 'paymentPlan.amount', 'paymentPlan.dueOn', 'paymentPlan.remindDays', 'paymentPlan.method', 'paymentPlan.remark', 'paymentPlan.status', 'paymentPlan.received', 'paymentPlan.outstanding', 'paymentPlan.owner', 'paymentPlan.lastFollowUpAt', 'paymentPlan.lastFollowUpText', 'paymentPlan.createdBy', 'paymentPlan.createdAt', 'paymentPlan.updatedAt', 'paymentPlan.version', 'paymentPlan.deletedAt', 'invoice.number', 'invoice.customer', 'invoice.contract', 'invoice.contractAmount', 'invoice.amount', 'invoice.type', 'invoice.issuedOn', 'invoice.invoiceNumber', 'invoice.trackingNumber', 'invoice.status', 'invoice.titleType', 'invoice.title', 'invoice.taxNumber', 'invoice.bank', 'invoice.bankAccount', 'invoice.registeredAddress', 'invoice.telephone', 'invoice.recipient', 'invoice.recipientMobile', 'invoice.recipientAddress', 'invoice.remark', 'invoice.approvalStatus', 'invoice.owner', 'invoice.lastFollowUpAt', 'invoice.lastFollowUpText', 'invoice.createdBy', 'invoice.createdAt', 'invoice.updatedAt', 'invoice.version', 'invoice.deletedAt', 'visit.number', 'visit.customer', 'visit.contact', 'visit.contract', 'visit.visitor', 'visit.visitedAt', 'visit.form', 'visit.satisfaction', 'visit.feedback', 'visit.owner', 'visit.lastFollowUpAt', 'visit.lastFollowUpText', 'visit.createdBy', 'visit.createdAt', 'visit.updatedAt', 'visit.version', 'visit.deletedAt', 'product.name', 'product.code', 'product.category', 'product.unit', 'product.price', 'product.costPrice', 'product.description', 'product.onSale', 'product.mainImages', 'product.detailImages', 'product.owner', 'product.lastFollowUpAt', 'product.lastFollowUpText', 'product.createdBy', 'product.createdAt', 'product.updatedAt', 'product.version', 'product.deletedAt', 'campaign.name', 'campaign.type', 'campaign.status', 'campaign.startsOn', 'campaign.endsOn', 'campaign.budget', 'campaign.cost', 'campaign.expectedIncome', 'campaign.actualIncome', 'campaign.description', 'campaign.parent', 'campaign.owner', 'campaign.lastFollowUpAt', 'campaign.lastFollowUpText', 'campaign.createdBy', 'campaign.createdAt', 'campaign.updatedAt', 'campaign.version', 'campaign.deletedAt', 'lead.teamMembers', 'customer.teamMembers', 'contact.teamMembers', 'opportunity.teamMembers', 'contract.teamMembers', 'payment.teamMembers', 'paymentPlan.teamMembers', 'invoice.teamMembers', 'visit.teamMembers', 'product.teamMembers', 'campaign.teamMembers']
-- $7 constant ['lead.customer', 'customer.parent', 'contact.customer', 'opportunity.customer', 'contract.customer', 'payment.customer', 'paymentPlan.customer', 'invoice.customer', 'visit.customer']
-- $8 constant ['customer.primaryContact', 'contact.reportsTo', 'opportunity.primaryContact', 'contract.customerSigner', 'visit.contact']
-- $9 constant ['contract.opportunity']
-- $10 constant ['payment.contract', 'paymentPlan.contract', 'invoice.contract', 'visit.contract']
-- $11 constant ['payment.plan']
-- $12 constant ['product.category']
-- $13 constant ['campaign.parent']
select coalesce(((select row_to_json(a98)
from (select a1."name" as "name", case when length(a1."mobile") > 7 then left(a1."mobile", 3) || '****' || right(a1."mobile", 4) when a1."mobile" is not null then '***' end as "mobile", case when strpos(a1."email", '@') > 0 then left(split_part(a1."email", '@', 1), 2) || '***@' || split_part(a1."email", '@', 2) when a1."email" is not null then '***' end as "email", null as "website", case when a1."region" is not null then (select row_to_json(masked)
from (select (a1."region"->>'province') as "province", case when (a1."region"->>'detail') is not null then '***' end as "detail") masked) end as "region", (select row_to_json(a90)
from (select (select coalesce(json_agg(a89), '[]'::json)
from (select a3."action" as "action", (select coalesce(json_agg(case when (a3."record_object" || '.' || (a7->>'field')) = any($7::text[]) then a7 || jsonb_build_object('old', case when exists (select 1
from "t_0"."customer" a69
where a69.id = (case when (a7->>'old') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'old'), ':', 2)::bigint end) and a69."deleted_at" is null and (a69."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a70
where a70."record_id" = a69.id and a70."record_object" = 'customer' and a70."user_id" = $5::bigint and (a70."until" is null or a70."until" > now())))) then (a7->>'old') end, 'new', case when exists (select 1
from "t_0"."customer" a71
where a71.id = (case when (a7->>'new') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'new'), ':', 2)::bigint end) and a71."deleted_at" is null and (a71."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a72
where a72."record_id" = a71.id and a72."record_object" = 'customer' and a72."user_id" = $5::bigint and (a72."until" is null or a72."until" > now())))) then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($8::text[]) then a7 || jsonb_build_object('old', case when exists (select 1
from "t_0"."contact" a73
where a73.id = (case when (a7->>'old') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'old'), ':', 2)::bigint end) and a73."deleted_at" is null and (a73."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a74
where a74."record_id" = a73.id and a74."record_object" = 'contact' and a74."user_id" = $5::bigint and (a74."until" is null or a74."until" > now())))) then (a7->>'old') end, 'new', case when exists (select 1
from "t_0"."contact" a75
where a75.id = (case when (a7->>'new') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'new'), ':', 2)::bigint end) and a75."deleted_at" is null and (a75."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a76
where a76."record_id" = a75.id and a76."record_object" = 'contact' and a76."user_id" = $5::bigint and (a76."until" is null or a76."until" > now())))) then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($9::text[]) then a7 || jsonb_build_object('old', case when exists (select 1
from "t_0"."opportunity" a77
where a77.id = (case when (a7->>'old') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'old'), ':', 2)::bigint end) and a77."deleted_at" is null and (a77."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a78
where a78."record_id" = a77.id and a78."record_object" = 'opportunity' and a78."user_id" = $5::bigint and (a78."until" is null or a78."until" > now())))) then (a7->>'old') end, 'new', case when exists (select 1
from "t_0"."opportunity" a79
where a79.id = (case when (a7->>'new') ~ '^[A-Za-z0-9]+:[0-9]{1,18}$' then split_part((a7->>'new'), ':', 2)::bigint end) and a79."deleted_at" is null and (a79."owner_id" = $5::bigint or exists (select 1
from "t_0"."team_member" a80
where a80."record_id" = a79.id and a80."record_object" = 'opportunity' and a80."user_id" = $5::bigint and (a80."until" is null or a80."until" > now())))) then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($10::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($11::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($12::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) when (a3."record_object" || '.' || (a7->>'field')) = any($13::text[]) then a7 || jsonb_build_object('old', case when false then (a7->>'old') end, 'new', case when false then (a7->>'new') end) else a7 end), '[]'::json)
from jsonb_array_elements(a3."changes") as a7
where (a3."record_object" || '.' || (a7->>'field')) = any($6::text[])) as "changes"
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
