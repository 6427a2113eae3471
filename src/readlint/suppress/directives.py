"""Reading suppression comments.

    x = f()  # readlint: ignore[RL101, clocks, wall-clock-duration] until=2027-01-31 the reason
    # readlint: disable[RL2] the reason   ...   # readlint: enable[RL2]
    # readlint: file-ignore[RL301] the reason
    # readlint: assured[RL501] the reason, for migrations
    x = f()  # noqa: RL101

A directive is read once, when its file is screened, and kept in the cache; which findings it silences depends on the
day and on the rules that are on, and is decided in every run.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from readlint.analysis.tree import DEFINITIONS, walk
from readlint.files.source import places_of
from readlint.findings import Finding, Span
from readlint.regex import regex
from readlint.suppress.layout import Layout

if TYPE_CHECKING:
    from readlint.analysis.context import Context
    from readlint.files.source import Comment

#: The words after `readlint:`.
WORDS = ("ignore", "disable", "enable", "file-ignore", "assured")
#: The words that say why: what ends a range needs no reason.
WITH_REASON = frozenset(WORDS) - {"enable"}

# A comment may hold several directives, also of other tools, each after its own `#`. `#12` is part of a reason.
_PIECE = regex(r"(?:^|(?<=\s))#(?=\s|[A-Za-z-]+:|noqa|nosec)")
_OURS = regex(r"#\s*readlint\s*:\s*(?P<word>[\w-]*)\s*(?P<rest>.*)", re.DOTALL)
_BRACKETS = regex(r"\[(?P<selectors>[^\]]*)\](?P<text>.*)", re.DOTALL)
_UNTIL = regex(r"(?:^|\s)until=(\S*)")
_NOQA = regex(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+\b)*)", re.IGNORECASE)
_FOREIGN = regex(r"#\s*(?:noqa\s*:|nosec\b:?|pylint\s*:\s*disable\s*=)(?P<codes>[\w\s,-]*)", re.IGNORECASE)
_SELECTOR = regex(r"[^\s,](?:[^,]*[^\s,])?")
_CODE = regex(r"[A-Za-z]+[0-9]+")
_RULE_CODE = regex(r"[A-Z]{2}[0-9]{3}")
_BLANKET = regex(r"ALL|DEFAULT|[A-Z]{0,2}")


class Selector(NamedTuple):
    """A code, name, prefix or family in a directive, and its columns."""

    text: str
    column: int
    end_column: int


class Directive:
    """One suppression in one comment. It holds no source text but its own words."""

    __slots__ = (
        "alone", "column", "definition", "detail", "end_column", "first", "last", "line", "problem", "reason",
        "removal", "selectors", "until", "word",
    )  # fmt: skip

    def __init__(self, word: str, line: int, column: int, end_column: int) -> None:
        self.word = word  # one of `WORDS`, `noqa`, or `foreign`: another tool's code that the settings honour
        self.line = line
        self.column = column
        self.end_column = end_column
        self.first = line  # the lines that it is about
        self.last = line
        self.alone = False  # without code on its line
        self.removal = Span(line, column, line, end_column)  # what goes when the whole directive goes
        self.selectors: tuple[Selector, ...] = ()
        self.reason = ""
        self.until = ""  # the last day on which it holds, as in 2027-01-31
        self.definition = ""
        self.problem = ""  # the message of RL003 that says why it is not right as it is written
        self.detail = ""

    @property
    def span(self) -> Span:
        return Span(self.line, self.column, self.line, self.end_column)

    @property
    def holds(self) -> bool:
        """Whether it can silence anything at all, as far as its form goes."""
        return bool(self.selectors) and self.problem in ("", "bad-date")

    def covers(self, finding: Finding) -> bool:
        """Whether a finding, of whatever rule, is where this directive speaks about."""
        return any(self.reaches(span) for span in finding.silenced_at())

    def reaches(self, span: Span) -> bool:
        if self.word == "file-ignore":
            return True
        if self.word == "disable":
            return span.line >= self.line
        inside = self.first <= span.line <= self.last
        if self.alone:
            return inside
        # At the end of a statement it is about all of it; on a line in between, about what begins or ends there.
        return span.line == self.line or (inside and (self.line == self.last or span.end_line == self.line))

    def is_expired(self, today: datetime.date) -> bool:
        return bool(self.until) and self.until < today.isoformat()

    def to_json(self) -> Any:
        fields = {name: getattr(self, name) for name in self.__slots__ if name not in ("removal", "selectors")}
        selectors = [list(selector) for selector in self.selectors]
        return {**fields, "removal": list(self.removal.key()), "selectors": selectors}

    @classmethod
    def from_json(cls, data: Any) -> Directive:
        directive = cls("", 0, 0, 0)
        for name, value in data.items():
            setattr(directive, name, value)
        directive.removal = Span(*data["removal"])
        directive.selectors = tuple(Selector(*item) for item in data["selectors"])
        return directive

    def __repr__(self) -> str:
        return f"<{self.word}[{', '.join(s.text for s in self.selectors)}] at {self.line}:{self.column}>"


@lru_cache(maxsize=8)
def directive_hint(prefixes: tuple[str, ...], honoured: tuple[str, ...] = ()) -> re.Pattern[str]:
    """What a text must hold to be worth looking at its comments.

    `prefixes` are the letters of the installed rules' codes (ruff's `noqa` comments are in every other file, ours in
    few), `honoured` are codes of other tools.
    """
    ours = rf"readlint\s*:|(?i:noqa)\s*:[^\r\n]*\b(?i:{'|'.join(prefixes)})[0-9]{{3}}\b"
    return re.compile(f"{ours}|(?i:noqa\\s*:|nosec|pylint\\s*:)" if honoured else ours)


def may_have_directives(text: str, prefixes: tuple[str, ...] = ("RL",), honoured: tuple[str, ...] = ()) -> bool:
    """A quick look at what holds all comments, before they are read as tokens, which takes longer than parsing."""
    hint = directive_hint(prefixes, honoured)
    if honoured:
        return hint.search(text) is not None
    # To look for the words first takes a third of the time.
    return any(hint.match(text, at) for word in ("readlint", "noqa", "NOQA") for at in places_of(word, text))


def read_directives(ctx: Context) -> list[Directive]:
    """All directives of a file, in order."""
    found = [d for comment in ctx.source.comments.values() for d in _of_comment(comment, ctx)]
    if found:
        layout = Layout(ctx.source)
        definitions = [node for node in walk(ctx.tree) if isinstance(node, DEFINITIONS)]
        for directive in found:
            _place(directive, ctx, layout)
            around = [d.name for d in definitions if d.lineno <= directive.line <= (d.end_lineno or 0)]
            directive.definition = ".".join(around)
    return found


def _place(directive: Directive, ctx: Context, layout: Layout) -> None:
    text = ctx.source.lines[directive.line - 1]
    bare = text.rstrip("\r\n")
    directive.alone = not bare[: ctx.source.comments[directive.line].column].strip()
    if not directive.alone:
        directive.first, directive.last = layout.around(directive.line)
    elif directive.word not in ("noqa", "foreign"):  # to other tools a comment is about its own line only
        directive.first, directive.last = layout.below(directive.line)
    before, line = bare[: directive.column], directive.line
    if directive.end_column < len(bare):  # another comment follows on the line, and takes this one's place
        directive.removal = Span(line, directive.column, line, directive.end_column)
    elif before.strip():
        directive.removal = Span(line, len(before.rstrip()), line, len(bare))
    elif line > 1:  # from the end of the line above: see `_off_the_margin` in `readlint.fixes.edits`
        above = len(ctx.source.lines[line - 2].rstrip("\r\n"))
        directive.removal = Span(line - 1, above, line, len(bare))
    else:
        directive.removal = Span(1, 0, 2, 0) if text != bare else Span(1, 0, 1, len(bare))


def _of_comment(comment: Comment, ctx: Context) -> Iterator[Directive]:
    starts = [match.start() for match in _PIECE.finditer(comment.text)] or [0]
    honoured = frozenset(ctx.settings.honour_foreign_suppressions)
    for start, end in zip(starts, [*starts[1:], len(comment.text)], strict=True):
        piece = comment.text[start:end]
        column = comment.column + start
        make = _ours(piece, column) or _noqa(piece, column)
        foreign = _FOREIGN.match(piece) if honoured else None
        for words in (make, foreign and _foreign(foreign, column, honoured)):
            if words:
                directive = Directive(words.word, comment.line, column, column + len(piece))
                directive.selectors = words.selectors
                directive.reason, directive.until = words.reason, words.until
                directive.problem, directive.detail = words.problem, words.detail
                yield directive


class _Words(NamedTuple):
    """What one piece of a comment says."""

    word: str
    selectors: tuple[Selector, ...] = ()
    reason: str = ""
    until: str = ""
    problem: str = ""
    detail: str = ""


def _ours(piece: str, column: int) -> _Words | None:
    match = _OURS.match(piece)
    if not match:
        return None
    word = match["word"].lower()
    if word not in WORDS:
        return _Words("", problem="unknown-word", detail=match["word"])
    brackets = _BRACKETS.match(match["rest"])
    if not brackets:
        problem = "unclosed" if match["rest"].startswith("[") else "blanket"
        return _Words(word, problem=problem, detail=word)
    offset = column + match.start("rest") + brackets.start("selectors")
    selectors = tuple(_selectors(brackets["selectors"], offset, _SELECTOR))
    if not selectors or any(_BLANKET.fullmatch(selector.text) for selector in selectors):
        return _Words(word, problem="blanket", detail=word)
    return _Words(word, selectors, *_reason(brackets["text"]))


def _selectors(text: str, offset: int, pattern: re.Pattern[str]) -> Iterator[Selector]:
    for match in pattern.finditer(text):
        yield Selector(match[0], offset + match.start(), offset + match.end())


def _reason(text: str) -> tuple[str, str, str, str]:
    """The reason, the last day, and what is wrong with that."""
    until = _UNTIL.search(text)
    reason = " ".join(_UNTIL.sub(" ", text, count=1).split())
    if not until:
        return reason, "", "", ""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", until[1]):
            return reason, datetime.date.fromisoformat(until[1]).isoformat(), "", ""
    except ValueError:
        pass  # such as February the 30th: said below
    return reason, "", "bad-date", until[1]


def _noqa(piece: str, column: int) -> _Words | None:
    """A blanket `# noqa` is not about readlint: its author had other tools in mind."""
    match = _NOQA.match(piece)
    if not match:
        return None
    found = _selectors(match["codes"], column + match.start("codes"), _CODE)
    selectors = tuple(selector._replace(text=selector.text.upper()) for selector in found)
    return _Words("noqa", selectors) if any(_RULE_CODE.fullmatch(s.text) for s in selectors) else None


def _foreign(match: re.Match[str], column: int, honoured: Iterable[str]) -> _Words | None:
    codes = [code for code in re.split(r"[\s,]+", match["codes"]) if code in honoured]
    return _Words("foreign", (Selector("ALL", column, column),)) if codes else None
