"""What texts of a certain form have in common: e-mail, mobile, telephone, website.

No type of its own: `registry.py` lists those. The form is each type's, in its `parse`.
"""

from metadata.field_types.contract import ValueKind
from metadata.field_types.single_column import COUNTED, TEXT_OPERATORS, SingleColumn


class FormattedText(SingleColumn):
    """Compared and sorted as it is written, without companions."""

    kind = ValueKind.TEXT
    sql_type = "text"
    operators = TEXT_OPERATORS
    sortable = True
    groupable = True
    aggregates = COUNTED
