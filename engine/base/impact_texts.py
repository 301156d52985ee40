"""What would become of whoever uses what is changed, in Chinese and English, by code.

Only data; filled in by `messages.py`. The codes are those of `metadata.references.Impact`.
"""

from collections.abc import Mapping

IMPACT_DETAILS: Mapping[str, tuple[str, str]] = {
    "": ("", ""),
    "ADDED": ("新增", "added"),
    "CHANGED": ("有变更", "changed"),
    "DELETED": ("删除", "deleted"),
    "GIVEN_UP": ("{count} 行将永久丢失", "{count} rows are given up for good"),
    "ROWS_WITH_VALUES": ("{count} 行有值", "{count} rows have values"),
    "COMPUTED_FROM": ("由它计算得出", "is computed from it"),
    "DELETED_WITH_TARGET": ("随所指向的对象一并删除", "is deleted with its target"),
    "ROWS_UNREADABLE": (
        "这些记录下的数据不再可读",
        "its rows of these records can no longer be read",
    ),
    "THROUGH": ("经由 {through}", "through {through}"),
    "NAMES_RECORDS": ("是该对象记录的名称", "names the records of the object"),
    "BELOW_LISTS": ("显示在列表合计中", "is shown below lists"),
    "SEARCH_COVERS": ("搜索框会搜索它", "the search box covers it"),
    "UNIQUE_TOGETHER": ("组合须唯一", "are unique together"),
    "OPTIONS_SHOW": ("其选项决定它是否显示", "options of it show the field"),
    "NUMBER_HOLDS": ("编号中含有它的值", "numbers hold its value"),
    "OTHER_SIDE": ("是该字段的另一端", "is the other side of the field"),
    "HAS_ACTIONS": ("对它有操作权限", "has actions on it"),
    "HAS_ACCESS": ("对它有单独的字段授权", "has an access of its own to it"),
    "LAST_SENT": ("最近一次请求于 {on}", "last sent {on}"),
    "REGISTERED": ("已登记的查询 {hash}", "registered as {hash}"),
    "CONDITION_LEFT_OUT": (
        "该条件将被忽略，并告知使用者",
        "the condition is left out, and its users are told",
    ),
    "SHOWN_BY": ("由该字段的选项决定是否显示", "is shown by options of it"),
    # what holds only when the work beside the traffic is done
    "COMPUTED_LATER": (
        "计算完成前为空，且不可用于筛选、排序和统计",
        "is blank and cannot be used until it is computed",
    ),
    "UNIQUE_LATER": (
        "索引建成之前仍可能出现重复值",
        "may have equal values until its index is built",
    ),
    # records that break what became stricter
    "BLANK": ("{count} 条记录为空", "{count} records are blank"),
    "TOO_LONG": ("{count} 条记录超过长度 {maximum}", "{count} records are longer than {maximum}"),
    "TOO_SMALL": ("{count} 条记录小于 {minimum}", "{count} records are below {minimum}"),
    "TOO_LARGE": ("{count} 条记录大于 {maximum}", "{count} records are above {maximum}"),
    "WITH_VALUES": ("{count} 条记录有值", "{count} records have values"),
    "NOT_COUNTED": ("记录较多，未统计", "not counted: there are many records"),
    "COLUMN_LEFT_OUT": ("将从列表中去掉", "it is left out of the list"),
}

# by the kind: what is counted because it is nobody else's business by name
IMPACT_NAMES: Mapping[str, tuple[str, str]] = {
    "scene": ("{count} 个员工自己的场景", "{count} scenes of users"),
    "columns": ("{count} 名员工", "{count} users"),
    "pinned filters": ("{count} 名员工", "{count} users"),
}
