"""The product's hasher at the lowest cost, so that a suite of sign-ins takes seconds."""

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class QuickBCryptHasher(BCryptSHA256PasswordHasher):
    rounds = 4
