"""What is kept per customer: addresses, expenses, invoice titles (CUS-06, INV-01)."""

from decimal import Decimal

from metadata.model import FieldDef, Label, OnDelete, RowScope
from metadata.standard.declare import choices, field, satellite
from metadata.standard.shared_choices import TITLE_TYPE
from metadata.standard.shared_fields import MOBILE, REMARK, TELEPHONE


def _customer(inverse: str, zh: str, en: str) -> FieldDef:
    return field(
        "customer",
        "relation",
        "客户",
        "Customer",
        target="customer",
        required=True,
        on_delete=OnDelete.CASCADE,
        inverse=inverse,
        inverse_label=Label(zh, en),
    )


CUSTOMER_ADDRESS = satellite(
    "customerAddress",
    "customerAddresses",
    "客户地址",
    "Customer address",
    row_scope=RowScope.PARENT,
    parent="customer",
    title="kind",
    fields=(
        _customer("addresses", "地址", "Addresses"),
        field(
            "kind",
            "choice",
            "地址类型",
            "Kind",
            required=True,
            choices=choices(
                ("OFFICE", "办公地址", "Office"),
                ("WAREHOUSE", "仓库地址", "Warehouse"),
                ("REGISTERED", "注册地址", "Registered"),
                ("SHOP", "门店地址", "Shop"),
                ("HOME", "家庭地址", "Home"),
                ("OTHER", "其他", "Other"),
            ),
            default="=OFFICE",
        ),
        field("region", "region", "地址", "Address", required=True, maskable=True),
        field("recipient", "text", "联系人", "Recipient"),
        MOBILE,
        TELEPHONE,
        field("main", "boolean", "主地址", "Main address", default="=false"),
        REMARK,
    ),
)
EXPENSE = satellite(
    "expense",
    "expenses",
    "费用",
    "Expense",
    row_scope=RowScope.PARENT,
    parent="customer",
    title="type",
    fields=(
        _customer("expenses", "费用", "Expenses"),
        field(
            "type",
            "choice",
            "费用类型",
            "Type",
            required=True,
            choices=choices(
                ("TRAVEL", "差旅费", "Travel"),
                ("ENTERTAINMENT", "招待费", "Entertainment"),
                ("GIFT", "礼品费", "Gift"),
                ("TRANSPORT", "交通费", "Transport"),
                ("OTHER", "其他", "Other"),
            ),
        ),
        field(
            "amount",
            "amount",
            "金额",
            "Amount",
            required=True,
            minimum=Decimal(0),
            maskable=True,
        ),
        field("spentOn", "date", "发生日期", "Spent on", required=True, default="today"),
        field("spender", "user", "费用人员", "Spent by", default="currentUser"),
        REMARK,
    ),
    totals=("amount",),
)
INVOICE_TITLE = satellite(
    "invoiceTitle",
    "invoiceTitles",
    "开票信息",
    "Invoice title",
    row_scope=RowScope.PARENT,
    parent="customer",
    title="title",
    fields=(
        _customer("invoiceTitles", "开票信息", "Invoice titles"),
        field(
            "titleType", "choice", "抬头类型", "Title type", choices=TITLE_TYPE, default="=COMPANY"
        ),
        field("title", "text", "开票抬头", "Title", required=True),
        field("taxNumber", "text", "纳税人识别号", "Tax number", max_length=50),
        field("bank", "text", "开户行", "Bank"),
        field("bankAccount", "text", "开户账号", "Bank account", max_length=50),
        field("registeredAddress", "text", "开票地址", "Registered address"),
        field("telephone", "telephone", "电话", "Telephone"),
        REMARK,
    ),
)
