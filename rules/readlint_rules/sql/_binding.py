"""Which parameters a query gets for what is put into it, and what its text becomes.

The plan is made of syntax nodes alone, so that a finding can say whether its fix is safe; `_writing` turns it into
code when a fix is wanted.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from readlint.api import Context, cell_of, reaching_writes, walk
from readlint_rules.sql._chains import expressions, is_stable
from readlint_rules.sql._drivers import COLON, DOLLAR, NUMBERED, PERCENT, Driver
from readlint_rules.sql._folding import skeletons
from readlint_rules.sql._layout import CannotFix, Cell, Layout, Slot, lay_out
from readlint_rules.sql._model import NAMES, VALUES, Hole, Judged, Position, Provenance, Query, Run
from readlint_rules.sql._placeholders import Mark, Scan, scan
from readlint_rules.sql._positions import Placed, place
from readlint_rules.sql._provenance import Judge, Trust
from readlint_rules.sql._runs import begins_like_sql

_SUPPORTED = frozenset(
    "sqlite3 aiosqlite psycopg2 aiopg psycopg asyncpg PyMySQL mysqlclient aiomysql asyncmy mysql-connector oracledb "
    "cx_Oracle pyodbc aioodbc SQLAlchemy Django".split()
)
_CALLS = frozenset("execute mogrify stream fetch fetchrow fetchval raw RawSQL text".split())
_EXECUTE = frozenset("execute scalar scalars stream stream_scalars".split())
#: Django formats these without parameters on some databases, and on others it does not.
_ALWAYS_FORMATTED = frozenset({"raw", "RawSQL"})
#: What a literal may follow where a server binds: after a word such as DATE or INTERVAL it is no expression.
_BEFORE_LITERAL = re.compile(
    r"(?i)(?:[=<>(,|~+\-*/@]|\b(?:like|ilike|glob|regexp|rlike|match|similar\s+to|between|and|or|not|then|else|when|case|in|"
    r"select|limit|offset|where|having|on|by|distinct|escape|return|values))\s*\Z"
)
#: Functions that take text whatever else there is of their name.
_OF_TEXT = frozenset(
    "lower upper trim ltrim rtrim btrim length char_length initcap md5 replace strpos starts_with".split()
)
#: Statements in which servers bind: PostgreSQL and SQLite in these, the others also in calls of procedures.
_FIRST = re.compile(r"(?s)(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(\w+)")
_BOUND_IN = frozenset({"select", "insert", "update", "delete", "with", "values", "merge", "replace"})
_PROCEDURES = frozenset({"call", "exec", "execute"})
_FUNCTION = re.compile(r"(?i)\b(\w+)\s*\((?:[^()']|'[^']*')*\Z")
_NO_FUNCTIONS = frozenset("in values and or not on where when select any all exists using then else case as".split())
_ASYNC = re.compile(
    r"\basyncpg\b|\bcreate_async_engine\b|\bAsync(?:Session|Connection|Engine)\b|\basync_sessionmaker\b"
)
_SIMPLE = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.JoinedStr, ast.BinOp, ast.IfExp)
_TEXT_METHODS = frozenset(
    "strip lstrip rstrip lower upper title capitalize casefold format join isoformat strftime hexdigest replace "
    "removeprefix removesuffix zfill ljust rjust center swapcase decode".split()
)
_MARKING = re.compile(r"[%?:;'\"\\$]")


@dataclass(eq=False)
class Parameter:
    """`parts` make a text; a bare one is a single slot whose value is bound as it is; `many` a list of values."""

    parts: list[str | Slot]
    bare: bool = False
    many: str = ""  # tuple, list, spread
    of_text: bool = False  # the elements of the list were written in quotes
    name: str = ""
    at: int = 0  # how many of the old placeholders come before it
    number: int = 0

    @property
    def slots(self) -> list[Slot]:
        return [part for part in self.parts if isinstance(part, Slot)]


@dataclass(eq=False)
class Plan:
    """`root` is the call that gets the parameters; `nodes` are what is rewritten."""

    query: Query
    layout: Layout
    root: ast.Call
    nodes: list[ast.expr]
    driver: Driver
    style: str
    parameters: list[Parameter] = field(default_factory=list)
    is_safe: bool = True
    existing: ast.expr | None = None
    by_name: bool = False
    way: str = "container"  # varargs, bindparams, compose
    names: list[Slot] = field(default_factory=list)  # for compose


def binding(query: Query, found: list[Judged], ctx: Context, trust: Trust) -> Plan | None:
    """The plan, or None where there is no way that keeps what the query means."""
    try:
        return _Planner(query, found, ctx, trust).plan()
    except CannotFix:
        return None


class _Planner:
    def __init__(self, query: Query, found: list[Judged], ctx: Context, trust: Trust) -> None:
        self.query, self.run, self.found, self.ctx = query, query.run, found, ctx
        self.judge = Judge(ctx, trust)
        self.is_safe = query.run.is_certain

    def plan(self) -> Plan:
        driver = self.supported()
        parts = expressions(self.query, self.ctx)
        self.layout = lay_out(parts, self.ctx)
        self.driver = driver
        self.places = self.placed()
        root, existing, way = self.call()
        chain = [] if any(part in walk(root) for part in parts) else parts
        by_name = way != "varargs" and (driver.styles[0] in (COLON, NUMBERED) or isinstance(existing, ast.Dict))
        style = COLON if by_name and PERCENT not in driver.styles else driver.styles[0]
        made = Plan(self.query, self.layout, root, [*chain, root], driver, style, [], True, existing, by_name, way)
        self.formatted = self.is_formatted(existing)
        self.bind(made)
        made.is_safe = self.is_safe
        return made

    def supported(self) -> Driver:
        driver, run = self.run.driver, self.run
        if driver is None or driver.name not in _SUPPORTED or run.many or run.name not in _CALLS:
            raise CannotFix
        if driver.name == "SQLAlchemy" and run.name != "text":
            raise CannotFix
        if run.is_part and run.name != "RawSQL":
            raise CannotFix
        if any(one.position is Position.UNBINDABLE or one.context.endswith("option") for one in self.found):
            raise CannotFix
        if driver.name == "asyncpg" or (driver.name == "SQLAlchemy" and _ASYNC.search(self.ctx.source.text)):
            self.is_safe = False  # exact types are wanted
        return driver

    # What is known about the slots

    def placed(self) -> dict[Cell, tuple[Placed, bool]]:
        """For each slot that the rule judged what belongs there, and whether the finding is about it."""
        skeleton = self.query.skeletons[0]
        places = place(skeleton, self.driver)
        flagged = {one.hole.node for one in self.found}
        holes = [(number, piece) for number, piece in enumerate(skeleton.pieces) if isinstance(piece, Hole)]
        found: dict[Cell, tuple[Placed, bool]] = {}
        for cell in self.layout.slots:
            assert cell.slot is not None
            built = self.built(cell.slot, holes, places)
            if built:
                found[cell] = (places[built[0][0]], any(hole.node in flagged for _, hole in built))
                del holes[: len(built)]
                continue
            if not holes or not _is_in(holes[0][1], cell.slot):
                continue  # text that is known
            number, hole = holes.pop(0)
            if number not in places:
                raise CannotFix
            found[cell] = (places[number], hole.node in flagged)
            if hole.many and found[cell][0].position is Position.QUOTED:
                found[cell] = (places[number]._replace(position=Position.LIST, context="text"), hole.node in flagged)
        if holes or not any(is_flagged for _, is_flagged in found.values()):
            raise CannotFix
        return found

    def built(self, slot: Slot, holes: list[tuple[int, Hole]], places: dict[int, Placed]) -> list[tuple[int, Hole]]:
        """What is put into a text that was put together before and stands in a literal as a whole: `'{index_name}'`."""
        found = skeletons(slot.node, self.ctx)
        inner = found[0].holes if len(found) == 1 else ()
        mine = holes[: len(inner)]
        if not inner or [hole.node for _, hole in mine] != [hole.node for hole in inner] or inner[0].node is slot.node:
            return []
        texts = [piece.text for piece in found[0].pieces if not isinstance(piece, Hole)]
        is_whole = all(number in places and places[number].position is Position.QUOTED for number, _ in mine)
        return mine if is_whole and not any(set("'\"\\") & set(text) for text in texts) else []

    # The call

    def call(self) -> tuple[ast.Call, ast.expr | None, str]:
        """The call that gets the parameters, those that it has, and how it takes them."""
        run = self.run
        if any(isinstance(arg, ast.Starred) for arg in run.call.args) or run.query not in run.call.args:
            raise CannotFix
        if run.driver is not None and run.driver.name == "SQLAlchemy":
            return self.of_text(run)
        if run.driver is not None and "varargs" in run.driver.containers:
            if run.call.args.index(run.query) != 0 or any(k.arg in ("args", None) for k in run.call.keywords):
                raise CannotFix
            return run.call, None, "varargs"
        allowed = {"prepare", "binary"} if run.driver is not None and run.driver.name == "psycopg" else set()
        if run.driver is not None and run.driver.name == "Django":
            allowed = {"translations", "using", "output_field", "params"}
        if any(keyword.arg not in allowed for keyword in run.call.keywords):
            raise CannotFix
        if len(run.call.args) > 2 and run.name != "RawSQL":
            raise CannotFix
        existing = run.parameters
        if isinstance(existing, ast.Constant) and existing.value is None:
            raise CannotFix
        if existing is not None and not _is_written_out(existing):
            raise CannotFix
        return run.call, existing, "container"

    def of_text(self, run: Run) -> tuple[ast.Call, ast.expr | None, str]:
        """`execute(text(...), {...})` takes a dictionary; a text that stands elsewhere is given its values itself."""
        if len(run.call.args) != 1 or run.call.keywords:
            raise CannotFix
        outer = self.ctx.parent(run.call)
        if isinstance(outer, ast.Call) and outer.args and outer.args[0] is run.call and not outer.keywords:
            method = outer.func.attr if isinstance(outer.func, ast.Attribute) else ""
            existing = outer.args[1] if len(outer.args) == 2 else None
            fits = len(outer.args) < 3 and (existing is None or isinstance(existing, ast.Dict))
            fits = fits and method in _EXECUTE and not self.has_lists()
            if fits and (existing is None or _is_written_out(existing)):
                return outer, existing, "container"
        self.is_safe = False  # the value then has the type of its class, which the database may be told
        return run.call, None, "bindparams"

    def has_lists(self) -> bool:
        return any(placed.position is Position.LIST for placed, is_flagged in self.places.values() if is_flagged)

    def is_formatted(self, existing: ast.expr | None) -> bool:
        """Whether the driver already takes `%%` for `%` in the text as it is."""
        if not self.driver.percent_is_special:
            return False
        is_empty = existing is not None and not getattr(existing, "elts", getattr(existing, "keys", None))
        is_unclear = is_empty or (existing is None and self.run.name in _ALWAYS_FORMATTED)
        is_unclear = is_unclear or self.driver.name == "mysql-connector"  # which knows `%s` and nothing else
        if is_unclear and "%" in self.layout.text()[0]:
            raise CannotFix
        return existing is not None and not is_empty

    # The slots

    def bind(self, made: Plan) -> None:
        text, cells = self.layout.text()
        found = scan(text)
        self.literals = found.literals if self.driver.dialect != "mysql" else _mysql_literals(text, found)
        marks = found.of(*self.driver.styles) if self.has_old(made) else []
        self.check_old(made, marks)
        self.check_statement(text)
        self.taken = {mark.name for mark in marks} | _keys(made.existing)
        bound: set[Cell] = set()
        for index, cell in enumerate(cells):
            if cell.slot is None or cell in bound:
                continue
            placed, is_flagged = self.places.get(cell, (None, False))
            span = next((s for s in self.literals if s[0] <= index < s[1]), None)
            old = sum(mark.start < index for mark in marks)
            if placed is not None and (is_flagged or self.is_number_of_template(cell, placed)):
                bound |= self.bind_one(made, placed, index, span, text, cells, old)
            elif cell.slot.form in ("percent", "format"):
                raise CannotFix
            elif span is not None and self.is_literal_flagged(span, cells):
                bound |= self.bind_literal(made, span, text, cells, old)
            else:
                self.check_kept(cell, placed)
        if self.driver.percent_is_special and not self.formatted:
            for cell in self.layout.cells:
                cell.text = cell.text.replace("%", "%%") if cell not in bound else cell.text
        if not made.parameters:
            raise CannotFix

    def check_statement(self, text: str) -> None:
        """One statement, and one that parameters can be bound in."""
        rest, first = _blank(text, self.literals), _FIRST.match(text)
        if re.search(r";\s*\S", rest) or (self.driver.dialect == "sqlite" and re.search(r"\?\d", rest)):
            raise CannotFix
        allowed = _BOUND_IN | (_PROCEDURES if self.driver.dialect in ("tsql", "oracle") else frozenset())
        is_whole = self.run.name not in ("text", "RawSQL") or begins_like_sql(text)
        if is_whole and not self.driver.binds_on_client and (first is None or first[1].lower() not in allowed):
            raise CannotFix

    def has_old(self, made: Plan) -> bool:
        return made.existing is not None or made.way in ("varargs", "bindparams") or self.run.name == "text"

    def check_old(self, made: Plan, marks: list[Mark]) -> None:
        """The parameters that are there are those that the text asks for, and can be merged with others."""
        if made.way == "varargs":
            self.old_numbers = len(self.run.more)
            if any(int(mark.name) > self.old_numbers for mark in marks):
                raise CannotFix
        elif isinstance(made.existing, (ast.Tuple, ast.List)):
            if NUMBERED in self.driver.styles or any(mark.name for mark in marks):
                raise CannotFix
            if len(marks) != len(made.existing.elts):
                raise CannotFix
        elif self.run.name != "text" and {mark.name for mark in marks} != _keys(made.existing):
            raise CannotFix

    def is_number_of_template(self, cell: Cell, placed: Placed) -> bool:
        """`%d` beside a value that is bound: the operator that puts it in is going to be gone."""
        slot = cell.slot
        return (
            slot is not None
            and slot.form == "percent"
            and slot.spec in ("d", "i")
            and placed.position is Position.VALUE
        )

    def is_literal_flagged(self, span: tuple[int, int], cells: list[Cell]) -> bool:
        inside = [self.places.get(cell) for cell in cells[span[0] : span[1]] if cell.slot is not None]
        return any(one is not None and one[1] for one in inside)

    def check_kept(self, cell: Cell, placed: Placed | None) -> None:
        """What stays must not hold anything that parameters give another meaning: a `%`, a placeholder."""
        assert cell.slot is not None
        if placed is None:
            texts = skeletons(cell.slot.node, self.ctx)
            if not texts or not all(one.is_constant and not _MARKING.search(one.text) for one in texts):
                raise CannotFix
            return
        is_number = self.judge.of(cell.slot.node).provenance is Provenance.SAFE_NUM or cell.slot.spec == "d"
        if placed.position not in NAMES and not (is_number and placed.position in VALUES):
            raise CannotFix

    def bind_one(
        self,
        made: Plan,
        placed: Placed,
        index: int,
        span: tuple[int, int] | None,
        text: str,
        cells: list[Cell],
        old: int,
    ) -> set[Cell]:
        cell, slot = cells[index], cells[index].slot
        assert slot is not None
        if placed.position is Position.LIST:
            return self.bind_list(made, placed, index, text, cells, old)
        if placed.position is Position.QUOTED:
            if span is None:
                raise CannotFix
            return self.bind_literal(made, span, text, cells, old)
        if placed.position is not Position.VALUE or span is not None:
            raise CannotFix
        is_number = slot.form == "percent" and slot.spec in ("d", "i")
        is_quoted = slot.conversion == "r" and not slot.path and is_text(slot.node, self.ctx)
        if (slot.conversion not in ("", "r", "s") or slot.spec not in ("", "s")) and not is_number:
            raise CannotFix
        if re.search(r"[\w.\"]\Z", text[:index]) or re.match(r"[\w(.\"]", text[index + 1 :]):
            raise CannotFix
        self.is_safe = self.is_safe and (is_number or (is_quoted and self.may_follow(text[:index], placed)))
        self.add(made, Parameter([slot], bare=True, at=old), [cell], placed)
        return {cell}

    def bind_literal(self, made: Plan, span: tuple[int, int], text: str, cells: list[Cell], old: int) -> set[Cell]:
        """The whole literal becomes one parameter."""
        start, end = span
        before, inner = text[:start], cells[start + 1 : end - 1]
        content = text[start + 1 : end - 1]
        if re.search(r"[\w&$\"]\Z", before) or re.match(r"[\w\"']", text[end:]):
            raise CannotFix  # E'...' and others that say how the literal is to be read
        if "\\" in content and (self.driver.dialect == "mysql" or self.driver.name in ("Django", "SQLAlchemy")):
            raise CannotFix
        if self.driver.name == "SQLAlchemy" and re.search(r":\w", content):
            raise CannotFix
        placed = next(self.places[cell][0] for cell in inner if cell in self.places)
        if not self.driver.binds_on_client and not _BEFORE_LITERAL.search(before):
            raise CannotFix
        self.is_safe = self.is_safe and self.may_follow(before, placed)
        parts: list[str | Slot] = []
        for cell in inner:
            if cell.slot is not None:
                self.check_part(cell.slot)
                parts.append(cell.slot)
            elif parts and isinstance(parts[-1], str):
                parts[-1] += cell.text
            else:
                parts.append(cell.text)
        parts = [self.plain(part, text[start]) if isinstance(part, str) else part for part in parts]
        self.add(made, Parameter(parts, at=old), cells[start:end], placed)
        return set(cells[start:end])

    def plain(self, text: str, quote: str) -> str:
        """The text of a literal as the database reads it."""
        if self.formatted:
            if "%" in text.replace("%%", ""):
                raise CannotFix
            text = text.replace("%%", "%")
        return text.replace(quote * 2, quote)

    def check_part(self, slot: Slot) -> None:
        if slot.form == "percent" and slot.spec not in ("s", "d", "i"):
            raise CannotFix
        if slot.form == "format" and (slot.spec or slot.conversion):
            raise CannotFix

    def may_follow(self, before: str, placed: Placed) -> bool:
        """Whether a server takes a parameter just as it takes a literal there.

        In a function of any type it cannot tell the type of a parameter, and two parameters are never the same
        expression, as GROUP BY wants.
        """
        if self.driver.binds_on_client or self.driver.dialect == "sqlite":
            return True
        match = _FUNCTION.search(before)
        inside = match[1].lower() if match is not None else ""
        whole = self.layout.text()[0].lower()
        return (not inside or inside in _NO_FUNCTIONS | _OF_TEXT or _is_columns(before)) and "group by" not in whole

    def bind_list(self, made: Plan, placed: Placed, index: int, text: str, cells: list[Cell], old: int) -> set[Cell]:
        """`IN ({...})`, in the way that the driver takes several values."""
        self.is_safe = False
        slot, cell = cells[index].slot, cells[index]
        before = re.search(r"(?i)\b(not\s+)?in\s*(\()?\s*\Z", text[:index])
        assert slot is not None
        if before is None or slot.conversion or slot.spec not in ("", "s"):
            raise CannotFix
        end = index + 1
        if before[2]:
            closing = re.match(r"\s*\)", text[end:])
            if closing is None:
                raise CannotFix
            end += closing.end()
        items, of_text = _items(slot.node, self.ctx)
        listed = Parameter([Slot(items, slot.form)], at=old, of_text=of_text or placed.context == "text")
        opener = before.start(2) if before[2] else index
        span = cells[opener:end]
        if self.driver.name in ("psycopg", "asyncpg"):
            listed.many = "list"
            start = before.start()
            span = cells[start:end]
            self.add(made, listed, span, placed, ("<> ALL({})" if before[1] else "= ANY({})"))
        elif self.driver.name == "SQLAlchemy" or self.driver.expands_sequences:
            listed.many = "list" if self.driver.name == "SQLAlchemy" else "tuple"
            self.add(made, listed, span, placed)
        else:
            cell.brings_parentheses = not before[2]
            self.spread(made, listed, cell, items)
            return {cell}
        return set(span)

    def spread(self, made: Plan, listed: Parameter, cell: Cell, items: ast.expr) -> None:
        """One placeholder for each value, made when it runs."""
        is_again = isinstance(items, (ast.Name, ast.Attribute))  # it is asked for its length too
        if made.by_name or self.driver.styles[0] == NUMBERED or not is_again or cell.slot is None:
            raise CannotFix
        if cell.slot.form not in ("fstring", "concat") or not is_stable(items, self.query, self.ctx):
            raise CannotFix
        listed.many = "spread"
        made.parameters.append(listed)
        cell.spreads = items

    def add(self, made: Plan, parameter: Parameter, span: list[Cell], placed: Placed, template: str = "{}") -> None:
        """The cells of the span give way to a placeholder."""
        for slot in parameter.slots:
            node = slot.node
            if not isinstance(node, (*_SIMPLE, ast.ListComp, ast.GeneratorExp)) or any(
                isinstance(part, (ast.NamedExpr, ast.Yield, ast.YieldFrom)) for part in ast.walk(node)
            ):
                raise CannotFix
            if slot.form in ("percent", "format") and not _is_whole(slot):
                raise CannotFix
            if not is_stable(node, self.query, self.ctx):
                raise CannotFix
        made.parameters.append(parameter)
        parameter.number = len(made.parameters)
        parameter.name = self.name_of(parameter) if made.by_name else ""
        mark = self.mark(made, parameter)
        behind = self.layout.cells[self.layout.cells.index(span[-1]) + 1 :]
        following = next((one.text for one in behind if one.text or one.slot is not None), "")
        mark += " " if following == ":" and made.style == COLON else ""  # `:name::text` is no name for `text()`
        for cell in span:
            cell.text = ""
            cell.stays = False
        self.layout.place(span[0], template.format(mark))

    def mark(self, made: Plan, parameter: Parameter) -> str:
        if made.by_name:
            return f"%({parameter.name})s" if made.style == PERCENT else f":{parameter.name}"
        if made.style == DOLLAR:
            return f"${self.old_numbers + parameter.number}"
        return made.style

    def name_of(self, parameter: Parameter) -> str:
        node = parameter.slots[0].node
        while isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
            node = node.args[0]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        path = parameter.slots[0].path
        if path:
            base = path.rpartition(".")[2]
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            base = str(node.slice.value)
        else:
            base = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "value")
        base = base.strip("_") if re.fullmatch(r"[A-Za-z_]\w*", base) and base.strip("_") else "value"
        base = f"p_{base}" if self.driver.dialect == "oracle" else base  # words such as `date` are no names there
        name, number = base, 1
        while name in self.taken:
            number += 1
            name = f"{base}_{number}"
        self.taken.add(name)
        return name


def _is_in(hole: Hole, slot: Slot) -> bool:
    """Whether a slot is a hole that was judged; a join is judged by its elements."""
    return hole.node is slot.node or (hole.many and any(part is hole.node for part in ast.walk(slot.node)))


def is_text(node: ast.expr, ctx: Context) -> bool:
    """Whether an expression is known to be a `str`."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return True
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in ("str", "input"):
            return ctx.qualified_name(node.func) in ("str", "input")
        is_method = isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS - {"replace", "decode"}
        return is_method and (node.func.attr not in ("join", "format") or _is_literal(node.func))  # type: ignore[attr-defined]
    if not isinstance(node, ast.Name):
        return False
    cell = cell_of(node, ctx)
    written = reaching_writes(cell, node, ctx) if cell is not None else None
    if written is None or not written.complete or not (written.found or written.parameter):
        return False
    declared = written.parameter.annotation if written.parameter is not None else ast.Name("str", ast.Load())
    is_declared = (isinstance(declared, ast.Name) and declared.id == "str") or getattr(declared, "value", "") == "str"
    return is_declared and all(
        write.value is not None and not rest and not isinstance(write.value, ast.Name) and is_text(write.value, ctx)
        for write, rest in written.found
    )


