"""Who may use a stored scene, as SQL: its owner, and those it is shared with (SCN-05).

One predicate for the list of scenes, for loading one, and for the check of a statement that
uses one. Placeholders are the caller's.
"""

from engine.db.quoting import table


def may_use(schema: str, scene: str, user: str, department: str) -> str:
    """The condition on the row `scene` (an alias). A department stands for those below it too."""
    departments = table(schema, "department")
    above = (
        f"with recursive above as (select {department} as id union"
        f" select d.parent_id from {departments} d join above on d.id = above.id)"
        " select id from above"
    )
    return (
        f"({scene}.user_id = {user} or {scene}.everyone or {user} = any({scene}.users)"
        f" or (cardinality({scene}.departments) > 0"
        f" and exists (select 1 from ({above}) a where a.id = any({scene}.departments))))"
    )


def still_so(schema: str, placeholders: tuple[str, str, str, str]) -> str:
    """A scene is there, of this version, and the viewer's to use (id, version, user, department):
    rides in every statement that uses it, so that a change by its owner holds at once."""
    number, version, user, department = placeholders
    return (
        f"exists (select 1 from {table(schema, 'scene')} scene where scene.id = {number}"
        f" and scene.version = {version} and {may_use(schema, 'scene', user, department)})"
    )
