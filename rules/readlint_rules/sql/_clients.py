"""What clients send: the parts of a request, what the functions that answer it are given, and messages to a bot."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Context, annotated_class, cell_of, last_name, regex, walk
from readlint_rules._requests import METHODS, PARTS

Function = ast.FunctionDef | ast.AsyncFunctionDef

#: What the web frameworks call the class of a request, where a parameter is annotated with it.
_REQUEST_CLASSES = frozenset(
    "Request HttpRequest HTTPRequest WSGIRequest ASGIRequest AsyncRequest WebRequest BaseRequest LocalProxy Any object "
    "AuthenticatedHttpRequest HTTPConnection".split()
)
_FUNCTIONS = frozenset("urllib.parse.parse_qs urllib.parse.parse_qsl cgi.FieldStorage cgi.parse".split())
#: Attributes of a form that was sent: `form.cleaned_data["name"]`, `serializer.validated_data`.
_OF_FORMS = frozenset({"cleaned_data", "validated_data"})
#: Entries of the event that AWS Lambda hands to a function.
_OF_EVENTS = frozenset({"body", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters"})
_BOTS = regex(r"\b(?:telegram|telebot|aiogram|pyrogram|telethon|discord|disnake|nextcord|twitchio|slack_bolt)\b")
_MESSAGES = frozenset({"message", "msg"})
_TEXTS = frozenset({"text", "caption", "content", "clean_content"})
_PEOPLE = frozenset("author member user guild channel sender from_user chat".split())
_NAMES = frozenset("name display_name global_name nick first_name last_name full_name title".split())
#: Decorators of views: `@app.get("/users/{name}")`.
_ROUTES = frozenset("route get post put delete patch head options websocket api_route view".split())
#: What a framework gives to a view beside what the client sent.
_GIVEN = frozenset("self cls request req db session conn connection cursor response".split())
_INJECTING = frozenset("Depends Security Inject Provide FromDishka".split())
_IN_PATH = regex(r"[<{]([^<>{}]+)[>}]")
_NUMBERS = frozenset("int float uuid number date ymd".split())


def is_sent(node: ast.expr, ctx: Context) -> bool:
    """`request.args`, `self.request.GET`, `form.cleaned_data["name"]`, `message.text`, and what is taken out."""
    while isinstance(node, (ast.Subscript, ast.Call, ast.Attribute)):
        if isinstance(node, ast.Attribute) and _is_part(node, ctx):
            return True
        if isinstance(node, ast.Call) and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in METHODS)
            or ctx.qualified_name(node.func) in _FUNCTIONS
        ):
            return True
        if _key(node) in _OF_EVENTS and _receiver(node) == "event":
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _is_part(node: ast.Attribute, ctx: Context) -> bool:
    owner = last_name(node.value) or ""
    if node.attr in PARTS and owner in ("request", "req"):
        return _is_of_client(node.value, ctx)
    if node.attr in _OF_FORMS:
        return True
    if node.attr == "kwargs" and owner == "self":
        return _is_in_view(node, ctx)
    if node.attr == "data" and isinstance(node.value, ast.Attribute) and last_name(node.value.value) == "form":
        return "validate_on_submit" in ctx.source.text
    is_message = owner in _MESSAGES and node.attr in _TEXTS
    is_person = owner in _PEOPLE and node.attr in _NAMES
    return (is_message or is_person) and ctx.mentions(_mentions_bot)


def _mentions_bot(text: str) -> bool:
    return _BOTS.search(text) is not None


def _is_of_client(request: ast.expr, ctx: Context) -> bool:
    """Whether what is called a request is one of a web framework, and not one of the program to itself: those are
    annotated with a class of the project's own, such as `SqlQueryRequest`."""
    cell = cell_of(request, ctx)
    if cell is None or isinstance(cell.owner, str):
        return True
    bindings = ctx.scope_of(cell.owner).bindings.get(cell.name, [])
    declared = {annotated_class(getattr(one.node, "annotation", None), ctx) for one in bindings}
    named = {name.rpartition(".")[2] for name in declared if name is not None}
    return not named or not named.isdisjoint(_REQUEST_CLASSES)


def _is_in_view(node: ast.expr, ctx: Context) -> bool:
    """`self.kwargs` of Django: what stands in the address."""
    owner = next((one for one in ctx.ancestors(node) if isinstance(one, ast.ClassDef)), None)
    bases = [last_name(base) or "" for base in owner.bases] if owner is not None else []
    return "django" in ctx.source.text and any(base.endswith(("View", "ViewSet", "APIView")) for base in bases)


def _key(node: ast.expr) -> object:
    """`body` of `event["body"]` and of `event.get("body")`"""
    if isinstance(node, ast.Subscript):
        return node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return node.args[0].value if isinstance(node.args[0], ast.Constant) else None
    return None


def _receiver(node: ast.Subscript | ast.Call | ast.Attribute) -> str:
    held = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    held = node.value if isinstance(node, ast.Subscript) else held
    return held.id if isinstance(held, ast.Name) else ""


# The parameters of functions that answer


def is_of_handler(function: Function, made: ast.arg) -> bool:
    """Whether a parameter of a view comes out of the request. Flask gives what is in the path; FastAPI more."""
    if made.arg in _GIVEN or _is_injected(function, made):
        return False
    for name, path in _routes(function):
        if made.arg in {part for parts in _in_path(path) for part in parts}:
            return True
        if name not in ("route", "view") and "<" not in path:
            return True
    return False


def is_number_in_path(function: Function, made: ast.arg) -> bool:
    """`@app.route("/users/<int:number>")`"""
    found = [parts for _, path in _routes(function) for parts in _in_path(path) if made.arg in parts]
    return bool(found) and all(parts & _NUMBERS for parts in found)


def _routes(function: Function) -> Iterator[tuple[str, str]]:
    """The methods and the paths that a view is registered with."""
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        given = [*decorator.args[:1], *(one.value for one in decorator.keywords if one.arg in ("path", "rule", "uri"))]
        for path in given:
            is_path = isinstance(path, ast.Constant) and isinstance(path.value, str) and path.value.startswith("/")
            if decorator.func.attr in _ROUTES and is_path:
                yield decorator.func.attr, str(ast.literal_eval(path))


def _in_path(path: str) -> Iterator[set[str]]:
    """The name and the kind of each part: `<int:number>` of Flask, `<number:int>` and `{number:int}` of others."""
    for inside in _IN_PATH.findall(path):
        yield {part.partition("(")[0].strip() for part in inside.split(":")}


def _is_injected(function: Function, made: ast.arg) -> bool:
    """`db: Session = Depends(open_session)`"""
    places = [one for one in (default_of(function, made.arg), made.annotation) if one is not None]
    calls = [part for place in places for part in walk(place) if isinstance(part, ast.Call)]
    return any((last_name(call.func) or "") in _INJECTING for call in calls)


def default_of(function: Function, name: str) -> ast.expr | None:
    args = function.args
    names = [one.arg for one in (*args.posonlyargs, *args.args)]
    defaults = dict(zip(reversed(names), reversed(args.defaults), strict=False))
    defaults |= {one.arg: d for one, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None}
    return defaults.get(name)
