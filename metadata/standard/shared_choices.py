"""Options that several objects share (peer facts 1.7). Values are stored and never change."""

from metadata.standard.declare import choices

SOURCE = choices(
    ("PROMOTION", "促销", "Promotion"),
    ("SEARCH_ENGINE", "搜索引擎", "Search engine"),
    ("ADVERTISING", "广告", "Advertising"),
    ("REFERRAL", "转介绍", "Referral"),
    ("ONLINE_REGISTRATION", "线上注册", "Online registration"),
    ("ONLINE_INQUIRY", "线上询价", "Online inquiry"),
    ("APPOINTMENT", "预约上门", "Appointment"),
    ("COLD_VISIT", "陌拜", "Cold visit"),
    ("PHONE_INQUIRY", "电话咨询", "Phone inquiry"),
    ("EMAIL_INQUIRY", "邮件咨询", "E-mail inquiry"),
)
INDUSTRY = choices(
    ("IT", "IT", "IT"),
    ("FINANCE", "金融业", "Finance"),
    ("REAL_ESTATE", "房地产", "Real estate"),
    ("BUSINESS_SERVICES", "商业服务", "Business services"),
    ("LOGISTICS", "运输/物流", "Transport and logistics"),
    ("MANUFACTURING", "生产", "Manufacturing"),
    ("GOVERNMENT", "政府", "Government"),
    ("MEDIA", "文化传媒", "Culture and media"),
)
LEVEL = choices(
    ("A", "A（重点客户）", "A (key customer)"),
    ("B", "B（普通客户）", "B (ordinary customer)"),
    ("C", "C（非优先客户）", "C (low priority)"),
)
GENDER = choices(("MALE", "男", "Male"), ("FEMALE", "女", "Female"))
UNIT = choices(
    ("UNIT", "个", "unit"),
    ("BLOCK", "块", "block"),
    ("ITEM", "只", "item"),
    ("PIECE", "把", "piece"),
    ("COIN", "枚", "coin"),
    ("BOTTLE", "瓶", "bottle"),
    ("BOX", "盒", "box"),
    ("SET", "台", "machine"),
    ("TON", "吨", "ton"),
    ("KILOGRAM", "千克", "kilogram"),
    ("METER", "米", "metre"),
    ("CASE", "箱", "case"),
    ("SUITE", "套", "set"),
)
PAYMENT_METHOD = choices(
    ("CHEQUE", "支票", "Cheque"),
    ("CASH", "现金", "Cash"),
    ("POSTAL_ORDER", "邮政汇款", "Postal order"),
    ("WIRE_TRANSFER", "电汇", "Wire transfer"),
    ("ONLINE_TRANSFER", "网上转账", "Online transfer"),
    ("ALIPAY", "支付宝", "Alipay"),
    ("WECHAT_PAY", "微信支付", "WeChat Pay"),
    ("OTHER", "其他", "Other"),
)
TITLE_TYPE = choices(("COMPANY", "单位", "Company"), ("PERSON", "个人", "Person"))
APPROVAL_STATUS = choices(
    ("DRAFT", "草稿", "Draft"),
    ("PENDING", "待审核", "Pending"),
    ("IN_REVIEW", "审核中", "In review"),
    ("APPROVED", "审核通过", "Approved"),
    ("REJECTED", "审核未通过", "Rejected"),
    ("WITHDRAWN", "已撤回", "Withdrawn"),
    ("VOID", "已作废", "Void"),
    ("NOT_REQUIRED", "无需审批", "Not required"),
)
