"""Checks that several types of text share: the text policy, once, and the length."""

from typing import Any

from engine.base.text import BadText, normalize_text
from metadata.field_types.contract import FieldProblem


def clean_text(value: Any, longest: int) -> str | None:
    """Normalised text of at most `longest` characters; None when blank. Raises FieldProblem."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise FieldProblem("BAD_FORMAT")
    try:
        text = normalize_text(value)
    except BadText:
        raise FieldProblem("BAD_FORMAT") from None
    if text is not None and len(text) > longest:
        raise FieldProblem("TOO_LONG", maximum=longest)
    return text


def clean_line(value: Any, longest: int) -> str | None:
    """The same for one line: line ends and tabs become spaces."""
    text = clean_text(value, longest)
    if text is None or text.isprintable():
        return text
    return text.translate({ord("\n"): " ", ord("\t"): " "})
