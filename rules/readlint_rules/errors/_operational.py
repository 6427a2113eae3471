"""What is lost when an operational error is swallowed: work, an answer from elsewhere, a local reading, or nothing."""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterator

from readlint.api import (
    Breadth,
    Context,
    body_of,
    class_breadth,
    comments_at,
    dotted,
    last_name,
    parameters,
    walk,
    walk_own,
)

#: A wait that ends. Whoever catches it alone asked for that.
_TIMEOUTS = frozenset(
    [
        "TimeoutError",
        "asyncio.TimeoutError",
        "asyncio.exceptions.TimeoutError",
        "concurrent.futures.TimeoutError",
        "socket.timeout",
        "subprocess.TimeoutExpired",
    ]
)
#: The other side went away, which it may. By last name.
_HANGUPS = frozenset(
    [
        "BrokenPipeError",
        "ClientConnectionResetError",  # aiohttp 3.10
        "ConnectionAbortedError",
        "ConnectionResetError",
        "RemoteDisconnected",  # http.client
        "ServerDisconnectedError",  # aiohttp 3
    ]
)
#: What the machine itself says: a file, a process, a name, a permission, a socket.
_LOCAL = frozenset(
    [
        "ChildProcessError",
        "ConnectionError",
        "ConnectionRefusedError",
        "EnvironmentError",
        "IOError",
        "IsADirectoryError",
        "OSError",
        "PermissionError",
        "WindowsError",
        "select.error",
        "socket.error",
        "socket.gaierror",
        "socket.herror",
        "ssl.SSLError",
        "subprocess.CalledProcessError",
        "subprocess.SubprocessError",
    ]
)
#: The row is there already, by last name: Django, SQLAlchemy, DB-API drivers; psycopg 3, asyncpg 0.29, pymongo 4.
_CONFLICTS = frozenset(["DuplicateKeyError", "IntegrityError", "UniqueViolation", "UniqueViolationError"])
#: Packages whose calls ask a service of somebody else.
_SERVICES = ("aiohttp.", "botocore.", "grpc.", "httpx.", "requests.", "smtplib.", "stripe.", "urllib.", "urllib3.")

#: First words of calls that store something or give it to somebody.
_STORED = re.compile(
    r"_*(?:writestr|write_text|write_bytes|write_file|save|dump|commit|post|patch|publish|upload|store|persist|insert_many"
    r"|insert_one|rename|replace|move|copy|copyfile|copy2|copytree|copyfileobj|fsync|push|submit|enqueue|notify"
    r"|extractall|backup|restore|import|export|install|deliver|transfer|savez|savetxt|saveas|sendmail)(?:_\w+)?"
)
#: Calls on a stream, which may be a file, or somebody who has left.
_SENT = re.compile(r"_*(?:write|writelines|send|sendall|sendto)(?:_\w+)?")
#: Calls that only look at something, wait, tune, let go or fill a container, by the first word of their name.
_IDLE = re.compile(
    r"_*(?:a?close|accept|acquire|add|append|bind|cancel|check|chmod|chown|clear|communicate|connect|detach|discard"
    r"|drain|drain_events|exists|extend|fchmod|fchown|feed|fetch|find|get|getsockopt|insert|ioctl|is|iter|join|kill"
    r"|killpg|lchown|listen|load|loads|log|lookup|makedirs|mkdir|next|open|parse|peek|poll|print|query|read|readinto"
    r"|readline|recv|recvfrom|release|remove|resolve|result|reverse|rmdir|rmtree|scan|seek|select|send_signal"
    r"|set_blocking|setblocking|setdefault|setsockopt|settimeout|shutdown|signal|sleep|sort|stat|stop|symlink|tcsetattr"
    r"|tcsetpgrp|tell|terminate|unlink|update|utime|verify|wait|wait_for|walk|warn|warning|debug|info|error|aread"
    r"|flush|umask|setpgid|setsid|nice|lock|unlock|flock|lockf|refresh|reload|discover|probe|ping|pop)(?:_\w+)?",
    re.IGNORECASE,
)
#: Pipes, terminals and replies to a client, whose other end may be gone: who reads there finds out.
_PIPES = frozenset(
    [
        "stdin",
        "stdout",
        "stderr",
        "pipe",
        "_pipe",
        "tty",
        "stdout_logger",
        "stderr_logger",
        "wfile",
        "response",
        "resp",
        "transport",
    ]
)
_READERS = frozenset(["fopen", "open", "read_bytes", "read_text"])
_WRITING_MODE = re.compile(r"[rbtU]*[wax+][rwabtx+U]*")


