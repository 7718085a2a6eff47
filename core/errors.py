"""Every refusal has a stable code; REST and the socket answer with the same object (docs/protocol.md, Errors)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class AppError(Exception):
    """A refusal a client can act on. `data` and `fields` go out as they are; `retry_after` is in seconds."""

    status = 400
    code = "invalid"
    message = "The request is not valid."

    def __init__(
        self,
        code: str | None = None,
        message: str | None = None,
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        retry_after: float | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code or self.code
        self.message = message or MESSAGES.get(self.code) or self.message
        self.fields, self.retry_after, self.data = fields, retry_after, data
        super().__init__(f"{self.code}: {self.message}")

    def in_words(self) -> str:
        """Return what is wrong as one text, for pages that have no place beside the field."""
        return " ".join(fault for faults in (self.fields or {}).values() for fault in faults) or self.message

    def payload(self) -> dict[str, Any]:
        """Return the error object of the wire."""
        extra = {"fields": self.fields, "retry_after": self.retry_after, "data": self.data}
        return {"code": self.code, "message": self.message} | {k: v for k, v in extra.items() if v is not None}


class Invalid(AppError):
    pass


class Unauthenticated(AppError):
    status = 401
    code = "auth.required"


class Forbidden(AppError):
    status = 403
    code = "forbidden"
    message = "You may not do this."


class NotFound(AppError):
    status = 404
    code = "not_found"


class Conflict(AppError):
    status = 409
    code = "conflict"
    message = "This does not fit what is there now."


class TooLarge(AppError):
    status = 413
    code = "too_large"


class RateLimited(AppError):
    status = 429
    code = "rate_limited"


class Unavailable(AppError):
    status = 503
    code = "unavailable"


MESSAGES = {
    "audit.broken": "The audit log is damaged, so nothing that belongs into it is done. Ask an administrator.",
    "auth.credentials": "Wrong name or password.",
    "auth.expired": "The access token has expired.",
    "auth.invalid": "The session has ended.",
    "auth.required": "Sign in first.",
    "auth.reused": "This sign-in was used elsewhere and has been ended.",
    "auth.ticket": "The ticket is unknown, used or too old.",
    "case.appeal": "Answer the appeal first.",
    "case.claimed": "Another moderator is working on this.",
    "case.closed": "This case has been closed.",
    "case.unclaimed": "Claim the case first.",
    "client_id.reused": "This client_id was used for another message.",
    "csrf": "The request did not come from this site.",
    "email.taken": "This e-mail address is in use.",
    "files.full": "Your files take up all the space there is for them. Delete some first.",
    "internal": "Something went wrong here. Nothing was confirmed.",
    "limit.reached": "There are too many of these already.",
    "member.banned": "This person is banned from the room.",
    "member.muted": "You are muted here.",
    "message.deleted": "The message was deleted.",
    "message.edit_expired": "The time for editing has passed.",
    "message.not_author": "Only the author may do this.",
    "message.purged": "What the message said has been purged.",
    "message.stale": "The message has changed meanwhile.",
    "message.withdrawn": "The author has deleted this; only they decided so.",
    "not_found": "There is no such thing here.",
    "protocol.binary": "Send text frames, not binary ones.",
    "protocol.json": "The frame is not valid JSON.",
    "protocol.order": "Sign in with auth first, and only once.",
    "protocol.unknown_type": "There is no such command.",
    "rate_limited": "Too fast. Wait a moment.",
    "report.yourself": "You cannot report yourself.",
    "direct.paused": "Writing to people you share no room with is paused here.",
    "links.paused": "Links are paused here for the moment.",
    "held.silenced": "Its author may not write there now. Refuse it, or release it later.",
    "message.held": "Your message waits for a moderator to look at it.",
    "message.refused": "A moderator has refused this message.",
    "registration.paused": "Registration is paused here for the moment.",
    "rule.blocked": "A rule of this site does not allow this message.",
    "registration.closed": "Registration is closed here.",
    "room.archived": "The room is archived.",
    "room.is_direct": "This cannot be done in a direct conversation.",
    "room.last_owner": "A room needs an owner: make somebody else owner first.",
    "room.not_moderator": "Only moderators of the room may do this.",
    "room.not_owner": "Only owners of the room may do this.",
    "room.outranked": "You cannot act on somebody of your own rank or above.",
    "room.read_only": "Only moderators may post here.",
    "sanction.over": "It is too late to appeal against this.",
    "search.empty": "Say what to search for.",
    "search.too_long": "Search for less at once: at most 500 characters.",
    "search.too_many": "Search for less at once: at most 20 words.",
    "setup.done": "The administrator exists already.",
    "too_large": "This is too large.",
    "unavailable": "This cannot be answered right now. Try again.",
    "room.slow": "This room is slow: wait before you write again.",
    "export.running": "Your data is being copied already.",
    "user.deleted": "This person has deleted their account.",
    "user.last_admin": "The last administrator cannot go: make somebody else administrator first.",
    "user.blocked": "You have blocked this person.",
    "user.unavailable": "This person cannot be reached by you.",
    "upload.complete": "This file has arrived already.",
    "upload.incomplete": "Not all of the file has arrived yet.",
    "upload.refused": "This file is not what it was announced to be.",
    "user.muted": "You are muted on this site.",
    "user.outranked": "You cannot act on somebody of your own rank or above.",
    "user.suspended": "This account is suspended.",
    "username.taken": "This name is taken, or too close to one that is.",
}
