"""Settings from the environment. Junk stops the start with the variable's name; `NAME_FILE` reads the value from a file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Return the variable, or the contents of the file that `NAME_FILE` names (secrets of Docker and systemd)."""
    path = os.environ.get(f"{name}_FILE")
    if path and os.environ.get(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: use one")
    if not path:
        return os.environ.get(name, "").strip() or default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE={path!r} cannot be read: {error.strerror}") from None


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r} is not a switch: use 1 or 0")
    return value in TRUE


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {least} to {most}")
    return int(value)


def words(name: str, default: list[str] | None = None) -> list[str]:
    """Return a list; its parts are separated by commas."""
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else list(default or [])


def url(name: str, schemes: set[str], default: str = "") -> str:
    return _of_scheme(name, text(name, default), schemes)


def urls(name: str, schemes: set[str]) -> list[str]:
    """Return several URLs; they are separated by commas."""
    return [_of_scheme(name, value, schemes) for value in words(name)]


def _of_scheme(name: str, value: str, schemes: set[str]) -> str:
    if value and urlsplit(value).scheme not in schemes:
        known = ", ".join(sorted(f"{scheme}://" for scheme in schemes))
        raise ImproperlyConfigured(f"{name} starts with an unknown scheme: use one of {known}")
    return value


def one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    """Return `value`, which `name` was read as, if it is among the known ones."""
    if value not in known:
        raise ImproperlyConfigured(f"{name}={value!r} is not known: use one of {', '.join(known)}")
    return value


def folder(name: str, path: Path) -> Path:
    """Return the directory that `name` was read as, for its owner alone; make it if there is none."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}={str(path)!r} cannot be made: {error.strerror}") from None
    return path


def _random() -> str:
    return secrets.token_urlsafe(48)


def kept_secret(name: str, data: Path, make: Callable[[], str] = _random) -> str:
    """Return the variable, or a secret made once (by `make`) and kept in the data directory (mode 600)."""
    if value := text(name):
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} is too short: use at least 32 characters")
        return value
    path = data / "secrets" / name.lower()
    folder("CHATFLOW_DATA", path.parent)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _first_words(path)
    except OSError as error:
        raise ImproperlyConfigured(f"CHATFLOW_DATA: {path} cannot be written: {error.strerror}") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(make())
    return path.read_text(encoding="utf-8").strip()


def _first_words(path: Path) -> str:
    """Read a kept secret; another process may be writing it at this very moment, so an empty file is an error to retry."""
    value = path.read_text(encoding="utf-8").strip()
    if not value:
        raise ImproperlyConfigured(f"{path} is empty: delete it and start again")
    return value
