"""nginx: it takes the configuration itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.deploy.files import DEPLOY, passes
from tests.services import required


def places() -> Iterator[str]:
    text = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    yield from re.findall(r"proxy_(?:read|send)_timeout (\d+)s", text)


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    here = tmp_path / "nginx.conf"
    here.write_text(re.sub(r"web-\d:", "127.0.0.1:", text).replace("/tmp/", f"{tmp_path}/"))  # noqa: S108
    passes(required("nginx"), "-t", "-e", str(tmp_path / "error.log"), "-c", str(here))
    assert all(int(seconds) >= 75 for seconds in places())
