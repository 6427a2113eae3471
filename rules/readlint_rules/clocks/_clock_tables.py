"""What libraries call their clocks, and what their values are."""

from __future__ import annotations

from readlint.api import regex

#: Functions that read the wall clock, and the unit of what they give.
#: CPython 3.14 `time` and `datetime`, Django 5.2 `utils/timezone.py`, arrow 1.3, pendulum 3.0, whenever 0.8,
#: pandas 2.2.
WALL = {
    "time.time": "seconds",
    "time.time_ns": "nanoseconds",
    "time.localtime": "tuple",
    "time.gmtime": "tuple",
    "datetime.datetime.now": "datetime",
    "datetime.datetime.utcnow": "datetime",
    "datetime.datetime.today": "datetime",
    "datetime.date.today": "date",
    "django.utils.timezone.now": "datetime",
    "django.utils.timezone.localtime": "datetime",
    "django.utils.timezone.localdate": "date",
    "arrow.now": "datetime",
    "arrow.utcnow": "datetime",
    "arrow.Arrow.now": "datetime",
    "arrow.Arrow.utcnow": "datetime",
    "pendulum.now": "datetime",
    "pendulum.DateTime.now": "datetime",
    "whenever.Instant.now": "instant",
    "pandas.Timestamp.now": "datetime",
    "pandas.Timestamp.utcnow": "datetime",
}
#: Functions that read it only with the argument of this name or text.
WALL_WITH = {
    ("time.clock_gettime", "time.CLOCK_REALTIME"): "seconds",
    ("time.clock_gettime_ns", "time.CLOCK_REALTIME"): "nanoseconds",
    ("numpy.datetime64", "now"): "datetime64",
}
#: Functions whose reading takes arguments that say what time it is, so that a call with one reads no clock.
ONLY_WITHOUT_ARGUMENTS = frozenset(
    {"time.localtime", "time.gmtime", "django.utils.timezone.localtime", "django.utils.timezone.localdate"}
)
#: The wall clock in local time without a zone: an hour appears or vanishes when daylight saving begins or ends.
NAIVE = frozenset({"datetime.datetime.now", "datetime.datetime.today", "pandas.Timestamp.now"})

#: What makes a length of time. CPython 3.14, dateutil 2.9, pandas 2.2, numpy 2.
SPANS = frozenset(
    {"datetime.timedelta", "dateutil.relativedelta.relativedelta", "pandas.Timedelta", "numpy.timedelta64"}
)
NUMBER_FUNCTIONS = frozenset({"int", "float", "round"})
#: Methods that give the same instant, with the unit that they give it in (empty: the same).
SAME_INSTANT = {
    "timestamp": "seconds",
    "float_timestamp": "seconds",
    "astimezone": "",
    "to_pydatetime": "",
    "in_timezone": "",
    "timetuple": "tuple",
}
#: A factor that changes the unit. Another one makes buckets, as in `time.time() // 60`.
UNIT_FACTORS = frozenset({1_000, 1_000_000, 1_000_000_000, 0.001, 1e-6, 1e-9})

#: Calls that read the wall clock, or may when a function of another file does: a file without one of them is not looked
#: at. The engine compares the last names of calls anyway, so this costs such a file nothing.
READING = (
    *(name for name in WALL if not name.endswith((".now", ".utcnow", ".today"))),
    *sorted({name for name, _ in WALL_WITH}),
    *("*.now", "*.utcnow", "*.today", "*.time_now", "*.now_utc", "*.utc_now", "*.get_now", "*.now_ms", "*.utcnow_ts"),
    *("*.get_time", "*.current_time", "*.get_current_time", "*.get_utc_now", "*.get_utcnow", "*.timezone_now"),
    *("*.timestamp", "*.get_timestamp", "*.current_timestamp", "*.time_ms", "*.current_time_ms", "*.clock"),
    *("*.aware_utcnow", "*.naive_utcnow", "*.time_msec", "*.unix_time", "*.wall_time", "*.local_now"),
)
READING_NAMES = frozenset(name.rpartition(".")[2] for name in READING)
#: What a function is called that may well return the time. Others are not asked about.
CLOCKY = regex(r"(?:^|_)(?:now|utcnow|time|timestamp|today|clock)(?:$|_)|(?:Now|Time|Timestamp|Clock)$")
#: Packages that no project is: nothing is asked about their functions.
LIBRARIES = frozenset(
    "time datetime os calendar asyncio trio anyio timeit pandas numpy arrow pendulum whenever random email math django "
    "flask sqlalchemy celery torch tensorflow pytest unittest mock freezegun time_machine".split()
)
