"""A secret is compared with `==`, whose time tells an attacker how much of a guess was right.

## Why is this bad?
`==` on strings and bytes stops at the first difference. Whoever can send many guesses and measure the answers finds a
signature, a token or a password piece by piece instead of all at once.

## Example
```python
import hashlib
import hmac


def verify(body: bytes, signature: str, key: bytes) -> bool:
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    return signature == expected
```

Use instead:
```python
import hashlib
import hmac


def verify(body: bytes, signature: str, key: bytes) -> bool:
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature, expected)
```

## What is flagged
- `==` and `!=` with the result of `hmac.new(...).hexdigest()`, `.digest()` or `hmac.digest(...)`, through variables.
- `==` and `!=` with a value named as a credential (a password, an API key, a CSRF token, a one-time code, a token, a
  signature) where the comparison checks who is asking: one side comes from the request or is named `received_...`,
  `provided_...`, `expected_...`, the function is one that verifies, validates, checks or authenticates, or the answer
  is `raise PermissionDenied`, `abort(403)` and the like.
- `in` with a credential out of the request on the left and a collection of credentials on the right.

## Not flagged
- Comparisons with constants, `None`, empty values and enum members, and of lengths.
- `password == password_confirm`, `new_token != old_token`, `__eq__`, `self.initial_data["password"] != value` in a
  serializer's `validate_...(self, value)`: both sides belong to the same party.
- `user.password == password`: the attribute of a model may have a type whose `==` hashes.
- `if user.password == password: raise ...`: who gives the same one is refused, so that it is no guess.
- A record such as the claims of a token, where its entries are read beside it: `token["client_id"]`.
- A class's column, `Model.token == token`: it builds SQL.
- Digests of files, ETags and checksums; tokens of a lexer or a page; signatures of functions.
- Comparisons in a client that only notes whether a setting has changed.
- An `assert`, which keeps nobody out, and functions that crack a key (`crack_hmac`).
- The token of a lock (`lock_token`): it says who holds it, and is no secret.

## Fix safety
Unsafe: `hmac.compare_digest` raises `TypeError` for `None`, for `str` beside `bytes` and for `str` that is not ASCII.
There is none where a value may be `None` by the way it is looked up: `request.headers.get("X-Token")`.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from readlint.api import (
    UNKNOWN,
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Place,
    Rule,
    Safety,
    Severity,
    last_name,
    regex,
    short_code,
    walk,
)
from readlint_rules.security import _credentials

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL806",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.UNSAFE,
    cwe=(208,),
    tags=("security", "secrets"),
    since="0.1",
    security_severity=5.9,
    messages={
        "compare": "`{name}` is compared with `{operator}`, and the time it takes tells how much of a guess was right. "
        "Use `hmac.compare_digest`.",
        "member": "`{name}` is looked up with `{operator}`, and the time it takes tells how much of a guess was right. "
        "Use `any(hmac.compare_digest(known, {name}) for known in ...)`.",
    },
)

# One party's own values: there is nobody to hide them from.
_OWN = frozenset(
    "again cached confirm confirmation confirmed current default existing initial last new old original pending prev "
    "previous repeat repeated retype selected updated".split()
)
_SENT = frozenset("given guess guessed incoming presented provided received submitted supplied".split())
_JUDGED = _SENT | {"computed", "expected"}
# Functions that decide who is asking.
_VERIFIERS = frozenset(
    "auth authenticate authenticated authenticates authentication authenticator authorise authorize authorized check "
    "checker checkpasswd checkpassword checks permission valid validate validates validator verified verifier verify "
    "verifies webhook".split()
)
_QUERIES = frozenset("and_ filter having join not_ or_ outerjoin where".split())
_SETTINGS = frozenset("app conf config env environ secrets setting settings".split())
_VERIFIERS_OF_PEOPLE = frozenset(word for word in _VERIFIERS if word.startswith("auth"))
_VERIFIERS_OF_GUESSES = _VERIFIERS_OF_PEOPLE | frozenset(word for word in _VERIFIERS if word.startswith("verif"))
_AUTH_NOUN = regex(r"auth(?=_(?:code|data|info|key|secret|token))")  # `store_auth_token` verifies nothing
_GUESSERS = frozenset("brute bruteforce crack cracker cracks".split())  # they are the attacker, and know the key
_DECIDES_NOTHING = regex(r"(?:after_request|process_response|\b__(?!call__)\w+__)$")
_CALLABLE_VERIFIERS = frozenset("authenticator authorizer checker validator verifier".split())  # with a `__call__`
# What happens to whoever gives a wrong one: `raise PermissionDenied`, `return HttpResponseForbidden()`, `abort(403)`.
_REFUSALS = _VERIFIERS_OF_PEOPLE | frozenset(
    "authorization denied forbidden permission unauthenticated unauthorised unauthorized".split()
)
_REFUSING_STATUS = (401, 403)
# What forms and serializers keep of what somebody has filled in.
_FORM_DATA = frozenset({"cleaned_data", "initial_data", "validated_data"})


_EQUALITY = frozenset((ast.Eq, ast.NotEq))
_MEMBERSHIP = frozenset((ast.In, ast.NotIn))


@RULE.on(ast.Compare)
def check(node: ast.Compare, ctx: Context) -> Iterable[Finding]:
    if node.left.__class__ is ast.Constant or node.comparators[0].__class__ is ast.Constant or len(node.ops) != 1:
        return ()  # the bulk of all comparisons
    operator = node.ops[0].__class__
    if operator in _EQUALITY:
        return _compared(node, ctx)
    return _looked_up(node) if operator in _MEMBERSHIP and _is_lookup(node, ctx) else ()


def _looked_up(node: ast.Compare) -> Iterator[Finding]:
    operator = "in" if isinstance(node.ops[0], ast.In) else "not in"
    yield RULE.finding(node, "member", name=_credentials.label(node.left), operator=operator)


def _compared(node: ast.Compare, ctx: Context) -> Iterator[Finding]:
    left, right = node.left, node.comparators[0]
    made = next((side for side in (left, right) if _credentials.is_mac(side, ctx)), None)
    if (made is not None or _is_check(node, ctx)) and not _is_exempt(node, ctx):
        operator = "==" if isinstance(node.ops[0], ast.Eq) else "!="
        name = next((_credentials.label(side) for side in (left, right) if _credentials.secrecy(side)), "")
        if not name:
            name = short_code(made, ctx) if isinstance(made, ast.Call) else _credentials.label(made or left)
        is_open = _may_be_missing(left, ctx) or _may_be_missing(right, ctx)
        fix = None if is_open else Fix(compare_digest, "Use `hmac.compare_digest`", node)
        yield RULE.finding(
            node, "compare", name=name or "digest", operator=operator, related=_origin(made, ctx), fix=fix
        )


def _may_be_missing(side: ast.expr, ctx: Context) -> bool:
    """`request.headers.get("X-Token")`: whoever sends none is refused now, and would be an error of the server then."""
    if not isinstance(side, ast.Name):
        return _is_none_at_times(side)
    if _is_tested_before(side, ctx):
        return False
    # The origin of `headers.get("X-Token")` is the header: what it is when there is none stands in the assignment.
    given = _credentials.values_of(side, ctx)
    return any(map(_is_none_at_times, (*given, *(origin.node for origin in ctx.origins(side).values))))


def _is_none_at_times(node: ast.AST) -> bool:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        node = node.values[-1]
    if isinstance(node, ast.Call):
        return last_name(node.func) in ("get", "getenv") and len(node.args) == 1 and not node.keywords
    return isinstance(node, ast.Constant) and node.value is None


def _is_tested_before(name: ast.Name, ctx: Context) -> bool:
    """`if token is None or token != expected`."""
    compare = ctx.parent(name)
    both = ctx.parent(compare) if compare else None
    if not isinstance(both, ast.BoolOp):
        return False
    before = itertools.takewhile(lambda value: value is not compare, both.values)
    return any(isinstance(part, ast.Name) and part.id == name.id for value in before for part in walk(value))


def compare_digest(node: cst.Comparison, fix: FixContext) -> cst.BaseExpression:
    import libcst as cst

    function = fix.name_for("hmac.compare_digest")
    sides = (node.left, node.comparisons[0].comparator)
    call = cst.Call(function, [cst.Arg(side) for side in sides])
    if isinstance(node.comparisons[0].operator, cst.NotEqual):
        return cst.UnaryOperation(cst.Not(), call)
    return call


# What a comparison is for


def _is_check(node: ast.Compare, ctx: Context) -> bool:
    """Whether a credential is compared in order to find out who is asking."""
    sides = (node.left, node.comparators[0])
    degrees = [_credentials.secrecy(side) for side in sides]
    if not any(degrees):
        return False
    sent = [_credentials.is_sent(side, ctx) for side in sides]
    if any(sent):
        return not all(sent)
    judged = any(
        secret and _JUDGED & set(_credentials.words_of(_credentials.label(side)))
        for side, secret in zip(sides, degrees, strict=True)
    )
    if max(degrees) == 2:
        return judged or bool(_VERIFIERS & _purpose(node, ctx)) or _is_refused(node, ctx)
    words = {
        _credentials.words_of(_credentials.label(side))[-1]
        for side, secret in zip(sides, degrees, strict=True)
        if secret
    }
    if _is_refused(node, ctx):
        return "mac" not in words
    if words & {"mac", "sig", "signature"} and "hmac" not in ctx.source.text:
        return False  # of a function, or a network card
    purpose = _purpose(node, ctx)
    if words == {"pin"}:
        return "pin" in purpose
    if not all(degrees):
        return False
    return judged or bool((_VERIFIERS_OF_PEOPLE | {"signature", "token"}) & purpose)


def _purpose(node: ast.AST, ctx: Context) -> set[str]:
    """The words that say what the function around a comparison is for."""
    if ctx.function(node) is None:
        return set()
    name = ctx.definition_name(node).rpartition(".")[2]
    owner = ctx.enclosing(node, ast.ClassDef) if name == "__call__" else None
    if owner is None:
        return set(_credentials.words_of(_AUTH_NOUN.sub("", name)))
    names = [owner.name, *(last_name(base) or "" for base in owner.bases)]
    return {word for each in names for word in _credentials.words_of(each)} & _CALLABLE_VERIFIERS


def _is_refused(node: ast.expr, ctx: Context) -> bool:
    """Whether somebody is turned away because of the comparison."""
    parent = ctx.parent(node)
    while isinstance(parent, (ast.BoolOp, ast.UnaryOp)):
        node, parent = parent, ctx.parent(parent)
    if not isinstance(parent, ast.If) or parent.test is not node:
        return False
    return any(_refuses(statement) for statement in (*parent.body, *parent.orelse))


def _refuses(statement: ast.stmt) -> bool:
    value = statement.exc if isinstance(statement, ast.Raise) else getattr(statement, "value", None)
    if not isinstance(statement, (ast.Raise, ast.Return, ast.Expr)) or value is None:
        return False
    call = value.func if isinstance(value, ast.Call) else value
    if not isinstance(statement, ast.Expr) and _REFUSALS & set(_credentials.words_of(last_name(call) or "")):
        return True
    constants = [part.value for part in walk(value) if isinstance(part, ast.Constant)]
    return any(type(constant) is int and constant in _REFUSING_STATUS for constant in constants)


def _is_lookup(node: ast.Compare, ctx: Context) -> bool:
    left, right = node.left, node.comparators[0]
    plural = _credentials.label(right)
    if (
        not plural.lower().endswith("s")
        or not _credentials.secrecy(ast.Name(plural[:-1]))
        or not _credentials.secrecy(left)
    ):
        return False
    return not _is_constant(right, ctx) and _credentials.is_sent(left, ctx) and not _credentials.is_sent(right, ctx)


def _is_exempt(node: ast.Compare, ctx: Context) -> bool:
    sides = (node.left, node.comparators[0])
    if any(_is_constant(side, ctx) or _is_column(side) or _is_truth_or_number(side, ctx) for side in sides):
        return True
    if any(_may_be_hashed(side) or _is_folded(side) for side in sides) or _are_settings(node, ctx):
        return True
    if _is_same_refused(node, ctx) or any(_is_mapping(side, ctx) for side in sides):
        return True
    if _is_in_query(node, ctx) or _are_alternatives(node, ctx) or _credentials.same_value(*sides, ctx):
        return True
    if isinstance(ctx.parent(node), ast.Assert) or _GUESSERS & _purpose(node, ctx):
        return True  # an `assert` keeps nobody out
    words = [
        set(_credentials.words_of(_credentials.label(side))) for side in sides if not _credentials.is_mac(side, ctx)
    ]
    if any(_credentials.words_of(_credentials.label(side))[-1:] in (["id"], ["name"], ["type"]) for side in sides):
        return True
    if any(_OWN & each or each & set("123456789") for each in words) or any(map(_is_own_part, sides)):
        return True
    if _is_between_fields(node, ctx):
        return True
    return _DECIDES_NOTHING.search(ctx.definition_name(node)) is not None


def _is_own_part(node: ast.expr) -> bool:
    """`current_token["access_token"]`."""
    if not isinstance(node, (ast.Attribute, ast.Subscript)):
        return False
    return bool(_credentials.secrecy(node.value) and _OWN & set(_credentials.words_of(_credentials.label(node.value))))


def _is_between_fields(node: ast.Compare, ctx: Context) -> bool:
    """`self.initial_data["password"] != value` in `def validate_repeated(self, value)`: two fields of one form."""
    function = ctx.function(node)
    if not isinstance(function, ast.FunctionDef) or not function.name.startswith(("validate_", "clean_")):
        return False
    given = {argument.arg for argument in function.args.args[1:]}
    sides = (node.left, node.comparators[0])
    entries = [_credentials.label(side.value) in _FORM_DATA for side in sides if isinstance(side, ast.Subscript)]
    return entries == [True] and any(isinstance(side, ast.Name) and side.id in given for side in sides)


def _is_constant(node: ast.expr, ctx: Context) -> bool:
    """A literal, however named, an enum member or another constant of somebody else's."""
    if ctx.constant(node) is not UNKNOWN or isinstance(node, (ast.List, ast.Set, ast.Dict, ast.Tuple)):
        return True
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = ctx.receiver_class(node.value)
        bindings = ctx.scope_of(owner).bindings.get(node.attr, []) if owner else []
        if len(bindings) == 1 and isinstance(bindings[0].value, ast.Constant) and bindings[0].value.value:
            return True
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.isupper() and not _is_configured(node, ctx)


