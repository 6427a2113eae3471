"""What the tables of the rules about migrations are about. Every run loads it: it must stay light."""

from __future__ import annotations

import enum


class Framework(str, enum.Enum):
    DJANGO = "django"
    ALEMBIC = "alembic"
    YOYO = "yoyo"
    DBMATE = "dbmate"
    SQL = "sql"  # files that a setting names, of whose runner nothing is known


class Kind(enum.Enum):
    """What a statement does; the values are how SQL calls it."""

    CREATE_TABLE = "CREATE TABLE"
    DROP_TABLE = "DROP TABLE"
    RENAME_TABLE = "RENAME TABLE"
    ADD_COLUMN = "ADD COLUMN"
    DROP_COLUMN = "DROP COLUMN"
    RENAME_COLUMN = "RENAME COLUMN"
    SET_DEFAULT = "SET DEFAULT"
    DROP_DEFAULT = "DROP DEFAULT"
    SET_NOT_NULL = "SET NOT NULL"
    DROP_NOT_NULL = "DROP NOT NULL"
    CHANGE_TYPE = "TYPE"
    ADD_CHECK = "ADD CHECK"
    ADD_NOT_NULL = "ADD NOT NULL"  # as a constraint with a name, from PostgreSQL 18
    ADD_FOREIGN_KEY = "ADD FOREIGN KEY"
    ADD_UNIQUE = "ADD UNIQUE"
    ADD_PRIMARY_KEY = "ADD PRIMARY KEY"
    ADD_EXCLUDE = "ADD EXCLUDE"
    VALIDATE = "VALIDATE CONSTRAINT"
    DROP_CONSTRAINT = "DROP CONSTRAINT"
    RENAME_OTHER = "RENAME"  # an index or a constraint
    CREATE_INDEX = "CREATE INDEX"
    DROP_INDEX = "DROP INDEX"
    REINDEX = "REINDEX"
    CLUSTER = "CLUSTER"
    VACUUM_FULL = "VACUUM FULL"
    TRUNCATE = "TRUNCATE"
    SET_LOGGED = "SET LOGGED"  # and SET UNLOGGED
    SET_TABLESPACE = "SET TABLESPACE"
    SET_STORAGE = "SET STORAGE"  # statistics, fill factor and the like
    ROW_SECURITY = "ROW LEVEL SECURITY"
    CREATE_TRIGGER = "CREATE TRIGGER"
    DROP_TRIGGER = "DROP TRIGGER"
    CREATE_VIEW = "CREATE VIEW"  # also a materialized one
    ADD_ENUM_VALUE = "ALTER TYPE ADD VALUE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    INSERT = "INSERT"
    SELECT = "SELECT"
    COMMIT = "COMMIT"
    SETTING = "SET"
    HARMLESS = "COMMENT"  # comments, grants, functions, types, sequences, extensions
    CODE = "Python code"
    UNKNOWN = "unknown SQL"

    __hash__ = object.__hash__  # there is one of each, and the tables of the family are asked for them all the time
