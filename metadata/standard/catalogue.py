"""Product categories and the product lines of opportunities and contracts (PRD-01, OPP-01)."""

from metadata.model import Label, OnDelete, RowScope
from metadata.standard.declare import field, satellite
from metadata.standard.shared_fields import LINE_AMOUNTS

PRODUCT_CATEGORY = satellite(
    "productCategory",
    "productCategories",
    "产品类别",
    "Product category",
    row_scope=RowScope.EVERYONE,
    fields=(
        field("name", "text", "类别名称", "Name", required=True, searchable=True),
        field(
            "parent",
            "relation",
            "上级类别",
            "Parent category",
            target="productCategory",
            inverse="children",
            inverse_label=Label("下级类别", "Child categories"),
        ),
        field("sequence", "integer", "排序", "Order"),
    ),
)
OPPORTUNITY_LINE = satellite(
    "opportunityLine",
    "opportunityLines",
    "商机产品",
    "Opportunity line",
    row_scope=RowScope.PARENT,
    parent="opportunity",
    title="product",
    fields=(
        field(
            "opportunity",
            "relation",
            "商机",
            "Opportunity",
            target="opportunity",
            required=True,
            on_delete=OnDelete.CASCADE,
            inverse="lines",
            inverse_label=Label("产品", "Lines"),
        ),
        field(
            "product",
            "relation",
            "产品",
            "Product",
            target="product",
            required=True,
            inverse="opportunityLines",
            inverse_label=Label("商机产品", "Opportunity lines"),
        ),
        *LINE_AMOUNTS,
    ),
    totals=("subtotal",),
)
CONTRACT_LINE = satellite(
    "contractLine",
    "contractLines",
    "合同产品",
    "Contract line",
    row_scope=RowScope.PARENT,
    parent="contract",
    title="product",
    fields=(
        field(
            "contract",
            "relation",
            "合同",
            "Contract",
            target="contract",
            required=True,
            on_delete=OnDelete.CASCADE,
            inverse="lines",
            inverse_label=Label("产品", "Lines"),
        ),
        field(
            "product",
            "relation",
            "产品",
            "Product",
            target="product",
            required=True,
            inverse="contractLines",
            inverse_label=Label("合同产品", "Contract lines"),
        ),
        *LINE_AMOUNTS,
    ),
    totals=("subtotal",),
)
