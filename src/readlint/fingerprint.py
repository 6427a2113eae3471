"""The identity of a finding: it survives edits elsewhere in the file, moved lines and reformatting.

It is made of the rule, the enclosing definition, the shape of the statement (its syntax without layout, quotes or
parentheses) and how often that combination came up before in the file.
"""

from __future__ import annotations

import ast
from collections import Counter

from readlint.analysis.tree import Parents
from readlint.digest import blake2b
from readlint.findings import Finding

#: Suites are not part of a compound statement's shape: an edit in its body leaves the finding what it was.
_SUITES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
_IGNORED = frozenset({"ctx", "kind", "type_comment", "type_ignores"})


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each class that are part of a shape."""

    def __init__(self, left_out: frozenset[str]) -> None:
        super().__init__()
        self.left_out = left_out

    def __missing__(self, cls: type[ast.AST]) -> tuple[str, ...]:
        self[cls] = fields = tuple(field for field in cls._fields if field not in self.left_out)
        return fields


_TOLD_FIELDS, _HEAD_FIELDS = _Fields(_IGNORED), _Fields(_IGNORED | _SUITES)


class Shapes:
    """The shapes of one file, each worked out once: all operations of a migration may be one statement."""

    def __init__(self, parents: Parents) -> None:
        self.parents = parents
        self._digests: dict[tuple[ast.AST, bool], str] = {}

    def of(self, node: ast.AST, *, secret: bool = False) -> str:
        """A digest of the statement around a node. Of a secret's it must not say which: short ones could be guessed.

        `except Exception:` stands many times in a file; what it guards tells them apart. That is a digest of its own
        behind a colon, so that the clause is known again when what it guards has changed.
        """
        shape, *guarded = (self._digest(one, secret) for one in self._told(node))
        return f"{shape}:{guarded[0]}" if guarded else shape

    def touch(self, node: ast.AST, lines: frozenset[int]) -> bool:
        """Whether a literal on one of these lines is part of the shape."""
        return any(_touches(one, lines) for one in self._told(node))

    def _told(self, node: ast.AST) -> list[ast.AST]:
        """The statement around a node, and the first one that it guards."""
        while not isinstance(node, (ast.stmt, ast.ExceptHandler, ast.Module)):
            parent = self.parents.get(node)
            if parent is None:
                break  # a rule has made it for a place in a file that is not Python
            node = parent
        guarded = getattr(self.parents[node], "body", []) if isinstance(node, ast.ExceptHandler) else []
        return [node, *guarded[:1]]

    def _digest(self, node: ast.AST, secret: bool) -> str:
        key = (node, secret)
        if key not in self._digests:
            tokens: list[str] = []
            _add_tokens(node, tokens, head_only=True, secret=secret)
            self._digests[key] = digest(tokens)
        return self._digests[key]


def _touches(node: ast.AST, lines: frozenset[int]) -> bool:
    heads = [getattr(node, field, None) for field in _HEAD_FIELDS[node.__class__]]
    parts = [part for head in heads for part in (head if isinstance(head, list) else [head])]
    inner = [one for part in parts if isinstance(part, ast.AST) for one in ast.walk(part)]
    constants = [one for one in inner if isinstance(one, ast.Constant)]
    return any(not lines.isdisjoint(range(one.lineno, (one.end_lineno or one.lineno) + 1)) for one in constants)


def _add_tokens(node: ast.AST, tokens: list[str], *, head_only: bool = False, secret: bool = False) -> None:
    cls = node.__class__
    tokens.append(cls.__name__)
    if isinstance(node, ast.Constant):
        if node.value is not None and not secret:
            tokens.append(node.value if isinstance(node.value, str) else repr(node.value))
        return
    for field in _HEAD_FIELDS[cls] if head_only else _TOLD_FIELDS[cls]:
        value = getattr(node, field, None)
        # Empty fields are skipped: what a later Python adds to a class does not change the shape.
        if value is None:
            continue
        if value.__class__ is list:
            for item in value:
                if item.__class__ is ast.Name:
                    tokens += ("Name", item.id)
                elif isinstance(item, ast.AST):
                    _add_tokens(item, tokens, secret=secret)
                else:
                    tokens.append(str(item))
        elif value.__class__ is ast.Name:  # what most nodes are
            tokens += ("Name", value.id)
        elif isinstance(value, ast.AST):
            _add_tokens(value, tokens, secret=secret)
        else:
            tokens.append(value if isinstance(value, str) else repr(value))


def digest(parts: list[str]) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=8).hexdigest()


def assign(findings: list[Finding]) -> None:
    """Give every finding of one file its fingerprint. They must be sorted by position."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        key = (finding.rule, finding.definition, finding.shape)
        finding.fingerprint = digest([*key, str(seen[key])])
        seen[key] += 1
