"""The REST door to numbers: parse, act, render."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from msgspec import UNSET
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.models import WHOLE_SITE
from analytics.permissions import require_administrator
from analytics.serializers import DaysIn, LiveOut, ReportOut, RoomNumbersListOut, RoomsIn
from analytics.services.live import live
from analytics.services.periods import busiest_rooms, period, report
from core.api import actor, key, parameters, query


class AnalyticsDays(APIView):
    @extend_schema(parameters=parameters(DaysIn), responses=ReportOut)
    def get(self, request: Request) -> Response:
        """Return a period day by day, for the whole site or one room. For administrators."""
        require_administrator(actor(request))
        asked = query(DaysIn, request)
        room_id = WHOLE_SITE if asked.room_id is UNSET else key(asked.room_id)
        return Response(report(actor=actor(request), period=period(asked), room_id=room_id))


class AnalyticsRooms(APIView):
    @extend_schema(parameters=parameters(RoomsIn), responses=RoomNumbersListOut)
    def get(self, request: Request) -> Response:
        """List the busiest rooms of a period. For administrators."""
        require_administrator(actor(request))
        asked = query(RoomsIn, request)
        return Response(busiest_rooms(actor=actor(request), period=period(asked), limit=asked.limit))


class AnalyticsLive(APIView):
    @extend_schema(responses=LiveOut)
    def get(self, request: Request) -> Response:
        """Return the numbers of this moment. For administrators."""
        return Response(live(actor=actor(request)))
