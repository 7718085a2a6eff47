"""The REST door, and how it is described (docs/openapi.json)."""

from __future__ import annotations

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.WireRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.WireParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.WireNegotiation",
    "DEFAULT_SCHEMA_CLASS": "config.openapi.WireSchema",
    "EXCEPTION_HANDLER": "core.api.answer_error",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ChatFlow",
    "DESCRIPTION": "REST door of ChatFlow. The socket, the objects and the errors: docs/protocol.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["config.openapi.add_components"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
}
