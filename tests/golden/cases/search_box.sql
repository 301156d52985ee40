-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 variable q
-- $5 variable q
-- tied to $q
select coalesce(((with a3 as (select count(*) as "a6"
from "t_0"."customer" a1
where a1."deleted_at" is null and (((a1."name_search" like $5::text or lower(a1."mobile") like $5::text or lower(a1."telephone") like $5::text) and (qiansi.grams(a1."name_search") @> $4::text[] or qiansi.grams(lower(a1."mobile")) @> $4::text[] or qiansi.grams(lower(a1."telephone")) @> $4::text[])))) select (select row_to_json(a7)
from (select (select coalesce(json_agg(a5), '[]'::json)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1."deleted_at" is null and (((a1."name_search" like $5::text or lower(a1."mobile") like $5::text or lower(a1."telephone") like $5::text) and (qiansi.grams(a1."name_search") @> $4::text[] or qiansi.grams(lower(a1."mobile")) @> $4::text[] or qiansi.grams(lower(a1."telephone")) @> $4::text[])))
order by a1.id asc limit 20) a5) as "nodes", (select a6
from a3) as "totalCount") a7)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant ['00', '01']
-- $5 constant '%0001%'
select coalesce(((select row_to_json(a10)
from (select (select coalesce(json_agg(a9), '[]'::json)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1.id = any(((with a6 as materialized (select case when (select count(*)
from (select 1
from (select a1.id as a7, (a1."name_search" like $5::text or lower(a1."mobile") like $5::text or lower(a1."telephone") like $5::text) as a8
from "t_0"."customer" a1
where a1."deleted_at" is null
order by a1."created_at" desc, a1.id desc limit 300) a5
where a8 limit 2) a5) = 2 then array(select a7
from (select a1.id as a7, (a1."name_search" like $5::text or lower(a1."mobile") like $5::text or lower(a1."telephone") like $5::text) as a8
from "t_0"."customer" a1
where a1."deleted_at" is null
order by a1."created_at" desc, a1.id desc limit 3000) a5
where a8 limit 20) end as few) select case when cardinality(few) >= 20 then few else array(select a1.id
from "t_0"."customer" a1
where a1."deleted_at" is null and (((a1."name_search" like $5::text or lower(a1."mobile") like $5::text or lower(a1."telephone") like $5::text) and (qiansi.grams(a1."name_search") @> $4::text[] or qiansi.grams(lower(a1."mobile")) @> $4::text[] or qiansi.grams(lower(a1."telephone")) @> $4::text[])))
order by a1."created_at" desc, a1.id desc limit 20) end
from a6)::bigint[]))
order by a1."created_at" desc, a1.id desc) a9) as "nodes") a10))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant '%\\%%'
select coalesce(((select row_to_json(a10)
from (select (select coalesce(json_agg(a9), '[]'::json)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1.id = any(((with a6 as materialized (select case when (select count(*)
from (select 1
from (select a1.id as a7, (a1."name_search" like $4::text or lower(a1."mobile") like $4::text or lower(a1."telephone") like $4::text) as a8
from "t_0"."customer" a1
where a1."deleted_at" is null
order by a1."created_at" desc, a1.id desc limit 300) a5
where a8 limit 2) a5) = 2 then array(select a7
from (select a1.id as a7, (a1."name_search" like $4::text or lower(a1."mobile") like $4::text or lower(a1."telephone") like $4::text) as a8
from "t_0"."customer" a1
where a1."deleted_at" is null
order by a1."created_at" desc, a1.id desc limit 3000) a5
where a8 limit 20) end as few) select case when cardinality(few) >= 20 then few else array(select a1.id
from "t_0"."customer" a1
where a1."deleted_at" is null and ((a1."name_search" like $4::text or lower(a1."mobile") like $4::text or lower(a1."telephone") like $4::text))
order by a1."created_at" desc, a1.id desc limit 20) end
from a6)::bigint[]))
order by a1."created_at" desc, a1.id desc) a9) as "nodes") a10))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
