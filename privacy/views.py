"""The REST door to one's own data: parse, act, render."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.cookies import take_back
from core.api import actor, body
from privacy.serializers import DeleteAccountIn, ExportOut
from privacy.services import deleting, exporting


class MyExport(APIView):
    @extend_schema(responses=ExportOut)
    def get(self, request: Request) -> Response:
        """Tell how far the copy of one's data is, and where to fetch it."""
        return Response(exporting.own_export(actor=actor(request)))

    @extend_schema(request=None, responses={202: ExportOut})
    def post(self, request: Request) -> Response:
        """Ask for a copy of one's data."""
        return Response(exporting.ask_export(actor=actor(request)), status=202)


class MyAccount(APIView):
    @extend_schema(request=DeleteAccountIn, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Delete one's account, for good."""
        wanted = body(DeleteAccountIn, request)
        deleting.delete_own_account(actor=actor(request), password=wanted.password, messages=wanted.messages)
        response = Response(status=204)
        take_back(response)
        return response