def _is_literal(function: ast.expr) -> bool:
    value = getattr(function, "value", None)
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_whole(slot: Slot) -> bool:
    """Whether the template puts in the expression itself, and nothing of it such as `{user.name}`."""
    if slot.form == "percent":
        return re.fullmatch(r"%(?:\(\w+\))?[sdi]", slot.written) is not None and not isinstance(slot.node, ast.Dict)
    is_simple = isinstance(slot.node, (ast.Name, ast.Attribute, ast.Call))
    return re.fullmatch(r"\{\w*\}", slot.written) is not None or (slot.path != "" and is_simple)


def _is_written_out(value: ast.expr) -> bool:
    if isinstance(value, (ast.Tuple, ast.List)):
        return not any(isinstance(one, ast.Starred) for one in value.elts)
    keys = value.keys if isinstance(value, ast.Dict) else [None]
    return all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in keys)


def _keys(value: ast.expr | None) -> set[str]:
    keys = value.keys if isinstance(value, ast.Dict) else []
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def _mysql_literals(text: str, found: Scan) -> tuple[tuple[int, int], ...]:
    """MySQL takes `"..."` for a literal too."""
    rest = _blank(text, found.literals)
    return tuple(sorted([*found.literals, *(match.span() for match in re.finditer(r'"(?:[^"]|"")*"', rest))]))


