"""The last resort for a question that facts cannot answer: astroid infers what a call reaches.

astroid reads source text; it imports nothing of the linted project. It is slow (25,000 lines a second), so it has a
budget counted in modules and calls, not in seconds: the same project gives the same answers on every machine.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from readlint.project.files import ProjectFiles

_CALLS = 300
_MODULES = 400
_RESULTS = 4  # more candidates than that are a guess


class Reached(NamedTuple):
    """A function of the project: its file and its qualified name in there."""

    path: str
    name: str


class Inference:
    def __init__(self, files: ProjectFiles) -> None:
        self.files = files
        self.calls_left = _CALLS
        self.modules_left = _MODULES
        self._parsed: dict[str, Any] = {}

    def callee(self, path: str, line: int, column: int) -> Reached | None:
        """What the callee at this place (line from 1, column in code points) is, if it is one project function."""
        if self.calls_left <= 0:
            return None
        self.calls_left -= 1
        module = self._module(path)
        source = self.files.read(path)
        if module is None or source is None:
            return None
        offset = len(source.lines[line - 1][:column].encode())  # Python counts columns in bytes
        node = _node_at(module, line, offset)
        return None if node is None else self._only_function(node)

    def _only_function(self, node: Any) -> Reached | None:
        from astroid import bases, exceptions, nodes

        found: set[Reached | None] = set()
        try:
            for number, value in enumerate(node.infer()):
                function = value
                while isinstance(function, bases.UnboundMethod):  # a bound method wraps an unbound one
                    function = function._proxied
                known = isinstance(function, nodes.FunctionDef) and function.root().file in self._parsed
                found.add(Reached(function.root().file, _local_name(function)) if known else None)
                if number >= _RESULTS:
                    return None
        except (exceptions.AstroidError, RecursionError):
            return None
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _manager(self) -> Any:
        from astroid.manager import AstroidManager

        manager = AstroidManager()
        manager.clear_cache()
        manager.always_load_extensions = False
        # All managers share this list: without the hooks of earlier runs in this process.
        manager._failed_import_hooks[:] = [self._from_project]
        return manager

    def _from_project(self, name: str) -> Any:
        """What astroid does not find in readlint's own environment. A package that is in both stays unknown."""
        from astroid.exceptions import AstroidBuildingError

        found = self.files.modules.find(name, "")
        module = self._module(found[0]) if found and not found[1] else None
        if module is None:
            raise AstroidBuildingError(modname=name)
        return module

    def _module(self, path: str) -> Any:
        if path not in self._parsed:
            self._parsed[path] = self._parse(path) if self.modules_left > 0 else None
        return self._parsed[path]

    def _parse(self, path: str) -> Any:
        from astroid import exceptions
        from astroid.builder import AstroidBuilder

        self.modules_left -= 1
        source = self.files.read(path)
        if source is None:
            return None
        name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        try:
            module = AstroidBuilder(self._manager).string_build(source.text, name, path)
        except (exceptions.AstroidError, RecursionError, ValueError):
            return None
        module.file = path  # as the linted files are called, not as astroid calls it
        return module


def _local_name(function: Any) -> str:
    names = [function.name]
    scope = function.parent.frame()
    while scope.parent is not None:
        names.append(scope.name)
        scope = scope.parent.frame()
    return ".".join(reversed(names))


def _node_at(module: Any, line: int, column: int) -> Any:
    """The largest attribute or name that begins here and is called."""
    from astroid import nodes

    for call in module.nodes_of_class(nodes.Call):
        if (call.func.lineno, call.func.col_offset) == (line, column):
            return call.func
    return None
