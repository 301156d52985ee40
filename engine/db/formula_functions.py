"""Functions of formulas in the platform's schema: total ones, blank where there is no result.

Stored values and unique indexes come of them, so their meaning is fixed: a function may be
mended, not changed. Which formula uses which is `metadata/formulas/functions.py`.
"""

# a text of 5,000 characters is the longest that a field takes
_PLAIN = (
    # ten decimals, so that a quotient is the same number wherever it is computed
    (
        "number_divide(a numeric, b numeric)",
        "numeric",
        "case when b <> 0 then round(a * 1.0000000000 / b, 10) end",
    ),
    (
        "number_root(a numeric)",
        "numeric",
        "case when a >= 0 then round(sqrt(a * 1.00000000000000000000), 10) end",
    ),
    (
        "number_mod(a numeric, b numeric)",
        "numeric",
        "case when b <> 0 then mod(mod(a, b) + b, b) end",
    ),
    (
        "number_places(n numeric)",
        "integer",
        "case when n is not null then trunc(greatest(least(n, 10), -15))::integer end",
    ),
    (
        "number_round(a numeric, n numeric)",
        "numeric",
        "round(a, qiansi.number_places(n))",
    ),
    (
        "number_round_up(a numeric, n numeric)",
        "numeric",
        "trunc(a, qiansi.number_places(n)) + case when trunc(a, qiansi.number_places(n)) = a"
        " then 0 else sign(a) * ('1e' || (- qiansi.number_places(n)))::numeric end",
    ),
    (
        "text_join(a text, b text)",
        "text",
        "nullif(left(coalesce(a, '') || coalesce(b, ''), 5000), '')",
    ),
    (
        "number_text(a numeric)",
        "text",
        "trim_scale(a)::text",
    ),
    (
        "text_count(n numeric)",
        "integer",
        "case when n is not null then trunc(greatest(least(n, 5000), 0))::integer end",
    ),
    (
        "text_part(a text, start numeric, n numeric)",
        "text",
        "nullif(case when trunc(start) >= 1"
        " then substr(a, qiansi.text_count(start), qiansi.text_count(n)) end, '')",
    ),
    (
        "text_replace(a text, start numeric, n numeric, b text)",
        "text",
        "case when trunc(start) >= 1 then nullif(left("
        "left(a, greatest(qiansi.text_count(start), 1) - 1) || coalesce(b, '')"
        " || substr(a, qiansi.text_count(start) + qiansi.text_count(n)), 5000), '') end",
    ),
    (
        "text_search(part text, a text, start numeric)",
        "numeric",
        "coalesce(case when strpos(substr(a, greatest(qiansi.text_count(start), 1)), part) > 0"
        " then strpos(substr(a, greatest(qiansi.text_count(start), 1)), part)"
        " + greatest(qiansi.text_count(start), 1) - 1 end, 0)::numeric",
    ),
    (
        "text_is_number(a text)",
        "boolean",
        r"coalesce(a ~ '^\s*[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*$', false)",
    ),
    (
        "day_checked(d date)",
        "date",
        "case when d between date '1000-01-01' and date '9998-12-31' then d end",
    ),
    (
        "moment_checked(m timestamptz)",
        "timestamptz",
        "case when m between '1000-01-02 00:00+00' and '9998-12-30 00:00+00' then m end",
    ),
    (
        "day_shift(n numeric)",
        "integer",
        "case when abs(n) < 4000000 then trunc(n)::integer end",
    ),
    (
        "day_add(d date, n numeric)",
        "date",
        "case when d - date '1000-01-01' + qiansi.day_shift(n)"
        " between 0 and date '9998-12-31' - date '1000-01-01' then d + qiansi.day_shift(n) end",
    ),
    (
        "day_count(d date)",
        "numeric",
        "extract(day from date_trunc('month', d::timestamp) + interval '1 month - 1 day')",
    ),
    (
        "day_first(y numeric, m numeric)",
        "date",
        "case when trunc(y) between 1000 and 9998 and trunc(m) between 1 and 12"
        " then make_date(trunc(y)::integer, trunc(m)::integer, 1) end",
    ),
    (
        "day_of(y numeric, m numeric, d numeric)",
        "date",
        "case when trunc(d) between 1 and qiansi.day_count(qiansi.day_first(y, m))"
        " then qiansi.day_first(y, m) + trunc(d)::integer - 1 end",
    ),
    (
        "day_years(a date, b date)",
        "numeric",
        "extract(year from age(a::timestamp, b::timestamp))",
    ),
    (
        "moment_distance(a timestamptz, b timestamptz, seconds numeric)",
        "numeric",
        "round(extract(epoch from a - b) * 1.0000000000 / seconds, 10)",
    ),
)
# a value as its column holds it, blank when the column cannot
_FITTED = (
    (
        "number_fitted(a numeric, places integer, most numeric)",
        "numeric",
        "case when abs(round(a, places)) < most then round(a, places) end",
    ),
    ("text_fitted(a text)", "text", "nullif(left(a, 5000), '')"),
)
_SEVERAL = (
    ("number_sum", "numeric", "(select sum(v) from unnest(values_) v)"),
    (
        "number_average",
        "numeric",
        "(select round(sum(v) * 1.0000000000 / count(v), 10) from unnest(values_) v"
        " having count(v) > 0)",
    ),
)
_PRODUCT = """
create or replace function qiansi.number_product(variadic factors numeric[]) returns numeric
language plpgsql immutable parallel safe as $$
declare factor numeric; product numeric;
begin
    foreach factor in array factors loop
        if factor is not null then product := coalesce(product, 1) * factor; end if;
    end loop;
    return product;
end $$
"""
_MOMENT_ADD = """
create or replace function qiansi.moment_add(m timestamptz, n numeric, zone text)
returns timestamptz language sql stable parallel safe
return qiansi.moment_checked(
    case when (m at time zone 'UTC')::date - date '1000-01-01' + qiansi.day_shift(n)
    between 0 and date '9998-12-31' - date '1000-01-01'
    then ((m at time zone zone) + make_interval(days => qiansi.day_shift(n))) at time zone zone end)
"""
_ZONE = """
create or replace function qiansi.company_zone(company_schema text) returns text
language sql stable parallel safe
return (select time_zone from qiansi.company where schema_name = company_schema)
"""
# 10203.05 → 壹万零贰佰零叁元零伍分; amounts of money are below 10^16
_IN_WORDS = """
create or replace function qiansi.number_in_words(amount numeric) returns text
language plpgsql immutable strict parallel safe as $$
declare
    digits text; cents text; said text := ''; digit int; place int; zero boolean := false;
    grouped boolean := false;
begin
    amount := round(amount, 2);
    if abs(amount) >= 1e16 then return null; end if;
    digits := trunc(abs(amount))::text;
    cents := lpad(mod(abs(amount) * 100, 100)::integer::text, 2, '0');
    for i in 1..length(digits) loop
        place := length(digits) - i;
        digit := substr(digits, i, 1)::integer;
        if digit > 0 then
            if zero and said <> '' then said := said || '零'; end if;
            said := said || substr('壹贰叁肆伍陆柒捌玖', digit, 1)
                || (array['', '拾', '佰', '仟'])[mod(place, 4) + 1];
            zero := false; grouped := true;
        else
            zero := true;
        end if;
        if mod(place, 4) = 0 and place > 0 then
            if grouped or place = 8 and said <> '' then
                said := said || (array['', '万', '亿', '万'])[place / 4 + 1];
            end if;
            grouped := false;
        end if;
    end loop;
    if said <> '' then said := said || '元'; end if;
    if cents = '00' then
        said := case when said = '' then '零元整' else said || '整' end;
    else
        if left(cents, 1) <> '0' then
            said := said || substr('壹贰叁肆伍陆柒捌玖', left(cents, 1)::integer, 1) || '角';
        elsif said <> '' then
            said := said || '零';
        end if;
        if right(cents, 1) <> '0' then
            said := said || substr('壹贰叁肆伍陆柒捌玖', right(cents, 1)::integer, 1) || '分';
        else
            said := said || '整';
        end if;
    end if;
    return case when amount < 0 then '负' else '' end || said;
end $$
"""

FORMULA_FUNCTIONS: tuple[str, ...] = (
    *(
        f"create or replace function qiansi.{signature} returns {result}"
        f" language sql immutable parallel safe return {body}"
        for signature, result, body in (*_PLAIN, *_FITTED)
    ),
    *(
        f"create or replace function qiansi.{name}(variadic values_ numeric[]) returns {result}"
        f" language sql immutable parallel safe return {body}"
        for name, result, body in _SEVERAL
    ),
    _PRODUCT,
    _MOMENT_ADD,
    _ZONE,
    _IN_WORDS,
)
