"""All migrations of a project together: what a column was before one of them, and what comes later.

Each migration is remembered as one fact, a JSON text of what it does to tables (`events`). A finding that depends on
the rest asks for all of them: `questions=ASKED`, and `settle` asks the `History`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from readlint.api import Answers, Context, Question
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._events import events
from readlint_rules.migrations._facts import once_a_run
from readlint_rules.migrations._files import MIGRATIONS
from readlint_rules.migrations._model import Column
from readlint_rules.migrations._sql_files import ROLLBACK, rolls_back

#: Options of models that list sets of columns.
TOGETHER = ("unique_together", "index_together")
#: Behind table and field: the table that joins two models, which is no column of that name.
JOINED = "joined"
ASKED = (Question(f"fact:{MIGRATIONS}", ""),)


def collect(_: object, ctx: Context) -> Iterator[str]:
    if rolls_back(ctx):
        yield json.dumps([ctx.path])
    migration = ctx.once(migration_of)
    if migration is not None:
        known = [migration.app, migration.name, migration.dependencies, migration.replaces, events(migration, ctx)]
        yield json.dumps([ctx.path, *known])


def history(answers: Answers) -> History:
    return _history(answers[ASKED[0]])


@once_a_run
def _history(facts: Sequence[str]) -> History:
    return History([json.loads(fact) for fact in facts])


class Relation(NamedTuple):
    """A field that is no column."""

    is_joined: bool  # whether Django makes a table for it
    table: str  # its `db_table`, empty where Django calls it after the model and the field


class History:
    """The migrations of each folder in the order in which they are run."""

    def __init__(self, facts: Sequence[list[Any]]) -> None:
        self.positions: dict[tuple[str, str], int] = {}  # by folder and name
        self.names: dict[tuple[str, str], str] = {}  # the folder, by app and name
        #: What `Column` is made of, for few are ever asked for; None from where on the column is gone.
        self.columns: dict[tuple[str, str, str], list[tuple[int, list[Any] | None]]] = {}
        self.relations: dict[tuple[str, str], dict[str, list[tuple[int, Relation | None]]]] = {}  # by table and field
        self._places: dict[str, tuple[str, int]] = {}
        self.checks: dict[tuple[str, str], list[tuple[int, str, str, bool]]] = {}  # name, column, whether valid
        self.foreign: set[str] = set()  # folders with migrations for another database than PostgreSQL
        self.opaque: dict[str, int] = {}  # by folder, the last migration that runs SQL which cannot be read
        self.reversible: dict[str, set[int]] = {}  # by folder, the revisions whose `downgrade` does something
        self.sets: dict[
            tuple[str, str, str], list[tuple[int, list[list[str]]]]
        ] = {}  # of columns that are unique together
        self.tables: dict[tuple[str, str], set[str]] = {}  # the columns that a table ever had
        self.named: dict[tuple[str, str], list[tuple[int, str]]] = {}  # a model's `db_table`, empty for Django's own
        self.lives: dict[tuple[str, ...], list[tuple[int, bool]]] = {}  # when a table, or its column, is there
        folders: dict[str, list[list[Any]]] = {}
        for fact in sorted(fact for fact in facts if len(fact) > 1):
            folders.setdefault(os.path.dirname(fact[0]), []).append(fact)
        for folder, members in folders.items():
            label = _label(members)
            for position, (path, app, name, _, _, happened) in enumerate(_ordered(_unsquashed(members))):
                self.positions[folder, _stem(path)] = position
                self.names[label or app, name] = folder
                self.positions[folder, name] = position
                for event in happened if label in ("", app) else _relabelled(happened, app, label):
                    happen = getattr(self, f"_{event[0]}")
                    happen((folder, event[1]), position, *event[2:])
        for (path,) in (fact for fact in facts if len(fact) == 1):
            folder, name = os.path.split(path.removesuffix(ROLLBACK))
            if (folder, name) in self.positions:
                self.reversible.setdefault(folder, set()).add(self.positions[folder, name])

    # Events

    def _born(self, table: tuple[str, ...], position: int) -> None:
        self.lives.setdefault(table, []).append((position, True))

    def _gone(self, table: tuple[str, ...], position: int) -> None:
        self.lives.setdefault(table, []).append((position, False))

    def _column(self, table: tuple[str, str], position: int, key: str, column: list[Any]) -> None:
        self.columns.setdefault((*table, key), []).append((position, column))
        self.tables.setdefault(table, set()).add(key)
        self._born((*table, key), position)

    def _unclear(self, table: tuple[str, str], position: int, key: str) -> None:
        """A column whose options no migration says: what it was before says nothing of it any more."""
        self.columns.setdefault((*table, key), []).append((position, None))
        self.tables.setdefault(table, set()).add(key)
        self._born((*table, key), position)

    def _relation(self, table: tuple[str, str], position: int, key: str, is_joined: bool, name: str) -> None:
        self._relate(table, position, key, Relation(is_joined, name))
        self._born((*table, key, JOINED), position)

    def _relate(self, table: tuple[str, str], position: int, key: str, relation: Relation | None) -> None:
        self.relations.setdefault(table, {}).setdefault(key, []).append((position, relation))

    def _change(self, table: tuple[str, str], position: int, key: str, changes: Mapping[str, Any]) -> None:
        old = self._last(table, key)
        if old is not None:
            self._column(table, position, key, old._replace(**changes).parts())

    def _drop(self, table: tuple[str, str], position: int, key: str) -> None:
        self.columns.setdefault((*table, key), []).append((position, None))
        if key in self.relations.get(table, ()):
            self._relate(table, position, key, None)
        self._gone((*table, key), position)

    def _rename(self, table: tuple[str, str], position: int, key: str, new: str) -> None:
        old = self._last(table, key)
        relations = self.relations.get(table, {}).get(key)
        if relations:
            self._relate(table, position, new, relations[-1][1])
        self._drop(table, position, key)
        if old is not None:
            self._column(table, position, new, renamed(old, key, new).parts())
        for kind in TOGETHER:
            known = self.sets.get((*table, kind))
            if known:
                sets = known[-1][1]
                self._together(table, position, kind, [[new if one == key else one for one in names] for names in sets])

    def _together(self, table: tuple[str, str], position: int, key: str, sets: list[list[str]]) -> None:
        self.sets.setdefault((*table, key), []).append((position, sets))

    def _move(self, table: tuple[str, str], position: int, new: str) -> None:
        target = (table[0], new)
        self._gone(table, position)
        self._born(target, position)
        for key in sorted(self.tables.get(table, ())):
            old = self._last(table, key)
            if old is not None:
                self._column(target, position, key, old.parts())
        for key, relations in self.relations.get(table, {}).items():
            self._relate(target, position, key, relations[-1][1])
        self.checks.setdefault(target, []).extend(self.checks.get(table, ()))
        self._named(target, position, self.named[table][-1][1] if table in self.named else "")

    def _named(self, table: tuple[str, str], position: int, name: str) -> None:
        self.named.setdefault(table, []).append((position, name))

    def _foreign(self, table: tuple[str, str], position: int) -> None:
        self.foreign.add(table[0])

    def _opaque(self, table: tuple[str, str], position: int) -> None:
        self.opaque[table[0]] = position

    def _reversible(self, table: tuple[str, str], position: int) -> None:
        self.reversible.setdefault(table[0], set()).add(position)

    def _check(self, table: tuple[str, str], position: int, name: str, column: str, valid: bool) -> None:
        self.checks.setdefault(table, []).append((position, name, column, valid))

    def _validate(self, table: tuple[str, str], position: int, name: str) -> None:
        known = [check for check in self.checks.get(table, ()) if check[1] == name]
        self._check(table, position, name, known[-1][2] if known else "", True)

    def _last(self, table: tuple[str, str], key: str) -> Column | None:
        timeline = self.columns.get((*table, key))
        return _column_of(timeline[-1][1]) if timeline else None

    # Questions

    def before(self, path: str, table: str, key: str) -> Column | None:
        """The column as the migrations before this one left it; None when they do not say."""
        folder, position = self._place(path)
        found: list[Any] | None = None
        for at, column in self.columns.get((folder, table, key), ()):
            if at >= position:
                break
            found = column
        return _column_of(found)

    def relation_before(self, path: str, table: str, key: str) -> Relation | None:
        """The field that is no column, as the migrations before this one left it; None when they do not say."""
        folder, position = self._place(path)
        known = self.relations.get((folder, table), {}).get(key, ())
        found = [relation for at, relation in known if at < position]
        return found[-1] if found else None

    def models_of(self, path: str, name: str) -> list[str]:
        """The tables, as Django would call them, of the models that an earlier migration gave this `db_table`."""
        folder, position = self._place(path)
        return [
            table
            for (of, table), names in self.named.items()
            if of == folder and unquoted(next((one for at, one in reversed(names) if at < position), "")) == name
        ]

    def joined_by(self, path: str, table: str, key: str) -> str:
        """What the database calls the table that Django makes for a field; empty where it makes none."""
        relation = self.relation_before(path, table, key)
        if relation is None or not relation.is_joined:
            return ""
        return relation.table or f"{self.name_before(path, table)}_{key}"

    def is_gone_before(self, path: str, *table: str) -> bool:
        """Whether an earlier migration took a table, or its column, away: Django's from the models only."""
        folder, position = self._place(path)
        lives = [is_there for at, is_there in self.lives.get((folder, *table), ()) if at < position]
        return bool(lives) and not lives[-1]

    def was_there_before(self, path: str, *table: str) -> bool:
        """Whether an earlier migration made a table, or its column."""
        folder, position = self._place(path)
        return any(is_there for at, is_there in self.lives.get((folder, *table), ()) if at < position)

    def comes_back(self, path: str, *table: str) -> bool:
        """Whether a table, or its column, that a migration drops is there again, at its end or later."""
        folder, position = self._place(path)
        lives = [(at, is_there) for at, is_there in self.lives.get((folder, *table), ()) if at >= position]
        here = [is_there for at, is_there in lives if at == position]
        return any(is_there for at, is_there in lives if at > position) or (bool(here) and here[-1])

    def knows(self, path: str) -> bool:
        """Whether a file is one of the migrations."""
        return (os.path.dirname(path), _stem(path)) in self.positions

    def stays(self, path: str, *table: str) -> bool | None:
        """Whether a table, or its column, is there after all migrations beside this one; None where none names it."""
        lives = self.lives.get((os.path.dirname(path), *table))
        return lives[-1][1] if lives else None

    def may_come_back(self, path: str) -> bool:
        """Whether this migration, or a later one, runs SQL that cannot be read, which may be just that."""
        folder, position = self._place(path)
        return self.opaque.get(folder, -1) >= position

    def may_be_of_others(self, path: str, *table: str) -> bool:
        """Whether migrations of other folders make such a table, or its column: another one, or this one again.

        A history may be spread over folders: then one of them makes it the first time.
        """
        own = os.path.dirname(path)
        made = [(folder, life) for (folder, *rest), life in self.lives.items() if tuple(rest) == table]
        elsewhere = sum(is_there for folder, life in made if folder != own for _, is_there in life)
        return elsewhere > (not self.was_there_before(path, *table))

    def sets_before(self, path: str, table: str, key: str) -> list[list[str]] | None:
        """The sets of a `unique_together` before a migration; None when no migration says."""
        folder, position = self._place(path)
        known = [sets for at, sets in self.sets.get((folder, table, key), ()) if at < position]
        return known[-1] if known else None

    def table_before(self, path: str, table: str) -> str:
        """The `db_table` that a model had before a migration; empty if Django chose the name."""
        folder, position = self._place(path)
        known = [name for at, name in self.named.get((folder, table), ()) if at < position]
        return known[-1] if known else ""

    def name_before(self, path: str, table: str) -> str:
        """What the database calls a table of Django, of this app or another, that is called by app and model here."""
        if (os.path.dirname(path), table) in self.named:
            found = self.table_before(path, table)
        else:
            elsewhere = {known[-1][1] for (_, other), known in self.named.items() if other == table}
            found = elsewhere.pop() if len(elsewhere) == 1 else ""
        return unquoted(found) or table

    def goes_back(self, path: str, least: int) -> bool:
        """Whether half of the other revisions of a folder can be taken back, and no fewer than these."""
        folder, position = self._place(path)
        others = {at for (known, _), at in self.positions.items() if known == folder} - {position}
        reversible = len(self.reversible.get(folder, set()) - {position})
        return 2 * reversible >= len(others) and reversible >= least

    def is_reversible(self, path: str) -> bool:
        """Whether there is something that takes a migration back."""
        folder, position = self._place(path)
        return position in self.reversible.get(folder, ())

    def is_foreign(self, path: str) -> bool:
        """Whether a migration, or one beside it, is for another database than PostgreSQL."""
        return os.path.dirname(path) in self.foreign

    def knows_table(self, path: str, table: str) -> bool:
        """Whether any migration says which columns a table has."""
        return (os.path.dirname(path), table) in self.tables

    def has_proof_of_not_null(self, path: str, table: str, column: str) -> bool:
        """Whether an earlier migration has validated that no row lacks a value.

        What a check says is remembered in lower case, whether its names are quoted or not.
        """
        folder, position = self._place(path)
        checks = self.checks.get((folder, table), ())
        return any(valid and name == column.lower() for at, _, name, valid in checks if at < position)

    def last(self, paths: Iterable[str]) -> str:
        """The one that is run last; empty where there is none."""
        return max(paths, key=lambda path: (self._place(path)[1], path), default="")

    def is_last(self, path: str) -> bool:
        """Whether no migration of its folder comes after it."""
        folder, position = self._place(path)
        return all(at <= position for (known, _), at in self.positions.items() if known == folder)

    def is_validated_later(self, path: str, table: str, name: str) -> bool:
        folder, position = self._place(path)
        return any(
            valid and known == name for at, known, _, valid in self.checks.get((folder, table), ()) if at > position
        )

    def is_over(self, path: str, start_after: Iterable[str]) -> bool:
        """Whether a migration is one of `migrations.start-after`, or comes before one."""
        folder, position = self._place(path)
        for text in start_after:
            app, _, name = text.rpartition(".")
            if self.names.get((app, name)) == folder and position <= self.positions[folder, name]:
                return True
        return False

    def _place(self, path: str) -> tuple[str, int]:
        if path not in self._places:
            folder = os.path.dirname(path)
            self._places[path] = folder, self.positions.get((folder, _stem(path)), 0)
        return self._places[path]


