"""The accounts of the demo company, as documented; nothing here exists in a real company."""

from dataclasses import dataclass

PASSWORD = "qiansi-demo"  # noqa: S105 - public on purpose: only the demo company has it


@dataclass(frozen=True, slots=True)
class Account:
    """One documented sign-in: `department` and `role` are keys of the demo and of the roles."""

    mobile: str
    name: str
    department: str
    role: str
    position: str
    email: str


ACCOUNTS = (
    Account("13800000001", "林致远", "headquarters", "superAdmin", "总经理", "lin.zhiyuan"),
    Account("13800000002", "王海峰", "salesEast", "salesManager", "华东区销售经理", "wang.haifeng"),
    Account("13800000003", "李晓丽", "salesEast", "salesperson", "客户经理", "li.xiaoli"),
    Account("13800000004", "张伟", "salesEast", "salesperson", "客户经理", "zhang.wei"),
    Account("13800000005", "陈静", "salesSouth", "salesperson", "客户经理", "chen.jing"),
    Account("13800000006", "赵敏", "finance", "finance", "财务主管", "zhao.min"),
)
