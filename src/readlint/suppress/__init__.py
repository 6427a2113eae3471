"""Comments that silence findings: reading them, obeying them, and finding those that are of no use."""
