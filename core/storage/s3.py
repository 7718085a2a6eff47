"""Files in an S3-compatible store: Amazon's, MinIO, R2, Ceph, Garage. Nothing is used that one of them lacks."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import ImproperlyConfigured

from core.errors import NotFound, Unavailable
from core.storage.contract import Listed, SignedUpload, Stored
from core.storage.names import checked_key, checked_type, new_key, served_as
from core.storage.options import S3Options
from core.storage.s3_errors import code_of, explained

log = logging.getLogger(__name__)
CHUNK = 256 * 1024
IN_MEMORY = 1024 * 1024  # bytes of a file made here before it goes to a temporary one
# The last two: not there in the version that was asked for.
MISSING = {"NoSuchKey", "404", "NotFound", "PreconditionFailed", "ConditionalRequestConflict"}


@contextmanager
def _remote() -> Iterator[None]:
    """Turn what the store says into what a client is told."""
    try:
        yield
    except ClientError as error:
        if (code := code_of(error)) in MISSING:
            raise NotFound() from None
        log.error("S3 refuses %s: %s", error.operation_name, code)
        raise Unavailable() from error
    except BotoCoreError as error:
        log.error("S3 does not answer: %s", type(error).__name__)
        raise Unavailable() from error


class S3Store:
    def __init__(self, options: S3Options) -> None:
        self._options = options
        session = boto3.session.Session()
        self._client = _client(session, options, options.endpoint)
        # The host is part of what is signed, and browsers may know the store by another one.
        self._signer = _client(session, options, options.public_endpoint or options.endpoint)

    def ask_upload(self, key: str, *, size: int, content_type: str, expires: timedelta) -> SignedUpload:
        bound = {**self._at(key), "ContentType": checked_type(content_type), "ContentLength": size}
        return SignedUpload("PUT", self._signed("put_object", bound, expires), {"Content-Type": content_type})

    def signed_download(
        self, key: str, *, filename: str, content_type: str, expires: timedelta, inline: bool = False
    ) -> str:
        leaves_as, disposition = served_as(filename, content_type, inline)
        answer = {
            "ResponseContentType": leaves_as,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": f"private, max-age={int(expires.total_seconds())}",
        }
        return self._signed("get_object", self._at(key) | answer, expires)

    def stat(self, key: str) -> Stored | None:
        try:
            return self._here(key)
        except NotFound:
            return None

    def read(self, key: str, start: int, length: int) -> bytes:
        try:
            with _remote():
                asked = f"bytes={start}-{start + max(1, length) - 1}"
                body: bytes = self._client.get_object(**self._at(key), Range=asked)["Body"].read()
        except Unavailable as error:
            if code_of(error.__cause__) == "InvalidRange":
                return b""
            raise
        return body[: max(0, length)]

    def open(self, key: str) -> Iterator[bytes]:
        with _remote():
            body = self._client.get_object(**self._at(key))["Body"]
        return _chunks(body)

    def write(self, key: str, chunks: Iterable[bytes], content_type: str) -> Stored:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            file.writelines(chunks)
            size = file.tell()
            file.seek(0)
            with _remote():
                done = self._client.put_object(**self._at(key), Body=file, ContentType=checked_type(content_type))
        return Stored(size, content_type, done["ETag"].strip('"'))

    def move(self, source: str, target: str, *, etag: str) -> Stored:
        found = self.stat(source)
        if found is None:  # unless this is the second try
            return self._here(target)
        if found.etag != etag:
            raise NotFound()
        with _remote():  # looked at twice: not every store heeds the condition, and only it closes the gap
            condition = {"CopySource": self._at(source), "CopySourceIfMatch": f'"{etag}"'}
            done = self._client.copy_object(**self._at(target), **condition)
        self.delete([source])
        return replace(found, etag=done["CopyObjectResult"]["ETag"].strip('"'))

    def delete(self, keys: Iterable[str]) -> None:
        # One by one: for many at once the stores disagree about the checksum that has to come along.
        with _remote():
            for key in keys:
                self._client.delete_object(**self._at(key))

    def list(self, prefix: str = "") -> Iterator[Listed]:
        pages = self._client.get_paginator("list_objects_v2")
        with _remote():
            for page in pages.paginate(Bucket=self._options.bucket, Prefix=self._options.prefix + prefix):
                for found in page.get("Contents", []):
                    key = found["Key"].removeprefix(self._options.prefix)
                    yield Listed(key, found["Size"], found["LastModified"])

    def check(self) -> None:
        at = self._at(new_key("check"))
        steps = [
            ("list files", self._client.list_objects_v2, {"Bucket": at["Bucket"], "MaxKeys": 1}),
            ("write", self._client.put_object, {**at, "Body": b"May this be kept?", "ContentType": "text/plain"}),
            ("read", self._client.head_object, at),
            ("delete", self._client.delete_object, at),
        ]
        for wish, step, arguments in steps:
            try:
                step(**arguments)
            except (ClientError, BotoCoreError) as error:
                raise ImproperlyConfigured(explained(error, self._options, wish)) from None

    def _here(self, key: str) -> Stored:
        with _remote():
            found = self._client.head_object(**self._at(key))
        return Stored(found["ContentLength"], found["ContentType"], found["ETag"].strip('"'))

    def _at(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._options.bucket, "Key": self._options.prefix + checked_key(key)}

    def _signed(self, operation: str, parameters: dict[str, Any], expires: timedelta) -> str:
        with _remote():
            url = self._signer.generate_presigned_url(operation, parameters, ExpiresIn=int(expires.total_seconds()))
        return str(url)


def _chunks(body: Any) -> Iterator[bytes]:
    with body, _remote():
        yield from body.iter_chunks(CHUNK)


def _client(session: Any, options: S3Options, endpoint: str) -> Any:
    return session.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=options.region,
        aws_access_key_id=options.access_key or None,
        aws_secret_access_key=options.secret_key or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": options.addressing_style},
            # Other stores than Amazon's do not know the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=3,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )
