"""The texts of errors in Chinese and English, by code, or by code and reason. Only data: choosing
and filling a text is `messages.py`. Retired entries stay.
"""

from collections.abc import Mapping

from engine.base.formula_texts import FORMULA_PROBLEMS
from engine.base.limit_texts import LIMIT_ERRORS
from engine.base.metadata_texts import METADATA_PROBLEMS

Texts = Mapping[str, tuple[str, str]]

ERRORS: Texts = {
    "INTERNAL": ("服务器内部错误", "Internal error"),
    "UNAUTHENTICATED": ("请先登录", "Please sign in"),
    "UNAUTHENTICATED.bad_credentials": (
        "账号或密码错误",
        "The account or the password is wrong",
    ),
    "FORBIDDEN": ("没有权限执行此操作", "You are not allowed to do this"),
    "FORBIDDEN.object": ("没有查看{object}的权限", "You are not allowed to read {object}"),
    "FORBIDDEN.action": (
        "没有对{object}执行“{action}”的权限",
        "You are not allowed to {action} {object}",
    ),
    "FORBIDDEN.configuration": (
        "没有管理系统配置的权限，需要“编辑角色”的权限",
        "You are not allowed to manage the configuration: that takes the right to update roles",
    ),
    "FORBIDDEN.record": (
        "没有操作该{object}的权限",
        "You are not allowed to do this with the {object}",
    ),
    "FORBIDDEN.not_writable": ("{object}不能直接修改", "{object} cannot be written directly"),
    "FORBIDDEN.super_admin": (
        "只有超级管理员可以执行此操作",
        "Only a super administrator may do this",
    ),
    "FORBIDDEN.super_only": (
        "只有超级管理员可以执行此操作",
        "Only a super administrator may do this",
    ),
    "FORBIDDEN.user_disabled": ("该员工已停用", "The user is disabled"),
    "FORBIDDEN.grant": (
        "不能授予超出自身权限的角色",
        "You cannot grant more than you are allowed yourself",
    ),
    "FORBIDDEN.origin": ("拒绝跨站请求", "A request from another site is refused"),
    "FORBIDDEN.method": ("不支持的请求方法", "This method is not allowed here"),
    "FORBIDDEN.accept": (
        "不支持所要求的响应类型",
        "No media type that was asked for can be given",
    ),
    "FORBIDDEN.introspection": ("接口结构查询已关闭", "Introspection is switched off"),
    "FORBIDDEN.document": ("该查询未登记", "This document is not registered here"),
    "FORBIDDEN.disconnected": ("客户端已断开连接", "The client went away"),
    "FIELD_FORBIDDEN": (
        "没有查看字段 {object}.{field} 的权限",
        "You are not allowed to read the field {object}.{field}",
    ),
    "NOT_FOUND": ("记录不存在或无权查看", "There is no such record, or it is not yours to see"),
    "NOT_FOUND.company": ("企业不存在", "There is no such company"),
    "NOT_FOUND.one_time_token": (
        "链接无效或已过期",
        "The link is not valid, or no longer",
    ),
    "INVALID_INPUT": ("输入有 {count} 处问题", "The input has {count} problems"),
    "CONFLICT": ("与当前状态冲突", "This conflicts with the present state"),
    "CONFLICT.version": (
        "记录已被他人修改，请刷新后重试",
        "The record was changed meanwhile; read it again",
    ),
    "CONFLICT.busy": (
        "记录正被他人修改，请稍后重试",
        "The record is being changed by someone else; try again",
    ),
    "CONFLICT.busy_metadata": (
        "数据表正被占用，请稍后重试",
        "The tables are in use; try again",
    ),
    "CONFLICT.idempotency_mismatch": (
        "同一幂等键不能用于不同的请求",
        "The idempotency key was used with another request",
    ),
    "ALREADY_CLAIMED": ("已被他人领取", "Someone else was faster"),
    "RULE_VIOLATED": ("违反业务规则", "A rule of the system does not allow this"),
    "RULE_VIOLATED.batch": (
        "{count} 条记录未能处理，全部未执行",
        "{count} records failed, so nothing was done",
    ),
    "RULE_VIOLATED.cycle": (
        "{field}不能形成循环",
        "{field} must not lead back to the record itself",
    ),
    "RULE_VIOLATED.no_trash": ("{object}没有回收站", "{object} has no trash"),
    "RULE_VIOLATED.parent_in_trash": (
        "{field}仍在回收站中，请先恢复",
        "{field} is in the trash; restore it first",
    ),
    "RULE_VIOLATED.member_is_owner": (
        "负责人不能添加为团队成员",
        "The owner cannot be a team member",
    ),
    "RULE_VIOLATED.owner_stays": (
        "不能将负责人移出团队",
        "The owner cannot be removed from the team",
    ),
    "RULE_VIOLATED.founder_stays": ("不能停用创始人", "The founder cannot be disabled"),
    "RULE_VIOLATED.last_super_admin": (
        "至少保留一名启用的超级管理员",
        "One active super administrator must stay",
    ),
    "RULE_VIOLATED.not_oneself": (
        "不能对自己执行此操作",
        "You cannot do this to yourself",
    ),
    "RULE_VIOLATED.users_stay": (
        "员工不能删除，只能停用",
        "Users are never deleted; disable them",
    ),
    "RULE_VIOLATED.root_department": (
        "根部门不能删除或移动",
        "The root department can be neither deleted nor moved",
    ),
    "RULE_VIOLATED.super_role": (
        "超级管理员角色不可更改",
        "The super administrator's role cannot be changed",
    ),
    "RULE_VIOLATED.role_in_use": (
        "有员工只有此角色，不能删除",
        "Some users have no other role, so it cannot be deleted",
    ),
    "RULE_VIOLATED.scene_stays": (
        "至少保留一个显示的场景",
        "At least one scene must stay visible",
    ),
    "STILL_REFERENCED": (
        "存在关联的{labels}，不能删除",
        "It cannot be deleted: {labels} still refer to it",
    ),
    "RATE_LIMITED": ("请求过于频繁，请稍后再试", "Too many requests; try again later"),
    "RATE_LIMITED.sign_in": (
        "登录尝试过多，请稍后再试",
        "Too many attempts to sign in; try again later",
    ),
    "TIMEOUT": ("请求超时", "The request took too long"),
    "SCHEMA_CHANGED": ("系统配置刚刚更新，请重试", "The configuration has just changed; try again"),
    "STILL_COMPUTING": METADATA_PROBLEMS["STILL_COMPUTING"],
    "SCHEMA_CHANGED.done": (
        "操作已完成，但系统配置刚刚更新，无法返回结果；请重新查询，不要重复提交",
        "It is done, but the configuration has just changed, so that the result cannot be told; "
        "query it, do not send the change again",
    ),
    "UNAVAILABLE": ("服务暂时不可用，请重试", "The service is not available now; try again"),
    "GRAPHQL_PARSE_FAILED": ("无法解析请求", "The request cannot be parsed"),
    "GRAPHQL_PARSE_FAILED.json": ("请求体不是有效的 JSON", "The body is no valid JSON"),
    "GRAPHQL_PARSE_FAILED.contentType": (
        "请求的内容类型不受支持",
        "The content type of the request is not supported",
    ),
    "GRAPHQL_VALIDATION_FAILED": ("查询与接口结构不符", "The document does not fit the schema"),
    "GRAPHQL_VALIDATION_FAILED.operationName": (
        "没有指定名称的操作",
        "There is no operation of this name",
    ),
    **LIMIT_ERRORS,
}

