"""Several departments of the company."""

from metadata.field_types.users import Users
from metadata.model import Label


class Departments(Users):
    key = "departments"
    label = Label("部门（多选）", "Departments")
    operators = ("anyOf", "allOf", "noneOf", "isEmpty")
