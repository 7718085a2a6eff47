"""An S3 server that checks signatures: moto, which checks none, behind the rules of AWS Signature Version 4.

Written from Amazon's description, not with boto, so that what was signed is judged by somebody else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ACCESS_KEY, SECRET_KEY = "AKIATESTTESTTESTTEST", "a-secret-for-tests"
STAMP = "%Y%m%dT%H%M%SZ"


class Refused(Exception):
    pass


class Signed:
    """Wraps a WSGI application; lets through only what the owner of the one key has signed."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._alone = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            _verify(environ)
        except Refused as error:
            body = f"<Error><Code>{error}</Code><Message>{error}</Message></Error>".encode()
            start_response("403 Forbidden", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [body]
        with self._alone:  # moto is not made for threads
            answer: Iterable[bytes] = self._application(environ, start_response)
        return answer


# What a bucket's CORS rule makes it answer: pages of any origin may PUT; the signature says who may put what.
CORS = {"access-control-allow-origin": "*", "access-control-allow-headers": "content-type"}


class FromPages:
    """Wraps a WSGI application; answers as a bucket whose owner lets pages send files to it."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            own = [(name, value) for name, value in headers if name.lower() not in CORS]
            return start_response(status, [*own, *CORS.items()], *rest)

        if environ["REQUEST_METHOD"] == "OPTIONS":
            start("200 OK", [("Access-Control-Allow-Methods", "PUT"), ("Content-Length", "0")])
            return [b""]
        answer: Iterable[bytes] = self._application(environ, start)
        return answer


def _verify(environ: dict[str, Any]) -> None:
    path, _, raw_query = environ["RAW_URI"].partition("?")
    query = parse_qsl(raw_query, keep_blank_values=True)
    if "X-Amz-Signature" in dict(query):
        claim, payload = _claim_in_url(dict(query)), "UNSIGNED-PAYLOAD"
        query = [(name, value) for name, value in query if name != "X-Amz-Signature"]
    elif "HTTP_AUTHORIZATION" in environ:
        claim, payload = _claim_in_header(environ), environ["HTTP_X_AMZ_CONTENT_SHA256"]
    else:
        raise Refused("AccessDenied")
    key, day, region, service, ending = claim["credential"].split("/")
    if key != ACCESS_KEY:
        raise Refused("InvalidAccessKeyId")
    canonical = _canonical(environ, path, query, claim["headers"], payload)
    scope = "/".join((day, region, service, ending))
    words = "\n".join(("AWS4-HMAC-SHA256", claim["date"], scope, hashlib.sha256(canonical.encode()).hexdigest()))
    if not hmac.compare_digest(_signature(words, (day, region, service, ending)), claim["signature"]):
        raise Refused("SignatureDoesNotMatch")


def _claim_in_url(query: dict[str, str]) -> dict[str, str]:
    signed_at = datetime.strptime(query["X-Amz-Date"], STAMP).replace(tzinfo=UTC)
    if datetime.now(UTC) >= signed_at + timedelta(seconds=int(query["X-Amz-Expires"])):
        raise Refused("AccessDenied")
    names = {"credential": "Credential", "date": "Date", "headers": "SignedHeaders", "signature": "Signature"}
    return {name: query[f"X-Amz-{word}"] for name, word in names.items()}


def _claim_in_header(environ: dict[str, Any]) -> dict[str, str]:
    told = dict(re.findall(r"(\w+)=([^,\s]+)", environ["HTTP_AUTHORIZATION"]))
    return {
        "credential": told["Credential"],
        "date": environ["HTTP_X_AMZ_DATE"],
        "headers": told["SignedHeaders"],
        "signature": told["Signature"],
    }


def _canonical(environ: dict[str, Any], path: str, query: list[tuple[str, str]], names: str, payload: str) -> str:
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    headers = [f"{name}:{' '.join(_header(environ, name).split())}\n" for name in names.split(";")]
    listed = "&".join(f"{name}={value}" for name, value in pairs)
    return "\n".join((environ["REQUEST_METHOD"], path, listed, "".join(headers), names, payload))


def _header(environ: dict[str, Any], name: str) -> str:
    word = name.upper().replace("-", "_")
    return str(environ.get(word if word in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{word}", ""))


def _signature(words: str, scope: tuple[str, ...]) -> str:
    key = f"AWS4{SECRET_KEY}".encode()
    for part in (*scope, words):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: pytest shows what matters."""


@contextmanager
def strict_s3() -> Iterator[str]:
    """Run the server on a free port and yield its URL."""
    application = FromPages(Signed(create_backend_app("s3")))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
