"""What hangs on records of many objects: follow-ups, team, followers, files, log; and phrases."""

from metadata.model import Capability, FieldDef, Label, ObjectDef, OnDelete, RowScope
from metadata.standard.declare import choices, field, kept, satellite
from metadata.standard.shared_fields import NEXT_CONTACT_AT

# satellite → what an object must be able to for it to hang on its records
CAPABILITY_OF = {
    "followUp": Capability.FOLLOWED_UP,
    "teamMember": Capability.TEAM,
    "follower": Capability.FOLLOWABLE,
    "attachment": Capability.ATTACHABLE,
    "operationLog": Capability.LOGGED,
}


def declare_collaboration(records: tuple[ObjectDef, ...]) -> tuple[ObjectDef, ...]:
    """The satellites of those of `records` that have the capability for each."""

    def record(satellite: str, inverse: str, zh: str, en: str) -> FieldDef:
        return field(
            "record",
            "record",
            "所属记录",
            "Record",
            required=True,
            targets=tuple(each.name for each in records if each.can(CAPABILITY_OF[satellite])),
            inverse=inverse,
            inverse_label=Label(zh, en),
            on_delete=OnDelete.CASCADE,
        )

    return (
        _follow_up(record("followUp", "followUps", "跟进记录", "Follow-ups")),
        _team_member(record("teamMember", "teamMembers", "团队成员", "Team members")),
        _follower(record("follower", "followers", "关注", "Followers")),
        _attachment(record("attachment", "attachments", "附件", "Attachments")),
        _operation_log(record("operationLog", "operationLog", "操作记录", "Operation log")),
        _opportunity_contact(),
        _phrase(),
    )


def _follow_up(record: FieldDef) -> ObjectDef:
    return satellite(
        "followUp",
        "followUps",
        "跟进记录",
        "Follow-up",
        row_scope=RowScope.PARENT,
        parent="record",
        write_with="read",
        title="text",
        fields=(
            record,
            field(
                "type",
                "choice",
                "跟进类型",
                "Type",
                choices=choices(
                    ("CALL", "打电话", "Call"),
                    ("EMAIL", "发邮件", "E-mail"),
                    ("SMS", "发短信", "Text message"),
                    ("MEETING", "见面拜访", "Meeting"),
                    ("ACTIVITY", "活动", "Activity"),
                ),
            ),
            field("text", "longText", "跟进内容", "Text", required=True, max_length=2000),
            NEXT_CONTACT_AT,
            field(
                "contact",
                "relation",
                "联系人",
                "Contact",
                target="contact",
                on_delete=OnDelete.SET_NULL,
            ),
            kept("author", "user", "跟进人", "Author"),
        ),
    )


def _team_member(record: FieldDef) -> ObjectDef:
    return satellite(
        "teamMember",
        "teamMembers",
        "团队成员",
        "Team member",
        row_scope=RowScope.PARENT,
        parent="record",
        title="user",
        writable=False,
        unique_together=(("record", "user"),),
        fields=(
            record,
            field("user", "user", "成员", "User", required=True, on_delete=OnDelete.CASCADE),
            field(
                "access",
                "choice",
                "权限",
                "Access",
                required=True,
                choices=choices(("READ", "只读", "Read"), ("WRITE", "读写", "Read and write")),
                fixed_choices=True,
                default="=READ",
            ),
            field("until", "dateTime", "有效期至", "Until"),
        ),
    )


def _follower(record: FieldDef) -> ObjectDef:
    return satellite(
        "follower",
        "followers",
        "关注",
        "Follower",
        row_scope=RowScope.PERSONAL,
        parent="user",
        title="user",
        writable=False,
        unique_together=(("record", "user"),),
        fields=(
            record,
            field("user", "user", "关注人", "User", required=True, on_delete=OnDelete.CASCADE),
        ),
    )


def _attachment(record: FieldDef) -> ObjectDef:
    return satellite(
        "attachment",
        "attachments",
        "附件",
        "Attachment",
        row_scope=RowScope.PARENT,
        parent="record",
        writable=False,
        fields=(
            record,
            field("name", "text", "附件名称", "Name", required=True, searchable=True),
            kept("size", "integer", "附件大小（字节）", "Size (bytes)"),
            kept("mimeType", "text", "文件类型", "Media type"),
            kept("uploader", "user", "上传人", "Uploader"),
            kept("storageKey", "text", "存储位置", "Storage key", hidden=True),
            kept(
                "followUp",
                "relation",
                "跟进记录",
                "Follow-up",
                target="followUp",
                on_delete=OnDelete.CASCADE,
                inverse="attachments",
                inverse_label=Label("附件", "Attachments"),
            ),
        ),
    )


def _operation_log(record: FieldDef) -> ObjectDef:
    return satellite(
        "operationLog",
        "operationLogs",
        "操作记录",
        "Operation log",
        row_scope=RowScope.PARENT,
        parent="record",
        title="action",
        writable=False,
        fields=(
            record,
            kept("action", "text", "操作", "Action", required=True),
            kept("actor", "user", "操作人", "Actor"),
            kept("at", "dateTime", "操作时间", "At", required=True),
            kept("changes", "changes", "变更内容", "Changes"),
            kept("address", "text", "IP 地址", "Address"),
            kept("requestId", "text", "请求编号", "Request id"),
        ),
    )


def _opportunity_contact() -> ObjectDef:
    return satellite(
        "opportunityContact",
        "opportunityContacts",
        "商机联系人",
        "Opportunity contact",
        row_scope=RowScope.PARENT,
        parent="opportunity",
        title="contact",
        unique_together=(("opportunity", "contact"),),
        fields=tuple(
            field(
                name,
                "relation",
                zh,
                en,
                target=name,
                required=True,
                on_delete=OnDelete.CASCADE,
            )
            for name, zh, en in (
                ("opportunity", "商机", "Opportunity"),
                ("contact", "联系人", "Contact"),
            )
        ),
    )


def _phrase() -> ObjectDef:
    return satellite(
        "phrase",
        "phrases",
        "常用语",
        "Phrase",
        row_scope=RowScope.PERSONAL,
        parent="user",
        title="text",
        fields=(
            kept("user", "user", "员工", "User", on_delete=OnDelete.CASCADE),
            field("text", "longText", "内容", "Text", required=True, max_length=500),
            field("sequence", "integer", "排序", "Order"),
        ),
    )
