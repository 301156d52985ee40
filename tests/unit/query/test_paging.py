"""Pages: together they are the whole list, and wrong page arguments are refused."""

import base64
from collections.abc import Mapping
from itertools import chain
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import InvalidInput
from tests.golden.company import Crm

DIRECTIONS = st.sampled_from(["ASC", "DESC"])
FIELDS = st.sampled_from(["level", "mobile", "name", "nextContactAt", "createdAt", "owner", "id"])


@st.composite
def orders(draw: st.DrawFn) -> str:
    """An orderBy argument; half of the rows have no level, mobile or next contact."""
    names = draw(st.lists(FIELDS, max_size=3, unique=True))
    terms = []
    for name in names:
        direction = draw(DIRECTIONS)
        terms.append(
            f"{{{name}: {{name: {direction}}}}}" if name == "owner" else f"{{{name}: {direction}}}"
        )
    return f"[{', '.join(terms)}]"


def pages(crm: Crm, order: str, size: str, cursor: str) -> list[list[str]]:
    """All pages of the list, in the order they are fetched."""
    document = f"""query($c: String) {{ customers(orderBy: {order}, {size}: 2, {cursor}: $c) {{
        nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
    ahead, behind = ("hasNextPage", "hasPreviousPage")
    end = "endCursor"
    if size == "last":
        ahead, behind, end = behind, ahead, "startCursor"
    found: list[list[str]] = []
    at = None
    for _ in range(20):
        answer = crm.run(document, c=at)
        info = answer["pageInfo"]
        assert info[behind] is (at is not None)
        found.append([node["id"] for node in answer["nodes"]])
        at = info[end]
        if not info[ahead]:
            return found
    raise AssertionError("the pages never end")


@settings(max_examples=25)
@given(order=orders())
def test_pages_together_are_the_list(crm: Crm, order: str) -> None:
    """Whatever the order, forward and backward pages lose nothing and repeat nothing."""
    answer = crm.run(f"{{ customers(orderBy: {order}, first: 200) {{ nodes {{ id }} }} }}")
    full = [node["id"] for node in answer["nodes"]]
    assert sorted(full) == [f"Customer:{n}" for n in range(1, 6)]
    assert list(chain(*pages(crm, order, "first", "after"))) == full
    assert list(chain(*reversed(pages(crm, order, "last", "before")))) == full


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"first": 0}, ("first",)),
        ({"first": -1}, ("first",)),
        ({"first": 201}, ("first",)),
        ({"last": 0}, ("last",)),
        ({"first": 1, "last": 1}, ("last",)),
        ({"offset": -1}, ("offset",)),
        ({"offset": 10_001}, ("offset",)),
    ],
)
def test_sizes_out_of_range_are_refused(
    crm: Crm, arguments: Mapping[str, int], path: tuple[str]
) -> None:
    """A page is neither empty, nor huge, nor from both ends."""
    names = ", ".join(f"${name}: Int" for name in arguments)
    uses = ", ".join(f"{name}: ${name}" for name in arguments)
    with pytest.raises(InvalidInput) as refused:
        crm.run(
            f"query({names}) {{ customers({uses}) {{ nodes {{ id }} }} }}", "admin", **arguments
        )
    (problem,) = refused.value.problems
    assert (problem.path, problem.code) == (path, "OUT_OF_RANGE")


def cursor_of(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode()


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "%%%", "é", cursor_of(), cursor_of("other", "1"), cursor_of(1, 2), "A" * 9_000],
)
def test_wrong_cursors_are_refused(crm: Crm, cursor: str) -> None:
    """Nothing but a cursor of this very order goes in, and it never reaches the database."""
    with pytest.raises(InvalidInput) as refused:
        crm.run("query($c: String) { customers(after: $c) { nodes { id } } }", c=cursor)
    assert refused.value.problems[0].code == "BAD_CURSOR"


def test_a_cursor_of_another_order_is_refused(crm: Crm) -> None:
    """Cursors belong to the order they were made for."""
    page = "{ customers(orderBy: [{ name: ASC }], first: 1) { pageInfo { endCursor } } }"
    cursor = crm.run(page)["pageInfo"]["endCursor"]
    with pytest.raises(InvalidInput):
        crm.run("query($c: String) { customers(after: $c) { nodes { id } } }", c=cursor)


def test_forged_values_in_a_cursor_are_refused(crm: Crm) -> None:
    """A cursor with the right signature still has its values checked."""
    page = "{ customers(first: 1) { pageInfo { endCursor } } }"
    known = crm.run(page)["pageInfo"]["endCursor"]
    signed, *_ = orjson.loads(base64.urlsafe_b64decode(known + "=" * (-len(known) % 4)))
    forged = cursor_of(signed, "now() or true", "1")
    with pytest.raises(InvalidInput) as refused:
        crm.run("query($c: String) { customers(after: $c) { nodes { id } } }", c=forged)
    assert refused.value.problems[0].code == "BAD_CURSOR"


def test_counting_alone_ignores_the_page(crm: Crm) -> None:
    """A page argument that nothing uses leaves no parameter behind."""
    document = "query($n: Int) { customers(orderBy: [{ level: ASC }], offset: $n) { totalCount } }"
    assert crm.run(document, n=1) == {"totalCount": 5}
