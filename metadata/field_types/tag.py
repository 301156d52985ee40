"""Coloured tags: a multiple choice whose options carry colours."""

from metadata.field_types.multiple_choice import MultipleChoice
from metadata.model import Label


class Tag(MultipleChoice):
    key = "tag"
    label = Label("标签", "Tags")
