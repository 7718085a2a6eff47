"""The product's settings with what makes tests quick and quiet."""

import os
import tempfile
import uuid

os.environ.setdefault("CHATFLOW_DATA", tempfile.mkdtemp(prefix="chatflow-test-"))

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.hashing.QuickBCryptHasher"]
RATE_LIMITS = False
TASKS = {"default": {"BACKEND": "tests.jobs.Kept", "QUEUES": []}}
REDIS_PREFIX = f"test-{uuid.uuid4().hex[:8]}"  # each process of a run remembers for itself
if REDIS_URL:  # noqa: F405
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = CACHES["default"]["KEY_PREFIX"] = REDIS_PREFIX  # noqa: F405
STATICFILES_DIRS = []
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in production: threads of a race have connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}  # noqa: F405
if DEFAULT_DB_IS_MONGO:  # noqa: F405
    # Of this run alone: several may share a server. A worker adds its own name.
    DATABASES["default"]["TEST"] = {"NAME": f"test_{DATA.name.replace('.', '_')}"}  # noqa: F405
