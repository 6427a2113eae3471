"""Where a file may give a credential a value, found in its text: most files say nothing of any."""

from __future__ import annotations

import ast

from readlint.api import Context, regex
from readlint_rules.secrets import _folding, _places, _values

# Each begins a regular expression, as a search for one text is many times faster than one for any of several.
NAMES = ("passw", "secret", "apikey", "_key", "token", "passphrase", "pwd")
# Every repetition has an end: a text of nothing but one of these must not take the square of its length.
_BEHIND = (
    r"(?=([\w-]{0,60}))\1[\"']?\s{0,80}[\])]{0,3}\s{0,80}(?:,|[!=]=|[:=]|\bor\b)"
    # The rest of the name, never less; what gives it a value
    r"(?:\s{0,80}[\w.\[\]| \"',]{1,60}=)??"  # an annotation, but not all of `"...", region=`
    r"[\s(]{0,80}(?:[\w.]{1,40}\(\s{0,80}){0,3}"  # SecretStr(
    r"(?:default\s{0,9}=\s{0,9})?(?:[rbu]{0,2}[\"'])"
)
_PATTERNS = tuple((name, regex(name + _BEHIND)) for name in NAMES)


def literals(ctx: Context) -> list[list[ast.AST]]:
    """The nodes around each string that may be the value of a credential, innermost last."""
    return ctx.once(_literals)


def folded(ctx: Context) -> str:
    """The text in small letters, with 0 for every digit."""
    return ctx.once(_folded)


def _folded(ctx: Context) -> str:
    return _folding.fold(ctx.source.text)


def mentioned(ctx: Context) -> frozenset[str]:
    """The parts of credentials' names that the file has somewhere."""
    return ctx.once(_mentioned)


def _mentioned(ctx: Context) -> frozenset[str]:
    text = folded(ctx)
    return frozenset(name for name in NAMES if name in text)


def _literals(ctx: Context) -> list[list[ast.AST]]:
    names, text = mentioned(ctx), ctx.source.text
    places = {
        match.end() - 1
        for name, pattern in _PATTERNS
        if name in names
        for match in pattern.finditer(folded(ctx))
        if _is_worth_a_look(text, match.start(), match.end() - 1)
    }
    return [_places.chain_at(ctx, *ctx.source.position(place)) for place in sorted(places)]


def _is_worth_a_look(text: str, name: int, quote: int) -> bool:
    """Whether the name is a credential's and the value is one word, before the tree is searched for them."""
    value = _VALUE.match(text, quote)
    if value is None:
        return False
    before = BEFORE.search(text, max(name - 40, 0), name)
    behind = NAME.match(text, name)
    return _values.names_credential((before[0] if before else "") + (behind[0] if behind else ""))


BEFORE = regex(r"[\w-]+\Z")
NAME = regex(r"[\w-]{1,60}")
_VALUE = regex(r"""(["'])(?!\1)[^\s"']{3,400}\1""")
