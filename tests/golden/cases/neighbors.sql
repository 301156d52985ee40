-- nodes 2
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'user_id'
-- $5 constant 1
select coalesce(((with a3 as (select a1."name_sort" as a4, a1."name" collate "C" as a5, a1.id as a6
from "t_0"."customer" a1
where a1.id = $5::bigint and a1."deleted_at" is null and (a1."owner_id" = $4::bigint or exists (select 1
from "t_0"."team_member" a9
where a9."record_id" = a1.id and a9."record_object" = 'customer' and a9."user_id" = $4::bigint and (a9."until" is null or a9."until" > now())))) select (select row_to_json(a10)
from (select (select row_to_json(a7)
from (select 'Customer:' || a1.id as "id", a1."name" as "name"
from a3 cross join "t_0"."customer" a1
where a1."deleted_at" is null and (a1."owner_id" = $4::bigint or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $4::bigint and (a2."until" is null or a2."until" > now())))) and (a1."name_sort" < a3.a4 or (a3.a4 is null and a1."name_sort" is not null) or (a1."name_sort" is not distinct
from a3.a4 and (a1."name" collate "C" < a3.a5 or (a3.a5 is null and a1."name" collate "C" is not null) or (a1."name" collate "C" is not distinct
from a3.a5 and (a1.id < a3.a6 or (a1.id is not distinct
from a3.a6 and false))))))
order by a1."name_sort" desc, a1."name" collate "C" desc, a1.id desc limit 1) a7) as "previous", (select row_to_json(a8)
from (select 'Customer:' || a1.id as "id", a1."name" as "name"
from a3 cross join "t_0"."customer" a1
where a1."deleted_at" is null and (a1."owner_id" = $4::bigint or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $4::bigint and (a2."until" is null or a2."until" > now())))) and (a1."name_sort" > a3.a4 or (a1."name_sort" is null and a3.a4 is not null) or (a1."name_sort" is not distinct
from a3.a4 and (a1."name" collate "C" > a3.a5 or (a1."name" collate "C" is null and a3.a5 is not null) or (a1."name" collate "C" is not distinct
from a3.a5 and (a1.id > a3.a6 or (a1.id is not distinct
from a3.a6 and false))))))
order by a1."name_sort" asc, a1."name" collate "C" asc, a1.id asc limit 1) a8) as "next") a10)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
