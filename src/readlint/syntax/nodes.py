"""All nodes of some classes in a tree that has just been parsed.

CPython keeps a list of the objects that it has made since it last searched for garbage, and a new tree stands in it
as a whole. To pick from that list takes half of what asking each node for its children takes.
"""

from __future__ import annotations

import ast
import gc
import sys
import threading
from itertools import compress
from typing import Any

from readlint.analysis.tree import LEAVES, nodes_by_class

_KEEPS_LIST = sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)()


def nodes_of(tree: ast.Module, classes: frozenset[type]) -> list[Any]:
    """In no particular order; `ast.Module` is one of the classes. No other tree may have been parsed since."""
    # Another thread could have added a tree of its own.
    if _KEEPS_LIST and not gc.isenabled() and threading.active_count() == 1:
        made = gc.get_objects(generation=0)
        nodes = list(compress(made, map(classes.__contains__, map(type, made))))
        # The module is made before what it holds: whatever took away from the list took the module too.
        if tree in nodes:
            return nodes[nodes.index(tree) :]
    return nodes_below(tree, classes)


def nodes_below(tree: ast.Module, classes: frozenset[type]) -> list[Any]:
    found = nodes_by_class([tree], LEAVES - classes)
    return [node for cls, nodes in found.items() if cls in classes for node in nodes]
