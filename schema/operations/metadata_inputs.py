"""The inputs of changes of metadata, and what they say as values of `metadata/model.py`."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET

from metadata.changes.check_field import GIVEN_TYPES
from metadata.field_problems import COLUMN_TYPES
from metadata.model import Choice, FieldDef, Label, OnDelete, RollUpDef
from metadata.number_rule import NumberPart, NumberRule, PartKind, Reset

_TYPE = f"One of {', '.join(GIVEN_TYPES)}."
_DEFAULT = (
    "A value behind an equals sign, such as `=gold` or `=12.50`, or what it is at the time: `today`"
    " of a date, `now` of a date with time, `currentUser` of users."
)


@strawberry.enum(description="What deleting the target means: it is refused, or the field emptied.")
class ReferenceRule(Enum):
    RESTRICT = "restrict"
    SET_NULL = "setNull"


@strawberry.input(description="A text in both languages; English may be left out.")
class LabelInput:
    zh: str
    en: str | None = None


@strawberry.input(description="One option. Its value never changes; retire what is no longer used.")
class ChoiceInput:
    value: str
    label: LabelInput
    color: str = strawberry.field(default="", description="`#rgb` or `#rrggbb`.")
    retired: bool = False
    group: LabelInput | None = None


@strawberry.enum(
    description="COUNTER once; TEXT fixed; DATE of creation or of a field; FIELD's text."
)
class NumberPartKind(Enum):
    COUNTER = "counter"
    TEXT = "text"
    DATE = "date"
    FIELD = "field"


@strawberry.enum(description="When the counter begins anew, in the company's time zone.")
class NumberReset(Enum):
    NEVER = "never"
    DAILY = "daily"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@strawberry.input(
    description="A piece of a number; `format` of a date is yyyy, yyyyMM or yyyyMMdd."
)
class NumberPartInput:
    kind: NumberPartKind
    text: str = ""
    format: str = ""
    field: str = ""


@strawberry.input(description="How a field of the type autoNumber numbers its records.")
class NumberRuleInput:
    parts: list[NumberPartInput]
    start: int = 1
    step: int = 1
    digits: int = 4
    reset: NumberReset = NumberReset.NEVER
    manual: bool = False


@strawberry.input(description="The fields that an option lets appear; else they are hidden.")
class ShownFieldsInput:
    option: str
    fields: list[str]


@strawberry.input(description="A column of a sub-table: plain values, people or departments.")
class RowFieldInput:
    label: LabelInput
    type: str = strawberry.field(description=f"One of {', '.join(COLUMN_TYPES)}.")
    name: str = ""
    required: bool = False
    choices: list[ChoiceInput] = strawberry.field(default_factory=list)
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    scale: int | None = None


@strawberry.input(
    description="A value over the records of a relation to many. `function` is count, sum, min,"
    " max or avg; `where` is JSON of a filter over plain fields of those records."
)
class RollUpInput:
    relation: str
    function: str
    field: str = ""
    where: str = ""


@strawberry.input(
    description="A new field. Without a name it gets one from the Chinese label's pinyin;"
    " a name never changes. A field with a formula or a roll-up is computed; its type is that of"
    " the result."
)
class FieldInput:
    label: LabelInput
    type: str = strawberry.field(description=_TYPE)
    name: str = ""
    help: LabelInput | None = None
    placeholder: LabelInput | None = None
    required: bool = False
    unique: bool = False
    read_only: bool = False
    hidden: bool = False
    searchable: bool = False
    maskable: bool = False
    default: str | None = strawberry.field(default=None, description=_DEFAULT)
    choices: list[ChoiceInput] = strawberry.field(default_factory=list)
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    precision: int | None = None
    scale: int | None = None
    target: str | None = None
    inverse: str | None = None
    inverse_label: LabelInput | None = None
    on_delete: ReferenceRule | None = None
    rows: list[RowFieldInput] = strawberry.field(default_factory=list)
    shows: list[ShownFieldsInput] = strawberry.field(default_factory=list)
    number_rule: NumberRuleInput | None = None
    group: str = ""
    width: int | None = None
    formula: str = ""
    roll_up: RollUpInput | None = None


@strawberry.input(description="What changes of a field; what is absent stays.")
class FieldPatch:
    label: LabelInput | None = UNSET
    type: str | None = strawberry.field(default=UNSET, description=_TYPE)
    help: LabelInput | None = UNSET
    placeholder: LabelInput | None = UNSET
    required: bool | None = UNSET
    unique: bool | None = UNSET
    read_only: bool | None = UNSET
    hidden: bool | None = UNSET
    maskable: bool | None = UNSET
    default: str | None = strawberry.field(default=UNSET, description=_DEFAULT)
    choices: list[ChoiceInput] | None = UNSET
    max_length: int | None = UNSET
    minimum: Decimal | None = UNSET
    maximum: Decimal | None = UNSET
    precision: int | None = UNSET
    scale: int | None = UNSET
    inverse_label: LabelInput | None = UNSET
    on_delete: ReferenceRule | None = UNSET
    rows: list[RowFieldInput] | None = UNSET
    shows: list[ShownFieldsInput] | None = UNSET
    number_rule: NumberRuleInput | None = UNSET
    group: str | None = UNSET
    width: int | None = UNSET
    formula: str | None = UNSET
    roll_up: RollUpInput | None = UNSET


@strawberry.input(description="A copy: its label, and if wanted its name and another object.")
class FieldCopyInput:
    label: LabelInput
    name: str = ""
    to: str | None = None


@strawberry.input(
    description="A new object; `title` labels the field that names its records. Without a name"
    " it gets one from the Chinese label's pinyin; the plural is then the name with an s."
)
class ObjectInput:
    label: LabelInput
    name: str = ""
    plural: str = ""
    title: LabelInput | None = None


@strawberry.input(description="What changes of an object; what is absent stays.")
class ObjectPatch:
    label: LabelInput | None = UNSET
    totals: list[str] | None = UNSET


def field_of_input(given: FieldInput | RowFieldInput) -> FieldDef:
    """The field as wished for, without a column."""
    return FieldDef(**{"column": "", **attributes(given)})


def attributes(given: Any) -> Mapping[str, Any]:
    """The attributes that an input names, as those of FieldDef or ObjectDef; an empty one that
    has no null there is left out."""
    found: dict[str, Any] = {}
    for each in fields(given):
        value = getattr(given, each.name)
        if value is not UNSET and not (value is None and each.name in _NEVER_NULL):
            found[each.name] = _value(each.name, value)
    return found


def label_of(given: LabelInput) -> Label:
    return Label(given.zh, given.en if given.en else given.zh)


_NEVER_NULL = frozenset(
    {
        "label",
        "type",
        "required",
        "unique",
        "read_only",
        "hidden",
        "maskable",
        "choices",
        "rows",
        "shows",
        "number_rule",
        "group",
        "formula",
        "roll_up",
        "on_delete",
        "totals",
    }
)


def _value(name: str, value: Any) -> Any:
    make = _MAKERS.get(name)
    if make is not None and value is not None:
        return make(value)
    return label_of(value) if isinstance(value, LabelInput) else value


def _choice(given: ChoiceInput) -> Choice:
    group = None if given.group is None else label_of(given.group)
    return Choice(given.value, label_of(given.label), given.color, given.retired, group)


def _number_rule(given: NumberRuleInput) -> NumberRule:
    return NumberRule(
        parts=tuple(
            NumberPart(
                kind=PartKind(each.kind.value), text=each.text, format=each.format, field=each.field
            )
            for each in given.parts
        ),
        start=given.start,
        step=given.step,
        digits=given.digits,
        reset=Reset(given.reset.value),
        manual=given.manual,
    )


_MAKERS: Mapping[str, Callable[[Any], Any]] = {
    "choices": lambda given: tuple(_choice(each) for each in given),
    "rows": lambda given: tuple(field_of_input(each) for each in given),
    "shows": lambda given: tuple((each.option, tuple(each.fields)) for each in given),
    "number_rule": _number_rule,
    "on_delete": lambda given: OnDelete(given.value),
    "roll_up": lambda given: RollUpDef(**{f.name: getattr(given, f.name) for f in fields(given)}),
    "totals": tuple,
}
