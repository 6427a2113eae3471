"""What an annotation says of a value: that it is a number, one of a few, or text that a pattern must match."""

from __future__ import annotations

import ast

from readlint.api import Context, Question, annotated_class, cell_of, last_name, walk, writes
from readlint_rules.sql import _sources as table
from readlint_rules.sql._shared import HARMLESS_TYPE

_UNIONS = frozenset({"Union", "Optional", "Annotated", "Final", "Required"})
_TEXT = frozenset("builtins.str str builtins.bytes bytes typing.Any Any builtins.object object typing.AnyStr".split())


def is_harmless(annotation: ast.expr | None, ctx: Context) -> bool:
    """Whether no value of this class can hold SQL that somebody made up."""
    return annotation is not None and (
        _is_number(annotation, ctx) or is_choice(annotation) or has_pattern(annotation) or _is_such(annotation, ctx)
    )


def has_pattern(node: ast.expr | None) -> bool:
    """`Query(pattern="^(name|age)$")`, `Field(regex=...)`, `Annotated[str, StringConstraints(pattern=...)]`"""
    calls = (part for part in walk(node) if isinstance(part, ast.Call)) if node is not None else ()
    return any(keyword.arg in ("pattern", "regex") for call in calls for keyword in call.keywords)


def question_about(annotation: ast.expr | None, field: str, ctx: Context) -> Question | None:
    """About the class that an annotation names, where that is one of another file of the project."""
    name = annotated_class(annotation, ctx)
    root = (name or "").partition(".")[0]
    if not name or "." not in name or root in table.LIBRARIES or root == "builtins" or ctx.local_definition(name):
        return None
    return Question(HARMLESS_TYPE, f"{name}.{field}" if field else name)


def answer(node: ast.AST, ctx: Context) -> bool | None:
    """Whether values of this class, alias or field are harmless; None if that is not known."""
    if isinstance(node, ast.ClassDef):
        return is_enumeration(node)
    if isinstance(node, ast.Assign):  # `UserId = NewType("UserId", int)`
        return True if is_harmless(node.value, ctx) else _is_known_text(node.value, ctx)
    if not isinstance(node, ast.AnnAssign):
        return None
    if annotated_class(node.annotation, ctx) == "typing.TypeAlias":
        return is_harmless(node.value, ctx)
    if is_harmless(node.annotation, ctx) or has_pattern(node.value):
        return True
    return _is_known_text(node.annotation, ctx)


def field_is_harmless(owner: ast.ClassDef, name: str, ctx: Context) -> bool:
    """Whether a class of this file declares a field that holds no text."""
    fields = [part for part in owner.body if isinstance(part, ast.AnnAssign)]
    return any(
        isinstance(field.target, ast.Name) and field.target.id == name and answer(field, ctx) is True
        for field in fields
    )


def _is_known_text(annotation: ast.expr, ctx: Context) -> bool | None:
    """False for text; None where a class is named that may be anything."""
    parts = (annotated_class(part, ctx) for part in walk(annotation) if isinstance(part, (ast.Name, ast.Attribute)))
    return False if not _TEXT.isdisjoint(filter(None, parts)) else None


def _is_number(annotation: ast.expr, ctx: Context) -> bool:
    if isinstance(annotation, ast.Subscript):
        wraps = last_name(annotation.value)
        parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if wraps == "Union":
            return _are_numbers(parts, ctx)
        return wraps in (*table.SEQUENCES, *_UNIONS) and all(is_harmless(part, ctx) for part in parts[:1])
    if isinstance(annotation, ast.BinOp):
        return _are_numbers([annotation.left, annotation.right], ctx)
    name = annotated_class(annotation, ctx)
    return name in table.NUMBER_CLASSES or bool(name and table.SIZED_NUMBER.fullmatch(name.rpartition(".")[2]))


def _are_numbers(parts: list[ast.expr], ctx: Context) -> bool:
    named = [part for part in parts if not (isinstance(part, ast.Constant) and part.value is None)]
    return bool(named) and all(is_harmless(part, ctx) for part in named)


def is_choice(annotation: ast.expr) -> bool:
    """`Literal["asc", "desc"]`"""
    return any(isinstance(part, ast.Subscript) and last_name(part.value) == "Literal" for part in walk(annotation))


def _is_such(annotation: ast.expr, ctx: Context) -> bool:
    """An enumeration or an alias of this file: `NewType("UserId", int)`, `Optional[int]`."""
    if isinstance(annotation, ast.Call):
        name = ctx.qualified_name(annotation.func) or ""
        if name == "typing.NewType":
            return len(annotation.args) == 2 and is_harmless(annotation.args[1], ctx)
        return name in ("pydantic.conint", "pydantic.confloat", "pydantic.condecimal", "pydantic.condate")
    local = ctx.local_definition(annotated_class(annotation, ctx) or "")
    if isinstance(local, ast.ClassDef):
        return is_enumeration(local)
    cell = cell_of(annotation, ctx) if isinstance(annotation, ast.Name) else None
    if cell is None or not isinstance(cell.owner, ast.Module):
        return False
    found = writes(cell, ctx).found
    value = found[0][0].value if len(found) == 1 and not found[0][1] else None
    # An alias that stands below is one of another, or of itself, as in `Tree = list[Forest]` and `Forest = list[Tree]`.
    if not isinstance(value, (ast.Call, ast.Subscript, ast.BinOp)) or value.lineno >= annotation.lineno:
        return False
    is_its_own = any(isinstance(part, ast.Name) and part.id == cell.name for part in walk(value))
    return not is_its_own and is_harmless(value, ctx)


def is_enumeration(owner: ast.ClassDef) -> bool:
    return any((last_name(base) or "").endswith(("Enum", "Choices")) for base in owner.bases)
