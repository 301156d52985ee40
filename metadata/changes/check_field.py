"""Whether a field can be as it is described: everything wrong with it at once. Pure.

What its rows say (duplicates, blanks) is `metadata/changes/rows.py`; names are `naming.py`.
"""

import re
from collections.abc import Iterator

from engine.base.errors import Problem
from metadata.changes.quotas import OPTIONS
from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.registry import FIELD_TYPES, field_type
from metadata.model import Choice, FieldDef, Label

INTERNAL_TYPES = frozenset({"record", "json", "changes"})
GIVEN_TYPES = tuple(sorted(FIELD_TYPES.keys() - INTERNAL_TYPES))  # what a new field can be of
WITH_OPTIONS = frozenset({ValueKind.CHOICE, ValueKind.CHOICES})
UNIQUE_KINDS = frozenset(
    {
        ValueKind.TEXT,
        ValueKind.INTEGER,
        ValueKind.DECIMAL,
        ValueKind.DATE,
        ValueKind.DATE_TIME,
        ValueKind.RELATION,
    }
)
NUMBERS = frozenset({ValueKind.INTEGER, ValueKind.DECIMAL})
LONGEST_LABEL, LONGEST_HELP, LONGEST_OPTION = 250, 500, 100
_COLOR = re.compile("#(?:[0-9a-f]{3}){1,2}", re.I | re.A)
WIDTHS = (25, 50, 75, 100)
MOST_DIGITS, MOST_DECIMALS, LONGEST_TEXT = 30, 14, 100_000
EXPRESSIONS = {
    ValueKind.DATE: ("today",),
    ValueKind.DATE_TIME: ("now",),
    ValueKind.RELATION: ("currentUser",),
    ValueKind.RELATIONS: ("currentUser",),
}
Path = tuple[str | int, ...]


def field_problems(field: FieldDef, path: Path = ("input",)) -> Iterator[Problem]:
    """Everything wrong with the definition by itself."""
    if field.type not in GIVEN_TYPES:
        known = {"value": field.type, "known": GIVEN_TYPES}
        yield Problem((*path, "type"), "UNKNOWN_TYPE", known)
        return
    yield from label_problems(field.label, (*path, "label"))
    for name, text in (("help", field.help), ("placeholder", field.placeholder)):
        if text is not None and max(len(text.zh), len(text.en)) > LONGEST_HELP:
            yield Problem((*path, name), "TOO_LONG", {"maximum": LONGEST_HELP})
    yield from _flags(field, path)
    yield from _numbers(field, path)
    yield from _options(field, path)
    yield from _rows(field, path)
    yield from _default(field, path)


def label_problems(label: Label, path: Path) -> Iterator[Problem]:
    for language, text in (("zh", label.zh), ("en", label.en)):
        if not text.strip():
            yield Problem((*path, language), "REQUIRED")
        elif len(text) > LONGEST_LABEL:
            yield Problem((*path, language), "TOO_LONG", {"maximum": LONGEST_LABEL})


def can_be_unique(field: FieldDef) -> bool:
    return field_type(field.type).kind in UNIQUE_KINDS and field.type != "longText"


def _flags(field: FieldDef, path: Path) -> Iterator[Problem]:
    kind = field_type(field.type)
    if field.unique and not can_be_unique(field):
        yield Problem((*path, "unique"), "NOT_FOR_TYPE", {"type": kind.label})
    if field.searchable and kind.kind is not ValueKind.TEXT:
        yield Problem((*path, "searchable"), "NOT_FOR_TYPE", {"type": kind.label})
    if field.maskable and kind.mask is None:
        yield Problem((*path, "maskable"), "NOT_FOR_TYPE", {"type": kind.label})
    if field.required and (field.hidden or field.read_only) and field.default is None:
        yield Problem((*path, "required"), "REQUIRED_HIDDEN")
    if field.width is not None and field.width not in WIDTHS:
        yield Problem((*path, "width"), "UNKNOWN_OPTION", {"value": field.width})
    if len(field.group) > LONGEST_LABEL:
        yield Problem((*path, "group"), "TOO_LONG", {"maximum": LONGEST_LABEL})


