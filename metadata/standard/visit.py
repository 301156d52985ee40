"""Visits after a contract (VIS-01): who asked whom how content they are."""

from metadata.model import Capability, Label
from metadata.standard.declare import choices, field, number, record

_FORMS = choices(
    ("MEETING", "见面拜访", "Meeting"),
    ("PHONE", "电话", "Phone"),
    ("SMS", "短信", "Text message"),
    ("EMAIL", "邮件", "E-mail"),
    ("WECHAT", "微信", "WeChat"),
)
_SATISFACTION = choices(
    ("VERY_SATISFIED", "很满意", "Very satisfied"),
    ("SATISFIED", "满意", "Satisfied"),
    ("NEUTRAL", "一般", "Neutral"),
    ("DISSATISFIED", "不满意", "Dissatisfied"),
    ("VERY_DISSATISFIED", "很不满意", "Very dissatisfied"),
)

VISIT = record(
    "visit",
    "visits",
    "回访",
    "Visit",
    more=(Capability.NUMBERED,),
    fields=(
        number("回访编号"),
        field(
            "customer",
            "relation",
            "客户名称",
            "Customer",
            target="customer",
            required=True,
            inverse="visits",
            inverse_label=Label("回访", "Visits"),
        ),
        field(
            "contact",
            "relation",
            "联系人",
            "Contact",
            target="contact",
            inverse="visits",
            inverse_label=Label("回访", "Visits"),
        ),
        field(
            "contract",
            "relation",
            "合同编号",
            "Contract",
            target="contract",
            required=True,
            inverse="visits",
            inverse_label=Label("回访", "Visits"),
        ),
        field("visitor", "user", "回访人", "Visitor", required=True, default="currentUser"),
        field("visitedAt", "dateTime", "回访时间", "Visited", required=True, default="now"),
        field("form", "choice", "回访形式", "Form", choices=_FORMS),
        field("satisfaction", "choice", "客户满意度", "Satisfaction", choices=_SATISFACTION),
        field("feedback", "longText", "客户反馈", "Feedback", max_length=1000),
    ),
    title="number",
)
