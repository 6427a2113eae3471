"""The safe sequence for the hazards of one migration, as migrations that are ready to be pasted.

The operations are gone through in their order. One without a hazard goes into the migration at hand, one with a hazard
becomes steps, each a migration of its own. The first keeps the name of the one that is planned. What a step says in SQL
is in `_texts`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from readlint.api import Context
from readlint_rules.migrations._expressions import is_none, last
from readlint_rules.migrations._history import History
from readlint_rules.migrations._kinds import Framework, Kind
from readlint_rules.migrations._model import Migration, Operation, Statement
from readlint_rules.migrations._plans._layout import comments_above, indented, text_of

AUTOCOMMIT = "with op.get_context().autocommit_block():"

#: New texts of arguments by name; None for one that goes.
Keywords = Mapping[str, "str | None"]


class Placed(str):
    """Code of the author's, or what takes its place, that knows the line where it stood."""

    at: int

    @classmethod
    def of(cls, code: str, node: ast.AST) -> Placed:
        placed = cls(code)
        placed.at = getattr(node, "lineno", 0)
        return placed


@dataclass
class Step:
    """What one migration does: statements as text, in Python or in SQL as the migration itself."""

    lines: list[str]
    undo: list[str] = field(default_factory=list)  # what takes it back; Django's operations know that themselves
    atomic: bool = True
    imports: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    replaces: bool = False  # it stands together with the drop of what it takes the place of, if that comes before it


@dataclass
class Unit:
    """What stays in one piece: an operation of Django, a statement of `upgrade`, a statement of SQL, a step of yoyo."""

    text: str
    operations: list[Operation]
    node: ast.AST  # an operation can be planned where it is all of this
    undo: list[str] = field(default_factory=list)  # what the author takes it back with
    is_setting: bool = False  # `SET lock_timeout`: whatever comes later needs it too
    is_atomic: bool = True
    is_apart: bool = False  # nothing else may be beside it
    is_way_out: bool = False  # it only ends the migration, and so does it with what comes behind it
    transaction: int | None = 0


@dataclass
class Part:
    """One migration of the plan."""

    steps: list[Step]
    is_plain: bool  # operations that are as they were
    settings: list[str] = field(default_factory=list)  # what the steps need above them
    transaction: int | None = 0  # of the migration that is planned

    @property
    def atomic(self) -> bool:
        return all(step.atomic for step in self.steps)

    @property
    def commits(self) -> bool:
        """Whether nothing in it stays open: all of it is in Alembic's autocommit blocks."""
        return all(line.startswith(AUTOCOMMIT) for step in self.steps for line in step.lines)


#: What becomes of an operation with these findings; nothing where there is no plan.
Planner = Callable[["Plan", Operation, Collection[str]], list[Step]]


