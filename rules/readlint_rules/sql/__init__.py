"""SQL: queries built out of text."""
