"""Where a file may give a credential a value, found in its text: most files say nothing of any."""

from __future__ import annotations

import ast
from typing import NamedTuple

from readlint.api import Context, regex
from readlint_rules.secrets import _folding, _places, _values

# All of these are for a folded text, in which `w` is `k`. Every repetition has an end: a text of nothing but one of
# them must not take the square of its length.
_GIVEN = (
    rb"(?:[\"']\s{0,80}\)[\s)]{0,80}(?P<hole>[}!:=])"  # f"{os.getenv('API_TOKEN')}"
    rb"|[\"']?\s{0,80}[\])]{0,3}\s{0,80}(?:,|[!=]=|[:=]|\bor\b)"  # what gives it a value
    rb"(?:\s{0,80}[\w.\[\]| \"',]{1,60}=)??"  # an annotation, but not all of `"...", region=`
    rb"[\s(]{0,80}(?:[\w.]{1,40}\(\s{0,80}){0,3}"  # SecretStr(
    rb"(?:default\s{0,9}=\s{0,9})?(?P<value>[rbu]{0,2}[\"'])(?=[^\s\"']{3})"
    rb"|(?P<equals>=)(?=[^\s\"';{}&<>]))"  # of a connection string
)
# No more than numbers follow these in the name of a credential.
_BY_K = regex(
    rb"k(?:ey(?:(?<=_key)|(?<=apikey)|(?==[0a-z+/]{42}))|en(?<=token)|ord(?<=passkord)|d(?:(?<=passkd)|(?<=pkd)))"
    rb"[0_-]{0,9}" + _GIVEN
)
_PATTERNS = (
    (b"secret", regex(rb"secret(?=([\w-]{0,60}))\1" + _GIVEN)),
    (b"passphrase", regex(rb"passphrase[0_-]{0,9}" + _GIVEN)),
)


class Mention(NamedTuple):
    """A part of a name that may be a credential's, and what is behind it: the quote of a value, or what else."""

    what: str
    name: int
    at: int


def folded(ctx: Context) -> bytes:
    return ctx.once(_folded)


def _folded(ctx: Context) -> bytes:
    return _folding.fold_source(ctx.source)


def mentions(ctx: Context) -> list[Mention]:
    return ctx.once(_mentions)


def _mentions(ctx: Context) -> list[Mention]:
    return mentions_in(folded(ctx))


def mentions_in(text: bytes) -> list[Mention]:
    """Those of a folded text. To look whether a word is in a text at all is faster than a regular expression."""
    patterns = (_BY_K, *(pattern for word, pattern in _PATTERNS if word in text))
    matches = (match for pattern in patterns for match in pattern.finditer(text))
    return [Mention(match.lastgroup or "", match.start(), match.end() - 1) for match in matches]


def literals(ctx: Context) -> list[list[ast.AST]]:
    """The nodes around each string that may be the value of a credential, innermost last."""
    return ctx.once(_literals)


def _literals(ctx: Context) -> list[list[ast.AST]]:
    text = ctx.source.text
    places = {at for what, name, at in mentions(ctx) if what == "value" and _is_worth_a_look(text, name, at, ctx)}
    return [_places.chain_at(ctx, *ctx.source.position(place)) for place in sorted(places)]


def _is_worth_a_look(text: str, name: int, quote: int, ctx: Context) -> bool:
    """Whether the name is a credential's and the value is one that a rule can flag, before the tree is searched."""
    whole = name_at(text, name)
    if whole.lower() == "secret_key":
        return True  # what a framework signs with
    value = _VALUE.match(text, quote)
    if value is None or not _values.names_credential(whole):
        return False
    if _values.plausible(value[2]) or "\\" in value[2] or value[3]:
        return True
    before = text[max(name - _FAR, 0) : name]  # what takes words for a fallback or a default too
    return any(word in before for word in _LOOKING_UP) or ctx.mentions("BaseSettings")


_FAR = 160
_LOOKING_UP = ("env", "config(", "option(", "add_argument(")


def name_at(text: str, at: int) -> str:
    """All of a name that a place is in."""
    before, behind = BEFORE.search(text, max(at - 44, 0), at), NAME.match(text, at)
    return (before[0] if before else "") + (behind[0] if behind else "")


BEFORE = regex(r"[\w-]+\Z")
NAME = regex(r"[\w-]{1,60}")
# Its quotes, what is between them, and the quote of a string that goes on with it.
_VALUE = regex(r"""(["'])(?!\1)([^\s"']{3,400})\1(\s{0,200}[rbuRBU]{0,2}["'])?""")
