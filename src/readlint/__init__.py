"""readlint tells whether Python code is ready for production."""

__version__ = "0.1.0"
