"""The consumer of the Channels tutorial (part 3, asynchronous), with a JWT, a check of the membership, and messages kept."""

import json
import os
from urllib.parse import parse_qs

import jwt
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
http = get_asgi_application()

from textbook.models import Member, Message  # noqa: E402


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room = int(self.scope["url_route"]["kwargs"]["room"])
        self.group = f"chat_{self.room}"
        if not await self.is_member():
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send(text_data=json.dumps({"type": "ready"}))

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data):
        wanted = json.loads(text_data)
        message = await self.keep(wanted["client_id"], wanted["text"])
        await self.channel_layer.group_send(self.group, {"type": "chat.message", "message": message})
        await self.send(text_data=json.dumps({"ref": wanted["ref"], "seq": message["seq"]}))

    async def chat_message(self, event):
        await self.send(text_data=json.dumps(event["message"]))

    @database_sync_to_async
    def is_member(self):
        return Member.objects.filter(user_id=self.scope["user_id"], room_id=self.room).exists()

    @database_sync_to_async
    def keep(self, client_id, text):
        kept = Message.objects.create(
            room_id=self.room, author_id=self.scope["user_id"], client_id=client_id, text=text
        )
        return {
            "seq": kept.pk,
            "room_id": self.room,
            "author_id": kept.author_id,
            "client_id": client_id,
            "created_at": kept.created_at.isoformat(),
            "text": text,
        }


def with_token(inner):
    async def signed_in(scope, receive, send):
        token = parse_qs(scope["query_string"].decode())["token"][0]
        claims = jwt.decode(token, os.environ["SECRET"], algorithms=["HS256"])
        return await inner({**scope, "user_id": int(claims["sub"])}, receive, send)

    return signed_in


routes = URLRouter([re_path(r"ws/chat/(?P<room>\w+)/$", ChatConsumer.as_asgi())])
application = ProtocolTypeRouter({"http": http, "websocket": with_token(routes)})
