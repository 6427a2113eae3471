"""Value provenance: the expressions that a value can come from, and every place that reads it again.

Nothing here knows what a clock or a query is. A rule asks for the origins of one expression and judges them; what
cannot be followed makes the answer incomplete, and a rule must then stay silent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readlint.analysis.cells import (
    ANY,
    ANY_ATTRIBUTE,
    ELEMENT,
    VALUE,
    Access,
    Cell,
    Index,
    Part,
    Parts,
    Write,
    access,
    meets,
    part_of,
)
from readlint.analysis.context import Context
from readlint.analysis.reaching import anchor, reaching, region_of
from readlint.analysis.scopes import Binding, Scope
from readlint.analysis.tree import FUNCTIONS, FunctionNode, last_name, parameters, statements, walk_own

_BUDGET = 200  # expressions looked at for one answer
_ALIASES = 4  # `info = self.jobs[key]; times = info["times"]`


class Move(NamedTuple):
    """The value was put into a cell in one place and taken out of it in another."""

    cell: Cell
    write: ast.AST
    read: ast.expr


class Origin(NamedTuple):
    """Where a value comes from: an expression, a parameter (`ast.arg`) or an `x += y` (`ast.AugAssign`).

    With `called` it is what a call of the expression gives, as in `field(default_factory=time.time)`.
    """

    node: ast.AST
    moves: tuple[Move, ...] = ()
    called: bool = False


class Origins(NamedTuple):
    """All of them, unless `complete` is false: then there are more, and nobody knows which."""

    values: tuple[Origin, ...]
    complete: bool


class Writes(NamedTuple):
    """What a cell can have been given, each with the part of the written value that is meant."""

    found: tuple[tuple[Write, Parts], ...]
    complete: bool = True
    parameter: ast.arg | None = None


#: Containers that live as long as one request or one task: what a module puts in, the same module takes out.
#: flask 3.1 `ctx.py`, quart 0.20 `globals.py`.
_GLOBAL_CONTAINERS = frozenset({"flask.g", "quart.g"})
#: The same by the customary name of the parameter and the beginning of the way into it. Starlette 0.41 `Request.state`,
#: Sanic 24 `Request.ctx`, Django and Falcon requests, SQLAlchemy 2 `Connection.info` and `ExecutionContext`, Celery 5
#: `Task`, ASGI and WSGI dictionaries.
_PARAMETER_CONTAINERS = {
    "request": ("attr", "key"),
    "req": ("attr", "key"),
    "scope": ("key",),
    "environ": ("key",),
    "conn": ("info",),
    "connection": ("info",),
    "dbapi_connection": ("info",),
    "session": ("info",),
    "context": ("attr", "key"),
    "task": ("attr",),
}
_FRESH = frozenset(
    [
        "dict",
        "list",
        "set",
        "tuple",
        "collections.defaultdict",
        "collections.OrderedDict",
        "collections.deque",
        "collections.Counter",
        "threading.local",
        "types.SimpleNamespace",
        "weakref.WeakKeyDictionary",
        "weakref.WeakValueDictionary",
        "contextvars.ContextVar",
        "asgiref.local.Local",
        "werkzeug.local.Local",
        "argparse.Namespace",
        "object",
    ]
)
_FIELDS = frozenset({"dataclasses.field", "attr.ib", "attr.field", "attrs.field"})
_TRANSPARENT_DECORATORS = frozenset(
    [
        "staticmethod",
        "classmethod",
        "property",
        "functools.lru_cache",
        "functools.cache",
        "functools.cached_property",
        "typing.override",
        "typing_extensions.override",
        "typing.final",
        "django.utils.functional.cached_property",
    ]
)
_PROPERTIES = frozenset({"property", "functools.cached_property", "django.utils.functional.cached_property"})
#: Bases whose instances are filled from outside: database rows, messages, parsed documents.
_RECORDS = ("Model", "Document", "TypedDict", "NamedTuple", "Schema")


def origins(node: ast.expr, ctx: Context) -> Origins:
    """All expressions that the value may come from."""
    return ctx.once(Values).origins(node)


def uses(cell: Cell, ctx: Context) -> list[ast.expr] | None:
    """Every expression of the file that reads the cell; None if it may also be read in ways not understood."""
    return ctx.once(Values).uses(cell)


def writes(cell: Cell, ctx: Context) -> Writes:
    """Everything that the file ever puts into the cell."""
    return ctx.once(Values).all_writes(cell)


def reaching_writes(cell: Cell, read: ast.expr, ctx: Context) -> Writes:
    """What the cell can hold where it is read: the writes that reach the place, if their order is known."""
    return ctx.once(Values).reaching_writes(cell, read)


def written_origins(cell: Cell, ctx: Context) -> Origins:
    """All expressions that any write puts into the cell, in whatever order they run."""
    values = ctx.once(Values)
    search = _Search(values)
    written = values.all_writes(cell)
    for write, rest in written.found:
        search.written(cell, write, rest, ast.Name(cell.name, ast.Load()), ())
    return Origins(tuple(search.found), search.complete and written.complete)


def cell_of(node: ast.expr, ctx: Context) -> Cell | None:
    """The cell that an expression (or the target of an assignment) names."""
    way = access(node)
    return ctx.once(Values).cell(way) if way is not None else None


def called_function(call: ast.Call, ctx: Context) -> FunctionNode | None:
    """The function of this file that a call runs, if it returns what its `return` statements say."""
    return ctx.once(Values).function(call)


def is_record(owner: ast.ClassDef, ctx: Context) -> bool:
    """Whether instances of a class are filled from outside of the program, as far as this file shows."""
    return ctx.once(Values).is_record(owner)


class Values:
    """The answers of one file."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._known: dict[ast.expr, Origins] = {}
        self._targets: dict[int, Cell | None] = {}
        self._by_place: dict[
            tuple[frozenset[Part], ast.AST | None], dict[tuple[ast.AST | str, str], list[tuple[Cell, Write]]]
        ] = {}
        self._families: dict[ast.ClassDef, frozenset[ast.ClassDef]] = {}

    @property
    def index(self) -> Index:
        return self.ctx.once(Index)

    def origins(self, node: ast.expr) -> Origins:
        if node not in self._known:
            search = _Search(self)
            search.follow(node, (), ())
            self._known[node] = Origins(tuple(search.found), search.complete)
        return self._known[node]

    # Cells

    def cell(self, way: Access, aliases: int = _ALIASES) -> Cell | None:
        """The cell that an access means; None if its root is no variable of this file."""
        root, parts = way.root, way.parts
        owner = self.ctx.receiver_class(root)
        if owner is not None and parts and parts[0].kind == "attr":
            return Cell(owner, str(parts[0].key), parts[1:])
        scope = self.ctx.scope(root).lookup(root.id)
        if scope is None:
            return None
        bindings = [b for b in scope.bindings[root.id] if b.how != "annotate"]
        if parts and len(bindings) == 1:
            return self._through(bindings[0], scope, way, aliases)
        return Cell(scope.node, root.id, parts)

    def _through(self, binding: Binding, scope: Scope, way: Access, aliases: int) -> Cell | None:
        """The cell behind the only binding of a name: a class, a framework's container, or another cell."""
        parts = way.parts
        if binding.how == "class" and parts[0].kind == "attr":
            assert isinstance(binding.node, ast.ClassDef)
            return Cell(binding.node, str(parts[0].key), parts[1:])
        if binding.how == "import":
            return self._imported_container(way)
        if binding.how == "param" and _is_container(way):
            return Cell("parameter", way.root.id, parts)
        if binding.how == "assign" and binding.value is not None and aliases:
            outer = access(binding.value)
            if outer is not None and (outer.root.id, outer.parts) != (way.root.id, ()):
                cell = self.cell(Access(outer.root, outer.parts + parts), aliases - 1)
                if cell is not None:
                    return cell
        return Cell(scope.node, way.root.id, parts)

    def _imported_container(self, way: Access) -> Cell | None:
        """`g.start` after `from flask import g`, `flask.g.start` after `import flask`."""
        name = self.ctx.qualified_name(way.root)
        for number, part in enumerate(way.parts):
            if name in _GLOBAL_CONTAINERS:
                return Cell(name, "", way.parts[number:])
            name = f"{name}.{part.key}"
        return None

    def family(self, owner: ast.ClassDef) -> frozenset[ast.ClassDef]:
        """A class, its bases and its subclasses, as far as they are in this file."""
        if owner not in self._families:
            up = self._bases(owner)
            down = {other for other in self.index.classes if owner in self._bases(other)}
            self._families[owner] = frozenset(up | down)
        return self._families[owner]

    def _bases(self, owner: ast.ClassDef, depth: int = 8) -> set[ast.ClassDef]:
        found = {owner}
        for base in owner.bases:
            name = self.ctx.qualified_name(base)
            local = self.ctx.local_definition(name) if name else None
            if isinstance(local, ast.ClassDef) and local not in found and depth:
                found |= self._bases(local, depth - 1)
        return found

    def is_record(self, owner: ast.ClassDef) -> bool:
        for cls in self._bases(owner):
            if any((last_name(base) or "").endswith(_RECORDS) or last_name(base) == "Base" for base in cls.bases):
                return True
            if "__tablename__" in self.ctx.scope_of(cls).bindings:
                return True
        return False

    # Writes

    def all_writes(self, cell: Cell) -> Writes:
        if isinstance(cell.owner, ast.ClassDef):
            return self._attribute_writes(cell)
        found = [*self._name_writes(cell), *(self._written(cell) if cell.parts else ())]
        return Writes(tuple(_matching(found, cell)))

    def _name_writes(self, cell: Cell) -> Iterator[tuple[Cell, Write]]:
        """What the name itself is bound to, in its scope and through `global` and `nonlocal`."""
        if isinstance(cell.owner, str):
            return
        bare = Cell(cell.owner, cell.name)
        home = self.ctx.scope_of(cell.owner)
        for scope in (home, *self._rebinding_scopes(cell.name, home)):
            for binding in scope.bindings.get(cell.name, []):
                if binding.how not in ("annotate", "delete"):
                    yield bare, _as_write(binding)

    def _rebinding_scopes(self, name: str, home: Scope) -> Iterator[Scope]:
        for scope in self.ctx.rebinding_scopes:
            if scope is not home and name in scope.bindings:
                is_global = home.is_module and name in scope.global_names
                if is_global or (name in scope.nonlocal_names and scope.lookup(name) is home):
                    yield scope

    def _written(self, cell: Cell) -> list[tuple[Cell, Write]]:
        """The writes through attributes, entries and methods that begin at the same place."""
        named = [Part("attr", cell.name)] if isinstance(cell.owner, ast.ClassDef) else []
        parts = frozenset([*named, *cell.parts])
        function = cell.owner if isinstance(cell.owner, FUNCTIONS) else None
        key = (parts, function)
        if key not in self._by_place:
            by_place: dict[tuple[ast.AST | str, str], list[tuple[Cell, Write]]] = {}
            for write in self.index.writes_into(parts, function):
                target = self._target(write)
                if target is not None:
                    by_place.setdefault((target.owner, target.name), []).append((target, write))
            self._by_place[key] = by_place
        return self._by_place[key].get((cell.owner, cell.name), [])

    def _target(self, write: Write) -> Cell | None:
        if id(write) not in self._targets:
            way = Access(write.root, write.parts) if write.root is not None else None
            self._targets[id(write)] = self.cell(way) if way is not None else None
        return self._targets[id(write)]

    def _attribute_writes(self, cell: Cell) -> Writes:
        assert isinstance(cell.owner, ast.ClassDef)
        found: list[tuple[Cell, Write]] = []
        complete = not self.is_record(cell.owner)
        for cls in self.family(cell.owner):
            own = self._class_level(cls, cell.name)
            complete = complete and own is not None
            found += [(cell._replace(parts=()), write) for write in own or ()]
            found += self._written(cell._replace(owner=cls))
            complete = complete and not any(self._written(Cell(cls, str(ANY_ATTRIBUTE.key))))
        found += self._from_outside(cell)
        return Writes(tuple(_matching(found, cell)), complete)

    def _from_outside(self, cell: Cell) -> Iterator[tuple[Cell, Write]]:
        """`worker.started = ...` somewhere else in the file, unless `worker` is surely something else."""
        for write in self.index.writes_from(Part("attr", cell.name)):
            root = write.root
            if root is None or (self.ctx.receiver_class(root) is None and not self._is_elsewhere(root, cell)):
                yield cell._replace(parts=write.parts[1:]), write

    def _is_elsewhere(self, root: ast.Name, cell: Cell) -> bool:
        """A name that stands for a module, for something imported, or for an instance of an unrelated class."""
        scope = self.ctx.scope(root).lookup(root.id)
        bindings = scope.bindings[root.id] if scope else []
        return bool(bindings) and all(self._is_unrelated(binding, cell) for binding in bindings)

    def _is_unrelated(self, binding: Binding, cell: Cell) -> bool:
        if binding.how in ("import", "class"):
            return True
        if binding.how != "assign" or not isinstance(binding.value, ast.Call):
            return False
        owner = self.instance(binding.value)
        return owner is not None and isinstance(cell.owner, ast.ClassDef) and owner not in self.family(cell.owner)

    def _class_level(self, cls: ast.ClassDef, name: str) -> list[Write] | None:
        """What the class body gives an attribute. None if a constructor that is not written here fills it."""
        found: list[Write] = []
        for binding in self.ctx.scope_of(cls).bindings.get(name, []):
            if binding.how == "annotate":
                if (cls.bases or cls.decorator_list) and "__init__" not in self.ctx.scope_of(cls).bindings:
                    return None
            elif binding.how != "delete":
                found.append(_as_write(binding))
                if isinstance(binding.node, ast.AnnAssign) and cls.decorator_list and self._is_passed(cls, name):
                    return None
        return found

    def _is_passed(self, cls: ast.ClassDef, name: str) -> bool:
        """Whether the file gives a field of a data class a value of its own: `Timer(started=row.started)`."""
        fields = [s.target.id for s in cls.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
        for load in self._names_of(cls):
            call = self.ctx.parent(load)
            if isinstance(call, ast.Call) and call.func is load:
                passed = [k.arg for k in call.keywords]
                starred = any(isinstance(a, ast.Starred) for a in call.args)
                if name in passed or None in passed or starred or name in fields[: len(call.args)]:
                    return True
        return False

    def _names_of(self, cls: ast.ClassDef) -> Iterator[ast.expr]:
        """Where the file says which class it means, also `cls` in a method: `from_dict` often makes one so."""
        yield from self.ctx.loads.of(cls.name)
        family = self.family(cls)
        for load in self.ctx.loads.of("cls"):
            if isinstance(load, ast.Name) and self.ctx.receiver_class(load) in family:
                yield load

    # What reads of a cell give at one place

    def reaching_writes(self, cell: Cell, read: ast.expr) -> Writes:
        everything = self.all_writes(cell)
        region = region_of(self.ctx, read)
        if region is None:
            return everything
        made = [(w, rest) for w, rest in everything.found if w.how != "param"]
        local = [(w, rest) for w, rest in made if region_of(self.ctx, w.node) is region]
        is_own = cell.owner is region
        if is_own and len(everything.found) == 1 and self._is_behind(read, [write for write, _ in local]):
            return everything  # nothing else can be there
        if is_own and len(local) < len(made):
            return everything  # a nested function writes it too
        if not is_own:
            # Only a write through the same name is surely to the same object.
            name = _root_name(read)
            local = [(w, rest) for w, rest in local if w.root is None or w.root.id == name]
        if not is_own and not local:
            return everything
        reached = reaching(self.ctx, region, [w for w, _ in local], read)
        if reached is None:
            return everything
        if reached.initial and not is_own:
            return everything
        found = tuple(local[number] for number in reached.writes)
        return Writes(found, True, _parameter(region, cell.name) if reached.initial and is_own else None)

    def _is_behind(self, read: ast.expr, written: list[Write]) -> bool:
        """Whether a place stands on a later line than the only write."""
        places = [getattr(anchor(self.ctx, write.node), "lineno", 0) for write in written if not write.weak]
        return len(places) == 1 and 0 < places[0] < getattr(anchor(self.ctx, read), "lineno", 0)

    # Functions

    def function(self, call: ast.Call) -> FunctionNode | None:
        """The function of this file that a call runs, if it returns what its `return` statements say."""
        name = self.ctx.qualified_name(call.func)
        local = self.ctx.local_definition(name) if name else None
        if local is None and isinstance(call.func, ast.Name):
            local = self._lambda(call.func)
        if not isinstance(local, FUNCTIONS) or not self.is_transparent(local):
            return None
        return local

    def _lambda(self, name: ast.Name) -> ast.Lambda | None:
        scope = self.ctx.scope(name).lookup(name.id)
        bindings = scope.bindings[name.id] if scope else []
        value = bindings[0].value if len(bindings) == 1 and bindings[0].how == "assign" else None
        return value if isinstance(value, ast.Lambda) else None

    def is_transparent(self, function: FunctionNode) -> bool:
        if isinstance(function, ast.Lambda):
            return True
        if not all(self.decorator(d) in _TRANSPARENT_DECORATORS for d in function.decorator_list):
            return False
        return not any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in walk_own(function))

    def decorator(self, node: ast.expr) -> str | None:
        return self.ctx.qualified_name(node.func if isinstance(node, ast.Call) else node)

    def instance(self, call: ast.Call) -> ast.ClassDef | None:
        """The class of this file that a call makes an instance of."""
        name = self.ctx.qualified_name(call.func)
        local = self.ctx.local_definition(name) if name else None
        return local if isinstance(local, ast.ClassDef) else None

    # Uses

    def uses(self, cell: Cell) -> list[ast.expr] | None:
        if cell.parts:
            return self._part_uses(cell)
        if isinstance(cell.owner, ast.ClassDef):
            return self._attribute_uses(cell.owner, cell.name)
        if isinstance(cell.owner, str):
            return None
        home = self.ctx.scope_of(cell.owner)
        return [load for load in self._loads(cell) if self.ctx.scope(load).lookup(cell.name) is home]

    def _loads(self, cell: Cell) -> list[ast.Name]:
        """Where its name is read, in its scope and below. Of a function, that spares a look at the rest of the file."""
        below = cell.owner if isinstance(cell.owner, FUNCTIONS) else None
        return [load for load in self.ctx.loads.of(cell.name, below) if isinstance(load, ast.Name)]

    def _attribute_uses(self, owner: ast.ClassDef, name: str) -> list[ast.expr] | None:
        if self._is_quoted(name):
            return None  # getattr, __slots__ copies, dictionaries made of attributes
        family = self.family(owner)
        found: list[ast.expr] = []
        for node in self._attributes(name):
            receiver = node.value
            cls = self.ctx.receiver_class(receiver) if isinstance(receiver, ast.Name) else None
            if cls is None or cls in family:
                found.append(node)
        return found

    def _part_uses(self, cell: Cell) -> list[ast.expr] | None:
        if isinstance(cell.owner, str):
            return self._container_uses(cell)
        holders = self.uses(cell._replace(parts=()))
        found: list[ast.expr] = []
        for holder in holders or ():
            node, depth = self._climb(holder, len(cell.parts))
            if depth < len(cell.parts):
                if not self._is_harmless(node):
                    return None
                continue
            way = access(node)
            if way is None or isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
                continue
            meeting = [meets(own, part) for own, part in zip(cell.parts, way.parts[-depth:], strict=False)]
            if "no" not in meeting:
                found.append(node)
        return None if holders is None else found

    def _container_uses(self, cell: Cell) -> list[ast.expr] | None:
        """Of a framework's container: every attribute or entry of that name in the file counts."""
        last = cell.parts[-1]
        if last.kind != "attr" or self._is_quoted(str(last.key)):
            return None
        return [*self._attributes(str(last.key))]

    def _attributes(self, name: str) -> Iterator[ast.Attribute]:
        return (load for load in self.ctx.loads.of(name) if isinstance(load, ast.Attribute))

    def _is_quoted(self, name: str) -> bool:
        return self.ctx.mentions(f'"{name}"') or self.ctx.mentions(f"'{name}'")

    def _climb(self, node: ast.expr, most: int) -> tuple[ast.expr, int]:
        """From a container up to the entry of it that the code names."""
        depth = 0
        while depth < most:
            parent = self.ctx.parent(node)
            grand = self.ctx.parent(parent) if parent is not None else None
            if isinstance(parent, ast.Subscript) and parent.value is node:
                node = parent
            elif isinstance(parent, ast.Attribute) and isinstance(grand, ast.Call) and grand.func is parent:
                if access(grand) is None:
                    break
                node = grand
            elif isinstance(parent, ast.Attribute):
                node = parent
            else:
                break
            depth += 1
        return node, depth

    def _is_harmless(self, holder: ast.expr) -> bool:
        """`key in cells`, `len(cells)`, `cells.clear()`: the container is looked at or emptied, not handed on."""
        parent = self.ctx.parent(holder)
        if isinstance(parent, ast.Compare):
            return True
        if isinstance(parent, ast.Call):
            return isinstance(parent.func, ast.Name) and parent.func.id in ("len", "bool")
        if isinstance(parent, ast.Attribute):
            return parent.attr in ("append", "appendleft", "clear", "setdefault", "insert", "keys", "set")
        return isinstance(parent, (ast.If, ast.While, ast.UnaryOp, ast.BoolOp))


