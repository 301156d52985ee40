"""Contacts (CON): the people at a customer."""

from metadata.model import Capability, Label, LinkDef, OnDelete
from metadata.standard.declare import field, record
from metadata.standard.shared_choices import GENDER
from metadata.standard.shared_fields import (
    ADDRESS,
    EMAIL,
    MOBILE,
    NEXT_CONTACT_AT,
    REMARK,
    TELEPHONE,
)

CONTACT = record(
    "contact",
    "contacts",
    "联系人",
    "Contact",
    more=(Capability.TEAM,),
    fields=(
        field("name", "text", "姓名", "Name", required=True, searchable=True),
        field(
            "customer",
            "relation",
            "客户名称",
            "Customer",
            target="customer",
            required=True,
            inverse="contacts",
            inverse_label=Label("联系人", "Contacts"),
        ),
        MOBILE,
        TELEPHONE,
        EMAIL,
        field("position", "text", "职务", "Position"),
        field("decisionMaker", "boolean", "关键决策人", "Decision maker"),
        field("gender", "choice", "性别", "Gender", choices=GENDER),
        ADDRESS,
        NEXT_CONTACT_AT,
        REMARK,
        field(
            "reportsTo",
            "relation",
            "直属上级",
            "Reports to",
            target="contact",
            on_delete=OnDelete.SET_NULL,
            inverse="reports",
            inverse_label=Label("下属", "Reports"),
        ),
    ),
    links=(
        LinkDef(
            name="opportunities",
            label=Label("商机", "Opportunities"),
            through="opportunityContact",
            near="contact",
            far="opportunity",
        ),
    ),
)
