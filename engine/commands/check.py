"""The check that a command makes first: does the actor's session live, are its versions current?

The same condition that rides in every read statement (decision 9).
"""

from sqlalchemy import Connection, text

from engine.base.errors import StaleVersion
from engine.commands.actor import Actor
from engine.commands.work import Work
from engine.db.locks import lock_organisation
from engine.db.quoting import table


def begin_work(connection: Connection, actor: Actor, *, organisation: bool) -> Work:
    """The work of one transaction. Raises StaleVersion.

    Changes of rights are serialised before the check, so that each sees the last one's result.
    """
    schema = actor.company.schema
    if organisation:
        lock_organisation(connection, schema)
    principal = actor.principal
    current = connection.execute(
        text(
            f"select 1 from {table(schema, 'state')} v, {table(schema, 'session')} s"
            " where s.token_hash = :hash and s.user_id = :user and s.revoked_at is null"
            " and s.expires_at > now() and s.idle_expires_at > now()"
            " and v.metadata_version = :metadata and v.access_version = :access"
        ),
        {
            "hash": principal.session_hash,
            "user": principal.user_id,
            "metadata": actor.snapshot.version,
            "access": principal.access_version,
        },
    ).first()
    if current is None:
        raise StaleVersion
    return Work(connection, actor)
