"""Accounts in the Django admin: to look at, to give roles and new passwords, and to end sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import AuthSession, Role, User
from accounts.services import passwords, roles, sessions
from core.db import atomic
from core.listing import CappedPaginator

if TYPE_CHECKING:  # generic for the type checker alone
    BaseUserAdmin = UserAdmin[User]
    BaseSessionAdmin = admin.ModelAdmin[AuthSession]
    BasePasswordForm = AdminPasswordChangeForm[User]
else:
    BaseUserAdmin, BaseSessionAdmin, BasePasswordForm = UserAdmin, admin.ModelAdmin, AdminPasswordChangeForm

admin.site.unregister(Group)  # rights follow from the role alone

PROFILE = ("username", "email", "display_name", "avatar_color", "status_text")
STANDING = ("role", "is_active", "suspended_at", "created_at", "last_login")


class NewPasswordForm(BasePasswordForm):
    def save(self, commit: bool = True) -> User:
        user: User = self.user
        wanted = self.cleaned_data["password1"] if self.cleaned_data["set_usable_password"] else None
        passwords.reset_password(user=user, new_password=wanted)
        return user


@admin.register(User)
class PersonAdmin(BaseUserAdmin):
    show_full_result_count = False
    paginator = CappedPaginator
    list_display = ("username", "display_name", "email", "role", "is_active", "suspended_at", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "username_key", "email_key", "display_name")
    ordering = ("username",)
    filter_horizontal = ()
    change_password_form = NewPasswordForm
    fieldsets = (
        (None, {"fields": PROFILE}),
        ("Standing", {"fields": STANDING}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [field for field in (*PROFILE, *STANDING) if field != "role" or obj == request.user]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with atomic():
            answer = super().user_change_password(request, id, form_url)
            if (
                answer.status_code == 302 and request.user.pk is not None
            ):  # it was changed; the form cannot know by whom
                passwords.record_password(actor_id=request.user.pk, user_id=int(id))
            return answer

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if isinstance(request.user, User) and "role" in form.cleaned_data:
            roles.change_role(actor=request.user, user=obj, role=Role(form.cleaned_data["role"]))


@admin.register(AuthSession)
class AuthSessionAdmin(BaseSessionAdmin):
    show_full_result_count = False
    paginator = CappedPaginator
    list_display = ("id", "user_id", "device", "ip", "created_at", "last_used_at", "expires_at", "revoked_at")
    fields = readonly_fields = ("user_id", "device", "ip", "created_at", "last_used_at", "expires_at", "revoked_at")
    search_fields = ("device", "ip")
    actions = ("end",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuthSession | None = None) -> bool:
        return False

    @admin.action(description="End the selected sign-ins")
    def end(self, request: HttpRequest, queryset: QuerySet[AuthSession]) -> None:
        for session in queryset.only("pk", "user_id"):
            sessions.end_session(user_id=session.user_id, session_id=session.pk, by=request.user.pk or 0)
