"""Holes in web and data security."""
