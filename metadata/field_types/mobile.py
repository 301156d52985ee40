"""A mobile number, kept without spaces and dashes, so that one number is one text."""

import re
import unicodedata
from typing import Any

from metadata.field_types.clean import clean_line
from metadata.field_types.contract import FieldProblem
from metadata.field_types.formatted_text import FormattedText
from metadata.model import FieldDef, Label

LONGEST = 40
_NOISE = re.compile(r"[\s\-()./]+")
_FORM = re.compile(r"\+[0-9]{7,15}|[0-9]{6,11}", re.ASCII)
_MAINLAND = re.compile(r"(?:\+|00)86(1[0-9]{10})", re.ASCII)


class Mobile(FormattedText):
    """Six to eleven digits, or `+`, country and number. The prefix +86 goes."""

    key = "mobile"
    label = Label("手机", "Mobile")
    mask = "mobile"

    def parse(self, field: FieldDef, value: Any) -> str | None:
        text = clean_line(value, LONGEST)
        if text is None:
            return None
        digits = _NOISE.sub("", unicodedata.normalize("NFKC", text))
        mainland = _MAINLAND.fullmatch(digits)
        if mainland is not None:
            return mainland.group(1)
        if not _FORM.fullmatch(digits):
            raise FieldProblem("BAD_FORMAT")
        return digits
