"""The tokens of a query, with what is asked of them: which statement, clause or list is it?"""

from __future__ import annotations

from readlint_rules.sql._model import Hole, Skeleton
from readlint_rules.sql._tokens import Token
from readlint_rules.sql._words import CLAUSES


class Sentence:
    """`openers` has for each token the parenthesis that it stands in, -1 for none."""

    def __init__(self, tokens: list[Token], skeleton: Skeleton) -> None:
        self.tokens = tokens
        self.skeleton = skeleton
        self.openers = _openers(tokens)

    def word(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def statement(self, index: int) -> str:
        """The first word of the statement that a token belongs to."""
        while index > 0 and self.word(index - 1) != ";":
            index -= 1
        return self.word(index)

    def is_word(self, index: int, *words: str) -> bool:
        return self.word(index) in words and self.tokens[index].kind in ("word", "symbol")

    def is_value(self, index: int) -> bool:
        """A literal, a placeholder or a number that is put in."""
        token = self.tokens[index] if index >= 0 else None
        if token is None or token.kind in ("number", "string", "placeholder"):
            return token is not None
        holes = [self.skeleton.pieces[number] for number in token.holes]
        return bool(holes) and all(isinstance(hole, Hole) and hole.spec.endswith("d") for hole in holes)

    def is_between(self, index: int) -> bool:
        depth = 0
        for number in range(index - 2, -1, -1):
            word = self.word(number)
            depth += (word == ")") - (word == "(")
            if depth < 0 or word in ("AND", "OR", "WHERE"):
                return False
            if word == "BETWEEN" and not depth:
                return True
        return False

    def in_values(self, opener: int) -> bool:
        """Whether a parenthesis opens a row of VALUES."""
        owner = self.word(opener - 1)
        while owner == "," and opener >= 2 and self.word(opener - 2) == ")":
            depth, opener = 0, opener - 2
            while opener > 0:
                depth += (self.word(opener) == ")") - (self.word(opener) == "(")
                if not depth:
                    break
                opener -= 1
            owner = self.word(opener - 1)
        return owner in ("VALUES", "VALUE")

    def is_column_list(self, opener: int) -> bool:
        """`INSERT INTO t (a, b)`, `ON CONFLICT (a)`, `USING (a)`, `PARTITION (a)`"""
        if self.word(opener - 1) in ("CONFLICT", "USING", "KEY", "UNIQUE", "PARTITION", "OVER", "BY", "DISTINCT"):
            return True
        start = opener - 1
        while start > 0 and self.word(start) not in ("INTO", "REFERENCES", ";", ")", "("):
            start -= 1
            if opener - start > 8:
                return False
        return self.word(start) in ("INTO", "REFERENCES")

    def clause(self, index: int) -> str:
        depth = 0
        for number in range(index - 1, -1, -1):
            word = self.word(number)
            depth += (word == ")") - (word == "(")
            if (
                not depth
                and self.tokens[number].kind == "word"
                and (word in CLAUSES or word in ("OFFSET", "EXEC", "EXECUTE", "NOTIFY", "JOIN", "RETURNING"))
            ):
                return word
            if depth < 0:
                return ""
        return ""


def _openers(found: list[Token]) -> list[int]:
    """For each token the parenthesis that it stands in, -1 for none."""
    stack: list[int] = []
    openers: list[int] = []
    for index, token in enumerate(found):
        if token.text == ")" and token.kind == "symbol" and stack:
            stack.pop()
        openers.append(stack[-1] if stack else -1)
        if token.text == "(" and token.kind == "symbol":
            stack.append(index)
    return openers
