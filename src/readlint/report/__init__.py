"""Output formats: one module a format, each with `write(report, out)`, imported only when somebody asks for it."""

from __future__ import annotations

import importlib

from readlint.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from readlint.report.model import Report


def writer(name: str) -> Callable[[Report, TextIO], None]:
    """The `write` function of the format `json-lines` is in the module `json_lines`, and so on."""
    write = _load(name)
    if write is None:
        raise UserError(f"unknown output format `{name}`; known are {', '.join(formats())}")
    return write


def formats() -> list[str]:
    """The names of all formats. It imports every one of them: for help and for errors only."""
    import pkgutil

    names = (module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if _load(name))


def _load(name: str) -> Callable[[Report, TextIO], None] | None:
    if not (name.isascii() and name.islower() and name.replace("-", "").isalpha()):
        return None
    module = f"{__name__}.{name.replace('-', '_')}"
    try:
        return getattr(importlib.import_module(module), "write", None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