PROBLEMS: Texts = {
    "REQUIRED": ("{field}为必填项", "{field} is required"),
    "NOT_UNIQUE": ("{field}已存在", "{field} exists already"),
    "NOT_UNIQUE_FIELD": ("{field}不是唯一字段", "{field} is no unique field"),
    "BAD_FORMAT": ("{field}格式不正确", "{field} has a wrong format"),
    "OUT_OF_RANGE": ("{field}超出允许范围", "{field} is out of range"),
    "OUT_OF_RANGE.between": (
        "{field}须在 {minimum} 与 {maximum} 之间",
        "{field} must be between {minimum} and {maximum}",
    ),
    "OUT_OF_RANGE.minimum": ("{field}不能小于 {minimum}", "{field} must be at least {minimum}"),
    "OUT_OF_RANGE.maximum": ("{field}不能大于 {maximum}", "{field} must be at most {maximum}"),
    "TOO_PRECISE": (
        "{field}最多 {scale} 位小数",
        "{field} takes at most {scale} decimals",
    ),
    "TOO_LONG": ("{field}过长", "{field} is too long"),
    "TOO_LONG.maximum": (
        "{field}长度不能超过 {maximum}",
        "{field} must not be longer than {maximum}",
    ),
    "TOO_SHORT": ("{field}过短", "{field} is too short"),
    "TOO_SHORT.minimum": (
        "{field}长度不能少于 {minimum}",
        "{field} must be at least {minimum} long",
    ),
    "TOO_COMMON": ("{field}过于常见", "{field} is too common"),
    "WRONG_PASSWORD": ("原密码不正确", "The old password is wrong"),
    "UNKNOWN_OPTION": ("{field}的选项不存在", "{field} has no such option"),
    "BAD_ID": ("{field}的编号无效", "{field} is not a valid id"),
    "SYSTEM_SCENE": (
        "系统场景不能修改、共享或删除，只能排序或隐藏",
        "A scene of the system cannot be changed, shared or deleted; it can be ordered and hidden",
    ),
    "HIDDEN_SCENE": (
        "该场景已隐藏，请先显示再设为默认",
        "The scene is hidden; show it before a list begins with it",
    ),
    "BAD_REFERENCE": (
        "{field}指向的记录不存在或无权查看",
        "{field} refers to a record that is not there, or not yours to see",
    ),
    "BAD_CURSOR": ("分页游标无效", "The cursor is not valid here"),
    "FIELD_GONE": ("字段{field}已不存在", "There is no field {field} any more"),
    "FIELD_FORBIDDEN": (
        "没有查看字段{field}的权限",
        "You are not allowed to read the field {field}",
    ),
    "TOO_COMPLEX": ("条件过于复杂", "The condition is too complex"),
    "READ_ONLY": ("{field}不可修改", "{field} cannot be changed"),
    **METADATA_PROBLEMS,
    **FORMULA_PROBLEMS,
}

ACTIONS: Texts = {
    "create": ("新建", "create"),
    "read": ("查看", "read"),
    "update": ("编辑", "update"),
    "delete": ("删除", "delete"),
    "transfer": ("转移", "transfer"),
    "import": ("导入", "import"),
    "export": ("导出", "export"),
}
SOME_FIELD = ("该值", "The value")
ROW = ("第 {row} 行", "Row {row}: ")
LIST_SEPARATOR = ("、", ", ")
