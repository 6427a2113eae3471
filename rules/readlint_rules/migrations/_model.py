"""What a migration is: operations as its author wrote them, and the statements that the framework makes of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from readlint.api import regex
from readlint_rules.migrations._kinds import Framework, Kind


class Default:
    """What the database puts into a column that a row leaves out: plain texts, as columns are remembered as JSON."""

    NONE = "none"
    CONSTANT = "constant"
    STABLE = "stable"  # one value for the whole statement: `now()`
    VOLATILE = "volatile"  # another value for each row: `random()`
    UNKNOWN = "unknown"  # a function of which nothing is known


class Column(NamedTuple):
    """A column as one operation describes it. It is JSON: `Column(*json.loads(json.dumps(column)))` is equal to it."""

    name: str
    type: str = ""  # as PostgreSQL calls it, with its parameters; empty when unknown
    null: bool = True
    default: str = Default.NONE
    python_default: str = ""  # "constant", "callable": a default that only the framework knows; "implied": Django's own
    unique: bool = False
    indexed: bool = False
    primary_key: bool = False
    references: str = ""  # the table that a foreign key points to
    check: str = ""  # the condition of a check that comes with the column
    generated: str = ""  # "stored", "virtual", or "unsaid", where SQLAlchemy goes by what the database is
    identity: bool = False
    constrained: bool = True  # whether the database enforces the foreign key
    known: bool = True  # whether the class of the field, or its type, is one whose behaviour is known
    is_named: bool = False  # by `db_column`: a field of another name keeps the column

    @property
    def is_required(self) -> bool:
        """Whether the database takes no row without a value for it."""
        return not (self.null or self.default != Default.NONE or self.generated or self.identity)

    def parts(self) -> list[object]:
        """What `Column` is made of; most columns are of a type, and nothing else."""
        return list(self if self[3:] != _PLAIN else self[:3])


_PLAIN = Column("")[3:]


@dataclass(slots=True)
class Statement:
    """One statement that reaches the database."""

    kind: Kind
    table: str
    node: ast.AST  # where a finding about it points
    column: Column | None = None
    columns: tuple[str, ...] = ()
    described: tuple[Column, ...] = ()  # of a table that SQL creates
    name: str = ""  # of the index or the constraint
    other: str = ""  # the parent table of a foreign key, the new name of what is renamed
    condition: str = ""  # of a check, in SQL where that is known
    text: str = ""  # the SQL, where the author wrote it
    unique: bool = False
    concurrently: bool = False
    if_not_exists: bool = False
    if_exists: bool = False  # of what is dropped
    not_valid: bool = False
    is_enforced: bool = True  # PostgreSQL 18 has constraints that are not, and never will be by themselves
    using_index: bool = False
    changes: str = ""  # the attribute of `Column` that must be another than before, or Django emits nothing
    deferred: bool = False  # Django emits it at the migration's end
    transaction: int | None = 0  # statements of one number commit together; None commits at once
    is_temporary: bool = False  # a table that the session's end drops
    on_new_table: bool = False  # the same migration has created the table
    on_new_column: bool = False  # the same migration has added (all of) its columns


@dataclass(slots=True)
class Operation:
    """One operation as written: `migrations.AddField(...)`, `op.add_column(...)`, SQL that is run."""

    name: str  # the class of Django, the function of Alembic without `op.`, "sql" for any other way to run SQL
    call: ast.Call
    arguments: Mapping[str, ast.expr]  # by name, positional ones too
    table: str = ""
    model: str = ""  # as Django's operation names it
    column: Column | None = None
    fields: Sequence[tuple[str, ast.expr, Column | None]] = ()  # of a model that Django creates; None for no column
    statements: list[Statement] = field(default_factory=list)
    transaction: int | None = 0
    is_state_only: bool = False  # inside `state_operations`
    is_database_only: bool = False  # inside `database_operations`
    batch: str = ""  # the name of the variable of `batch_alter_table`
    turn: int = 0  # how often the call has been made before, by a loop or in a function that is called again


#: What is no word of SQL: comments, bodies of functions, strings.
_QUIET = regex(r"--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$|'(?:[^'\\]|''|\\.)*'", re.DOTALL)
#: Of MySQL, SQLite, SQL Server and ClickHouse.
_FOREIGN = regex(
    r"""`\w|\bauto_?increment\b|\bunsigned\b|\butf8mb4\b|\bengine\s*=|\bwithout\s+rowid\b|\bstrftime\s*\(
    |\b(?:tiny|medium|long)(?:int|text|blob)\b|\bn?varchar\s*\(\s*max\b|\bnvarchar\b|\bvarbinary\b|\bidentity\s*\(\d
    |^\s*pragma\b|\bon\s+duplicate\s+key\b|\binsert\s+or\s+(?:ignore|replace)\b|\bmodify\s+column\b
    |^\s*update\s+(?:(?!\bset\b)[\w\s."])*\bjoin\b""",
    re.IGNORECASE | re.VERBOSE,
)


def is_foreign(sql: str) -> bool:
    """Whether it has words that PostgreSQL does not know."""
    return bool(sql) and _FOREIGN.search(_QUIET.sub(" ", sql)) is not None


@dataclass(slots=True)
class Migration:
    framework: Framework
    node: ast.ClassDef | ast.FunctionDef  # Django's class, Alembic's `upgrade`; of other files, where it begins
    app: str  # Django's label; empty for others
    name: str  # Django's name, Alembic's revision, the name of the file
    dependencies: tuple[tuple[str, str], ...] = ()  # app and name
    is_initial: bool = False
    is_squash: bool = False
    replaces: tuple[str, ...] = ()  # the names of those of its app that a squashed one stands for
    is_atomic: bool = True
    operations: list[Operation] = field(default_factory=list)
    downgrade_node: ast.FunctionDef | None = None
    downgrade_mark: ast.AST | None = None  # what to point at where `downgrade_node` has no head of its own
    has_own_file_back: bool = False  # what takes it back stands in a file beside it
    is_text: bool = False  # a file of SQL
    read_downgrade: Callable[[], list[Operation]] = list  # few rules ask for it
    _sent: list[tuple[Operation, Statement]] | None = None
    _by_kind: dict[Kind, list[Statement]] | None = None

    def statements(self) -> Sequence[tuple[Operation, Statement]]:
        """In the order in which they reach the database. Ask once all operations are read."""
        if self._sent is None:
            pairs = [(operation, statement) for operation in self.operations for statement in operation.statements]
            pairs.sort(key=_is_deferred)
            self._sent = pairs
        return self._sent

    def of_kind(self, kind: Kind) -> Sequence[Statement]:
        """The statements of one kind, in that order. Every rule asks for a few, and most migrations have none."""
        if self._by_kind is None:
            self._by_kind = {}
            for _, statement in self.statements():
                self._by_kind.setdefault(statement.kind, []).append(statement)
        return self._by_kind.get(kind, ())

    def is_for_other_database(self) -> bool:
        """Whether its SQL has words that PostgreSQL does not know: plain runners are used with any database."""
        if self.framework in (Framework.DJANGO, Framework.ALEMBIC):
            return False
        return any(is_foreign(statement.text) for _, statement in self.statements())

    @property
    def is_django(self) -> bool:
        return self.framework is Framework.DJANGO


def _is_deferred(pair: tuple[Operation, Statement]) -> bool:
    return pair[1].deferred