class _Search:
    """One walk from an expression back to where its value comes from."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.ctx = values.ctx
        self.found: list[Origin] = []
        self.complete = True
        self.seen: set[tuple[ast.AST, Parts, bool]] = set()

    def lost(self) -> None:
        self.complete = False

    def follow(self, node: ast.expr, rest: Parts, moves: tuple[Move, ...], called: bool = False) -> None:
        """`rest` is the part of the value that is meant; with `called`, what calling it gives."""
        if (node, rest, called) in self.seen:
            return None
        self.seen.add((node, rest, called))
        if len(self.seen) > _BUDGET:
            return self.lost()
        if isinstance(node, (ast.NamedExpr, ast.Starred)):
            return self.follow(node.value, rest, moves, called)
        if isinstance(node, ast.IfExp):
            return self.each((node.body, node.orelse), rest, moves, called)
        if isinstance(node, ast.BoolOp):
            return self.each(node.values, rest, moves, called)
        if isinstance(node, ast.Lambda) and called:
            return self.follow(node.body, rest, moves)
        if called:
            return self.leaf(node, rest, moves, called)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict)) and rest:
            return self.literal(node, rest, moves)
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            return self.call(node.value, rest, moves, awaited=True)
        if isinstance(node, ast.Call):
            return self.call(node, rest, moves)
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            return self.read(node, rest, moves)
        return self.leaf(node, rest, moves)

    def each(self, nodes: Iterable[ast.expr], rest: Parts, moves: tuple[Move, ...], called: bool = False) -> None:
        for node in nodes:
            self.follow(node, rest, moves, called)

    def leaf(self, node: ast.AST, rest: Parts, moves: tuple[Move, ...], called: bool = False) -> None:
        if not rest:
            self.found.append(Origin(node, moves, called))
        elif not (isinstance(node, ast.Constant) and node.value is None):
            self.lost()

    def literal(self, node: ast.Tuple | ast.List | ast.Set | ast.Dict, rest: Parts, moves: tuple[Move, ...]) -> None:
        part, inner = rest[0], rest[1:]
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    self.follow(value, rest, moves)
                elif part == ANY or (isinstance(key, ast.Constant) and key.value == part.key):
                    self.follow(value, inner, moves)
                elif not isinstance(key, ast.Constant):
                    self.lost()
            return None
        elements = node.elts
        if any(isinstance(element, ast.Starred) for element in elements):
            return self.lost()
        if part.kind == "index" and isinstance(part.key, int) and -len(elements) <= part.key < len(elements):
            return self.follow(elements[part.key], inner, moves)
        if part in (ANY, ELEMENT):
            return self.each(elements, inner, moves)
        return None

    # Calls

    def call(self, node: ast.Call, rest: Parts, moves: tuple[Move, ...], awaited: bool = False) -> None:
        function = self.values.function(node)
        if function is not None:
            if isinstance(function, ast.AsyncFunctionDef) is not awaited:
                return self.leaf(node, rest, moves)
            return self.returned(function, rest, moves)
        name = self.ctx.qualified_name(node.func)
        if name in ("typing.cast", "typing_extensions.cast") and len(node.args) == 2:
            return self.follow(node.args[1], rest, moves)
        if name in _FIELDS:
            return self.field(node, rest, moves)
        if rest and name in _FRESH:
            return self.fresh(node, name, rest, moves)
        if rest and self.opened(node, name, rest, moves):
            return None
        owner = self.values.instance(node)
        if owner is not None and rest and rest[0].kind == "attr":
            return self.cell(Cell(owner, str(rest[0].key), rest[1:]), node, moves)
        way = access(node)
        if way is not None and self.values.cell(Access(way.root, way.parts)) is not None:
            return self.read(node, rest, moves)
        return self.leaf(node, rest, moves)

    def returned(self, function: FunctionNode, rest: Parts, moves: tuple[Move, ...]) -> None:
        if isinstance(function, ast.Lambda):
            return self.follow(function.body, rest, moves)
        inside = statements(function, own=True)
        values = [node.value for node in inside if isinstance(node, ast.Return) and node.value]
        if not values:
            self.lost()
        return self.each(values, rest, moves)

    def field(self, node: ast.Call, rest: Parts, moves: tuple[Move, ...]) -> None:
        for keyword in node.keywords:
            if keyword.arg in ("default_factory", "factory"):
                return self.follow(keyword.value, rest, moves, called=True)
            if keyword.arg == "default":
                return self.follow(keyword.value, rest, moves)
        return self.lost()

    def fresh(self, node: ast.Call, name: str, rest: Parts, moves: tuple[Move, ...]) -> None:
        """A new container: empty but for what the call itself puts in."""
        if name == "contextvars.ContextVar":
            for keyword in node.keywords:
                if rest[0] == VALUE and keyword.arg == "default":
                    self.follow(keyword.value, rest[1:], moves)
            return None
        if name == "collections.defaultdict" and node.args:
            if rest[1:]:
                made = self.ctx.qualified_name(node.args[0])
                return None if made in _FRESH or isinstance(node.args[0], ast.Lambda) else self.lost()
            return self.follow(node.args[0], rest[1:], moves, called=True)
        for argument in node.args:
            self.follow(argument, rest, moves)
        for keyword in node.keywords:
            if keyword.arg is None or rest[0] == ANY:
                self.lost()
            elif keyword.arg == rest[0].key:
                self.follow(keyword.value, rest[1:], moves)
        return None

    def opened(self, node: ast.Call, name: str | None, rest: Parts, moves: tuple[Move, ...]) -> bool:
        """`cells.items()`, `cells.values()` and `list(cells)`, looped over."""
        if rest[0] != ELEMENT:
            return False
        if name in ("sorted", "reversed", "iter") and node.args:
            self.follow(node.args[0], rest, moves)
            return True
        if not isinstance(node.func, ast.Attribute) or node.args:
            return False
        if node.func.attr == "values":
            self.follow(node.func.value, (ANY, *rest[1:]), moves)
            return True
        if node.func.attr == "items" and rest[1:2] == (Part("index", 1),):
            self.follow(node.func.value, (ANY, *rest[2:]), moves)
            return True
        return False

    # Cells

    def read(self, node: ast.expr, rest: Parts, moves: tuple[Move, ...]) -> None:
        way = access(node)
        if way is None:
            return self.onto(node, rest, moves)
        cell = self.values.cell(Access(way.root, way.parts + rest))
        if cell is None:
            return self.leaf(node, rest, moves)
        self.cell(cell, node, moves)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "setdefault":
            self.each(way.defaults, rest, moves)
        return None

    def onto(self, node: ast.expr, rest: Parts, moves: tuple[Move, ...]) -> None:
        """`make().start`: into the value of an expression that is no cell."""
        if isinstance(node, ast.Attribute):
            inner: Part | None = Part("attr", node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            inner = part_of(node.slice)
        else:
            inner = None
        if inner is None or not isinstance(node, (ast.Attribute, ast.Subscript)):
            return self.leaf(node, rest, moves)
        if isinstance(node.value, (ast.Tuple, ast.List, ast.Dict)) or (
            isinstance(node.value, ast.Call) and (self.values.function(node.value) or self.values.instance(node.value))
        ):
            return self.follow(node.value, (inner, *rest), moves)
        return self.leaf(node, rest, moves)

    def cell(self, cell: Cell, read: ast.expr, moves: tuple[Move, ...]) -> None:
        written = self.values.reaching_writes(cell, read)
        if not written.complete or (not written.found and written.parameter is None):
            self.lost()
        if written.parameter is not None:
            self.leaf(written.parameter, cell.parts, moves)
        for write, rest in written.found:
            self.written(cell, write, rest, read, moves)

    def written(self, cell: Cell, write: Write, rest: Parts, read: ast.expr, moves: tuple[Move, ...]) -> None:
        moves = (Move(cell, write.node, read), *moves)
        if write.value is not None:
            return self.follow(write.value, rest, moves)
        if write.how == "augment":
            return self.leaf(write.node, rest, moves)
        if write.how == "param":
            return self.leaf(write.node, rest, moves)
        if write.how == "import" and isinstance(read, (ast.Name, ast.Attribute)):
            return self.leaf(read, rest, moves[1:])
        if write.how == "def" and isinstance(cell.owner, ast.ClassDef) and isinstance(write.node, FUNCTIONS):
            return self.property(write.node, rest, moves)
        if write.how in ("def", "class"):
            return self.leaf(write.node, rest, moves)
        return self.lost()

    def property(self, function: FunctionNode, rest: Parts, moves: tuple[Move, ...]) -> None:
        decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
        names = {self.values.decorator(decorator) for decorator in decorators}
        if not names & _PROPERTIES or not self.values.is_transparent(function):
            return self.lost()
        return self.returned(function, rest, moves[1:])


def _is_container(way: Access) -> bool:
    """A parameter that a framework fills once and hands to every hook."""
    firsts = _PARAMETER_CONTAINERS.get(way.root.id, ())
    first = way.parts[0]
    return first.kind in firsts or first.key in firsts


def _as_write(binding: Binding) -> Write:
    rest: Parts = tuple(Part("index", number) for number in binding.path)
    value = binding.value
    if binding.how == "for":
        rest = (ELEMENT, *rest)
    elif binding.how not in ("assign", "walrus", "unpack"):
        value = None
    return Write(binding.node, None, (), value, rest, how=binding.how)


def _matching(found: Iterable[tuple[Cell, Write]], cell: Cell) -> Iterator[tuple[Write, Parts]]:
    """The writes that a read of the cell can see, and which part of the written value it then reads."""
    seen: set[tuple[ast.AST, Parts, ast.expr | None, Parts]] = set()
    for target, write in found:
        if len(target.parts) > len(cell.parts) or (write.how == "update" and target.parts == cell.parts):
            continue
        meeting = {meets(own, part) for own, part in zip(target.parts, cell.parts, strict=False)}
        key = (write.node, target.parts, write.value, write.rest)
        if "no" in meeting or key in seen:
            continue
        seen.add(key)
        rest = write.rest + cell.parts[len(target.parts) :]
        if "unclear" in meeting:
            yield write._replace(value=None, weak=True, how="unclear"), rest
        elif "maybe" in meeting:
            yield write._replace(weak=True), rest
        else:
            yield write, rest


def _root_name(read: ast.expr) -> str:
    way = access(read)
    return way.root.id if way is not None else ""


def _parameter(region: FunctionNode | ast.Module, name: str) -> ast.arg | None:
    if isinstance(region, ast.Module):
        return None
    return next((arg for arg in parameters(region) if arg.arg == name), None)