@dataclass
class Plan:
    """What the steps of one migration are made of."""

    migration: Migration
    ctx: Context
    past: History
    hazards: Mapping[int, Collection[str]]  # codes of findings, by the identity of the operation's call
    #: Codes of what is slow only where it is no longer in one transaction with what comes before it.
    hazards_apart: Mapping[int, Collection[str]] = field(default_factory=dict)
    unplanned: list[tuple[Operation, str]] = field(default_factory=list)
    undone: set[ast.AST] = field(default_factory=set)  # the statements of the downgrade that stand in the plan
    commented: set[int] = field(default_factory=lambda: {0})  # the lines whose comments stand in the plan

    @property
    def backwards(self) -> ast.AST:
        """The function that says what is given to a downgrade: both are given the same."""
        own = self.migration.downgrade_node
        return own if own is not None and (own.args.args or own.args.kwonlyargs) else self.migration.node

    def parts(self, planner: Planner, units: Iterable[Unit]) -> list[Part]:
        found: list[Part] = []
        settings: list[str] = []
        seen: set[int] = set()
        before: Unit | None = None
        for unit in units:
            seen.update(id(operation) for operation in unit.operations)
            is_apart = any(not part.is_plain for part in found)
            steps = self._steps(unit, planner, is_apart)
            plain = Step([unit.text], unit.undo, unit.is_atomic)
            if steps:
                dropped = _dropped_for(steps, unit, before, found)
                for step in steps:
                    together = [*dropped, step] if step.replaces else [step]
                    found.append(Part(together, False, settings[:], unit.transaction))
            elif found and found[-1].is_plain and not unit.is_apart and found[-1].transaction == unit.transaction:
                found[-1].steps.append(plain)
            elif not unit.is_setting and not unit.is_way_out:
                found.append(Part([plain], not unit.is_apart, settings[:], unit.transaction))
            settings += [unit.text] if unit.is_setting else []
            before = unit
        for operation in self.migration.operations:
            if id(operation) not in seen:  # in a function that `upgrade` calls
                self.leave(operation, self.hazards.get(id(operation.call), ()))
        return found

    def _steps(self, unit: Unit, planner: Planner, is_apart: bool) -> list[Step]:
        steps: list[Step] = []
        for operation in unit.operations:
            codes = self.hazards.get(id(operation.call), ())
            all_codes = {*codes, *self.hazards_apart.get(id(operation.call), ())}
            planned = planner(self, operation, all_codes) if all_codes and operation.call is unit.node else []
            if not planned:
                self.leave(operation, all_codes if is_apart else codes)
            elif planned[0].lines == [unit.text]:  # it only moves
                planned[0].undo = unit.undo
            for step in planned:
                step.lines = [Placed.of(line, unit.node) for line in step.lines]
            steps += planned
        return steps

    def with_comments(self, lines: Iterable[str]) -> Iterator[str]:
        """Above each line the comments that the author has put there, once in the plan."""
        for line in lines:
            at = getattr(line, "at", 0)
            if at not in self.commented:
                self.commented.add(at)
                yield from comments_above(self.ctx, at)
            yield line

    def not_undone(self) -> Iterator[ast.stmt]:
        """The statements of a revision's downgrade that are about no operation, and stand nowhere in the plan."""
        node = self.migration.downgrade_node if self.migration.framework is Framework.ALEMBIC else None
        for statement in node.body if node is not None else ():
            is_there = not self.undone.isdisjoint(ast.walk(statement))
            is_needless = is_there or _is_idle(statement) or _is_nameless(statement) or is_way_out(statement)
            if not is_needless and not only_binds(statement, self.migration.read_downgrade(), self.ctx):
                yield statement

    def leave(self, operation: Operation, what: Collection[str]) -> None:
        """Remember what there is no plan for."""
        if what and all(one.call is not operation.call for one, _ in self.unplanned):
            self.unplanned.append((operation, ", ".join(sorted(what))))

    def leave_all(self) -> None:
        for operation in self.migration.operations:
            self.leave(operation, self.hazards.get(id(operation.call), ()))


def _dropped_for(steps: list[Step], unit: Unit, before: Unit | None, found: list[Part]) -> list[Step]:
    """The drop of the constraint that these steps replace, taken out of the part that it stands at the end of."""
    if before is None or not found or not found[-1].is_plain or not any(step.replaces for step in steps):
        return []
    table = unit.operations[0].table
    is_drop = all(one.name == "drop_constraint" and one.table == table for one in before.operations)
    if not before.operations or not is_drop or found[-1].transaction != unit.transaction:
        return []
    dropped = found[-1].steps.pop()
    if not found[-1].steps:
        found.pop()
    return [dropped]


def python_units(plan: Plan) -> Iterator[Unit]:
    """Those of Django and of Alembic."""
    for node in _nodes(plan.migration, plan.ctx):
        inside = [one for one in plan.migration.operations if _is_inside(one.call, node, plan.ctx)]
        call = node.value if isinstance(node, ast.Expr) else node
        undo = _undone(plan, inside)
        yield Unit(Placed.of(text_of(plan.ctx, node), node), inside, call, undo, is_way_out=is_way_out(node))


def _undone(plan: Plan, inside: list[Operation]) -> list[str]:
    """What the downgrade of Alembic does about these operations, the last first, and for no operation above them."""
    ours = [statement for one in inside for statement in one.statements]
    backwards = plan.migration.read_downgrade() if any(True for one in ours for _ in keys(one)) else []
    undone: list[str] = []
    for operation in backwards:
        if _takes_back(operation, ours):
            others = [one for one in backwards if not _takes_back(one, ours)]
            statement, text = _as_it_stands(operation, others, plan)
            if statement is not None and statement not in plan.undone:
                plan.undone.add(statement)
                undone.append(Placed.of(text, statement))
    return undone


