"""Pictures people send: looked at without decoding them, freed of what they tell about their maker, and drawn small."""
