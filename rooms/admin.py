"""Rooms in the Django admin: to look at. Changes go through the services, which keep order and tell everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import PersonAdmin
from accounts.models import Role, User
from core.listing import LookOnly
from rooms.models import Membership, Room
from rooms.services.sanctions import change_site_role

if TYPE_CHECKING:  # generic for the type checker alone
    OfRoom = admin.ModelAdmin[Room]
    OfMembership = admin.ModelAdmin[Membership]
else:
    OfRoom = OfMembership = admin.ModelAdmin


@admin.register(Room)
class RoomAdmin(LookOnly, OfRoom):
    list_display = ("id", "name", "kind", "member_count", "posting", "archived_at", "created_at")
    list_filter = ("kind", "posting")
    search_fields = ("name_key",)


@admin.register(Membership)
class MembershipAdmin(LookOnly, OfMembership):
    list_display = ("id", "room_id", "user_id", "role", "joined_at", "left_at", "muted_until")
    list_filter = ("role",)
    raw_id_fields = ("room", "user")


admin.site.unregister(User)


@admin.register(User)
class PersonInRoomsAdmin(PersonAdmin):
    """A role on the site is a rank in rooms too: a change of it takes hold there at once."""

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if isinstance(request.user, User) and "role" in form.cleaned_data:
            change_site_role(actor=request.user, user=obj, role=Role(form.cleaned_data["role"]))
