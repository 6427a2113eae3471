"""SQL in `RunSQL`. Seen in pretix, wagtail, label-studio."""

from django.db import migrations, models

# file: migrations/0001_initial.py


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Customer",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("name", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            "Order",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("email", models.CharField(max_length=100)),
                ("code", models.CharField(max_length=20)),
                ("note", models.TextField(null=True)),
                ("total", models.IntegerField()),
                ("price", models.DecimalField(max_digits=8, decimal_places=2)),
                ("customer_ref", models.IntegerField(null=True)),
                ("customer", models.ForeignKey("django_sql.Customer", models.PROTECT, null=True)),
                ("placed", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=10, default="new")),
                ("city", models.CharField(max_length=50, null=True)),
                ("zip", models.CharField(max_length=10, null=True)),
                ("street", models.CharField(max_length=80, null=True)),
                ("phone", models.CharField(max_length=20, null=True)),
                ("tags", models.JSONField(default=dict)),
            ],
        ),
    ]


# file: migrations/0002_index.py


class Migration(migrations.Migration):  # verdict: defect - writes wait
    dependencies = [("django_sql", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE INDEX order_email ON django_sql_order (email)", "DROP INDEX order_email"),
    ]


# file: migrations/0003_index_concurrently.py


class Migration(migrations.Migration):  # verdict: fine - others write meanwhile
    atomic = False
    dependencies = [("django_sql", "0002_index")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS order_city ON django_sql_order (city)",
            "DROP INDEX CONCURRENTLY IF EXISTS order_city",
        ),
    ]


# file: migrations/0004_in_transaction.py


class Migration(migrations.Migration):  # verdict: defect - fails inside the transaction
    dependencies = [("django_sql", "0003_index_concurrently")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS order_zip ON django_sql_order (zip)", "DROP INDEX order_zip"
        ),
    ]


# file: migrations/0005_column.py


class Migration(migrations.Migration):  # verdict: fine - an instant
    dependencies = [("django_sql", "0004_in_transaction")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ADD COLUMN legacy text", "ALTER TABLE django_sql_order DROP COLUMN legacy"
        ),
    ]


# file: migrations/0006_constant.py


class Migration(migrations.Migration):  # verdict: fine - a constant is kept in the catalogue
    dependencies = [("django_sql", "0005_column")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ADD COLUMN rank integer NOT NULL DEFAULT 0",
            "ALTER TABLE django_sql_order DROP COLUMN rank",
        ),
    ]


# file: migrations/0007_volatile.py


class Migration(migrations.Migration):  # verdict: defect - every row is written anew
    dependencies = [("django_sql", "0006_constant")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ADD COLUMN uid uuid DEFAULT gen_random_uuid()",
            "ALTER TABLE django_sql_order DROP COLUMN uid",
        ),
    ]


# file: migrations/0008_check.py


class Migration(migrations.Migration):  # verdict: defect - every row is checked under the lock
    dependencies = [("django_sql", "0007_volatile")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ADD CONSTRAINT total_limit CHECK (total < 100000)",
            "ALTER TABLE django_sql_order DROP CONSTRAINT total_limit",
        ),
    ]


# file: migrations/0009_check_later.py


class Migration(migrations.Migration):  # verdict: fine - new rows only
    dependencies = [("django_sql", "0008_check")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ADD CONSTRAINT price_limit CHECK (price < 100000) NOT VALID",
            "ALTER TABLE django_sql_order DROP CONSTRAINT price_limit",
        ),
    ]


# file: migrations/0010_validate.py


class Migration(migrations.Migration):  # verdict: fine - others read and write meanwhile
    dependencies = [("django_sql", "0009_check_later")]
    operations = [
        migrations.RunSQL("ALTER TABLE django_sql_order VALIDATE CONSTRAINT price_limit", migrations.RunSQL.noop),
    ]


# file: migrations/0011_key.py


class Migration(migrations.Migration):  # verdict: defect - both tables wait while each row is compared
    dependencies = [("django_sql", "0010_validate")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ADD CONSTRAINT ref_fk FOREIGN KEY (customer_ref) REFERENCES django_sql_customer (id)",
            "ALTER TABLE django_sql_order DROP CONSTRAINT ref_fk",
        ),
    ]


# file: migrations/0012_vacuum_full.py


class Migration(migrations.Migration):  # verdict: defect - the whole table is written anew, and nobody reads it meanwhile
    dependencies = [("django_sql", "0011_key")]
    operations = [
        migrations.RunSQL("VACUUM FULL django_sql_order", migrations.RunSQL.noop),
    ]


# file: migrations/0013_extension.py


class Migration(migrations.Migration):  # verdict: fine - nothing in use
    dependencies = [("django_sql", "0012_vacuum_full")]
    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
    ]


# file: migrations/0014_required.py


class Migration(migrations.Migration):  # verdict: defect - read under the lock
    dependencies = [("django_sql", "0013_extension")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ALTER COLUMN phone SET NOT NULL",
            "ALTER TABLE django_sql_order ALTER COLUMN phone DROP NOT NULL",
        ),
    ]


# file: migrations/0015_statistics.py


class Migration(migrations.Migration):  # verdict: fine - an option of the planner
    dependencies = [("django_sql", "0014_required")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ALTER COLUMN email SET STATISTICS 1000",
            "ALTER TABLE django_sql_order ALTER COLUMN email SET STATISTICS -1",
        ),
    ]


# file: migrations/0016_own_table.py


class Migration(migrations.Migration):  # verdict: fine - the table is new
    dependencies = [("django_sql", "0015_statistics")]
    operations = [
        migrations.RunSQL(
            [
                "CREATE TABLE django_sql_audit (id bigint PRIMARY KEY, what text)",
                "CREATE INDEX audit_what ON django_sql_audit (what)",
            ],
            "DROP TABLE django_sql_audit",
        ),
    ]


# file: migrations/0017_reindex.py


class Migration(migrations.Migration):  # verdict: fine - others write meanwhile
    atomic = False
    dependencies = [("django_sql", "0016_own_table")]
    operations = [
        migrations.RunSQL("REINDEX INDEX CONCURRENTLY order_city", migrations.RunSQL.noop),
    ]


# file: migrations/0018_using_index.py


class Migration(migrations.Migration):  # verdict: fine - the constraint takes an index that is there
    dependencies = [("django_sql", "0017_reindex")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE django_sql_order ADD CONSTRAINT order_code UNIQUE USING INDEX order_code_idx",
            "ALTER TABLE django_sql_order DROP CONSTRAINT order_code",
        ),
    ]
