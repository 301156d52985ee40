"""Payment plans (PAY-02): one row per instalment of a contract."""

from decimal import Decimal

from metadata.model import Label
from metadata.standard.declare import choices, field, kept, record
from metadata.standard.shared_choices import PAYMENT_METHOD

PAYMENT_PLAN = record(
    "paymentPlan",
    "paymentPlans",
    "回款计划",
    "Payment plan",
    fields=(
        field(
            "customer",
            "relation",
            "客户名称",
            "Customer",
            target="customer",
            required=True,
            inverse="paymentPlans",
            inverse_label=Label("回款计划", "Payment plans"),
        ),
        field(
            "contract",
            "relation",
            "合同编号",
            "Contract",
            target="contract",
            required=True,
            inverse="paymentPlans",
            inverse_label=Label("回款计划", "Payment plans"),
        ),
        field("sequence", "integer", "期数", "Instalment", minimum=Decimal(1)),
        field("amount", "amount", "计划回款金额", "Amount", required=True, maskable=True),
        field("dueOn", "date", "计划回款日期", "Due", required=True),
        field(
            "remindDays",
            "integer",
            "提前几天提醒",
            "Remind days before",
            minimum=Decimal(0),
            maximum=Decimal(365),
        ),
        field("method", "choice", "计划回款方式", "Method", choices=PAYMENT_METHOD),
        field("remark", "longText", "备注", "Remark", max_length=1000),
        kept(
            "status",
            "choice",
            "回款状态",
            "Status",
            choices=choices(
                ("PENDING", "待回款", "Pending"),
                ("PARTLY_RECEIVED", "部分回款", "Partly received"),
                ("RECEIVED", "回款完成", "Received"),
                ("OVERDUE", "逾期", "Overdue"),
                ("VOID", "作废", "Void"),
            ),
            fixed_choices=True,
            default="=PENDING",
        ),
        kept("received", "amount", "实际回款金额", "Received", default="=0", maskable=True),
        kept("outstanding", "amount", "未回款金额", "Outstanding", default="=0", maskable=True),
    ),
    title="sequence",
    search_through=("customer", "contract"),
    totals=("amount", "received", "outstanding"),
)
