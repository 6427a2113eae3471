"""Output formats: one module a format, each with `write(report, out)`, imported only when somebody asks for it.

A format that shows what fixes would change has `SHOWS_FIXES = True`, one that shows findings of the baseline
`SHOWS_OLD = True`: making and keeping them costs a run that nobody asks for them nothing.
"""

from __future__ import annotations

import importlib

from readlint.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import TextIO

    from readlint.report.model import Report


def writer(name: str) -> Callable[[Report, TextIO], None]:
    """The `write` function of the format `json-lines` is in the module `json_lines`, and so on."""
    write: Callable[[Report, TextIO], None] = _module(name).write
    return write


def shows_fixes(name: str) -> bool:
    return getattr(_module(name), "SHOWS_FIXES", False)


def shows_old(name: str) -> bool:
    return getattr(_module(name), "SHOWS_OLD", False)


def formats() -> list[str]:
    """The names of all formats. It imports every one of them: for help and for errors only."""
    import pkgutil

    names = (module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if _load(name))


def _module(name: str) -> ModuleType:
    module = _load(name)
    if module is None:
        known = formats()
        raise UserError(f"unknown output format `{name}`; known are {', '.join(known)}{_nearest(name, known)}")
    return module


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.casefold().replace("_", "-"), known, 1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _load(name: str) -> ModuleType | None:
    if not (name.isascii() and name.islower() and name.replace("-", "").isalpha()):
        return None
    path = f"{__name__}.{name.replace('-', '_')}"
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        return None
    return module if hasattr(module, "write") else None
