"""The data directory: who may read it, and how much more fits."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator

from django.conf import settings

from config.doctor.finding import Finding, ok, problem, warning

LITTLE, TOO_LITTLE = 1 << 30, 100 << 20  # bytes free


def check() -> Iterator[Finding]:
    if not os.access(settings.DATA, os.R_OK | os.W_OK | os.X_OK):
        yield problem(f"{settings.DATA} may not be written", "give it to the user ChatFlow runs as")
        return
    yield from _private()
    yield _space()


def _private() -> Iterator[Finding]:
    for path in [settings.DATA, settings.DATA / "secrets", *sorted((settings.DATA / "secrets").glob("*"))]:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
        if mode & 0o077:
            fit = "700" if path.is_dir() else "600"
            judge = warning if path == settings.DATA else problem
            yield judge(f"others may read {path} (mode {mode:o})", f"run: chmod {fit} {path}")
    if settings.DATA.stat().st_uid != os.geteuid():
        yield warning(f"{settings.DATA} belongs to another user", "run the doctor as the user ChatFlow runs as")


def _space() -> Finding:
    free = shutil.disk_usage(settings.DATA).free
    says = f"{free / (1 << 30):.1f} GiB free below {settings.DATA}"
    if free < LITTLE:
        return (problem if free < TOO_LITTLE else warning)(says, "make room, or move CHATFLOW_DATA to a larger disk")
    return ok(says)
