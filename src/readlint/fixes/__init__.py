"""Fixes: from a rule's rewrite of a node to the smallest edits, and from edits to a verified file, written whole."""
