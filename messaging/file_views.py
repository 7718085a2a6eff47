"""The REST door to files, and the stable addresses they are shown from: parse, act, render."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import FilesPassAuthentication, SessionTokenAuthentication
from accounts.serializers import MeOut, me_out
from core.api import actor, body, key, parameters, query
from messaging.file_serializers import AskUploadIn, FileIdIn, FileLinkIn, FileOut, RoomFilesIn, UploadOut
from messaging.serializers import MessageOut, RoomFilesOut
from messaging.services import pictures, serving, uploads
from messaging.services.changing import remove_previews
from messaging.services.listing import messages_with
from rooms.serializers import RoomOut, room_out


class Uploads(APIView):
    @extend_schema(request=AskUploadIn, responses={201: UploadOut})
    def post(self, request: Request) -> Response:
        """Ask to send a file. Send each part as it says, then `complete`."""
        wanted = body(AskUploadIn, request)
        asked = uploads.ask_upload(
            actor=actor(request),
            purpose=wanted.purpose,
            room_id=key(wanted.room_id) if wanted.room_id else None,
            name=wanted.name,
            size=wanted.size,
            media_type=wanted.media_type,
        )
        return Response(asked, status=201)


class OneUpload(APIView):
    @extend_schema(responses=UploadOut)
    def get(self, request: Request, file_id: str) -> Response:
        """See which parts have arrived, with new leave to send the others."""
        return Response(uploads.resume_upload(actor=actor(request), file_id=key(file_id)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, file_id: str) -> Response:
        """Cancel, or forget a file that was not sent."""
        uploads.cancel_upload(actor=actor(request), file_id=key(file_id))
        return Response(status=204)


class CompleteUpload(APIView):
    @extend_schema(request=None, responses=FileOut)
    def post(self, request: Request, file_id: str) -> Response:
        """Say that all parts have been sent. What has really arrived is looked at now."""
        return Response(uploads.complete_upload(actor=actor(request), file_id=key(file_id)))


class RoomFiles(APIView):
    @extend_schema(parameters=parameters(RoomFilesIn), responses=RoomFilesOut)
    def get(self, request: Request, room_id: str) -> Response:
        """List the messages with images, files or links, newest first."""
        asked = query(RoomFilesIn, request)
        found = messages_with(
            actor=actor(request), room_id=key(room_id), kind=asked.kind, before=asked.before, limit=asked.limit
        )
        return Response(found)


class Previews(APIView):
    @extend_schema(responses={200: MessageOut})
    def delete(self, request: Request, message_id: str) -> Response:
        """Take the previews of its links off one's own message."""
        return Response(remove_previews(actor=actor(request), message_id=key(message_id)))


class Avatar(APIView):
    @extend_schema(request=FileIdIn, responses=MeOut)
    def put(self, request: Request) -> Response:
        """Show a file that was uploaded for it as one's avatar."""
        wanted = body(FileIdIn, request)
        return Response(me_out(pictures.set_avatar(actor=actor(request), file_id=key(wanted.file_id))))

    @extend_schema(responses={200: MeOut})
    def delete(self, request: Request) -> Response:
        return Response(me_out(pictures.set_avatar(actor=actor(request), file_id=None)))


class RoomPicture(APIView):
    @extend_schema(request=FileIdIn, responses=RoomOut)
    def put(self, request: Request, room_id: str) -> Response:
        """Show a file that was uploaded for it as the room's picture."""
        wanted = body(FileIdIn, request)
        room = pictures.set_room_picture(actor=actor(request), room_id=key(room_id), file_id=key(wanted.file_id))
        return Response(room_out(room))

    @extend_schema(responses={200: RoomOut})
    def delete(self, request: Request, room_id: str) -> Response:
        room = pictures.set_room_picture(actor=actor(request), room_id=key(room_id), file_id=None)
        return Response(room_out(room))


class Whatever(BaseContentNegotiation):
    """An `<img>` accepts only images; a redirect to one fits, and so does the word that there is none."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Address(APIView):
    """The address of a file. It is asked each time it is shown, so no cache may keep where it led to."""

    authentication_classes = (SessionTokenAuthentication, FilesPassAuthentication)
    content_negotiation_class = Whatever
    schema = None

    def lead_to(self, url: str) -> HttpResponseRedirect:
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return HttpResponseRedirect(url, headers=headers)


class File(Address):
    def get(self, request: Request, file_id: str) -> HttpResponseRedirect:
        asked = query(FileLinkIn, request)
        url = serving.link_to(actor=actor(request), file_id=key(file_id), download=asked.download == "1")
        return self.lead_to(url)


class Thumbnail(Address):
    def get(self, request: Request, file_id: str) -> HttpResponseRedirect:
        return self.lead_to(serving.link_to_thumbnail(actor=actor(request), file_id=key(file_id)))
