"""`readlint clean`: remove the cache."""

from __future__ import annotations

import argparse
import os

from readlint.cache import clean, default_folder


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(prog="readlint clean", description="Removes the cache of this project.")
    own.add_argument("--cache-dir", metavar="FOLDER", help="where the cache is, if not in its usual place")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    folder = options.cache_dir or os.environ.get("READLINT_CACHE_DIR") or default_folder(os.getcwd())
    removed = clean(folder)
    print(f"Removed {folder}" if removed else f"There is no cache in {folder}")
    return 0
