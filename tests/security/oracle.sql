-- The ids of an owned object's rows that a user may act on, told in plain SQL and nothing of the
-- product's own code. Parameters: :me, :object, :action; {s} the company's schema, {t} the table.
with recursive
granted as (
  select r.is_super, r.data_scope
  from {s}.user_role ur
  join {s}.role r on r.id = ur.role_id
  where ur.user_id = :me
    and (r.is_super or exists (
      select 1 from {s}.role_permission p
      where p.role_id = r.id and p.object = :object and p.action = :action))
),
below as (
  select u.id from {s}."user" u where u.superior_id = :me
  union
  select u.id from {s}."user" u join below b on u.superior_id = b.id
),
home as (select department_id as id from {s}."user" where id = :me),
tree as (
  select id from home
  union
  select d.id from {s}.department d join tree t on d.parent_id = t.id
),
owners as (
  select :me as id where exists (select 1 from granted)
  union
  select id from below where exists (select 1 from granted where data_scope = 'SUBORDINATES')
  union
  select u.id from {s}."user" u join home h on u.department_id = h.id
  where exists (select 1 from granted where data_scope = 'DEPARTMENT')
  union
  select u.id from {s}."user" u join tree t on u.department_id = t.id
  where exists (select 1 from granted where data_scope = 'SUB_DEPARTMENTS')
  union
  select u.id from {s}."user" u where exists (select 1 from granted where is_super or data_scope = 'ALL')
)
select x.id
from {s}.{t} x
where x.deleted_at is null
  and (
    x.owner_id in (select id from owners)
    or exists (select 1 from granted where is_super or data_scope = 'ALL')
    or (:action in ('read', 'update') and exists (select 1 from granted) and exists (
      select 1 from {s}.team_member m
      where m.record_object = :object and m.record_id = x.id and m.user_id = :me
        and (m.until is null or m.until > now())
        and (:action = 'read' or m.access = 'WRITE')))
  )
order by x.id
