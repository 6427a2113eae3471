"""Marks of code that nobody finished: words and phrases in comments, and placeholders in the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from readlint.api import (
    Breadth,
    Context,
    ErrorRegion,
    Span,
    breadth,
    is_report,
    last_name,
    may_have_callbacks,
    places_of,
    regex,
    walk_own,
)

if TYPE_CHECKING:
    from readlint.files.source import Comment, Source

_WORDS = ("TODO", "FIXME", "XXX", "HACK", "TBD", "WIP")
_WORD = regex(rf"\b(?:{'|'.join(_WORDS)})\b")
_DUTY = r"(?:(?:we |i )?(?:should|must|need to|needs to|have to|ought to|could|to be|please) )?"
#: What says the same in a sentence. "we handle it later" is a design, "should handle it later" is none.
_PHRASES = regex(
    rf"^{_DUTY}handled? (?:this |it |the |these )?(?:errors? |exceptions? |failures? |case )?"
    r"(?:properly|better|later)\b"
    r"|\b(?:should|must|need to|ought to) (?:be )?handled? [\w ]{0,30}\b(?:properly|better)\b"
    r"|\bnot yet implemented\b|\bnot implemented yet\b|^not implemented\W*$"
    r"|^implement (?:me|this)\b",
    re.IGNORECASE,
)
#: What says so only where nothing is done about the error. "we can safely ignore this" gives a reason, "skip this part
#: for now" is a plan for something else.
_SILENCE = r"(?:ignor|pass|swallow|silenc|suppress)"
_EXCUSES = regex(
    rf"\b{_SILENCE}\w*\b[\w ]{{0,30}}\bfor now\b|\bfor now,? (?:just |we )*{_SILENCE}"
    r"|^(?:this is )?(?:just |only )?a placeholder\W*$"
    r"|^(?:just )?ignore this(?: error| exception| failure)?\W*$|^(?:this |that )?should never happen\W*$",
    re.IGNORECASE,
)
#: A look at the text first, as cheap as can be: most files have nothing of all this, and need no look at their tree.
#: One of these is in every comment with a mark, `_HOW` in one that is to be handled so.
_MENTIONS = (
    *_WORDS,
    "or now",
    "gnore this",
    "hould never happen",
    "mplemented",
    "laceholder",
    "mplement me",
    "mplement this",
)
_HOW = ("properly", "better", "later")
_MARKED_TEXT = regex(rf"\([ \t]*[\"'](?:{'|'.join(_WORDS)})\b")
_BEFORE_STATEMENT = regex(r"(?:.*[:;])?\s*")
_CLOSED = regex(r"[])}]+.*:[ \t]*(?:#.*)?$")
_COMPOUND = regex(r"(?:async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b.*:[ \t]*(?:#.*)?$")
_HEAD = regex(
    r"except\b|else\b|case\b|(?:async )?with\b|(?:el)?if\b(?:[^:]*$"
    r"|.*\b(?:err|error|exc|exception|exit_?code|is_\w+|ok|rc|ret(?:urn)?_?code|status|status_code|succe\w+)\b)"
)

#: The code is finished but for a day on which it can go, or its test is missing: no word about the error.
_ABOUT_LATER = regex(
    r"\b(?:remove|removed|drop|dropped|delete|deprecate|deprecated|get rid|clean up|cleanup|simplify|switch)\b"
    r".*\b(?:when|once|after|in|as soon as|if|until|for|with|support|version|python|v?\d)\b"
    r"|\bafter 20\d\d\b|\bonce (?:the|this|we|it|all)\b"
    r"|\b(?:tests?|coverage|docs?|document|documentation|docstring|typing|mypy|type hints?|translat\w+|i18n|naming)\b",
    re.IGNORECASE | re.DOTALL,
)
#: The error is told, and only the words could be better.
_ABOUT_WORDING = regex(
    r"\b(?:better|clearer|improve|nicer|human)\b[\w ]*\b(?:error|messages?|page|text|wording)\b", re.IGNORECASE
)
#: Words for what becomes of an error. "error" itself is none: what is there to do may only be near one.
_ABOUT_ERROR = regex(
    r"\b(?:fail\w*|forward|handl\w*|inform|send|show|surface|tell|(?:re-?)?rais\w*|retr(?:y|ies|ying)|re-?try|recover\w*"
    r"|roll ?back|revert\w*|warn\w*|log|logs|logged|logging|report\w*|notif\w*|alert\w*|swallow\w*|ignor\w*"
    r"|suppress\w*|silen\w*|catch\w*|caught|propagat\w*|fall ?back|abort\w*|timeouts?"
    r"|pass|should never|crash\w*|what to do|do something)\b",
    re.IGNORECASE,
)
#: The class is what is unfinished, and not what is done about it: "be specific", "catch a narrower exception".
_ABOUT_CLASS = regex(r"\b(?:broad\w*|narrow\w*|precise|specific)\b", re.IGNORECASE)
#: `# type: ignore[assignment]  # FIXME`: the type is what is unfinished.
_IGNORED_TYPE = regex(r"(?:type|pyright|mypy):\s*ignore")
_TICKET = regex(r"\b[A-Z][A-Z0-9]+-\d+\b|(?<!\w)#\d+\b|https?://\S+")


class Mark(NamedTuple):
    where: Span
    text: str  # the word or phrase itself, and nothing of what else is written there
    topic: str  # what it is about: "error", its "class", "later", or "" for anything else
    ticket: str = ""
    is_excuse: bool = False  # counts only where nothing is done about the error
    is_code: str = ""  # the message for a placeholder in the code
    demands: bool = False  # a word begins the line and nothing is asked: in a sentence it would be an afterthought


def candidates(ctx: Context) -> list[int]:
    """The lines that may hold a mark, going by the text alone."""
    found = {ctx.source.position(place)[0] for place in _places(ctx.source)}
    return sorted(line for line in found if _is_below_head(line, ctx))


def _places(source: Source) -> Iterator[int]:
    text, remarks = source.text, source.remarks
    for word in _MENTIONS:
        if word in remarks:
            yield from (at for at, before in _mentions(word, text) if "#" in before)
    if "andle" in remarks:
        for word in _HOW:
            yield from (at for at, before in _mentions(word, text) if "andle" in before.partition("#")[2])
    yield from (match.start() for match in _MARKED_TEXT.finditer(text))
    if "except" in text:
        for placeholder in ("raise NotImplementedError", "..."):
            yield from (at for at, before in _mentions(placeholder, text) if _BEFORE_STATEMENT.fullmatch(before))


def _mentions(what: str, text: str) -> Iterator[tuple[int, str]]:
    """Where something stands, and what is before it on the line."""
    for at in places_of(what, text):
        yield at, text[text.rfind("\n", 0, at) + 1 : at]


def _is_below_head(line: int, ctx: Context) -> bool:
    """Whether a line seems to be in an error region, by what stands above it with less indentation."""
    texts = ctx.source.lines[:line]
    last = texts.pop()
    bare = last.lstrip()
    depth = len(last) - len(bare)
    if _HEAD.match(bare):
        return True
    for text in reversed(texts):
        indent = len(text) - len(text.lstrip())
        if indent >= depth:
            continue
        bare = text.strip()
        if not (_COMPOUND.match(bare) or _CLOSED.match(bare) or bare.endswith(("(", "["))):
            continue
        if bare[0] in ")]}":  # the head began further up
            depth = indent + 1
            continue
        depth = indent
        if _HEAD.match(bare):
            return True
        if bare.startswith(("def ", "async def ")):
            return ctx.once(may_have_callbacks)
    return False


def marks_in(region: ErrorRegion, lines: list[int], ctx: Context) -> Iterator[Mark]:
    """The marks on these lines of a region, and in its code."""
    yield from _comment_marks(region, lines, ctx)
    yield from _code_marks(region, ctx)


# Comments


def _comment_marks(region: ErrorRegion, lines: list[int], ctx: Context) -> Iterator[Mark]:
    for number in lines:
        if comment := ctx.comment_at(number):
            bare = comment.text.lstrip("#:! \t")
            found = _WORD.search(bare) or _PHRASES.search(bare) or _EXCUSES.search(bare)
            if found and not bare.startswith("readlint:") and not _IGNORED_TYPE.match(bare):
                block = _block(comment, ctx)
                ticket = _TICKET.search(block)
                excuse = not _WORD.search(bare) and not _PHRASES.search(bare)
                if excuse and not all(map(_is_simple, region.body)):
                    continue  # it excuses one way of several
                start = comment.column
                where = Span(number, start, number, start + len(comment.text))
                topic = _topic(bare, block, found[0])
                yield Mark(
                    where, found[0], topic, _shown(ticket), excuse, demands=bool(_WORD.match(bare)) and "?" not in block
                )


def _is_simple(statement: ast.stmt) -> bool:
    return not hasattr(statement, "body")


def _block(first: Comment, ctx: Context) -> str:
    """A comment from its mark on, with the comment lines that continue it."""
    texts = [first.text]
    for text in ctx.source.lines[first.line :]:
        following = ctx.comment_at(first.line + len(texts)) if text.lstrip()[:1] == "#" else None
        if following is None or following.column != first.column or _WORD.search(following.text):
            break
        texts.append(following.text)
    return " ".join(text.lstrip("#:! \t") for text in texts)


def _topic(first: str, block: str, mark: str) -> str:
    """By the line with the mark: further down a comment tells how it all came about."""
    about = _TICKET.sub(" ", block.partition(mark)[2] or block)
    if _ABOUT_LATER.search(about):
        return "later"
    if _ABOUT_CLASS.search(about):
        return "class"
    said = re.findall(r"[A-Za-z]{2,}", about)
    is_about = _ABOUT_ERROR.search(first) and not _ABOUT_WORDING.search(first)
    return "error" if len(said) < 3 or is_about else ""


def _shown(ticket: re.Match[str] | None) -> str:
    """An address may hold what nobody should read in a report."""
    return "" if ticket is None else " (with a link)" if "://" in ticket[0] else f" ({ticket[0]})"


# Code


def _code_marks(region: ErrorRegion, ctx: Context) -> Iterator[Mark]:
    parts = [part for statement in region.body for part in walk_own(statement)]
    if isinstance(region.owner, ast.ExceptHandler) and breadth(region.owner.type, ctx) >= Breadth.NARROW:
        yield from _handler_marks(region, parts, ctx)
    for call in parts:
        if isinstance(call, ast.Call) and (word := _logged_mark(call)) and is_report(call, ctx):
            yield Mark(ctx.source.span(call), word, "error")


def _handler_marks(region: ErrorRegion, parts: list[ast.AST], ctx: Context) -> Iterator[Mark]:
    if len(region.body) == 1 and isinstance(region.body[0], ast.Expr) and _is_ellipsis(region.body[0].value):
        yield Mark(ctx.source.span(region.body[0]), "...", "error", is_code="ellipsis")
    if _catches_not_implemented(region.owner):
        return
    for part in parts:
        if isinstance(part, ast.Raise) and _is_not_implemented(part):
            yield Mark(ctx.source.span(part), "NotImplementedError", "error", is_code="not-implemented")


def _catches_not_implemented(handler: ast.AST) -> bool:
    """Where that is the answer of a function that cannot do something, its caller gives the same answer."""
    caught = handler.type if isinstance(handler, ast.ExceptHandler) else None
    classes = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(one is not None and last_name(one) == "NotImplementedError" for one in classes)


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_not_implemented(node: ast.Raise) -> bool:
    """Without a text that says what is not there: with one it may be the right error to raise."""
    raised = node.exc
    if isinstance(raised, ast.Call):
        if raised.keywords or any(not _is_marked_text(argument) for argument in raised.args):
            return False
        raised = raised.func
    return raised is not None and last_name(raised) == "NotImplementedError" and node.cause is None


def _is_marked_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_WORD.match(node.value))


def _logged_mark(call: ast.Call) -> str:
    text = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    match = _WORD.match(text) if isinstance(text, str) else None
    return match[0] if match else ""
