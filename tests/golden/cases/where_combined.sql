-- nodes 20
-- $1 principal 'token_hash'
-- $2 principal 'metadata_version'
-- $3 principal 'access_version'
-- $4 variable least
-- $5 principal 'user_id'
-- $6 constant ['A']
-- $7 constant '千%'
-- $8 constant 1
select coalesce(((with a8 as (select count(*) as "a11"
from "t_0"."customer" a1
where a1."deleted_at" is null and ((exists (select 1
from "t_0"."opportunity" a2
where a2."customer_id" = a1.id and a2."deleted_at" is null and a2."amount" > $4::numeric) and ($5::bigint is not null or (select count(*)
from generate_series(1, 1000000000)) > 0)) or ((((a1."level" = any($6::text[]) or a1."level" is null)) and ((lower(a1."name") like lower($7::text)) is not true)))) and exists (select 1
from "t_0"."user" a3
where a3.id = a1."owner_id" and a3."department_id" = any(array(with recursive a6 as (select a4.id
from "t_0"."department" a4
where a4.id = $8::bigint union select a5.id
from "t_0"."department" a5 join a6 on a5."parent_id" = a6.id) select id
from a6)))) select (select row_to_json(a12)
from (select (select coalesce(json_agg(a10), '[]'::json)
from (select 'Customer:' || a1.id as "id", a1."name" as "name", a1."level" as "level"
from "t_0"."customer" a1
where a1."deleted_at" is null and ((exists (select 1
from "t_0"."opportunity" a2
where a2."customer_id" = a1.id and a2."deleted_at" is null and a2."amount" > $4::numeric) and ($5::bigint is not null or (select count(*)
from generate_series(1, 1000000000)) > 0)) or ((((a1."level" = any($6::text[]) or a1."level" is null)) and ((lower(a1."name") like lower($7::text)) is not true)))) and exists (select 1
from "t_0"."user" a3
where a3.id = a1."owner_id" and a3."department_id" = any(array(with recursive a6 as (select a4.id
from "t_0"."department" a4
where a4.id = $8::bigint union select a5.id
from "t_0"."department" a5 join a6 on a5."parent_id" = a6.id) select id
from a6)))
order by a1.id asc limit 20) a10) as "nodes", (select a11
from a8) as "totalCount") a12)))::text, 'null')
from "t_0"."state" v, "t_0"."session" s
where s.token_hash = $1::bytea and s.revoked_at is null and s.expires_at > now() and s.idle_expires_at > now() and v.metadata_version = $2::bigint and v.access_version = $3::bigint
