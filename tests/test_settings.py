"""Settings: junk stops the start with the variable's name, secrets come from files or are made once."""

from __future__ import annotations

import ast
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme import settings

ROOT = Path(__file__).resolve().parent.parent
ONLY_FOR_TESTS = {"CHATFLOW_FAILPOINT"}
SECRET = "a-secret-that-is-long-enough-for-anybody"


def start(data: Path, *, show: str = "''", **variables: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a fresh process with just these variables, and print the expression `show`."""
    return _python(data, "-c", f"from config import settings; print({show})", **variables)


def _python(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "CHATFLOW_DATA": str(data)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=clean | variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        ("DEBUG", "maybe"),
        ("HTTPS", "2"),
        ("RATE_LIMITS", "nope"),
        ("REGISTRATION_OPEN", "ja"),
        ("HSTS_SECONDS", "a year"),
        ("TRUSTED_PROXIES", "-1"),
        ("WEB_CONCURRENCY", "0"),
        ("JOBS", "elsewhere"),
        ("WEB_CONCURRENCY", "4"),
        ("EDIT_WINDOW_MINUTES", "1.5"),
        ("DATABASE_URL", "mysql://localhost/chat"),
        ("REDIS_URL", "localhost:6379"),
        ("SECRET_KEY", "short"),
        ("JWT_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_TIME_ZONE", "Europe/Atlantis"),
        ("SITE_TIME_ZONE", "../../etc/passwd"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("PUBLIC_URL", "chat.example.org"),
        ("VAPID_PRIVATE_KEY", "_" * 43),
        ("VAPID_PRIVATE_KEY", "A" * 43),
        ("VAPID_SUBJECT", "admin@example.org"),
    ],
)
def test_junk_stops_the_start_with_the_variables_name(tmp_path: Path, name: str, junk: str) -> None:
    told = start(tmp_path, **{name: junk})
    assert told.returncode != 0
    last = told.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert name in last


def test_without_any_variable_it_starts(tmp_path: Path) -> None:
    told = start(tmp_path, show="(settings.DEBUG, settings.DATABASES['default']['NAME'])")
    assert told.stdout.strip() == f"(False, '{tmp_path / 'chatflow.sqlite3'}')", told.stderr


def test_an_empty_variable_is_as_good_as_none(tmp_path: Path) -> None:
    told = start(tmp_path, show="(settings.SITE_NAME, settings.WEB_CONCURRENCY)", SITE_NAME="", WEB_CONCURRENCY="")
    assert told.stdout.strip() == "('ChatFlow', 1)", told.stderr


def test_a_value_can_stand_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text(f"{SECRET}\n")
    told = start(tmp_path, show="settings.SECRET_KEY", SECRET_KEY_FILE=str(kept))
    assert told.stdout.strip() == SECRET, told.stderr


@pytest.mark.parametrize(
    "variables", [{"SECRET_KEY_FILE": "/nowhere/key"}, {"SECRET_KEY": SECRET, "SECRET_KEY_FILE": "/etc/hostname"}]
)
def test_a_file_that_cannot_be_meant_stops_the_start(tmp_path: Path, variables: dict[str, str]) -> None:
    told = start(tmp_path, **variables)
    assert told.returncode != 0
    assert "SECRET_KEY_FILE" in told.stderr.strip().splitlines()[-1]


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    show = "settings.SECRET_KEY, settings.JWT_KEY, settings.VAPID_PRIVATE_KEY"
    first, second = start(tmp_path, show=show), start(tmp_path, show=show)
    assert first.stdout == second.stdout != ""
    files = sorted((tmp_path / "secrets").iterdir())
    assert [path.name for path in files] == ["jwt_key", "secret_key", "vapid_private_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert len({path.read_text() for path in files}) == 3


def test_a_public_site_passes_djangos_own_checks(tmp_path: Path) -> None:
    public = {
        "ALLOWED_HOSTS": "chat.example.org",
        "TRUSTED_ORIGINS": "https://chat.example.org",
        "TRUSTED_PROXIES": "1",
    }
    told = _python(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **public)
    assert told.returncode == 0, told.stderr


def test_a_private_site_without_https_passes_them_too(tmp_path: Path) -> None:
    told = _python(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert told.returncode == 0, told.stderr


def test_the_readme_names_every_variable() -> None:
    readers = {"text", "flag", "number", "words", "url", "urls", "kept_secret"}
    trees = [ast.parse(path.read_text()) for path in (ROOT / "config").glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    read = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in readers and isinstance(call.args[0], ast.Constant)
    }
    assert settings() == read - ONLY_FOR_TESTS | {"CHATFLOW_NODE"}
