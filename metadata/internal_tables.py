"""The tables of a company that are no objects: versions, operations, sign-in, keys, outbox,
scenes and list settings of users.

Who reads and writes each of them is said there; here is only what they look like.
"""

from metadata.physical import PhysicalColumn, PhysicalIndex, PhysicalTable


def _identity() -> PhysicalColumn:
    return PhysicalColumn("id", "bigint", not_null=True, identity=True)


def _filled(name: str, sql_type: str, default: str | None = None) -> PhysicalColumn:
    return PhysicalColumn(name, sql_type, not_null=True, default=default)


def _index(name: str, *terms: str, where: str = "", unique: bool = False) -> PhysicalIndex:
    return PhysicalIndex(name=name, terms=terms, where=where, unique=unique)


STATE = PhysicalTable(
    name="state",
    columns=(
        _filled("singleton", "boolean", "true"),
        _filled("metadata_version", "bigint"),
        _filled("access_version", "bigint"),
        _filled("release", "text"),
        PhysicalColumn("narrowed_lsn", "pg_lsn"),
    ),
    primary_key=("singleton",),
)

METADATA = (
    PhysicalTable(
        name="metadata_object",
        columns=(
            _filled("name", "text"),
            _filled("position", "integer"),
            _filled("definition", "jsonb"),
        ),
        primary_key=("name",),
    ),
    PhysicalTable(
        name="metadata_version",
        columns=(
            _filled("version", "bigint"),
            _filled("created_at", "timestamptz", "now()"),
            PhysicalColumn("user_id", "bigint"),
            _filled("change", "jsonb"),
        ),
        primary_key=("version",),
    ),
    PhysicalTable(
        name="client_operation",
        columns=(
            _filled("hash", "bytea"),
            _filled("name", "text"),
            _filled("fields", "text[]"),
            _filled("last_seen_at", "timestamptz"),
        ),
        primary_key=("hash",),
        indexes=(_index("client_operation_seen_idx", '"last_seen_at"'),),
    ),
)

SIGN_IN = (
    PhysicalTable(
        name="credential",
        columns=(
            _filled("user_id", "bigint"),
            _filled("password_hash", "text"),
            _filled("changed_at", "timestamptz", "now()"),
        ),
        primary_key=("user_id",),
    ),
    PhysicalTable(
        name="session",
        columns=(
            _identity(),
            _filled("token_hash", "bytea"),
            _filled("user_id", "bigint"),
            _filled("created_at", "timestamptz", "now()"),
            _filled("last_used_at", "timestamptz", "now()"),
            _filled("expires_at", "timestamptz"),
            _filled("idle_expires_at", "timestamptz"),
            PhysicalColumn("revoked_at", "timestamptz"),
            PhysicalColumn("address", "text"),
            PhysicalColumn("agent", "text"),
            _filled("cookie", "boolean", "false"),
            PhysicalColumn("written_lsn", "pg_lsn"),
        ),
        indexes=(
            _index("session_token_hash_key", '"token_hash"', unique=True),
            _index("session_user_id_idx", '"user_id"'),
            _index("session_expires_at_idx", '"expires_at"'),
        ),
    ),
    PhysicalTable(
        name="sign_in_attempt",
        columns=(
            _identity(),
            _filled("account_key", "text"),
            PhysicalColumn("address", "text"),
            _filled("at", "timestamptz", "now()"),
            PhysicalColumn("succeeded", "boolean"),
        ),
        indexes=(
            _index("sign_in_attempt_account_idx", '"account_key"', '"at"'),
            _index("sign_in_attempt_address_idx", '"address"', '"at"'),
            _index("sign_in_attempt_at_idx", '"at"'),
        ),
    ),
    PhysicalTable(
        name="one_time_token",
        columns=(
            _filled("token_hash", "bytea"),
            _filled("user_id", "bigint"),
            _filled("purpose", "text"),
            _filled("expires_at", "timestamptz"),
            PhysicalColumn("used_at", "timestamptz"),
        ),
        primary_key=("token_hash",),
        indexes=(_index("one_time_token_user_id_idx", '"user_id"'),),
    ),
)

WORK = (
    PhysicalTable(
        name="idempotency_key",
        columns=(
            _filled("user_id", "bigint"),
            _filled("key", "text"),
            _filled("body_hash", "bytea"),
            _filled("field_index", "integer"),
            PhysicalColumn("outcome", "jsonb"),
            PhysicalColumn("response", "bytea"),
            _filled("created_at", "timestamptz", "now()"),
        ),
        primary_key=("user_id", "key", "field_index"),
        indexes=(_index("idempotency_key_created_at_idx", '"created_at"'),),
    ),
    PhysicalTable(
        name="outbox",
        columns=(
            _identity(),
            _filled("kind", "text"),
            _filled("payload", "jsonb"),
            PhysicalColumn("cause", "text"),
            _filled("created_at", "timestamptz", "now()"),
            _filled("available_at", "timestamptz", "now()"),
            PhysicalColumn("claimed_at", "timestamptz"),
            PhysicalColumn("claimed_by", "text"),
            PhysicalColumn("sent_at", "timestamptz"),
            _filled("attempts", "integer", "0"),
        ),
        indexes=(
            _index("outbox_waiting_idx", '"available_at"', where="sent_at is null"),
            _index("outbox_sent_at_idx", '"sent_at"', where="sent_at is not null"),
        ),
    ),
)

# the last count of each automatic number; a period is "" or the beginning of a date, yyyyMMdd
NUMBER_COUNTER = PhysicalTable(
    name="number_counter",
    columns=(
        _filled("object", "text"),
        _filled("field", "text"),
        _filled("period", "text"),
        _filled("last", "bigint"),
    ),
    primary_key=("object", "field", "period"),
)

# how far the computed columns of large tables are filled, and which rows before that are not
COMPUTED_FILL = PhysicalTable(
    name="computed_fill",
    columns=(
        _filled("table_name", "text"),
        _filled("last_id", "bigint"),
        _filled("skipped", "bigint[]", "'{}'"),
    ),
    primary_key=("table_name",),
)

SCENES = (
    PhysicalTable(
        name="scene",
        columns=(
            _identity(),
            _filled("user_id", "bigint"),
            _filled("object", "text"),
            _filled("name", "text"),
            _filled("filter", "jsonb"),
            PhysicalColumn("search", "text"),
            _filled("order_by", "jsonb"),
            _filled("everyone", "boolean", "false"),
            _filled("users", "bigint[]", "'{}'"),
            _filled("departments", "bigint[]", "'{}'"),
            _filled("version", "bigint", "1"),
        ),
        indexes=(_index("scene_object_idx", '"object"', '"user_id"'),),
    ),
    PhysicalTable(
        name="list_setting",
        columns=(
            _filled("user_id", "bigint"),
            _filled("object", "text"),
            _filled("settings", "jsonb", "'{}'"),
        ),
        primary_key=("user_id", "object"),
    ),
)

INTERNAL_TABLES: tuple[PhysicalTable, ...] = (
    STATE,
    *METADATA,
    *SIGN_IN,
    *WORK,
    NUMBER_COUNTER,
    COMPUTED_FILL,
    *SCENES,
)
