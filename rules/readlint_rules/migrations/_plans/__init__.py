"""`readlint migrate-plan`: the safe sequences of steps for what the rules about migrations flag."""