def unquoted(table: str) -> str:
    """`sales.orders` of `db_table = 'sales"."orders'`, which is how Django is told a schema."""
    return table.replace('"."', ".").strip('"')


def renamed(column: Column, key: str, new: str) -> Column:
    """What becomes of a field's column, of a foreign key's too, when the field gets another name."""
    suffix = "_id" if column.name == f"{key}_id" else ""
    return column if column.is_named else column._replace(name=new + suffix)


def _column_of(parts: list[Any] | None) -> Column | None:
    return None if parts is None else Column(*parts)


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _label(members: list[list[Any]]) -> str:
    """The label of the app whose migrations these are; empty where they do not agree on one.

    It stands among the dependencies of all but the first, which is taken for one of an app of its folder's name.
    """
    names = {member[2] for member in members}
    labels = {
        app for _, app, _, dependencies, *_ in members if any(of == app and on in names for of, on in dependencies)
    }
    return labels.pop() if len(labels) == 1 else ""


def _unsquashed(members: list[list[Any]]) -> Iterator[list[Any]]:
    """The same where a squashed one does nothing if those that it stands for are there too, and comes behind them."""
    names = {member[2] for member in members}
    for path, app, name, dependencies, replaced, happened in members:
        is_double = bool(replaced) and names.issuperset(replaced)
        before = [*dependencies, *([app, one] for one in replaced)] if is_double else dependencies
        yield [path, app, name, before, replaced, [] if is_double else happened]