def _is_configured(node: ast.expr, ctx: Context) -> bool:
    """`settings.API_KEY`, or `API_KEY` read from the environment: a secret in capitals."""
    if not _credentials.secrecy(node):
        return False
    if isinstance(node, ast.Attribute):
        return bool(set(_credentials.words_of(_credentials.label(node.value))) & _SETTINGS)
    if isinstance(node, ast.Name):
        values = _credentials.values_of(node, ctx)
        module = (ctx.qualified_name(node) or "").rpartition(".")[0].rpartition(".")[2]
        return bool(values) or bool(set(_credentials.words_of(module)) & _SETTINGS)
    return False


def _is_column(node: ast.expr) -> bool:
    """`User.token`, `table.c.token`: an operand of SQL."""
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value
    if isinstance(owner, ast.Attribute) and owner.attr in ("c", "columns"):
        return True
    name = _credentials.label(owner) if isinstance(owner, (ast.Name, ast.Attribute)) else ""
    return name[:1].isupper() and not name.isupper()


def _is_in_query(node: ast.Compare, ctx: Context) -> bool:
    """`.where(cls.token == token)`, `(cls.token == token) & ...`: an expression that builds SQL."""
    parent = ctx.parent(node)
    if isinstance(parent, ast.BinOp):
        return True
    return isinstance(parent, ast.Call) and node in parent.args and last_name(parent.func) in _QUERIES


