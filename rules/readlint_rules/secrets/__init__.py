"""Secrets that stand in the code."""
