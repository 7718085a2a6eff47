"""The REST door to notifications: parse, act, render."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from django.conf import settings
from drf_spectacular.utils import extend_schema
from msgspec import UNSET
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import AuthSession
from accounts.services.callers import network
from core.api import actor, address, body, key
from notifications.push.sealing import public_key
from notifications.serializers import (
    DeviceChangesIn,
    DeviceIn,
    DeviceOut,
    DevicesOut,
    NotificationsOut,
    PreferencesIn,
    PreferencesOut,
    RoomPreferenceIn,
    RoomPreferenceOut,
    TrialOut,
    device_out,
    preferences_out,
    room_preference_out,
    trial_out,
)
from notifications.services import devices, preferences, trials


class Notifications(APIView):
    @extend_schema(responses=NotificationsOut)
    def get(self, request: Request) -> Response:
        """Return what the caller wants to be told, everywhere and room by room, and by which key browsers subscribe."""
        user = actor(request)
        found = NotificationsOut(
            preferences=preferences_out(preferences.preferences_of(user.pk)),
            rooms=[room_preference_out(chosen) for chosen in preferences.rooms_chosen(user.pk)],
            vapid_public_key=public_key(),
            email=user.email if settings.MAIL_IS_SENT else None,
        )
        return Response(found)

    @extend_schema(request=PreferencesIn, responses=PreferencesOut)
    def patch(self, request: Request) -> Response:
        """Change what is given."""
        wanted = _given(body(PreferencesIn, request))
        if wanted.get("quiet") is not None:
            wanted["quiet"] = msgspec.structs.astuple(wanted["quiet"])
        return Response(preferences_out(preferences.change_preferences(actor=actor(request), **wanted)))


class RoomNotifications(APIView):
    @extend_schema(responses=RoomPreferenceOut)
    def get(self, request: Request, room_id: str) -> Response:
        return Response(room_preference_out(preferences.choice_for(actor=actor(request), room_id=key(room_id))))

    @extend_schema(request=RoomPreferenceIn, responses=RoomPreferenceOut)
    def put(self, request: Request, room_id: str) -> Response:
        """Choose what to be told of this room."""
        wanted = body(RoomPreferenceIn, request)
        chosen = preferences.change_room(
            actor=actor(request), room_id=key(room_id), level=wanted.level, muted_until=wanted.muted_until
        )
        return Response(room_preference_out(chosen))


class Devices(APIView):
    @extend_schema(responses=DevicesOut)
    def get(self, request: Request) -> Response:
        """List the devices that take pushes."""
        found = devices.list_devices(actor=actor(request))
        return Response(DevicesOut(results=[device_out(device, _session(request).pk) for device in found]))

    @extend_schema(request=DeviceIn, responses={200: DeviceOut, 201: DeviceOut})
    def post(self, request: Request) -> Response:
        """Let a browser take pushes, until this sign-in ends. Again for the same one: 200."""
        given = body(DeviceIn, request)
        device, is_new = devices.add_device(
            actor=actor(request),
            session=_session(request),
            endpoint=given.endpoint,
            p256dh=given.keys.p256dh,
            auth=given.keys.auth,
            label=given.label,
        )
        return Response(device_out(device, _session(request).pk), status=201 if is_new else 200)


class OneDevice(APIView):
    @extend_schema(request=DeviceChangesIn, responses=DeviceOut)
    def patch(self, request: Request, device_id: str) -> Response:
        """Rename it, switch it off or on, choose what it is for."""
        wanted = _given(body(DeviceChangesIn, request))
        device = devices.change_device(actor=actor(request), device_id=key(device_id), **wanted)
        return Response(device_out(device, _session(request).pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, device_id: str) -> Response:
        devices.remove_device(actor=actor(request), device_id=key(device_id))
        return Response(status=204)


class Trials(APIView):
    @extend_schema(request=None, responses={201: TrialOut})
    def post(self, request: Request, device_id: str) -> Response:
        """Send a test notification to a device."""
        trial = trials.start_trial(actor=actor(request), device_id=key(device_id))
        return Response(trial_out(trial), status=201)


class OneTrial(APIView):
    @extend_schema(responses=TrialOut)
    def get(self, request: Request, trial_id: str) -> Response:
        """Tell how far a test has got."""
        return Response(trial_out(trials.trial_of(actor=actor(request), trial_id=key(trial_id))))


class Receipt(APIView):
    """For the service worker, which has no access token: the token in the push says which test it was."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, token: str) -> Response:
        """Say that a test notification was shown."""
        trials.note_shown(token=token, caller=network(address(request)))
        return Response(status=204)


def _session(request: Request) -> AuthSession:
    return cast(AuthSession, request.auth)


def _given(wanted: msgspec.Struct) -> dict[str, Any]:
    found = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return {name: value for name, value in found.items() if value is not UNSET}