def _are_alternatives(node: ast.Compare, ctx: Context) -> bool:
    """`if other != token: user = login(other)` tries a second one where it is not the same; `... : token = other`
    keeps what has changed."""
    outer: ast.AST = node
    while isinstance(parent := ctx.parent(outer), ast.BoolOp):
        outer = parent
    if not isinstance(node.ops[0], ast.NotEq) or not isinstance(parent, ast.If) or parent.test is not outer:
        return False
    sides = {ast.unparse(side) for side in (node.left, node.comparators[0])}
    assigned = [part.value for statement in parent.body for part in walk(statement) if isinstance(part, ast.Assign)]
    values = [value.value if isinstance(value, ast.Await) else value for value in assigned]
    given = [part for call in values if isinstance(call, ast.Call) for part in (*call.args, *_keyword_values(call))]
    return any(ast.unparse(part) in sides for part in (*values, *given))


def _keyword_values(call: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in call.keywords]


def _is_same_refused(node: ast.Compare, ctx: Context) -> bool:
    """`if user.password == password: raise ValidationError(...)`: a new one that is no new one, and no guess."""
    parent = ctx.parent(node)
    return (
        isinstance(node.ops[0], ast.Eq)
        and isinstance(parent, ast.If)
        and parent.test is node
        and isinstance(parent.body[-1], ast.Raise)
    )


