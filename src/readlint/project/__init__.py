"""The second tier: what no file can answer alone."""
