"""The actions of `ALTER TABLE`, and the columns that SQL describes."""

from __future__ import annotations

from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Column, Statement
from readlint_rules.migrations._sql import Reader, default_of, plain_names

#: What follows the name and the type of a column.
_ATTRIBUTES = frozenset(
    "not null default primary unique references check generated collate constraint using storage compression "
    "deferrable initially".split()
)
#: What `CREATE TABLE` lists beside columns.
_OF_TABLES = frozenset("constraint primary unique foreign check exclude like not".split())
_SERIALS = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint", "serial4": "integer"}
_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "decimal": "numeric",
    "float8": "double precision",
    "float4": "real",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time without time zone": "time",
}


def action(reader: Reader, table: str) -> Statement:
    """One action of an `ALTER TABLE`."""
    if reader.skip("add", "constraint"):
        return _constraint(reader, table, reader.name())
    if reader.skip("add"):
        if reader.peek() in ("check", "foreign", "unique", "primary", "exclude", "not"):
            return _constraint(reader, table, "")
        return _add_column(reader, table)
    if reader.skip("drop", "constraint"):
        _existence(reader)
        return reader.made(Kind.DROP_CONSTRAINT, table, name=reader.name())
    if reader.skip("drop"):
        if reader.skip("primary", "key") or reader.skip("foreign", "key"):  # as MySQL says it, like the next
            return reader.made(Kind.DROP_CONSTRAINT, table, name=reader.name())
        if len(reader.tokens) > reader.at + 1 and (reader.skip("index") or reader.skip("key")):
            return reader.made(Kind.DROP_INDEX, table, name=reader.name())
        reader.skip("column")
        _existence(reader)
        return reader.made(Kind.DROP_COLUMN, table, columns=(reader.name(),))
    if reader.skip("alter"):
        reader.skip("column")
        return _alter_column(reader, table, reader.name())
    if reader.skip("rename"):
        return _rename(reader, table)
    if reader.skip("validate", "constraint"):
        return reader.made(Kind.VALIDATE, table, name=reader.name())
    return reader.made(_other(reader), table)


def _existence(reader: Reader) -> bool:
    return reader.skip("if", "exists") or reader.skip("if", "not", "exists")


def _other(reader: Reader) -> Kind:
    if reader.skip("set"):
        kinds = {"logged": Kind.SET_LOGGED, "unlogged": Kind.SET_LOGGED, "tablespace": Kind.SET_TABLESPACE}
        return kinds.get(reader.peek(), Kind.SET_STORAGE if reader.peek() == "(" else Kind.HARMLESS)
    if reader.tokens[-3:] == ["row", "level", "security"]:
        return Kind.ROW_SECURITY
    is_known = reader.peek() in ("owner", "enable", "disable", "cluster", "reset", "replica", "force")
    return Kind.HARMLESS if is_known else Kind.UNKNOWN


def _constraint(reader: Reader, table: str, name: str) -> Statement:
    made = reader.made(Kind.UNKNOWN, table, name=name)
    made.is_enforced = reader.tokens[-2:] != ["not", "enforced"]
    made.not_valid = not made.is_enforced or reader.tokens[-2:] == ["not", "valid"]
    made.using_index = "index" in reader.tokens and "using" in reader.tokens
    if reader.skip("foreign", "key"):
        made.kind = Kind.ADD_FOREIGN_KEY
        made.columns = plain_names(reader.in_parentheses())
        reader.skip("references")
        made.other = reader.name()
    elif reader.skip("check"):
        made.kind = Kind.ADD_CHECK
        inner = reader.in_parentheses()
        made.condition = " ".join(inner)
        made.columns = plain_names(inner[:1])
    elif reader.skip("unique"):
        made.kind = Kind.ADD_UNIQUE
        made.columns = plain_names(reader.in_parentheses())
    elif reader.skip("primary", "key"):
        made.kind = Kind.ADD_PRIMARY_KEY
        made.columns = plain_names(reader.in_parentheses())
    elif reader.skip("exclude"):
        made.kind = Kind.ADD_EXCLUDE
    elif reader.skip("not", "null"):
        made.kind = Kind.ADD_NOT_NULL
        made.columns = (reader.name(),)
    return made


def _add_column(reader: Reader, table: str) -> Statement:
    reader.skip("column")
    if_not_exists = _existence(reader)
    column = described(reader)
    made = reader.made(Kind.ADD_COLUMN, table, column=column, columns=(column.name,), if_not_exists=if_not_exists)
    made.other = column.references
    return made


