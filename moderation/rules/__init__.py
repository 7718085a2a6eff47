"""What rules look for. Pure: a text and who wrote it go in, what was found comes out; counting is lent from outside."""
