"""The REST door to messages: parse, act, render."""

from __future__ import annotations

from typing import TypeVar

from drf_spectacular.utils import extend_schema
from msgspec import UnsetType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor, body, key, parameters, query
from messaging.serializers import (
    AllCountsOut,
    ChangesIn,
    ChangesOut,
    EditMessageIn,
    HistoryIn,
    MessageOut,
    PageOut,
    PinnedOut,
    PlaceIn,
    PlaceOut,
    ResultsOut,
    SearchIn,
    SendMessageIn,
)
from messaging.services import changing, dates, history, pinning, reacting, searching, sending_together
from messaging.services.counting import count
from messaging.services.reading import read_to
from rooms.models import Membership
from rooms.serializers import MembershipOut, ReadIn
from rooms.services.access import membership_of

T = TypeVar("T")


def _given(value: T | UnsetType) -> T | None:
    return None if isinstance(value, UnsetType) else value


class Messages(APIView):
    @extend_schema(parameters=parameters(HistoryIn), responses=PageOut)
    def get(self, request: Request, room_id: str) -> Response:
        """Read a page of history; without a place, the newest."""
        asked = query(HistoryIn, request)
        page = history.page_of(
            actor=actor(request),
            room_id=key(room_id),
            before=_given(asked.before),
            after=_given(asked.after),
            around=_given(asked.around),
            limit=asked.limit,
        )
        return Response(page)

    @extend_schema(request=SendMessageIn, responses={200: MessageOut, 201: MessageOut})
    def post(self, request: Request, room_id: str) -> Response:
        """Send. A retry with the same client_id answers 200 with the first message."""
        wanted = body(SendMessageIn, request)
        sent = sending_together.send_with_others(
            actor=actor(request),
            room_id=key(room_id),
            client_id=wanted.client_id,
            text=wanted.text,
            reply_to=key(wanted.reply_to) if wanted.reply_to else None,
            file_ids=list(map(key, wanted.files)),
        )
        return Response(sent.message, status=201 if sent.created else 200)


class Changes(APIView):
    @extend_schema(parameters=parameters(ChangesIn), responses=ChangesOut)
    def get(self, request: Request, room_id: str) -> Response:
        """Read what changed since `after`. Outsiders get 404 here; the socket's `sync` says `gone`."""
        asked = query(ChangesIn, request)
        room = membership_of(actor(request).pk, key(room_id)).room_id
        return Response(history.changes_for(actor=actor(request), room_id=room, epoch=asked.epoch, after=asked.after))


class Read(APIView):
    @extend_schema(request=ReadIn, responses=MembershipOut)
    def put(self, request: Request, room_id: str) -> Response:
        """Mark read up to `seq`, or with `rewind` unread from there."""
        wanted = body(ReadIn, request)
        return Response(read_to(actor=actor(request), room_id=key(room_id), seq=wanted.seq, rewind=wanted.rewind))


class Unread(APIView):
    @extend_schema(responses=AllCountsOut)
    def get(self, request: Request) -> Response:
        """Count what is unread in each of the caller's rooms."""
        user = actor(request)
        mine = list(Membership.objects.filter(user_id=user.pk, left_at=None))
        counts = count(user.pk, mine)
        return Response(AllCountsOut(rooms={str(room_id): one for room_id, one in counts.items()}))


class OneMessage(APIView):
    @extend_schema(responses=MessageOut)
    def get(self, request: Request, message_id: str) -> Response:
        return Response(history.message_for(actor=actor(request), message_id=key(message_id)))

    @extend_schema(request=EditMessageIn, responses=MessageOut)
    def patch(self, request: Request, message_id: str) -> Response:
        wanted = body(EditMessageIn, request)
        message = changing.edit_message(
            actor=actor(request),
            message_id=key(message_id),
            text=wanted.text,
            expected_rev=wanted.expected_rev,
            file_ids=None if wanted.files is None else list(map(key, wanted.files)),
        )
        return Response(message)

    @extend_schema(responses={200: MessageOut})
    def delete(self, request: Request, message_id: str) -> Response:
        """Delete; answers with the tombstone."""
        return Response(changing.delete_message(actor=actor(request), message_id=key(message_id)))


class Reactions(APIView):
    @extend_schema(request=None, responses=MessageOut)
    def put(self, request: Request, message_id: str, emoji: str) -> Response:
        return Response(reacting.add_reaction(actor=actor(request), message_id=key(message_id), emoji=emoji))

    @extend_schema(responses={200: MessageOut})
    def delete(self, request: Request, message_id: str, emoji: str) -> Response:
        return Response(reacting.remove_reaction(actor=actor(request), message_id=key(message_id), emoji=emoji))


class Pin(APIView):
    @extend_schema(request=None, responses=MessageOut)
    def put(self, request: Request, message_id: str) -> Response:
        return Response(pinning.pin_message(actor=actor(request), message_id=key(message_id)))

    @extend_schema(responses={200: MessageOut})
    def delete(self, request: Request, message_id: str) -> Response:
        return Response(pinning.unpin_message(actor=actor(request), message_id=key(message_id)))


class Pinned(APIView):
    @extend_schema(responses=PinnedOut)
    def get(self, request: Request, room_id: str) -> Response:
        """List the pinned messages, the last pinned first; at most 50."""
        return Response(pinning.pinned_in(actor=actor(request), room_id=key(room_id)))


class Place(APIView):
    @extend_schema(parameters=parameters(PlaceIn), responses=PlaceOut)
    def get(self, request: Request, room_id: str) -> Response:
        """Find the first message at or after a moment, to read around its place."""
        asked = query(PlaceIn, request)
        return Response(dates.place_at(actor=actor(request), room_id=key(room_id), moment=asked.at))


class Search(APIView):
    @extend_schema(parameters=parameters(SearchIn), responses=ResultsOut)
    def get(self, request: Request) -> Response:
        """Find messages in the caller's rooms."""
        asked = query(SearchIn, request)
        room = _given(asked.room)
        return Response(
            searching.search_messages(
                actor=actor(request),
                q=asked.q,
                room_id=None if room is None else key(room),
                sort=asked.sort,
                tz=asked.tz,
                cursor=asked.cursor,
                limit=asked.limit,
            )
        )
