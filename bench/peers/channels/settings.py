"""The settings of the textbook chat: only what the Channels tutorial has, with a database."""

import os

import dj_database_url

SECRET_KEY = os.environ["SECRET"]
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["daphne", "channels", "textbook"]
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE"], conn_max_age=60)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ASGI_APPLICATION = "textbook.asgi.application"
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [os.environ["REDIS_URL"]]}}
}
USE_TZ = True
if "sqlite" in os.environ["DATABASE"]:
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
    }
