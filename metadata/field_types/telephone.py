"""A telephone number with area code and extension, written as people write it."""

import re
import unicodedata
from typing import Any

from metadata.field_types.clean import clean_line
from metadata.field_types.contract import FieldProblem
from metadata.field_types.formatted_text import FormattedText
from metadata.model import FieldDef, Label

LONGEST = 40
_FORM = re.compile(r"\+?[0-9(][0-9 ()./-]*(( ?(转|ext\.?|x|#|\*) ?)[0-9]{1,8})?", re.I | re.ASCII)
FEWEST_DIGITS = 3


class Telephone(FormattedText):
    key = "telephone"
    label = Label("电话", "Telephone")

    def parse(self, field: FieldDef, value: Any) -> str | None:
        text = clean_line(value, field.max_length or LONGEST)
        if text is None:
            return None
        number = " ".join(unicodedata.normalize("NFKC", text).split())
        if not _FORM.fullmatch(number) or sum(map(str.isdigit, number)) < FEWEST_DIGITS:
            raise FieldProblem("BAD_FORMAT")
        return number
