"""A query as the rules and their fixes see it: where it runs, what text it is made of and what is put into it."""

from __future__ import annotations

import ast
import enum
from typing import NamedTuple

from readlint.api import Question
from readlint_rules.sql._drivers import Driver


class Position(enum.Enum):
    """What the grammar of SQL wants where something is put in."""

    VALUE = "value"
    QUOTED = "quoted value"
    LIST = "value list"
    UNBINDABLE = "unbindable value"
    IDENTIFIER = "identifier"
    KEYWORD = "keyword"
    FRAGMENT = "fragment"


VALUES = frozenset({Position.VALUE, Position.QUOTED, Position.LIST, Position.UNBINDABLE})
NAMES = frozenset({Position.IDENTIFIER, Position.KEYWORD})


class Provenance(enum.IntEnum):
    """Where something comes from: up to PLACEHOLDER_LIST nobody can put SQL into it."""

    CONST = 0
    SAFE_NUM = 1
    QUOTED_IDENT = 2
    ALLOWLISTED = 3
    PLACEHOLDER_LIST = 4
    UNKNOWN = 5  # the result of a call, an entry, an attribute
    PARAM = 6  # a parameter of the function, or made from one
    TYPED = 7  # by the person who runs the program
    REQUEST = 8  # sent by a client

    @property
    def is_safe(self) -> bool:
        return self <= Provenance.PLACEHOLDER_LIST


class Source(NamedTuple):
    """The worst of what a value comes from, and the expression or parameter that it is.

    With `questions` the value is harmless if the project answers each with yes.
    """

    provenance: Provenance
    node: ast.AST
    questions: tuple[Question, ...] = ()


class Text(NamedTuple):
    """Text of the query. It is `node.value[start:end]`, but where escapes of `%` and `format` were undone."""

    text: str
    node: ast.AST  # the ast.Constant, or a number written out
    start: int = 0
    end: int = 0


class Hole(NamedTuple):
    """Something that is put in.

    `node` is the expression put in; `holder` what puts it there: the `ast.FormattedValue` of an f-string, the
    `ast.BinOp` of `+` or `%`, the `ast.Call` of `format`, `join`, `substitute` or `replace`, the expression itself for
    a whole query or a whole part. `form` says which: fstring, percent, concat, format, join, template, replace, whole.
    `slot` is the text that stands for it in the template of `percent`, `format` and `replace`, as in `%(name)s`.
    """

    node: ast.expr
    holder: ast.AST
    form: str
    slot: str = ""
    template: ast.AST | None = None  # the constant in which the slot stands
    offset: int = 0  # and where in it
    conversion: str = ""  # r, s, a
    spec: str = ""  # the format specification: `d`, `>10`, `02d`
    many: bool = False  # it stands for several of its kind: a join


Piece = Text | Hole


class Skeleton(NamedTuple):
    """One text that the query can be: one way through its branches.

    `steps` are the statements that it was put together by, in no order; empty for an expression at the call itself.
    `crosses`: part of it comes from another function, or from an attribute or a variable of the module.
    """

    pieces: tuple[Piece, ...]
    steps: tuple[ast.AST, ...] = ()
    crosses: bool = False

    @property
    def holes(self) -> tuple[Hole, ...]:
        return tuple(piece for piece in self.pieces if isinstance(piece, Hole))

    @property
    def is_constant(self) -> bool:
        return not self.holes

    @property
    def text(self) -> str:
        """The text of a constant one."""
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Text))


class Run(NamedTuple):
    """A call that runs SQL, or makes a part of it."""

    call: ast.Call
    name: str  # the method's or the function's own name
    query: ast.expr
    parameters: ast.expr | None
    more: tuple[ast.expr, ...]  # further positional arguments, where they are parameters (asyncpg)
    driver: Driver | None
    is_certain: bool  # the driver follows from how the receiver was made, not from what the file imports
    is_known: bool  # that it runs SQL is known whatever the text is
    many: bool
    is_part: bool  # it takes a part of a query, not all of it: `RawSQL`, `sql.SQL`, `extra(where=[...])`


class Query(NamedTuple):
    """A call that runs SQL and all texts that it may run."""

    run: Run
    skeletons: tuple[Skeleton, ...]

    @property
    def is_single(self) -> bool:
        """Whether there is only one way to put the text together."""
        return len(self.skeletons) == 1


class Judged(NamedTuple):
    """One hole, with what belongs there and where what is put in comes from.

    `context` is what makes the position what it is: the keyword or the operator before it (`IN`, `LIKE`, `INTERVAL`,
    `LIMIT`), a function (`LOWER()`), or the kind of statement that cannot be bound in (`SET`, `NOTIFY`, `DDL`,
    `DDL option` without quotes).
    `prefix` and `suffix` are the rest of the quoted literal or of the name around it. `column` is where the column
    comes from that it is compared with or written to, as in `{column} = '{value}'`.
    """

    hole: Hole
    position: Position
    context: str
    source: Source
    skeleton: Skeleton
    number: int  # of the hole among the pieces
    prefix: str = ""
    suffix: str = ""
    column: Source | None = None
