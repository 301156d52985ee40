"""An e-mail address. Only what no address can do without is asked for."""

import re
from typing import Any

from metadata.field_types.clean import clean_line
from metadata.field_types.contract import FieldProblem
from metadata.field_types.formatted_text import FormattedText
from metadata.model import FieldDef, Label

LONGEST = 254
_FORM = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")


class Email(FormattedText):
    """The domain is kept in lower case; the part before it as it was typed."""

    key = "email"
    label = Label("邮箱", "E-mail")
    mask = "email"

    def parse(self, field: FieldDef, value: Any) -> str | None:
        text = clean_line(value, LONGEST)
        if text is None:
            return None
        if not _FORM.fullmatch(text):
            raise FieldProblem("BAD_FORMAT")
        local, _, domain = text.partition("@")
        return f"{local}@{domain.lower()}"
