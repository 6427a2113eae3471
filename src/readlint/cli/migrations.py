"""`readlint migrations sizes`: the query whose output tells how large the tables are that migrations change."""

from __future__ import annotations

import argparse

from readlint.errors import UserError

_POSTGRESQL = """\
-- The sizes of all tables, for the setting `migrations.table-sizes`. PostgreSQL 12 and later; reads the catalogue only.
-- Rows are estimates of the last ANALYZE, empty where there was none.
--   readlint migrations sizes --database postgresql | psql --csv --no-psqlrc DATABASE > table-sizes.csv
SELECT n.nspname AS schema,
       c.relname AS "table",
       CASE WHEN min(l.reltuples) >= 0 AND NOT bool_or(l.reltuples = 0 AND pg_relation_size(l.oid) > 0)
            THEN sum(l.reltuples)::bigint END AS rows,
       sum(pg_total_relation_size(l.oid))::bigint AS bytes
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
       SELECT c.oid WHERE c.relkind = 'r'
        UNION
       SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p' AND isleaf
       ) AS leaf
  JOIN pg_class l ON l.oid = leaf.oid
 WHERE c.relkind IN ('r', 'p')
   AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
 GROUP BY 1, 2
 ORDER BY 1, 2;
"""
_MYSQL = """\
-- The sizes of all tables, for the setting `migrations.table-sizes`. MySQL and MariaDB; reads the catalogue only.
-- Rows are estimates of the last ANALYZE TABLE.
--   readlint migrations sizes --database mysql | mysql --batch --raw > table-sizes.csv
SELECT CONCAT_WS(
           ',',
           CONCAT('"', REPLACE(table_schema, '"', '""'), '"'),
           CONCAT('"', REPLACE(table_name, '"', '""'), '"'),
           COALESCE(table_rows, ''),
           COALESCE(data_length + index_length, '')
       ) AS `schema,table,rows,bytes`
  FROM information_schema.tables
 WHERE table_type = 'BASE TABLE'
   AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
 ORDER BY table_schema, table_name;
"""
_QUERIES = {"postgresql": _POSTGRESQL, "mysql": _MYSQL}


def parser() -> argparse.ArgumentParser:
    from readlint.settings.schema import DATABASES

    own = argparse.ArgumentParser(
        prog="readlint migrations",
        description="Prints the query for the sizes of all tables. What psql or mysql gives for it, as CSV, is the "
        "file of the setting migrations.table-sizes. readlint itself opens no connection.",
    )
    own.add_argument("action", choices=("sizes",))
    own.add_argument("--database", choices=DATABASES, help="whose query; the setting `database` without it")
    return own


def run(arguments: list[str]) -> int:
    database = parser().parse_args(arguments).database or _database()
    if database not in _QUERIES:
        raise UserError(f"{database} keeps no sizes of tables, and needs none: nothing is said of its locks")
    print(_QUERIES[database], end="")
    return 0


def _database() -> str:
    from readlint.packs import load_rules
    from readlint.settings.load import SettingsLoader

    # The shell has made the file that the setting names, and emptied it, before readlint begins to fill it.
    return SettingsLoader(load_rules().rules, reads_sizes=False).for_folder(".").database
