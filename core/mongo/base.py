"""The engine of `mongodb://` URLs: `ENGINE = "core.mongo"`."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, NotSupportedError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django_mongodb_backend import base
from pymongo import MongoClient
from pymongo.errors import ConfigurationError, InvalidOperation, PyMongoError, ServerSelectionTimeoutError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from core.mongo.operations import DatabaseOperations
from core.mongo.schema import DatabaseSchemaEditor

UNKNOWN_COMMIT = "UnknownTransactionCommitResult"
COMMIT_WITHIN = 10.0  # seconds in which a commit whose answer was lost is asked for again
# Within a transaction everything is read as of its first statement, and what it commits survives the loss of a server.
TRANSACTION = {"read_concern": ReadConcern("snapshot"), "write_concern": WriteConcern("majority", j=True)}

_connecting = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose `transaction.atomic`, `on_commit` and `set_rollback` are Django's own, on real transactions."""

    ops_class = DatabaseOperations
    SchemaEditorClass = DatabaseSchemaEditor
    # A comparison in $match is with values of the same type only, so null needs no test of its own; that test would keep
    # the planner from the tight bounds of an index.
    mongo_operators = base.DatabaseWrapper.mongo_operators | {
        "lt": lambda column, value: {column: {"$lt": value}},
        "lte": lambda column, value: {column: {"$lte": value}},
        "isnull": lambda column, wanted: {column: None if wanted else {"$ne": None}},
    }
    set_autocommit = BaseDatabaseWrapper.set_autocommit
    on_commit = BaseDatabaseWrapper.on_commit

    def get_new_connection(self, conn_params: dict[str, Any]) -> MongoClient[dict[str, Any]]:
        """Return the process's one client, made and looked at by whichever thread comes first."""
        with _connecting:
            if self.alias not in self._connection_pools:
                try:
                    client = super().get_new_connection(conn_params)
                except (ConfigurationError, ValueError) as error:
                    raise ImproperlyConfigured(f"{self._named()} is not right: {error}") from None
                try:
                    self._require_transactions(client)
                except BaseException:
                    self._connection_pools.pop(self.alias).close()
                    raise
            return self._connection_pools[self.alias]  # type: ignore[no-any-return]

    def _require_transactions(self, client: MongoClient[dict[str, Any]]) -> None:
        try:
            hello = client.admin.command("hello")
        except ServerSelectionTimeoutError as error:
            reason = str(error).partition(", Timeout:")[0]
            raise OperationalError(f"no MongoDB server answers: {reason}") from error
        except PyMongoError as error:
            raise OperationalError(str(error)) from error
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise ImproperlyConfigured(
                f"{self._named()} names a standalone mongod, which has no transactions: start it with --replSet and call "
                "rs.initiate() once (docs/databases.md)"
            )

    def _named(self) -> str:
        return "DATABASE_URL" if self.alias == "default" else f"The URL of the database {self.alias!r}"

    def check_database_version_supported(self) -> None:
        try:
            super().check_database_version_supported()
        except NotSupportedError as error:
            raise ImproperlyConfigured(f"{self._named()}: {error}") from None

    def _set_autocommit(self, autocommit: bool) -> None:
        if not autocommit:
            self.session = self.connection.start_session()
            self.session.start_transaction(**TRANSACTION)

    def _commit(self) -> None:
        if self.session is not None:
            self._commit_for_certain(time.monotonic() + COMMIT_WITHIN)
            self._end_session()

    def _commit_for_certain(self, give_up: float) -> None:
        """Commit; where the answer was lost, ask again: a second commit of the same transaction changes nothing."""
        while True:
            try:
                return self.session.commit_transaction()  # type: ignore[no-any-return]
            except PyMongoError as error:
                if not error.has_error_label(UNKNOWN_COMMIT) or time.monotonic() > give_up:
                    raise DatabaseError(f"not committed: {error}") from error

    def _rollback(self) -> None:
        if self.session is not None:
            try:
                self.session.abort_transaction()
            except InvalidOperation:  # its commit failed: there is nothing left to abort
                pass
            finally:
                self._end_session()
