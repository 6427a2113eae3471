"""Clocks: durations, deadlines and timestamps."""
