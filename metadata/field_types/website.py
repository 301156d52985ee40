"""A web address, http or https only: it is shown as a link."""

import re
from typing import Any

from metadata.field_types.clean import clean_line
from metadata.field_types.contract import FieldProblem
from metadata.field_types.formatted_text import FormattedText
from metadata.model import FieldDef, Label

LONGEST = 500
_SCHEME = re.compile(r"https?://", re.I)
_FORM = re.compile(r"https?://(?:[\w-]{1,63}\.)*[\w-]{1,63}(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.I)


class Website(FormattedText):
    """`example.com` becomes `https://example.com`."""

    key = "website"
    label = Label("网址", "Website")

    def parse(self, field: FieldDef, value: Any) -> str | None:
        text = clean_line(value, field.max_length or LONGEST)
        if text is None:
            return None
        bare = not _SCHEME.match(text)
        address = f"https://{text}" if bare else text
        if not _FORM.fullmatch(address) or (bare and "." not in text):
            raise FieldProblem("BAD_FORMAT")
        return address
