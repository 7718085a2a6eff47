from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class SlowerBCryptHasher(BCryptSHA256PasswordHasher):
    """Slow enough that the hash, not the database, decides how long a sign-in takes."""

    rounds = 9
