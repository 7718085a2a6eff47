"""`S3_*`: none means this disk, half a set stops the start with the variable's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.storage import file_store
from core.storage.options import LocalOptions, S3Options

WHOLE = {"S3_BUCKET": "chat-files", "S3_ACCESS_KEY_ID": "AKIA", "S3_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture(autouse=True)
def no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("BUCKET", "ENDPOINT_URL", "PUBLIC_ENDPOINT_URL", "REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
    for name in (*names, "ADDRESSING_STYLE", "PREFIX"):
        monkeypatch.delenv(f"S3_{name}", raising=False)
        monkeypatch.delenv(f"S3_{name}_FILE", raising=False)


def configured(monkeypatch: pytest.MonkeyPatch, folder: Path, **variables: str) -> LocalOptions | S3Options:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return file_store(folder)


def test_without_any_files_stay_in_the_data_directory(tmp_path: Path) -> None:
    assert file_store(tmp_path) == LocalOptions(tmp_path / "files")


def test_a_whole_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = configured(
        monkeypatch,
        tmp_path,
        S3_ENDPOINT_URL="https://s3.example.org/",
        S3_PUBLIC_ENDPOINT_URL="https://files.example.org",
        S3_REGION="auto",
        S3_ADDRESSING_STYLE="path",
        S3_PREFIX="/chat/",
        **WHOLE,
    )
    assert found == S3Options(
        "chat-files", "https://s3.example.org", "https://files.example.org", "auto", "AKIA", "secret", "path", "chat/"
    )


def test_the_secret_can_stand_in_a_file_and_the_role_of_a_machine_needs_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    found = configured(
        monkeypatch,
        tmp_path,
        S3_BUCKET="chat-files",
        S3_ACCESS_KEY_ID="AKIA",
        S3_SECRET_ACCESS_KEY_FILE=str(tmp_path / "secret"),
    )
    assert isinstance(found, S3Options)
    assert found.secret_key == "from a file"
    monkeypatch.delenv("S3_ACCESS_KEY_ID")
    monkeypatch.delenv("S3_SECRET_ACCESS_KEY_FILE")
    assert file_store(tmp_path) == S3Options("chat-files")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("S3_BUCKET", {"S3_BUCKET": ""}),
        ("S3_BUCKET", {"S3_BUCKET": "Not_A_Bucket"}),
        ("S3_SECRET_ACCESS_KEY", {"S3_SECRET_ACCESS_KEY": ""}),
        ("S3_ACCESS_KEY_ID", {"S3_ACCESS_KEY_ID": ""}),
        ("S3_ENDPOINT_URL", {"S3_ENDPOINT_URL": "s3.example.org"}),
        ("S3_ENDPOINT_URL", {"S3_ENDPOINT_URL": "https://s3.example.org/chat-files"}),
        ("S3_PUBLIC_ENDPOINT_URL", {"S3_PUBLIC_ENDPOINT_URL": "https://"}),
        ("S3_ADDRESSING_STYLE", {"S3_ADDRESSING_STYLE": "hosted"}),
        ("S3_PREFIX", {"S3_PREFIX": "../up"}),
    ],
)
def test_half_a_set_stops_the_start_with_the_variables_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, changed: dict[str, str]
) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^{name}\b"):
        configured(monkeypatch, tmp_path, **WHOLE | changed)


def test_only_some_other_variable_names_the_missing_bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^S3_BUCKET"):
        configured(monkeypatch, tmp_path, S3_REGION="eu-central-1")
