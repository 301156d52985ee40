"""What is wrong with a change of metadata, in Chinese and English, by the code of the problem."""

from collections.abc import Mapping

METADATA_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "UNKNOWN_OBJECT": ("对象不存在：{value}", "There is no object {value}"),
    "UNKNOWN_FIELD": ("字段不存在：{value}", "There is no field {value}"),
    "UNKNOWN_TYPE": (
        "字段类型不存在：{value}；可用：{known}",
        "There is no field type {value}; there are: {known}",
    ),
    "BAD_FORMAT.written": (
        "{field}的写法：{written}",
        "{field} is written as one of: {written}",
    ),
    "BAD_NAME": (
        "{value}不是有效的接口名：以小写字母开头，只含字母和数字，最多 40 个",
        "{value} is no API name: a lower-case letter, then letters and digits, at most 40 in all",
    ),
    "BAD_NAME.reserved": ("{value}是保留字，不能用作名称", "{value} is a reserved word"),
    "NAME_TAKEN": ("名称 {value} 已被使用", "The name {value} is taken"),
    "NAME_TAKEN.gone": (
        "名称 {value} 属于已删除的对象，操作记录仍引用它，不能再用",
        "The name {value} stays with a deleted object: the operation log still speaks of it",
    ),
    "LABEL_TAKEN": (
        "名称“{value}”已被字段 {name} 使用",
        "The label {value} is that of the field {name} already",
    ),
    "NOT_FOR_TYPE": ("类型“{type}”不支持此设置", "The type {type} does not have this"),
    "REQUIRED_HIDDEN": (
        "隐藏或只读的字段不能设为必填",
        "A hidden or read-only field cannot be required",
    ),
    "NOT_CHANGEABLE": ("{field}的此项设置不可修改", "This cannot be changed of {field}"),
    "NOT_DELETED": (
        "{value}没有被删除，只有已删除的才能恢复或彻底删除",
        "{value} is not deleted; only what was deleted can be restored or purged",
    ),
    "NAMED_TWICE": ("{value} 出现了两次", "{value} is named twice"),
    "NOT_DELETABLE": ("{field}不能删除", "{field} cannot be deleted"),
    "NOT_COPYABLE": ("{field}不能复制", "{field} cannot be copied"),
    "NOT_EXTENSIBLE": ("{object}不能添加字段", "No field can be added to {object}"),
    "TOO_MANY_FIELDS": ("字段最多 {limit} 个", "An object has at most {limit} fields"),
    "TOO_MANY_OBJECTS": (
        "自定义对象最多 {limit} 个",
        "A company has at most {limit} custom objects",
    ),
    "OPTION_GONE": (
        "选项 {value} 不能移除，请停用",
        "The option {value} cannot be removed; retire it",
    ),
    "TYPE_LOSES_VALUES": (
        "从“{old}”改为“{new}”会丢失数据",
        "Values would be lost from {old} to {new}",
    ),
    "TYPE_LOSES_ROWS": (
        "从“{old}”改为“{new}”会丢失这些记录的数据：{ids}",
        "Values would be lost from {old} to {new} in: {ids}",
    ),
    "TYPE_NOT_OFFERED": (
        "不支持从“{old}”改为“{new}”，请另建字段",
        "A change from {old} to {new} is not offered; add another field instead",
    ),
    "TYPE_TABLE_TOO_LARGE": (
        "数据量较大，不能从“{old}”改为“{new}”，请另建字段",
        "So many records cannot be changed from {old} to {new}; add another field instead",
    ),
    "NOT_UNIQUE_ROWS": (
        "{field}存在重复值：{ids}",
        "{field} has values that are not unique: {ids}",
    ),
    "STILL_COMPUTING": (
        "字段 {object}.{field} 的值还在计算中，请稍后再试",
        "The values of {object}.{field} are still being computed; try again later",
    ),
    "REQUIRED_ROWS": ("{field}存在空值：{ids}", "{field} is blank in: {ids}"),
    "FIELD_NOT_ALLOWED": ("{field}不能用于此处", "{field} cannot be used here"),
    "NOT_A_CHOICE": ("{field}不是选项字段", "{field} is no field of options"),
    "OPTION_CYCLE": (
        "{field}的显示条件构成循环",
        "{field} would decide whether it is shown itself",
    ),
    "NUMBER_COUNTER": (
        "{field}的编号规则须有且只有一个计数器",
        "The rule of {field} needs one counter, and only one",
    ),
    "NUMBER_RESET": (
        "{field}按周期重新计数时须含有同样或更细的日期",
        "The rule of {field} needs a date as fine as its reset",
    ),
    "NUMBER_NOT_UNIQUE": (
        "{field}为自动编号，须唯一",
        "{field} is an auto number and must be unique",
    ),
}