class Loss(enum.IntEnum):
    """What did not happen, or is not known, after the error was swallowed."""

    NOTHING = 0  # an end of waiting, a hang-up, a look at the machine
    READING = 1  # a file or a row that could not be read
    CONFLICT = 2  # a row that is there already, or that breaks another constraint
    CALL = 3  # a call made for its effect, whatever that is
    ANSWER = 4  # what another system would have said
    WORK = 5  # something that was to be written, sent or stored


def loss(body: list[ast.stmt], classes: list[str | None], ctx: Context) -> Loss:
    """What is lost when a `try` body fails with one of these classes."""
    caught = {name.removeprefix("builtins.") for name in classes if name and _is_operational(name, ctx)}
    last_names = {name.rpartition(".")[2] for name in caught}
    inside = [part for statement in body for part in walk_own(statement)]
    if last_names <= _HANGUPS or (caught <= _TIMEOUTS and is_in_loop(body[0], ctx)):
        return Loss.NOTHING
    if (last_names and all("NotFound" in name for name in last_names)) or _is_tried_after_all(body, ctx):
        return Loss.NOTHING
    if last_names & _CONFLICTS:
        return Loss.CONFLICT
    if _stores(body):
        return Loss.WORK
    if caught <= _TIMEOUTS:
        return Loss.CALL if is_work(body) else Loss.NOTHING
    if any(name.startswith(_SERVICES) or name in ctx.settings.operational_exceptions for name in caught):
        return Loss.ANSWER
    if not all(name in _LOCAL | _TIMEOUTS or name.rpartition(".")[2] in _HANGUPS or name[0] == "." for name in caught):
        return Loss.CALL
    if any(not _IDLE.fullmatch(name) for name in _effects(inside)):
        return Loss.CALL
    return Loss.READING if any(map(_opens, inside)) else Loss.NOTHING


