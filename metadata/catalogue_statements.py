"""What is asked of PostgreSQL's catalogue, as text; what the rows mean is `catalogue.py`.

`{only}` stands for the choice of tables."""

TABLES = """
select c.relname, coalesce(pg_relation_size(c.oid), 0) as size
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and {only} and c.relkind in ('r', 'p', 'v', 'm', 'f') order by c.relname
"""

COLUMNS = """
select c.relname, a.attname, a.attnotnull, a.atthasdef or a.attidentity <> '' as has_default,
  format_type(a.atttypid, a.atttypmod)
    || case when co.collname = 'C' then ' collate c' else '' end as sql_type
from pg_attribute a join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_collation co on co.oid = a.attcollation
where n.nspname = :schema and {only} and c.relkind in ('r', 'p')
  and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum
"""

INDEXES = """
select c.relname, i.relname as index_name, x.indisprimary, x.indisvalid and x.indisready
    as indisvalid,
  pg_get_indexdef(x.indexrelid, 0, true) as definition,
  array(select a.attname::text from unnest(x.indkey::int2[]) with ordinality k(attnum, at)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum order by k.at) as key_columns
from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and {only} and c.relkind in ('r', 'p') order by c.relname, i.relname
"""

FOREIGN_KEYS = """
select c.relname, o.conname, o.convalidated, o.confdeltype::text as confdeltype,
  t.relname as target, tn.nspname as target_schema,
  array(select a.attname::text from unnest(o.conkey) k(attnum)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as key_columns
from pg_constraint o join pg_class c on c.oid = o.conrelid
join pg_class t on t.oid = o.confrelid
join pg_namespace tn on tn.oid = t.relnamespace
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and {only} and o.contype = 'f' order by c.relname, o.conname
"""

# 58: BEFORE, and all of UPDATE, DELETE and TRUNCATE, for each statement
GUARDS = """
select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace join pg_proc p on p.oid = t.tgfoid
where n.nspname = :schema and {only} and not t.tgisinternal and t.tgenabled = 'A'
  and t.tgtype & 58 = 58 and t.tgtype & 1 = 0 and p.proname = 'refuse_change'
order by c.relname, t.tgname
"""

# told with "disabled" where it would not fire
TRIGGERS = """
select c.relname, t.tgname, pg_get_triggerdef(t.oid)
    || case when t.tgenabled = 'O' then '' else ' disabled' end as definition
from pg_trigger t join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace join pg_proc p on p.oid = t.tgfoid
where n.nspname = :schema and {only} and not t.tgisinternal and p.proname <> 'refuse_change'
order by c.relname, t.tgname
"""

ROUTINES = """
select p.proname, p.prosrc from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = :schema and p.proname <> 'refuse_change' order by p.proname
"""
