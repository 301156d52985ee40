-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 variable q
-- $5 variable q
-- tied to $q
select coalesce(((with a4 as (select count(*) as "a7"
from "t_0"."customer" a1
where a1."deleted_at" is null and a1.id in (select a2.id
from "t_0"."customer" a2
where (a2."name_search" like $5::text and qiansi.grams(a2."name_search") @> $4::text[]) union all select a2.id
from "t_0"."customer" a2
where (lower(a2."mobile") like $5::text and qiansi.grams(lower(a2."mobile")) @> $4::text[]) union all select a2.id
from "t_0"."customer" a2
where (lower(a2."telephone") like $5::text and qiansi.grams(lower(a2."telephone")) @> $4::text[]))) select (select row_to_json(a8)
from (select (select coalesce(json_agg(a6), '[]'::json)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1."deleted_at" is null and a1.id in (select a2.id
from "t_0"."customer" a2
where (a2."name_search" like $5::text and qiansi.grams(a2."name_search") @> $4::text[]) union all select a2.id
from "t_0"."customer" a2
where (lower(a2."mobile") like $5::text and qiansi.grams(lower(a2."mobile")) @> $4::text[]) union all select a2.id
from "t_0"."customer" a2
where (lower(a2."telephone") like $5::text and qiansi.grams(lower(a2."telephone")) @> $4::text[]))
order by a1.id asc limit 20) a6) as "nodes", (select a7
from a4) as "totalCount") a8)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant ['00', '01']
-- $5 constant '%0001%'
select coalesce(((select row_to_json(a7)
from (select (select coalesce(json_agg(a6), '[]'::json)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1."deleted_at" is null and a1.id in (select a2.id
from "t_0"."customer" a2
where (a2."name_search" like $5::text and qiansi.grams(a2."name_search") @> $4::text[]) union all select a2.id
from "t_0"."customer" a2
where (lower(a2."mobile") like $5::text and qiansi.grams(lower(a2."mobile")) @> $4::text[]) union all select a2.id
from "t_0"."customer" a2
where (lower(a2."telephone") like $5::text and qiansi.grams(lower(a2."telephone")) @> $4::text[]))
order by a1."created_at" desc, a1.id desc limit 20) a6) as "nodes") a7))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant '%\\%%'
select coalesce(((select row_to_json(a6)
from (select (select coalesce(json_agg(a5), '[]'::json)
from (select a1."name" as "name"
from "t_0"."customer" a1
where a1."deleted_at" is null and (a1."name_search" like $4::text or lower(a1."mobile") like $4::text or lower(a1."telephone") like $4::text)
order by a1."created_at" desc, a1.id desc limit 20) a5) as "nodes") a6))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
