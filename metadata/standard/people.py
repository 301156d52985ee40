"""The organisation: users, departments, roles and what roles allow (ADM-01 to ADM-03)."""

from metadata.model import Capability, FieldDef, Label, LinkDef, OnDelete, RowScope
from metadata.standard.declare import choices, field, kept, organisation, satellite
from metadata.standard.shared_choices import GENDER

USER = organisation(
    "user",
    "users",
    "员工",
    "User",
    row_scope=RowScope.EVERYONE,
    capabilities=frozenset({Capability.LOGGED, Capability.IMPORTABLE}),
    fields=(
        field("name", "text", "姓名", "Name", required=True, searchable=True),
        field("mobile", "mobile", "手机号", "Mobile", unique=True, searchable=True, maskable=True),
        field("email", "email", "邮箱", "E-mail", unique=True, maskable=True),
        field("gender", "choice", "性别", "Gender", choices=GENDER),
        field("position", "text", "岗位", "Position"),
        field(
            "department",
            "department",
            "部门",
            "Department",
            inverse="users",
            inverse_label=Label("员工", "Users"),
        ),
        field(
            "superior",
            "user",
            "直属上级",
            "Superior",
            inverse="subordinates",
            inverse_label=Label("下属", "Subordinates"),
        ),
        kept(
            "status",
            "choice",
            "状态",
            "Status",
            choices=choices(
                ("NEW", "未激活", "New"),
                ("ACTIVE", "启用", "Active"),
                ("DISABLED", "停用", "Disabled"),
            ),
            fixed_choices=True,
            default="=NEW",
        ),
        kept("activatedAt", "dateTime", "激活时间", "Activated"),
    ),
    links=(
        LinkDef(
            name="roles", label=Label("角色", "Roles"), through="userRole", near="user", far="role"
        ),
    ),
)
DEPARTMENT = organisation(
    "department",
    "departments",
    "部门",
    "Department",
    row_scope=RowScope.EVERYONE,
    capabilities=frozenset({Capability.LOGGED}),
    fields=(
        field("name", "text", "部门名称", "Name", required=True, searchable=True),
        field(
            "parent",
            "department",
            "上级部门",
            "Parent department",
            inverse="children",
            inverse_label=Label("下级部门", "Child departments"),
        ),
        field("leader", "user", "部门负责人", "Leader"),
    ),
)
ROLE = organisation(
    "role",
    "roles",
    "角色",
    "Role",
    row_scope=RowScope.EVERYONE,
    capabilities=frozenset({Capability.LOGGED}),
    fields=(
        field("name", "text", "角色名称", "Name", required=True),
        kept("key", "text", "标识", "Key", unique=True),
        field(
            "family",
            "choice",
            "角色类型",
            "Family",
            required=True,
            choices=choices(
                ("SYSTEM", "系统管理", "System"),
                ("OFFICE", "办公", "Office"),
                ("CRM", "客户管理", "CRM"),
            ),
            fixed_choices=True,
            default="=CRM",
        ),
        field(
            "dataScope",
            "choice",
            "数据权限",
            "Data scope",
            required=True,
            choices=choices(
                ("OWN", "本人", "Own"),
                ("SUBORDINATES", "本人及下属", "Own and subordinates'"),
                ("DEPARTMENT", "本部门", "Department"),
                ("SUB_DEPARTMENTS", "本部门及下属部门", "Department and those below"),
                ("ALL", "全部", "All"),
            ),
            fixed_choices=True,
            default="=OWN",
        ),
        kept("isSuper", "boolean", "超级管理员", "Super administrator", default="=false"),
    ),
    links=(
        LinkDef(
            name="users", label=Label("员工", "Users"), through="userRole", near="role", far="user"
        ),
    ),
)


def _role(inverse: str | None, zh: str, en: str) -> FieldDef:
    return field(
        "role",
        "relation",
        "角色",
        "Role",
        target="role",
        required=True,
        on_delete=OnDelete.CASCADE,
        inverse=inverse,
        inverse_label=Label(zh, en),
    )


USER_ROLE = satellite(
    "userRole",
    "userRoles",
    "员工角色",
    "User's role",
    row_scope=RowScope.EVERYONE,
    title="role",
    writable=False,
    unique_together=(("user", "role"),),
    fields=(
        field("user", "user", "员工", "User", required=True, on_delete=OnDelete.CASCADE),
        _role(None, "员工角色", "Users' roles"),
    ),
)
ROLE_PERMISSION = satellite(
    "rolePermission",
    "rolePermissions",
    "角色权限",
    "Role permission",
    row_scope=RowScope.EVERYONE,
    title="object",
    writable=False,
    unique_together=(("role", "object", "action"),),
    fields=(
        _role("permissions", "权限", "Permissions"),
        field("object", "text", "对象", "Object", required=True),
        field("action", "text", "操作", "Action", required=True),
    ),
)
FIELD_ACCESS = satellite(
    "fieldAccess",
    "fieldAccesses",
    "字段授权",
    "Field access",
    row_scope=RowScope.EVERYONE,
    title="field",
    writable=False,
    unique_together=(("role", "object", "field"),),
    fields=(
        _role("fieldAccesses", "字段授权", "Field access"),
        field("object", "text", "对象", "Object", required=True),
        field("field", "text", "字段", "Field", required=True),
        field(
            "access",
            "choice",
            "权限",
            "Access",
            required=True,
            choices=choices(
                ("HIDDEN", "不可见", "Hidden"),
                ("READ", "只读", "Read"),
                ("WRITE", "可编辑", "Write"),
            ),
            fixed_choices=True,
        ),
        field("masked", "boolean", "掩码显示", "Masked", required=True, default="=false"),
    ),
)
