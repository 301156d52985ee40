"""All field types by key. A new type is a module beside this one and a line here."""

from collections.abc import Mapping

from metadata.field_types.amount import Amount
from metadata.field_types.auto_number import AutoNumber
from metadata.field_types.boolean import Boolean
from metadata.field_types.changes import Changes
from metadata.field_types.choice import ChoiceType
from metadata.field_types.contract import FieldType
from metadata.field_types.date import DateType
from metadata.field_types.date_range import DateRange
from metadata.field_types.date_time import DateTime
from metadata.field_types.department import Department
from metadata.field_types.departments import Departments
from metadata.field_types.description import Description
from metadata.field_types.email import Email
from metadata.field_types.file import File
from metadata.field_types.image import Image
from metadata.field_types.integer import Integer
from metadata.field_types.json_value import Json
from metadata.field_types.location import Location
from metadata.field_types.long_text import LongText
from metadata.field_types.mobile import Mobile
from metadata.field_types.multiple_choice import MultipleChoice
from metadata.field_types.number import Number
from metadata.field_types.percent import Percent
from metadata.field_types.record import Record
from metadata.field_types.region import Region
from metadata.field_types.relation import Relation
from metadata.field_types.signature import Signature
from metadata.field_types.sub_table import SubTable
from metadata.field_types.tag import Tag
from metadata.field_types.telephone import Telephone
from metadata.field_types.text import Text
from metadata.field_types.user import User
from metadata.field_types.users import Users
from metadata.field_types.website import Website


def field_type(key: str) -> FieldType:
    """The type of this key; KeyError is a programming mistake, not the client's."""
    return FIELD_TYPES[key]


_ALL: tuple[FieldType, ...] = (
    Text(),
    LongText(),
    AutoNumber(),
    Integer(),
    Number(),
    Amount(),
    Percent(),
    Boolean(),
    ChoiceType(),
    MultipleChoice(),
    Tag(),
    DateType(),
    DateTime(),
    DateRange(),
    Mobile(),
    Telephone(),
    Email(),
    Website(),
    User(),
    Users(),
    Department(),
    Departments(),
    Relation(),
    Record(),
    File(),
    Image(),
    Signature(),
    Region(),
    Location(),
    SubTable(field_type),
    Description(),
    Json(),
    Changes(),
)
FIELD_TYPES: Mapping[str, FieldType] = {each.key: each for each in _ALL}
