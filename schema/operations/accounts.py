"""Signing in and out, sessions, passwords, and the viewer: types and root fields."""

from datetime import datetime
from typing import cast

import strawberry

from engine.base.identifiers import RecordId
from resolvers import sessions as session_resolvers
from resolvers import sign_in as sign_in_resolvers
from resolvers import viewer as viewer_resolvers
from schema.operations.requests import Info, operation
from schema.placeholders import GeneratedRecord, generated


@strawberry.type
class SignInPayload:
    """`token` is for the header `Authorization: Bearer`; null when a cookie was asked for."""

    token: str | None
    expires_at: datetime
    user: GeneratedRecord | None = generated("user")


@strawberry.type
class Session:
    """Where the viewer is signed in."""

    id: strawberry.ID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: str | None
    agent: str | None
    current: bool


@strawberry.type
class PermittedAction:
    """`scope` is OWN, SUBORDINATES, DEPARTMENT, SUB_DEPARTMENTS or ALL."""

    action: str
    scope: str


@strawberry.type
class Permission:
    """What the viewer may do with one object."""

    object: str
    actions: list[PermittedAction]


@strawberry.type
class Viewer:
    """Who is signed in."""

    roles: list[str]
    language: str
    is_super: bool
    permissions: list[Permission]
    user: GeneratedRecord | None = generated("user")


@strawberry.type
class OneTimeToken:
    """Hand it to the user, who sets a password with it once (`setPassword`)."""

    token: str
    expires_at: datetime


@strawberry.type
class AccountQueries:
    @operation("Who is signed in, and what they may do.")
    async def viewer(self, info: Info) -> Viewer:
        # The plain value has the attributes that Viewer declares; strawberry reads those.
        return cast(Viewer, await viewer_resolvers.viewer(info.context))

    @operation("Where the viewer is signed in.")
    async def sessions(self, info: Info) -> list[Session]:
        return [
            Session(
                id=strawberry.ID(str(RecordId("session", each.id))),
                created_at=each.created_at,
                last_used_at=each.last_used_at,
                expires_at=each.expires_at,
                address=each.address,
                agent=each.agent,
                current=each.current,
            )
            for each in await session_resolvers.sessions(info.context)
        ]


@strawberry.type
class AccountMutations:
    @operation("Sign in with mobile or email. Browsers may ask for a cookie.")
    async def sign_in(
        self, info: Info, account: str, password: str, cookie: bool = False
    ) -> SignInPayload:
        made = await sign_in_resolvers.sign_in(info.context, account, password, cookie)
        user = GeneratedRecord(RecordId("user", made.user_id))
        return SignInPayload(
            token=None if cookie else made.token, expires_at=made.expires_at, user=user
        )

    @operation("End this session.")
    async def sign_out(self, info: Info) -> bool:
        await sign_in_resolvers.sign_out(info.context)
        return True

    @operation("End one of the viewer's sessions.")
    async def revoke_session(self, info: Info, id: strawberry.ID) -> bool:
        await session_resolvers.revoke_session(info.context, id)
        return True

    @operation("Change one's own password; all other sessions end.")
    async def change_password(self, info: Info, old_password: str, new_password: str) -> bool:
        await sign_in_resolvers.change_password(info.context, old_password, new_password)
        return True

    @operation("Set a password with a one-time token; a new user is active.")
    async def set_password(self, info: Info, token: str, password: str) -> bool:
        await sign_in_resolvers.set_password(info.context, token, password)
        return True

    @operation("A one-time token for a user who is new or lost the password.")
    async def reset_password(self, info: Info, user: strawberry.ID) -> OneTimeToken:
        made = await sign_in_resolvers.reset_password(info.context, user)
        return OneTimeToken(token=made.token, expires_at=made.expires_at)
