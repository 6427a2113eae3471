"""Templates: the slots of `%`, `str.format`, `string.Template` and `str.replace` as holes between texts."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Iterator, Sequence

from readlint.api import regex
from readlint_rules.sql._model import Hole, Piece, Text

_PERCENT = regex(
    r"%(?:\((?P<key>[^)]*)\))?[#0\- +]*(?P<width>\*|\d+)?(?:\.(?P<more>\*|\d+))?[hlL]?"
    r"(?P<type>[sdifuxXoeEgGcra%])"
)
_DOLLAR = regex(r"\$(?:(?P<escaped>\$)|(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})")
_NUMBERS = frozenset("diufxXoeEgG")

Fill = Callable[[Text], Iterator[Piece]]


class _Unclear(Exception):
    """The template asks for something that is not given, or not in a way that is understood."""


def _fill(pieces: Sequence[Piece], fill: Fill) -> list[Piece] | None:
    try:
        return [new for piece in pieces for new in (fill(piece) if isinstance(piece, Text) else (piece,))]
    except _Unclear:
        return None


def percent_pieces(pieces: Sequence[Piece], node: ast.BinOp) -> list[Piece] | None:
    """`template % values`"""
    given = node.right
    values = list(given.elts) if isinstance(given, ast.Tuple) else [given]
    if any(isinstance(value, ast.Starred) for value in values):
        return None
    is_single = not isinstance(given, ast.Tuple)
    taken = iter(values)

    def fill(text: Text) -> Iterator[Piece]:
        last = 0
        for match in _PERCENT.finditer(text.text):
            yield from _between(text, last, match.start())
            last = match.end()
            if match["type"] == "%":
                yield Text("%", text.node, text.start + match.start(), text.start + match.end())
                continue
            if match["width"] == "*" or match["more"] == "*":
                raise _Unclear
            value = _keyed(given, match["key"]) if match["key"] is not None else next(taken, None)
            if value is None:
                raise _Unclear
            yield _hole(value, node, "percent", match, text, conversion=match["type"])
        yield from _between(text, last, len(text.text))

    found = _fill(pieces, fill)
    if found is not None and is_single and not isinstance(given, ast.Dict) and next(taken, None) is not None:
        return found if _has_keys(pieces) else None
    return found


def _has_keys(pieces: Sequence[Piece]) -> bool:
    return any(isinstance(piece, Text) and "%(" in piece.text for piece in pieces)


def _keyed(given: ast.expr, key: str) -> ast.expr:
    """The value of a key in a dictionary written out, else the dictionary."""
    if isinstance(given, ast.Dict):
        for name, value in zip(given.keys, given.values, strict=True):
            if isinstance(name, ast.Constant) and name.value == key:
                return value
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) and given.func.id == "dict":
        for keyword in given.keywords:
            if keyword.arg == key:
                return keyword.value
    return given


def format_pieces(pieces: Sequence[Piece], node: ast.Call) -> list[Piece] | None:
    """`template.format(...)`"""
    if any(isinstance(arg, ast.Starred) for arg in node.args) or any(k.arg is None for k in node.keywords):
        named = None
    else:
        named = {k.arg: k.value for k in node.keywords}
    counter = iter(range(len(node.args) + 1))

    def value_of(field: str) -> ast.expr:
        first = re.split(r"[.\[]", field, maxsplit=1)[0]
        if named is None:
            return node
        if first == "" or first.isdigit():
            number = next(counter, len(node.args)) if first == "" else int(first)
            if number >= len(node.args):
                raise _Unclear
            return node.args[number]
        if first not in named:
            raise _Unclear
        return named[first]

    def fill(text: Text) -> Iterator[Piece]:
        at = 0
        try:
            fields = list(string.Formatter().parse(text.text))
        except ValueError:
            raise _Unclear from None
        for literal, field, spec, conversion in fields:
            if literal:
                yield Text(literal, text.node, text.start + at, text.start + at + len(literal))
            at += len(literal)
            if field is None:
                at += literal[-1:] in ("{", "}")  # they stand there doubled
                continue
            start = at
            slot = text.text[start : text.text.find("}", start) + 1]
            at += len(slot)
            yield Hole(
                value_of(field), node, "format", slot, text.node, text.start + start, conversion or "", spec or ""
            )

    return _fill(pieces, fill)


def template_pieces(pieces: Sequence[Piece], node: ast.Call) -> list[Piece] | None:
    """`Template(template).substitute(...)`"""
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    mapping = node.args[0] if node.args else None

    def fill(text: Text) -> Iterator[Piece]:
        last = 0
        for match in _DOLLAR.finditer(text.text):
            yield from _between(text, last, match.start())
            last = match.end()
            if match["escaped"]:
                yield Text("$", text.node, text.start + match.start(), text.start + match.end())
                continue
            name = match["name"] or match["braced"]
            value = named.get(name) or (_keyed(mapping, name) if mapping is not None else None)
            yield _hole(value or node, node, "template", match, text)
        yield from _between(text, last, len(text.text))

    return _fill(pieces, fill)


def replace_pieces(pieces: Sequence[Piece], node: ast.Call) -> list[Piece] | None:
    """`template.replace("{table}", table)`"""
    old, new = node.args
    if not isinstance(old, ast.Constant) or not isinstance(old.value, str) or not old.value:
        return None
    wanted = re.compile(re.escape(old.value))

    def fill(text: Text) -> Iterator[Piece]:
        last = 0
        for match in wanted.finditer(text.text):
            yield from _between(text, last, match.start())
            last = match.end()
            if isinstance(new, ast.Constant):
                yield Text(str(new.value), text.node, text.start + match.start(), text.start + match.end())
            else:
                yield _hole(new, node, "replace", match, text)
        yield from _between(text, last, len(text.text))

    return _fill(pieces, fill)


def _between(text: Text, start: int, end: int) -> Iterator[Text]:
    if end > start:
        yield Text(text.text[start:end], text.node, text.start + start, text.start + end)


def _hole(value: ast.expr, holder: ast.AST, form: str, match: re.Match[str], text: Text, conversion: str = "") -> Hole:
    spec = "d" if conversion in _NUMBERS else ""
    return Hole(
        value,
        holder,
        form,
        match[0],
        text.node,
        text.start + match.start(),
        conversion if conversion in ("r", "a") else "",
        spec,
    )
