from __future__ import annotations

from django_mongodb_backend import operations


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "core.mongo.compiler"