def _blank(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


def _is_columns(before: str) -> bool:
    """`INSERT INTO t (a, b) VALUES ('...'`: no function."""
    return re.search(r"(?is)\bvalues\s*\((?:[^()']|'[^']*'|\([^()]*\))*\Z", before) is not None


def _items(node: ast.expr, ctx: Context) -> tuple[ast.expr, bool]:
    """The values that are joined, and whether each was put in quotes: `",".join(map(str, ids))`, `tuple(ids)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        return _elements(node.args[0], ctx) if len(node.args) == 1 else (node, False)
    if isinstance(node, ast.Call) and ctx.qualified_name(node.func) == "tuple" and len(node.args) == 1:
        return node.args[0], False
    if isinstance(node, (ast.Name, ast.Attribute)):
        return node, False
    raise CannotFix


def _elements(items: ast.expr, ctx: Context) -> tuple[ast.expr, bool]:
    if isinstance(items, ast.Call) and ctx.qualified_name(items.func) == "map" and len(items.args) == 2:
        if ctx.qualified_name(items.args[0]) in ("str", "repr"):
            return items.args[1], False
        raise CannotFix
    if isinstance(items, (ast.GeneratorExp, ast.ListComp)):
        one = items.generators[0]
        if len(items.generators) > 1 or one.ifs or one.is_async or not isinstance(one.target, ast.Name):
            raise CannotFix
        element, is_quoted = _element(items.elt, ctx)
        if isinstance(element, ast.Name) and element.id == one.target.id:
            return one.iter, is_quoted
        raise CannotFix
    return items, False


def _element(node: ast.expr, ctx: Context) -> tuple[ast.expr, bool]:
    """What an element is made of: `str(i)`, `f"'{i}'"`, `"'" + i + "'"`."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and ctx.qualified_name(node.func) in ("str", "repr"):
        return node.args[0], False
    if isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call)):
        made = lay_out([node], ctx)
        text, _ = made.text()
        slots = [cell.slot for cell in made.slots if cell.slot is not None]
        if len(slots) == 1 and text in ("\0", "'\0'") and not slots[0].spec.strip("s"):
            return slots[0].node, text != "\0"
        raise CannotFix
    return node, False
