"""The store of this site, chosen by `settings.FILE_STORE`."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from core.storage.contract import Store
from core.storage.options import LocalOptions, S3Options

# By name: boto3 takes time and memory to load, and most sites do without it.
STORES = {LocalOptions: "core.storage.local.LocalStore", S3Options: "core.storage.s3.S3Store"}


@cache
def store() -> Store:
    """Return the store of this site."""
    options = settings.FILE_STORE
    made: Store = import_string(STORES[type(options)])(options)
    return made
