"""ChatFlow's settings, all from the environment (README, Settings). Without any it runs alone on SQLite."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env, files
from config.databases import SCHEMES, database, is_mongo
from config.logs import logging_setting
from config.notifying import mail_settings, public_url, push_hosts, vapid_private_key, vapid_subject
from config.processes import caches, channel_layers
from config.queue import TASKS as TASKS
from config.queue import job_threads
from config.rest import REST_FRAMEWORK as REST_FRAMEWORK
from config.rest import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from config.storage import file_store
from config.zone import site_time_zone

ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

# --- Where things are kept ---
DATA = env.folder("CHATFLOW_DATA", Path(env.text("CHATFLOW_DATA", str(ROOT / "data"))).resolve())

# --- Who may call ---
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.kept_secret("SECRET_KEY", DATA)
JWT_KEY = env.kept_secret("JWT_KEY", DATA)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
if "*" in ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured("ALLOWED_HOSTS=* would let anybody pose as this site: name its hosts")
# Full origins (https://chat.example.org) besides the one the request itself came to.
TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS")
CSRF_TRUSTED_ORIGINS = TRUSTED_ORIGINS
# How many proxies in front may be believed about the caller's address.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=8)
SITE_NAME = env.text("SITE_NAME", "ChatFlow")
REGISTRATION_OPEN = env.flag("REGISTRATION_OPEN", True)

# --- HTTPS: on when the site says so; loopback without it stays usable ---
HTTPS = env.flag("HTTPS", any(origin.startswith("https://") for origin in TRUSTED_ORIGINS))
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
# Without HTTPS on purpose (a loopback or a private network): these warnings have been answered.
SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008", "security.W010", "security.W016"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, "'unsafe-inline'"],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- What it is made of ---
INSTALLED_APPS = [
    "daphne",  # first: it gives `manage.py runserver` WebSockets
    "config.contrib.Admin",
    "config.contrib.Auth",
    "config.contrib.ContentTypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "django_filters",
    "django_tasks",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "accounts",
    "rooms",
    "messaging",
    "moderation",
    "privacy",
    "notifications",
    "realtime",
    "analytics",
    "config",
]
MIDDLEWARE = [
    "config.probes.probes",
    "django.middleware.security.SecurityMiddleware",
    "config.policy.SamePolicy",
    "config.pages_only.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.pages_only.SignIns",
    "config.pages_only.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.never_stored",
    "accounts.middleware.address_known",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Databases: the same models and migrations on each ---
DATABASE_URL = env.url("DATABASE_URL", SCHEMES)
DEFAULT_DB_IS_MONGO = is_mongo(DATABASE_URL)
SQLITE_SYNCHRONOUS = env.one_of(
    "SQLITE_SYNCHRONOUS", env.text("SQLITE_SYNCHRONOUS", "NORMAL").upper(), ("NORMAL", "FULL", "EXTRA")
)
env.number("CHATFLOW_NODE", 0, most=1023)  # read by core.ids; refused here, by name
DATABASES = {"default": database(DATABASE_URL, DATA, SQLITE_SYNCHRONOUS)}
ANALYTICS_DATABASE_URL = env.url("ANALYTICS_DATABASE_URL", {"postgres", "postgresql"})
if ANALYTICS_DATABASE_URL:
    DATABASES["analytics"] = database(ANALYTICS_DATABASE_URL, DATA, alias="analytics")
DATABASE_ROUTERS = ["analytics.router.AnalyticsRouter"]
DEFAULT_AUTO_FIELD = "core.ids.SnowflakeAutoField"
MIGRATION_MODULES = {name: f"config.contrib_migrations.{name}" for name in ("admin", "auth", "contenttypes")}

# --- Redis: an accelerator and the way to more than one process, never the truth ---
# Several, separated by commas: events are spread over all of them, everything else is kept on the first.
REDIS_URLS = env.urls("REDIS_URL", {"redis", "rediss", "unix"})
REDIS_URL = REDIS_URLS[0] if REDIS_URLS else ""
REDIS_PREFIX = env.text("REDIS_PREFIX", "chatflow")
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", 1, least=1, most=64)
if WEB_CONCURRENCY > 1 and not REDIS_URL:
    raise ImproperlyConfigured("WEB_CONCURRENCY above 1 needs REDIS_URL: the processes talk through it")
CHANNEL_LAYERS = channel_layers(REDIS_URLS, REDIS_PREFIX)
CACHES = caches(REDIS_URL, REDIS_PREFIX)

# --- Background jobs: in the server, or in processes of `manage.py worker` ---
JOB_THREADS = job_threads()

# --- Files: on this disk, or in an S3-compatible store ---
FILE_STORE = file_store(DATA)
LARGEST_FILE, MOST_STORED, LINK_PREVIEWS = files.LARGEST, files.MOST_STORED, files.LINK_PREVIEWS
CONTENT_SECURITY_POLICY["DIRECTIVES"] |= files.media_sources(FILE_STORE)

# --- Reaching people who are not here ---
globals().update(mail_settings(DATA))  # EMAIL_* and DEFAULT_FROM_EMAIL
MAIL_IS_SENT: bool = "EMAIL_HOST" in globals()
PUBLIC_URL = public_url(TRUSTED_ORIGINS)
VAPID_PRIVATE_KEY = vapid_private_key(DATA)
VAPID_SUBJECT = vapid_subject(PUBLIC_URL)
PUSH_ALLOWED_HOSTS = push_hosts()

# --- Accounts ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.authentication.AdminSignIn"]  # the admin's form; the API has its own
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
REFRESH_IDLE_LIFETIME = timedelta(days=14)
REFRESH_LIFETIME = timedelta(days=60)
REFRESH_GRACE = timedelta(seconds=20)  # two tabs may refresh at once
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_KEY,
    "AUDIENCE": "chatflow",
    "ISSUER": "chatflow",
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "LEEWAY": 10,
}

# --- Messaging ---
EDIT_WINDOW = timedelta(minutes=env.number("EDIT_WINDOW_MINUTES", 24 * 60))
FAILPOINT = env.text("CHATFLOW_FAILPOINT")  # for the fault tests alone
RATE_LIMITS = env.flag("RATE_LIMITS", True)
PERSON_PARTS = "config.persons.PARTS"  # what is kept of a person, for a copy of it and for its end
MESSAGE_SCREEN = "moderation.services.screening.screen"  # what messages are held against before they are kept
AUDIT_SINK = "moderation.services.audit.keep"  # where core.audit.record puts what was done

# --- REST: config/rest.py, but for what Django itself reads ---
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# --- Watching ---
METRICS_TOKEN = env.text("METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("METRICS_TOKEN is too short: use at least 16 characters")

# --- Pages ---
LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]
SITE_TIME_ZONE = site_time_zone()
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "static_root"
WEB_CLIENT = ROOT / "frontend" / "dist"
STATICFILES_DIRS = [WEB_CLIENT] if WEB_CLIENT.is_dir() else []

# --- Logs: no bodies, tokens or addresses of rooms in them ---
LOGGING = logging_setting()
