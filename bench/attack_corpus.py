"""Requests meant to cost a server more than they cost their sender: one list, data only.

The test of the limits sends each and looks at what happened; the benchmark measures how long
each holds up its sender, and everybody else.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from graphql import get_introspection_query

ANSWERED = ""
COMPLEX, LARGE, INPUT = "TOO_COMPLEX", "TOO_LARGE", "INVALID_INPUT"
PARSE, VALIDATION = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
BY_SERVER = "refused by the HTTP server"
WHERE = "query($w: CustomerWhere) { customers(where: $w) { nodes { id } } }"


@dataclass(frozen=True, slots=True)
class Attack:
    """One request. `code` is what it must be refused with: a code of ours, BY_SERVER when the
    HTTP server itself refuses it, ANSWERED when it is legal and has to be cheap."""

    kind: str
    name: str
    code: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = "/graphql"

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def _asking(kind: str, name: str, code: str, document: str, **variables: Any) -> Attack:
    body = json.dumps({"query": document, "variables": variables}, separators=(",", ":"))
    return Attack(kind, name, code, body.encode())


def _depth() -> Iterator[Attack]:
    pairs = 12
    nested = "contacts { nodes { customer { " * pairs + "id" + " } } }" * pairs
    yield _asking("depth", "fields", COMPLEX, f"{{ customers {{ nodes {{ {nested} }} }} }}")
    inline = "... on Customer { " * 300 + "id" + " }" * 300
    yield _asking("depth", "inline fragments", PARSE, f"{{ customers {{ nodes {{ {inline} }} }} }}")
    # fewer tokens than a document may hold, more levels than Python's stack likes
    yield _asking("depth", "nothing but braces", PARSE, "{a" * 990)
    yield _asking("depth", "list literals", PARSE, f"{{ a(b: {'[' * 5_000}{']' * 5_000}) }}")
    yield _asking("depth", "list literals, few", PARSE, f"{{ a(b: {'[' * 400}{']' * 400}) }}")
    types = "[" * 400 + "Int" + "]" * 400
    yield _asking("depth", "variable type", PARSE, f"query($a: {types}) {{ __typename }}")
    of_type = "ofType { " * 40 + "name" + " }" * 40
    yield _asking("depth", "introspection", COMPLEX, f"{{ __schema {{ types {{ {of_type} }} }} }}")
    fields = "fields { type { " * 9 + "name" + " } }" * 9
    yield _asking(
        "depth", "introspection in circles", COMPLEX, f"{{ __schema {{ types {{ {fields} }} }} }}"
    )


def _width() -> Iterator[Attack]:
    yield _asking(
        "width", "one field again", COMPLEX, "{ customers { nodes { " + "id " * 2_000 + "} } }"
    )
    yield _asking(
        "width", "documents of tokens", COMPLEX, "{ viewer { " + "isSuper, " * 40_000 + "} }"
    )
    yield _asking(
        "width", "operations", COMPLEX, "".join(f"query q{n} {{a}}" for n in range(5_000))
    )
    yield _asking(
        "width", "operations, few", VALIDATION, "".join(f"query q{n} {{a}}" for n in range(190))
    )
    variables = " ".join(f"$v{n}: Int" for n in range(240))
    yield _asking("width", "unused variables", VALIDATION, f"query({variables}) {{ __typename }}")
    # within every limit of the document: equal fields that must be compared with one another
    same = "nodes { id name }" * 195
    yield _asking("width", "fields to merge", COMPLEX, f"{{ customers(first: 1) {{ {same} }} }}")
    same = "nodes { id name }" * 55
    yield _asking("width", "some to merge", ANSWERED, f"{{ customers(first: 1) {{ {same} }} }}")
    differ = " ".join(f"a: customers(first: {1 + n % 90}) {{ totalCount }}" for n in range(28))
    yield _asking("width", "fields that conflict", VALIDATION, f"{{ {differ} }}")
    spread = "{ customers { nodes { " + "...F " * 480 + "} } } fragment F on Customer { id name }"
    yield _asking("width", "one spread again", ANSWERED, spread)


def _merging() -> Iterator[Attack]:
    """Each fragment spreads all after it: every pair is to be compared."""
    count = 35
    spreads = [" ".join(f"...F{m}" for m in range(n + 1, count)) for n in range(count)]
    fragments = " ".join(f"fragment F{n} on Customer {{ id {spreads[n]} }}" for n in range(count))
    yield _asking(
        "fragments", "each spreads all after it", COMPLEX,
        f"{{ customers {{ nodes {{ ...F0 }} }} }} {fragments}",
    )  # fmt: skip
    pairs = 60
    same = " ".join(f"fragment F{n} on Customer {{ owner {{ id name }} }}" for n in range(55))
    all_of_them = " ".join(f"...F{n}" for n in range(55))
    yield _asking(
        "fragments", "that say the same", ANSWERED,
        f"{{ customers(first: 1) {{ nodes {{ {all_of_them} }} }} }} {same}",
    )  # fmt: skip
    left = " ".join(
        f"fragment L{n} on Customer {{ owner {{ superior {{ ...U{n} }} }} }}" for n in range(pairs)
    )
    right = " ".join(f"fragment U{n} on User {{ superior {{ id }} }}" for n in range(pairs))
    use = " ".join(f"...L{n}" for n in range(pairs))
    yield _asking(
        "fragments", "many of one shape", COMPLEX,
        f"{{ customers {{ nodes {{ {use} }} }} }} {left} {right}",
    )  # fmt: skip


def _fragments() -> Iterator[Attack]:
    yield _asking(
        "fragments", "one in itself", VALIDATION,
        "{ customers { nodes { ...F } } } fragment F on Customer { ...F }",
    )  # fmt: skip
    ring = " ".join(f"fragment F{n} on Customer {{ id ...F{(n + 1) % 100} }}" for n in range(100))
    yield _asking(
        "fragments", "a ring", VALIDATION, f"{{ customers {{ nodes {{ ...F0 }} }} }} {ring}"
    )
    chain = " ".join(f"fragment F{n} on Customer {{ ...F{n + 1} }}" for n in range(110))
    end = "fragment F110 on Customer { id }"
    yield _asking(
        "fragments", "a chain", ANSWERED, f"{{ customers {{ nodes {{ ...F0 }} }} }} {chain} {end}"
    )
    double = " ".join(f"fragment F{n} on Customer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    yield _asking(
        "fragments", "doubled at each step", COMPLEX,
        f"{{ customers {{ nodes {{ ...F0 }} }} }} {double} fragment F60 on Customer {{ id name }}",
    )  # fmt: skip
    yield _asking("fragments", "unknown", VALIDATION, "{ customers { nodes { ...Nobody } } }")
    yield from _merging()


def _aliases() -> Iterator[Attack]:
    many = " ".join(f"a{n}: viewer {{ isSuper }}" for n in range(150))
    yield _asking("aliases", "root fields", COMPLEX, f"{{ {many} }}")
    many = " ".join(f"a{n}: name" for n in range(300))
    yield _asking("aliases", "below", COMPLEX, f"{{ customers {{ nodes {{ {many} }} }} }}")
    few = " ".join(f"a{n}: name" for n in range(20))
    yield _asking(
        "aliases", "through fragments", COMPLEX,
        f"{{ customers {{ nodes {{ ...F owner {{ id }} ...G }} }} }}"
        f" fragment F on Customer {{ {few} }} fragment G on Customer {{ ...F }}",
    )  # fmt: skip
    sign_in = " ".join(
        f'a{n}: signIn(input: {{login: "13900000000", password: "{n}"}}) {{ token }}'
        for n in range(30)
    )
    yield _asking("aliases", "passwords", COMPLEX, f"mutation {{ {sign_in} }}")
    lists = " ".join(
        f"a{n}: customers(where: {{level: {{in: $l}}}}) {{ totalCount }}" for n in range(100)
    )
    yield _asking(
        "aliases", "a thousand values in a hundred lists", COMPLEX,
        f"query($l: [String!]) {{ {lists} }}", l=[f"{n}" for n in range(1_000)],
    )  # fmt: skip
    whole = " ".join(f"a{n}: customers {{ totalCount }}" for n in range(30))
    yield _asking("aliases", "whole lists counted", COMPLEX, f"{{ {whole} }}")
    pages = " ".join(
        f"a{n}: customers(first: 200) {{ nodes {{ contacts(first: 80) {{ nodes {{ id }} }} }} }}"
        for n in range(20)
    )
    yield _asking("aliases", "pages that fit one by one", COMPLEX, f"{{ {pages} }}")


def _directives() -> Iterator[Attack]:
    yield _asking(
        "directives", "on one field", COMPLEX,
        "{ viewer { isSuper " + "@include(if: true) " * 150 + "} }",
    )  # fmt: skip
    yield _asking(
        "directives", "unknown, on one field", COMPLEX, "{ viewer { isSuper " + "@a " * 490 + "} }"
    )
    yield _asking("directives", "on the operation", COMPLEX, "query " + "@a " * 490 + "{ a }")
    yield _asking(
        "directives", "on a fragment", COMPLEX,
        "{ ...F } fragment F on Query " + "@a " * 480 + "{ __typename }",
    )  # fmt: skip
    yield _asking(
        "directives", "on a variable", COMPLEX,
        "query($a: Int " + "@a " * 480 + ") { __typename }",
    )  # fmt: skip


def _introspection() -> Iterator[Attack]:
    yield _asking("introspection", "all of it", ANSWERED, get_introspection_query())
    yield _asking(
        "introspection", "all of it, otherwise each time", ANSWERED,
        get_introspection_query(descriptions=False) + " # once more",
    )  # fmt: skip
    fields = "inputFields { type { name inputFields { name type { name ofType { name } } } } }"
    yield _asking(
        "introspection",
        "of all fields' fields",
        ANSWERED,
        f"{{ __schema {{ types {{ {fields} }} }} }}",
    )
    twice = "fields { type { fields { type { fields { name } } } } }"
    yield _asking(
        "introspection", "in circles, within the depth", VALIDATION,
        f"{{ __schema {{ types {{ {twice} }} }} }}",
    )  # fmt: skip
    yield _asking(
        "introspection", "again and again", COMPLEX,
        "{ " + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(25)) + " }",
    )  # fmt: skip
    yield _asking(
        "introspection", "of one type, in circles", VALIDATION,
        '{ __type(name: "Query") { ' + "fields { args { type { inputFields { type { " * 3
        + "name" + " } } } } }" * 3 + " } }",
    )  # fmt: skip
    yield _asking(
        "introspection", "of the metadata", ANSWERED,
        "{ metadata { objects { name label fields { name label operators aggregates"
        " choices { value label } rows { name choices { value label } } } relations { name } } } }",
    )  # fmt: skip


def _filters() -> Iterator[Attack]:
    deep: Any = {"level": {"eq": "A"}}
    for name in ("and", "or") * 15:
        deep = {name: [{"not": deep}]}
    yield _asking("filters", "and, or, not: deep", COMPLEX, WHERE, w=deep)
    wide = {"or": [{"level": {"eq": f"{n}"}} for n in range(900)]}
    yield _asking("filters", "a wide or", COMPLEX, WHERE, w=wide)
    bush: Any = {"level": {"eq": "A"}}
    for _ in range(5):
        bush = {"or": [bush] * 6}
    yield _asking("filters", "a bush", COMPLEX, WHERE, w=bush)
    literal = "{not: " * 150 + '{level: {eq: "A"}}' + "}" * 150
    yield _asking(
        "filters", "deep in the document", COMPLEX,
        f"{{ customers(where: {literal}) {{ nodes {{ id }} }} }}",
    )  # fmt: skip
    listed = ", ".join('"A"' for _ in range(5_000))
    yield _asking(
        "filters", "a long in, in the document", COMPLEX,
        f"{{ customers(where: {{level: {{in: [{listed}]}}}}) {{ nodes {{ id }} }} }}",
    )  # fmt: skip
    yield _asking("filters", "a long in", COMPLEX, WHERE, w={"level": {"in": ["A"] * 100_000}})
    many = [{"level": {"in": ["A"] * 1_000}} for _ in range(8)]
    yield _asking("filters", "long ins together", COMPLEX, WHERE, w={"or": many})
    through: Any = {"name": {"contains": "a"}}
    for _ in range(3):
        through = {"contacts": {"some": {"customer": {"is": through}}}}
    yield _asking("filters", "through relations: deep", COMPLEX, WHERE, w=through)
    some = {"contacts": {"some": {"name": {"contains": "a"}}, "count": {"gt": 1}}}
    yield _asking(
        "filters", "through relations: wide", COMPLEX, WHERE, w={"or": [some for _ in range(15)]}
    )


def _orders() -> Iterator[Attack]:
    order = "query($o: [CustomerOrder!]) { customers(orderBy: $o) { nodes { id } } }"
    yield _asking("orders", "a thousand keys", COMPLEX, order, o=[{"name": "ASC"}] * 1_000)
    yield _asking("orders", "eighty keys", COMPLEX, order, o=[{"name": "ASC"}] * 80)
    group = "query($g: [CustomerGroupBy!]!) { customerGroups(groupBy: $g) { count } }"
    yield _asking("orders", "a thousand group keys", COMPLEX, group, g=[{"level": True}] * 1_000)
    yield _asking("orders", "ninety group keys", COMPLEX, group, g=[{"level": True}] * 90)
    groups = " ".join(
        f"a{n}: customerGroups(groupBy: [{{createdAt: DAY}}], first: 1000) {{ count }}"
        for n in range(28)
    )
    yield _asking("orders", "many large reports", COMPLEX, f"{{ {groups} }}")


def _pages() -> Iterator[Attack]:
    yield _asking(
        "pages", "a product of three", COMPLEX,
        "{ customers(first: 200) { nodes { contacts(first: 100) { nodes {"
        " opportunities(first: 100) { nodes { id } } } } } } }",
    )  # fmt: skip
    yield _asking(
        "pages", "side by side", COMPLEX,
        "{ customers(first: 200) { nodes { contacts(first: 60) { nodes { id } }"
        " opportunities(first: 60) { nodes { id } } } } }",
    )  # fmt: skip
    yield _asking(
        "pages", "counted below a product", COMPLEX,
        "{ customers(first: 200) { nodes { contacts(first: 90) { nodes {"
        " opportunities { totalCount } } } } } }",
    )  # fmt: skip
    sized = "query($n: Int) { customers(first: $n) { nodes { id } } }"
    yield _asking("pages", "two milliards", INPUT, sized, n=2_000_000_000)
    yield _asking("pages", "a negative size", INPUT, sized, n=-1)
    yield _asking(
        "pages", "a far offset", INPUT, "{ customers(offset: 2000000000) { nodes { id } } }"
    )
    after = "query($c: String) { customers(after: $c) { nodes { id } } }"
    yield _asking("pages", "a cursor of 900 KB", INPUT, after, c="A" * 900_000)
    yield _asking("pages", "a cursor of brackets", INPUT, after, c="W1tb" * 5_000)
    yield _asking(
        "pages", "a search for 100 KB", INPUT,
        "query($s: String) { customers(search: $s) { nodes { id } } }", s="天地" * 16_000,
    )  # fmt: skip


def _variables() -> Iterator[Attack]:
    count = 200_000
    yield _asking("variables", "200,000 empty objects", COMPLEX, WHERE, w={"and": [{}] * count})
    yield _asking(
        "variables", "200,000 ids", COMPLEX,
        "query($i: [ID!]) { customers(where: {id: {in: $i}}) { nodes { id } } }", i=["1"] * count,
    )  # fmt: skip
    yield _asking("variables", "200,000 lists", COMPLEX, WHERE, w={"and": [[]] * count})
    yield _asking(
        "variables", "200,000 that nobody asked for", COMPLEX, "{ __typename }", x=[0] * count
    )
    yield _asking(
        "variables", "200,000 keys", COMPLEX, WHERE, w={f"k{n}": 0 for n in range(70_000)}
    )
    yield _asking(
        "variables",
        "200,000 names",
        COMPLEX,
        "{ __typename }",
        **{f"k{n}": 0 for n in range(70_000)},
    )
    nested: Any = []
    for _ in range(35):
        nested = [nested]
    yield _asking("variables", "nested lists", COMPLEX, WHERE, w={"and": [nested] * 500})
    name = "query($n: String) { customers(where: {name: {eq: $n}}) { nodes { id } } }"
    yield _asking("variables", "a text of 900 KB", ANSWERED, name, n="x" * 900_000)
    wrong = "query($w: CustomerWhere) { customers(where: $w) { nodes { id } } }"
    yield _asking(
        "variables", "wrong in every place", INPUT, wrong, w={f"f{n}": 1 for n in range(900)}
    )
    amount = "query($a: Decimal) { opportunities(where: {amount: {gt: $a}}) { nodes { id } } }"
    yield _asking("variables", "a number of 400,000 digits", INPUT, amount, a="9" * 400_000)
    yield Attack(
        "variables", "a JSON number of 400,000 digits", PARSE,
        b'{"query":"{ __typename }","variables":{"a":' + b"9" * 400_000 + b"}}",
    )  # fmt: skip


def _documents() -> Iterator[Attack]:
    yield _asking("documents", "450,000 lines without an end", COMPLEX, "{" + "\n" * 450_000)
    yield _asking("documents", "900 KB of one name", COMPLEX, "{ " + "a" * 900_000 + " }")
    yield _asking("documents", "900 KB of commas", COMPLEX, "," * 900_000)
    yield _asking("documents", "comments", PARSE, "#\n" * 20_000 + "{ __typename }")
    yield _asking("documents", "one comment of 900 KB", COMPLEX, "{ __typename } #" + "x" * 900_000)
    yield _asking(
        "documents", "a text of 900 KB without an end", COMPLEX, '{ a(b: "' + "x" * 900_000
    )
    blocks = '"""' + "\n  x" * 15_000 + '"""'
    yield _asking("documents", "a block text of lines", VALIDATION, f"{{ a(b: {blocks}) }}")
    escapes = "\\u0041" * 10_000
    yield _asking("documents", "escapes", VALIDATION, f'{{ a(b: "{escapes}") }}')
    surrogates = "\\uD83D\\uDE00" * 5_000
    yield _asking("documents", "surrogates", VALIDATION, f'{{ a(b: "{surrogates}") }}')
    digits = "9" * 60_000
    yield _asking("documents", "a number of 60,000 digits", VALIDATION, f"{{ a(b: {digits}) }}")
    yield _asking(
        "documents", "a page size of 60,000 digits", VALIDATION,
        f"{{ customers(first: {digits}) {{ nodes {{ id }} }} }}",
    )  # fmt: skip
    yield _asking("documents", "a schema", VALIDATION, "type A { a: A } " * 120)


def _bodies() -> Iterator[Attack]:
    one = b'{"query":"{ __typename }"}'
    yield Attack("bodies", "a batch", INPUT, b"[" + b",".join([one] * 1_000) + b"]")
    yield Attack("bodies", "1 MB and more", LARGE, b'{"query":"' + b" " * 1_000_001 + b'"}')
    yield Attack("bodies", "brackets", COMPLEX, b"[" * 900_000)
    yield Attack("bodies", "objects in a row", COMPLEX, b"[" + b"{}," * 300_000 + b"{}]")
    yield Attack("bodies", "a text that never ends", PARSE, b"[]" * 50 + b'"' + b'\\"' * 400_000)
    names = b",".join(b'"query":"a"' for _ in range(70_000))
    yield Attack("bodies", "one key again and again", INPUT, b"{" + names + b"}")
    twice = b'"variables":{},"variables":{"a":[' + b"[]," * 9_000 + b"[]]}"
    yield Attack("bodies", "variables twice", INPUT, b'{"query":"{ __typename }",' + twice + b"}")
    inner = b",".join(b'"\\u0061":1' for _ in range(60_000))
    yield Attack(
        "bodies", "one escaped key again", ANSWERED,
        b'{"query":"{ __typename }","variables":{' + inner + b"}}",
    )  # fmt: skip
    escaped = b"\\u007b\\u005f\\u005f" + b"\\u0061" * 60_000 + b"\\u007d"
    yield Attack("bodies", "a document of escapes", VALIDATION, b'{"query":"' + escaped + b'"}')
    yield Attack("bodies", "no UTF-8", PARSE, b'{"query":"' + b"\xff" * 900_000 + b'"}')


def _headers() -> Iterator[Attack]:
    body = b'{"query":"{ __typename }"}'
    long = "a" * 3_000_000
    yield Attack("headers", "a cookie of 3 MB", BY_SERVER, body, {"Cookie": f"a={long}"})
    yield Attack("headers", "a name of 3 MB", BY_SERVER, body, {long: "a"})
    many = {f"X-Header-{n}": "a" for n in range(5_000)}
    yield Attack("headers", "five thousand", BY_SERVER, body, many)
    cookies = "; ".join(f"c{n}=1" for n in range(6_000))
    yield Attack("headers", "a cookie of pieces", ANSWERED, body, {"Cookie": cookies[:40_000]})
    accepted = ",".join(f"a/b;q=0.{n}" for n in range(6_000))[:50_000]
    yield Attack("headers", "everything accepted", ANSWERED, body, {"Accept": accepted + ",*/*"})
    languages = ",".join(["xx"] * 15_000)
    yield Attack("headers", "every language", ANSWERED, body, {"Accept-Language": languages})
    address = "/graphql?" + urlencode({"query": "{ __typename }", "variables": "[" * 50_000})
    yield Attack("headers", "an address of 150 KB", BY_SERVER, address=address)
    fields = "/graphql?query=%7Ba%7D&" + "&".join(f"a{n}=1" for n in range(5_000))
    yield Attack("headers", "an address of fields", INPUT, address=fields)


CORPUS: tuple[Attack, ...] = (
    *_depth(),
    *_width(),
    *_aliases(),
    *_fragments(),
    *_directives(),
    *_introspection(),
    *_filters(),
    *_orders(),
    *_pages(),
    *_variables(),
    *_documents(),
    *_bodies(),
    *_headers(),
)
