"""What a store's refusal means for whoever set it up: which variable to look at."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from core.storage.options import S3Options

MEANINGS = {
    "NoSuchBucket": "S3_BUCKET: there is no bucket {bucket!r} at {where}",
    "InvalidAccessKeyId": "S3_ACCESS_KEY_ID: {where} does not know this key",
    "SignatureDoesNotMatch": "S3_SECRET_ACCESS_KEY: not the secret of S3_ACCESS_KEY_ID (or a proxy changes the Host header)",
    "AuthorizationHeaderMalformed": "S3_REGION: {region!r} is not the region of the bucket",
    "PermanentRedirect": "S3_REGION: the bucket {bucket!r} is not in {region!r}",
    "301": "S3_REGION: the bucket {bucket!r} is not in {region!r}",
    "RequestTimeTooSkewed": "this machine's clock differs from that of {where}: set it right",
}
OTHERWISE = "S3_BUCKET, S3_ACCESS_KEY_ID: this key may not {wish} in the bucket {bucket!r} ({code})"


def code_of(error: BaseException | None) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def explained(error: ClientError | BotoCoreError, options: S3Options, wish: str) -> str:
    """Return one sentence that names the variable; `wish` is what was being tried."""
    where = options.endpoint or "Amazon S3"
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "S3_ACCESS_KEY_ID: not set, and this machine has no role that could stand in for it"
    if isinstance(error, BotoCoreError):
        return f"S3_ENDPOINT_URL: {where} does not answer ({type(error).__name__})"
    return MEANINGS.get(code_of(error), OTHERWISE).format(
        bucket=options.bucket, where=where, region=options.region, wish=wish, code=code_of(error) or "no reason given"
    )
