-- nodes 2
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
select coalesce(((select coalesce(json_agg(a12), '[]'::json)
from (select (select row_to_json(a5)
from (select (select row_to_json(a4)
from (select a3 as "name") a4) as "customer") a5) as "key", (select row_to_json(a7)
from (select (a6)::text as "amount") a7) as "sum", (select row_to_json(a9)
from (select (a8)::text as "amount") a9) as "avg"
from (select a2."name" as "a3", min(a2."name_sort") as "a10", sum(a1."amount") as "a6", trim_scale(round(avg(a1."amount"), 6)) as "a8"
from "t_0"."opportunity" a1
left join "t_0"."customer" a2 on a2.id = a1."customer_id" and a2."deleted_at" is null
where a1."deleted_at" is null
group by 1 having sum(a1."amount") is not null
order by a6 desc nulls last, a10 asc nulls last, a3 asc nulls last limit 2) a11) a12))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
