"""Invoices on a contract (INV-01), with title block, mailing address and the result."""

from metadata.model import Capability, Label
from metadata.standard.declare import choices, field, kept, number, record
from metadata.standard.shared_choices import TITLE_TYPE
from metadata.standard.shared_fields import APPROVAL_STATUS_FIELD, REMARK

_TYPES = choices(
    ("VAT_SPECIAL", "增值税专用发票", "Special VAT invoice"),
    ("VAT_GENERAL", "增值税普通发票", "General VAT invoice"),
    ("NATIONAL_TAX_MACHINE", "国税通用机打发票", "National tax machine-printed invoice"),
    ("LOCAL_TAX_MACHINE", "地税通用机打发票", "Local tax machine-printed invoice"),
    ("RECEIPT", "收据", "Receipt"),
)
_STATUSES = choices(("NOT_ISSUED", "未开票", "Not issued"), ("ISSUED", "已开票", "Issued"))

INVOICE = record(
    "invoice",
    "invoices",
    "发票",
    "Invoice",
    more=(Capability.APPROVABLE, Capability.NUMBERED),
    fields=(
        number("发票申请编号"),
        field(
            "customer",
            "relation",
            "客户名称",
            "Customer",
            target="customer",
            required=True,
            inverse="invoices",
            inverse_label=Label("发票", "Invoices"),
        ),
        field(
            "contract",
            "relation",
            "合同编号",
            "Contract",
            target="contract",
            required=True,
            inverse="invoices",
            inverse_label=Label("发票", "Invoices"),
        ),
        kept("contractAmount", "amount", "合同金额", "Contract amount", maskable=True),
        field("amount", "amount", "开票金额", "Amount", required=True, maskable=True),
        field("type", "choice", "开票类型", "Type", required=True, choices=_TYPES),
        field("issuedOn", "date", "开票日期", "Issued on"),
        field("invoiceNumber", "text", "发票号码", "Invoice number", searchable=True),
        field("trackingNumber", "text", "物流单号", "Tracking number"),
        kept(
            "status",
            "choice",
            "开票状态",
            "Status",
            choices=_STATUSES,
            fixed_choices=True,
            default="=NOT_ISSUED",
        ),
        field(
            "titleType", "choice", "抬头类型", "Title type", choices=TITLE_TYPE, default="=COMPANY"
        ),
        field("title", "text", "开票抬头", "Title"),
        field("taxNumber", "text", "纳税人识别号", "Tax number", max_length=50),
        field("bank", "text", "开户行", "Bank"),
        field("bankAccount", "text", "开户账号", "Bank account", max_length=50),
        field("registeredAddress", "text", "开票地址", "Registered address"),
        field("telephone", "telephone", "电话", "Telephone"),
        field("recipient", "text", "联系人", "Recipient"),
        field("recipientMobile", "mobile", "联系方式", "Recipient's mobile", maskable=True),
        field("recipientAddress", "text", "邮寄地址", "Mailing address"),
        REMARK,
        APPROVAL_STATUS_FIELD,
    ),
    title="number",
    search_through=("contract", "customer"),
    totals=("amount",),
)
