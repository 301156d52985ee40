"""GraphQL text → read requests, as far as tests of the compiler need it.

Arguments are typed by their variables' declared types alone (`$min: Decimal`); the product's
own way goes through the company's schema.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from graphql import parse
from graphql.language import ast

from engine.query.planning import raw
from engine.query.request import AppliedScene, Bound, ReadKind, ReadRequest, Selection
from engine.scenes.usable import conjuncts
from metadata.scenes import scenes_of
from metadata.snapshot import Snapshot

_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "Decimal": Decimal,
    "Date": date.fromisoformat,
    "DateTime": datetime.fromisoformat,
}


@dataclass(frozen=True)
class Case:
    """One document: its root fields by response key, who asks, and typed variables."""

    person: str
    requests: Mapping[str, ReadRequest]
    variables: Mapping[str, Any]


def read_case(text: str, snapshot: Snapshot) -> Case:
    """A case file: `# person`, optionally `# {variables as JSON}`, then one operation."""
    comments = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
    given = json.loads(comments[1]) if len(comments) > 1 else {}
    return document_case(text, snapshot, comments[0], given)


def document_case(
    text: str, snapshot: Snapshot, person: str = "admin", given: Mapping[str, Any] | None = None
) -> Case:
    """The case of one operation in `text`, asked by `person` with the JSON values `given`."""
    (operation,) = parse(text).definitions
    assert isinstance(operation, ast.OperationDefinitionNode)
    values = given or {}
    variables = {
        each.variable.name.value: _typed(each.type, values[each.variable.name.value])
        for each in operation.variable_definitions or ()
        if each.variable.name.value in values
    }
    requests = {}
    for selection in _selections(operation.selection_set, variables, snapshot):
        requests[selection.key] = _request(selection, snapshot)
    return Case(person, requests, variables)


def _request(selection: Selection, snapshot: Snapshot) -> ReadRequest:
    found = _request_of(selection, snapshot)
    key = raw(selection.arguments.get("scene"))
    if found.object is None or key is None:
        return found
    arguments = {**selection.arguments, "scene": _scene(snapshot, found.object, key)}
    return replace(found, selection=replace(selection, arguments=arguments))


def _scene(snapshot: Snapshot, object_name: str, key: str) -> AppliedScene:
    """A system scene as the product resolves it; its values need no types."""
    scenes = scenes_of(snapshot.object(object_name).definition)
    where = next(each.where for each in scenes if each.key == key)
    return AppliedScene((key,), tuple(conjuncts(where, ("where",))))


def _request_of(selection: Selection, snapshot: Snapshot) -> ReadRequest:
    name = selection.name
    if name == "node":
        return ReadRequest(ReadKind.NODE, None, selection)
    for each in snapshot.objects:
        kinds = {
            each.name: ReadKind.RECORD,
            each.plural: ReadKind.LIST,
            f"{each.name}Groups": ReadKind.GROUPS,
            f"{each.name}Neighbors": ReadKind.NEIGHBORS,
        }
        if name in kinds:
            return ReadRequest(kinds[name], each.name, selection)
    raise KeyError(name)


def _selections(
    chosen: ast.SelectionSetNode | None,
    variables: Mapping[str, Any],
    snapshot: Snapshot,
    on: str | None = None,
) -> tuple[Selection, ...]:
    found: list[Selection] = []
    for node in chosen.selections if chosen else ():
        if isinstance(node, ast.InlineFragmentNode):
            assert node.type_condition is not None
            index = snapshot.by_type.get(node.type_condition.name.value)
            name = None if index is None else index.name
            found += _selections(node.selection_set, variables, snapshot, name)
            continue
        assert isinstance(node, ast.FieldNode)
        arguments = {
            argument.name.value: _value(argument.value, variables)
            for argument in node.arguments or ()
            if not _is_absent(argument.value, variables)
        }
        below = _selections(node.selection_set, variables, snapshot)
        key = node.alias.value if node.alias else node.name.value
        found.append(Selection(node.name.value, key, arguments, below, on))
    return tuple(found)


def _is_absent(node: ast.ValueNode, variables: Mapping[str, Any]) -> bool:
    return isinstance(node, ast.VariableNode) and node.name.value not in variables


def _value(node: ast.ValueNode, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.VariableNode):
        return Bound((node.name.value,), variables[node.name.value])
    if isinstance(node, ast.ObjectValueNode):
        return {
            field.name.value: _value(field.value, variables)
            for field in node.fields
            if not _is_absent(field.value, variables)
        }
    if isinstance(node, ast.ListValueNode):
        return [_value(each, variables) for each in node.values]
    if isinstance(node, ast.NullValueNode):
        return None
    if isinstance(node, ast.IntValueNode):
        return int(node.value)
    assert isinstance(node, ast.StringValueNode | ast.BooleanValueNode | ast.EnumValueNode)
    return node.value


def _typed(declared: ast.TypeNode, value: Any) -> Any:
    if isinstance(declared, ast.NonNullTypeNode):
        return _typed(declared.type, value)
    if isinstance(declared, ast.ListTypeNode):
        return None if value is None else [_typed(declared.type, each) for each in value]
    assert isinstance(declared, ast.NamedTypeNode)
    convert = _SCALARS.get(declared.name.value)
    return value if convert is None or value is None else convert(value)
