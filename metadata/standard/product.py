"""Products (PRD-01). Everybody with the action sees all of them, whoever owns them."""

from decimal import Decimal

from metadata.model import Label, RowScope
from metadata.standard.declare import field, record
from metadata.standard.shared_fields import UNIT_FIELD

PRODUCT = record(
    "product",
    "products",
    "产品",
    "Product",
    row_scope=RowScope.EVERYONE,
    fields=(
        field("name", "text", "产品名称", "Name", required=True, searchable=True),
        field("code", "text", "产品编码", "Code", required=True, unique=True, searchable=True),
        field(
            "category",
            "relation",
            "产品类别",
            "Category",
            target="productCategory",
            required=True,
            inverse="products",
            inverse_label=Label("产品", "Products"),
        ),
        UNIT_FIELD,
        field("price", "amount", "价格", "Price", required=True, minimum=Decimal(0)),
        field("costPrice", "amount", "成本价", "Cost price", minimum=Decimal(0), maskable=True),
        field("description", "longText", "产品描述", "Description"),
        field("onSale", "boolean", "是否上架", "On sale", required=True, default="=true"),
        field("mainImages", "image", "产品主图", "Main images"),
        field("detailImages", "image", "产品详情图", "Detail images"),
    ),
)