def _takes_back(operation: Operation, ours: Sequence[Statement]) -> bool:
    """Whether an operation of the downgrade is about what some statements are about, and does not do the same."""
    return any(
        _makes(one) is None or _makes(one) is not _makes(other)
        for one in operation.statements
        for other in ours
        if not set(keys(one)).isdisjoint(keys(other))
    )


def _makes(statement: Statement) -> bool | None:
    """Whether a statement makes something or drops it; None if neither."""
    word = statement.kind.value.partition(" ")[0]
    return {"CREATE": True, "ADD": True, "DROP": False}.get(word)


def _as_it_stands(operation: Operation, others: Sequence[Operation], plan: Plan) -> tuple[ast.stmt | None, str]:
    """The statement of the downgrade that holds an operation and none of the others, and how it is written alone."""
    ctx = plan.ctx
    statement, block = ctx.parent(operation.call), None
    body = getattr(plan.migration.downgrade_node, "body", [])
    if not isinstance(statement, ast.Expr):
        return None, ""
    if statement in body:
        return statement, text_of(ctx, statement)
    block = next((one for one in body if _is_inside(operation.call, one, ctx)), None)
    if isinstance(block, ast.With) and statement in block.body:  # of a batch
        heads = ", ".join(ctx.text(item.context_expr) + _bound_as(item, ctx) for item in block.items)
        return statement, f"with {heads}:\n{indented(text_of(ctx, statement))}"
    if block is None or any(_is_inside(one.call, block, ctx) for one in others):
        return None, ""
    return block, text_of(ctx, block)


def _bound_as(item: ast.withitem, ctx: Context) -> str:
    return f" as {ctx.text(item.optional_vars)}" if item.optional_vars is not None else ""


def keys(statement: Statement) -> Iterator[tuple[str, ...]]:
    """What a statement is about, for those that make something and those that undo it."""
    if statement.kind in (Kind.CREATE_TABLE, Kind.DROP_TABLE):
        yield (statement.table,)
    elif statement.kind is Kind.RENAME_TABLE:
        yield from ((statement.table,), (statement.other,))
    elif statement.kind is Kind.RENAME_COLUMN:  # which the downgrade knows by the new name
        yield statement.table, statement.other
    if statement.kind in (Kind.CREATE_INDEX, Kind.DROP_INDEX) and statement.name:
        yield "", "name", statement.name.rpartition(".")[2]  # what drops it need not say of which table it is
    elif statement.name:
        yield statement.table, "name", statement.name
    elif statement.columns:
        yield (statement.table, *statement.columns)


def _nodes(migration: Migration, ctx: Context) -> Iterator[ast.AST]:
    if isinstance(migration.node, ast.FunctionDef):
        body = [one for one in migration.node.body if not _is_idle(one)]
        yield from (one for one in body if not only_binds(one, migration.operations, ctx))
        return
    seen: set[ast.AST] = set()
    for operation in migration.operations:
        unit: ast.AST = operation.call
        for above in ctx.ancestors(operation.call):
            if isinstance(above, ast.Call) and last(above.func) == "SeparateDatabaseAndState":
                unit = above
        if unit not in seen:
            seen.add(unit)
            yield unit


def only_binds(statement: ast.stmt, operations: Iterable[Operation], ctx: Context) -> bool:
    """Whether it only binds names, and so is repeated wherever they are needed."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)):
        return False
    inside = [one for one in operations if _is_inside(one.call, statement, ctx)]
    return all(sent.kind in (Kind.SELECT, Kind.SETTING) for one in inside for sent in one.statements)


def is_way_out(statement: ast.AST) -> bool:
    """`if op.get_bind().dialect.name != "postgresql": return`."""
    return isinstance(statement, ast.If) and not statement.orelse and [*map(type, statement.body)] == [ast.Return]


def _is_nameless(statement: ast.stmt) -> bool:
    """`op.drop_constraint(None, ...)`, which fails: the plan has names."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or last(call.func) != "drop_constraint":
        return False
    return is_none(next(iter(call.args), None))


