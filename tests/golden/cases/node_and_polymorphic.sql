-- nodes 1
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant 2
select coalesce(((select row_to_json(a2)
from (select 'Customer:' || a1.id as "id", a1."name" as "name"
from "t_0"."customer" a1
where a1.id = $4::bigint and a1."deleted_at" is null) a2))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 40
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
select coalesce(((select row_to_json(a41)
from (select (select coalesce(json_agg(a40), '[]'::json)
from (select a1."text" as "text", case a1."record_object" when 'lead' then (select row_to_json(a17)
from (select 'Lead'::text as "__typename", 'Lead:' || a16.id as "id"
from "t_0"."lead" a16
where a16.id = a1."record_id" and a16."deleted_at" is null) a17) when 'customer' then (select row_to_json(a19)
from (select 'Customer'::text as "__typename", 'Customer:' || a18.id as "id", a18."name" as "name"
from "t_0"."customer" a18
where a18.id = a1."record_id" and a18."deleted_at" is null) a19) when 'contact' then (select row_to_json(a23)
from (select 'Contact'::text as "__typename", 'Contact:' || a20.id as "id", (select row_to_json(a22)
from (select a21."name" as "name"
from "t_0"."customer" a21
where a21.id = a20."customer_id" and a21."deleted_at" is null) a22) as "customer"
from "t_0"."contact" a20
where a20.id = a1."record_id" and a20."deleted_at" is null) a23) when 'opportunity' then (select row_to_json(a25)
from (select 'Opportunity'::text as "__typename", 'Opportunity:' || a24.id as "id"
from "t_0"."opportunity" a24
where a24.id = a1."record_id" and a24."deleted_at" is null) a25) when 'contract' then (select row_to_json(a27)
from (select 'Contract'::text as "__typename", 'Contract:' || a26.id as "id"
from "t_0"."contract" a26
where a26.id = a1."record_id" and a26."deleted_at" is null) a27) when 'payment' then (select row_to_json(a29)
from (select 'Payment'::text as "__typename", 'Payment:' || a28.id as "id"
from "t_0"."payment" a28
where a28.id = a1."record_id" and a28."deleted_at" is null) a29) when 'paymentPlan' then (select row_to_json(a31)
from (select 'PaymentPlan'::text as "__typename", 'PaymentPlan:' || a30.id as "id"
from "t_0"."payment_plan" a30
where a30.id = a1."record_id" and a30."deleted_at" is null) a31) when 'invoice' then (select row_to_json(a33)
from (select 'Invoice'::text as "__typename", 'Invoice:' || a32.id as "id"
from "t_0"."invoice" a32
where a32.id = a1."record_id" and a32."deleted_at" is null) a33) when 'visit' then (select row_to_json(a35)
from (select 'Visit'::text as "__typename", 'Visit:' || a34.id as "id"
from "t_0"."visit" a34
where a34.id = a1."record_id" and a34."deleted_at" is null) a35) when 'product' then (select row_to_json(a37)
from (select 'Product'::text as "__typename", 'Product:' || a36.id as "id"
from "t_0"."product" a36
where a36.id = a1."record_id" and a36."deleted_at" is null) a37) when 'campaign' then (select row_to_json(a39)
from (select 'Campaign'::text as "__typename", 'Campaign:' || a38.id as "id"
from "t_0"."campaign" a38
where a38.id = a1."record_id" and a38."deleted_at" is null) a39) else null::json end as "record"
from "t_0"."follow_up" a1
where case a1."record_object" when 'lead' then exists (select 1
from "t_0"."lead" a2
where a2.id = a1."record_id" and a2."deleted_at" is null) when 'customer' then exists (select 1
from "t_0"."customer" a3
where a3.id = a1."record_id" and a3."deleted_at" is null) when 'contact' then exists (select 1
from "t_0"."contact" a4
where a4.id = a1."record_id" and a4."deleted_at" is null) when 'opportunity' then exists (select 1
from "t_0"."opportunity" a5
where a5.id = a1."record_id" and a5."deleted_at" is null) when 'contract' then exists (select 1
from "t_0"."contract" a6
where a6.id = a1."record_id" and a6."deleted_at" is null) when 'payment' then exists (select 1
from "t_0"."payment" a7
where a7.id = a1."record_id" and a7."deleted_at" is null) when 'paymentPlan' then exists (select 1
from "t_0"."payment_plan" a8
where a8.id = a1."record_id" and a8."deleted_at" is null) when 'invoice' then exists (select 1
from "t_0"."invoice" a9
where a9.id = a1."record_id" and a9."deleted_at" is null) when 'visit' then exists (select 1
from "t_0"."visit" a10
where a10.id = a1."record_id" and a10."deleted_at" is null) when 'product' then exists (select 1
from "t_0"."product" a11
where a11.id = a1."record_id" and a11."deleted_at" is null) when 'campaign' then exists (select 1
from "t_0"."campaign" a12
where a12.id = a1."record_id" and a12."deleted_at" is null) else false end
order by a1.id asc limit 20) a40) as "nodes") a41))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
