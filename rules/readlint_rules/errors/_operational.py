"""What is lost when an operational error is swallowed: work, an answer from elsewhere, or nothing."""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterator

from readlint.api import (
    Breadth,
    Context,
    class_breadth,
    dotted,
    last_name,
    regex,
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
_STORED = regex(
    r"_*(?:writestr|write_text|write_bytes|write_file|save|dump|commit|post|patch|publish|upload|store|persist|insert_many"
    r"|insert_one|rename|replace|move|copy|copyfile|copy2|copytree|copyfileobj|fsync|push|submit|enqueue|notify"
    r"|extractall|backup|restore|import|export|install|deliver|transfer|savez|savetxt|saveas|sendmail)(?:_\w+)?"
)
#: Calls on a stream, which may be a file, or somebody who has left.
_SENT = regex(r"_*(?:write|writelines|send|sendall|sendto)(?:_\w+)?")
#: Calls that only look at something, wait, tune, let go or fill a container, by the first word of their name.
_IDLE = regex(
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
_WRITING_MODE = regex(r"[rbtU]*[wax+][rwabtx+U]*")


class Loss(enum.Enum):
    """What did not happen, or is not known, after the error was swallowed."""

    NOTHING = 0  # an end of waiting, a hang-up, a look at the machine
    CONFLICT = 1  # a row that is there already, or that breaks another constraint
    UNSURE = 2  # a file that could not be read, or a call made for its effect, whatever that is
    WORK = 3  # what another system would have said, or something that was to be stored


def loss(body: list[ast.stmt], classes: list[str | None], ctx: Context) -> Loss:
    """What is lost when a `try` body fails with one of these classes."""
    caught = {name.removeprefix("builtins.") for name in classes if name and _is_operational(name, ctx)}
    last_names = {name.rpartition(".")[2] for name in caught}
    inside = [part for statement in body for part in walk_own(statement)]
    if last_names <= _HANGUPS or (caught <= _TIMEOUTS and _is_in_loop(body[0], ctx)):
        return Loss.NOTHING
    if (last_names and all("NotFound" in name for name in last_names)) or _is_tried_after_all(body, ctx):
        return Loss.NOTHING
    if last_names & _CONFLICTS:
        return Loss.CONFLICT
    if _stores(body):
        return Loss.WORK
    if caught <= _TIMEOUTS:
        return Loss.UNSURE if _sends(body) else Loss.NOTHING
    if any(name.startswith(_SERVICES) or name in ctx.settings.operational_exceptions for name in caught):
        return Loss.WORK
    is_local = all(_is_local(name) for name in caught)
    looks = all(_IDLE.fullmatch(name) for name in _effects(inside)) and not any(map(_opens, inside))
    return Loss.NOTHING if is_local and looks else Loss.UNSURE


def _is_local(name: str) -> bool:
    return name in _LOCAL | _TIMEOUTS or name.rpartition(".")[2] in _HANGUPS or name[0] == "."


def _is_tried_after_all(body: list[ast.stmt], ctx: Context) -> bool:
    """The last try stands behind the loop, or in its `else`, and may raise."""
    loop = ctx.enclosing(body[0], ast.For, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    if not isinstance(loop, (ast.For, ast.While)):
        return False
    suite: list[ast.stmt] = getattr(ctx.parent(loop), "body", [])
    behind = [*loop.orelse, *(suite[suite.index(loop) + 1 :] if loop in suite else [])]
    tried = {ctx.text(one) for one in body}
    return any(ctx.text(one) in tried for one in behind)


def _sends(body: list[ast.stmt]) -> bool:
    inside = [part for statement in _unconditional(body) for part in walk_own(statement)]
    return any(_SENT.fullmatch(name) for name in _effects(inside))


def _stores(body: list[ast.stmt]) -> bool:
    """Whether something is to be stored or given to somebody, and not only in some cases."""
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


def _is_in_loop(node: ast.AST, ctx: Context) -> bool:
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
_FAILURE_NAME = regex(r"\w*(?:Error|Exception|Failure|Failed|Fault)")
_ANSWER_NAME = regex(
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
