"""The check that every statement of a signed-in viewer begins with, as SQL (principle 9).

Reads write it with `$n`, commands with `:name`; the rows are `session s` and `state v` of the
company. Raising StaleVersion when it fails is the caller's.
"""


def live_session(token_hash: str) -> str:
    """The session `s` of a token is neither ended nor too old; `token_hash` is a placeholder."""
    return (
        f"s.token_hash = {token_hash} and s.revoked_at is null"
        " and s.expires_at > now() and s.idle_expires_at > now()"
    )


def still_current(token_hash: str, metadata_version: str, access_version: str) -> str:
    """The session lives, and metadata and rights are of these versions (placeholders)."""
    return (
        f"{live_session(token_hash)}"
        f" and v.metadata_version = {metadata_version} and v.access_version = {access_version}"
    )
