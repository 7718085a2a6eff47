"""Builds the demo site's rows, dated back, with the same order in every room that the services would have given them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from config.demo.cast import DIRECT_SHARE, DIRECTS, PLACES, REACTIONS, Place
from config.demo.script import Line, talk
from core import wire
from core.ids import id_at, next_id
from messaging.contents import flags
from messaging.mentions import named_in
from messaging.models import Mention, Message, Reaction
from messaging.serializers import MentionsOut, ReactionOut
from messaging.services.sending import encoded, payload_hash
from rooms.models import Kind, MemberRole, Membership, Posting, Room
from rooms.services.blocking import direct_key

BATCH = 500
# How often, of all messages.
REACTED, EDITED, DELETED = 0.2, 0.03, 0.006
CAUGHT_UP = 0.6
MOST_BEHIND = 30


@dataclass
class Site:
    """Everything that is to be stored."""

    rooms: list[Room] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    def store(self) -> None:
        Room.objects.bulk_create(self.rooms)
        Membership.objects.bulk_create(self.memberships, BATCH)
        Message.objects.bulk_create(self.messages, BATCH)
        Reaction.objects.bulk_create(self.reactions, BATCH)
        Mention.objects.bulk_create(self.mentions, BATCH)


def build_site(chance: random.Random, people: dict[str, User], count: int, now: datetime) -> Site:
    """Return rooms, members and about `count` messages between `people`, by username."""
    site = Site()
    for place in PLACES:
        Conversation(site, chance, people, place.people, _room(place, people)).run(int(count * place.share), now)
    for pair in DIRECTS:
        room = _direct_room([people[name] for name in pair])
        Conversation(site, chance, people, pair, room).run(int(count * DIRECT_SHARE / len(DIRECTS)), now)
    return site


def _room(place: Place, people: dict[str, User]) -> Room:
    return Room(
        pk=next_id(),
        kind=place.kind,
        name=place.name,
        name_key=place.name.casefold(),
        topic=place.topic,
        posting=place.posting,
        direct_key=f"room:demo:{place.name}",
        created_by=people[place.people[0]],
        archived_at=people["ada"].created_at if place.archived else None,
    )


def _direct_room(people: Sequence[User]) -> Room:
    ids = sorted(person.pk for person in people)
    return Room(
        pk=next_id(),
        kind=Kind.DIRECT,
        direct_key=direct_key(ids),
        participants=",".join(map(str, ids)),
        created_by=people[0],
    )


class Conversation:
    """One room's history while it is being made. Like the services it takes the next `rev` for every change."""

    def __init__(
        self, site: Site, chance: random.Random, people: dict[str, User], names: Sequence[str], room: Room
    ) -> None:
        self.site, self.chance, self.people, self.names, self.room = site, chance, people, names, room
        self.messages: list[Message] = []
        site.rooms.append(room)

    def run(self, count: int, now: datetime) -> None:
        lines = list(talk(self.chance, self._writers(), count, now))
        self.room.created_at = lines[0].at - timedelta(days=1) if lines else now
        self.room.pk = id_at(self.room.created_at)
        members = self._enter()
        for line in lines:
            message = self._say(line)
            self._react(message)
            self._reconsider(message)
        for member in members:
            self._read(member)
        if self.room.archived_at is not None:
            self.room.archived_at, self.room.settings_rev = now, self._rev()
        self.site.messages += self.messages

    def _rev(self) -> int:
        self.room.rev += 1
        return self.room.rev

    def _writers(self) -> Sequence[str]:
        return self.names[:2] if self.room.posting == Posting.MODERATORS else self.names

    def _enter(self) -> list[Membership]:
        """Let the owner in first; in direct rooms nobody owns."""
        self.room.settings_rev = self._rev()
        direct = self.room.kind == Kind.DIRECT
        roles = [MemberRole.MEMBER if direct else MemberRole.OWNER, MemberRole.MEMBER]
        if self.room.posting == Posting.MODERATORS:
            roles[1] = MemberRole.MODERATOR
        members = [
            Membership(
                pk=next_id(),
                room=self.room,
                user=self.people[name],
                role=roles[place] if place < len(roles) else MemberRole.MEMBER,
                rev=self.room.rev if direct or place == 0 else self._rev(),
                joined_at=self.room.created_at,
            )
            for place, name in enumerate(self.names)
        ]
        self.room.member_count = len(members)
        self.site.memberships += members
        return members

    def _say(self, line: Line) -> Message:
        rev = self._rev()
        reply_to = self.messages[-line.answers].pk if line.answers else 0
        mentions = self._named(line)
        message = Message(
            pk=id_at(line.at),
            room=self.room,
            author=self.people[line.username],
            seq=rev,
            rev=rev,
            text_rev=rev,
            client_id=str(UUID(int=self.chance.getrandbits(128), version=4)),
            payload_hash=payload_hash(self.room.pk, line.text, reply_to or None),
            text=line.text,
            reply_to=reply_to,
            mentions=encoded(mentions),
            has=flags(line.text),
            created_at=line.at,
        )
        self.room.last_seq, self.room.last_message_at = rev, line.at
        self.messages.append(message)
        self.site.mentions += [
            Mention(pk=next_id(), message=message, room_id=self.room.pk, user_id=int(user_id), seq=rev)
            for user_id in mentions.user_ids
            if int(user_id) != message.author_id
        ]
        return message

    def _named(self, line: Line) -> MentionsOut:
        here = [self.people[name] for name in self.names]
        keys = named_in(line.text).keys
        return MentionsOut(user_ids=[str(person.pk) for person in here if person.username_key in keys])

    def _react(self, message: Message) -> None:
        if self.chance.random() > REACTED:
            return
        summary: list[ReactionOut] = []
        for emoji in self.chance.sample(REACTIONS, self.chance.choice([1, 1, 1, 2])):
            names = self.chance.sample(self.names, self.chance.randint(1, min(4, len(self.names))))
            fans = [self.people[name] for name in names]
            summary.append(ReactionOut(emoji=emoji, user_ids=[str(fan.pk) for fan in fans]))
            for fan in fans:
                message.rev = self._rev()
                reaction = Reaction(pk=next_id(), message=message, user=fan, emoji=emoji, created_at=message.created_at)
                self.site.reactions.append(reaction)
        message.reactions = wire.encode_text(summary)

    def _reconsider(self, message: Message) -> None:
        """Have some messages edited, and the odd one without reactions or mentions deleted."""
        later = message.created_at + timedelta(seconds=40)
        plain = not message.reactions and not message.mentions
        if plain and self.chance.random() < DELETED:
            message.rev = message.text_rev = self._rev()
            message.text, message.has, message.deleted_at = "", 0, later
        elif self.chance.random() < EDITED:
            message.rev = message.text_rev = self._rev()
            message.edited_at = later

    def _read(self, member: Membership) -> None:
        """Leave some members a little behind, but never behind their own words."""
        if not self.messages:
            return
        behind = 1 if self.chance.random() < CAUGHT_UP else self.chance.randint(2, MOST_BEHIND)
        seen = self.messages[-min(behind, len(self.messages))].seq
        own = max((message.seq for message in self.messages if message.author_id == member.user_id), default=0)
        member.last_read_seq, member.read_mark = max(seen, own), 1
