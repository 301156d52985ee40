"""What a command is checked against: first whether the actor's session lives and its versions are
current, the same condition that rides in every read statement (principle 9); last whether the
metadata are still those that its values were read by.
"""

from engine.access.principals import principal_check
from engine.base.errors import StaleVersion
from engine.commands.actor import Actor
from engine.commands.work import Work
from engine.db.locks import lock_organisation
from engine.db.quoting import table
from engine.db.statements import Statements


def begin_work(
    statements: Statements, actor: Actor, deadline: float, *, organisation: bool
) -> Work:
    """The work of one transaction. Raises StaleVersion, here or with the first statement: the
    check travels with it. Until then nothing may be told; see `run.py`.

    Changes of rights are serialised before the check, so that each sees the last one's result.
    """
    if actor.principal.metadata_version != actor.snapshot.version:
        raise StaleVersion
    if organisation:
        lock_organisation(statements.connection, actor.company.schema)
    statements.require(*principal_check(actor.principal))
    return Work(statements, actor, deadline)


def require_same_metadata(work: Work) -> None:
    """Raises StaleVersion, with the statements it travels with, when the metadata moved since.

    Asked once the rows are written: from then on the locks of their tables keep any change that
    touches these tables waiting. A command that had to wait for a row would otherwise write by
    metadata of the past, into a column that is another field's by now.
    """
    work.statements.require(
        f"select 1 from {table(work.schema, 'state')} where metadata_version = %(metadata)s",
        {"metadata": work.principal.metadata_version},
    )
