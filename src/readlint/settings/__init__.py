"""Finding, reading, checking and merging what the user configured."""
