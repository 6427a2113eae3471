"""Names that tell where a value comes from. Each is what the libraries call it; versions as in `_drivers`."""

from __future__ import annotations

from readlint.api import regex

#: Calls that give a number, a date, or another text that nobody chose.
NUMBERS = frozenset(
    "int float len round ord hash bool abs id decimal.Decimal uuid.UUID uuid.uuid1 uuid.uuid3 uuid.uuid4 uuid.uuid5 "
    "time.time time.time_ns time.monotonic time.strftime datetime.datetime.now datetime.datetime.utcnow "
    "datetime.date.today datetime.datetime datetime.date datetime.timedelta datetime.datetime.fromtimestamp "
    "datetime.datetime.today datetime.datetime.strptime datetime.datetime.fromisoformat datetime.date.fromisoformat "
    "django.utils.timezone.now random.random random.randint random.randrange secrets.token_hex secrets.randbelow "
    "math.ceil math.floor hashlib.sha256 hashlib.md5 hashlib.sha1 os.getpid range ipaddress.ip_address "
    "ipaddress.IPv4Address fractions.Fraction numpy.int64 numpy.int32 dateutil.parser.parse dateutil.parser.isoparse "
    "pandas.Timestamp pandas.to_datetime calendar.monthrange threading.get_ident".split()
)
NUMBER_METHODS = frozenset(
    "isoformat strftime timestamp total_seconds hexdigest bit_length toordinal weekday isoweekday count index find "
    "fileno utcoffset astimezone".split()
)
#: What a time gives and is no text either; of anything else they may give whatever it is made to.
DATE_METHODS = frozenset("date time timetz ctime".split())
NUMBER_CLASSES = frozenset(
    "int float bool complex uuid.UUID decimal.Decimal datetime.date datetime.datetime datetime.time datetime.timedelta "
    "enum.Enum enum.IntEnum enum.StrEnum pydantic.PositiveInt pydantic.NonNegativeInt pydantic.UUID4 "
    "ipaddress.IPv4Address".split()
)
#: Classes of numbers that other projects have: `uint32`, `Int64`, `PositiveFloat`.
SIZED_NUMBER = regex(r"(?i)(?:(?:u?int|float)(?=\d)|(?:non_?)?(?:positive|negative)_?(?:int|float))\d*(?:_t)?")
SEQUENCES = frozenset("List list Sequence Iterable Collection Set set FrozenSet frozenset Tuple tuple".split())
#: Modules whose attributes nobody chooses.
STANDARD = frozenset("datetime math os platform string sys".split())
#: What tells that a query asks for names of tables, and reads nobody's data.
CATALOG = regex(
    r"(?i)\b(?:information_schema|pg_catalog|pg_[a-z_]+\b(?!\s*\()|sqlite_master|sqlite_schema|system_schema|ag_catalog|"
    r"sqlite_sequence|geometry_columns|geography_columns|pg_get_cols|svv_[a-z_]+|"
    r"__tables(?:_summary)?__|duckdb_[a-z]+s\b(?=\s*\()|"
    r"sys\.[a-z_]+|user_(?:constraints|cons_columns|tables|indexes|tab_columns)|all_(?:tables|constraints))\b|\A\s*show\s"
)
#: Functions that quote or escape, by their last name.
QUOTING = regex(
    r"(?i)(?:^|_)(?:literal|quote|quoted|quotes|quoter|escape|escaped|sanitize|sanitized|sanitise|qn|mogrify|adapt|"
    r"escapestring|quotename|bracket|backtick)(?:$|_)|^(?:quoteIdent|escapeString|literal|as_string|safe_identifier|"
    r"format_identifier|to_identifier|clean_identifier|render_as_string|render_literal_value|safe_name)$"
)
COMPOSED = frozenset("Identifier Literal SQL Composed Placeholder quoted_name placeholders placeholder".split())
#: What makes SQL itself.
BUILDERS = ("psycopg2.sql.", "psycopg.sql.", "sqlglot.", "pypika.")
#: Functions that give what they are given, or its elements.
PASSING = frozenset(
    "str repr list tuple set frozenset sorted reversed iter next map filter zip dict max min sum "
    "typing.cast copy.copy copy.deepcopy itertools.chain format ascii json.dumps json.loads "
    "itertools.repeat more_itertools.chunked urllib.parse.unquote bytes".split()
)
SAME_METHODS = frozenset(
    "lower upper strip lstrip rstrip title capitalize casefold encode decode split rsplit splitlines partition "
    "rpartition keys values items copy ljust rjust zfill expandtabs removeprefix removesuffix swapcase translate "
    "tolist to_list union difference intersection _replace".split()
)
#: What names placeholders that were made elsewhere: `IN ({placeholders})`.
MARKERS = regex(
    r"(?i)placeholder|q_?marks?(?:$|_)|question_?mark|bind_?(?:param|var|mark)|param_?marker|^(?:binds|markers)$"
)
#: What reads a file of the project: `Path("q.sql").read_text()`.
FILE_METHODS = frozenset({"read_text", "read", "read_bytes", "get_data", "open_text", "readline"})
#: Names of tables and columns as the database itself gives them.
CATALOG_METHODS = frozenset(
    "get_table_names get_columns get_view_names get_schema_names get_indexes get_pk_constraint get_foreign_keys "
    "table_names get_table_list get_table_description get_sequences django_table_names sequence_list get_constraints "
    "get_unique_constraints get_temp_table_names get_sorted_table_and_fkc_names db_type quote_name".split()
)
#: Methods that give what the database holds.
FETCHING = frozenset("execute fetchall fetchmany fetchone fetchval fetchrow fetch scalar scalars scalar_one".split())
#: Attributes through which models and tables say what they are called in the database.
METADATA = frozenset(
    "_meta __tablename__ __table__ __table_args__ db_table db_column __name__ __class__ sorted_tables primary_key "
    "__qualname__ fullname quoted_name".split()
)
#: What the person who runs the program types.
TYPING_CALLS = frozenset({"input", "raw_input"})
TYPED_NAMES = frozenset({"sys.argv"})
#: Packages that no project is: nothing is asked about what they give.
LIBRARIES = frozenset(
    "os sys re json datetime time uuid random math socket platform pathlib collections itertools functools typing "
    "string logging hashlib base64 urllib requests httpx django flask sqlalchemy psycopg2 psycopg sqlite3 pandas "
    "numpy boto3 yaml click getpass shlex subprocess tempfile copy operator secrets".split()
)
