"""The cache of read plans of a process: by the caller's key, then by what a plan is tied to.

Bounded by number and by approximate bytes, least recently used first out. Used from one event
loop; it holds no lock because nothing in it waits.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

from engine.query.bind import value_at
from engine.query.request import ReadPlan

PARAMETER_BYTES = 300
PLANS_PER_KEY = 16


class PlanCache:
    """Plans by key. A key says document, root field, profile, metadata version, company and
    which variables are present; the values that shape a plan are compared here."""

    def __init__(self, max_keys: int = 5_000, max_bytes: int = 64_000_000) -> None:
        self._plans: OrderedDict[Hashable, list[ReadPlan]] = OrderedDict()
        self._max_keys = max_keys
        self._max_bytes = max_bytes
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._plans)

    def find(self, key: Hashable, variables: Mapping[str, Any]) -> ReadPlan | None:
        """A plan that holds for these variables. A value that is wrong in itself raises the
        InvalidInput that planning would raise."""
        candidates = self._plans.get(key)
        if candidates is None:
            return None
        self._plans.move_to_end(key)
        for plan in candidates:
            if _holds(plan, variables):
                return plan
        return None

    def store(self, key: Hashable, plan: ReadPlan) -> None:
        candidates = self._plans.setdefault(key, [])
        candidates.append(plan)
        self.bytes += _size(plan)
        if len(candidates) > PLANS_PER_KEY:
            self.bytes -= _size(candidates.pop(0))
        self._plans.move_to_end(key)
        while len(self._plans) > self._max_keys or self.bytes > self._max_bytes:
            _, gone = self._plans.popitem(last=False)
            self.bytes -= sum(_size(each) for each in gone)


def _holds(plan: ReadPlan, variables: Mapping[str, Any]) -> bool:
    # a plain loop: a generator would cost more than most plans have to compare
    for each in plan.baked:  # noqa: SIM110
        if each.read(value_at(variables, each.path)) != each.expected:
            return False
    return True


def _size(plan: ReadPlan) -> int:
    return len(plan.sql) + PARAMETER_BYTES * (len(plan.parameters) + len(plan.baked))
