"""Fields of Django: the column that each becomes, as in Django 5.2's `db/backends/postgresql/base.py`."""

from __future__ import annotations

import ast

from readlint.api import Context
from readlint_rules.migrations._expressions import arguments, is_none, is_true, last, name, value
from readlint_rules.migrations._model import Column, Default

#: By class: the type, with the field's own parameters in braces.
TYPES = {
    "AutoField": "integer",
    "BigAutoField": "bigint",
    "SmallAutoField": "smallint",
    "BinaryField": "bytea",
    "BooleanField": "boolean",
    "NullBooleanField": "boolean",
    "CharField": "varchar({max_length})",
    "CommaSeparatedIntegerField": "varchar({max_length})",
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "DecimalField": "numeric({max_digits},{decimal_places})",
    "DurationField": "interval",
    "EmailField": "varchar({max_length=254})",
    "FileField": "varchar({max_length=100})",
    "FilePathField": "varchar({max_length=100})",
    "FloatField": "double precision",
    "ImageField": "varchar({max_length=100})",
    "IntegerField": "integer",
    "BigIntegerField": "bigint",
    "GenericIPAddressField": "inet",
    "JSONField": "jsonb",
    "PositiveBigIntegerField": "bigint",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "smallint",
    "SlugField": "varchar({max_length=50})",
    "SmallIntegerField": "smallint",
    "TextField": "text",
    "TimeField": "time",
    "URLField": "varchar({max_length=200})",
    "UUIDField": "uuid",
    # django.contrib.postgres.fields
    "HStoreField": "hstore",
    "CICharField": "citext",
    "CIEmailField": "citext",
    "CITextField": "citext",
    "SearchVectorField": "tsvector",
    "IntegerRangeField": "int4range",
    "BigIntegerRangeField": "int8range",
    "DecimalRangeField": "numrange",
    "DateRangeField": "daterange",
    "DateTimeRangeField": "tstzrange",
    "ArrayField": "",
}
#: What an empty text is put into when nothing else is known: `Field.empty_strings_allowed`.
_TEXTUAL = frozenset(
    "BinaryField CharField CommaSeparatedIntegerField EmailField FileField FilePathField ImageField SlugField "
    "TextField URLField CICharField CIEmailField CITextField".split()
)
_RELATIONS = frozenset({"ForeignKey", "OneToOneField", "ParentalKey"})  # the last one is django-modelcluster's
_INDEXED = frozenset({"ForeignKey", "ParentalKey", "SlugField"})
_AUTO = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
#: What the classes of fields that are no column are called, or what their names end with: `SortedManyToManyField`.
_WITHOUT_COLUMN = ("ManyToManyField", "GenericRelation", "TaggableManager")
#: Options that say what of a column is there, and so what an `AlterField` changes.
_DECISIVE = frozenset({"null", "unique", "db_index", "primary_key", "db_constraint"})
#: Functions of the database by how often they are computed.
_STABLE = frozenset({"Now", "TransactionNow", "CurrentTimestamp"})
_VOLATILE = frozenset({"Random", "RandomUUID", "UUID4", "UUID7"})
_DATES = frozenset({"DateField", "DateTimeField", "TimeField"})


def is_column(field: ast.expr) -> bool:
    if not isinstance(field, ast.Call):
        return True
    cls = last(field.func)
    return cls in TYPES or not (cls.endswith(_WITHOUT_COLUMN) or any(one.arg == "through" for one in field.keywords))


def is_joined(field: ast.expr) -> bool:
    """Whether Django makes a table for it, which joins two models."""
    given = {one.arg for one in field.keywords} if isinstance(field, ast.Call) else {"through"}
    return class_of(field).endswith("ManyToManyField") and "through" not in given


def is_surely_column(field: ast.expr) -> bool:
    """Whether it is of a class that is known to have a column: one of a project's own may have none."""
    return class_of(field) in TYPES or class_of(field) in _RELATIONS


def is_open(field: ast.expr) -> bool:
    """Whether some of its options stand elsewhere: `CharField(**OPTIONS)`, `CharField(db_index=settings.INDEXED)`."""
    options = field.keywords if isinstance(field, ast.Call) else []
    elsewhere = [one for one in options if not isinstance(one.value, ast.Constant)]
    return any(one.arg is None or one.arg in _DECISIVE for one in elsewhere)


def class_of(field: ast.expr) -> str:
    return last(field.func) if isinstance(field, ast.Call) else ""


