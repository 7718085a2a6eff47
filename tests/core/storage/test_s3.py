"""What is particular to S3: how URLs are signed, what a wrong set-up is told, and what moto itself lets through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from django.core.exceptions import ImproperlyConfigured
from moto.server import ThreadedMotoServer

from core.errors import Unavailable
from core.storage.names import new_key
from core.storage.s3 import S3Store
from core.storage.s3_errors import explained
from tests.core.storage.places import PNG, SOON, Place, close, s3_options, s3_place
from tests.services import free_port


@contextmanager
def configured(endpoint: str, **changed: str) -> Iterator[S3Store]:
    store = S3Store(s3_options(endpoint, **changed))
    try:
        yield store
    finally:
        close(store)


def signed_url(store: S3Store) -> str:
    return store.ask_upload("a/b", size=7, content_type="image/png", expires=SOON).url


def test_size_type_and_host_are_signed_and_the_secret_is_not_told(s3: Place) -> None:
    assert isinstance(s3.store, S3Store)
    query = parse_qs(urlsplit(signed_url(s3.store)).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["300"]
    assert "secret" not in repr(s3.store._options)


def test_files_stay_below_the_prefix(s3: Place) -> None:
    assert isinstance(s3.store, S3Store)
    s3.store._client.put_object(Bucket="chatflow", Key="elsewhere/a", Body=b"x")
    key = s3.kept()
    assert [found.key for found in s3.store.list()] == [key]
    assert s3.store._client.head_object(Bucket="chatflow", Key=f"site/{key}")["ContentLength"] == len(PNG)


def test_browsers_are_sent_to_the_public_endpoint(s3: Place, s3_url: str) -> None:
    public = s3_url.replace("127.0.0.1", "localhost")
    with configured(s3_url, public_endpoint=public) as store:
        place = Place("s3", store, "")
        key, upload = place.ask()
        assert upload.url.startswith(f"{public}/chatflow/site/")
        assert place.send(upload, PNG).status_code == 200
        assert place.get(place.link(key)).content == PNG
        moved = upload.url.replace(public, s3_url)
        assert place.send(type(upload)("PUT", moved, upload.headers), PNG).status_code == 403


@pytest.mark.parametrize(
    ("endpoint", "style", "start"),
    [
        ("https://s3.example.org", "auto", "https://s3.example.org/chatflow/site/"),
        ("https://s3.example.org", "path", "https://s3.example.org/chatflow/site/"),
        ("https://s3.example.org", "virtual", "https://chatflow.s3.example.org/site/"),
        ("", "auto", "https://chatflow.s3.amazonaws.com/site/"),
        ("", "path", "https://s3.amazonaws.com/chatflow/site/"),
    ],
)
def test_the_bucket_stands_where_the_addressing_style_says(endpoint: str, style: str, start: str) -> None:
    with configured(endpoint, addressing_style=style) as store:
        assert signed_url(store).startswith(start)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"bucket": "missing"}, r"S3_BUCKET: there is no bucket 'missing'"),
        ({"access_key": "AKIAOTHEROTHEROTHER0"}, r"S3_ACCESS_KEY_ID: "),
        ({"secret_key": "another"}, r"S3_SECRET_ACCESS_KEY: "),
    ],
)
def test_a_wrong_set_up_is_told_by_the_variables_name(
    s3: Place, s3_url: str, changed: dict[str, str], told: str
) -> None:
    with configured(s3_url, **changed) as store:
        with pytest.raises(ImproperlyConfigured, match=told):
            store.check()
        with pytest.raises(Unavailable):
            store.read(new_key("a"), 0, 1)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AccessDenied", "S3_BUCKET, S3_ACCESS_KEY_ID: this key may not write in the bucket 'chatflow' (AccessDenied)"),
        ("PermanentRedirect", "S3_REGION: the bucket 'chatflow' is not in 'us-east-1'"),
        ("RequestTimeTooSkewed", "this machine's clock differs from that of https://s3.example.org: set it right"),
    ],
)
def test_what_a_refusal_means(code: str, told: str) -> None:
    error = ClientError({"Error": {"Code": code}}, "PutObject")
    assert explained(error, s3_options("https://s3.example.org"), "write") == told


def test_without_a_key_or_a_role_the_key_is_asked_for() -> None:
    told = explained(NoCredentialsError(), s3_options(""), "write")
    assert told.startswith("S3_ACCESS_KEY_ID: ")


def test_a_host_that_does_not_answer_is_told_by_name_and_unavailable() -> None:
    with configured(f"http://127.0.0.1:{free_port()}") as store:
        with pytest.raises(ImproperlyConfigured, match=r"S3_ENDPOINT_URL: http://127\.0\.0\.1:\d+ does not answer"):
            store.check()
        for attempt in (
            lambda: store.stat("a"),
            lambda: store.open("a"),
            lambda: store.write("a", [b"x"], "image/png"),
            lambda: store.delete(["a"]),
            lambda: list(store.list()),
        ):
            with pytest.raises(Unavailable):
                attempt()


def test_moto_itself_lets_a_larger_file_in_and_stat_tells() -> None:
    """Why `complete` looks at the size again: not every store is as strict as Amazon's."""
    server = ThreadedMotoServer("127.0.0.1", port=free_port(), verbose=False)
    server.start()
    try:
        with s3_place(f"http://127.0.0.1:{server._server.server_port}") as place:  # type: ignore[union-attr]
            key, upload = place.ask()
            assert place.send(upload, PNG * 2, Content_Type="text/html").status_code == 200
            stored = place.store.stat(key)
            assert stored is not None
            assert (stored.size, stored.content_type) == (len(PNG) * 2, "text/html")
    finally:
        server.stop()


def test_a_link_lasts_as_long_as_was_asked(s3: Place) -> None:
    link = s3.store.signed_download("a", filename="a", content_type="image/png", expires=timedelta(seconds=60))
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["60"]
