"""The parameters of a query as code: what is bound, and the tuple, list or dictionary around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readlint_rules.sql._layout import Slot
from readlint_rules.sql._plan import Parameter, Plan
from readlint_rules.sql._texts import is_text

if TYPE_CHECKING:
    from readlint.api import FixContext


class ParameterWriter:
    """`codes` are expressions that stood in f-strings, as they were written there."""

    def __init__(self, plan: Plan, fix: FixContext, codes: Mapping[Slot, str]) -> None:
        self.plan, self.fix, self.ctx, self.codes = plan, fix, fix.ctx, codes

    def container(self) -> str:
        existing = self.plan.existing
        if self.plan.by_name:
            new = ", ".join(f'"{one.name}": {self.value(one)}' for one in self.plan.parameters)
            old = self.ctx.text(existing)[1:-1].strip().rstrip(",") if existing is not None else ""
            return f"{{{', '.join(filter(None, [old, new]))}}}"
        elements = existing.elts if isinstance(existing, (ast.Tuple, ast.List)) else []
        given: list[str] = []
        for number in range(len(elements) + 1):
            given += [self.value(one) for one in self.plan.parameters if one.at == number]
            given += [self.ctx.text(elements[number])] if number < len(elements) else []
        if isinstance(existing, ast.List):
            return f"[{', '.join(given)}]"
        return f"({', '.join(given)}{',' if len(given) == 1 else ''})"

    def varargs(self) -> str:
        return ", ".join(self.value(one) for one in self.plan.parameters)

    def bindparams(self) -> str:
        return f".bindparams({', '.join(self.bound())})"

    def bound(self) -> Iterator[str]:
        for one in (one for one in self.plan.parameters if one.many):
            make = self.fix.text(self.fix.name_for("sqlalchemy.bindparam"))
            yield f'{make}("{one.name}", value={self.value(one)}, expanding=True)'
        yield from (f"{one.name}={self.value(one)}" for one in self.plan.parameters if not one.many)

    # One of them

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
        parts = list(zip(one.parts, codes, strict=True))
        if not any(isinstance(part, Slot) and set("\"'\\\n#{") & set(code) for part, code in parts):
            inner = (_quoted(part) if isinstance(part, str) else f"{{{code}{_format(part)}}}" for part, code in parts)
            return f'f"{"".join(inner)}"'
        if any(_format(part) for part in one.slots):
            self.fix.refuse("the expression does not fit into an f-string")
        terms = (f'"{_escaped(part)}"' if isinstance(part, str) else f"str({code})" for part, code in parts)
        return " + ".join(terms)

    def of_part(self, slot: Slot) -> str:
        is_number = slot.form == "percent" and slot.spec in "di"
        return f"int({self.expression(slot)})" if is_number else self.expression(slot)

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


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")


def _quoted(text: str) -> str:
    return _escaped(text).replace("{", "{{").replace("}", "}}")
