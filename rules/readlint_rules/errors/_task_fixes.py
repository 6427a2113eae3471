"""Fixes that keep a task, wait for it, or ask a future for its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

_SET = "_tasks"


def await_it(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return fix.expression(f"await {fix.text(node)}")


def iterate(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return fix.expression(f"list({fix.text(node)})")


def keep_task(
    node: cst.Expr | cst.Assign, fix: FixContext
) -> cst.FlattenSentinel[cst.BaseSmallStatement | cst.BaseStatement]:
    """Put the task into a set of the module, under the name that it has, or as `task`."""
    import libcst as cst

    own = _own_name(node)
    name = own or "task"
    taken = not own and fix.ctx.scope(fix.node).lookup(name) is not None
    if fix.ctx.function(fix.node) is None or taken:
        fix.refuse("the name that it needs is taken")
    kind = fix.text(fix.name_for("asyncio.Task", below_imports=True))
    fix.module_level(f"{_SET}: set[{kind}[object]] = set()")
    kept = node if own else cst.Assign([cst.AssignTarget(cst.Name(name))], node.value)
    return cst.FlattenSentinel(
        [kept, fix.statement(f"{_SET}.add({name})"), fix.statement(f"{name}.add_done_callback({_SET}.discard)")]
    )


def _own_name(node: cst.Expr | cst.Assign) -> str:
    """The one name that a task is bound to, if it is meant to be one."""
    import libcst as cst

    targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else []
    name = targets[0].value if len(targets) == 1 and isinstance(targets[0], cst.Name) else ""
    return "" if name == "_" else name


def ask_all(node: cst.With, fix: FixContext) -> cst.FlattenSentinel[cst.BaseStatement]:
    import libcst as cst

    if fix.ctx.scope(fix.node).lookup("future") is not None:
        fix.refuse("the name that it needs is taken")
    loop = cst.For(
        cst.Name("future"), cst.Name(fix.data["name"]), cst.IndentedBlock([fix.statement("future.result()")])
    )
    return cst.FlattenSentinel([node, loop])
