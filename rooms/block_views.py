"""The REST door to blocks: parse, act, render. Above accounts, because a block closes a room."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.serializers import BlocksOut, user_out
from accounts.services.blocks import read_blocked
from core.api import actor, key
from rooms.services import blocking


class Blocks(APIView):
    @extend_schema(responses=BlocksOut)
    def get(self, request: Request) -> Response:
        """List whom the caller has blocked, the latest first."""
        ids = read_blocked(actor(request).pk)
        people = User.objects.in_bulk(ids)
        return Response(BlocksOut(results=[user_out(people[user_id]) for user_id in ids]))


class OneBlock(APIView):
    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, user_id: str) -> Response:
        """Block a person. They are not told."""
        blocking.block_person(actor=actor(request), user_id=key(user_id))
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, user_id: str) -> Response:
        """Unblock a person; one who was not blocked is fine."""
        blocking.unblock_person(actor=actor(request), user_id=key(user_id))
        return Response(status=204)
