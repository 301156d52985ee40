-- nodes 50
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 constant ['A', 'B', 'C']
-- $5 principal 'time_zone'
-- $6 constant 1
select coalesce(((select coalesce(json_agg(a19), '[]'::json)
from (select (select row_to_json(a9)
from (select a2 as "level", a3 as "createdAt", (select row_to_json(a8)
from (select (select row_to_json(a7)
from (select a6 as "name") a7) as "department") a8) as "owner") a9) as "key", a10 as "count", (select row_to_json(a13)
from (select a12 as "owner") a13) as "countDistinct", (select row_to_json(a15)
from (select a14 as "createdAt") a15) as "max"
from (select a1."level" as "a2", date_trunc('month', (a1."created_at" at time zone $5::text))::date as "a3", a5."name" as "a6", array_position($4::text[], a1."level") as "a16", min(a5."name_sort") as "a17", count(*) as "a10", count(distinct a1."owner_id") as "a12", max(a1."created_at") as "a14"
from "t_0"."customer" a1
left join "t_0"."user" a4 on a4.id = a1."owner_id"
left join "t_0"."department" a5 on a5.id = a4."department_id"
where a1."deleted_at" is null
group by 1, 2, 3 having count(*) >= $6::bigint
order by a3 asc nulls last, a10 desc nulls last, a16 asc nulls last, a2 asc nulls last, a3 asc nulls last, a17 asc nulls last, a6 asc nulls last limit 50) a18) a19))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
