"""The REST door to the socket: tickets."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor
from core.limits import Limit, spend
from core.wire import Out
from realtime import tickets

TICKETS = Limit("ticket", times=60, seconds=60)


class TicketOut(Out):
    ticket: str
    expires_in: int


class SocketTicket(APIView):
    @extend_schema(request=None, responses={201: TicketOut})
    def post(self, request: Request) -> Response:
        """Get a ticket for one socket: send it in the first frame within 30 seconds."""
        spend(TICKETS, actor(request).pk)
        ticket = tickets.issue(request.auth.pk, actor(request).pk)
        return Response(TicketOut(ticket=ticket, expires_in=tickets.LIFETIME), status=201)
