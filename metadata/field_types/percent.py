"""A percentage: 12.5 is 12.5 %."""

from metadata.field_types.exact import Exact
from metadata.model import Label


class Percent(Exact):
    key = "percent"
    label = Label("百分数", "Percent")
    precision = 10
    scale = 2
