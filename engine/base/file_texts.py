"""What can be wrong with a configuration written down as a file, in Chinese and English.

Only data, as `message_texts.py`.
"""

from engine.base.message_texts import Texts

FILE_PROBLEMS: Texts = {
    "NOT_YAML": ("第 {line} 行不是可读取的 YAML：{reason}", "Line {line} is no YAML: {reason}"),
    "FILE_TOO_LARGE": (
        "文件过大，最多 {reason} 个字符",
        "The file is too large: at most {reason} characters",
    ),
    "TOO_DEEP": ("第 {line} 行嵌套过深", "Line {line} is nested too deep"),
    "NOT_A_MAPPING": ("第 {line} 行应为“键: 值”", "Line {line} needs keys with values"),
    "NOT_A_LIST": ("第 {line} 行应为列表", "Line {line} needs a list"),
    "WRONG_COUNT": (
        "第 {line} 行应为 {count} 个值的列表",
        "Line {line} needs a list of {count} values",
    ),
    "NOT_A_VALUE": ("第 {line} 行应为单个值", "Line {line} needs a single value"),
    "NOT_INT": ("第 {line} 行应为整数：{value}", "Line {line} needs a whole number: {value}"),
    "NOT_DECIMAL": ("第 {line} 行应为数字：{value}", "Line {line} needs a number: {value}"),
    "NOT_BOOL": (
        "第 {line} 行应为 true 或 false：{value}",
        "Line {line} needs true or false: {value}",
    ),
    "UNKNOWN_VALUE": ("{value}无效，可用：{known}", "{value} is none of: {known}"),
    "MISSING_KEY": ("第 {line} 行缺少 {key}", "Line {line} lacks {key}"),
    "UNKNOWN_KEY": ("第 {line} 行的 {key} 不存在", "Line {line} has an unknown key: {key}"),
    "KEY_TWICE": ("第 {line} 行的 {key} 重复", "Line {line} has a key again: {key}"),
    "UNKNOWN_SHAPE": (
        "第 {line} 行：文件格式须为 shape: {known}",
        "Line {line}: the file needs shape: {known}",
    ),
    "NOT_SHIPPED": (
        "{value}不属于此版本；企业自建的请标明 custom: true",
        "{value} does not ship with this release; mark what is your own with custom: true",
    ),
    "VALUES_LOST": (
        "{value}有 {count} 行数据会丢失",
        "{value} has values in {count} rows, which would be lost",
    ),
    "UNKNOWN_VERSION": (
        "版本 {value} 不存在或没有历史记录",
        "There is no version {value}, or it was not kept",
    ),
    "SUPER_ONLY": (
        "只有超级管理员可以通过文件修改角色",
        "Only a super administrator may change roles by a file",
    ),
    "TOO_MANY_SCENES": (
        "一名员工在一个对象上最多 {limit} 个场景",
        "One user has at most {limit} scenes of an object",
    ),
    "OBJECT_FORBIDDEN": (
        "没有查看{value}的权限",
        "You are not allowed to read {value}",
    ),
    "NO_SCHEMA": (
        "接口无法生成：{reason}",
        "The API cannot be built: {reason}",
    ),
    "ROLE_IN_USE": (
        "角色“{value}”有 {count} 名员工，不能删除",
        "The role {value} cannot be deleted: {count} users have it",
    ),
}