def column_of(called: str, field: ast.expr, ctx: Context) -> Column:
    """The column that a field of this name becomes."""
    if not isinstance(field, ast.Call):
        return Column(called, known=False)
    cls = last(field.func)
    is_relation = cls in _RELATIONS
    if is_open(field):
        return Column(f"{called}_id" if is_relation else called, known=False)
    given = arguments(field, ("to", "on_delete") if is_relation else ("verbose_name",))
    # Most of them have two or three arguments: what each of the others would be is not asked one by one.
    constants = {key: node.value for key, node in given.items() if isinstance(node, ast.Constant)}
    true = {key for key, constant in constants.items() if constant is True}
    is_null = "null" in true or cls == "NullBooleanField"
    default = _database_default(given["db_default"], ctx) if "db_default" in given else Default.NONE
    is_unique = "unique" in true or cls == "OneToOneField"
    indexes = cls in _INDEXED and constants.get("db_index") is not False
    named = value(given["db_column"], ctx) if "db_column" in given else None
    is_named = isinstance(named, str)
    return Column(
        str(named) if is_named else f"{called}_id" if is_relation else called,
        _type(cls, given, ctx, cls != "JSONField" or _is_of_django(field, ctx)),
        is_null,
        default,
        "" if default != Default.NONE else _python_default(cls, given, is_null),
        is_unique,
        (indexes or "db_index" in true) and not is_unique and "primary_key" not in true,
        "primary_key" in true,
        _target(given.get("to"), ctx) if is_relation else "",
        f'"{called}" >= 0' if cls.startswith("Positive") else "",
        _generated(given) if cls == "GeneratedField" else "",
        cls in _AUTO,
        constants.get("db_constraint") is not False,
        cls in TYPES or is_relation or cls == "GeneratedField",
        is_named,
    )


def _type(cls: str, given: dict[str, ast.expr], ctx: Context, is_of_django: bool) -> str:
    template = TYPES.get(cls, "")
    if cls == "JSONField" and not is_of_django:
        return ""  # packages of this name keep a text
    head, brace, rest = template.partition("(")
    if not brace:
        return template
    values = []
    for parameter in rest.rstrip(")").split(","):
        key, _, default = parameter.strip("{}").partition("=")
        found = value(given[key], ctx) if key in given else default
        if found is None or found == "":
            return head  # `CharField()` without a length, from Django 4.2
        values.append(str(found) if isinstance(found, (int, str)) else "?")
    return f"{head}({','.join(values)})" if "?" not in values else ""


def _is_of_django(field: ast.Call, ctx: Context) -> bool:
    return (ctx.qualified_name(field.func) or "django").startswith("django")


def _python_default(cls: str, given: dict[str, ast.expr], is_null: bool) -> str:
    default = given.get("default")
    if default is None and cls not in _TEXTUAL and cls not in _DATES:
        return ""
    if default is not None and not is_none(default):
        # Only a call of a class that is known to be a constant would be one; `default=list` is called for each row.
        return "callable" if isinstance(default, (ast.Name, ast.Attribute, ast.Lambda)) else "constant"
    if not is_null and is_true(given.get("blank")) and cls in _TEXTUAL:
        return "implied"
    is_dated = cls in _DATES and (is_true(given.get("auto_now")) or is_true(given.get("auto_now_add")))
    return "implied" if is_dated else ""


def _database_default(node: ast.expr | None, ctx: Context) -> str:
    if node is None or is_none(node):
        return Default.NONE
    if not isinstance(node, ast.Call):
        return Default.CONSTANT
    cls = last(node.func)
    if cls in _STABLE:
        return Default.STABLE
    if cls in _VOLATILE:
        return Default.VOLATILE
    if cls in ("Func", "RawSQL"):
        from readlint_rules.migrations._sql import default_of

        given = arguments(node, ("sql",) if cls == "RawSQL" else ())
        text = value(given.get("function", given.get("sql")), ctx)
        return default_of(f"{text}()" if cls == "Func" else text) if isinstance(text, str) else Default.UNKNOWN
    # `Value(5)`, `Decimal("0")`, `datetime.timedelta()`, `Lower(Value("A"))`: values, and functions of values.
    return Default.CONSTANT if cls not in ("Coalesce", "Case") else Default.UNKNOWN


def _generated(given: dict[str, ast.expr]) -> str:
    return "stored" if is_true(given.get("db_persist")) else "virtual"


def _target(node: ast.expr | None, ctx: Context) -> str:
    """`shop_customer` for `"shop.customer"`."""
    target = name(node, ctx)
    return target.replace(".", "_").lower() if not target.startswith("{") else target
