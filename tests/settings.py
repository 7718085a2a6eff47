"""The product's settings with what makes tests quick and quiet."""

import os
import tempfile

os.environ.setdefault("CHATFLOW_DATA", tempfile.mkdtemp(prefix="chatflow-test-"))

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.hashing.QuickBCryptHasher"]
RATE_LIMITS = False
STATICFILES_DIRS = []
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in production: threads of a race have connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}  # noqa: F405
