"""Keys that a web application signs its sessions with, given to it by name: these are secrets whatever they look like.

`app.secret_key = "secret"` of a program that runs lets everybody in who guesses it. Proven is that the program has no
other: it is given once, under no condition, and nothing read afterwards takes its place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Context, regex
from readlint_rules.secrets import _places

_APPLICATIONS = frozenset({"flask.Flask", "quart.Quart"})
# What may replace it further down: a file of settings, a library that is handed the module's names.
_REPLACED = regex(r"\bconfig\.(?:from_|update\(|setdefault\()|\bimport \*|\b(?:globals|locals|exec)\(|\binit_config\(")
_OPENED = regex(r"\bALLOWED_HOSTS *(?:\+=|\.)|\bimport \*|\b(?:globals|locals|exec)\(")
_TEMPLATE = regex(r"[{}<>]|%\(|^\$")
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "0.0.0.0", "testserver"})


def is_signed_with(chain: list[ast.AST], ctx: Context) -> bool:
    """Whether the literal at the end of a chain is the one key of an application that serves others."""
    literal, statement = chain[-1], chain[-2]
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not _is_text(literal):
        return False
    target = statement.targets[0]
    if _places.label(target).lower() != "secret_key" or not _is_unconditional(chain[:-2]):
        return False
    if isinstance(target, ast.Name):
        serves = chain[:-2] == [ctx.tree] and _is_settings(ctx)
    else:
        serves = _is_of_application(target, ctx)
    return serves and not _is_replaced(literal, ctx)


def _is_text(literal: ast.AST) -> bool:
    value = literal.value if isinstance(literal, ast.Constant) else None
    return isinstance(value, str) and value.strip() != "" and not _TEMPLATE.search(value)


def _is_unconditional(around: list[ast.AST]) -> bool:
    return all(isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)) for node in around)


def _is_of_application(target: ast.expr, ctx: Context) -> bool:
    """`app.secret_key` or `app.config["SECRET_KEY"]` of an application that is made here."""
    owner = target.value if isinstance(target, (ast.Attribute, ast.Subscript)) else target
    if isinstance(target, ast.Subscript):
        if not isinstance(owner, ast.Attribute) or owner.attr != "config":
            return False
        owner = owner.value
    made = (origin.node for origin in ctx.origins(owner).values)
    return any(isinstance(node, ast.Call) and ctx.qualified_name(node.func) in _APPLICATIONS for node in made)


def _is_settings(ctx: Context) -> bool:
    """Those of a Django project that answers to other machines."""
    given = {_places.label(target): node.value for node, target in _assignments(ctx.tree)}
    return "ROOT_URLCONF" in given and "ALLOWED_HOSTS" in given and _is_open(given["ALLOWED_HOSTS"])


def answers_to_nobody_else(ctx: Context) -> bool:
    """Settings of a Django project as `startproject` leaves them: they serve the machine of whoever writes it."""
    given = {_places.label(target): node.value for node, target in _assignments(ctx.tree)}
    if "ROOT_URLCONF" not in given or "ALLOWED_HOSTS" not in given or _is_open(given["ALLOWED_HOSTS"]):
        return False
    return _OPENED.search(ctx.source.text) is None


def _assignments(tree: ast.AST) -> Iterator[tuple[ast.Assign | ast.AnnAssign, ast.expr]]:
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.Assign):
            yield from ((node, target) for target in node.targets)
        elif isinstance(node, ast.AnnAssign):
            yield node, node.target


def _is_open(hosts: ast.expr | None) -> bool:
    """An empty list is for this machine, and with what is computed somebody has thought of others."""
    if isinstance(hosts, (ast.List, ast.Tuple)):
        return any(not isinstance(host, ast.Constant) or host.value not in _THIS_MACHINE for host in hosts.elts)
    return hosts is not None and not isinstance(hosts, ast.Constant)


def _is_replaced(literal: ast.AST, ctx: Context) -> bool:
    targets = [target for node in ctx.nodes_of(ast.Assign) for target in getattr(node, "targets", ())]
    if sum(_places.label(target).lower() == "secret_key" for target in targets) > 1:
        return True
    span = ctx.source.span(literal)
    return _REPLACED.search(ctx.source.text, ctx.source.offset(span.end_line, span.end_column)) is not None
