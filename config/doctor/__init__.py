"""`manage.py doctor`: what is set up wrong, and how to mend it. One module per service, each with one `check`."""
