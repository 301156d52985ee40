-- nodes 8
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
select coalesce(((with a3 as (select count(*) as "a27"
from "t_0"."customer" a1
where a1."deleted_at" is null) select (select row_to_json(a28)
from (select (select coalesce(json_agg(a26), '[]'::json)
from (select 'Customer'::text as "__typename", a1."name" as "name", (with a7 as (select count(*) as "a14"
from "t_0"."contact" a5
where a5."customer_id" = a1.id and a5."deleted_at" is null) select (select row_to_json(a15)
from (select (select coalesce(json_agg(a13), '[]'::json)
from (select a5."name" as "name", (select row_to_json(a12)
from (select a9."name" as "name", (select row_to_json(a11)
from (select a10."name" as "name"
from "t_0"."department" a10
where a10.id = a9."department_id") a11) as "department"
from "t_0"."user" a9
where a9.id = a5."owner_id") a12) as "owner"
from "t_0"."contact" a5
where a5."customer_id" = a1.id and a5."deleted_at" is null
order by a5."created_at" asc, a5.id asc limit 1) a13) as "nodes", (select a14
from a7) as "totalCount") a15)) as "contacts", (with a18 as (select count(*) as "a20", sum(a16."amount") as "a21"
from "t_0"."opportunity" a16
where a16."customer_id" = a1.id and a16."deleted_at" is null) select (select row_to_json(a24)
from (select (select row_to_json(a23)
from (select a20 as "count", (select row_to_json(a22)
from (select (a21)::text as "amount") a22) as "sum"
from a18) a23) as "aggregate") a24)) as "opportunities", case when a1."region" is not null then (select row_to_json(a25)
from (select (a1."region"->>'city') as "city", (a1."region"->>'detail') as "detail") a25) end as "region"
from "t_0"."customer" a1
where a1."deleted_at" is null
order by a1."name_sort" asc, a1."name" collate "C" asc, a1.id asc limit 2) a26) as "nodes", (select a27
from a3) as "totalCount") a28)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
