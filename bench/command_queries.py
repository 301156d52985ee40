"""The three commands that are measured, and what they are asked to write.

Every body holds SERIAL, for which the load generator puts a number of its own, so that each
request really changes something.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.load import SERIAL
from bench.queries import Query

BATCH = 200
CREATE = Query(
    "create",
    "create a customer",
    """
    mutation Create($input: CustomerInput!) {
      createCustomer(input: $input) {
        record { id name mobile telephone email level industry source remark createdAt version }
      }
    }
    """,
)
UPDATE = Query(
    "update",
    "update a customer",
    """
    mutation Update($id: ID!, $input: CustomerPatch!) {
      updateCustomer(id: $id, input: $input) { record { id name email remark updatedAt version } }
    }
    """,
)
BATCH_UPDATE = Query(
    "batch",
    f"update {BATCH} customers",
    """
    mutation Batch($ids: [ID!]!, $input: CustomerPatch!) {
      batchUpdateCustomers(ids: $ids, input: $input) { done failed { id code message } }
    }
    """,
)
COMMANDS = (CREATE, UPDATE, BATCH_UPDATE)
PREFIX = "Bench "


@dataclass(frozen=True, slots=True)
class Writes:
    """`customers` are changed one by one, `batches` of others together; none is in two."""

    customers: Sequence[int]
    batches: Sequence[Sequence[int]]

    def variables(self, query: Query) -> list[Mapping[str, Any]]:
        if query is CREATE:
            return [{"input": _new_customer()}]
        if query is UPDATE:
            patch = {"email": f"bench{SERIAL}@example.com", "remark": f"change {SERIAL}"}
            return [{"id": f"Customer:{number}", "input": patch} for number in self.customers]
        return [
            {
                "ids": [f"Customer:{number}" for number in batch],
                "input": {"remark": f"batch {SERIAL}"},
            }
            for batch in self.batches
        ]


def _new_customer() -> dict[str, str]:
    return {
        "name": f"{PREFIX}北京启明星辰科技 {SERIAL}",
        "source": "ADVERTISING",
        "mobile": "13800138000",
        "telephone": "010-62981234",
        "email": "bench@example.com",
        "industry": "IT",
        "level": "A",
        "remark": "written by the benchmark",
    }
