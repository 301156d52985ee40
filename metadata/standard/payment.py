"""Payments received on a contract (PAY-01), optionally on an instalment of its plan."""

from metadata.model import Capability, Label
from metadata.standard.declare import field, number, record
from metadata.standard.shared_choices import PAYMENT_METHOD
from metadata.standard.shared_fields import APPROVAL_STATUS_FIELD, REMARK

PAYMENT = record(
    "payment",
    "payments",
    "回款",
    "Payment",
    more=(Capability.TEAM, Capability.APPROVABLE, Capability.NUMBERED, Capability.PRINTABLE),
    fields=(
        number("回款编号"),
        field(
            "customer",
            "relation",
            "客户名称",
            "Customer",
            target="customer",
            required=True,
            inverse="payments",
            inverse_label=Label("回款", "Payments"),
        ),
        field(
            "contract",
            "relation",
            "合同编号",
            "Contract",
            target="contract",
            required=True,
            inverse="payments",
            inverse_label=Label("回款", "Payments"),
        ),
        field(
            "plan",
            "relation",
            "期数",
            "Instalment",
            target="paymentPlan",
            inverse="payments",
            inverse_label=Label("回款", "Payments"),
        ),
        field("paidOn", "date", "回款日期", "Paid on", required=True),
        field("amount", "amount", "回款金额", "Amount", required=True, maskable=True),
        field("method", "choice", "回款方式", "Method", choices=PAYMENT_METHOD),
        REMARK,
        APPROVAL_STATUS_FIELD,
    ),
    title="number",
    search_through=("customer",),
    totals=("amount",),
)
