"""Whether people or other systems write what is put into a query, or the program itself: told by what it is called.

Of the parameters that stand in quotes in released packages about half are keys, kinds and names that the program
makes: nobody else chooses them, and they hold no quote. Those that are called like text were right nearly always.
"""

from __future__ import annotations

import ast

from readlint.api import dotted, last_name, regex
from readlint_rules.sql._drivers import Driver
from readlint_rules.sql._model import Judged, Position, Provenance, Text
from readlint_rules.sql._positions import prints_tuple

#: What only people write, wherever it comes from.
_PROSE = (
    r"e_?mail|body|bio|caption|comment|content|description|message|note|prompt|question|answer|summary|text|title|"
    r"keyword|phrase|(?:search|query)_?(?:term|text|str|string|word)|search_?query|(?:first|last|middle|given|family|sur)_?name|author|artist|"
    r"album|(?:artist|album|author|company|customer|product|song|track|book|movie|person|player)_?name"
)
#: What a caller was told by people. Of an object these are mostly names that the program has for it.
_TYPED = (
    r"query|term|word|needle|pattern|search|password|city|street|company|login|phone(?:_?number)?|"
    r"(?:user|login|nick|display|real|file|image|picture|photo|board|city)_?name"
)
_END = r"(?:e?s)?_*$"
_IS_PROSE = regex(rf"(?i)(?:^|_|(?-i:(?<=[a-z])(?=[A-Z])))(?:{_PROSE}){_END}")
_IS_TYPED = regex(rf"(?i)^_*(?:{_TYPED}){_END}")
#: These may be anything, and are text in tables of people and of what people make: of 13 elsewhere 1 was right.
_IS_VAGUE = regex(
    rf"(?i)^_*(?:name|value|val|(?:new|old)_(?:name|value)|payload|metadata|alias|label|tag|owner|"
    rf"(?:brand|category|channel|course|group|item|playlist|project|recipe|room|shop|team|venue)_?name){_END}"
)
_OF_PEOPLE = regex(
    r"(?i)\b(?:from|into|update|join)\s+[\w.\"`\[]*?(?:user|customer|client|people|person|member|employee|student|"
    r"teacher|patient|account|contact|guest|player|subscriber|visitor|profile|author|artist|album|book|movie|song|"
    r"product|order|post|article|comment|message|picture|photo|image|recipe|compan(?:y|ie))s?\b"
)
#: What applications keep their own tables in: names there are given by people. In warehouses, and above libraries
#: that talk to them, they are those of models, features and functions.
_OF_APPLICATIONS = frozenset(
    "sqlite3 aiosqlite apsw psycopg2 aiopg psycopg asyncpg PyMySQL mysqlclient aiomysql asyncmy mysql-connector".split()
)
_OF_PROGRAM = regex(
    r"(?i)\b(?:from|into|update|join)\s+[\w.\"`\[]*?(?:cache|config|feature|function|job|lock|log|metadata|migration|model|"
    r"option|queue|setting|task|variable|version)s?\b"
)
#: `kind = '{value}'`: what the column holds is no text that people write, whatever the value is called.
_IN_KEY = regex(
    r"(?i)(?:id|key|kind|type|state|status|version|mode|level|hash|checksum|code|slot|file|path|url|host|table|table_?name|"
    r"database|schema|column)[\"`\]]?\s*(?:=|==|!=|<>|\bi?like|\bin\s*\()\s*['\"]%?$"
)
_IS_DATE = regex(
    r"(?i)(?:^|_)(?:date|day|time|timestamp|ts|since|until|from|to|start|end|month|year|week|hour|at)s?(?:$|_)"
)
#: What holds conditions: its keys and its values are those of whoever asks.
_HOLDS_CONDITIONS = regex(rf"(?i)^_*(?:\w*_)?(?:filter|criteria){_END}")
_OF_CONDITION = regex(r"(?i)^(?:key|value|field|name|term|text)s?$")
#: What the program's own settings hold, whoever is named there.
_SETTINGS = regex(r"(?i)(?:^|[._])(?:cfg|conf|config|configuration|options|opts|settings)(?:$|[.\[])")
#: Here the program's own files and its own SQL are meant: `read_csv('{filename}')`, `ATTACH '{filename}'`,
#: `dblink('shop', '{query}')`.
_MEANT = regex(
    r"(?is)(?:\b(?:read|from|scan|sniff|load|st_read)\w*|\w+_scan|glob|s3|gcs|url|file|hdfs)\s*\(\s*'[^']*$|"
    r"\w*(?:query|sql|dblink|explain)\w*\s*\((?:[^()]*,)?\s*'[^']*$|"
    r"\b(?:attach(?:\s+database)?|infile|outfile|location)\s+'[^']*$"
)
#: The words that are looked for, as long as they are text: `SELECT embedding('{query}')`.
_IS_SOUGHT = regex(rf"(?i)^_*(?:query|term|word|needle|pattern|search){_END}")
_WRITES = regex(r"(?i)\s*(?:insert|replace|update|merge)\b")
_CALLS = regex(r"(?is)\s*(?:(?:call|exec|execute|do)\b|select\b(?!.*\b(?:from|into|where)\b))")


