"""What a rule may ask about a file: names, scopes, flow, constants, values, handler outcomes.

Everything here is computed the first time somebody asks and kept with the file's `Context`.
"""
