"""Fills the parameters of a plan for one run: constants, variables, the viewer's values.

Principal names: token_hash, metadata_version, access_version, user_id, department_id,
department_tree, subordinate_ids, time_zone, scope_users:<Scope name>.
"""

from collections.abc import Mapping
from typing import Any

from engine.access.model import Principal
from engine.access.scopes import principal_value
from engine.query.request import Parameter, ReadPlan
from engine.query.sql import Deferred


def bind(plan: ReadPlan, variables: Mapping[str, Any], principal: Principal) -> list[Any]:
    """The arguments of the plan, in order. Raises InvalidInput for a variable's value."""
    return [_argument(each, variables, principal) for each in plan.parameters]


def value_at(variables: Mapping[str, Any], path: tuple[str | int, ...]) -> Any:
    """What the variables hold at a path; None where something on the way is absent."""
    found: Any = variables
    for step in path:
        if found is None:
            return None
        if isinstance(step, str):
            found = found.get(step)
        else:
            found = found[step] if step < len(found) else None
    return found


def _argument(parameter: Parameter, variables: Mapping[str, Any], principal: Principal) -> Any:
    source = parameter.source
    if source == "principal":
        return principal_value(principal, parameter.value)
    value = parameter.value
    if source == "variable":
        value = value_at(variables, parameter.path)
    convert = parameter.convert
    if convert is None:
        return value
    if isinstance(convert, Deferred):
        return convert.at(value, principal.time_zone)
    return convert(value)
