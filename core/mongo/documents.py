"""The hot paths' way past the ORM: a model's collection, in the transaction under way, with Django's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError, connection
from django.db.models import Model
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

Document = dict[str, Any]
DUPLICATE_KEY = 11000


@contextmanager
def collection(name: str) -> Iterator[tuple[Collection[Document], ClientSession | None]]:
    """Give a collection, and the session its operations must name to belong to the transaction under way."""
    try:
        # Reached through the engine's wrapper, which the type checker knows only as any database's.
        engine: Any = connection
        yield engine.get_collection(name), engine.session
    except DuplicateKeyError as error:
        raise IntegrityError(str(error)) from error
    except BulkWriteError as error:
        kind = IntegrityError if _is_duplicate(error) else DatabaseError
        raise kind(str(error)) from error
    except PyMongoError as error:
        raise DatabaseError(str(error)) from error


def documents(model: type[Model]) -> AbstractContextManager[tuple[Collection[Document], ClientSession | None]]:
    """Give a model's collection, as `collection` does."""
    return collection(model._meta.db_table)


def _is_duplicate(error: BulkWriteError) -> bool:
    return any(found["code"] == DUPLICATE_KEY for found in error.details["writeErrors"])
