"""One department of the company."""

from metadata.field_types.relation import Relation
from metadata.model import Label


class Department(Relation):
    key = "department"
    label = Label("部门", "Department")
    operators = ("eq", "in", "isNull", "is", "mine", "withChildrenOf")
