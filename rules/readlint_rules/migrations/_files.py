"""Which files the rules about migrations look at, by their text. Every run loads it: it must stay light."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from readlint.api import Answers, Context, Finding, Rule, Settle

MIGRATIONS, MAPPINGS, DROPS = "migrations", "mappings", "drops"

A = TypeVar("A")
R = TypeVar("R")


def once_in_a_row(ask: Callable[[A], R]) -> Callable[[A], R]:
    """`ask`, called again only for another object: several hooks ask the same of one file after the other."""
    latest: list[tuple[A, R]] = []

    def known(about: A) -> R:
        if not latest or latest[0][0] is not about:
            latest[:] = [(about, ask(about))]
        return latest[0][1]

    return known


def may_be_migration(text: str) -> bool:
    return is_of_framework(text) or "yoyo" in text


@once_in_a_row
def is_of_framework(text: str) -> bool:
    """Whether it has the marks of Django or Alembic. Yoyo's name is in other files too, such as what runs it."""
    return "class Migration(" in text or "down_revision" in text


@once_in_a_row
def runs_alembic(text: str) -> bool:
    """Whether it may be an `env.py`."""
    return "context.configure" in text and "run_migrations" in text


def remember(rule: Rule[Any]) -> None:
    """Have the migrations of the project at hand where `rule` settles its findings."""
    rule.collect(MIGRATIONS, ast.Module, mentions=may_be_migration)(_migration)
    rule.collect_text(MIGRATIONS, "sql")(_migration)


def _migration(module: object, ctx: Context) -> Iterator[str]:
    from readlint_rules.migrations._history import collect

    return collect(module, ctx)


def settles(rule: Rule[Any]) -> Callable[[Settle], Settle]:
    """Register how the findings of a rule settle; one that stands calls tables by the names that they have."""

    def register(settle: Settle) -> Settle:
        def settled(finding: Finding, answers: Answers) -> Finding | None:
            from readlint_rules.migrations._judging import call_by_name

            known = settle(finding, answers)
            return None if known is None else call_by_name(known, rule, answers)

        rule.settle(settled)
        return settle

    return register


def remember_mappings(rule: Rule[Any]) -> None:
    """And which classes of the project map which tables."""
    rule.collect(MAPPINGS, ast.Module, mentions=_may_map)(_mapping)


def _mapping(module: ast.Module, ctx: Context) -> Iterator[str]:
    from readlint_rules.migrations._mappings import collect

    return collect(module, ctx)


def _may_map(text: str) -> bool:
    """Migrations have stubs of the classes as they were then."""
    return not is_of_framework(text) and (is_sqlalchemy(text) or "models." in text)


@once_in_a_row
def is_sqlalchemy(text: str) -> bool:
    return "__tablename__" in text or ("Table(" in text and "Column(" in text)
