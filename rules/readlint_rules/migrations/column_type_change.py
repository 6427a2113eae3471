"""A column gets a type for which PostgreSQL has to write the whole table anew.

## Why is this bad?
The new table and all its indexes are written under an ACCESS EXCLUSIVE lock: until that is done, neither reads nor
writes of the table come through. For a table of 100 million rows these are many minutes.

## Example
```python
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.alter_column("orders", "number", existing_type=sa.Integer(), type_=sa.BigInteger())
```

Use instead:
```python
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("orders", sa.Column("number_new", sa.BigInteger()))
```

Then write both columns from the program or a trigger, copy the old values in batches, read the new column, and drop the
old one in a later deployment.

## What is flagged
A change to another type, a smaller limit, another scale of a `numeric`, a lower precision; the old type is what earlier
migrations or `existing_type` say. `USING` with an expression, because it computes every value anew.

A warning: `timestamp` to `timestamptz` and back, which is instant if the time zone of the session is UTC; in SQL, types
of which nothing is known.

With `database = "mysql"`: changes to another type, another `decimal`, a shorter `varchar`, where both types are known.
MySQL copies the table for them, while writes wait. From the manual's "Online DDL Operations"; run on MariaDB 10.11, not
on MySQL.

## Not flagged
- MySQL: a longer `varchar`, although one whose length needs a second byte is a copy there, and instant in MariaDB;
  types that only PostgreSQL tells apart; statements with `ALGORITHM=INPLACE`, `ALGORITHM=INSTANT` or `LOCK=NONE`.
- What keeps the values as they are stored: a longer `varchar`, `varchar` to `text` and back without a limit, more
  digits of a `numeric` at the same scale, a `numeric` without a limit, a higher precision of times, `cidr` to `inet`.
- `AlterField` that only changes choices, texts, validators or defaults; field classes that nobody knows.
- Where nothing says what the column was before: `text` and `varchar`, and all types in Alembic's `alter_column`, which
  revisions for MySQL give although it stays the same.
- An `existing_type` that SQLite or MySQL calls so, where a migration has made the column of the new type:
  `existing_type=sa.INTEGER(), type_=sa.Boolean()`.
- `timestamptz` after a `SET LOCAL timezone = 'UTC'` in the same transaction.
- New and small tables, the first migration of an app.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from readlint.api import Answers, Category, Context, Finding, Level, Rule, Severity, regex
from readlint_rules.migrations import _judging, _model, _mysql, _type_changes
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL507",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "Changing `{column}` of `{table}`{size} from {old} to {new} writes the whole table and its indexes "
        "anew under an ACCESS EXCLUSIVE lock: reads and writes wait, the longer the larger it is. {recipe}.",
        "using": "`USING` computes every `{column}` anew, so all of `{table}`{size} and its indexes are written under "
        "an ACCESS EXCLUSIVE lock: reads and writes wait, the longer the larger it is. {recipe}.",
        "zone": "Changing `{column}` of `{table}`{size} from {old} to {new} writes the whole table anew under an "
        "ACCESS EXCLUSIVE lock, unless the session's time zone is UTC. If the values are in UTC, run `SET LOCAL "
        "timezone = 'UTC'` before it.",
        "refused": "PostgreSQL casts no {old} to {new} by itself, so changing `{column}` of `{table}`{size} fails, and "
        "a `USING` would write the whole table anew under an ACCESS EXCLUSIVE lock. {recipe}.",
        "copy": "Changing `{column}` of `{table}`{size} from {old} to {new} copies all of the table: writes wait until "
        "that is done, the longer the larger it is. {recipe}.",
        "unknown": "Changing `{column}` of `{table}`{size} to {new} could write the whole table anew under an ACCESS "
        "EXCLUSIVE lock: nothing says that its values may stay as they are. {recipe}.",
    },
)
remember(RULE)

_UTC = regex(r"time\s*zone\W+(?:to\s+)?'?(?:etc/)?(?:utc|gmt)\b", re.IGNORECASE)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.CHANGE_TYPE):
        column = one.statement.column
        if column is None:
            continue
        using = one.statement.condition
        is_computed = bool(using) and not _type_changes.is_plain_cast(using, column.name)
        yield RULE.finding(
            one.operation.call,
            "using" if is_computed else "default",
            column=column.name,
            table=one.table,
            size=one.shown_size,
            old="",
            new=column.type,
            recipe=_recipe(column.name),
            **_judging.asking(one, ctx, asks=not is_computed, **_facts(one)),
        )
    yield from _copying(ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if not _judging.stands(finding, answers):
        return None
    if finding.message_id == "using":
        return finding
    known = _judging.column_before(finding, answers)
    old, new = _likelier(finding.data["old"], known), finding.arguments["new"]
    if known is not None and known.type and _is_refused(finding, old, new):
        old = known.type  # an `existing_type` that another database calls so: PostgreSQL has what was made there
    return _judged(finding, old, new)


def _copying(ctx: Context) -> Iterator[Finding]:
    """MySQL, where only the settling knows both types."""
    for one in _judging.candidates(ctx, Kind.CHANGE_TYPE, on="mysql"):
        column = one.statement.column
        if column is not None and not _mysql.is_refused(one.statement):
            recipe = _recipe(column.name)
            yield RULE.finding(
                one.operation.call,
                "copy",
                column=column.name,
                table=one.table,
                size=one.shown_size,
                old="",
                new=column.type,
                recipe=f"Use gh-ost or pt-online-schema-change, or {recipe[0].lower()}{recipe[1:]}",
                **_judging.asking(one, ctx, asks=True, **_facts(one)),
            )


def _copied(finding: Finding, old: str, new: str) -> Finding | None:
    found = _mysql.copied_types(old, new)
    if found is None:
        return None
    finding.arguments.update(found._asdict())
    finding.message = RULE.messages["copy"].format(**finding.arguments)
    return finding


def _judged(finding: Finding, old: str, new: str) -> Finding | None:
    if finding.message_id == "copy":
        return _copied(finding, old, new)
    found = _type_changes.change(old, new) if old else _type_changes.Change.UNKNOWN
    if found is _type_changes.Change.NONE or (found is _type_changes.Change.ZONE and finding.data["is_utc"]):
        return None
    if found is _type_changes.Change.UNKNOWN and (not finding.data["is_sql"] or _may_be_longer(old, new)):
        return None
    if found is not _type_changes.Change.REWRITE:
        finding.severity = Severity.WARNING
        finding.message_id = found.value
    elif _is_refused(finding, old, new):
        finding.severity = Severity.WARNING  # it cannot have run on PostgreSQL yet, and may never be
        finding.message_id = "refused"
    finding.arguments["old"] = old
    finding.message = RULE.messages[finding.message_id].format(**finding.arguments)
    return finding


def _is_refused(finding: Finding, old: str, new: str) -> bool:
    is_on_mysql = finding.message_id == "copy"
    return not is_on_mysql and not finding.data["is_cast"] and _type_changes.is_refused(old, new)


def _may_be_longer(old: str, new: str) -> bool:
    """A text of which nothing is known was mostly a shorter text before."""
    return not old and _type_changes.parsed(new).head in ("text", "varchar", "citext")


def _likelier(written: str, known: _model.Column | None) -> str:
    """The old type: the history knows its limits, which an `existing_type` often leaves out."""
    earlier = known.type if known is not None else ""
    is_same = _type_changes.parsed(written).head == _type_changes.parsed(earlier).head
    return earlier if earlier and (not written or (is_same and "(" not in written)) else written


def _facts(one: _judging.Candidate) -> dict[str, Any]:
    # SQL names the table, other operations the model.
    place = {} if one.operation.model else {"table": one.table}
    is_cast = bool(one.statement.condition) or (one.migration.is_django and bool(one.operation.model))
    return {
        "old": _old_type(one),
        "is_utc": _is_utc(one),
        "is_sql": bool(one.statement.text),
        "is_cast": is_cast,
        **place,
    }


def _old_type(one: _judging.Candidate) -> str:
    """What the same migration, or the operation itself, says that the column was."""
    found = one.operation.column.type if one.operation.column is not None and not one.statement.changes else ""
    for _, statement in one.migration.statements():
        if statement is one.statement:
            break
        is_same = statement.table == one.table and statement.columns == one.statement.columns
        if is_same and statement.column is not None and statement.kind in (Kind.ADD_COLUMN, Kind.CHANGE_TYPE):
            found = statement.column.type or found
    return found


def _is_utc(one: _judging.Candidate) -> bool:
    """Whether a statement before it, in its transaction, makes the session's time zone UTC."""
    if not one.migration.of_kind(Kind.SETTING):
        return False
    for _, statement in one.migration.statements():
        if statement is one.statement:
            return False
        is_beside = statement.kind is Kind.SETTING and statement.transaction == one.statement.transaction
        if is_beside and _UTC.search(statement.text):
            return True
    return False


def _recipe(column: str) -> str:
    return (
        f"Add `{column}_new` of the new type, write both, copy in batches, read the new one, and drop `{column}` in a "
        "later deployment"
    )
