"""What makes a push private and ours: content encrypted for one browser, and a signed word on who sends it."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

MOST_PAYLOAD = 3_900  # bytes: what every push service takes, with the 103 of the encryption
VALID_FOR = 12 * 3600  # seconds; a day is the most that is allowed


def sealed(payload: bytes, p256dh: str, auth: str) -> bytes:
    """Encrypt for the holder of these keys (RFC 8291, aes128gcm)."""
    body: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_decoded(p256dh),
        auth_secret=_decoded(auth),
        version="aes128gcm",
    )
    return body


def authorization(endpoint: str) -> str:
    """Return the header by which the push service knows this site (RFC 8292)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + VALID_FOR,
        "sub": settings.VAPID_SUBJECT,
    }
    token = jwt.encode(claims, _private_key(settings.VAPID_PRIVATE_KEY), algorithm="ES256")
    return f"vapid t={token}, k={public_key()}"


def public_key() -> str:
    """Return the site's public key, by which browsers subscribe (base64url of the uncompressed point)."""
    point = _private_key(settings.VAPID_PRIVATE_KEY).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def _private_key(key: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_decoded(key)), ec.SECP256R1())


def _decoded(text: str) -> bytes:
    plain = text.rstrip("=")
    return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
