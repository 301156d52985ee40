"""The texts of errors about the size of a request, in Chinese and English, by code and limit.

Only data; part of the errors of `message_texts.py`.
"""

from collections.abc import Mapping

LIMIT_ERRORS: Mapping[str, tuple[str, str]] = {
    "TOO_COMPLEX": ("请求过于复杂", "The request is too complex"),
    "TOO_COMPLEX.nodes": (
        "请求可能返回 {estimate} 条记录，最多 {limit} 条",
        "The request could return {estimate} records, more than {limit}",
    ),
    "TOO_COMPLEX.rows": (
        "请求可能读取 {estimate} 行，最多 {limit} 行",
        "The request could read {estimate} rows, more than {limit}",
    ),
    "TOO_COMPLEX.description": (
        "请求的元数据过多，最多 {limit} 个值",
        "A description holds at most {limit} values",
    ),
    "TOO_COMPLEX.document": (
        "查询文本最长 {limit} 个字符",
        "A document is at most {limit} characters long",
    ),
    "TOO_COMPLEX.fields": (
        "展开片段后，查询最多 {limit} 个字段",
        "A query selects at most {limit} fields, its fragments spread",
    ),
    "TOO_COMPLEX.list": (
        "列表最多 {limit} 项",
        "A list holds at most {limit} values",
    ),
    "TOO_COMPLEX.values": (
        "请求最多包含 {limit} 个值",
        "A request holds at most {limit} values",
    ),
    "TOO_COMPLEX.inputObjects": (
        "请求最多包含 {limit} 个输入对象",
        "A request holds at most {limit} input objects",
    ),
    "TOO_COMPLEX.json": ("请求体过于复杂", "The body of the request is too complex"),
    "TOO_COMPLEX.jsonDepth": (
        "JSON 最多嵌套 {limit} 层",
        "JSON nests at most {limit} levels deep",
    ),
    "TOO_COMPLEX.keyLength": (
        "响应键最长 {limit} 字节",
        "A response key is at most {limit} bytes long",
    ),
    "TOO_COMPLEX.filterDepth": (
        "筛选条件最多嵌套 {limit} 层",
        "Conditions nest at most {limit} levels deep",
    ),
    "TOO_COMPLEX.tokens": (
        "查询最多 {limit} 个词法单元",
        "A document has at most {limit} tokens",
    ),
    "TOO_COMPLEX.merges": (
        "查询中重复的字段过多，最多比较 {limit} 次",
        "A query repeats fields for at most {limit} comparisons",
    ),
    "TOO_COMPLEX.mutations": (
        "一次请求最多执行 {limit} 个变更",
        "A request holds at most {limit} mutations",
    ),
    "TOO_COMPLEX.depth": (
        "查询最多嵌套 {limit} 层",
        "A query nests at most {limit} levels deep",
    ),
    "TOO_COMPLEX.aliases": ("查询最多 {limit} 个别名", "A query has at most {limit} aliases"),
    "TOO_COMPLEX.directives": (
        "查询最多 {limit} 个指令",
        "A query has at most {limit} directives",
    ),
    "TOO_LARGE": ("请求内容过大", "The request is too large"),
    "TOO_LARGE.body": (
        "请求体最大 {limit} 字节",
        "The body of a request is at most {limit} bytes",
    ),
    "TOO_LARGE.batch": (
        "一次最多处理 {limit} 条记录",
        "At most {limit} records at once",
    ),
    "TOO_LARGE.scenes": (
        "每个模块最多保存 {limit} 个场景",
        "At most {limit} scenes of one's own per object",
    ),
}
