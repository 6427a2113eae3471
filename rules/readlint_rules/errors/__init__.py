"""Errors that nobody hears of."""
