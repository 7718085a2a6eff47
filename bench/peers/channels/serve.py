"""`python serve.py PORT`: make the tables, then serve with daphne, as the tutorial does."""

import os
import sys

import django
from daphne.cli import CommandLineInterface
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()
call_command("migrate", run_syncdb=True, verbosity=0)
CommandLineInterface().run(["-b", "127.0.0.1", "-p", sys.argv[1], "-v", "0", "textbook.asgi:application"])
