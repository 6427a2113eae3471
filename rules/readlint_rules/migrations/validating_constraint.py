"""A foreign key or a check is added in a way that reads the whole table under a lock.

## Why is this bad?
PostgreSQL looks at every row before it accepts the constraint. Meanwhile a foreign key keeps all writes away from both
tables (SHARE ROW EXCLUSIVE), a check even all reads from its one (ACCESS EXCLUSIVE). `NOT VALID` accepts the constraint
for new rows at once; `VALIDATE CONSTRAINT` looks at the old rows later, and lets others read and write.

## Example
```python
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.create_foreign_key("orders_user_fk", "orders", "users", ["user_id"], ["id"])
```

Use instead:
```python
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.create_foreign_key("orders_user_fk", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)
```

In the next revision: `op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fk")`. Django:
`AddConstraintNotValid`, and `ValidateConstraint` in the next migration.

## What is flagged
`create_foreign_key`, `create_check_constraint`, a `ForeignKey` in a column of `op.add_column`, `AddConstraint` with a
`CheckConstraint`, an `AlterField` that makes a foreign key or a positive number of a field, an `AddField` of a foreign
key with a default, the same in SQL. An `AlterField` that lets a foreign key be null, or takes its index away: for any
change in the database, Django drops the foreign key and adds it again. A note for a check that comes with a new column,
as of `PositiveIntegerField`; and for a constraint that is `NOT VALID`, when migrations follow and none validates it.

With `database = "mysql"`: foreign keys, those that come with an added field of Django too, and checks of existing
tables. MySQL copies the table for them, while writes wait; `NOT VALID` it does not know. From the manual's "Online DDL
Operations"; run on MariaDB 10.11, not on MySQL.

## Not flagged
- MySQL: after `SET foreign_key_checks = 0`, with `ALGORITHM=INPLACE` or `LOCK=NONE`; checks of new columns.
- An `AddField` of a nullable foreign key: Django writes it into `ADD COLUMN`, and PostgreSQL has nothing to look at.
- `NOT VALID`, `NOT ENFORCED` (PostgreSQL 18), new and small tables, the first migration of an app.

## Fix safety
Unsafe: the constraint holds for new rows only, until a later migration validates it. There is none in a migration that
others follow, which is applied already.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readlint.api import Answers, Category, Context, Finding, Fix, Level, Rule, Safety, Severity
from readlint_rules.migrations import _expressions, _history, _judging, _model, _mysql, _wording
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Kind

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL505",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    fix=Safety.UNSAFE,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "foreign-key": "Adding this foreign key{on} compares every row of `{table}`{size} with `{other}` "
        "under {lock}: {blocks} wait, the longer the larger `{table}` is. {recipe}.",
        "again": "To change {columns}, Django drops its foreign key and adds it again, which compares every row of "
        "`{table}`{size} with `{other}` under an ACCESS EXCLUSIVE lock on both: reads and writes wait, the longer the "
        "larger `{table}` is. Change the column in a `RunSQL`, and the field in its `state_operations`.",
        "check": "Adding this check reads all of `{table}`{size} under an ACCESS EXCLUSIVE lock: reads and writes "
        "wait, the longer the larger it is. {recipe}.",
        "new-column": "{columns} comes with a check, and adding it reads all of `{table}`{size} under an ACCESS "
        "EXCLUSIVE lock, although no row can break it: reads and writes wait. {recipe}.",
        "copy": "To add this {what}, MySQL copies all of `{table}`{size}: writes wait until that is done, the longer "
        "the larger it is. {recipe}.",
        "never": "`{name}` is NOT VALID, and no later migration validates it: old rows of `{table}` may break it for "
        "ever. Add a migration with {validate}.",
    },
)
remember(RULE)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.ADD_FOREIGN_KEY, Kind.ADD_CHECK, Kind.ADD_NOT_NULL, Kind.ADD_COLUMN):
        if one.statement.not_valid:
            yield from _never_validated(one, ctx) if one.statement.is_enforced else ()
        elif one.effect.scan and not one.effect.rewrite:
            yield _validating(one, ctx)
    yield from _copying(ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if finding.message_id == "never":
        past, name = _history.history(answers), finding.data["name"]
        if past.is_last(finding.path) or past.is_validated_later(finding.path, finding.data["table"], name):
            return None
    elif finding.fix is not None and not _history.history(answers).is_last(finding.path):
        finding.fix = None  # no later migration validates it, and none will: this one is applied
    if not _judging.stands(finding, answers):
        return None
    return _settled_again(finding, answers) if finding.data["changes"] == "references" else finding


def _settled_again(finding: Finding, answers: Answers) -> Finding | None:
    """Where there was a foreign key before, Django adds it again, because of a change that may be slow by itself."""
    data = finding.data
    old = _judging.column_before(finding, answers)
    new = _model.Column(*data["column"])
    if old is None or not _history.is_constrained(old):
        return finding
    is_slow = (old.null and not new.null) or (new.unique and not old.unique) or (new.indexed and not old.indexed)
    if is_slow:  # RL508, RL506 and RL501 say that
        return None
    finding.message_id = "again"
    finding.message = RULE.messages["again"].format(**finding.arguments)
    return finding


def _validating(one: _judging.Candidate, ctx: Context) -> Finding:
    statement = one.statement
    is_column = statement.kind is Kind.ADD_COLUMN
    is_key = statement.kind is Kind.ADD_FOREIGN_KEY or (is_column and "check" not in _trait(one))
    message = "foreign-key" if is_key else "new-column" if is_column else "check"
    fix = _fix(one)
    # A column that the same migration has added keeps its graver lock.
    is_grave = is_column or statement.on_new_column
    return RULE.finding(
        one.operation.call,
        message,
        severity=Severity.NOTE if message == "new-column" else Severity.ERROR,
        fix=fix,
        columns=_wording.columns_of(statement),
        on=f" on {_wording.columns_of(statement)}" if statement.columns else "",
        table=one.table,
        size=one.shown_size,
        # Django's `settings.AUTH_USER_MODEL` stands for itself.
        other=statement.other.strip("{}") if one.migration.is_django else statement.other,
        lock="the ACCESS EXCLUSIVE lock of adding the column" if is_grave else "a SHARE ROW EXCLUSIVE lock on both",
        blocks="reads and writes" if is_grave else "writes to both",
        recipe=_recipe(one, is_key),
        **_judging.asking(one, ctx, asks=fix is not None),
    )


_UNCHECKED = (
    "`SET foreign_key_checks = 0`, then `ADD CONSTRAINT ... FOREIGN KEY ..., ALGORITHM=INPLACE, LOCK=NONE` in the same "
    "session, or use pt-online-schema-change"
)


def _copying(ctx: Context) -> Iterator[Finding]:
    """MySQL. Django writes the foreign key of a new field into the `ALTER TABLE` that adds the column."""
    for one in _judging.candidates(ctx, Kind.ADD_FOREIGN_KEY, Kind.ADD_CHECK, Kind.ADD_COLUMN, on="mysql"):
        statement = one.statement
        is_column = statement.kind is Kind.ADD_COLUMN
        is_key = statement.kind is Kind.ADD_FOREIGN_KEY or (is_column and _is_reference(statement.column))
        if _mysql.is_refused(statement) or (is_column and not is_key) or (is_key and _is_unchecked(one)):
            continue
        first = "Add the field with `db_constraint=False` and its constraint later: " if is_column else "Run "
        yield RULE.finding(
            one.operation.call,
            "copy",
            what=f"foreign key on {_wording.columns_of(statement)}" if is_key else "check",
            table=one.table,
            size=one.shown_size,
            recipe=first + _UNCHECKED if is_key else "Use gh-ost or pt-online-schema-change",
            **_judging.asking(one, ctx),
        )


def _is_reference(column: _model.Column | None) -> bool:
    return column is not None and bool(column.references) and column.constrained


def _is_unchecked(one: _judging.Candidate) -> bool:
    """Whether the migration has told MySQL not to look at the rows, so that it need not copy them."""
    texts = [other.text.lower() for _, other in one.migration.statements()]
    return any("foreign_key_checks" in text for text in texts)


def _trait(one: _judging.Candidate) -> str:
    """Whether a column is read for its check or for its foreign key."""
    column = one.statement.column
    return "check" if column is not None and column.check else ""


def _recipe(one: _judging.Candidate, is_key: bool) -> str:
    operation = one.operation.name
    if one.statement.text:
        return "Write `NOT VALID`, and `VALIDATE CONSTRAINT` in the next migration"
    if not one.migration.is_django:
        if operation == "add_column":
            kind = "create_foreign_key" if is_key else "create_check_constraint"
            return (
                f"Add the plain column, then `op.{kind}(..., postgresql_not_valid=True)`, and validate it in the next "
                "revision"
            )
        return "Give it `postgresql_not_valid=True`, and run `VALIDATE CONSTRAINT` in the next revision"
    if operation == "AddConstraint":
        return "Use `AddConstraintNotValid`, and `ValidateConstraint` in the next migration"
    if operation == "AddField":
        without = (
            "without a default, nullable" if is_key else "as a plain `IntegerField`, then its check as `NOT VALID`"
        )
        return f"Add it {without}, and the rest in later migrations"
    return (
        "Change the field with `SeparateDatabaseAndState`, add the constraint in a `RunSQL` as `NOT VALID`, and "
        "validate it in the next migration"
    )


def _never_validated(one: _judging.Candidate, ctx: Context) -> Iterator[Finding]:
    """A constraint with a name that nothing in its own migration validates."""
    name = one.statement.name
    here = [statement.name for statement in one.migration.of_kind(Kind.VALIDATE)]
    if name and "{" not in name and name not in here:
        django = one.migration.is_django and not one.statement.text
        validate = "`ValidateConstraint`" if django else f"`ALTER TABLE {one.table} VALIDATE CONSTRAINT {name}`"
        about: dict[str, Any] = {"name": name, "table": one.table, "validate": validate}
        yield RULE.finding(
            one.operation.call,
            "never",
            severity=Severity.NOTE,
            **about,
            **_judging.asking(one, ctx, asks=True, name=name),
        )


def _fix(one: _judging.Candidate) -> Fix | None:
    operation = one.operation
    title = "Do not look at old rows yet"
    if operation.name in ("create_foreign_key", "create_check_constraint") and not operation.batch:
        return Fix(not_valid, title, operation.call)
    constraint = operation.arguments.get("constraint")
    is_check = isinstance(constraint, ast.Call) and _expressions.last(constraint.func) == "CheckConstraint"
    return Fix(as_not_valid, title, operation.call) if operation.name == "AddConstraint" and is_check else None


def not_valid(node: cst.Call, fix: FixContext) -> cst.Call:
    from readlint_rules.migrations._fixing import with_keywords

    return with_keywords(node, [("postgresql_not_valid", "True")])


def as_not_valid(node: cst.Call, fix: FixContext) -> cst.Call:
    return node.with_changes(func=fix.name_for("django.contrib.postgres.operations.AddConstraintNotValid"))