def _is_tried_after_all(body: list[ast.stmt], ctx: Context) -> bool:
    """The last try stands behind the loop, or in its `else`, and may raise."""
    loop = ctx.enclosing(body[0], ast.For, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    if not isinstance(loop, (ast.For, ast.While)):
        return False
    suite: list[ast.stmt] = getattr(ctx.parent(loop), "body", [])
    behind = [*loop.orelse, *(suite[suite.index(loop) + 1 :] if loop in suite else [])]
    tried = {ctx.text(one) for one in body}
    return any(ctx.text(one) in tried for one in behind)


def is_work(body: list[ast.stmt]) -> bool:
    """Whether something is to be written, sent or stored, and not only in some cases."""
    inside = [part for statement in _unconditional(body) for part in walk_own(statement)]
    return _stores(body) or any(_SENT.fullmatch(name) for name in _effects(inside))


def _stores(body: list[ast.stmt]) -> bool:
    inside = [part for statement in _unconditional(body) for part in walk_own(statement)]
    return any(_STORED.fullmatch(name) for name in _effects(inside)) or any(map(_opens_to_write, inside))


def _unconditional(body: list[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        if isinstance(statement, ast.If):
            yield statement.test
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            yield from statement.items
            yield from _unconditional(statement.body)
        elif isinstance(statement, (ast.For, ast.AsyncFor, ast.While, ast.Try)):
            yield from _unconditional(statement.body)
        else:
            yield statement


def is_in_loop(node: ast.AST, ctx: Context) -> bool:
    """Whether a node is tried again and again, as in a polling loop."""
    loop = ctx.enclosing(node, ast.For, ast.AsyncFor, ast.While)
    return loop is not None and ctx.function(loop) is ctx.function(node)


def _is_operational(name: str, ctx: Context) -> bool:
    return class_breadth(name, ctx) is Breadth.OPERATIONAL


def _effects(inside: list[ast.AST]) -> Iterator[str]:
    """The last names of calls whose result nobody takes."""
    for part in inside:
        value = part.value if isinstance(part, ast.Expr) else None
        value = value.value if isinstance(value, ast.Await) else value
        if isinstance(value, ast.Call) and not _is_to_a_pipe(value):
            yield last_name(value.func) or ""


def _is_to_a_pipe(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    own = dotted(call.func) in ("self.write", "self.flush", "self.write_message")  # of a request's handler in tornado
    return own or last_name(call.func.value) in _PIPES


def _opens(part: ast.AST) -> bool:
    """A file is read, but none that the system makes up."""
    if not isinstance(part, ast.Call) or last_name(part.func) not in _READERS:
        return False
    texts = [inner.value for inner in walk(part) if isinstance(inner, ast.Constant)]
    return not any(isinstance(text, str) and text.startswith(("/proc", "/sys", "/etc", "/dev")) for text in texts)


def _opens_to_write(part: ast.AST) -> bool:
    if not isinstance(part, ast.Call) or last_name(part.func) not in ("open", "fopen"):
        return False
    modes = [*part.args[:2], *(keyword.value for keyword in part.keywords if keyword.arg == "mode")]
    texts = [mode.value for mode in modes if isinstance(mode, ast.Constant) and isinstance(mode.value, str)]
    return any(_WRITING_MODE.fullmatch(text) for text in texts)


#: A failure by its name, but no word of it says that something is merely missing, over, or not meant for here.
_FAILURE_NAME = re.compile(r"\w*(?:Error|Exception|Failure|Failed|Fault)")
_ANSWER_NAME = re.compile(
    r"Not|No[A-Z]|Missing|Unknown|Unsupported|Exist|Already|Empty|Stop|Cancel|Interrupt|Exit|Skip|Abort|Closed|Expired"
    r"|Invalid|Malformed|Pars(?:e|ing)|Decod|Encod|Syntax|Format|Schema|Validat|Undefined|Template|Version|Bad[A-Z]"
    r"|Attribute|Lookup|Import|Config|Option|Type|Value|Key|Range|Limit|Illegal|Incompatible|Disallowed|Redirect"
    r"|Conflict|Duplicate|Conversion|Translat|Unavailable|Disconnect|EOF|Recursion|Assertion|Runtime|Ambiguous|Timeout|Pending|Rollback"
)


def is_failure_by_name(name: str | None) -> bool:
    """Whether a class that no table knows sounds like a failed operation: `StorageError`, not `CacheMiss`."""
    last = (name or "").rpartition(".")[2]
    own = name is not None and "." in name and not name.startswith("asyncio.")
    return own and bool(_FAILURE_NAME.fullmatch(last)) and not _ANSWER_NAME.search(last)


def is_read_again(node: ast.stmt | ast.ExceptHandler, ctx: Context) -> bool:
    """Get or create: after the conflict the row of the winner is read, in the handler or behind the `try`.

    With `ignore_conflicts=True` nobody wants to know of one either.
    """
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    if any(isinstance(part, ast.keyword) and part.arg == "ignore_conflicts" for part in walk(statement)):
        return True
    function = ctx.function(node) or ctx.tree
    after = (part for part in walk(function) if isinstance(part, ast.Call) and part.lineno > node.lineno)
    return any(_READ_AGAIN.fullmatch(last_name(call.func) or "") for call in after)


_READ_AGAIN = re.compile(
    r"_*(?:get|a?get|fetch|fetchone|fetchall|fetchrow|find|find_one|first|filter|query|scalar\w*|select|one|one_or_none"
    r"|read|load|refresh_from_db|refresh|exists)(?:_\w+)?"
)


def says_failure_by_value(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`return True` at the end and `return False` in the handler: the failure is told, though not what it was."""
    last = handler.body[-1]
    if isinstance(last, ast.Assign):
        beside = getattr(ctx.parent(handler), "body", []) + getattr(ctx.parent(handler), "orelse", [])
        target = ast.dump(last.targets[0])
        stored = [part for part in beside if isinstance(part, ast.Assign) and ast.dump(part.targets[0]) == target]
        return _is(last.value, False) and any(_is(part.value, True) for part in stored)
    function = ctx.function(handler)
    if not (isinstance(last, ast.Return) and _is(last.value, False)) or function is None:
        return False
    inside = (part for statement in body_of(function) for part in walk_own(statement))
    return any(isinstance(part, ast.Return) and _is(part.value, True) for part in inside)


def _is(value: ast.expr | None, constant: bool) -> bool:
    return isinstance(value, ast.Constant) and value.value is constant


def looks_at_the_error(handler: ast.ExceptHandler) -> bool:
    """`if error.status == 404: ...`, or a call that is given the error: the handler knows what it deals with."""
    for part in (inner for statement in handler.body for inner in walk_own(statement)):
        if isinstance(part, (ast.If, ast.While, ast.IfExp)) and _names(part.test, handler.name):
            return True
        if isinstance(part, ast.Call) and any(isinstance(a, ast.Name) and a.id == handler.name for a in part.args):
            return True
        if isinstance(part, ast.Match) and _names(part.subject, handler.name):
            return True
    return False


def _names(node: ast.AST, name: str | None) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in walk(node))


#: Names and docstrings of functions that announce silence beyond what `announces_fallback` knows.
_TOLERANT_NAME = re.compile(r"_*(?:\w+_)?(?:on|ignore|ignoring|suppress|catch|swallow)_(?:\w+_)?(?:errors?|failures?)")
_TOLERANT_PART = re.compile(r"cache|telemetry|usage|stats|metrics|analytics|heartbeat|warm_?up|prefetch|fallback")
_DEFAULT = re.compile(r"default|fallback", re.IGNORECASE)
_TOLERANT_PROBE = re.compile(r"_*(?:async_)?(?:check|ping|probe|test|discover|detect|wait)(?:_\w+)?")
_PROMISE = re.compile(r"\A\s*(?:try|tries|attempts?)\b|non-?fatal|\bfalls? back|best.?effort", re.IGNORECASE)
_SILENCE = re.compile(
    r"ignor|suppress|swallow|silent|prevent|best.?effort|harmless|optional|n.t (?:really )?care|doesn't matter"
    r"|not (?:critical|fatal)|expected|already|may (?:be|have|not)|might|not (?:all|every|have)|n.t have|fallback"
    r"|fall back|disconnect|gone|retry|try again|proceed|anyway|without it|continu|if (?:possible|available|supported)",
    re.IGNORECASE,
)


def is_tolerant(node: ast.AST, ctx: Context) -> bool:
    """The file, the function or a comment at the head of the statement says that it only tries."""
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    if any(says_silence(text) for text in comments_at(statement, ctx)):
        return True
    if _TOLERANT_PART.search(ctx.path.rpartition("/")[2]):
        return True
    function = ctx.function(node)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    name = function.name
    return bool(
        _TOLERANT_NAME.fullmatch(name)
        or _TOLERANT_PROBE.fullmatch(name)
        or _TOLERANT_PART.search(name.lower())
        or _PROMISE.search(ast.get_docstring(function, clean=False) or "")
    )


def gives_default(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`return DEFAULT_LIMITS`, or a parameter: a value that was made for this."""
    values = [part.value for part in handler.body if isinstance(part, (ast.Return, ast.Assign)) and part.value]
    following = _after(ctx.parents[handler], ctx) if not values else None
    if isinstance(following, ast.Return) and following.value is not None:
        values = [following.value]
    function = ctx.function(handler)
    given = {argument.arg for argument in parameters(function)} if function else set()
    return any(_DEFAULT.search(last_name(value) or "") or dotted(value) in given for value in values)


def _after(statement: ast.AST, ctx: Context) -> ast.stmt | None:
    suite = getattr(ctx.parent(statement), "body", [])
    index = suite.index(statement) + 1 if statement in suite else len(suite)
    return suite[index] if index < len(suite) else None


def says_silence(text: str) -> bool:
    """Words that say that a failure does not matter here, or that there is another way."""
    return _SILENCE.search(text) is not None