def may_be_prose(one: Judged, driver: Driver | None) -> bool:
    """Whether it is text in quotes that may well hold a quote itself."""
    before = _text(one, one.number)
    if not _is_quoted(one) or _MEANT.search(before):
        return False
    if one.source.provenance is Provenance.TYPED:
        return True
    if _copies_rows(one):
        return True
    own, origin = _own_name(one.hole.node), one.source.node
    is_for_function = _CALLS.match(_text(one)) is not None  # it is told names of the program's own things
    if _IS_PROSE.search(own) or (_is_json(one.hole.node) and not is_for_function):
        return _SETTINGS.search(ast.unparse(origin)) is None
    if not isinstance(origin, ast.arg):
        return False
    is_attribute = isinstance(one.hole.node, ast.Attribute)
    if _HOLDS_CONDITIONS.search(origin.arg):
        return not is_attribute or _OF_CONDITION.search(own) is not None
    if one.source.provenance is not Provenance.PARAM or is_attribute:
        return False  # `table.name` is one that the program has
    if one.column is not None and one.column.provenance is Provenance.PARAM:
        return _IS_DATE.search(own) is None  # `{column} = '{value}'`: any value of any column
    told = _told_by(own, origin.arg)
    if is_for_function:
        return any(_IS_PROSE.search(name) or _IS_SOUGHT.search(name) for name in told)
    if any(_IS_PROSE.search(name) or _IS_TYPED.search(name) for name in told):
        return True
    if one.position is Position.UNBINDABLE:
        return False
    is_vague = any(_IS_VAGUE.search(name) for name in told)
    if _OF_PEOPLE.search(_text(one)):
        return is_vague or own == "user"
    is_of_application = driver is not None and driver.name in _OF_APPLICATIONS
    return is_vague and is_of_application and not _IN_KEY.search(before) and not _OF_PROGRAM.search(_text(one))


def _copies_rows(one: Judged) -> bool:
    """`VALUES ('{row[number]}')`, `VALUES {tuple(row)}`: whatever stands in the columns of rows from elsewhere."""
    if one.position is Position.LIST and one.context == "VALUES" and prints_tuple(one.hole.node):
        return True
    node = _inside(one.hole.node)
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, (ast.Constant, ast.UnaryOp, ast.Slice)):
        return False
    root: ast.expr = node
    while isinstance(root, (ast.Subscript, ast.Attribute)):
        root = root.value
    return _WRITES.match(_text(one)) is not None and not (isinstance(root, ast.Name) and root.id in ("self", "cls"))


def _told_by(own: str, origin: str) -> tuple[str, ...]:
    """The names that tell: `n` of `for n in names` tells nothing, and its origin does."""
    return (own,) if len(own) > 2 else (own, origin)


def _is_quoted(one: Judged) -> bool:
    """In the query's quotes, or in those that `{x!r}` and `{tuple(xs)}` put around it."""
    if one.position is Position.LIST and prints_tuple(one.hole.node):
        return True
    return one.position in (Position.QUOTED, Position.UNBINDABLE) or one.hole.conversion == "r"


def _text(one: Judged, end: int | None = None) -> str:
    """The query up to a piece; what is put in is a word."""
    return "".join(piece.text if isinstance(piece, Text) else "x" for piece in one.skeleton.pieces[:end])


def _own_name(node: ast.expr) -> str:
    """`name` of `name`, `user.name`, `user["name"]`, `str(name)`, `name.strip()` and `name.replace(" ", "_")`"""
    node = _inside(node)
    if isinstance(node, ast.Subscript):
        return str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
    return "" if isinstance(node, ast.Call) else last_name(node) or ""


def _inside(node: ast.expr) -> ast.expr:
    """Without the calls around it that leave it as it is, nearly."""
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and (not node.args or node.func.attr == "replace"):
            node = node.func.value
        elif len(node.args) == 1:
            node = node.args[0]
        else:
            break
    return node


def _is_json(node: ast.expr) -> bool:
    """JSON holds whatever text it was made of."""
    return isinstance(node, ast.Call) and (dotted(node.func) or "").endswith("json.dumps")
