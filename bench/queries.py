"""The four questions that every contender is asked, and the variables they are asked with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PAGE = 50
NESTED_PAGE = 5


@dataclass(frozen=True, slots=True)
class Query:
    """`document` is asked of the GraphQL contenders, `name` is the path at the floor."""

    name: str
    title: str
    document: str


ONE = Query(
    "one",
    "one record, 12 fields",
    """
    query One($id: ID!) {
      customer(id: $id) {
        id name mobile telephone email website level industry source dealStatus createdAt updatedAt
      }
    }
    """,
)
LIST = Query(
    "list",
    "list of 50",
    f"""
    query List($level: String!, $from: DateTime!) {{
      customers(
        where: {{ level: {{ eq: $level }}, createdAt: {{ gte: $from }} }}
        orderBy: [{{ createdAt: DESC }}]
        first: {PAGE}
      ) {{ nodes {{ id name level createdAt }} }}
    }}
    """,
)
NESTED = Query(
    "nested",
    "nested list of 50",
    f"""
    query Nested($level: String!, $from: DateTime!) {{
      customers(
        where: {{ level: {{ eq: $level }}, createdAt: {{ gte: $from }} }}
        orderBy: [{{ createdAt: DESC }}]
        first: {PAGE}
      ) {{
        nodes {{
          id name level createdAt
          owner {{ id name }}
          contacts(first: {NESTED_PAGE}) {{ nodes {{ id name }} }}
          opportunities(first: {NESTED_PAGE}) {{ nodes {{ id name }} }}
        }}
      }}
    }}
    """,
)
GROUPS = Query(
    "groups",
    "group by level",
    """
    query Groups {
      customerGroups(groupBy: [{ level: true }]) { key { level } count }
    }
    """,
)
SCREEN = Query(
    "screen",
    "customer list of a CRM, 60 fields",
    """
    query Screen($level: String!, $from: DateTime!) {
      customers(
        where: {
          and: [
            { level: { in: [$level] }, createdAt: { gte: $from } }
            { or: [{ owner: { is: { name: { ne: "x" } } } }, { dealStatus: { ne: "DEALT" } }] }
          ]
        }
        orderBy: [{ owner: { name: ASC } }, { createdAt: DESC }]
        first: 50
      ) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes {
          ...Head
          telephone email website industry source dealStatus updatedAt version nextContactAt
          region { province city district detail }
          owner { ...Person department { id name } }
          createdBy { ...Person }
          contacts(first: 3, orderBy: [{ name: ASC }]) {
            totalCount nodes { id name mobile position }
          }
          opportunities(first: 3, orderBy: [{ amount: DESC }]) {
            totalCount aggregate { sum { amount } } nodes { id name amount owner { ...Person } }
          }
          contracts(first: 3) { nodes { id name amount signedOn owner { ...Person } } }
          followUps(first: 1) { nodes { id createdAt createdBy { ...Person } } }
        }
      }
    }
    fragment Head on Customer { id name mobile level createdAt }
    fragment Person on User { id name }
    """,
)
QUERIES = (ONE, LIST, NESTED, GROUPS)


class Asks(Protocol):
    """What one viewer asks: the variants of each query's variables, which clients take in turn."""

    def variables(self, query: Query) -> list[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """What one viewer asks for: numbers of customers that it sees, levels, a moment."""

    customers: Sequence[int]
    levels: Sequence[str]
    since: str

    def variables(self, query: Query) -> list[Mapping[str, Any]]:
        if query is ONE:
            return [{"id": f"Customer:{number}"} for number in self.customers]
        if query is GROUPS:
            return [{}]
        return [{"level": level, "from": self.since} for level in self.levels]
