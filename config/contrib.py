"""Django's own apps with ChatFlow's primary key, so that one set of migrations serves every database."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.apps import AuthConfig
from django.contrib.contenttypes.apps import ContentTypesConfig

KEY = "core.ids.SnowflakeAutoField"


class Admin(AdminConfig):
    default = False
    default_auto_field = KEY


class Auth(AuthConfig):
    default_auto_field = KEY


class ContentTypes(ContentTypesConfig):
    default_auto_field = KEY
