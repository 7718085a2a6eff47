"""The REST door to rooms: parse, act, render."""

from __future__ import annotations

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from msgspec import UNSET
from msgspec.structs import asdict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.serializers import user_out
from core import clock
from core.api import actor, body, key, parameters, query
from core.pagination import cursor_after, read_cursor
from rooms.models import Kind, Membership, Room
from rooms.serializers import (
    CreateRoomIn,
    DirectoryIn,
    DirectoryOut,
    DirectoryRoomOut,
    DirectRoomIn,
    MemberListOut,
    MemberOut,
    MembersIn,
    RoleIn,
    RoomEntryOut,
    RoomListOut,
    RoomOut,
    UpdateRoomIn,
    entry_out,
    member_out,
    room_out,
)
from rooms.services import members, rooms
from rooms.services.access import membership_of
from rooms.services.members import Entry


def _entry(entry: Entry, user: User) -> RoomEntryOut:
    return entry_out(entry.room, entry.membership, user, clock.now())


class Rooms(APIView):
    @extend_schema(responses=RoomListOut)
    def get(self, request: Request) -> Response:
        """List the caller's rooms; `users` are the participants of the direct ones."""
        user, moment = actor(request), clock.now()
        mine = list(Membership.objects.filter(user_id=user.pk, left_at=None))
        found = Room.objects.in_bulk([membership.room_id for membership in mine])
        ids = {user_id for room in found.values() for user_id in room.participant_ids}
        people = User.objects.in_bulk(ids).values()
        entries = [entry_out(found[membership.room_id], membership, user, moment) for membership in mine]
        return Response(RoomListOut(results=entries, users=[user_out(person) for person in people], next=None))

    @extend_schema(request=CreateRoomIn, responses={201: RoomEntryOut})
    def post(self, request: Request) -> Response:
        wanted = body(CreateRoomIn, request)
        entry = rooms.create_room(
            actor=actor(request), kind=wanted.kind, name=wanted.name, topic=wanted.topic, posting=wanted.posting
        )
        return Response(_entry(entry, actor(request)), status=201)


class Directory(APIView):
    @extend_schema(parameters=parameters(DirectoryIn), responses=DirectoryOut)
    def get(self, request: Request) -> Response:
        """List public rooms by name, also those the caller is not in."""
        asked = query(DirectoryIn, request)
        listed = Room.objects.filter(kind=Kind.PUBLIC, archived_at=None)
        if asked.q:
            listed = listed.filter(name_key__contains=asked.q.casefold())
        if asked.cursor:
            name, last = read_cursor(asked.cursor, tuple[str, int])
            listed = listed.filter(Q(name_key=name, pk__gt=last) | Q(name_key__gt=name))
        page = list(listed.order_by("name_key", "pk")[: asked.limit + 1])
        return Response(self._page(page, asked.limit, actor(request)))

    def _page(self, page: list[Room], limit: int, user: User) -> DirectoryOut:
        shown = page[:limit]
        ids = [room.pk for room in shown]
        mine = Membership.objects.filter(user_id=user.pk, left_at=None, room_id__in=ids)
        joined = set(mine.values_list("room_id", flat=True))
        results = [
            DirectoryRoomOut(
                id=str(room.pk),
                name=room.name,
                topic=room.topic,
                picture=room.picture or None,
                member_count=room.member_count,
                joined=room.pk in joined,
            )
            for room in shown
        ]
        more = cursor_after(shown[-1].name_key, shown[-1].pk) if len(page) > limit else None
        return DirectoryOut(results=results, next=more)


class DirectRooms(APIView):
    @extend_schema(request=DirectRoomIn, responses={200: RoomEntryOut, 201: RoomEntryOut})
    def post(self, request: Request) -> Response:
        wanted = body(DirectRoomIn, request)
        ids = [key(user_id) for user_id in wanted.user_ids]
        entry, created = rooms.open_direct_room(actor=actor(request), user_ids=ids)
        return Response(_entry(entry, actor(request)), status=201 if created else 200)


class OneRoom(APIView):
    @extend_schema(responses=RoomEntryOut)
    def get(self, request: Request, room_id: str) -> Response:
        membership = membership_of(actor(request).pk, key(room_id))
        entry = Entry(Room.objects.get(pk=membership.room_id), membership)
        return Response(_entry(entry, actor(request)))

    @extend_schema(request=UpdateRoomIn, responses=RoomOut)
    def patch(self, request: Request, room_id: str) -> Response:
        wanted = body(UpdateRoomIn, request)
        given = {name: value for name, value in asdict(wanted).items() if value is not UNSET}
        return Response(room_out(rooms.update_room(actor=actor(request), room_id=key(room_id), **given)))


class Archive(APIView):
    @extend_schema(request=None, responses=RoomOut)
    def put(self, request: Request, room_id: str) -> Response:
        return Response(room_out(rooms.archive_room(actor=actor(request), room_id=key(room_id), archived=True)))

    @extend_schema(responses={200: RoomOut})
    def delete(self, request: Request, room_id: str) -> Response:
        return Response(room_out(rooms.archive_room(actor=actor(request), room_id=key(room_id), archived=False)))


class Members(APIView):
    @extend_schema(parameters=parameters(MembersIn), responses=MemberListOut)
    def get(self, request: Request, room_id: str) -> Response:
        """List who is in the room, in a fixed order."""
        asked = query(MembersIn, request)
        room = membership_of(actor(request).pk, key(room_id)).room_id
        present = Membership.objects.filter(room_id=room, left_at=None)
        if asked.cursor:
            present = present.filter(user_id__gt=read_cursor(asked.cursor, tuple[int])[0])
        page = list(present.order_by("user_id")[: asked.limit + 1])
        shown = page[: asked.limit]
        people = User.objects.in_bulk([membership.user_id for membership in shown])
        more = cursor_after(shown[-1].user_id) if len(page) > asked.limit else None
        users = [user_out(person) for person in people.values()]
        return Response(MemberListOut(results=[member_out(one) for one in shown], users=users, next=more))


class MyMembership(APIView):
    @extend_schema(request=None, responses=RoomEntryOut)
    def put(self, request: Request, room_id: str) -> Response:
        """Join a public room."""
        return Response(_entry(members.join_room(actor=actor(request), room_id=key(room_id)), actor(request)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, room_id: str) -> Response:
        """Leave."""
        members.leave_room(actor=actor(request), room_id=key(room_id))
        return Response(status=204)


class OneMember(APIView):
    @extend_schema(request=None, responses=MemberOut)
    def put(self, request: Request, room_id: str, user_id: str) -> Response:
        """Invite."""
        return Response(
            member_out(members.add_member(actor=actor(request), room_id=key(room_id), user_id=key(user_id)))
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, room_id: str, user_id: str) -> Response:
        """Remove."""
        members.remove_member(actor=actor(request), room_id=key(room_id), user_id=key(user_id))
        return Response(status=204)

    @extend_schema(request=RoleIn, responses=MemberOut)
    def patch(self, request: Request, room_id: str, user_id: str) -> Response:
        wanted = body(RoleIn, request)
        changed = members.change_role(
            actor=actor(request), room_id=key(room_id), user_id=key(user_id), role=wanted.role
        )
        return Response(member_out(changed))
