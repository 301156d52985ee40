"""The statement under construction: parameters, aliases, and the values a plan is tied to.

Text is put together from quoted identifiers and `$n` only. Does not know what is asked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.query.request import Baked, Bound, Parameter

_PLACEHOLDER = re.compile(r"\$([0-9]+)", re.ASCII)

Convert = Callable[[Any], Any]


@dataclass
class Shape:
    """Collects what a plan needs beside its text. One per plan, thrown away after it."""

    parameters: list[Parameter] = field(default_factory=list)
    baked: list[Baked] = field(default_factory=list)
    _known: dict[tuple[str, Any, str], str] = field(default_factory=dict)
    _aliases: int = 0

    def alias(self) -> str:
        """A table alias or a name of a derived column that nothing else in the plan has."""
        self._aliases += 1
        return f"a{self._aliases}"

    def principal(self, name: str, sql_type: str) -> str:
        """A value of the viewer, filled by `bind.py` when the plan runs; one `$n` per name."""
        return self._shared(Parameter("principal", name), sql_type)

    def constant(self, value: Any, sql_type: str, convert: Convert | None = None) -> str:
        """A value of the document. `convert` is applied now unless it waits for the viewer."""
        if convert is not None and not isinstance(convert, Deferred):
            return self.constant(convert(value), sql_type)
        if convert is None and isinstance(value, str | int):
            return self._shared(Parameter("constant", value), sql_type)
        return self._add(Parameter("constant", value, convert=convert), sql_type)

    def value(self, value: Any, sql_type: str, convert: Convert | None = None) -> str:
        """A plain value or a Bound one, as `$n` cast to its type."""
        if isinstance(value, Bound):
            return self._add(
                Parameter("variable", path=value.path, convert=convert),
                sql_type,
            )
        return self.constant(value, sql_type, convert)

    def bake(self, value: Any, read: Callable[[Any], Any]) -> Any:
        """`read(value)`, tying the plan to that answer when the value is a variable's."""
        if not isinstance(value, Bound):
            return read(value)
        answer = read(value.value)
        self.baked.append(Baked(value.path, read, answer))
        return answer

    def finished(self, sql: str) -> tuple[str, tuple[Parameter, ...]]:
        """The text with its placeholders renumbered, and the parameters it really uses.

        What was compiled and then not needed (the order of a list that is only counted)
        leaves parameters behind, and PostgreSQL refuses one whose type it cannot see.
        """
        used = sorted({int(number) for number in _PLACEHOLDER.findall(sql)})
        places = {number: at + 1 for at, number in enumerate(used)}
        text = _PLACEHOLDER.sub(lambda found: f"${places[int(found[1])]}", sql)
        return text, tuple(self.parameters[number - 1] for number in used)

    def _shared(self, parameter: Parameter, sql_type: str) -> str:
        key = (f"{parameter.source} {type(parameter.value).__name__}", parameter.value, sql_type)
        if key not in self._known:
            self._known[key] = self._add(parameter, sql_type)
        return self._known[key]

    def _add(self, parameter: Parameter, sql_type: str) -> str:
        self.parameters.append(parameter)
        return f"${len(self.parameters)}::{sql_type}"


@dataclass(frozen=True, slots=True)
class Deferred:
    """A conversion that needs the moment and the viewer's time zone: run at bind time.

    `at(value, time_zone)` gives the value to bind, so that a cached plan with "this month"
    stays right tomorrow.
    """

    at: Callable[[Any, str], Any]

    def __call__(self, value: Any) -> Any:
        raise TypeError("a deferred conversion is bound, not called")


def whole(number: int) -> str:
    """A checked count as text, for LIMIT: a parameter there hides the size from the planner."""
    if type(number) is not int or number < 0:
        raise ValueError(f"not a count: {number!r}")
    return str(number)


def conjunction(conditions: list[str]) -> str:
    """The conditions joined by AND; `true` when there are none."""
    return " and ".join(conditions) if conditions else "true"
