"""The private modules of rule packs are executed when something in them is first used.

`from pack import _tables` costs next to nothing, and a check that gets to `_tables.ROWS` pays for it: most files need
few of the tables and analyses that the rules have, and every run waits for the rules. `from pack._tables import ROWS`
uses it at once. `importlib.util.LazyLoader` would do, but for a module whose first execution fails (the stack may be
too deep for it in one file) and which is asked again: it puts things of the first one over those of the second.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any


class _LazyModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        """Called for what is not there: not for `__spec__` and the like, which an import statement looks at."""
        _execute(self)
        return getattr(self, name)

    def __dir__(self) -> Iterable[str]:
        _execute(self)
        return dir(self)


def _execute(module: ModuleType) -> None:
    empty = dict(module.__dict__)
    module.__class__ = ModuleType  # what it imports may look at it meanwhile
    try:
        SourceFileLoader(module.__name__, str(module.__file__)).exec_module(module)
    except BaseException:  # a spent budget of time as well
        module.__dict__.clear()
        module.__dict__.update(empty)
        module.__class__ = _LazyModule
        raise


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _LazyModule


class _Finder:
    """Finds the modules of packs whose name begins with one underscore, before any other finder does."""

    def __init__(self) -> None:
        self.packs: tuple[str, ...] = ()  # each with a full stop

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        stem = name.rpartition(".")[2]
        if not stem.startswith("_") or stem.startswith("__") or not name.startswith(self.packs):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader.__class__ is SourceFileLoader and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin)
        return spec


_FINDER = _Finder()


def defer(pack: str) -> None:
    """From now on execute this pack's private modules when they are used."""
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
    if f"{pack}." not in _FINDER.packs:
        _FINDER.packs += (f"{pack}.",)
