"""OpenAPI from the same structs that check the wire: views name them in `extend_schema`, this turns them into schemas."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema

from core.wire import RefusalOut

REFUSAL = {
    "description": "Refused: the code says why (docs/protocol.md, Errors)",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RefusalOut"}}},
}
CAPITAL = re.compile(r"([A-Z])")
REF = "#/components/schemas/{name}"


class StructSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    target_class = "msgspec.Struct"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema | None = None, direction: str | None = None) -> str:
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        _, components = msgspec.json.schema_components([self.target], ref_template=REF)
        return dict(components[self.get_name()])


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.authentication.SessionTokenAuthentication"
    name = "accessToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class WireSchema(AutoSchema):
    """Views are `APIView`s that parse and render structs; an operation is named after its view: `get_one_room`."""

    def get_operation_id(self) -> str:
        return (self.method + CAPITAL.sub(r"_\1", type(self.view).__name__)).lower()


def _structs(base: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    return [kind for child in base.__subclasses__() for kind in (child, *_structs(child))]


def add_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the structs that other structs refer to, until every reference has its schema; say what a refusal looks like."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(msgspec.json.schema_components([RefusalOut], ref_template=REF)[1])
    known = {kind.__name__: kind for kind in _structs(msgspec.Struct)}
    while missing := _references(result) - schemas.keys():
        for name in sorted(missing):
            schemas.update(msgspec.json.schema_components([known[name]], ref_template=REF)[1])
    for operation in (part for path in result["paths"].values() for part in path.values()):
        operation["responses"].setdefault("default", REFUSAL)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        here = (
            {node["$ref"].rpartition("/")[2]}
            if str(node.get("$ref", "")).startswith("#/components/schemas/")
            else set()
        )
        return here.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()
