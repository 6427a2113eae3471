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
    chosen = options.cache_dir or os.environ.get("READLINT_CACHE_DIR")
    folder = chosen or default_folder(os.getcwd())
    removed = (chosen or not os.path.islink(folder)) and clean(folder)
    print(f"Removed {folder}" if removed else f"There is no cache in {folder}")
    return 0
