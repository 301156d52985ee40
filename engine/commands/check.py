"""The check that a command makes first: does the actor's session live, are its versions current?

The same condition that rides in every read statement (principle 9).
"""

from sqlalchemy import Connection

from engine.access.principals import check_principal
from engine.base.errors import StaleVersion
from engine.commands.actor import Actor
from engine.commands.work import Work
from engine.db.locks import lock_organisation


def begin_work(
    connection: Connection, actor: Actor, deadline: float, *, organisation: bool
) -> Work:
    """The work of one transaction. Raises StaleVersion.

    Changes of rights are serialised before the check, so that each sees the last one's result.
    """
    if actor.principal.metadata_version != actor.snapshot.version:
        raise StaleVersion
    if organisation:
        lock_organisation(connection, actor.company.schema)
    check_principal(connection, actor.principal)
    return Work(connection, actor, deadline)
