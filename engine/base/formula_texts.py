"""The texts of what can be wrong with a formula or a roll-up, in Chinese and English, by code.

Only data; part of the problems of `message_texts.py`.
"""

from collections.abc import Mapping

FORMULA_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "FORMULA_SYNTAX": (
        "公式第 {position} 个字符处有语法错误：{found}",
        "The formula cannot be read at character {position}: {found}",
    ),
    "FORMULA_SYNTAX.end": (
        "公式不完整：在第 {position} 个字符处就结束了",
        "The formula is not complete: it ends at character {position}",
    ),
    "FORMULA_TOO_LONG": (
        "公式不能超过 {maximum} 个字符",
        "The formula may be {maximum} characters long at most",
    ),
    "FORMULA_TOO_DEEP": (
        "公式第 {position} 个字符处过于复杂",
        "The formula is too complex at character {position}",
    ),
    "FORMULA_TOO_LARGE": (
        "公式连同其引用的随时间变化的公式过大：展开后不能超过 {maximum} 个字符",
        "The formula is too large with the formulas over time that it uses: written out, it may"
        " have {maximum} characters at most",
    ),
    "FORMULA_UNKNOWN_FIELD": (
        "公式第 {position} 个字符处的字段 {name} 不存在",
        "There is no field {name} for the formula at character {position}",
    ),
    "FORMULA_UNKNOWN_FUNCTION": (
        "公式第 {position} 个字符处的函数 {name} 不存在",
        "There is no function {name} at character {position}",
    ),
    "FORMULA_ARGUMENTS": (
        "公式第 {position} 个字符处 {name} 的参数个数不正确",
        "{name} at character {position} has too many or too few arguments",
    ),
    "FORMULA_TYPE": (
        "公式第 {position} 个字符处的值类型不适用 {name}",
        "The value at character {position} has a type that does not fit {name}",
    ),
    "FORMULA_TYPE.wanted": (
        "计算结果是{given}，而字段需要{wanted}",
        "The result is {given}, but the field needs {wanted}",
    ),
    "FORMULA_RESULT": (
        "计算字段的类型不能是 {name}",
        "A computed field cannot be of the type {name}",
    ),
    "FORMULA_CYCLE": (
        "计算字段循环引用：{name}",
        "Computed fields refer to one another in a circle: {name}",
    ),
    "FORMULA_TIMED": (
        "随时间变化的公式不能唯一，也不能汇总",
        "A formula that moves with time can be neither unique nor rolled up",
    ),
    "FORMULA_MOVES": (
        "{name} 已有存储的值，不能改为随时间变化",
        "{name} has stored values and cannot begin to move with time",
    ),
    "COMPUTED_ATTRIBUTE": (
        "计算字段不能必填、可搜索，也不能带默认值或编号规则",
        "A computed field can be neither required nor searchable, nor have a default or a rule"
        " for numbers",
    ),
    "ROLL_UP_RELATION": (
        "不能按关联 {name} 汇总",
        "Nothing can be rolled up over the relation {name}",
    ),
    "ROLL_UP_FILTER": ("汇总条件不正确", "The filter of the roll-up is not valid"),
}
