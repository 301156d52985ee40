"""Coloured tags in groups: a multiple choice whose options carry a colour and a heading.

Tags are the administrator's, as in the products this one is compared with; nobody makes one
by typing it (peer fact 1.1).
"""

from metadata.field_types.multiple_choice import MultipleChoice
from metadata.model import Label


class Tag(MultipleChoice):
    key = "tag"
    label = Label("标签", "Tags")