def _is_mapping(node: ast.expr, ctx: Context) -> bool:
    """A record of many things, `token` with `token["client_id"]` beside it: its `==` compares no text."""
    if not isinstance(node, ast.Name):
        return False
    return any(
        isinstance(part, ast.Subscript)
        and isinstance(part.value, ast.Name)
        and part.value.id == node.id
        and isinstance(part.slice, ast.Constant)
        and isinstance(part.slice.value, str)
        for part in walk(ctx.function(node) or node)
    )


def _may_be_hashed(node: ast.expr) -> bool:
    """`user.password`: models give it a type whose `==` hashes and compares as it should (SQLAlchemy-Utils, indico)."""
    if not isinstance(node, ast.Attribute) or node.attr != "password":
        return False
    owner = _credentials.label(node.value)
    return owner not in ("self", "cls") and not _SETTINGS & set(_credentials.words_of(owner))


def _is_folded(node: ast.expr) -> bool:
    """`password.lower() == login.lower()` asks whether a new password is a bad one; no check folds its letters."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in ("casefold", "lower", "upper") and _credentials.words_of(_credentials.label(node))[
        -1:
    ] in (["password"], ["token"])


def _are_settings(node: ast.Compare, ctx: Context) -> bool:
    """`one["password"] != other["password"]`: two configurations have to agree. Or both are parts of one record."""
    left, right = node.left, node.comparators[0]
    if _credentials.is_sent(left, ctx) or _credentials.is_sent(right, ctx):
        return False
    if _root(left, ctx) == _root(right, ctx) not in ("", "self", "cls"):
        return True
    if isinstance(left, ast.Name) or isinstance(right, ast.Name):
        return False
    if _credentials.label(left) != _credentials.label(right):
        return False
    return not _VERIFIERS_OF_GUESSES & _purpose(node, ctx) and not _is_refused(node, ctx)


def _root(node: ast.expr, ctx: Context) -> str:
    """The name that a chain of attributes and entries begins with, if it is one."""
    if isinstance(node, ast.Name):
        values = _credentials.values_of(node, ctx)
        node = values[0] if len(values) == 1 else node
    chain = 0
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
        chain += 1
    return node.id if chain and isinstance(node, ast.Name) else ""


def _is_truth_or_number(node: ast.expr, ctx: Context) -> bool:
    if isinstance(node, ast.Name):
        values = _credentials.values_of(node, ctx)
        return bool(values) and not any(isinstance(v, ast.Name) or not _is_truth_or_number(v, ctx) for v in values)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("bool", "id", "int", "len", "type")
    return isinstance(node, (ast.Compare, ast.UnaryOp))


def _origin(made: ast.expr | None, ctx: Context) -> list[Place]:
    values = _credentials.values_of(made, ctx) if isinstance(made, ast.Name) else []
    return [Place(value, "the digest is made here") for value in values if _credentials.is_mac(value, ctx)][:1]
