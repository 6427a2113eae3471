"""What every rule about migrations begins and ends with: the statements worth a look, and whether a finding stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from readlint.api import Answers, Context, Finding, Place, Question, Rule, TableSize, regex
from readlint_rules.migrations import _mysql
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._events import table_key
from readlint_rules.migrations._exempt import is_harmless
from readlint_rules.migrations._expressions import name
from readlint_rules.migrations._history import ASKED, TOGETHER, history, is_other, renamed
from readlint_rules.migrations._holding import Locks
from readlint_rules.migrations._kinds import Framework, Kind
from readlint_rules.migrations._locks import Effect, effect
from readlint_rules.migrations._model import Column, Migration, Operation, Statement, is_foreign

_SETTINGS = Question("settings", "")


class Candidate(NamedTuple):
    """A statement on a table that may be large and in use."""

    migration: Migration
    operation: Operation
    statement: Statement
    effect: Effect
    size: TableSize | None  # of its table, where a file says it
    everywhere: bool = False  # whether it is judged on other databases than PostgreSQL too

    @property
    def table(self) -> str:
        return self.statement.table

    @property
    def is_quick(self) -> bool:
        """Whether it takes longer the larger a table is, and this table is small."""
        return self.size is not None and self.size.is_small and self.effect.is_slow

    @property
    def shown_size(self) -> str:
        """` (200 million rows, 48 GB)`, or nothing."""
        return shown_size(self.size)


def judged_migration(ctx: Context) -> Migration | None:
    """The migration in a file, unless it only builds what nobody uses yet."""
    migration = ctx.once(migration_of)
    if migration is None or migration.is_initial or migration.is_squash:
        return None
    return migration


#: `versions/mysql/`, `migrations_mysql/`, and `b2_index_sqlite.py`.
_OTHER_DATABASE = regex(
    r"(?:^|/)(?:(?:migrations|versions|alembic)_)?(sqlite|mysql|mariadb|mssql|oracle)/|_(sqlite)(?:_\d+)?\.py$"
)


def database_of(ctx: Context) -> str:
    """What a migration is run on: projects for several databases may have a folder, or a file, for each.

    Ask through `ctx.once`.
    """
    found = _OTHER_DATABASE.search(ctx.path.lower())
    return next(filter(None, found.groups())) if found else ctx.settings.database


def shown_size(size: TableSize | None) -> str:
    return f" ({size.text})" if size is not None and size.text else ""


def candidates(
    ctx: Context, *kinds: Kind, on: str = "postgresql", everywhere: bool = False, of_any_size: bool = False
) -> Iterable[Candidate]:
    """The statements of these kinds, one an operation, that a database with rows and users in it would notice.

    `on`: whose they are, "postgresql" or "mysql", which is MariaDB too. `everywhere`: also what other databases are
    sent, for rules that are not about locks. `of_any_size`: also what is slow on large tables only, and is done on a
    small one, for findings that are not about time.
    """
    if ctx.once(_by_kind).keys().isdisjoint(kinds) or judged_migration(ctx) is None:
        return ()
    found = _sent(ctx, *kinds, on=on, everywhere=everywhere)
    return _once_a_call(
        one for one in found if (of_any_size or not one.is_quick) and not is_harmless(one.operation, one.statement, ctx)
    )


def statements(ctx: Context, *kinds: Kind, on: str = "postgresql", everywhere: bool = False) -> Iterable[Candidate]:
    """All statements of these kinds, one an operation, also on new tables and in the first migration of an app."""
    return _once_a_call(_sent(ctx, *kinds, on=on, everywhere=everywhere))


def _once_a_call(found: Iterable[Candidate]) -> Iterator[Candidate]:
    """What a loop does to many tables is said of the first that anybody may wait for."""
    said: set[tuple[int, Kind]] = set()
    for one in found:
        key = (id(one.operation.call), one.statement.kind)
        if not (one.operation.turn and key in said):
            said.add(key)
            yield one


def _sent(ctx: Context, *kinds: Kind, on: str, everywhere: bool) -> Iterator[Candidate]:
    by_kind = ctx.once(_by_kind)
    if by_kind.keys().isdisjoint(kinds) or not (everywhere or _is_on(on, ctx)):
        return
    migration = ctx.once(migration_of)
    assert migration is not None  # for `by_kind` has statements
    found = [place for kind in kinds for place in by_kind.get(kind, ())]
    if len(kinds) > 1:
        found.sort(key=_position)
    for _, operation, statement in found:
        if on == "postgresql" and is_foreign(statement.text):
            continue
        yield candidate(migration, operation, statement, ctx, everywhere=everywhere or on != "postgresql")


_Place = tuple[int, Operation, Statement]


def _position(place: _Place) -> int:
    return place[0]


def _by_kind(ctx: Context) -> dict[Kind, list[_Place]]:
    """The statements of each kind, one an operation and column added, with their positions in the migration.

    All rules of the family ask for statements, so they are sorted for all of them. Ask through `ctx.once`.
    """
    migration = ctx.once(migration_of)
    found: dict[Kind, list[_Place]] = {}
    seen: set[tuple[int, int, Kind, tuple[str, ...], bool]] = set()
    sent = migration.statements() if migration and not migration.is_squash else ()
    for place, (operation, statement) in enumerate(sent):
        columns = statement.columns if statement.changes or statement.kind is Kind.ADD_COLUMN else ()
        key = (id(operation.call), operation.turn, statement.kind, columns, is_foreign(statement.text))
        if key not in seen:
            seen.add(key)
            found.setdefault(statement.kind, []).append((place, operation, statement))
    return found


def _is_on(database: str, ctx: Context) -> bool:
    return is_mysql(ctx) if database == "mysql" else ctx.once(database_of) == database


def is_mysql(ctx: Context) -> bool:
    return ctx.once(database_of) in _mysql.NAMES


def candidate(
    migration: Migration, operation: Operation, statement: Statement, ctx: Context, *, everywhere: bool
) -> Candidate:
    known, key = ctx.once(_candidates), (id(statement), everywhere)
    if key not in known:
        found = _mysql.effect(statement) if is_mysql(ctx) else effect(statement, ctx.settings.pg_version)
        size = ctx.settings.table_sizes.of(statement.table)
        known[key] = Candidate(migration, operation, statement, found, size, everywhere)
    return known[key]


def _candidates(ctx: Context) -> dict[tuple[int, bool], Candidate]:
    """Those that are known already, for several rules look at a statement. Ask through `ctx.once`."""
    return {}


def asking(one: Candidate, ctx: Context, **more: Any) -> dict[str, Any]:
    """`questions` and `data` of a finding whose truth depends on other migrations; `related` is the lock held then."""
    start = ctx.settings.migrations_start_after
    changes, columns = one.statement.changes, one.statement.columns
    key, field = key_of(one, ctx), _field(one, ctx)
    before = described_above(field, one.operation, one.migration, ctx) if changes and field else None
    data = {
        "table": table_key(one.operation, one.migration) or one.table,
        "key": key,
        "field": field if field != key else "",
        "changes": changes,
        "columns": [former(name, one, ctx) for name in columns] if changes in TOGETHER else list(columns),
        "column": one.operation.column.parts() if changes and one.operation.column else [],
        "before": before.parts() if before is not None else [],
        "start_after": list(start),
        "postgresql": not one.everywhere and one.migration.framework not in (Framework.DJANGO, Framework.ALEMBIC),
        "called_by_default": list(_called_by_default(one)),
        "is_slow": one.effect.is_slow,
        **more,
    }
    depends = changes or start or more.get("asks") or data["postgresql"] or data["called_by_default"]
    questions = [*(ASKED if depends else ()), *([_SETTINGS] if data["called_by_default"] else ())]
    return {"questions": questions, "data": data, "related": _held(one, ctx)}


def _called_by_default(one: Candidate) -> Iterator[str]:
    """The tables that are called as Django calls them, unless another migration says something else."""
    if one.operation.model and one.table == table_key(one.operation, one.migration):
        yield one.table
    is_key = one.migration.is_django and one.statement.kind in (Kind.ADD_COLUMN, Kind.ADD_FOREIGN_KEY)
    if is_key and one.statement.other.isidentifier():
        yield one.statement.other


def _held(one: Candidate, ctx: Context) -> list[Place]:
    """The lock that makes a slow statement graver than it is by itself."""
    is_held = one.effect.is_slow and ctx.once(database_of) == "postgresql"  # MySQL commits after each statement
    held = ctx.once(Locks).gravest_at(one.statement) if is_held else None
    if held is None or not held.is_certain or held.operation is one.operation:
        return []
    return [Place(held.statement.node, f"`{held.table}` is under a lock, {held.lock.sql}, from here on")]


def asking_over(ctx: Context, **more: Any) -> dict[str, Any]:
    """`questions` and `data` of a finding about a migration as a whole; with more data it asks the history too."""
    start = ctx.settings.migrations_start_after
    return {"questions": ASKED if start or more else (), "data": {"changes": "", "start_after": list(start), **more}}


def asking_over_table(table: str, ctx: Context) -> dict[str, Any]:
    """The same where a table of Django may have another name, which matters to its size alone."""
    if not (ctx.settings.table_sizes.tables or ctx.settings.migrations_small_tables):
        return asking_over(ctx)
    asked = asking_over(ctx, table=table, called_by_default=[table], is_slow=True)
    return {**asked, "questions": (*asked["questions"], _SETTINGS)}


def key_of(one: Candidate, ctx: Context) -> str:
    """What the history calls the column: the field of a Django model."""
    field = _field(one, ctx)
    if field:
        return former(field, one, ctx)
    return one.statement.columns[0] if one.statement.columns else ""


def _field(one: Candidate, ctx: Context) -> str:
    """The field that an operation describes."""
    return name(one.operation.arguments.get("name"), ctx) if one.operation.name in _DESCRIBING else ""


_DESCRIBING = ("AddField", "AlterField")


def former(field: str, one: Candidate, ctx: Context) -> str:
    """What a field was called before the migration: a `RenameField` may stand above the operation."""
    for operation in _above(one.operation, one.migration):
        field = _name_before(operation, field, ctx)
    return field


def described_above(field: str, operation: Operation, migration: Migration, ctx: Context) -> Column | None:
    """The column of a field as the migration has left it so far; None where that is for other migrations to say."""
    called = field
    for one in _above(operation, migration):
        is_its = one.name in _DESCRIBING and name(one.arguments.get("name"), ctx) == called
        if is_its and one.column is not None and not one.is_database_only:
            return renamed(one.column, called, field)
        called = _name_before(one, called, ctx)
    return None


def _above(operation: Operation, migration: Migration) -> Iterator[Operation]:
    """The operations on the same model that stand above this one, the last of them first."""
    above = migration.operations[: migration.operations.index(operation)]
    return (one for one in reversed(above) if one.model.lower() == operation.model.lower())


def _name_before(operation: Operation, field: str, ctx: Context) -> str:
    given = operation.arguments
    is_its = operation.name == "RenameField" and name(given.get("new_name"), ctx) == field
    return name(given.get("old_name"), ctx) if is_its else field


def call_by_name(finding: Finding, rule: Rule[Any], answers: Answers) -> Finding | None:
    """A model's `db_table` may stand in another migration; None if the table of that name is small."""
    data = finding.data
    by_default = data.get("called_by_default", [])
    names = {table: history(answers).name_before(finding.path, table) for table in by_default}
    if any(table != name for table, name in names.items()):
        settings, table = answers[_SETTINGS], names.get(data["table"], data["table"])
        size = settings.table_sizes.of(table) if "size" in finding.arguments else None
        if table in settings.migrations_small_tables or (data["is_slow"] and size is not None and size.is_small):
            return None
        finding.arguments.update({"size": shown_size(size)} if size is not None else {})
        words = regex(rf"(?<![\w.])(?:{'|'.join(names)})(?![\w.])")

        def called(text: str) -> str:
            return words.sub(lambda match: names[match[0]], text)

        finding.arguments = {key: called(value) for key, value in finding.arguments.items()}
        finding.message = rule.messages[finding.message_id].format(**finding.arguments)
        finding.related = tuple(Place(one.span, called(one.message), one.path) for one in finding.related)
    return finding


def stands(finding: Finding, answers: Answers) -> bool:
    """Whether what a finding depends on is so. Where the migrations do not say it, it is not."""
    if not finding.questions:
        return True
    past, data = history(answers), finding.data
    if past.is_over(finding.path, data["start_after"]):
        return False
    if data.get("postgresql") and past.is_foreign(finding.path):
        return False
    if data["changes"] in TOGETHER:
        sets = past.sets_before(finding.path, data["table"], data["changes"])
        return sets is not None and data["columns"] not in sets
    old = column_before(finding, answers) if data["changes"] else None
    return not data["changes"] or (old is not None and is_other(old, Column(*data["column"]), data["changes"]))


def column_before(finding: Finding, answers: Answers) -> Column | None:
    """What the column of a finding was until then; None where no migration says it."""
    data = finding.data
    if data["before"]:
        return Column(*data["before"])
    old = history(answers).before(finding.path, data["table"], data["key"])
    if old is not None and data["field"]:
        return renamed(old, data["key"], data["field"])  # that much a `RenameField` above it has done
    return old
