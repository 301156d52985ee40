"""Customers (CUS), with their place in pools and their primary contact."""

from metadata.model import Capability, Label, OnDelete
from metadata.standard.declare import choices, field, kept, record
from metadata.standard.shared_fields import (
    EMAIL,
    INDUSTRY_FIELD,
    LEVEL_FIELD,
    MOBILE,
    NEXT_CONTACT_AT,
    REMARK,
    SOURCE_FIELD,
    TELEPHONE,
)

CUSTOMER = record(
    "customer",
    "customers",
    "客户",
    "Customer",
    more=(Capability.TEAM, Capability.POOLED),
    fields=(
        field("name", "text", "客户名称", "Name", required=True, unique=True, searchable=True),
        SOURCE_FIELD,
        MOBILE,
        TELEPHONE,
        field("website", "website", "网址", "Website"),
        EMAIL,
        INDUSTRY_FIELD,
        LEVEL_FIELD,
        NEXT_CONTACT_AT,
        REMARK,
        field("region", "region", "地区和详细地址", "Region", maskable=True),
        field("location", "location", "定位", "Location"),
        field(
            "dealStatus",
            "choice",
            "成交状态",
            "Deal status",
            choices=choices(("NOT_DEALT", "未成交", "Not dealt"), ("DEALT", "已成交", "Dealt")),
            fixed_choices=True,
            default="=NOT_DEALT",
        ),
        kept("dealtAt", "dateTime", "成交时间", "Dealt"),
        kept("locked", "boolean", "锁定", "Locked", default="=false"),
        field(
            "primaryContact",
            "relation",
            "首要联系人",
            "Primary contact",
            target="contact",
            on_delete=OnDelete.SET_NULL,
        ),
        field(
            "parent",
            "relation",
            "上级客户",
            "Parent customer",
            target="customer",
            on_delete=OnDelete.SET_NULL,
            inverse="children",
            inverse_label=Label("下级客户", "Child customers"),
        ),
        kept("receivedAt", "dateTime", "领取时间", "Received"),
    ),
)