def _relabelled(happened: list[list[Any]], app: str, label: str) -> Iterator[list[Any]]:
    """The same with the tables of the app that it is."""
    for kind, table, *more in happened:
        parts = [table, more.pop(0)] if kind == "move" else [table]
        yield [kind, *(re.sub(rf"^{re.escape(app)}_", f"{label}_", part) for part in parts), *more]


def _ordered(members: Iterable[list[Any]]) -> list[list[Any]]:
    """Every migration behind those of its folder that it depends on; otherwise by path."""
    by_name = {member[2]: member for member in members}
    found: dict[str, list[Any]] = {}
    for first in by_name:
        stack = [first]
        seen: set[str] = set()
        while stack:
            name = stack[-1]
            missing = [one for _, one in by_name[name][3] if one in by_name and one not in found and one not in seen]
            seen.add(name)
            if missing:
                stack += missing
            else:
                found.setdefault(name, by_name[name])
                stack.pop()
    return list(found.values())


#: What a class may bring along without a word in the migration.
_OF_CLASSES = frozenset({"indexed", "references", "check"})


def is_other(old: Column, new: Column, attribute: str) -> bool:
    """Whether a change of this attribute is what Django sends SQL for."""
    if attribute in _OF_CLASSES and new.known and not old.known:
        return False  # `AppHookConfigField`, a foreign key by another name, has the index of one
    if attribute == "null":
        return old.null != new.null
    if attribute == "references":
        return not is_constrained(old) or is_other(old, new, "foreign key")
    if attribute == "foreign key":
        # Django drops it, and adds it again, where anything else of its column changes in the database.
        return is_constrained(old) and (old.null, old.unique, old.indexed) != (new.null, new.unique, new.indexed)
    if attribute in ("type", "name"):
        return bool(getattr(old, attribute)) and getattr(old, attribute) != getattr(new, attribute)
    return not getattr(old, attribute)


def is_constrained(column: Column) -> bool:
    return bool(column.references) and column.constrained
