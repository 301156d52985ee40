"""What mutations take: the form fields of each object that the client may write (B7).

Required fields are nullable here on purpose: what is missing is told by validation, together
with everything else that is wrong (REQUIRED), instead of by the first type error alone.
"""

from graphql import GraphQLInputField, GraphQLInputObjectType

from engine.commands.validation import is_input
from metadata.field_types.registry import field_type
from metadata.model import FieldDef
from metadata.snapshot import ObjectIndex
from schema.naming import Register, described, input_type
from schema.values import INPUTS

Fields = dict[str, GraphQLInputField]


def writable_fields(index: ObjectIndex) -> list[FieldDef]:
    """The fields of the object's inputs, in their order."""
    return [each for each in index.definition.fields if is_input(each)]


def create_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerInput`."""
    name = f"{index.definition.type_name}Input"
    text = "Relations are ids. Fields marked * are required."
    return input_type(register, name, lambda: _fields(writable_fields(index), mark=True), text)


def patch_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerPatch`."""
    name = f"{index.definition.type_name}Patch"
    text = "An absent field is left alone, null empties it."
    return input_type(register, name, lambda: _fields(writable_fields(index)), text)


def key_fields(index: ObjectIndex) -> list[FieldDef]:
    """Those of them that an upsert may find a record by."""
    return [each for each in writable_fields(index) if each.unique]


def key_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerKey`: one unique field and its value (OBJ-21)."""
    name = f"{index.definition.type_name}Key"
    text = "Exactly one unique field."
    return input_type(register, name, lambda: _fields(key_fields(index)), text)


def _fields(fields: list[FieldDef], *, mark: bool = False) -> Fields:
    return {each.name: _field(each, mark) for each in fields}


def _field(each: FieldDef, mark: bool) -> GraphQLInputField:
    star = "* " if mark and each.required and each.number_rule is None else ""
    return GraphQLInputField(INPUTS[field_type(each.type).kind], description=star + described(each))
