"""The factory roles of the manual (peer fact 3.2): what a new company begins with.

Actions on satellites follow from those on their parents and are not listed.
"""

from collections.abc import Mapping

from metadata.model import Label, RoleDef

_RECORDS = (
    "lead",
    "customer",
    "contact",
    "opportunity",
    "contract",
    "payment",
    "paymentPlan",
    "invoice",
    "visit",
)
_EDIT = ("create", "read", "update", "delete")
_ALL = (*_EDIT, "transfer", "import", "export")
_SELL = (*_EDIT, "transfer", "export")
_CATALOGUE = {"product": ("read",), "campaign": ("read",), "productCategory": ("read",)}
_FULL_CATALOGUE = {"product": _ALL, "campaign": _ALL, "productCategory": _EDIT}


def _on(actions: tuple[str, ...], *names: str) -> Mapping[str, tuple[str, ...]]:
    return dict.fromkeys(names, actions)


ROLES = (
    RoleDef(
        key="superAdmin",
        label=Label("超级管理员", "Super administrator"),
        family="SYSTEM",
        data_scope="all",
        is_super=True,
    ),
    RoleDef(
        key="systemAdmin",
        label=Label("系统设置管理员", "System settings administrator"),
        family="SYSTEM",
        data_scope="all",
        actions={**_on(_EDIT, "productCategory"), **_on(("read",), "role")},
    ),
    RoleDef(
        key="departmentUserAdmin",
        label=Label("部门与员工管理员", "Department and user administrator"),
        family="SYSTEM",
        data_scope="all",
        actions={
            "user": ("create", "read", "update", "import", "export"),
            "department": _EDIT,
            "role": _EDIT,
        },
    ),
    RoleDef(
        key="approvalAdmin",
        label=Label("审批流管理员", "Approval flow administrator"),
        family="SYSTEM",
        data_scope="all",
        actions=_on(("read",), "role"),
    ),
    RoleDef(
        key="officeAdmin",
        label=Label("办公管理员", "Office administrator"),
        family="OFFICE",
        data_scope="all",
    ),
    RoleDef(
        key="announcementAdmin",
        label=Label("公告管理员", "Announcement administrator"),
        family="OFFICE",
        data_scope="all",
    ),
    RoleDef(
        key="customerAdmin",
        label=Label("客户管理员", "Customer administrator"),
        family="CRM",
        data_scope="all",
        actions={**_on(_ALL, *_RECORDS), **_FULL_CATALOGUE},
    ),
    RoleDef(
        key="default",
        label=Label("默认角色", "Default role"),
        family="OFFICE",
        data_scope="own",
    ),
    RoleDef(
        key="salesManager",
        label=Label("销售经理", "Sales manager"),
        family="CRM",
        data_scope="subDepartments",
        actions={**_on(_ALL, *_RECORDS), **_FULL_CATALOGUE},
    ),
    RoleDef(
        key="salesperson",
        label=Label("销售员", "Salesperson"),
        family="CRM",
        data_scope="own",
        actions={**_on(_SELL, *_RECORDS), **_CATALOGUE},
    ),
    RoleDef(
        key="finance",
        label=Label("财务", "Finance"),
        family="CRM",
        data_scope="all",
        actions={
            **_on(("read", "export"), "customer", "contract", "paymentPlan"),
            **_on(("read", "update", "export"), "payment", "invoice"),
            **_on(("read",), "product", "productCategory"),
        },
    ),
)
