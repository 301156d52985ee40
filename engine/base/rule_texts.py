"""How many records break a rule that a change makes stricter, in Chinese and English, by code."""

from collections.abc import Mapping

BROKEN_RULES: Mapping[str, tuple[str, str]] = {
    "BLANK": ("{count} 条记录为空", "{count} records are blank"),
    "TOO_LONG": (
        "{count} 条记录超过长度 {maximum}",
        "{count} records are longer than {maximum}",
    ),
    "TOO_SMALL": ("{count} 条记录小于 {minimum}", "{count} records are below {minimum}"),
    "TOO_LARGE": ("{count} 条记录大于 {maximum}", "{count} records are above {maximum}"),
    "WITH_VALUES": ("{count} 条记录有值", "{count} records have values"),
    "NOT_COUNTED": ("记录较多，未统计", "not counted: there are many records"),
}
