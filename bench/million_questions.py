"""What is asked of a company with a million customers, and the same written by hand in SQL.

The hand-written statements know their viewer: everything, or what one salesperson owns or is in
the team of. They give the same JSON and may use every index that is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PAGE = 50
BEYOND = 10_000  # rows before the page that is asked for by cursor
_NODES = "nodes { id name mobile level createdAt owner { id name } }"

_GROUPS = """
    query Q {
      customerGroups(
        first: 1000, groupBy: [{ owner: { department: { id: true } } }, { createdAt: MONTH }]
      ) { key { owner { department { id } } createdAt } count }
    }
"""

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hand:
    """Where the hand-written statements run. `user` is None for who sees everything."""

    schema: str
    user: int | None

    @property
    def alive(self) -> str:
        """The customers the viewer sees, as a condition on `c`."""
        if self.user is None:
            return "c.deleted_at is null"
        return (
            "c.deleted_at is null and c.id = any(array("
            f"select id from {self.schema}.customer where owner_id = {self.user} union all"
            f" select record_id from {self.schema}.team_member where record_object = 'customer'"
            f" and user_id = {self.user} and (until is null or until > now())))"
        )

    def nodes(self, condition: str, order: str = "c.created_at desc, c.id desc") -> str:
        """The JSON array of a page of customers."""
        return f"""
            select coalesce(json_agg(n), '[]'::json) from (
              select 'Customer:' || c.id as id, c.name, c.mobile, c.level,
                     c.created_at as "createdAt",
                     (select json_build_object('id', 'User:' || u.id, 'name', u.name)
                      from {self.schema}."user" u where u.id = c.owner_id) as owner
              from {self.schema}.customer c where {self.alive} and {condition}
              order by {order} limit {PAGE}) n
        """

    def page(self, condition: str = "true", order: str = "c.created_at desc, c.id desc") -> str:
        return f"select json_build_object('nodes', ({self.nodes(condition, order)}))"


@dataclass(frozen=True, slots=True)
class Question:
    """`limits_ms` are for the admin and the salesperson; None where none is set."""

    key: str
    title: str
    limits_ms: tuple[float | None, float | None]
    document: str
    by_hand: Callable[[Hand, Variables], str]
    variants: Sequence[Variables] = ({},)


def questions(cursor: str, bound: tuple[str, int]) -> tuple[Question, ...]:
    """All questions. `cursor` is ours for the row at BEYOND, `bound` its moment and number."""
    moment, number = bound
    return (
        Question(
            "newest",
            "first page by newest",
            (15, 15),
            f"query Q {{ customers(first: {PAGE}) {{ {_NODES} }} }}",
            lambda hand, _: hand.page(),
        ),
        Question(
            "beyond",
            f"page after {BEYOND:,} rows",
            (15, 15),
            f"query Q($a: String) {{ customers(first: {PAGE}, after: $a) {{ {_NODES} }} }}",
            lambda hand, _: hand.page(
                f"(c.created_at, c.id) < ({_text(moment)}::timestamptz, {number})"
            ),
            ({"a": cursor},),
        ),
        *_searches(),
        Question(
            "choice",
            "unindexed choice, sorted",
            (250, 250),
            f"query Q($s: String!) {{ customers(first: {PAGE}, where: {{ segment: {{ eq: $s }} }},"
            f" orderBy: [{{ updatedAt: DESC }}]) {{ {_NODES} }} }}",
            lambda hand, v: hand.page(
                f"c.segment = {_text(v['s'])}", "c.updated_at desc, c.id desc"
            ),
            tuple({"s": value} for value in ("KEY", "GROWTH", "STRATEGIC")),
        ),
        *_relations(),
        Question(
            "totals",
            "totalCount and footer sum",
            (400, 30),
            "query Q { customers { totalCount aggregate { sum { annualBudget } } } }",
            lambda hand, _: (
                "select json_build_object('totalCount', count(*), 'aggregate', json_build_object("
                "'sum', json_build_object('annualBudget', sum(c.annual_budget)::text)))"
                f" from {hand.schema}.customer c where {hand.alive}"
            ),
        ),
        Question(
            "groups",
            "groups by department and month",
            (900, 900),
            _GROUPS,
            _groups_by_hand,
        ),
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _searches() -> tuple[Question, ...]:
    search = f"query Q($t: String) {{ customers(first: {PAGE}, search: $t) {{ {_NODES} }} }}"
    counted = search.replace("{ nodes", "{ totalCount nodes")
    words = tuple({"t": word} for word in ("云帆", "天迈", "华信", "智源", "金达"))
    common = ({"t": "科技"}, {"t": "物流"})
    fragments = tuple({"t": each} for each in ("5678", "1388", "135678", "902461"))
    return (
        Question("word", "search, two characters", (60, 60), search, _search_by_hand, words),
        Question("common", "search, common word", (60, 60), search, _search_by_hand, common),
        Question("mobile", "search, mobile fragment", (60, 60), search, _search_by_hand, fragments),
        Question(
            "counted", "common word, with totalCount", (400, 30), counted, _counted_by_hand, common
        ),
    )


def _relations() -> tuple[Question, ...]:
    amounts = f"""
        query Q($a: Decimal) {{ customers(first: {PAGE},
          where: {{ opportunities: {{ some: {{ amount: {{ gte: $a }} }} }} }}) {{ {_NODES} }} }}
    """

    def by_hand(hand: Hand, variables: Variables) -> str:
        team = (
            ""
            if hand.user is None
            else f" and (o.owner_id = {hand.user} or exists (select 1"
            f" from {hand.schema}.team_member t where t.record_object = 'opportunity'"
            f" and t.record_id = o.id and t.user_id = {hand.user}"
            " and (t.until is null or t.until > now())))"
        )
        return hand.page(
            f"exists (select 1 from {hand.schema}.opportunity o where o.customer_id = c.id"
            f" and o.deleted_at is null and o.amount >= {variables['a']}{team})"
        )

    many = tuple({"a": amount} for amount in ("100000", "500000"))
    few = ({"a": "99999999"},)
    return (
        Question("related", "through a relation, many", (250, 250), amounts, by_hand, many),
        Question("relatedFew", "through a relation, none", (250, 250), amounts, by_hand, few),
    )


def _match(variables: Variables) -> str:
    """The searchable fields of a customer, candidates by their bigrams, LIKE decides."""
    word = variables["t"]
    pairs = ",".join(_text(word[at : at + 2]) for at in range(len(word) - 1))
    fields = ("c.name_search", "lower(c.mobile)", "lower(c.telephone)")
    like = " or ".join(f"{each} like {_text(f'%{word}%')}" for each in fields)
    grams = " or ".join(f"qiansi.grams({each}) @> array[{pairs}]" for each in fields)
    return f"({like}) and ({grams})"


def _search_by_hand(hand: Hand, variables: Variables) -> str:
    """The newest that match: a common word by looking at the newest, a rare one by the index."""
    if hand.user is not None or variables["t"] not in ("科技", "物流"):
        return hand.page(_match(variables))
    return hand.page(f"c.name_search like {_text('%' + variables['t'] + '%')}")


def _counted_by_hand(hand: Hand, variables: Variables) -> str:
    count = f"select count(*) from {hand.schema}.customer c where {hand.alive}"
    page = _search_by_hand(hand, variables)
    return (
        f"select json_build_object('totalCount', ({count} and {_match(variables)}),"
        f" 'nodes', ({page})->'nodes')"
    )


def _groups_by_hand(hand: Hand, _: Variables) -> str:
    return f"""
        select json_agg(json_build_object('key', json_build_object('owner', json_build_object(
            'department', json_build_object('id', 'Department:' || d)), 'createdAt', m),
            'count', n) order by d, m)
        from (select u.department_id as d, count(*) as n,
                date_trunc('month', c.created_at at time zone 'Asia/Shanghai')::date as m
              from {hand.schema}.customer c join {hand.schema}."user" u on u.id = c.owner_id
              where {hand.alive} group by 1, 3) g
    """
