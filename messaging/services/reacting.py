"""React to a message with an emoji, and take that back."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from core import wire
from core.db import retried, undo
from core.errors import Conflict
from core.events import publish, room_topic
from messaging.emoji import qualified
from messaging.events import reaction_changed
from messaging.models import Reaction
from messaging.serializers import MessageOut, ReactionOut, message_out, read_reactions
from messaging.services.changing import Change, changing

MOST_EMOJI = 20
MOST_OF_ONE_EMOJI = 500  # who reacted travels with the message


@retried
def add_reaction(*, actor: User, message_id: int, emoji: str) -> MessageOut:
    """React; doing it twice is fine. At most 20 different emoji on a message."""
    emoji = qualified(emoji)
    with changing(actor, message_id) as change:
        change.require_present()
        change.rights.require("react")
        reactions = read_reactions(change.row.reactions)
        mine = next((one for one in reactions if one.emoji == emoji), None)
        if len(reactions) >= MOST_EMOJI if mine is None else len(mine.user_ids) >= MOST_OF_ONE_EMOJI:
            raise Conflict("limit.reached")
        if mine is None:
            reactions.append(mine := ReactionOut(emoji=emoji, user_ids=[]))
        if str(actor.pk) in mine.user_ids:
            undo()
            return message_out(change.row)
        mine.user_ids.append(str(actor.pk))
        Reaction.objects.create(message_id=message_id, user_id=actor.pk, emoji=emoji)
        return _publish_reactions(change, reactions, "reaction.added", emoji, actor)


@retried
def remove_reaction(*, actor: User, message_id: int, emoji: str) -> MessageOut:
    """Take one's reaction back; one that is not there is fine."""
    emoji = qualified(emoji)
    with changing(actor, message_id) as change:
        reactions = read_reactions(change.row.reactions)
        mine = next((one for one in reactions if one.emoji == emoji and str(actor.pk) in one.user_ids), None)
        if mine is None:
            undo()
            return message_out(change.row)
        change.rights.require("react")
        mine.user_ids.remove(str(actor.pk))
        Reaction.objects.filter(message_id=message_id, user_id=actor.pk, emoji=emoji).delete()
        return _publish_reactions(change, [one for one in reactions if one.user_ids], "reaction.removed", emoji, actor)


def _publish_reactions(change: Change, reactions: list[ReactionOut], kind: Any, emoji: str, actor: User) -> MessageOut:
    message = change.write(reactions=wire.encode_text(reactions) if reactions else "")
    publish(room_topic(change.row.room_id), reaction_changed(kind, message, emoji, actor.pk))
    return message
