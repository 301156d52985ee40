-- nodes 0
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'scope_users:SUB_DEPARTMENTS'
-- $5 principal 'user_id'
select coalesce(((with a6 as (select count(*) as "a8"
from "t_0"."customer" a1
where a1."deleted_at" is null and not exists (select 1
from "t_0"."contact" a3
where a3."customer_id" = a1.id and a3."deleted_at" is null and (a3."owner_id" = any($4::bigint[]) or exists (select 1
from "t_0"."team_member" a4
where a4."record_id" = a3.id and a4."record_object" = 'contact' and a4."user_id" = $5::bigint and (a4."until" is null or a4."until" > now())))) and ($5::bigint is not null or (select count(*)
from generate_series(1, 1000000000)) > 0) and (a1."owner_id" = any($4::bigint[]) or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now()))))) select (select row_to_json(a9)
from (select (select a8
from a6) as "totalCount") a9)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 0
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'scope_users:SUB_DEPARTMENTS'
-- $5 principal 'user_id'
select coalesce(((with a7 as (select count(*) as "a9"
from "t_0"."customer" a1
where a1."deleted_at" is null and not exists (select 1
from "t_0"."contact" a3
where a3."customer_id" = a1.id and a3."deleted_at" is null and (a3."owner_id" = any($4::bigint[]) or exists (select 1
from "t_0"."team_member" a4
where a4."record_id" = a3.id and a4."record_object" = 'contact' and a4."user_id" = $5::bigint and (a4."until" is null or a4."until" > now()))) and (a3."owner_id" = $5::bigint) is not true) and ($5::bigint is not null or (select count(*)
from generate_series(1, 1000000000)) > 0) and (a1."owner_id" = any($4::bigint[]) or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now()))))) select (select row_to_json(a10)
from (select (select a9
from a7) as "totalCount") a10)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 0
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'scope_users:SUB_DEPARTMENTS'
-- $5 principal 'user_id'
-- $6 constant 2
select coalesce(((with a6 as (select count(*) as "a8"
from "t_0"."customer" a1
where a1."deleted_at" is null and (select count(*)
from "t_0"."contact" a3
where a3."customer_id" = a1.id and a3."deleted_at" is null and (a3."owner_id" = any($4::bigint[]) or exists (select 1
from "t_0"."team_member" a4
where a4."record_id" = a3.id and a4."record_object" = 'contact' and a4."user_id" = $5::bigint and (a4."until" is null or a4."until" > now())))) >= $6::bigint and ($5::bigint is not null or (select count(*)
from generate_series(1, 1000000000)) > 0) and (a1."owner_id" = any($4::bigint[]) or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now()))))) select (select row_to_json(a9)
from (select (select a8
from a6) as "totalCount") a9)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 0
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'scope_users:SUB_DEPARTMENTS'
-- $5 principal 'user_id'
-- $6 principal 'subordinate_ids'
select coalesce(((with a5 as (select count(*) as "a7"
from "t_0"."customer" a1
where a1."deleted_at" is null and a1."owner_id" = any($6::bigint[]) and (a1."owner_id" = any($4::bigint[]) or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now()))))) select (select row_to_json(a8)
from (select (select a7
from a5) as "totalCount") a8)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint

-- nodes 0
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'scope_users:SUB_DEPARTMENTS'
-- $5 principal 'user_id'
-- $6 constant '%千%'
select coalesce(((with a6 as (select count(*) as "a8"
from "t_0"."contact" a1
where a1."deleted_at" is null and exists (select 1
from "t_0"."customer" a3
where a3.id = a1."customer_id" and a3."deleted_at" is null and (a3."owner_id" = any($4::bigint[]) or exists (select 1
from "t_0"."team_member" a4
where a4."record_id" = a3.id and a4."record_object" = 'customer' and a4."user_id" = $5::bigint and (a4."until" is null or a4."until" > now()))) and lower(a3."name") like lower($6::text)) and (a1."owner_id" = any($4::bigint[]) or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'contact' and a2."user_id" = $5::bigint and (a2."until" is null or a2."until" > now()))))) select (select row_to_json(a9)
from (select (select a8
from a6) as "totalCount") a9)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
