"""People and their sign-ins."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from accounts.names import clean_email, clean_username, email_key, username_key
from core import clock
from core import ids as _ids  # noqa: F401 - the type checker finds the keys of every model through this import


class Role(models.TextChoices):
    ADMIN = "admin"
    MODERATOR = "moderator"
    USER = "user"


# Told apart on white and on black; the first that fits the name is taken, people may choose any other.
AVATAR_COLORS = ("#c2410c", "#b45309", "#4d7c0f", "#15803d", "#0f766e", "#0369a1", "#4338ca", "#7e22ce", "#be185d")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        """Find who signs in to the admin; names are compared as their keys, without case and look-alikes."""
        return self.get(username_key=username_key(username or ""))

    def create_superuser(self, username: str, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator; `manage.py createsuperuser` calls this."""
        person = self.model(display_name=username[:50], role=Role.ADMIN, **fields)
        person.take_username(clean_username(username))
        person.take_email(clean_email(email))
        person.set_password(password)
        person.save(using=self._db, force_insert=True)
        return person


class User(AbstractBaseUser):
    """A person. The `*_key` columns hold the names as they are compared: without case and look-alikes.

    What somebody may do on the site follows from `role` alone, so that asking costs no query on any database.
    """

    username = models.CharField(max_length=32, unique=True)
    username_key = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=254, unique=True)
    display_name = models.CharField(max_length=50)
    avatar_color = models.CharField(max_length=7)
    # The stable address of their picture; empty: initials on their color.
    avatar = models.CharField(max_length=64, blank=True, default="")
    status_text = models.CharField(max_length=100, blank=True, default="")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(default=True)
    # Set by moderation; enforced here, in capabilities() and on open sockets. A suspension without an end is for good; one
    # that has ended is over at that moment, whether or not somebody has tidied it away.
    suspended_at = models.DateTimeField(null=True, blank=True, db_index=True)
    suspended_until = models.DateTimeField(null=True, blank=True, db_index=True)
    suspension_reason = models.CharField(max_length=500, blank=True, default="")
    # On the whole site; a mute in one room is the membership's.
    muted_until = models.DateTimeField(null=True, blank=True)
    # Counts how often everything was signed out; what was signed in to the admin before that has ended.
    era = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects: ClassVar[UserManager] = UserManager()

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and not self.is_suspended

    @property
    def is_suspended(self) -> bool:
        if self.suspended_at is None:
            return False
        return self.suspended_until is None or self.suspended_until > clock.now()

    @property
    def is_staff(self) -> bool:
        """Moderators and administrators may enter the Django admin."""
        return self.may_sign_in and self.role in (Role.ADMIN, Role.MODERATOR)

    @property
    def is_superuser(self) -> bool:
        return self.may_sign_in and self.role == Role.ADMIN

    def get_session_auth_hash(self) -> str:
        """Return what a session of the admin must match: another password or another era ends it."""
        return salted_hmac("accounts.era", f"{self.era}:{self.password}", algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Administrators may do everything the admin offers; pages for moderators say so themselves."""
        return self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def take_username(self, username: str) -> None:
        """Take a clean username, and with the first one a color that stays."""
        self.username, self.username_key = username, username_key(username)
        self.avatar_color = self.avatar_color or AVATAR_COLORS[sum(username.encode()) % len(AVATAR_COLORS)]

    def take_email(self, email: str) -> None:
        self.email, self.email_key = email, email_key(email)

    def __str__(self) -> str:
        return self.username


class AuthSession(models.Model):
    """One sign-in on one device. The refresh token rotates; hashes of the present and the previous one are kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="auth_sessions")
    refresh_hash = models.CharField(max_length=64, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    rotated_at = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(default=clock.now)
    # The sooner of two ends: unused for REFRESH_IDLE_LIFETIME, or REFRESH_LIFETIME after the sign-in.
    expires_at = models.DateTimeField()
    # Indexed: every server looks every few seconds for what was revoked since, in case the news did not reach it.
    revoked_at = models.DateTimeField(null=True, blank=True, db_index=True)
    ip = models.CharField(max_length=45, blank=True, default="")
    device = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%Y-%m-%d}"


class Block(models.Model):
    """Somebody wants nothing of somebody else. Known to `blocker` alone."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blocker", "blocked"], name="blocked_once")]


class FormerName(models.Model):
    """The username of somebody who deleted their account, as a digest: nobody can have it, and pose as them, again."""

    digest = models.CharField(max_length=64, unique=True)


class Pausable(models.TextChoices):
    SIGN_UPS = "sign_ups"
    STRANGERS = "strangers"  # direct messages between people who share no room
    LINKS = "links"


class Pause(models.Model):
    """What the whole site does without until then. It ends by itself."""

    what = models.CharField(max_length=10, choices=Pausable.choices, unique=True)
    until = models.DateTimeField()


class Setup(models.Model):
    """Holds one row, whose fixed key lets exactly one first visitor become the administrator, on every database."""

    done_at = models.DateTimeField(default=clock.now)
