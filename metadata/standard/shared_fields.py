"""Fields that several objects have in the same words."""

from decimal import Decimal

from metadata.model import FieldDef
from metadata.standard.declare import field, kept
from metadata.standard.shared_choices import APPROVAL_STATUS, INDUSTRY, LEVEL, SOURCE, UNIT

REMARK_LENGTH = 800
HUNDRED = Decimal(100)

REMARK = field("remark", "longText", "备注", "Remark", max_length=REMARK_LENGTH)
MOBILE = field("mobile", "mobile", "手机", "Mobile", searchable=True, maskable=True)
TELEPHONE = field("telephone", "telephone", "电话", "Telephone", searchable=True)
EMAIL = field("email", "email", "邮箱", "E-mail", maskable=True)
ADDRESS = field("address", "region", "地址", "Address", maskable=True)
NEXT_CONTACT_AT = field("nextContactAt", "dateTime", "下次联系时间", "Next contact")
SOURCE_FIELD = field("source", "choice", "客户来源", "Source", choices=SOURCE)
INDUSTRY_FIELD = field("industry", "choice", "客户行业", "Industry", choices=INDUSTRY)
LEVEL_FIELD = field("level", "choice", "客户级别", "Level", choices=LEVEL)
UNIT_FIELD = field("unit", "choice", "单位", "Unit", choices=UNIT)
DISCOUNT_RATE = field(
    "discountRate", "percent", "整单折扣", "Discount", minimum=Decimal(0), maximum=HUNDRED
)
APPROVAL_STATUS_FIELD = kept(
    "approvalStatus",
    "choice",
    "审核状态",
    "Approval status",
    choices=APPROVAL_STATUS,
    fixed_choices=True,
    default="=NOT_REQUIRED",
)
LINE_AMOUNTS: tuple[FieldDef, ...] = (
    field("price", "amount", "标准价格", "List price"),
    field("salePrice", "amount", "售价", "Sale price"),
    field(
        "quantity", "number", "数量", "Quantity", required=True, minimum=Decimal(0), default="=1"
    ),
    UNIT_FIELD,
    field("discount", "percent", "折扣（%）", "Discount (%)", maximum=HUNDRED),
    kept("subtotal", "amount", "合计", "Subtotal"),
    REMARK,
)
