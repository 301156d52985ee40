"""An amount of money; masked as a whole."""

from metadata.field_types.exact import Exact
from metadata.model import Label


class Amount(Exact):
    key = "amount"
    label = Label("货币", "Amount")
    precision = 18
    scale = 2
    mask = "amount"
