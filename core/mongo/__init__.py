"""Django's MongoDB backend with what it lacks: transactions behind Django's own API, and queries that use their index."""
