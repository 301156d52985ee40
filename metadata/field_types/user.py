"""One user of the company."""

from metadata.field_types.relation import Relation
from metadata.model import Label


class User(Relation):
    key = "user"
    label = Label("人员", "User")
    operators = ("eq", "in", "isNull", "is", "me", "mySubordinates")
