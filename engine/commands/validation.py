"""One pydantic model per object and action, generated from the snapshot (principle 13).

Parses an input into the values kept, fills defaults, and collects every problem with its path.
Uniqueness (`uniqueness.py`) and references (`references.py`) are the database's to answer.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, ValidationInfo
from pydantic import create_model as create_pydantic_model
from pydantic_core import ErrorDetails, PydanticCustomError

from engine.access.model import Access, AccessProfile
from engine.base.errors import Problem
from engine.commands.defaults import Defaults, default_value
from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef
from metadata.snapshot import ObjectIndex

MODELS_LIMIT = 300  # of about 150 kB
_PREFIX = "f_"
_ABSENT: Any = object()
_REFUSED: Any = object()
_Validator = Callable[[Any, ValidationInfo], Any]
_models: OrderedDict[tuple[int, str], tuple[ObjectDef, type[BaseModel]]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Parsed:
    """Values by field name, ready to store, and everything wrong with the others."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]


def is_input(field: FieldDef) -> bool:
    """Is the field in the object's input types? (OBJ-01, OBJ-02)"""
    kind = field_type(field.type).kind
    given = field.read_only or field.is_numbered
    return not given and not field.hidden and kind is not ValueKind.NONE


def is_writable(profile: AccessProfile, object_name: str, field: FieldDef) -> bool:
    """May the viewer write it? What one sees masked is not writable (peer fact 1.10)."""
    access = profile.field(object_name, field.name)
    return is_input(field) and access.access is Access.WRITE and not access.masked


def writable_values(
    profile: AccessProfile, index: ObjectIndex, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """The part of the input that the viewer may write, and READ_ONLY for the rest (B7)."""
    accepted: dict[str, Any] = {}
    problems = []
    writable = index.derived.get(("writable", profile.key), lambda: _writable(profile, index))
    for name, value in values.items():
        if name in writable:
            accepted[name] = value
        else:
            field = index.fields.get(name)
            params = {"field": field.label} if field is not None else {}
            problems.append(Problem(("input", name), "READ_ONLY", params))
    return accepted, problems


def _writable(profile: AccessProfile, index: ObjectIndex) -> frozenset[str]:
    return frozenset(
        n for n, each in index.fields.items() if is_writable(profile, index.name, each)
    )


def parse_input(
    model: type[BaseModel], index: ObjectIndex, values: Mapping[str, Any], defaults: Defaults
) -> Parsed:
    """An input as GraphQL coerced it → the values that are right and the problems of the others."""
    problems: list[Problem] = []
    try:
        found = model.model_validate(values, context=defaults)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        problems = [problem for each in errors for problem in _problems(index, each)]
        refused = {str(each.path[1]): _REFUSED for each in problems}
        found = model.model_validate({**values, **refused}, context=defaults)
    kept = {
        attribute[len(_PREFIX) :]: value
        for attribute, value in found.__dict__.items()
        if value is not _ABSENT and value is not _REFUSED
    }
    return Parsed(kept, tuple(problems))


def input_model(index: ObjectIndex, action: str) -> type[BaseModel]:
    """The model of `create` or `update`, made once for one definition of the object; companies
    mostly have the same value of it (`metadata/store.py`)."""
    key = (id(index.definition), action)
    known = _models.get(key)
    if known is None:
        # holding the definition keeps its identity from being used again
        known = _models[key] = (index.definition, build_model(index, action))
        if len(_models) > MODELS_LIMIT:
            _models.popitem(last=False)
    return known[1]


def is_model_known(index: ObjectIndex, action: str) -> bool:
    """Whether `input_model` has it at hand; making one takes milliseconds."""
    return (id(index.definition), action) in _models


def build_model(index: ObjectIndex, action: str) -> type[BaseModel]:
    """Attributes are `f_<name>` so that no field name meets one of pydantic's own."""
    fields: dict[str, Any] = {
        f"{_PREFIX}{field.name}": (
            Annotated[Any, PlainValidator(_validator(field, create=action == "create"))],
            Field(default=_ABSENT, alias=field.name, validate_default=True),
        )
        for field in index.fields.values()
        if is_input(field)
    }
    name = f"{index.definition.type_name}_{action}"
    config = ConfigDict(extra="forbid", frozen=True)
    made: type[BaseModel] = create_pydantic_model(name, __config__=config, **fields)
    return made


def read_only_defaults(index: ObjectIndex, defaults: Defaults) -> dict[str, Any]:
    """Defaults of the fields that no input holds, such as a first status."""
    return {
        field.name: field_type(field.type).parse(field, default_value(field, defaults))
        for field in index.fields.values()
        if field.default is not None and not is_input(field)
    }


def _validator(field: FieldDef, *, create: bool) -> _Validator:
    parse = field_type(field.type).parse

    def validate(value: Any, info: ValidationInfo) -> Any:
        if value is _REFUSED or (value is _ABSENT and not create):
            return value
        try:
            if value is _ABSENT:
                assert isinstance(info.context, Defaults)
                value = default_value(field, info.context)
            parsed = parse(field, value) if value is not None else None
        except FieldProblem as problem:
            raise _refused(problem) from None
        # a new record gets the number that nobody typed when it is written
        if parsed is None and field.required and not (create and field.number_rule):
            raise _refused(FieldProblem("REQUIRED"))
        return parsed

    return validate


def _refused(problem: FieldProblem) -> PydanticCustomError:
    return PydanticCustomError("FIELD", "FIELD", {"problems": problem.all()})


def _problems(index: ObjectIndex, error: ErrorDetails) -> list[Problem]:
    name = str(error["loc"][0]).removeprefix(_PREFIX)
    told = {"field": index.fields[name].label}
    found: Sequence[FieldProblem] = error["ctx"]["problems"]
    return [
        Problem(("input", name, *each.path), each.code, {**each.params, **told}) for each in found
    ]
