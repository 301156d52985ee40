"""The settings of a process, from `QIANSI_*` and the addresses of the services.

Every limit of a process is here, with its unit in its name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from engine.base.errors import SetupError


class Pooler(StrEnum):
    """What `database_url` leads to: PostgreSQL itself, or a pooler such as PgBouncer.

    `transaction` gives up prepared statements and sends its settings with every statement.
    """

    NONE = "none"
    SESSION = "session"
    TRANSACTION = "transaction"


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once at start; frozen. `database_url` empty means the embedded server,
    `database_read_url` empty that there is no replica.

    A process opens at most `write_connections`, a web process `read_connections` more and one
    that listens for new versions (none behind transaction pooling), and `direct_connections` for
    updates that are one message (none behind a pooler);
    who finds all of them in use waits, no longer than his request may last.
    """

    database_url: str = ""
    database_pooler: Pooler = Pooler.NONE
    database_read_url: str = ""
    redis_url: str = ""
    data_dir: str = ".qiansi"
    host: str = "127.0.0.1"
    port: int = 8000
    read_connections: int = 8
    write_connections: int = 8
    direct_connections: int = 4
    body_limit_bytes: int = 1_000_000
    json_depth_limit: int = 40
    document_limit_characters: int = 64_000
    token_limit: int = 1_000
    alias_limit: int = 30
    depth_limit: int = 10
    directive_limit: int = 50
    mutation_limit: int = 4
    page_default: int = 20
    page_limit: int = 200
    nested_page_default: int = 10
    nested_page_limit: int = 100
    node_limit: int = 20_000
    row_limit: int = 50_000
    offset_limit: int = 10_000
    filter_depth_limit: int = 6
    list_length_limit: int = 1_000
    input_objects_limit: int = 100
    batch_limit: int = 500
    schemas_limit_bytes: int = 300_000_000
    documents_limit_bytes: int = 100_000_000
    request_deadline_ms: int = 10_000
    statement_timeout_ms: int = 5_000
    replica_lag_limit_ms: int = 10_000
    session_idle_minutes: int = 60 * 24 * 3
    session_absolute_minutes: int = 60 * 24 * 30
    sign_in_attempts: int = 5
    sign_in_window_seconds: int = 60
    trash_days: int = 30
    hash_concurrency: int = 2
    trusted_documents: str = ""
    introspection: bool = True
    log_format: str = "json"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises SetupError naming the variable that is wrong."""
    found = Settings(
        database_url=environment.get("DATABASE_URL", ""),
        database_read_url=environment.get("DATABASE_READ_URL", ""),
        redis_url=environment.get("REDIS_URL", ""),
    )
    given: dict[str, Any] = {}
    for each in fields(Settings):
        text = environment.get(f"QIANSI_{each.name.upper()}")
        if text is not None:
            given[each.name] = _value(each.name, getattr(found, each.name), text)
    return replace(found, **given)


def _value(name: str, default: object, text: str) -> object:
    if isinstance(default, bool):
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
    elif isinstance(default, int):
        if text.isascii() and text.isdigit():
            return int(text)
    elif isinstance(default, StrEnum):
        if text in tuple(type(default)):
            return type(default)(text)
        default = ", ".join(type(default))
    else:
        return text
    raise SetupError(f"QIANSI_{name.upper()}={text!r} is not a valid value; example: {default}")
