"""Files as git lists them, a line each: `MODE BLOB STAGE<tab>PATH`, or the same without the mode."""

from __future__ import annotations


def path_of(line: str) -> str:
    return line.partition("\t")[2]
