"""What readlint reports: a finding, the places it points to and the fix it offers.

These classes are on the warm path (a run in which nothing changed), so they are plain:
`dataclasses` and `typing` would each cost as much as the interpreter's own start.
"""

from __future__ import annotations

import enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping
    from typing import Any, TypeAlias

    #: What survives a trip through the cache: no tuples, no classes.
    Json: TypeAlias = Any


class Severity(str, enum.Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return ("error", "warning", "note").index(self.value)


class Safety(str, enum.Enum):
    """Whether a fix keeps the behaviour but for the defect."""

    NONE = "none"
    SAFE = "safe"
    UNSAFE = "unsafe"


class Span:
    """A region of a text: lines count from 1, columns are code points and count from 0."""

    __slots__ = ("column", "end_column", "end_line", "line")

    def __init__(self, line: int, column: int, end_line: int, end_column: int) -> None:
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column

    def key(self) -> tuple[int, int, int, int]:
        return (self.line, self.column, self.end_line, self.end_column)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"Span({self.line}:{self.column}-{self.end_line}:{self.end_column})"


class Place:
    """Another place that matters: `message` says what happens there. An empty path means the finding's own file."""

    __slots__ = ("message", "path", "span", "where")

    def __init__(self, where: ast.AST | Span, message: str, path: str = "") -> None:
        self.where = where
        self.message = message
        self.path = path
        self.span: Span = where if isinstance(where, Span) else UNPLACED

    def to_json(self) -> Json:
        return [*self.span.key(), self.message, self.path]

    @classmethod
    def from_json(cls, data: Json) -> Place:
        return cls(Span(*data[:4]), data[4], data[5])


class Target:
    """A node that a fix rewrites, named so that it is found again in a tree parsed later."""

    __slots__ = ("kind", "span")

    def __init__(self, kind: str, span: Span) -> None:
        self.kind = kind  # the class's name in `ast`
        self.span = span  # the node's whole extent, not its header

    def to_json(self) -> Json:
        return [self.kind, *self.span.key()]

    @classmethod
    def from_json(cls, data: Json) -> Target:
        return cls(data[0], Span(*data[1:]))


class FixPlan:
    """Which function of the rule's module, or of a private one beside it, rewrites which nodes. No source text."""

    __slots__ = ("apply", "data", "nodes", "safety", "targets", "title")

    def __init__(
        self,
        apply: str,
        title: str,
        safety: Safety,
        nodes: tuple[ast.AST, ...] = (),
        data: Mapping[str, Json] | None = None,
        targets: tuple[Target, ...] = (),
    ) -> None:
        self.apply = apply
        self.title = title
        self.safety = safety
        self.nodes = nodes
        self.data = dict(data or {})
        self.targets = targets

    def to_json(self) -> Json:
        return [self.apply, self.title, self.safety.value, self.data, [t.to_json() for t in self.targets]]

    @classmethod
    def from_json(cls, data: Json) -> FixPlan:
        apply, title, safety, extra, targets = data
        return cls(apply, title, Safety(safety), (), extra, tuple(map(Target.from_json, targets)))


class Edit:
    """Replaces the text of `span` by `text`."""

    __slots__ = ("span", "text")

    def __init__(self, span: Span, text: str) -> None:
        self.span = span
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edit) and (self.span, self.text) == (other.span, other.text)

    def __hash__(self) -> int:
        return hash((self.span, self.text))

    def __repr__(self) -> str:
        return f"Edit({self.span!r}, {self.text!r})"


class Question:
    """Something that one file cannot answer: `kind` says what is asked, `subject` about which name.

    The subject is a dotted name as the asking file sees it; one leading dot or more is relative to its package.
    """

    __slots__ = ("kind", "subject")

    def __init__(self, kind: str, subject: str) -> None:
        self.kind = kind
        self.subject = subject

    def key(self) -> tuple[str, str]:
        return (self.kind, self.subject)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Question) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash((self.kind, self.subject))

    def __repr__(self) -> str:
        return f"Question({self.kind!r}, {self.subject!r})"