def _is_idle(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _is_inside(call: ast.AST, unit: ast.AST, ctx: Context) -> bool:
    return call is unit or any(above is unit for above in ctx.ancestors(call))


# Texts


def quoted(table: str) -> str:
    """A name in SQL, with the schema that it may have."""
    return ".".join(f'"{one}"' for one in table.split("."))


def name_of(statement: Statement, ending: str) -> str:
    """A name for an index or a constraint, no longer than PostgreSQL takes."""
    return name_for(statement.table, statement.columns, ending)


def proof_name(table: str, column: str) -> str:
    """For a check that a column is never null. PostgreSQL 18 itself calls `NOT NULL` what ends in `_not_null`."""
    return name_for(table, [column], "not_null_check")


def name_for(table: str, columns: Iterable[str], ending: str) -> str:
    base = "_".join([table.rpartition(".")[2], *columns])
    return f"{base[: 62 - len(ending)]}_{ending}"


def call_text(
    ctx: Context, call: ast.Call, keywords: Keywords, *, function: str = "", without: Collection[str] = ()
) -> str:
    """A call with other keywords, None for one that goes, and without the positional arguments `without`."""
    arguments = [text for text in (text_of(ctx, one) for one in call.args) if text not in without]
    for one in call.keywords:
        text = text_of(ctx, one.value)
        if one.arg is None:
            arguments.append(f"**{text}")
        elif one.arg not in keywords:
            arguments.append(f"{one.arg}={text}")
    arguments += [f"{name}={text}" for name, text in keywords.items() if text is not None]
    return f"{function or ctx.text(call.func)}({', '.join(arguments)})"


def needed(text: str, ctx: Context) -> list[str]:
    """The statements above the migration that bind a name which a text mentions, and what these need."""
    statements = [one for one in ctx.tree.body if _OWN.isdisjoint(bound_names(one))]
    bound = [(one, set(bound_names(one))) for one in statements]
    taken: list[ast.stmt] = []
    words = set(re.findall(r"\w+", text))
    while True:
        more = [one for one, names in bound if one not in taken and not names.isdisjoint(words)]
        if not more:
            return [_whole(one, ctx) for one in statements if one in taken]
        taken += more
        code = [one for one in more if not isinstance(one, (ast.Import, ast.ImportFrom))]
        words |= {word for one in code for word in re.findall(r"\w+", ctx.text(one))}


#: What a part has of its own.
_OWN = frozenset(
    "Migration upgrade downgrade revision down_revision branch_labels depends_on "
    "steps __depends__ __transactional__".split()
)


def bound_names(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (one.id for to in targets for one in ast.walk(to) if isinstance(one, ast.Name))
    elif isinstance(statement, (ast.If, ast.Try)):
        yield from (
            name for one in ast.iter_child_nodes(statement) if isinstance(one, ast.stmt) for name in bound_names(one)
        )


def _whole(statement: ast.stmt, ctx: Context) -> str:
    decorated = getattr(statement, "decorator_list", [])
    head = "".join(f"@{ctx.text(one)}\n" for one in decorated)
    return head + text_of(ctx, statement)


def header(part: Part, body: str, ctx: Context, own: Iterable[str]) -> str:
    """Imports and functions that a part needs, imports first. `own` are those that it cannot do without."""
    made = [text for step in part.steps for text in step.functions]
    taken = needed("\n".join([body, *made]), ctx)
    imports = [text for text in taken if text.startswith(("import ", "from "))]
    imports += [one for step in part.steps for one in step.imports]
    imports += [one for one in own if all(not _imports_same(one, other) for other in imports)]
    others = [text for text in taken if not text.startswith(("import ", "from "))]
    unique = sorted(dict.fromkeys(imports), key=lambda one: (not one.startswith("from __future__"), one))
    return "\n".join(unique) + "".join(f"\n\n\n{text}" for text in [*others, *made])


def _imports_same(one: str, other: str) -> bool:
    """`from django.db import migrations, models` has all of `from django.db import migrations`."""
    module, _, name = one.partition(" import ")
    return other.startswith(f"{module} import ") and name in re.findall(r"\w+", other.partition(" import ")[2])
