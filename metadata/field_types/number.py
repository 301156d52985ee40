"""A number with decimals."""

from metadata.field_types.exact import Exact
from metadata.model import Label


class Number(Exact):
    key = "number"
    label = Label("数字", "Number")
    precision = 19
    scale = 4
