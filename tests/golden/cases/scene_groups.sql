-- nodes 50
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 principal 'user_id'
-- $5 constant ['A', 'B', 'C']
select coalesce(((select coalesce(json_agg(a10), '[]'::json)
from (select (select row_to_json(a6)
from (select a5 as "level") a6) as "key", a7 as "count"
from (select a1."level" as "a5", array_position($5::text[], a1."level") as "a8", count(*) as "a7"
from "t_0"."customer" a1
where a1."deleted_at" is null and a1."owner_id" = $4::bigint and a1."owner_id" is not null and (a1."owner_id" = $4::bigint or a1.id = any(array(select a2."record_id"
from "t_0"."team_member" a2
where a2."record_object" = 'customer' and a2."user_id" = $4::bigint and (a2."until" is null or a2."until" > now()))))
group by 1 having true
order by a8 asc nulls last, a5 asc nulls last limit 50) a9) a10))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
