"""Opportunities (OPP). Pipeline, stage and outcome are moved by the stage engine alone."""

from decimal import Decimal

from metadata.model import Capability, Label, LinkDef, OnDelete
from metadata.standard.declare import choices, field, kept, record
from metadata.standard.shared_fields import DISCOUNT_RATE, NEXT_CONTACT_AT, REMARK

OPPORTUNITY = record(
    "opportunity",
    "opportunities",
    "商机",
    "Opportunity",
    more=(Capability.TEAM, Capability.PRINTABLE),
    fields=(
        field("name", "text", "商机名称", "Name", required=True, searchable=True),
        field(
            "customer",
            "relation",
            "客户名称",
            "Customer",
            target="customer",
            required=True,
            inverse="opportunities",
            inverse_label=Label("商机", "Opportunities"),
        ),
        field("amount", "amount", "商机金额", "Amount", minimum=Decimal(0)),
        field("expectedCloseOn", "date", "预计成交日期", "Expected close"),
        NEXT_CONTACT_AT,
        REMARK,
        kept("pipeline", "text", "商机状态组", "Pipeline"),
        kept("stage", "text", "商机阶段", "Stage"),
        kept(
            "outcome",
            "choice",
            "商机结果",
            "Outcome",
            choices=choices(
                ("RUNNING", "进行中", "Running"),
                ("WON", "赢单", "Won"),
                ("LOST", "输单", "Lost"),
                ("INVALID", "无效", "Invalid"),
            ),
            fixed_choices=True,
            default="=RUNNING",
        ),
        kept("outcomeReason", "longText", "结果原因", "Outcome reason"),
        DISCOUNT_RATE,
        field(
            "primaryContact",
            "relation",
            "首要联系人",
            "Primary contact",
            target="contact",
            on_delete=OnDelete.SET_NULL,
        ),
    ),
    links=(
        LinkDef(
            name="contacts",
            label=Label("联系人", "Contacts"),
            through="opportunityContact",
            near="opportunity",
            far="contact",
        ),
    ),
    totals=("amount",),
)
