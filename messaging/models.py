"""Messages and what people add to them. The hot paths read and write these tables through `messaging.store`."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core import clock
from rooms.models import Room


class Message(models.Model):
    """A message. `seq` is its place in the room and never changes; `rev` is the room's counter at its last change."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    seq = models.BigIntegerField()
    rev = models.BigIntegerField()
    # The author's own key for it: a retry finds the first message, for ever.
    client_id = models.CharField(max_length=36)
    # What the key was first used for: the same key for something else is refused.
    payload_hash = models.CharField(max_length=32)
    text = models.TextField()
    # `rev` of the last change of the text: an edit is stale only if somebody else changed the text since, not if a
    # reaction came in between.
    text_rev = models.BigIntegerField()
    reply_to = models.BigIntegerField(default=0)
    # JSON: {"user_ids": [...], "room": bool} and [{"emoji", "user_ids"}], so that a page of history is one query.
    mentions = models.TextField(default="")
    reactions = models.TextField(default="")
    # What it has besides words: see messaging.contents.Has.
    has = models.SmallIntegerField(default=0)
    # JSON, as they are shown: [{"id", "name", "url", ...}] and [{"url", "title", ...}].
    files = models.TextField(default="")
    previews = models.TextField(default="")
    # Who pinned it, 0 for nobody, and when.
    pinned_by = models.BigIntegerField(default=0)
    pinned_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_place"),
            models.UniqueConstraint(fields=["room", "rev"], name="message_changes"),
            models.UniqueConstraint(fields=["author", "client_id"], name="message_sent_once"),
        ]
        # Of those alone that have something: a plain message costs nothing here.
        indexes = [
            models.Index(fields=["room", "has", "seq"], name="message_has", condition=models.Q(has__gt=0)),
            models.Index(fields=["room", "pinned_at"], name="message_pinned", condition=models.Q(pinned_by__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"


class Reaction(models.Model):
    """One person's one emoji on a message. `Message.reactions` is the readable summary of these rows."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reaction_rows", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    emoji = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once")]

    def __str__(self) -> str:
        return f"{self.emoji} by {self.user_id} on {self.message_id}"


class Mention(models.Model):
    """Somebody named in a message; `user_id` 0 names the whole room. Counted for badges, from `last_read_seq` on."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mention_rows", db_index=False)
    room_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user_id"], name="mention_once")]
        indexes = [models.Index(fields=["room_id", "user_id", "seq"], name="mention_count")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.message_id}"


class Kept(models.Model):
    """What a message said before it was edited or deleted: for moderators, and to undo a deletion. Goes after 30 days."""

    message_id = models.BigIntegerField()
    room_id = models.BigIntegerField()
    author_id = models.BigIntegerField()
    # `Message.text_rev` of what is kept: each state is kept once.
    text_rev = models.BigIntegerField()
    # JSON: the message's columns, as they were.
    contents = models.TextField()
    # Who replaced it (0: a rule), whether by deleting, and as part of what (a sanction's id).
    by_id = models.BigIntegerField()
    deleted = models.BooleanField(default=False)
    part_of = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_id", "text_rev"], name="kept_once")]
        indexes = [models.Index(fields=["part_of", "id"], name="kept_part_of")]

    def __str__(self) -> str:
        return f"{self.message_id} until {self.at:%Y-%m-%d}"


class SpentKey(models.Model):
    """The key of a message that a room has forgotten: a retry that comes late must not send it again."""

    author_id = models.BigIntegerField()
    client_id = models.CharField(max_length=36)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author_id", "client_id"], name="key_spent_once")]

    def __str__(self) -> str:
        return f"{self.client_id} of {self.author_id}"


class LinksDue(models.Model):
    """A message whose links are to be looked at. Kept with the message, gone when it is done."""

    message_id = models.BigIntegerField(unique=True)
    due_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.message_id} since {self.due_at:%Y-%m-%d %H:%M}"


class Purpose(models.TextChoices):
    MESSAGE = "message"
    AVATAR = "avatar"
    PICTURE = "picture"  # of a room
    PREVIEW = "preview"  # of a link, fetched by the server


class State(models.TextChoices):
    PENDING = "pending"
    READY = "ready"
    REFUSED = "refused"


class Attachment(models.Model):
    """A file somebody sent to the store. `Message.files` is the readable summary of those of a message."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    # Where it is in the store once it is complete; its parts on their way have keys made from this one.
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=150)
    # What it was announced as, to which its upload is bound; from `complete` on what its bytes show.
    media_type = models.CharField(max_length=161)
    size = models.BigIntegerField()
    # Of pictures, as they are seen; 0 for everything that is not shown as one.
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    moves = models.BooleanField(default=False)
    thumbnail = models.CharField(max_length=200, blank=True, default="")
    # Since when a thumbnail is to be drawn or to be shown; null when nothing is to be done.
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    room_id = models.BigIntegerField(default=0)
    message_id = models.BigIntegerField(default=0, db_index=True)
    attached_at = models.DateTimeField(null=True, blank=True)
    # Out of everybody's reach since then; kept for moderators until it is purged.
    removed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "purpose"], name="attachment_of_owner"),
            models.Index(fields=["attached_at", "created_at"], name="attachment_unused"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.width > 0