def _numbers(field: FieldDef, path: Path) -> Iterator[Problem]:
    kind = field_type(field.type)
    for name in ("minimum", "maximum"):
        if getattr(field, name) is not None and kind.kind not in NUMBERS:
            yield Problem((*path, name), "NOT_FOR_TYPE", {"type": kind.label})
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield Problem((*path, "minimum"), "OUT_OF_RANGE", {"maximum": field.maximum})
    for name, most in (("precision", MOST_DIGITS), ("scale", MOST_DECIMALS)):
        value = getattr(field, name)
        if value is None:
            continue
        if kind.kind is not ValueKind.DECIMAL:
            yield Problem((*path, name), "NOT_FOR_TYPE", {"type": kind.label})
        elif not 0 <= value <= most:
            yield Problem((*path, name), "OUT_OF_RANGE", {"minimum": 0, "maximum": most})
    if field.max_length is not None and not 1 <= field.max_length <= LONGEST_TEXT:
        limits = {"minimum": 1, "maximum": LONGEST_TEXT}
        yield Problem((*path, "maxLength"), "OUT_OF_RANGE", limits)


def _options(field: FieldDef, path: Path) -> Iterator[Problem]:
    kind = field_type(field.type)
    if kind.kind not in WITH_OPTIONS:
        if field.choices:
            yield Problem((*path, "choices"), "NOT_FOR_TYPE", {"type": kind.label})
        return
    if not field.choices:
        yield Problem((*path, "choices"), "REQUIRED")
    if len(field.choices) > OPTIONS:
        yield Problem((*path, "choices"), "TOO_LONG", {"maximum": OPTIONS})
    values: set[str] = set()
    labels: set[str] = set()
    for at, each in enumerate(field.choices):
        place = (*path, "choices", at)
        yield from _option(each, place)
        if each.value in values:
            yield Problem((*place, "value"), "NOT_UNIQUE")
        if not each.retired and each.label.zh.casefold() in labels:
            yield Problem((*place, "label", "zh"), "NOT_UNIQUE")
        values.add(each.value)
        if not each.retired:
            labels.add(each.label.zh.casefold())


def _option(option: Choice, path: Path) -> Iterator[Problem]:
    if not option.value or option.value != option.value.strip():
        yield Problem((*path, "value"), "BAD_FORMAT")
    elif len(option.value) > LONGEST_OPTION:
        yield Problem((*path, "value"), "TOO_LONG", {"maximum": LONGEST_OPTION})
    if option.color and not _COLOR.fullmatch(option.color):
        written = {"field": Label("颜色", "A colour"), "written": ("#rgb", "#rrggbb")}
        yield Problem((*path, "color"), "BAD_FORMAT", written)
    yield from label_problems(option.label, (*path, "label"))


def _rows(field: FieldDef, path: Path) -> Iterator[Problem]:
    """Each column by itself; what they may be together is `metadata/field_problems.py`."""
    if field_type(field.type).kind is not ValueKind.ROWS:
        if field.rows:
            yield Problem((*path, "rows"), "NOT_FOR_TYPE", {"type": field_type(field.type).label})
        return
    for at, each in enumerate(field.rows):
        yield from field_problems(each, (*path, "rows", at))


def _default(field: FieldDef, path: Path) -> Iterator[Problem]:
    if field.default is None:
        return
    kind = field_type(field.type)
    if field.default.startswith("="):
        try:
            value = kind.from_text(field, field.default[1:])
            kind.parse(field, value)
        except FieldProblem as problem:
            yield Problem((*path, "default"), problem.code, problem.params)
        return
    wanted = EXPRESSIONS.get(kind.kind, ())
    if kind.kind in (ValueKind.RELATION, ValueKind.RELATIONS) and field.target != "user":
        wanted = ()
    if field.default not in wanted:
        forms = (Label("=值", "=value"), *wanted)
        written = {"field": Label("默认值", "A default"), "written": forms}
        yield Problem((*path, "default"), "BAD_FORMAT", written)