class Finding:
    """One defect at one place.

    A rule makes it from a syntax node; the engine gives it its position, its identity and its path.
    While `questions` is not empty it is conditional: the rule's `settle` function decides.
    """

    __slots__ = (
        "also_at",
        "arguments",
        "data",
        "definition",
        "edits",
        "fingerprint",
        "fix",
        "flow",
        "message",
        "message_id",
        "name",
        "path",
        "questions",
        "related",
        "rule",
        "severity",
        "shape",
        "span",
        "where",
    )

    def __init__(
        self,
        rule: str,
        name: str,
        severity: Severity,
        where: ast.AST | Span,
        message: str,
        message_id: str = "",
        arguments: Mapping[str, str] | None = None,
        related: tuple[Place, ...] = (),
        flow: tuple[Place, ...] = (),
        fix: FixPlan | None = None,
        questions: tuple[Question, ...] = (),
        data: Mapping[str, Json] | None = None,
        also_at: tuple[ast.AST | Span, ...] = (),
    ) -> None:
        self.rule = rule
        self.name = name
        self.severity = severity
        self.where = where
        self.message = message
        self.message_id = message_id
        self.arguments = dict(arguments or {})
        self.related = related
        self.flow = flow
        self.fix = fix
        self.questions = questions
        self.data = dict(data or {})
        self.span: Span = where if isinstance(where, Span) else UNPLACED
        self.also_at = also_at  # where else a suppression of it counts; spans, once the engine has placed it
        self.path = ""
        self.definition = ""  # qualified name of the enclosing definition, empty at module level
        self.shape = ""  # digest of the enclosing statement, blind to layout; of a handler also of what it guards
        self.fingerprint = ""  # the identity that survives edits elsewhere in the file
        self.edits: tuple[Edit, ...] | None = None  # what the fix changes, once somebody asked

    def silenced_at(self) -> tuple[Span, ...]:
        """Where a suppression of it counts: where it stands, and the places that its rule named besides."""
        return (self.span, *(place for place in self.also_at if isinstance(place, Span)))

    def sort_key(self) -> tuple[str, int, int, str]:
        return (self.path, self.span.line, self.span.column, self.rule)

    def to_json(self) -> Json:
        """Everything but the path, which the cache keeps once a file, and the edits, which hold source text."""
        return [
            self.rule,
            self.name,
            self.severity.value,
            list(self.span.key()),
            self.message,
            self.message_id,
            self.arguments,
            [place.to_json() for place in self.related],
            [place.to_json() for place in self.flow],
            self.fix and self.fix.to_json(),
            [list(question.key()) for question in self.questions],
            self.data,
            self.definition,
            self.fingerprint,
            [list(span.key()) for span in self.silenced_at()[1:]],
            self.shape,
        ]

    @classmethod
    def from_json(cls, path: str, data: Json) -> Finding:
        finding = cls(
            data[0],
            data[1],
            Severity(data[2]),
            Span(*data[3]),
            data[4],
            data[5],
            data[6],
            tuple(map(Place.from_json, data[7])),
            tuple(map(Place.from_json, data[8])),
            data[9] and FixPlan.from_json(data[9]),
            tuple(Question(*key) for key in data[10]),
            data[11],
            tuple(Span(*key) for key in data[14]),
        )
        finding.path = path
        finding.definition = data[12]
        finding.fingerprint = data[13]
        finding.shape = data[15]
        return finding

    def copy(self) -> Finding:
        """One that can be changed while the cache keeps this one as it is."""
        fix = self.fix
        copy = Finding(
            self.rule,
            self.name,
            self.severity,
            self.span,
            self.message,
            self.message_id,
            self.arguments,
            self.related,
            self.flow,
            fix and FixPlan(fix.apply, fix.title, fix.safety, (), fix.data, fix.targets),
            self.questions,
            self.data,
            self.silenced_at()[1:] if self.also_at else (),
        )
        copy.path, copy.definition, copy.shape = self.path, self.definition, self.shape
        copy.fingerprint, copy.edits = self.fingerprint, self.edits
        return copy

    def __repr__(self) -> str:
        return f"<{self.rule} {self.path}:{self.span.line}:{self.span.column} {self.message!r}>"


UNPLACED = Span(0, 0, 0, 0)