def listed(reader: Reader, table: str) -> tuple[Column | None, Statement | None]:
    """What `CREATE TABLE` lists: a column or a constraint, and the foreign key that this is."""
    if reader.peek() not in _OF_TABLES:
        column = described(reader)
        key = reader.made(Kind.ADD_FOREIGN_KEY, table, columns=(column.name,), other=column.references)
        return column, key if column.references else None
    name = reader.name() if reader.skip("constraint") else ""
    made = _constraint(reader, table, name)
    return None, made if made.kind is Kind.ADD_FOREIGN_KEY else None


def described(reader: Reader) -> Column:
    """The column whose description comes next: name, type, constraints."""
    name = reader.name()
    type_, is_serial = _type(reader)
    column = Column(name, type_, identity=is_serial, null=not is_serial, known=bool(type_))
    while reader.peek():
        column = _attribute(reader, column)
    return column


def _type(reader: Reader) -> tuple[str, bool]:
    words: list[str] = []
    while reader.peek() and (reader.peek() not in _ATTRIBUTES or not words):
        if reader.peek() == "(":
            words.append(f"({''.join(reader.in_parentheses())})")
        else:
            words.append(str(reader.peek()))
            reader.at += 1
    text = " ".join(words).replace(" (", "(").replace("character varying", "varchar").replace(" [ ]", "[]")
    head, brace, rest = text.partition("(")
    if head in _SERIALS:
        return _SERIALS[head], True
    return _ALIASES.get(head, head) + brace + rest, False


def _attribute(reader: Reader, column: Column) -> Column:
    if reader.skip("not", "null"):
        return column._replace(null=False)
    if reader.skip("set", "default"):  # `ON DELETE SET DEFAULT`
        return column
    if reader.skip("default"):
        return column._replace(default=default_of(_default_text(reader)))
    if reader.skip("unique"):
        return column._replace(unique=True)
    if reader.skip("primary", "key"):
        return column._replace(primary_key=True, null=False)
    if reader.skip("references"):
        return column._replace(references=reader.name())
    if reader.skip("check"):
        return column._replace(check=" ".join(reader.in_parentheses()))
    if reader.skip("generated"):
        return _generated(reader, column)
    reader.at += 1
    return column


def _generated(reader: Reader, column: Column) -> Column:
    if "identity" in reader.tokens[reader.at :]:
        reader.at = len(reader.tokens)
        return column._replace(identity=True, null=False)
    # Without a word it is virtual: for PostgreSQL since 18, which knew stored ones only before, and had to be told so.
    is_stored = not {"stored", "persistent"}.isdisjoint(reader.tokens[reader.at :])
    reader.at = len(reader.tokens)
    return column._replace(generated="stored" if is_stored else "virtual")


def _default_text(reader: Reader) -> str:
    """The expression up to the next attribute."""
    start = reader.at
    depth = 0
    while reader.peek() and (depth or reader.at == start or reader.peek() not in _ATTRIBUTES):
        depth += {"(": 1, ")": -1}.get(reader.peek(), 0)
        reader.at += 1
    return " ".join(reader.tokens[start : reader.at]).replace(" (", "(").replace(" :: ", "::")


def _alter_column(reader: Reader, table: str, name: str) -> Statement:
    made = reader.made(Kind.SET_STORAGE, table, columns=(name,))
    if reader.skip("set", "not", "null"):
        made.kind = Kind.SET_NOT_NULL
    elif reader.skip("drop", "not", "null"):
        made.kind = Kind.DROP_NOT_NULL
    elif reader.skip("set", "default"):
        made.kind = Kind.SET_DEFAULT
        made.column = Column(name, default=default_of(_default_text(reader)))
    elif reader.skip("drop", "default"):
        made.kind = Kind.DROP_DEFAULT
    elif reader.skip("type") or reader.skip("set", "data", "type"):
        made.kind = Kind.CHANGE_TYPE
        made.column = Column(name, _type(reader)[0])
        made.condition = _default_text(reader) if reader.skip("using") else ""
    return made


def _rename(reader: Reader, table: str) -> Statement:
    if reader.skip("to"):
        return reader.made(Kind.RENAME_TABLE, table, other=reader.name())
    if reader.skip("constraint"):
        return reader.made(Kind.RENAME_OTHER, table, name=reader.name())
    reader.skip("column")
    old = reader.name()
    reader.skip("to")
    return reader.made(Kind.RENAME_COLUMN, table, columns=(old,), other=reader.name())
