"""Contracts (CTR). What was received and what is outstanding follows approved payments."""

from decimal import Decimal

from metadata.model import Capability, Label
from metadata.standard.declare import choices, field, kept, number, record
from metadata.standard.shared_fields import APPROVAL_STATUS_FIELD, DISCOUNT_RATE, REMARK

CONTRACT = record(
    "contract",
    "contracts",
    "合同",
    "Contract",
    more=(Capability.TEAM, Capability.APPROVABLE, Capability.NUMBERED, Capability.PRINTABLE),
    fields=(
        number("合同编号"),
        field("name", "text", "合同名称", "Name", required=True, searchable=True),
        field(
            "customer",
            "relation",
            "客户名称",
            "Customer",
            target="customer",
            required=True,
            inverse="contracts",
            inverse_label=Label("合同", "Contracts"),
        ),
        field(
            "opportunity",
            "relation",
            "商机名称",
            "Opportunity",
            target="opportunity",
            inverse="contracts",
            inverse_label=Label("合同", "Contracts"),
        ),
        field("amount", "amount", "合同金额", "Amount", required=True, minimum=Decimal(0)),
        field("signedOn", "date", "下单时间", "Signed", required=True),
        field("startsOn", "date", "合同开始时间", "Starts"),
        field("endsOn", "date", "合同结束时间", "Ends"),
        field(
            "customerSigner",
            "relation",
            "客户签约人",
            "Customer's signer",
            target="contact",
            inverse="signedContracts",
            inverse_label=Label("签约合同", "Signed contracts"),
        ),
        field("companySigner", "user", "公司签约人", "Company's signer"),
        field(
            "type",
            "choice",
            "合同类型",
            "Type",
            choices=choices(
                ("DIRECT", "直销合同", "Direct sale"),
                ("AGENCY", "代理合同", "Agency"),
                ("SERVICE", "服务合同", "Service"),
                ("FAST_SALE", "快销合同", "Fast sale"),
            ),
        ),
        REMARK,
        DISCOUNT_RATE,
        APPROVAL_STATUS_FIELD,
        kept("received", "amount", "已收款金额", "Received", default="=0", maskable=True),
        kept("outstanding", "amount", "未收款金额", "Outstanding", default="=0", maskable=True),
    ),
    search_through=("customer",),
    totals=("amount", "received", "outstanding"),
)
