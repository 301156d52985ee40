"""Leads (LED): whoever might become a customer."""

from metadata.model import Capability, Label, OnDelete
from metadata.standard.declare import field, kept, record
from metadata.standard.shared_fields import (
    ADDRESS,
    EMAIL,
    INDUSTRY_FIELD,
    LEVEL_FIELD,
    MOBILE,
    NEXT_CONTACT_AT,
    REMARK,
    SOURCE_FIELD,
    TELEPHONE,
)

LEAD = record(
    "lead",
    "leads",
    "线索",
    "Lead",
    more=(Capability.TEAM, Capability.POOLED),
    fields=(
        field("name", "text", "线索名称", "Name", required=True, searchable=True),
        SOURCE_FIELD,
        MOBILE,
        TELEPHONE,
        EMAIL,
        ADDRESS,
        INDUSTRY_FIELD,
        LEVEL_FIELD,
        NEXT_CONTACT_AT,
        REMARK,
        kept("convertedAt", "dateTime", "转化时间", "Converted"),
        kept(
            "customer",
            "relation",
            "转化客户",
            "Customer",
            target="customer",
            on_delete=OnDelete.SET_NULL,
            inverse="leads",
            inverse_label=Label("来源线索", "Leads"),
        ),
    ),
)
