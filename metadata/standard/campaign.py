"""Campaigns (CMP-01): plan, period, budget against cost, expected against actual income."""

from decimal import Decimal

from metadata.model import Label, OnDelete
from metadata.standard.declare import choices, field, record

_TYPES = choices(
    ("EXHIBITION", "展览会", "Exhibition"),
    ("CONFERENCE", "会议", "Conference"),
    ("ADVERTISING", "广告", "Advertising"),
    ("EMAIL", "邮件", "E-mail"),
    ("ONLINE", "线上活动", "Online"),
    ("OTHER", "其他", "Other"),
)
_STATUSES = choices(
    ("PLANNED", "计划中", "Planned"),
    ("RUNNING", "进行中", "Running"),
    ("ENDED", "已结束", "Ended"),
    ("STOPPED", "已停用", "Stopped"),
)
_ZERO = Decimal(0)

CAMPAIGN = record(
    "campaign",
    "campaigns",
    "市场活动",
    "Campaign",
    fields=(
        field("name", "text", "活动名称", "Name", required=True, searchable=True),
        field("type", "choice", "活动类型", "Type", choices=_TYPES),
        field("status", "choice", "活动状态", "Status", choices=_STATUSES, default="=PLANNED"),
        field("startsOn", "date", "开始时间", "Starts"),
        field("endsOn", "date", "截止时间", "Ends"),
        field("budget", "amount", "活动预算", "Budget", minimum=_ZERO, maskable=True),
        field("cost", "amount", "实际成本", "Cost", minimum=_ZERO, maskable=True),
        field("expectedIncome", "amount", "预计收入", "Expected income", maskable=True),
        field("actualIncome", "amount", "实际收入", "Actual income", maskable=True),
        field("description", "longText", "活动简介", "Description"),
        field(
            "parent",
            "relation",
            "上级活动",
            "Parent campaign",
            target="campaign",
            on_delete=OnDelete.SET_NULL,
            inverse="children",
            inverse_label=Label("下级活动", "Child campaigns"),
        ),
    ),
)
