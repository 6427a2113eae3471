"""Exception classes by what catching them means. A row stands for the class and for what the same file derives from it.

The built-in hierarchy is that of https://docs.python.org/3/library/exceptions.html (3.14).
"""

from __future__ import annotations

#: Catches what must not be caught: `KeyboardInterrupt`, `SystemExit`, `GeneratorExit`, `asyncio.CancelledError`.
BASE = frozenset({"BaseException", "BaseExceptionGroup", "exceptiongroup.BaseExceptionGroup"})

#: Catches programming errors with everything else.
BROAD = frozenset(
    {
        "Exception",
        "ExceptionGroup",
        "exceptiongroup.ExceptionGroup",  # the backport for 3.10, exceptiongroup 1.2
    }
)

#: Control flow of the language and of look-ups.
CONTROL = frozenset(
    {
        "KeyError",
        "IndexError",
        "LookupError",
        "AttributeError",
        "NameError",
        "StopIteration",
        "StopAsyncIteration",
        "GeneratorExit",
        "ImportError",
        "ModuleNotFoundError",
        "ValueError",
        "TypeError",
        "UnicodeError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeTranslateError",
        "ZeroDivisionError",
        "OverflowError",
        "FileNotFoundError",
        "FileExistsError",
        "NotADirectoryError",
        "ProcessLookupError",
        "BlockingIOError",
        "InterruptedError",
        "json.JSONDecodeError",
        "json.decoder.JSONDecodeError",
        "simplejson.JSONDecodeError",
        "requests.JSONDecodeError",  # requests 2.27, a ValueError
        "requests.exceptions.JSONDecodeError",
        "queue.Empty",
        "queue.Full",
        "asyncio.QueueEmpty",
        "asyncio.QueueFull",
        "multiprocessing.queues.Empty",
        "binascii.Error",
        "zoneinfo.ZoneInfoNotFoundError",
        "sqlalchemy.exc.NoResultFound",
        "sqlalchemy.orm.exc.NoResultFound",
        "sqlalchemy.exc.ArgumentError",  # SQLAlchemy 2: a wrong call, a missing column, table or dialect
        "sqlalchemy.exc.NoInspectionAvailable",
        "sqlalchemy.exc.NoReferencedTableError",
        "sqlalchemy.exc.NoSuchColumnError",
        "sqlalchemy.exc.NoSuchModuleError",
        "sqlalchemy.exc.NoSuchTableError",
        "sqlalchemy.exc.PendingRollbackError",  # the session says that an error came before
        "sqlalchemy.exc.UnreflectableTableError",
        "redis.WatchError",  # redis-py 5: somebody else was faster, try again
        "redis.exceptions.WatchError",
        "botocore.exceptions.ProfileNotFound",  # botocore 1.34: look-ups in the configuration
        "botocore.exceptions.NoRegionError",
        "botocore.exceptions.UnknownServiceError",
        "requests.exceptions.InvalidURL",  # requests 2: ValueErrors
        "requests.exceptions.InvalidSchema",
        "requests.exceptions.MissingSchema",
        "httpx.InvalidURL",  # httpx 0.27
        "aiohttp.InvalidURL",  # aiohttp 3, a ValueError
        "aiohttp.ContentTypeError",  # aiohttp 3: the body is something else
        "urllib3.exceptions.LocationParseError",  # urllib3 2, a ValueError
        "django.core.exceptions.ObjectDoesNotExist",
        "django.core.exceptions.ValidationError",
        "django.urls.NoReverseMatch",
        "django.http.Http404",
    }
)

#: The same by last name, for classes whose module differs from project to project.
CONTROL_NAMES = frozenset(
    {
        "DoesNotExist",  # Django: an attribute of each model; peewee and mongoengine alike
        "ObjectDoesNotExist",
        "NoReverseMatch",
        "NoResultFound",
        "ValidationError",  # Django, DRF, pydantic, marshmallow, jsonschema
        "Http404",
    }
)

#: Failures of the outside world.
OPERATIONAL = frozenset(
    {
        "OSError",
        "IOError",
        "EnvironmentError",
        "WindowsError",
        "PermissionError",
        "IsADirectoryError",
        "ChildProcessError",
        "ConnectionError",
        "ConnectionAbortedError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "BrokenPipeError",
        "TimeoutError",
        "socket.error",
        "socket.timeout",
        "socket.gaierror",
        "socket.herror",
        "select.error",
        "ssl.SSLError",
        "ssl.CertificateError",
        "asyncio.TimeoutError",
        "asyncio.exceptions.TimeoutError",
        "concurrent.futures.TimeoutError",
        "subprocess.SubprocessError",
        "subprocess.CalledProcessError",
        "subprocess.TimeoutExpired",
        "http.client.HTTPException",
        "django.db.Error",
        "django.db.DatabaseError",
        "django.db.DataError",
        "django.db.IntegrityError",
        "django.db.InterfaceError",
        "django.db.InternalError",
        "django.db.OperationalError",
        "django.db.ProgrammingError",
        "celery.exceptions.OperationalError",
        "kombu.exceptions.OperationalError",
    }
)

#: Packages whose exceptions are all failures of the outside world, but for those above.
OPERATIONAL_PACKAGES = (
    "aiohttp.",  # aiohttp 3: ClientError and its subclasses
    "asyncpg.",  # asyncpg 0.29: PostgresError and its subclasses
    "botocore.exceptions.",  # botocore 1.34: BotoCoreError, ClientError
    "confluent_kafka.",  # confluent-kafka 2: KafkaException, KafkaError
    "django.db.utils.",  # Django 5.2: the same classes as django.db
    "grpc.",  # grpcio 1.60: RpcError
    "httpx.",  # httpx 0.27: HTTPError and its subclasses
    "kafka.errors.",  # kafka-python 2
    "psycopg.",  # psycopg 3
    "psycopg2.",  # psycopg2 2.9
    "pymongo.errors.",  # pymongo 4
    "pymysql.",  # PyMySQL 1
    "redis.",  # redis-py 5: RedisError and its subclasses
    "requests.",  # requests 2: RequestException and its subclasses
    "smtplib.",  # SMTPException and its subclasses
    "sqlalchemy.exc.",  # SQLAlchemy 2: SQLAlchemyError and its subclasses
    "sqlite3.",
    "stripe.",  # stripe 8: the classes of stripe.error
    "urllib.error.",
    "urllib3.exceptions.",  # urllib3 2: HTTPError and its subclasses
)

#: Calls that give an exception class.
CLASS_CALLS = frozenset({"anyio.get_cancelled_exc_class"})  # anyio 4

#: Context managers that swallow the classes they are given.
SUPPRESSORS = frozenset({"contextlib.suppress", "contextlib2.suppress"})  # contextlib2 21.6 is the backport
