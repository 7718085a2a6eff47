"""Why the server closes a socket (docs/protocol.md, Close codes)."""

AWAY = 1001
RESTART = 1012
PROTOCOL = 4400
SESSION = 4401
SUSPENDED = 4403
SLOW = 4408
TOO_MANY = 4409
TOO_FAST = 4429
