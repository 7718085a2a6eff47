"""How the pages of the admin write times and numbers, by language."""
