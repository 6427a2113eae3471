"""Files as git lists them, a line each: `BLOB STAGE<tab>PATH`, of what is no file `MODE BLOB STAGE<tab>PATH`."""

from __future__ import annotations


def path_of(line: str) -> str:
    return line.partition("\t")[2]
