"""What a store is told by the settings (`settings.FILE_STORE`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class LocalOptions:
    folder: Path


@dataclass(frozen=True)
class S3Options:
    """Without keys boto3 looks for them itself (the role of a machine). `public_endpoint` is the one browsers know."""

    bucket: str
    endpoint: str = ""
    public_endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    addressing_style: str = "auto"
    prefix: str = ""
