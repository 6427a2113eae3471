"""A plan for parameters as code: the literals without what was put in, and the call with the parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from readlint_rules.sql._drivers import PERCENT
from readlint_rules.sql._layout import Cell, Slot
from readlint_rules.sql._plan import Parameter, Plan
from readlint_rules.sql._texts import is_text

if TYPE_CHECKING:
    from readlint.api import FixContext

_UNITS = re.compile(r"(?s)\\(?:N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|\r\n|.)|\r\n|.")
_RAW_UNITS = re.compile(r"(?s)\r\n|.")
_BRACED = re.compile(r"\{\{|\}\}")
_PLUS = re.compile(r"\s*(?:\\\r?\n\s*)?\+\s*(?:\\\r?\n\s*)?")
_PLAIN = re.compile(r"""(?s)([rR]?)(["'])((?:(?!\2)[^\\\n]|\\.)*)\2""")


class Writer:
    """The new text of each node of a plan."""

    def __init__(self, plan: Plan, fix: FixContext) -> None:
        self.plan, self.fix, self.ctx = plan, fix, fix.ctx
        self.text = self.ctx.source.text
        self.edits: list[tuple[int, int, str]] = []
        self.codes: dict[Slot, str] = {}

    def code(self, node: ast.expr) -> str:
        for leaf in self.plan.layout.leaves:
            self.edits.append((*self.extent(leaf), self.leaf(leaf)))
        for template in self.plan.layout.templates:
            self.template(template)
        for total, operands in reversed(self.plan.layout.sums):
            self.sum(total, operands)
        if node is self.plan.root:
            self.call()
        return self.slice(*self.extent(node))

    def extent(self, node: ast.AST) -> tuple[int, int]:
        span = self.ctx.source.span(node)
        return self.ctx.source.offset(span.line, span.column), self.ctx.source.offset(span.end_line, span.end_column)

    def slice(self, start: int, end: int) -> str:
        """The text there with the edits that lie in it, which are used up."""
        mine = sorted(edit for edit in self.edits if start <= edit[0] and edit[1] <= end)
        self.edits = [edit for edit in self.edits if edit not in mine]
        made, at = [], start
        for first, last, new in mine:
            made += [self.text[at:first], new]
            at = last
        return "".join([*made, self.text[at:end]])

    # Literals

    def leaf(self, leaf: ast.expr) -> str:
        cells = iter([cell for cell in self.plan.layout.cells if cell.leaf is leaf])
        code = self.part(self.fix.expression(self.fix.text(leaf)), cells)
        if next(cells, None) is not None:
            self.fix.refuse("the literal is written in a way that is not understood")
        return code

    def part(self, node: cst.BaseExpression, cells: Iterator[Cell]) -> str:
        if isinstance(node, cst.ConcatenatedString):
            left = self.part(node.left, cells)
            between = self.fix.text(node.whitespace_between)
            return f"{left}{between}{self.part(node.right, cells)}"
        if isinstance(node, cst.SimpleString):
            inner = "".join(text for text, _ in self.units(node.raw_value, node.prefix, cells, None))
            return f"{node.prefix}{node.quote}{inner}{node.quote}"
        if isinstance(node, cst.FormattedString):
            return self.formatted(node, cells)
        return self.fix.refuse("the query is not written as plain text")

    def formatted(self, node: cst.FormattedString, cells: Iterator[Cell]) -> str:
        texts: list[tuple[str, bool]] = []
        has_holes = False
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                texts += self.units(part.value, node.prefix, cells, _BRACED)
            elif isinstance(part, cst.FormattedStringExpression):
                text, is_hole = self.hole(part, self.next(cells), node)
                texts.append((text, False))
                has_holes = has_holes or is_hole
        prefix = node.prefix if has_holes else re.sub("[fF]", "", node.prefix)
        inner = "".join(text if has_holes or not is_own else _single(text) for text, is_own in texts)
        return f"{prefix}{node.start[len(node.prefix) :]}{inner}{node.end}"

    def hole(self, part: cst.FormattedStringExpression, cell: Cell, node: cst.FormattedString) -> tuple[str, bool]:
        if cell.slot is None:
            self.fix.refuse("the literal is written in a way that is not understood")
        self.codes[cell.slot] = self.fix.text(part.expression)
        if cell.spreads is not None:
            return self.opened(cell, f"{{{self.placeholders(cell.spreads, _other(node.start))}}}"), True
        return (self.fix.text(part), True) if cell.stays else (f"{cell.head}{cell.text}{cell.tail}", False)

    def opened(self, cell: Cell, code: str) -> str:
        """In the parentheses of `IN`, where what was put in brought them: `IN {tuple(ids)}`."""
        return f"({code})" if cell.brings_parentheses else code

    def units(
        self, raw: str, prefix: str, cells: Iterator[Cell], braces: re.Pattern[str] | None
    ) -> Iterator[tuple[str, bool]]:
        """What is written for each character, and whether it is as it was: the query may have something else there."""
        pattern = _RAW_UNITS if "r" in prefix.lower() else _UNITS
        at = 0
        while at < len(raw):
            match = (braces.match(raw, at) if braces else None) or pattern.match(raw, at)
            assert match is not None
            at = match.end()
            if match[0] in ("\\\n", "\\\r\n") and pattern is _UNITS:
                yield match[0], True
                continue
            cell = self.next(cells)
            is_own = cell.text == cell.old
            yield cell.head, False
            yield match[0] if is_own else cell.text, is_own
            yield cell.tail, False

    def next(self, cells: Iterator[Cell]) -> Cell:
        cell = next(cells, None)
        return cell or self.fix.refuse("the literal is written in a way that is not understood")

    def placeholders(self, items: ast.expr, quote: str) -> str:
        """`", ".join("?" * len(ids))`"""
        many = f"[{quote}%s{quote}]" if self.plan.style == PERCENT else f"{quote}{self.plan.style}{quote}"
        return f"{quote}, {quote}.join({many} * len({ast.unparse(items)}))"

    # What puts literals together

    def template(self, node: ast.BinOp | ast.Call) -> None:
        """Only the template is left of `template % values` and `template.format(values)`."""
        is_call = isinstance(node, ast.Call)
        template = node.func.value if isinstance(node, ast.Call) else node.left  # type: ignore[attr-defined]
        _, end = self.extent(template)
        last = self.extent(node)[1]
        closing, found, _ = self.text[end:last].partition("." if is_call else "%")
        if closing.strip(") \t\r\n") or not found:
            self.fix.refuse("a comment would be lost")
        self.edits.append((end + len(closing.rstrip()), last, ""))

    def sum(self, total: ast.BinOp, operands: list[ast.expr]) -> None:
        """The sum without the operands that are parameters now; literals that were parted by one are one again."""
        slots = {cell.slot.node: cell for cell in self.plan.layout.cells if cell.slot and cell.leaf is None}
        made: list[str] = []
        gap, end = False, self.extent(total)[0]
        for number, operand in enumerate(operands):
            start, stop = self.extent(operand)
            between, end = self.text[end:start], stop
            cell = slots.get(operand)
            code = self.slice(start, stop) if cell is None or cell.spreads is None else self.spread(cell)
            if number and not _PLUS.fullmatch(between):
                self.fix.refuse("there are parentheses in the sum")
            if (cell is not None and not cell.stays) or (code in ('""', "''") and self.text[start:stop] != code):
                gap = True
                continue
            merged = _merged(made[-1], code) if made and gap and "\n" not in between else None
            if merged is not None:
                made[-1] = merged
            else:
                made += [between, code] if made else [code]
            gap = False
        if not made or self.extent(total)[1] != end or self.extent(operands[0])[0] != self.extent(total)[0]:
            self.fix.refuse("nothing is left of the sum, or there are parentheses in it")
        self.edits.append((*self.extent(total), "".join(made)))

    def spread(self, cell: Cell) -> str:
        assert cell.spreads is not None
        code = self.placeholders(cell.spreads, '"')
        return f'"(" + {code} + ")"' if cell.brings_parentheses else code

    # The parameters

    def call(self) -> None:
        plan = self.plan
        if plan.way == "compose":
            self.compose()
        elif plan.way == "bindparams":
            _, end = self.extent(plan.root)
            self.edits.append((end, end, f".bindparams({', '.join(self.bound())})"))
        elif plan.way == "varargs":
            self.insert(plan.root.args[-1], ", ".join(self.value(one) for one in plan.parameters))
        elif plan.existing is None:
            self.insert(plan.root.args[0], self.container())
        else:
            self.edits.append((*self.extent(plan.existing), self.container()))

    def compose(self) -> None:
        start, end = self.extent(self.plan.query.run.query)
        module = f"{self.plan.driver.name}.sql"
        make, name = (self.fix.text(self.fix.name_for(f"{module}.{one}")) for one in ("SQL", "Identifier"))
        names = ", ".join(f"{name}({self.expression(slot)})" for slot in self.plan.names)
        self.edits += [(start, start, f"{make}("), (end, end, f").format({names})")]

    def insert(self, after: ast.expr, code: str) -> None:
        """One more argument, on a line of its own where the one before it has one."""
        start, end = self.extent(after)
        following = next((one for one in self.following(after)), None)
        rest = self.text[end : following if following is not None else self.extent(self.plan.root)[1] - 1]
        if "#" in rest:
            self.fix.refuse("a comment stands where the parameters go")
        closing = re.match(r"(?:\s*\))*", rest)
        end += closing.end() if closing is not None else 0
        line = self.text.rfind("\n", 0, start) + 1
        indent = self.text[line:start]
        between = f",{self.ctx.source.newline}{indent}" if not indent.strip() else ", "
        self.edits.append((end, end, f"{between}{code}"))

    def following(self, after: ast.expr) -> Iterator[int]:
        arguments = [*self.plan.root.args, *(keyword.value for keyword in self.plan.root.keywords)]
        starts = sorted(self.extent(one)[0] for one in arguments)
        yield from (start for start in starts if start > self.extent(after)[0])

    def container(self) -> str:
        plan, existing = self.plan, self.plan.existing
        if plan.by_name:
            new = ", ".join(f'"{one.name}": {self.value(one)}' for one in plan.parameters)
            old = self.ctx.text(existing)[1:-1].strip().rstrip(",") if existing is not None else ""
            return f"{{{', '.join(filter(None, [old, new]))}}}"
        elements = existing.elts if isinstance(existing, (ast.Tuple, ast.List)) else []
        given: list[str] = []
        for number in range(len(elements) + 1):
            given += [self.value(one) for one in plan.parameters if one.at == number]
            given += [self.ctx.text(elements[number])] if number < len(elements) else []
        if isinstance(existing, ast.List):
            return f"[{', '.join(given)}]"
        return f"({', '.join(given)}{',' if len(given) == 1 else ''})"

    def bound(self) -> Iterator[str]:
        lists = [one for one in self.plan.parameters if one.many]
        for one in lists:
            make = self.fix.text(self.fix.name_for("sqlalchemy.bindparam"))
            yield f'{make}("{one.name}", value={self.value(one)}, expanding=True)'
        yield from (f"{one.name}={self.value(one)}" for one in self.plan.parameters if not one.many)

    def value(self, one: Parameter) -> str:
        """The expression that is bound."""
        if one.many:
            items = self.expression(one.slots[0])
            items = f"map(str, {items})" if one.of_text else items
            return f"*{items}" if one.many == "spread" else f"{one.many}({items})"
        if one.bare:
            return self.number(one.slots[0])
        if len(one.parts) == 1 and not one.slots[0].spec.strip("s") and one.slots[0].conversion in ("", "s"):
            slot = one.slots[0]
            is_known = not slot.path and is_text(slot.node, self.ctx)
            return self.without_str(slot) if is_known else f"str({self.expression(slot)})"
        return self.joined(one)

    def number(self, slot: Slot) -> str:
        if slot.form == "percent" and slot.spec in ("d", "i"):
            return f"int({self.expression(slot)})"
        inner = _wrapped(slot.node, ("str", "repr"))
        return self.expression(Slot(inner, slot.form)) if inner is not None else self.expression(slot)

    def without_str(self, slot: Slot) -> str:
        inner = _wrapped(slot.node, ("str",))
        return self.expression(Slot(inner, slot.form)) if inner and is_text(inner, self.ctx) else self.expression(slot)

    def joined(self, one: Parameter) -> str:
        """`f"%{name}%"`, or a sum where the expression does not fit into an f-string."""
        codes = [part if isinstance(part, str) else self.of_part(part) for part in one.parts]
        if not any(
            isinstance(part, Slot) and set("\"'\\\n#{") & set(code) for part, code in zip(one.parts, codes, strict=True)
        ):
            inner = "".join(
                _quoted(part) if isinstance(part, str) else f"{{{code}{_format(part)}}}"
                for part, code in zip(one.parts, codes, strict=True)
            )
            return f'f"{inner}"'
        if any(_format(part) for part in one.slots):
            self.fix.refuse("the expression does not fit into an f-string")
        terms = [
            f'"{_escaped(part)}"' if isinstance(part, str) else f"str({code})"
            for part, code in zip(one.parts, codes, strict=True)
        ]
        return " + ".join(terms)

    def of_part(self, slot: Slot) -> str:
        return (
            f"int({self.expression(slot)})" if slot.form == "percent" and slot.spec in "di" else self.expression(slot)
        )

    def expression(self, slot: Slot) -> str:
        if slot in self.codes:
            return self.codes[slot]
        if slot.path:
            return self.ctx.text(slot.node) + slot.path
        return ast.unparse(slot.node) if slot.form == "fstring" else self.ctx.text(slot.node)


def _wrapped(node: ast.expr, names: tuple[str, ...]) -> ast.expr | None:
    is_wrapped = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    return node.args[0] if is_wrapped and isinstance(node, ast.Call) and len(node.args) == 1 else None


def _format(slot: Slot) -> str:
    if slot.form == "percent":
        return ""
    return (f"!{slot.conversion}" if slot.conversion else "") + (f":{slot.spec}" if slot.spec else "")


def _other(quotes: str) -> str:
    return "'" if '"' in quotes else '"'


def _single(text: str) -> str:
    return {"{{": "{", "}}": "}"}.get(text, text)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")


def _quoted(text: str) -> str:
    return _escaped(text).replace("{", "{{").replace("}", "}}")


def _merged(first: str, second: str) -> str | None:
    """Two literals of one kind as one."""
    left, right = _PLAIN.fullmatch(first), _PLAIN.fullmatch(second)
    if left is None or right is None or left[1] != right[1] or left[2] != right[2]:
        return None
    return f"{left[1]}{left[2]}{left[3]}{right[3]}{left[2]}"


def written(plan: Plan, node: ast.expr, fix: FixContext) -> cst.BaseExpression:
    return fix.expression(Writer(plan, fix).code(node))
