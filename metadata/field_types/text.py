"""One line of text; sorts by pinyin, and by pinyin can be searched."""

from collections.abc import Mapping
from typing import Any

from engine.base.text import search_text, sort_key
from metadata.field_types.clean import clean_line
from metadata.field_types.contract import Column, ValueKind
from metadata.field_types.single_column import ORDERED, TEXT_OPERATORS, SingleColumn
from metadata.model import FieldDef, Label

LONGEST = 255


class Text(SingleColumn):
    """Beside the text itself a sort key (`_sort`), and a search text (`_search`) if searchable.

    Not beside a computed one: PostgreSQL knows no pinyin, so that sorts by its characters."""

    key = "text"
    label = Label("单行文本", "Text")
    kind = ValueKind.TEXT
    sql_type = "text"
    operators = TEXT_OPERATORS
    sortable = True
    groupable = True
    aggregates = ORDERED

    def columns(self, field: FieldDef) -> tuple[Column, ...]:
        if field.computed:
            return super().columns(field)
        found = (Column(field.column, "text"), Column(f"{field.column}_sort", 'text collate "C"'))
        return (*found, Column(f"{field.column}_search", "text")) if field.searchable else found

    def parse(self, field: FieldDef, value: Any) -> str | None:
        return clean_line(value, field.max_length or LONGEST)

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        if field.computed:
            return super().store(field, value)
        blank = value is None
        found = {field.column: value, f"{field.column}_sort": None if blank else sort_key(value)}
        if field.searchable:
            found[f"{field.column}_search"] = None if blank else search_text(value)
        return found
