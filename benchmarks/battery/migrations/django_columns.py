"""Columns that are added. Seen in pretix, wagtail, weblate, label-studio, django-oauth-toolkit."""

import uuid

from django.db import migrations, models
from django.db.models.functions import Now, Random
from django.utils import timezone

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
                ("customer", models.ForeignKey("django_columns.Customer", models.PROTECT, null=True)),
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


# file: migrations/0002_nullable.py


class Migration(migrations.Migration):  # verdict: fine - an instant
    dependencies = [("django_columns", "0001_initial")]
    operations = [
        migrations.AddField("order", "comment", models.TextField(null=True, blank=True)),
    ]


# file: migrations/0003_flag.py


class Migration(migrations.Migration):  # verdict: defect - the default is dropped again, so the version that still runs inserts NULL
    dependencies = [("django_columns", "0002_nullable")]
    operations = [
        migrations.AddField("order", "is_gift", models.BooleanField(default=False)),
    ]


# file: migrations/0004_db_default.py


class Migration(migrations.Migration):  # verdict: fine - the database knows the default
    dependencies = [("django_columns", "0003_flag")]
    operations = [
        migrations.AddField("order", "is_test", models.BooleanField(db_default=False)),
    ]


# file: migrations/0005_words.py


class Migration(migrations.Migration):  # verdict: defect - an empty text is Django's default, not the database's
    dependencies = [("django_columns", "0004_db_default")]
    operations = [
        migrations.AddField("order", "reference", models.CharField(max_length=50, default="")),
    ]


# file: migrations/0006_created.py


class Migration(migrations.Migration):  # verdict: fine - `now()` is one value for all rows
    dependencies = [("django_columns", "0005_words")]
    operations = [
        migrations.AddField("order", "created", models.DateTimeField(db_default=Now())),
    ]


# file: migrations/0007_random.py


class Migration(migrations.Migration):  # verdict: defect - another value for each row: the table is written anew
    dependencies = [("django_columns", "0006_created")]
    operations = [
        migrations.AddField("order", "lot", models.FloatField(db_default=Random())),
    ]


# file: migrations/0008_uuid_nullable.py


class Migration(migrations.Migration):  # verdict: fine - one step of three: nullable first
    dependencies = [("django_columns", "0007_random")]
    operations = [
        migrations.AddField("order", "token", models.UUIDField(null=True, editable=False)),
    ]


# file: migrations/0009_uuid_unique.py


class Migration(migrations.Migration):  # verdict: defect - all rows get the same value, and the second is no longer unique
    dependencies = [("django_columns", "0008_uuid_nullable")]
    operations = [
        migrations.AddField("order", "public_id", models.UUIDField(default=uuid.uuid4, unique=True)),
    ]


# file: migrations/0010_many.py


class Migration(migrations.Migration):  # verdict: fine - a new table, and the large one is only referred to
    dependencies = [("django_columns", "0009_uuid_unique")]
    operations = [
        migrations.AddField("order", "watchers", models.ManyToManyField("django_columns.Customer")),
    ]


# file: migrations/0011_generated.py


class Migration(migrations.Migration):  # verdict: defect - a stored column is computed for every row under the lock
    dependencies = [("django_columns", "0010_many")]
    operations = [
        migrations.AddField(
            "order",
            "gross",
            models.GeneratedField(
                expression=models.F("total") * 2, output_field=models.IntegerField(), db_persist=True
            ),
        ),
    ]


# file: migrations/0012_json.py


class Migration(migrations.Migration):  # verdict: defect - NOT NULL with a default that only Python knows
    dependencies = [("django_columns", "0011_generated")]
    operations = [
        migrations.AddField("order", "extra", models.JSONField(default=dict)),
    ]


# file: migrations/0013_new_table.py


class Migration(migrations.Migration):  # verdict: fine - nobody uses the table yet
    dependencies = [("django_columns", "0012_json")]
    operations = [
        migrations.CreateModel("Parcel", fields=[("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("parcel", "weight", models.IntegerField(default=0)),
    ]


# file: migrations/0014_touched.py


class Migration(migrations.Migration):  # verdict: defect - `auto_now_add` needs a value once, and the old version has none
    dependencies = [("django_columns", "0013_new_table")]
    operations = [
        migrations.AddField(
            "order", "added", models.DateTimeField(auto_now_add=True, default=timezone.now), preserve_default=False
        ),
    ]


# file: migrations/0015_count_nullable.py


class Migration(migrations.Migration):  # verdict: fine - a nullable number
    dependencies = [("django_columns", "0014_touched")]
    operations = [
        migrations.AddField("customer", "visits", models.IntegerField(null=True)),
    ]


# file: migrations/0016_positive.py


class Migration(migrations.Migration):  # verdict: defect - its check reads every row under the lock, though all are NULL
    dependencies = [("django_columns", "0015_count_nullable")]
    operations = [
        migrations.AddField("order", "weight", models.PositiveIntegerField(null=True)),
    ]


# file: migrations/0017_state_only.py


class Migration(migrations.Migration):  # verdict: fine - a column that another migration has made
    dependencies = [("django_columns", "0016_positive")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddField("order", "legacy", models.CharField(max_length=5, default=""))]
        ),
    ]


# file: migrations/0018_kept_default.py


class Migration(migrations.Migration):  # verdict: fine - the SQL gives the column its default back at once
    dependencies = [("django_columns", "0017_state_only")]
    operations = [
        migrations.AddField("order", "priority", models.IntegerField(default=0)),
        migrations.RunSQL(
            "ALTER TABLE django_columns_order ALTER COLUMN priority SET DEFAULT 0", migrations.RunSQL.noop
        ),
    ]
